"""Terms that a regression could hold: curves along numbers, and products of pairs of predictors."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.formula import Atom, AtomTerm, formula_text, parse_formula
from regression_analyzer.design.transforms import apply, spline_parameters
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric, Term
from regression_analyzer.errors import InputError
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.value import Fit, FloatArray

MOST_PREDICTORS = 8
"""Only the predictors that weigh most in the flexible model are bent and paired."""
MOST_COLUMNS = 10
"""Products of more columns spend more than they tell."""
FEWEST_VALUES = 5
"""A number with fewer different values than this is not bent."""
FEWEST_OF_SPLINE = 12
SPLINE_COLUMNS = 5
"""Of the spline that is tried where neither square nor logarithm nor root will do: two inner knots."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Candidate:
    """A term to try.

    Attributes
    ----------
    name : as a term is named (``"bmi:smoker"``)
    term : its atoms, for the formula
    kind : ``"curvature"`` or ``"interaction"``
    columns : (n, c) its columns, numbers measured from their means
    instead_of : the atom of the straight line that a curve may stand in for, with its column of x; None where it
        stands beside it
    spans : the curve holds the straight line already
    """

    name: str
    term: AtomTerm
    predictors: tuple[str, ...]
    kind: str
    columns: FloatArray
    instead_of: tuple[Atom, int] | None = None
    spans: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Part:
    """A predictor's main effect: ``places`` of its columns in x, ``cells`` of a number as they are."""

    factor: Factor
    atom: Atom
    columns: FloatArray
    places: tuple[int, ...]
    cells: FloatArray


def candidates(design: Design, fit: Fit, rows: Rows, ranked: Sequence[str]) -> list[Candidate]:
    """Return curves and products of the leading predictors that the design does not hold yet.

    Parameters
    ----------
    ranked : predictors, the one that matters most to the flexible model first
    """
    parts = _main_effects(design, fit, rows)
    names = [name for name in ranked if name in parts][:MOST_PREDICTORS]
    held = {_key(term) for term in design.terms}
    found = [curve for name in names for curve in _curves(parts[name], design)]
    # a product is written in the order in which the model names its predictors
    for first, second in itertools.combinations([name for name in parts if name in names], 2):
        left, right = parts[first], parts[second]
        fits = left.columns.shape[1] * right.columns.shape[1] <= MOST_COLUMNS
        if fits and tuple(sorted((first, second))) not in held:
            found.append(_product(left, right))
    return found


def formula_with(design: Design, added: Sequence[AtomTerm], replaced: Mapping[Atom, Atom]) -> str:
    """Return the design's formula with terms added, and main effects replaced where they stand.

    Parameters
    ----------
    replaced : atom of a main effect -> the atom that takes its place
    """
    written = parse_formula(design.formula)
    terms = [(replaced[term[0]],) if len(term) == 1 and term[0] in replaced else term for term in written.terms]
    target = written.target if written.target is not None else Atom(column=design.target)
    return formula_text(target, [*terms, *added], intercept=written.intercept, offset=written.offset)


def _main_effects(design: Design, fit: Fit, rows: Rows) -> dict[str, _Part]:
    """Return each predictor that enters by itself, with its columns."""
    place = {int(column): i for i, column in enumerate(fit.kept)}
    parts: dict[str, _Part] = {}
    for term in design.terms:
        factor = term.factors[0]
        places = tuple(place[column] for column in term.columns if column in place)
        if len(term.factors) > 1 or not places or factor.column in parts:
            continue
        atom = _atom(factor, rows)
        if atom is not None:
            x = rows.x[:, places]
            centred = x - x.mean(axis=0) if isinstance(factor, Numeric) else x
            cells = rows.values[factor.position]
            parts[factor.column] = _Part(factor=factor, atom=atom, columns=centred, places=places, cells=cells)
    return parts


def _atom(factor: Factor, rows: Rows) -> Atom | None:
    if isinstance(factor, Categorical):
        number = factor.position in rows.numbers
        return Atom(column=factor.column, transform="category" if number else "identity")
    if factor.transform in {"poly", "bs"}:
        return None
    parameter = factor.parameters[0] if factor.transform == "power" else None
    return Atom(column=factor.column, transform=factor.transform, parameter=parameter)


def _curves(part: _Part, design: Design) -> list[Candidate]:
    """Return the curves to try along a number that enters once: its square, logarithm, root, and a spline.

    For a number that enters transformed: the number as it is.
    """
    factor, name = part.factor, part.factor.column
    if not isinstance(factor, Numeric) or len(part.places) != 1 or _enters(design, name) != 1:
        return []
    values = np.unique(part.cells)
    if len(values) < FEWEST_VALUES:
        return []
    joint = any(name in {f.column for f in term.factors} for term in design.terms if len(term.factors) > 1)
    line = None if joint else (part.atom, part.places[0])
    if factor.transform != "identity":
        return [_curve(part, Atom(column=name), part.cells[:, None], line)]
    square = Atom(column=name, transform="power", parameter=2.0)
    found = [_curve(part, square, part.columns**2, None)] if not factor.is_date else []
    if values[0] > 0.0 and not factor.is_date:
        found.append(_curve(part, Atom(column=name, transform="log"), np.log(part.cells)[:, None], line))
    if values[0] >= 0.0 and not factor.is_date:
        found.append(_curve(part, Atom(column=name, transform="sqrt"), np.sqrt(part.cells)[:, None], line))
    spline = None if joint or len(values) < FEWEST_OF_SPLINE else _spline(part, factor)
    return found if spline is None else [*found, spline]


def _enters(design: Design, name: str) -> int:
    """Return how many main effects a column has."""
    return sum(len(term.factors) == 1 and term.factors[0].column == name for term in design.terms)


def _curve(part: _Part, atom: Atom, columns: FloatArray, line: tuple[Atom, int] | None) -> Candidate:
    return Candidate(
        name=atom.text,
        term=(atom,),
        predictors=(part.factor.column,),
        kind="curvature",
        columns=columns - columns.mean(axis=0) if atom.transform != "power" else columns,
        instead_of=line,
    )


def _spline(part: _Part, factor: Numeric) -> Candidate | None:
    """Return a cubic spline in place of the straight line; None where too few values lie between its knots."""
    try:
        fixed = spline_parameters(part.cells, SPLINE_COLUMNS, factor.column)
    except InputError:
        return None
    spline = replace(factor, transform="bs", parameters=fixed)
    atom = Atom(column=factor.column, transform="bs", parameter=float(SPLINE_COLUMNS))
    columns = np.column_stack(apply(spline, part.cells))
    return replace(_curve(part, atom, columns, (part.atom, part.places[0])), spans=True)


def _product(left: _Part, right: _Part) -> Candidate:
    columns = [a * b for b in right.columns.T for a in left.columns.T]
    return Candidate(
        name=f"{left.atom.text}:{right.atom.text}",
        term=(left.atom, right.atom),
        predictors=(left.factor.column, right.factor.column),
        kind="interaction",
        columns=np.column_stack(columns),
    )


def _key(term: Term) -> tuple[str, ...]:
    return tuple(sorted(factor.column for factor in term.factors))
