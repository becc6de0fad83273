"""What predictions do along each predictor, averaged over the rows: adjusted predictions and marginal effects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regression_analyzer.design.blocks import level_codes
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric
from regression_analyzer.explain.along import cell_of
from regression_analyzer.explain.averaging import Average, Averaging, averaging
from regression_analyzer.explain.rows import Rows
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.tails import critical, two_sided
from regression_analyzer.fit.value import EMPTY, Fit, FloatArray, Inference

GRID = 25
ENDS = (0.01, 0.99)
"""Curves go from the first to the last hundredth of a number's values."""
QUARTERS = (0.25, 0.75)
MOST_PREDICTORS = 60
MOST_CURVES = 12
"""Predictors that get averages, and curves: those with the largest standardised coefficients."""
MOST_LEVELS = 60
MOST_PARTS = 4
"""Levels of a category that the curve of a number is drawn for, where the two depend on each other."""
MOST_WORK = 400_000_000
"""Rows times columns times evaluations; beyond, averages are over a sample of the rows."""
FEWEST_ROWS = 1_000
WHOLE: tuple[str, str, dict[int, FloatArray]] = ("", "", {})
"""No category is held at a level: the rows as they are."""
SETTLED = (
    "the predictors settle the outcome completely (separation): how much it changes with each of them has no finite "
    "answer, and 0 or 1 would look certain"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageEffect:
    """One average marginal effect on the scale of the mean (of the target as modelled).

    Attributes
    ----------
    kind : ``"slope"`` (derivative by a number, its unit one unit of it), ``"step"`` (a number moved from its first
        to its third quarter point in every row), ``"level"`` (every row given the level, less every row given the
        reference; 0/1 numbers too)
    level, reference : of a category ("1" and "0" of such a number), "" elsewhere
    low, high : ends of a step, NaN elsewhere
    by, part : category held at one of its levels for this effect, "" where none is
    p_value : two-sided, that the effect is 0
    """

    predictor: str
    kind: Literal["slope", "step", "level"]
    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    p_value: float
    level: str = ""
    reference: str = ""
    low: float = math.nan
    high: float = math.nan
    by: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Adjusted:
    """Average predictions when every row is given the same value of one predictor.

    Attributes
    ----------
    x : (g,) values of a number (days of a date), empty for categories
    levels : g levels of a category, empty for numbers
    by, part : category held at one of its levels, "" where none is
    predicted, std_error, ci_low, ci_high : (g,) on the scale of the mean; the interval is made on the scale of the
        linear predictor, so that it stays among possible means
    """

    predictor: str
    is_date: bool
    x: FloatArray
    levels: tuple[str, ...]
    predicted: FloatArray
    std_error: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    by: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MarginalEffects:
    """Averages over ``n_obs`` rows: the effects, and the predictions along the leading predictors.

    ``settled`` names predictors that have none: with a value of them the outcome is always the same (separation), and
    what other rows would do with that value no coefficient says.
    """

    average: tuple[AverageEffect, ...]
    adjusted: tuple[Adjusted, ...]
    n_obs: int
    settled: tuple[str, ...] = ()


def marginal_effects(
    design: Design,
    fit: Fit,
    inference: Inference,
    rows: Rows,
    *,
    steps: Mapping[str, tuple[float, float]] | None = None,
    seed: int = 0,
) -> MarginalEffects | Skipped:
    """Average, over the rows as they are, what the model predicts when one predictor is changed in all of them.

    Other predictors keep the values of their rows, so no row is asked to be an average one; prior weights count.
    Errors by the delta method from the covariance in use: of the coefficients, for these rows. Each interval is the
    estimate with the critical value of the distribution of the coefficients it is made of. Predictors that settle the
    outcome (separation) have no effects: their coefficients have no finite value, and 0 or 1 would look certain.

    Parameters
    ----------
    steps : number -> ends of its step; the quarter points of the rows where there are none
    seed : of the sample, where averages over all rows would take long

    Not valid as the effect of changing a predictor: the model's differences are between rows that are alike.

    References
    ----------
    Bartus (2005), doi:10.1177/1536867X0500500303; Hanmer and Ozan Kalkan (2013), doi:10.1111/j.1540-5907.2012.00602.x.
    """
    settled = _settled(design, fit)
    names = [name for name in _leading(design, fit, rows) if name not in settled]
    if settled and not names:
        return Skipped(reason=SETTLED)
    some = _some_rows(fit, rows, names, seed)
    made = averaging(design, fit, inference, some)
    factors = {factor.column: factor for factor in some.factors}
    average: list[AverageEffect] = []
    adjusted: list[Adjusted] = []
    for i, name in enumerate(names):
        factor = factors[name]
        found: tuple[list[AverageEffect], list[Adjusted]]
        if isinstance(factor, Categorical):
            found = _of_category(made, factor, some)
        else:
            low, high = np.quantile(some.values[factor.position], QUARTERS).tolist()
            step = (steps or {}).get(name, (low, high))
            found = _of_number(made, design, factor, some, step=step, drawn=i < MOST_CURVES)
        average += found[0]
        adjusted += found[1] if i < MOST_CURVES else []
    return MarginalEffects(average=tuple(average), adjusted=tuple(adjusted), n_obs=len(some.y), settled=settled)


def _settled(design: Design, fit: Fit) -> tuple[str, ...]:
    """Return the predictors among whose columns is one without a finite coefficient."""
    terms = [design.terms[design.columns[j].term] for j in fit.separation if design.columns[j].term >= 0]
    return tuple(dict.fromkeys(factor.column for term in terms for factor in term.factors))


def _leading(design: Design, fit: Fit, rows: Rows) -> list[str]:
    """Return the predictors, those whose columns move the linear predictor most first."""
    sizes = dict.fromkeys((factor.column for factor in rows.factors), 0.0)
    held = dict.fromkeys(sizes, 0)
    for place, column in enumerate(fit.kept):
        term = design.columns[int(column)].term
        if term < 0:
            continue
        size = abs(float(fit.coefficients[place] * fit.x_std[place]))
        for factor in design.terms[term].factors:
            held[factor.column] += 1
            sizes[factor.column] = max(sizes[factor.column], size if math.isfinite(size) else 0.0)
    return sorted((name for name in sizes if held[name]), key=lambda name: -sizes[name])[:MOST_PREDICTORS]


def _some_rows(fit: Fit, rows: Rows, names: Sequence[str], seed: int) -> Rows:
    """Return all rows, or a seeded sample where averages over all would take long."""
    if fit.link == "identity":
        return rows
    factors = {factor.column: factor for factor in rows.factors}
    evaluations = sum(
        min(len(factor.levels), MOST_LEVELS) if isinstance(factor, Categorical) else 6
        for factor in (factors[name] for name in names)
    )
    evaluations += GRID * min(len(names), MOST_CURVES)
    most = max(FEWEST_ROWS, MOST_WORK // max(evaluations * rows.x.shape[1], 1))
    if len(rows.y) <= most:
        return rows
    return rows.some(np.sort(np.random.default_rng(seed).choice(len(rows.y), most, replace=False)))


def _of_category(made: Averaging, factor: Categorical, rows: Rows) -> tuple[list[AverageEffect], list[Adjusted]]:
    """Give every row each level in turn."""
    levels = (factor.reference, *(level for level in factor.levels if level != factor.reference))[:MOST_LEVELS]
    cells = [{factor.position: np.array([cell_of(factor, level, rows)])} for level in levels]
    averages = [made.prediction(cell) for cell in cells]
    effects = [
        _effect(made, factor.column, "level", each.less(averages[0]), level=level, reference=factor.reference)
        for level, each in zip(levels[1:], averages[1:], strict=True)
    ]
    order = [levels.index(level) for level in factor.levels if level in levels]
    drawn = _adjusted(made, factor, [averages[i] for i in order], levels=tuple(levels[i] for i in order))
    return effects, [drawn]


def _of_number(
    made: Averaging, design: Design, factor: Numeric, rows: Rows, *, step: tuple[float, float], drawn: bool
) -> tuple[list[AverageEffect], list[Adjusted]]:
    """Move a number: a little in every row, from quarter to quarter, and along its range."""
    values = rows.values[factor.position]
    effects: list[AverageEffect] = []
    curves: list[Adjusted] = []
    parts = _parts(design, factor, rows)
    for by, part, held in parts if not parts[0][0] else [WHOLE, *parts]:
        if set(np.unique(values[:1000])) <= {0.0, 1.0} and set(np.unique(values)) == {0.0, 1.0}:
            ends = [made.prediction({**held, factor.position: np.array([end])}) for end in (1.0, 0.0)]
            change = ends[0].less(ends[1])
            effects.append(_effect(made, factor.column, "level", change, level="1", reference="0", by=by, part=part))
        else:
            slope = made.slope(factor.position, {**held, factor.position: values})
            effects.append(_effect(made, factor.column, "slope", slope, by=by, part=part))
            effects += _step(made, factor, step, held, by=by, part=part)
        if drawn and (by or len(parts) == 1):
            grid = grid_of(values)
            found = [made.prediction({**held, factor.position: np.array([cell])}) for cell in grid]
            curves.append(_adjusted(made, factor, found, x=grid, by=by, part=part))
    return effects, curves


def _step(
    made: Averaging,
    factor: Numeric,
    step: tuple[float, float],
    held: Mapping[int, FloatArray],
    *,
    by: str,
    part: str,
) -> list[AverageEffect]:
    low, high = step
    if not low < high:
        return []
    ends = [made.prediction({**held, factor.position: np.array([end])}) for end in (high, low)]
    moved = ends[0].less(ends[1])
    return [_effect(made, factor.column, "step", moved, low=low, high=high, by=by, part=part)]


def grid_of(values: FloatArray) -> FloatArray:
    """Return up to 25 values along which a curve is drawn: the distinct ones, or an even grid."""
    low, high = np.quantile(values, ENDS)
    distinct = np.unique(values)
    inside = distinct[(distinct >= low) & (distinct <= high)]
    return inside if len(inside) <= GRID else np.linspace(low, high, GRID)


def _parts(design: Design, factor: Numeric, rows: Rows) -> list[tuple[str, str, dict[int, FloatArray]]]:
    """Return the levels at which a category is held that a number depends on; one part, with nothing held, else."""
    partner = next((each for each in _partners(design, factor) if isinstance(each, Categorical)), None)
    if partner is None:
        return [WHOLE]
    codes = level_codes(partner, rows.values[partner.position], numbers=partner.position in rows.numbers)
    counts = np.bincount(codes.astype(np.int64), minlength=len(partner.levels))
    most = np.sort(np.argsort(-counts, kind="stable")[:MOST_PARTS])
    levels = [partner.levels[int(i)] for i in most if counts[i]]
    return [(partner.column, level, {partner.position: np.array([cell_of(partner, level, rows)])}) for level in levels]


def _partners(design: Design, factor: Factor) -> list[Factor]:
    """Return the factors that enter a product with a column."""
    held = [term.factors for term in design.terms if len(term.factors) > 1]
    return [
        other
        for factors in held
        if factor.column in {each.column for each in factors}
        for other in factors
        if other.column != factor.column
    ]


def _effect(
    made: Averaging,
    predictor: str,
    kind: Literal["slope", "step", "level"],
    found: Average,
    *,
    level: str = "",
    reference: str = "",
    low: float = math.nan,
    high: float = math.nan,
    by: str = "",
    part: str = "",
) -> AverageEffect:
    error, freedom = _error(made, found.gradient), _freedom(made, found.gradient)
    width = critical(made.inference.level, freedom)
    clear = error > 0.0 and math.isfinite(error)
    return AverageEffect(
        predictor=predictor,
        kind=kind,
        estimate=found.value,
        std_error=error,
        ci_low=found.value - width * error,
        ci_high=found.value + width * error,
        p_value=two_sided(found.value / error, freedom) if clear else math.nan,
        level=level,
        reference=reference,
        low=low,
        high=high,
        by=by,
        part=part,
    )


def _adjusted(
    made: Averaging,
    factor: Factor,
    found: Sequence[Average],
    *,
    x: FloatArray = EMPTY,
    levels: tuple[str, ...] = (),
    by: str = "",
    part: str = "",
) -> Adjusted:
    mean = np.array([each.value for each in found])
    error = np.array([_error(made, each.gradient) for each in found])
    with np.errstate(divide="ignore", invalid="ignore"):  # separated outcomes have chances of 0 and 1
        eta = made.link.function(mean)
        width = np.array([critical(made.inference.level, _freedom(made, each.gradient)) for each in found])
        half = width * np.abs(error / made.link.slope(eta, mean))
        ends = np.sort(np.column_stack([made.link.inverse(eta - half), made.link.inverse(eta + half)]), axis=1)
    if made.link.name == "inverse":
        # the interval of 1 / mean that reaches 0 leaves the mean without an upper end
        ends[(eta - half) * (eta + half) <= 0.0, 1] = math.inf
    return Adjusted(
        predictor=factor.column,
        is_date=isinstance(factor, Numeric) and factor.is_date,
        x=x,
        levels=levels,
        predicted=mean,
        std_error=error,
        ci_low=ends[:, 0],
        ci_high=ends[:, 1],
        by=by,
        part=part,
    )


def _error(made: Averaging, gradient: FloatArray) -> float:
    """Return a standard error; NaN where nothing is left to judge errors by, or robust ones meet separation."""
    if made.fit.df_resid < 1 or (made.fit.separation and made.inference.column != "classical"):
        return math.nan
    return made.error(gradient)


def _freedom(made: Averaging, gradient: FloatArray) -> float | None:
    """Return the degrees of freedom of a sum of coefficients: the fewest of any slope that is part of it."""
    inference, start = made.inference, int(has_intercept_column(made.fit))
    slopes = zip(inference.coefficients[start:], gradient[start:], strict=True)
    parts = [row.df for row, share in slopes if share != 0.0]
    known = [df for df in parts if df is not None]
    return min(known, default=inference.df_inference) if inference.distribution == "t" else None
