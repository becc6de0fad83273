"""The regression fitted without each fold, and what it then says of that fold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import solve_triangular

from regression_analyzer.design.blocks import HeldBlocks
from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.folds import Folds
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.irls import Model, iterate, plain_target
from regression_analyzer.fit.state import (
    FIRST_ROWS,
    Frame,
    LeastSquaresState,
    add,
    choose_frame,
    empty_state,
    merge,
    merge_all,
)
from regression_analyzer.fit.value import FloatArray, IntArray

NOTHING_LEFT = 1e-5
ENOUGH = 1e-5
"""IRLS stops when no predictor moves by more than this: its next step is the square of that."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FoldModel:
    """Coefficients learnt without one fold.

    Attributes
    ----------
    frame : where the columns are measured from
    columns : (q,) columns of x that were estimated; the others are 0
    coefficients : (q,) of the standardised columns
    """

    frame: Frame
    columns: IntArray
    coefficients: FloatArray
    link: str


def predict_fold(model: FoldModel, x: FloatArray, offset: FloatArray | None = None) -> FloatArray:
    """Return the predicted mean of rows, (m,)."""
    frame = model.frame
    z = frame.standardise(x)
    eta = frame.y_shift + frame.y_scale * (z[:, model.columns] @ model.coefficients)
    if offset is not None:
        eta = eta + offset
    return np.asarray(LINKS[model.link].inverse(eta), dtype=np.float64)


def fold_models(design: Design, rows: Rows, folds: Folds, *, theta: float | None = None) -> tuple[FoldModel, ...]:
    """Fit the regression without each fold.

    Least squares is fitted from mergeable states: each row is factored once, whatever the number of folds.
    Other families are iterated anew; the size of the negative binomial is taken from the complete fit.

    Raises
    ------
    InputError
        No starting point was found for an iteration.
    """
    if design.family == "gaussian":
        y = rows.y if rows.offset is None else rows.y - rows.offset
        return least_squares_folds(rows.x, y, rows.weights, folds, intercept=design.intercept)
    frame = choose_frame(rows.x[:FIRST_ROWS], rows.y[:FIRST_ROWS], intercept=design.intercept)
    states, whole = _states(frame, rows.x, rows.y, None, folds)
    model = Model(
        family=FAMILIES[design.family],
        link=LINKS[design.link],
        frame=plain_target(frame, tuple(range(rows.x.shape[1]))),
        kept=None,
    )
    size = math.inf if theta is None else theta
    return tuple(
        _likelihood_fold(model, rows.some(folds.train(fold)), _estimable(states[fold], whole), size)
        for fold in range(folds.count)
    )


def linear_predictor_of(design: Design, rows: Rows, *, theta: float | None = None) -> FloatArray:
    """Fit the family to all rows given; return their linear predictor without offset, (n,).

    Raises
    ------
    InputError
        No starting point was found, or the estimates have no end.
    """
    frame = choose_frame(rows.x[:FIRST_ROWS], rows.y[:FIRST_ROWS], intercept=design.intercept)
    whole = add(empty_state(frame), rows.x, rows.y, None)
    model = Model(
        family=FAMILIES[design.family],
        link=LINKS[design.link],
        frame=plain_target(frame, tuple(range(rows.x.shape[1]))),
        kept=None,
    )
    found = _likelihood_fold(model, rows, _estimable(whole, whole), math.inf if theta is None else theta)
    return np.asarray(found.frame.standardise(rows.x)[:, found.columns] @ found.coefficients, dtype=np.float64)


def least_squares_folds(
    x: FloatArray, y: FloatArray, weights: FloatArray | None, folds: Folds, *, intercept: bool
) -> tuple[FoldModel, ...]:
    """Fit weighted least squares without each fold.

    Parameters
    ----------
    x : (n, k); y : (n,); weights : (n,) or None
    """
    frame = choose_frame(x[:FIRST_ROWS], y[:FIRST_ROWS], intercept=intercept)
    states, whole = _states(frame, x, y, weights, folds)
    return tuple(_solved(state, _estimable(state, whole)) for state in states)


