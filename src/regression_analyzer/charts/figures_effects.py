"""The coefficients as effects of meaningful steps, with their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.naming import target_label, target_name, unit_of
from regression_analyzer.charts.text import fit_parts, number, plain, shorten, signed
from regression_analyzer.charts.value import Emphasis, Figure, Mark
from regression_analyzer.design.value import Categorical, DesignColumn, Numeric
from regression_analyzer.fit.value import Coefficient
from regression_analyzer.profile.value import ColumnProfile

MOST_ROWS = 14
ROW_LIMIT = 31
"""Characters of a row's name that fit beside the picture."""
LARGEST_EXPONENT = 30.0
"""Effects beyond this on a log scale come from separated outcomes; they are drawn as an arrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One row of the picture, on the scale of the linear predictor."""

    label: str
    full_label: str
    estimate: float
    low: float
    high: float
    group: int
    weight: float


def coefficient_figure(analysis: Analysis) -> Figure | None:
    """What goes with the target, and by how much? None for a model without slopes.

    A number steps from the first to the third quarter of its rows (a log or root likewise), a category from its
    reference level to another, anything else by one standard deviation of its column. Terms stand by the largest
    standardised coefficient, the levels of a category together.
    """
    found = _ordered(_effects(analysis))
    if not found:
        return None
    shown, is_ratio = found[:MOST_ROWS], _is_ratio(analysis)
    no_effect = 1.0 if is_ratio else 0.0
    low, high = _range(shown)
    what = target_name(analysis)
    level = number(100 * analysis.inference.level, 3)
    left_out = len(found) - len(shown)
    return Figure(
        name="coefficients",
        title=f"What goes with {what}, and by how much?",
        x_label=f"{_scale_name(analysis)}, with {level}% interval{' (log scale)' if is_ratio else ''}",
        y_label="",
        caption=_caption(analysis, shown, left_out),
        alt=_alt(analysis, shown, left_out),
        marks=_marks(shown, is_ratio),
        categories=tuple(effect.label for effect in shown),
        notes=tuple(_note(effect.estimate, is_ratio) for effect in shown),
        reference={"x": no_effect},
        x_log=is_ratio,
        x_range=(_shown(low, is_ratio), _shown(high, is_ratio)),
    )


def _effects(analysis: Analysis) -> list[Effect]:
    columns = {column.name: (index, column) for index, column in enumerate(analysis.design.columns)}
    place = {int(column): i for i, column in enumerate(analysis.fit.kept)}
    effects = []
    for coefficient in analysis.inference.coefficients:
        index, column = columns.get(coefficient.term, (-1, None))
        if column is None or column.term < 0 or not math.isfinite(coefficient.estimate):
            continue
        position = place.get(index, -1)
        spread = float(analysis.fit.x_std[position]) if 0 <= position < analysis.fit.x_std.size else math.nan
        effects.append(_effect(analysis, coefficient, column, spread))
    return effects


def _effect(analysis: Analysis, coefficient: Coefficient, column: DesignColumn, spread: float) -> Effect:
    step, label = _step(analysis, column, spread)
    ends = sorted((coefficient.ci_low * step, coefficient.ci_high * step))
    weight = abs(coefficient.std_estimate) if coefficient.std_estimate is not None else math.nan
    if not math.isfinite(weight):
        weight = abs(coefficient.estimate * (spread if math.isfinite(spread) and spread > 0 else step))
    return Effect(
        label=plain("".join(fit_parts(label, ROW_LIMIT))),
        full_label=plain("".join(label)),
        estimate=coefficient.estimate * step,
        low=ends[0] if math.isfinite(ends[0]) else -math.inf,
        high=ends[1] if math.isfinite(ends[1]) else math.inf,
        group=column.term,
        weight=weight,
    )


def _step(analysis: Analysis, column: DesignColumn, spread: float) -> tuple[float, tuple[str, ...]]:
    """Return the step of a column and its name in parts, each of which may be cut."""
    factors = analysis.design.terms[column.term].factors
    if len(factors) == 1:
        factor = factors[0]
        if isinstance(factor, Categorical):
            against = () if factor.full else (" vs ", factor.reference)
            return 1.0, (factor.column, ": ", column.level or "", *against)
        step = _number_step(analysis, factor)
        if step is not None and len(analysis.design.terms[column.term].columns) == 1:
            return step
    if all(isinstance(factor, Categorical) for factor in factors) or not (math.isfinite(spread) and spread > 0):
        return 1.0, (column.name,)
    return spread, (column.name, ", +1 SD")


def _number_step(analysis: Analysis, factor: Numeric) -> tuple[float, tuple[str, ...]] | None:
    profile = analysis.profile.by_name.get(factor.column)
    quarters = _quarters(profile)
    if profile is None or quarters is None:
        return None
    low, high = quarters
    if factor.transform == "identity":
        if profile.minimum == 0.0 and profile.maximum == 1.0 and profile.integer:
            return 1.0, (factor.column, ": 1 vs 0")
        unit = " days" if factor.is_date else unit_of(analysis, factor.column)
        return high - low, (factor.column, f", +{number(high - low)}{unit}")
    bent = {"log": math.log, "sqrt": math.sqrt}.get(factor.transform)
    if bent is None or low <= 0:
        return None
    return bent(high) - bent(low), (factor.column, f", {number(low)} to {number(high)}")


def _quarters(profile: ColumnProfile | None) -> tuple[float, float] | None:
    """Return the quarter points of a column, or its middle standard deviation where they are the same."""
    if profile is None or not profile.quantiles:
        return None
    low, high = profile.quantiles.get("0.25"), profile.quantiles.get("0.75")
    if low is None or high is None:
        return None
    if high > low:
        return low, high
    if profile.mean is None or not profile.std:
        return None
    return profile.mean - profile.std / 2, profile.mean + profile.std / 2


