"""The regression and the flexible model drawn along one predictor: where the straight line bends away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.blocks import all_levels
from regression_analyzer.design.value import Categorical, Design, Numeric
from regression_analyzer.explain.flexible import Flexible, predict_flexible
from regression_analyzer.explain.held_out import predict_fold
from regression_analyzer.explain.rows import Rows, columns_again, features_of
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.explain.validation import Trial
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit, FloatArray

GRID = 25
MOST_ROWS = 200
"""Rows whose other predictors the curves are averaged over."""
MOST_LEVELS = 3
ENDS = (0.02, 0.98)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """Average predictions along a predictor, on the scale of the target as modelled.

    Attributes
    ----------
    predictor : a number (or date, in days); ``by`` and ``level`` : the category held fixed, "" where none
    x, line, flexible : (g,)
    """

    predictor: str
    by: str
    level: str
    is_date: bool
    x: FloatArray
    line: FloatArray
    flexible: FloatArray


def curves(
    design: Design, fit: Fit, rows: Rows, trial: Trial, *, proposal: Proposal | Skipped, ranked: Sequence[str]
) -> tuple[Curve, ...]:
    """Return the partial dependence of both models along the predictor that shows most.

    That is the predictor of the first proposed term (by the levels of the category it is multiplied with), else
    the leading number of the flexible model. Both models are those that were learnt without the last fold.

    References
    ----------
    Friedman (2001), doi:10.1214/aos/1013203451, section 8.2.
    """
    flexible = trial.flexible
    if isinstance(flexible, Skipped):
        return ()
    number, by = _which(rows, proposal, ranked)
    if number is None:
        return ()
    step = max(1, len(rows.y) // MOST_ROWS)
    some = rows.some(np.arange(0, len(rows.y), step)[:MOST_ROWS])
    grid = _grid(rows.values[number.position])
    if len(grid) < 2:
        return ()
    found = []
    for code, level in _levels(rows, by):
        fixed = {} if by is None else {by.position: code}
        line, bent = _along(design, fit, some, trial, flexible, number=number, grid=grid, fixed=fixed)
        found.append(
            Curve(
                predictor=number.column,
                by="" if by is None else by.column,
                level=level,
                is_date=number.is_date,
                x=grid,
                line=line,
                flexible=bent,
            )
        )
    return tuple(found)


def _which(
    rows: Rows, proposal: Proposal | Skipped, ranked: Sequence[str]
) -> tuple[Numeric | None, Categorical | None]:
    factors = {factor.column: factor for factor in rows.factors}
    if isinstance(proposal, Proposal):
        for term in proposal.terms:
            held = [factors[name] for name in term.predictors]
            numbers = [factor for factor in held if isinstance(factor, Numeric)]
            categories = [factor for factor in held if isinstance(factor, Categorical)]
            if numbers:
                return numbers[0], categories[0] if categories else None
    numbers = [factor for name in ranked if isinstance(factor := factors[name], Numeric)]
    return (numbers[0] if numbers else None), None


def _grid(cells: FloatArray) -> FloatArray:
    low, high = np.quantile(cells, ENDS)
    distinct = np.unique(cells)
    inside = distinct[(distinct >= low) & (distinct <= high)]
    return inside if len(inside) <= GRID else np.linspace(low, high, GRID)


def _levels(rows: Rows, by: Categorical | None) -> list[tuple[float, str]]:
    """Return the cells and names of the most frequent levels."""
    if by is None:
        return [(0.0, "")]
    cells, counts = np.unique(rows.values[by.position], return_counts=True)
    known = all_levels(by)
    number = by.position in rows.numbers
    most = np.sort(np.argsort(-counts, kind="stable")[:MOST_LEVELS])
    return [(float(cells[i]), f"{cells[i]:g}" if number else known[int(cells[i])]) for i in most]


def _along(
    design: Design,
    fit: Fit,
    some: Rows,
    trial: Trial,
    flexible: Flexible,
    *,
    number: Numeric,
    grid: FloatArray,
    fixed: dict[int, float],
) -> tuple[FloatArray, FloatArray]:
    """Predict every row at every grid point; average over rows."""
    n, g = len(some.y), len(grid)
    many = some.some(np.tile(np.arange(n), g))
    values = {**many.values, number.position: np.repeat(grid, n)}
    values |= {position: np.full(n * g, cell) for position, cell in fixed.items()}
    fold = trial.folds.count - 1
    line = predict_fold(trial.models[fold], columns_again(design, fit.kept, many, values), many.offset)
    bent = predict_flexible(flexible, fold, features_of(many, values), many.offset)
    return line.reshape(g, n).mean(axis=1), bent.reshape(g, n).mean(axis=1)