def _states(
    frame: Frame, x: FloatArray, y: FloatArray, weights: FloatArray | None, folds: Folds
) -> tuple[list[LeastSquaresState], LeastSquaresState]:
    """Return the state of the rows that each fold learns from, and that of all rows."""
    pieces = []
    for code in range(-1, folds.count):
        here = folds.test(code)
        pieces.append(add(empty_state(frame), x[here], y[here], None if weights is None else weights[here]))
    return _without_each(pieces, forward=folds.scheme == "forward"), merge_all(pieces)


def _estimable(state: LeastSquaresState, whole: LeastSquaresState) -> IntArray:
    """Return the columns that still vary by themselves in some of the rows.

    What is left of a column after the earlier ones is set against what is left of it in all rows: where a rare
    level is absent from the rows learnt from, nothing but rounding is.
    """
    k = len(state.frame.shift)
    here, there = np.zeros(k), np.abs(np.diagonal(whole.r)[:k])
    diagonal = np.abs(np.diagonal(state.r)[:k])
    here[: len(diagonal)] = diagonal
    return np.flatnonzero(here > NOTHING_LEFT * there)


def _without_each(pieces: Sequence[LeastSquaresState], *, forward: bool) -> list[LeastSquaresState]:
    """Return for each fold the joined states of the rows it learns from; ``pieces[0]`` is always among them."""
    before = [pieces[0]]
    for piece in pieces[1:-1]:
        before.append(merge(before[-1], piece))
    if forward:
        return before
    after = empty_state(pieces[0].frame)
    result = []
    for index in range(len(pieces) - 1, 0, -1):
        result.append(merge(before[index - 1], after))
        after = merge(after, pieces[index])
    return result[::-1]


def _solved(state: LeastSquaresState, columns: IntArray) -> FoldModel:
    r = np.asarray(state.r, dtype=np.float64)
    if len(columns) < len(state.frame.shift):
        r = np.asarray(np.linalg.qr(np.concatenate([r[:, columns], r[:, -1:]], axis=1), mode="r"))
    count = len(columns)
    coefficients = solve_triangular(r[:count, :count], r[:count, -1], check_finite=False) if count else np.zeros(0)
    return FoldModel(
        frame=state.frame,
        columns=columns,
        coefficients=np.asarray(coefficients, dtype=np.float64),
        link="identity",
    )


def _likelihood_fold(model: Model, rows: Rows, columns: IntArray, theta: float) -> FoldModel:
    some = replace(model, frame=plain_target(model.frame, tuple(int(c) for c in columns)))
    block = replace(rows.block(), x=rows.x[:, columns])
    blocks = HeldBlocks(blocks=(block,), n_obs=len(rows.y), n_columns=len(columns))
    # separated outcomes send estimates to infinity; what they predict by then is what counts
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = iterate(some, blocks, theta=theta, tolerance=ENOUGH)
    if not np.isfinite(found.standardised).all():
        raise InputError("Without a part of the rows the estimates have no end.", code="no_estimate")
    return FoldModel(frame=model.frame, columns=columns, coefficients=found.standardised, link=model.link.name)


def baseline_folds(design: Design, rows: Rows, folds: Folds) -> FloatArray:
    """Return what a model without predictors says of each held-out row: the mean of the rows learnt from, (n,)."""
    result = np.full(len(rows.y), np.nan)
    weight = rows.weight
    exposure = np.exp(rows.offset) if rows.offset is not None and design.link == "log" else None
    for fold in range(folds.count):
        train, test = folds.train(fold), folds.test(fold)
        w, y = weight[train], rows.y[train]
        if exposure is not None:
            result[test] = exposure[test] * float(w @ y) / float(w @ exposure[train])
        elif rows.offset is not None and design.link == "identity":
            result[test] = rows.offset[test] + float(w @ (y - rows.offset[train])) / float(w.sum())
        else:
            result[test] = float(w @ y) / float(w.sum())
    return result


def held_out_predictions(models: Sequence[FoldModel], rows: Rows, folds: Folds) -> FloatArray:
    """Return what the regression says of each held-out row, (n,); NaN for rows that are only learnt from."""
    result = np.full(len(rows.y), np.nan)
    for fold, model in enumerate(models):
        test = folds.test(fold)
        offset = None if rows.offset is None else rows.offset[test]
        result[test] = predict_fold(model, rows.x[test], offset)
    return result
