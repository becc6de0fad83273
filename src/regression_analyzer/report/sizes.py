"""Sizes of effects in words, on the scale that people think in: differences, odds, rates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Numeric
from regression_analyzer.report.effects import Size
from regression_analyzer.report.numbers import decimals_for, fmt, fmt_decimals, fmt_estimate, fmt_interval, shorten

LARGEST_EXPONENT = 700.0
MANY_TIMES = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a model's effects are told.

    Attributes
    ----------
    kind : difference (as it is), odds (a ratio of odds), ratio (a ratio of means or rates)
    noun : what goes up or down (``"charges"``, ``"the odds of smoker being yes"``)
    column_title : heading of the effect's column
    unit : written after a difference, "" without one; ``prefix`` before it (``"$"``)
    """

    kind: Literal["difference", "odds", "ratio"]
    noun: str
    column_title: str
    unit: str = ""
    prefix: str = ""


def scale_of(analysis: Analysis) -> Scale:
    """Return the scale of a model's effects."""
    design, fit = analysis.design, analysis.fit
    target = shorten(design.target)
    if fit.link == "logit":
        return Scale(kind="odds", noun=f"the odds ({event_words(analysis)})", column_title="Odds, times")
    if fit.link == "log":
        noun = f"the mean of {target}" if fit.family in {"gamma", "gaussian"} else f"the expected count of {target}"
        return Scale(kind="ratio", noun=noun, column_title="Change of the mean")
    factor = design.target_factor
    transform = factor.transform if isinstance(factor, Numeric) else "identity"
    if fit.link == "identity" and transform == "log":
        return Scale(kind="ratio", noun=f"the typical {target}", column_title="Change of the typical value")
    if fit.link != "identity" or transform != "identity":
        expression = shorten(design.target_expression)
        noun = expression if fit.link == "identity" else f"the {fit.link} of {expression}"
        return Scale(kind="difference", noun=noun, column_title=f"Change of {noun}")
    unit, prefix = target_unit(analysis)
    return Scale(kind="difference", noun=target, column_title=f"Change of {target}", unit=unit, prefix=prefix)


def target_unit(analysis: Analysis) -> tuple[str, str]:
    """Return the target's unit as (written after, written before)."""
    column = analysis.profile.by_name.get(analysis.design.target)
    unit = shorten(column.unit, 12) if column is not None and column.unit else ""
    if unit == "%":
        return "", ""
    return ("", unit) if unit in {"$", "€", "£", "¥"} else (unit, "")


def cases_words(analysis: Analysis) -> str:
    """Say what the share of an event is a share of."""
    return "trials" if analysis.design.weighted else "rows"


def event_words(analysis: Analysis) -> str:
    """Say what a yes/no model predicts."""
    target, event = shorten(analysis.design.target), analysis.design.event
    if analysis.design.counts is not None:
        return f"a case counted in {target}"
    return f"{target} being {shorten(event) if event is not None else '1'}"


def effect_words(size: Size, scale: Scale, *, clear: bool) -> str:
    """Say how large an effect is, or which sizes the interval leaves open."""
    if not math.isfinite(size.value):
        return "of no finite size"
    if not (math.isfinite(size.low) and math.isfinite(size.high)):
        return f"{estimate_words(size, scale)} (no interval can be given)"
    if clear:
        return f"{estimate_words(size, scale)} ({interval_words(size, scale)})"
    return f"{open_words(size, scale)}: too uncertain to say"


def estimate_words(size: Size, scale: Scale) -> str:
    """Say the estimate: "about 23,800 higher", "1.8 times as high", "12% higher"."""
    if scale.kind == "difference":
        return f"about {_amount(_rounded(size, size.value), scale)} {_direction(size.value)}"
    if scale.kind == "odds" or not _as_percent(size):
        return f"{_times(size, size.value)} times as high"
    return f"about {_percent(size.value, size)} {_direction(size.value)}"


def interval_words(size: Size, scale: Scale) -> str:
    """Say the interval of a clear effect, both ends in the estimate's direction."""
    sign = -1.0 if size.value < 0 else 1.0
    if scale.kind == "difference":
        low, high = sorted((size.low * sign, size.high * sign))
        return f"{scale.prefix}{fmt_interval(low, high)}" if low >= 0 else open_words(size, scale)
    if scale.kind == "odds" or not _as_percent(size):
        return f"{_times(size, size.low)} to {_times(size, size.high)}"
    if size.low * size.high < 0:
        return open_words(size, scale)
    ends = sorted((size.low, size.high), key=abs)
    return f"{_percent(ends[0], size)} to {_percent(ends[1], size)}"


def open_words(size: Size, scale: Scale) -> str:
    """Say what sizes an interval leaves open."""
    ends = (size.low, size.high)
    if scale.kind == "difference":
        said = [f"{_amount(_rounded(size, end), scale)} {_direction(end)}" for end in ends]
    elif scale.kind == "odds" or not _as_percent(size):
        return f"between {_times(size, size.low)} and {_times(size, size.high)} times as high"
    else:
        said = [f"{_percent(end, size)} {_direction(end)}" for end in ends]
    return f"between {said[0]} and {said[1]}"


def cell_words(size: Size, scale: Scale) -> tuple[str, str]:
    """Return estimate and interval for the cells of a table, signs shown."""
    if not math.isfinite(size.value):
        return "no finite size", ""
    bounded = math.isfinite(size.low) and math.isfinite(size.high)
    if scale.kind == "odds" and not bounded:
        return "no finite size", "none"  # the outcomes are told apart: the steps of the fit end where they happen to
    if scale.kind == "difference":
        estimate = fmt_estimate(size.value, size.low, size.high)
        text = f"+{estimate}" if size.value > 0 and estimate.strip("0.,") else estimate
        return text, fmt_interval(size.low, size.high) if bounded else "none"
    if scale.kind == "odds" or not _as_percent(size):
        interval = f"{_times(size, size.low)} to {_times(size, size.high)}" if bounded else "none"
        return f"×{_times(size, size.value)}", interval
    sign = "+" if size.value > 0 else "-"
    ends = [f"{'-' if end < 0 else ''}{_percent(end, size)}" for end in (size.low, size.high)] if bounded else []
    return f"{sign}{_percent(size.value, size)}", " to ".join(ends) or "none"


def _direction(value: float) -> str:
    return "lower" if value < 0 else "higher"


def _rounded(size: Size, value: float) -> str:
    return fmt_estimate(abs(value), size.low, size.high)


def _amount(text: str, scale: Scale) -> str:
    return f"{scale.prefix}{text}{f' {scale.unit}' if scale.unit else ''}"


def _as_percent(size: Size) -> bool:
    """Return whether a ratio reads better as a percentage: between half and twice."""
    return abs(size.value) < math.log(2) and all(abs(end) < math.log(3) for end in (size.low, size.high))


def _percent(value: float, size: Size) -> str:
    low, high = 100 * math.expm1(size.low), 100 * math.expm1(size.high)
    percent = abs(100 * math.expm1(value))
    decimals = min(max(decimals_for(low, high), 0), 3) if math.isfinite(low) and math.isfinite(high) else 1
    return f"{fmt_decimals(percent, decimals)}%"


def _times(size: Size, value: float) -> str:
    """Write a ratio with the digits its interval supports, two or three."""
    if value > LARGEST_EXPONENT:
        return "beyond any measure"
    ratio = math.exp(value)
    if ratio >= MANY_TIMES:
        return fmt(ratio, 2)
    width = abs(size.high - size.low)
    return fmt(ratio, 3 if math.isfinite(width) and width < 0.1 else 2)
