"""Predictions along a predictor, averaged over the rows, with their bands."""

from __future__ import annotations

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.naming import column_label, target_label
from regression_analyzer.charts.scale import day_text, finite_range
from regression_analyzer.charts.text import number, percent, shorten
from regression_analyzer.charts.value import Emphasis, Figure, Mark
from regression_analyzer.explain.effects import Adjusted
from regression_analyzer.explain.intervals import target_inverse, turn_back
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

MOST_LEVELS = 14
ROW_LIMIT = 31
EMPHASES: tuple[Emphasis, ...] = ("model", "data", "warn", "quiet")
"""Of the curves of a picture, in their order; their names have the same colours."""


def effect_figures(analysis: Analysis, most: int) -> tuple[Figure, ...]:
    """What does the model predict along each leading predictor? One figure a predictor, the strongest first."""
    explanation = analysis.explanation
    if explanation is None or isinstance(explanation.effects, Skipped):
        return ()
    by_predictor: dict[str, list[Adjusted]] = {}
    for each in explanation.effects.adjusted:
        by_predictor.setdefault(each.predictor, []).append(each)
    made: list[Figure] = []
    for curves in by_predictor.values():
        if len(made) == most:
            break
        name = f"effect_{len(made) + 1}"
        figure = _levels(analysis, curves[0], name) if curves[0].levels else _curves(analysis, curves, name)
        if figure is not None:
            made.append(figure)
    return tuple(made)


def _predicted_label(analysis: Analysis) -> str:
    """Return what is averaged, as an axis says it."""
    if analysis.design.family == "binomial":
        return f"Average chance of {target_label(analysis, limit=28)}"
    how, _ = target_inverse(analysis.design.target_factor)
    if how != "none":
        return f"Typical {column_label(analysis, analysis.design.target, limit=28)}"
    return f"Average predicted {target_label(analysis, limit=28)}"


def _said(analysis: Analysis, value: float) -> str:
    return percent(value) if analysis.design.family == "binomial" else number(value)


def _on_scale(analysis: Analysis, values: FloatArray) -> FloatArray:
    return turn_back(analysis.design.target_factor, values)


def _curves(analysis: Analysis, curves: list[Adjusted], name: str) -> Figure | None:
    first = curves[0]
    if len(first.x) < 2 or finite_range(*(_on_scale(analysis, c.predicted) for c in curves)) is None:
        return None
    label = column_label(analysis, first.predictor)
    marks: list[Mark] = []
    for each, emphasis in zip(curves, EMPHASES, strict=False):
        part = f"{shorten(each.by, 16)} {shorten(each.part, 16)}" if each.by else ""
        middle, low, high = (_on_scale(analysis, v) for v in (each.predicted, each.ci_low, each.ci_high))
        marks.append(Mark(kind="band", name="95% interval", x=each.x, low=low, high=high, emphasis=emphasis))
        labels = (part,) if part else ()
        marks.append(Mark(kind="line", name=part or "average", x=each.x, y=middle, labels=labels, emphasis=emphasis))
    told = _course(analysis, curves, "the date" if first.is_date else shorten(label, 34))
    return Figure(
        name=name,
        title=f"What is predicted along {shorten(label, 40)}?",
        x_label=label,
        y_label=f"{_predicted_label(analysis)}, with 95% band",
        caption=f"{told} All other columns as they are in the rows.",
        alt=f"{_predicted_label(analysis)} along {label} with a 95% band. {told}",
        marks=tuple(marks),
        x_is_date=first.is_date,
    )


def _course(analysis: Analysis, curves: list[Adjusted], what: str) -> str:
    """Say where each curve begins and ends, with the band at its end."""
    said = []
    for each in curves:
        middle, low, high = (_on_scale(analysis, v) for v in (each.predicted, each.ci_low, each.ci_high))
        first, last, least, most = (_said(analysis, float(v)) for v in (middle[0], middle[-1], low[-1], high[-1]))
        ends = [day_text(float(x)) if each.is_date else number(float(x)) for x in (each.x[0], each.x[-1])]
        where = f"{shorten(each.by, 20)} {shorten(each.part, 20)}: " if each.by else ""
        band = f" ({least} to {most})" if np.isfinite(low[-1]) else ""
        said.append(f"{where}from {first} at {ends[0]} to {last}{band} at {ends[1]}")
    return f"Along {what}, {'; '.join(said)}."


def _levels(analysis: Analysis, each: Adjusted, name: str) -> Figure | None:
    middle, low, high = (_on_scale(analysis, v) for v in (each.predicted, each.ci_low, each.ci_high))
    span = finite_range(middle, low, high)
    if span is None or len(each.levels) < 2:
        return None
    shown = min(len(each.levels), MOST_LEVELS)
    label = column_label(analysis, each.predictor)
    highest, lowest = int(np.argmax(middle)), int(np.argmin(middle))
    told = (
        f"Highest for {shorten(each.levels[highest], 30)} ({_said(analysis, float(middle[highest]))}), lowest for "
        f"{shorten(each.levels[lowest], 30)} ({_said(analysis, float(middle[lowest]))})."
    )
    listed = "; ".join(f"{shorten(each.levels[i], 40)}: {_said(analysis, float(middle[i]))}" for i in range(shown))
    more = len(each.levels) - shown
    rest = f" {more} more levels are left to the table." if more else ""
    return Figure(
        name=name,
        title=f"What is predicted for each level of {shorten(label, 30)}?",
        x_label=f"{_predicted_label(analysis)}, with 95% interval",
        y_label="",
        caption=f"{told}{rest} All other columns as they are in the rows.",
        alt=f"{_predicted_label(analysis)} by {label} with 95% intervals. {listed}.",
        marks=(
            Mark(
                kind="interval",
                name="average",
                y=np.arange(shown, dtype=np.float64),
                x=middle[:shown],
                low=low[:shown],
                high=high[:shown],
                labels=tuple(shorten(level, 60) for level in each.levels[:shown]),
                emphasis="model",
            ),
        ),
        categories=tuple(shorten(level, ROW_LIMIT) or '""' for level in each.levels[:shown]),
        notes=tuple(_said(analysis, float(value)) for value in middle[:shown]),
    )
