"""Coefficients as effects of meaningful steps: a quarter-to-three-quarter range, one level to another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.transforms import apply
from regression_analyzer.design.value import Categorical, Numeric, Term
from regression_analyzer.fit.tails import critical
from regression_analyzer.fit.value import Coefficient
from regression_analyzer.report.json_values import iso_date
from regression_analyzer.report.numbers import are_years, fmt, fmt_decimals, shorten
from regression_analyzer.report.ranking import by_term

SIGNIFICANT = 0.05
TOO_SMALL = 0.02
"""A part of the prediction that varies less than this share of the target's spread is too small to matter."""
DAYS_A_YEAR = 365.25
DAYS_ENOUGH = 7.0
"""A step of so many days is told by its days, without the time of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """An effect on the scale of the linear predictor, with its interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Size:
        """Return the effect of a step ``factor`` times as large."""
        ends = sorted((self.low * factor, self.high * factor))
        return Size(value=self.value * factor, low=ends[0], high=ends[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one step of a term goes with.

    Attributes
    ----------
    term : name of the term; ``column`` the predictor's (joined by `` x `` for interactions)
    kind : level (against the reference), number (a range of values), product (an interaction)
    step : the step in words (``"from 27 to 51"``, ``"yes instead of no"``)
    size : of the step
    unit : of one unit of an untransformed number; None for others
    unit_name : what one unit is (``"unit of age"``, ``"year"``)
    p_value : that the step goes with nothing; ``term_p_value`` that the whole term does
    spread : of the term over the rows, for the order
    predictors : its columns
    level : of a category, as the file has it, "" elsewhere
    where : what the effect is conditional on in a model with products, "" otherwise
    """

    term: str
    column: str
    kind: Literal["level", "number", "product"]
    step: str
    size: Size
    p_value: float
    term_p_value: float
    spread: float
    unit: Size | None = None
    unit_name: str = ""
    where: str = ""
    level: str = ""
    predictors: tuple[str, ...] = ()
    too_small: bool = False

    @property
    def clear(self) -> bool:
        """Whether there is no doubt about the direction: of the step, and of its term as a whole."""
        return self.p_value < SIGNIFICANT and self.term_p_value < SIGNIFICANT

    @property
    def together(self) -> bool:
        """Whether a category as a whole goes with the target, though this level is not clearly off the reference."""
        return self.kind == "level" and self.p_value >= SIGNIFICANT and self.term_p_value < SIGNIFICANT


def effects(analysis: Analysis) -> list[Effect]:
    """Return the effects of all terms, those of the term that accounts for most first."""
    contributions = by_term(analysis)
    found: list[Effect] = []
    for term in analysis.design.terms:
        part = contributions[term.name]
        found.extend(_of_term(analysis, term, part.spread, part.of_target))
    return sorted(found, key=lambda effect: -effect.spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What the effects of one term share."""

    term: Term
    term_p_value: float
    spread: float
    where: str
    too_small: bool


def _of_term(analysis: Analysis, term: Term, spread: float, of_target: float | None) -> list[Effect]:
    rows = {row.term: row for row in analysis.inference.coefficients}
    names = [analysis.design.columns[i].name for i in term.columns]
    kept = [rows[name] for name in names if name in rows]
    if not kept:
        return []
    part = _Part(
        term=term,
        term_p_value=_term_p(analysis, term, kept),
        spread=spread,
        where=_where(analysis, term) if len(term.factors) == 1 else "",
        too_small=of_target is not None and of_target < TOO_SMALL,
    )
    first = term.factors[0]
    if len(term.factors) > 1:
        return [_product(analysis, part, row) for row in kept]
    if isinstance(first, Categorical):
        return [_level(first, part, row) for row in kept]
    return [_number(analysis, first, part, kept)]


def _term_p(analysis: Analysis, term: Term, kept: list[Coefficient]) -> float:
    """Return the p-value of a term as a whole; that of its coefficient where it has one only."""
    tests = [test.p_value for test in analysis.inference.term_tests if test.term == term.name]
    return kept[0].p_value if len(kept) == 1 or not tests else tests[0]


def _level(factor: Categorical, part: _Part, row: Coefficient) -> Effect:
    level = shorten(row.level or "") or '""'
    step = level if factor.full else f"{level} instead of {shorten(factor.reference) or '(empty)'}"
    return Effect(
        term=part.term.name,
        column=factor.column,
        predictors=(factor.column,),
        kind="level",
        level=row.level or "",
        step=step,
        size=_size_of(row),
        p_value=row.p_value,
        term_p_value=part.term_p_value,
        spread=part.spread,
        where=part.where,
        too_small=part.too_small,
    )


def _number(analysis: Analysis, factor: Numeric, part: _Part, kept: list[Coefficient]) -> Effect:
    low, high = number_step(analysis, factor.column)
    unit: Size | None = None
    unit_name = ""
    if len(part.term.columns) == 1 and factor.transform == "identity":
        size = _size_of(kept[0]).times(high - low)
        times, unit_name = unit_words(analysis, factor, high - low)
        unit = _size_of(kept[0]).times(times)
    else:
        size = _moved(analysis, factor, part.term, low, high)
    return Effect(
        term=part.term.name,
        column=factor.column,
        predictors=(factor.column,),
        kind="number",
        step=range_words(factor, low, high),
        size=size,
        p_value=part.term_p_value,
        term_p_value=part.term_p_value,
        spread=part.spread,
        unit=unit,
        unit_name=unit_name,
        where=part.where,
        too_small=part.too_small,
    )


def _product(analysis: Analysis, part: _Part, row: Coefficient) -> Effect:
    scale = 1.0
    steps = []
    for factor in part.term.factors:
        if isinstance(factor, Numeric) and factor.transform == "identity":
            low, high = number_step(analysis, factor.column)
            scale *= high - low
            steps.append(f"{shorten(factor.column)} {range_words(factor, low, high)}")
    words = f" ({' and '.join(steps)})" if steps else ""
    return Effect(
        term=part.term.name,
        column=" x ".join(factor.column for factor in part.term.factors),
        predictors=tuple(factor.column for factor in part.term.factors),
        kind="product",
        step=f"{shorten(row.term, 80)}{words}",
        size=_size_of(row).times(scale),
        p_value=row.p_value,
        term_p_value=part.term_p_value,
        spread=part.spread,
    )


def number_step(analysis: Analysis, name: str) -> tuple[float, float]:
    """Return the quarter and three-quarter points of a column; 0 to 1 where there is no such column."""
    column = analysis.profile.by_name.get(name)
    return (0.0, 1.0) if column is None else column.middle_half


def _moved(analysis: Analysis, factor: Numeric, term: Term, low: float, high: float) -> Size:
    """Return the effect of moving a transformed number from low to high: d'b with variance d'Vd."""
    place = {int(column): i for i, column in enumerate(analysis.fit.kept)}
    values = apply(factor, np.array([low, high]))
    at = [place[column] for column in term.columns if column in place]
    steps = [float(v[1] - v[0]) for v, column in zip(values, term.columns, strict=True) if column in place]
    d = np.array(steps)
    if len(at) == 1:
        return _size_of(analysis.inference.coefficients[at[0]]).times(steps[0])
    value = float(d @ analysis.fit.coefficients[at])
    variance = float(d @ analysis.inference.covariance[np.ix_(at, at)] @ d)
    half = _critical(analysis) * math.sqrt(variance) if variance >= 0 else math.nan
    return Size(value=value, low=value - half, high=value + half)


def _critical(analysis: Analysis) -> float:
    """Return the multiple of a standard error that the intervals reach."""
    if analysis.inference.intervals != "wald":
        return critical(analysis.inference.level, None)
    for row in analysis.inference.coefficients:
        if row.std_error > 0 and math.isfinite(row.ci_high):
            return (row.ci_high - row.estimate) / row.std_error
    return math.nan


def unit_words(analysis: Analysis, factor: Numeric, step: float) -> tuple[float, str]:
    """Return how many units of a number read as one (365.25 days as a year), and what it is called."""
    name = shorten(factor.column)
    if factor.is_date:
        days, words = (
            (DAYS_A_YEAR, "year") if step >= DAYS_A_YEAR else (30.0, "30 days") if step >= 30 else (1.0, "day")
        )
        return days, f"{words} of {name}"
    column = analysis.profile.by_name.get(factor.column)
    unit = shorten(column.unit, 20) if column is not None and column.unit and column.unit != "%" else "unit"
    return 1.0, f"{unit} of {name}"


def _size_of(row: Coefficient) -> Size:
    return Size(value=row.estimate, low=row.ci_low, high=row.ci_high)


def range_words(factor: Numeric, low: float, high: float) -> str:
    """Say a step of a number."""
    if factor.is_date:
        ends = (math.floor(low), math.floor(high)) if high - low >= DAYS_ENOUGH else (low, high)
        return f"from {iso_date(ends[0])} to {iso_date(ends[1])}"
    if are_years(low, high):
        return f"from {low:.0f} to {high:.0f}"
    return f"from {value_words(low, high - low)} to {value_words(high, high - low)}"


def value_words(value: float, step: float) -> str:
    """Write a value of a predictor with the digits that a step of this size needs (37.21 with a step of 8)."""
    if not math.isfinite(step) or step <= 0:
        return fmt(value)
    decimals = max(1 - math.floor(math.log10(step)), 0)
    if decimals > 6 or abs(value) >= 1e12:
        return fmt(value, 4)
    text = fmt_decimals(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _where(analysis: Analysis, term: Term) -> str:
    """Say what a main effect is conditional on where its column also enters a product."""
    column = term.factors[0].column
    partners: dict[str, str] = {}
    for other in analysis.design.terms:
        if len(other.factors) < 2 or column not in {factor.column for factor in other.factors}:
            continue
        for factor in other.factors:
            if factor.column != column:
                value = factor.reference if isinstance(factor, Categorical) else "0"
                partners[factor.column] = f"{shorten(factor.column)} is {shorten(value)}"
    return " and ".join(partners.values())