def _ordered(effects: list[Effect]) -> list[Effect]:
    largest: dict[int, float] = {}
    for effect in effects:
        largest[effect.group] = max(largest.get(effect.group, 0.0), effect.weight)
    return sorted(effects, key=lambda e: (-largest[e.group], e.group, -abs(e.estimate)))


def _is_ratio(analysis: Analysis) -> bool:
    target = analysis.design.target_factor
    log_target = isinstance(target, Numeric) and target.transform == "log" and analysis.fit.link == "identity"
    return log_target or analysis.fit.link in {"log", "logit"}


def _scale_name(analysis: Analysis) -> str:
    link, family = analysis.fit.link, analysis.fit.family
    what = target_label(analysis, limit=24)
    if link == "logit":
        return f"Odds ratio of {what}"
    if link == "log":
        return f"{'Rate ratio' if family in {'poisson', 'negative-binomial'} else 'Ratio'} of {what}"
    if _is_ratio(analysis):
        return f"Ratio of {shorten(analysis.design.target, 24)}"
    if link == "identity":
        return f"Difference in {what}"
    return f"Difference in {what} ({link} scale)"


def _range(effects: list[Effect]) -> tuple[float, float]:
    """Return the part of the axis to show: no interval may squeeze the others, and zero is always in view."""
    estimates = [e.estimate for e in effects]
    middle = sorted(map(abs, estimates))[len(estimates) // 2]
    if middle > 0:
        usual = [e for e in estimates if abs(e) <= LARGEST_EXPONENT or abs(e) <= 50 * middle]
        estimates = usual or estimates
    least, most = min(0.0, *estimates), max(0.0, *estimates)
    lows = [e.low for e in effects if math.isfinite(e.low)] or [least]
    highs = [e.high for e in effects if math.isfinite(e.high)] or [most]
    halves = sorted((e.high - e.low) / 2 for e in effects if math.isfinite(e.high - e.low)) or [0.0]
    room = max(most - least, 2 * halves[len(halves) // 2]) or 1.0
    low, high = max(min(*lows, least), least - room), min(max(*highs, most), most + room)
    air = 0.04 * (high - low)
    return low - air, high + air


def _shown(value: float, is_ratio: bool) -> float:
    return math.exp(max(-LARGEST_EXPONENT, min(LARGEST_EXPONENT, value))) if is_ratio else value


def _marks(effects: list[Effect], is_ratio: bool) -> tuple[Mark, ...]:
    groups: tuple[tuple[str, Emphasis, bool], ...] = (
        ("interval leaves out no effect", "data", True),
        ("interval holds no effect", "quiet", False),
    )
    marks = []
    for name, emphasis, clear in groups:
        chosen = [i for i, e in enumerate(effects) if _is_clear(e) is clear]
        if chosen:
            marks.append(
                Mark(
                    kind="interval",
                    name=name,
                    y=np.asarray(chosen, dtype=np.float64),
                    x=np.asarray([_shown(effects[i].estimate, is_ratio) for i in chosen]),
                    low=np.asarray([_shown(effects[i].low, is_ratio) for i in chosen]),
                    high=np.asarray([_shown(effects[i].high, is_ratio) for i in chosen]),
                    labels=tuple(effects[i].full_label for i in chosen),
                    emphasis=emphasis,
                )
            )
    return tuple(marks)


def _is_clear(effect: Effect) -> bool:
    return effect.low > 0 or effect.high < 0


def _note(estimate: float, is_ratio: bool) -> str:
    if not is_ratio:
        return signed(estimate)
    if abs(estimate) > 15:
        return "very large" if estimate > 0 else "near 0"
    return f"×{number(math.exp(estimate), 3)}"


def _told(effect: Effect, is_ratio: bool) -> str:
    ends = [_note(end, is_ratio) if math.isfinite(end) else "open" for end in (effect.low, effect.high)]
    return f"{_note(effect.estimate, is_ratio)} ({ends[0]} to {ends[1]})"


def _caption(analysis: Analysis, shown: list[Effect], left_out: int) -> str:
    is_ratio = _is_ratio(analysis)
    first = next((effect for effect in shown if _is_clear(effect)), None)
    open_ones = sum(not _is_clear(e) for e in shown)
    nothing = "a ratio of 1" if is_ratio else "zero"
    held = "none of the intervals includes" if open_ones == 0 else f"{open_ones} of {len(shown)} intervals include"
    if open_ones == 1:
        held = f"1 of {len(shown)} intervals includes" if len(shown) > 1 else "the interval includes"
    more = f" {left_out} smaller ones are left to the table." if left_out > 1 else ""
    step = " Numbers step from their lower to their upper quarter point." if _has_numbers(analysis) else ""
    if first is None:
        return f"Every interval includes {nothing}: the data leave the direction of each open.{step}{more}"
    return f"{shorten(first.full_label, 80)} goes with {_told(first, is_ratio)}; {held} {nothing}.{step}{more}"


def _has_numbers(analysis: Analysis) -> bool:
    return any(isinstance(factor, Numeric) for term in analysis.design.terms for factor in term.factors)


def _alt(analysis: Analysis, shown: list[Effect], left_out: int) -> str:
    is_ratio = _is_ratio(analysis)
    listed = "; ".join(f"{e.full_label}: {_told(e, is_ratio)}" for e in shown)
    more = f"; and {left_out} more" if left_out else ""
    level = number(100 * analysis.inference.level, 3)
    return f"{_scale_name(analysis)} with {level}% intervals, most important first. {listed}{more}."
