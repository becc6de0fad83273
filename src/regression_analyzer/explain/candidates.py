"""Terms that could be added to a regression: squares of numbers and products of pairs of predictors."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.formula import Atom, quoted
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric, Term
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.value import Fit, FloatArray

MOST_PREDICTORS = 8
"""Only the predictors that weigh most in the flexible model are squared and paired."""
MOST_COLUMNS = 10
"""Products of more columns spend more than they tell."""
FEWEST_VALUES = 5
"""A number with fewer different values than this is not squared."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Candidate:
    """A term to try.

    Attributes
    ----------
    name : as a term is named (``"bmi:smoker"``); ``source`` the same as formula text
    columns : (n, c) its columns, numbers measured from their means
    """

    name: str
    source: str
    predictors: tuple[str, ...]
    kind: str
    columns: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Part:
    factor: Factor
    atom: Atom
    columns: FloatArray


def candidates(design: Design, fit: Fit, rows: Rows, ranked: Sequence[str]) -> list[Candidate]:
    """Return squares and products of the leading predictors that the design does not hold yet.

    Parameters
    ----------
    ranked : predictors, the one that matters most to the flexible model first
    """
    parts = _main_effects(design, fit, rows)
    names = [name for name in ranked if name in parts][:MOST_PREDICTORS]
    held = {_key(term) for term in design.terms}
    found = [_square(parts[name]) for name in names if _can_be_squared(parts[name])]
    # a product is written in the order in which the model names its predictors
    for first, second in itertools.combinations([name for name in parts if name in names], 2):
        left, right = parts[first], parts[second]
        if left.columns.shape[1] * right.columns.shape[1] <= MOST_COLUMNS:
            found.append(_product(left, right))
    return [candidate for candidate in found if _key_of(candidate) not in held]


def formula_with(design: Design, sources: Sequence[str]) -> str:
    """Return the design's formula with terms added."""
    return " + ".join((design.formula, *sources))


def _main_effects(design: Design, fit: Fit, rows: Rows) -> dict[str, _Part]:
    """Return each predictor that enters by itself, with its columns."""
    place = {int(column): i for i, column in enumerate(fit.kept)}
    parts: dict[str, _Part] = {}
    for term in design.terms:
        factor = term.factors[0]
        columns = [place[column] for column in term.columns if column in place]
        if len(term.factors) > 1 or not columns or factor.column in parts:
            continue
        atom = _atom(factor, rows)
        if atom is not None:
            x = rows.x[:, columns]
            centred = x - x.mean(axis=0) if isinstance(factor, Numeric) else x
            parts[factor.column] = _Part(factor=factor, atom=atom, columns=centred)
    return parts


def _atom(factor: Factor, rows: Rows) -> Atom | None:
    if isinstance(factor, Categorical):
        number = factor.position in rows.numbers
        return Atom(column=factor.column, transform="category" if number else "identity")
    if factor.transform in {"poly", "bs"}:
        return None
    parameter = factor.parameters[0] if factor.transform == "power" else None
    return Atom(column=factor.column, transform=factor.transform, parameter=parameter)


def _can_be_squared(part: _Part) -> bool:
    factor = part.factor
    if not isinstance(factor, Numeric) or factor.transform != "identity" or factor.is_date:
        return False
    return len(np.unique(part.columns[:, 0])) >= FEWEST_VALUES


def _square(part: _Part) -> Candidate:
    name = part.factor.column
    return Candidate(
        name=f"I({name}^2)",
        source=f"I({quoted(name)}^2)",
        predictors=(name,),
        kind="curvature",
        columns=part.columns**2,
    )


def _product(left: _Part, right: _Part) -> Candidate:
    columns = [a * b for b in right.columns.T for a in left.columns.T]
    return Candidate(
        name=f"{left.atom.text}:{right.atom.text}",
        source=f"{left.atom.source}:{right.atom.source}",
        predictors=(left.factor.column, right.factor.column),
        kind="interaction",
        columns=np.column_stack(columns),
    )


def _key(term: Term) -> tuple[str, ...]:
    columns = tuple(sorted(factor.column for factor in term.factors))
    squared = len(term.factors) == 1 and isinstance(term.factors[0], Numeric)
    if squared and isinstance(term.factors[0], Numeric) and term.factors[0].transform in {"power", "poly", "bs"}:
        return (*columns, *columns)
    return columns


def _key_of(candidate: Candidate) -> tuple[str, ...]:
    return candidate.predictors * 2 if candidate.kind == "curvature" else tuple(sorted(candidate.predictors))
