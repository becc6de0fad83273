"""Effects averaged over the rows, in words: points of chance, units of the target, counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Numeric
from regression_analyzer.explain.effects import AverageEffect
from regression_analyzer.findings import Skipped
from regression_analyzer.report.blocks import Cell, Column, Grid
from regression_analyzer.report.effects import SIGNIFICANT, Effect, Size, number_step, range_words, unit_words
from regression_analyzer.report.numbers import fmt_int, fmt_p_cell, fmt_pct, listing, shorten
from regression_analyzer.report.sizes import Scale, cell_words, effect_words, event_words, scale_of, target_unit

SHOWN = 25
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Averages:
    """Average effects and how they are told: ``factor`` turns them into the scale's unit (points: 100)."""

    found: tuple[AverageEffect, ...]
    scale: Scale
    factor: float

    def size(self, one: AverageEffect) -> Size:
        """Return an effect in the scale's unit."""
        return Size(value=one.estimate, low=one.ci_low, high=one.ci_high).times(self.factor)


def averages_of(analysis: Analysis) -> Averages | None:
    """Return the averages that say more than the coefficients do; None where they repeat them.

    That is everything where the link bends, and the parts of predictors that depend on each other elsewhere.
    """
    explanation = analysis.explanation
    if explanation is None or isinstance(explanation.effects, Skipped):
        return None
    found, design = explanation.effects.average, analysis.design
    if analysis.fit.link == "identity":
        joint = {f.column for term in design.terms if len(term.factors) > 1 for f in term.factors}
        kept = tuple(one for one in found if one.predictor in joint)
        return Averages(found=kept, scale=scale_of(analysis), factor=1.0) if kept else None
    unit, prefix = target_unit(analysis)
    if design.family == "binomial":
        noun = f"the chance of {event_words(analysis)}"
        scale = Scale(kind="difference", noun=noun, column_title="Change of the chance", unit="points")
        return Averages(found=found, scale=scale, factor=100.0)
    counted = design.family in {"poisson", "negative-binomial"}
    noun = f"{'the expected count' if counted else 'the mean'} of {shorten(design.target)}"
    scale = Scale(kind="difference", noun=noun, column_title="Change of the mean", unit=unit, prefix=prefix)
    return Averages(found=found, scale=scale, factor=1.0)


def average_sentence(analysis: Analysis, effect: Effect) -> str:
    """Say what a step goes with on average over the rows; "" where the coefficient says it already."""
    averages = averages_of(analysis)
    if averages is None or effect.together or analysis.fit.link == "identity" or effect.kind == "product":
        return ""
    step = next((one for one in averages.found if _is_step_of(one, effect)), None)
    if step is None or not step.p_value < SIGNIFICANT:
        return ""
    moved = effect_words(averages.size(step), averages.scale, clear=True)
    said = f" On average over the rows {averages.scale.noun} is {moved}"
    slope = next((one for one in averages.found if one.predictor == effect.column and one.kind == "slope"), None)
    if slope is None or slope.by or not math.isfinite(slope.ci_low) or effect.unit == effect.size:
        return f"{said}."
    times, words = unit_of_slope(analysis, slope)
    size = averages.size(slope).times(times)
    return f"{said}; each {words} with {effect_words(size, averages.scale, clear=True)}."


def averages_grid(analysis: Analysis) -> Grid | None:
    """Return the average effects as a table; None where they repeat the coefficients."""
    averages = averages_of(analysis)
    explanation = analysis.explanation
    if averages is None or explanation is None or isinstance(explanation.effects, Skipped):
        return None
    level, scale = fmt_pct(analysis.inference.level), averages.scale
    rows = []
    for one in averages.found[:MOST]:
        times, step = _step_words(analysis, one)
        where = f", where {shorten(one.by)} is {shorten(one.part)}" if one.by else ""
        texts = (shorten(one.predictor, 40), shorten(f"{step}{where}", 90))
        numbers = cell_words(averages.size(one).times(times), scale)
        rows.append(tuple(Cell(text=text) for text in (*texts, *numbers, fmt_p_cell(one.p_value))))
    unit = f" ({scale.prefix or scale.unit})" if scale.prefix or scale.unit else ""
    settled = explanation.effects.settled
    without = f"; none is given for {listing(settled)}: the outcome is settled there (separation)" if settled else ""
    return Grid(
        caption=(
            f"Changes of {scale.noun} on average: over {fmt_int(explanation.effects.n_obs)} rows, each with its own "
            f"values of the other predictors{without}"
        ),
        columns=(
            Column(title="Predictor"),
            Column(title="Step"),
            Column(title=f"{scale.column_title}{unit}", number=True),
            Column(title=f"{level} interval", number=True),
            Column(title="p", number=True),
        ),
        rows=tuple(rows),
        shown=SHOWN if len(rows) > SHOWN + 15 else len(rows),
        left_out=max(len(averages.found) - MOST, 0),
    )


def _step_words(analysis: Analysis, one: AverageEffect) -> tuple[float, str]:
    """Return by what an effect is multiplied to be that of the step, and the step in words."""
    if one.kind == "level":
        return 1.0, f"{shorten(one.level) or '(empty)'} instead of {shorten(one.reference) or '(empty)'}"
    if one.kind == "step":
        return 1.0, range_words(_number(analysis, one.predictor), one.low, one.high)
    times, words = unit_of_slope(analysis, one)
    return times, f"each {words}"


def unit_of_slope(analysis: Analysis, one: AverageEffect) -> tuple[float, str]:
    """Return by what a slope is multiplied, and what it is then a slope by (a year of a date)."""
    low, high = number_step(analysis, one.predictor)
    return unit_words(analysis, _number(analysis, one.predictor), high - low)


def _number(analysis: Analysis, name: str) -> Numeric:
    factors = [factor for term in analysis.design.terms for factor in term.factors if factor.column == name]
    return next(factor for factor in factors if isinstance(factor, Numeric))


def _is_step_of(one: AverageEffect, effect: Effect) -> bool:
    if one.predictor != effect.column or one.by:
        return False
    if effect.kind == "level":
        return one.kind == "level" and one.level == effect.level
    return one.kind == "step" or (one.kind == "level" and one.reference == "0")
