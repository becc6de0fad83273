"""Intervals for single new cases, set against rows that the models had not seen."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.gathering import MOST_POINTS
from regression_analyzer.charts.naming import rows_text, target_label, target_name
from regression_analyzer.charts.scale import finite_range
from regression_analyzer.charts.text import number, percent
from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.explain.conformal import Conformal
from regression_analyzer.explain.intervals import critical_value
from regression_analyzer.explain.validation import HeldOut
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

STEPS = 61


def interval_figure(analysis: Analysis) -> Figure | None:
    """How far off may a single prediction be? Held-out rows in the band that their own errors give."""
    explanation = analysis.explanation
    if explanation is None or isinstance(explanation.validation, Skipped) or explanation.conformal is None:
        return None
    held, found = explanation.validation.held_out, explanation.conformal
    span = finite_range(held.linear)
    if span is None or not span[0] < span[1]:
        return None
    grid = np.linspace(*span, STEPS)
    half = found.widths(grid)
    low = grid - half if analysis.fit.family == "gaussian" else np.maximum(grid - half, 0.0)
    what, level = target_label(analysis), number(100 * found.level, 3)
    told = _told(found, grid, level)
    classical = _classical(analysis, grid, found.level)
    return Figure(
        name="prediction_intervals",
        title=f"How far off may a single prediction of {target_name(analysis, limit=26)} be?",
        x_label=f"Predicted {what} without having seen the row",
        y_label=f"Observed {what}, with the band for {level}% of new rows",
        caption=told,
        alt=f"Observed against predicted {what}, {rows_text(held.y.size)} held out, with a band. {told}",
        marks=(
            _dots(held),
            Mark(kind="band", name=f"{level}% of new rows", x=grid, low=low, high=grid + half, emphasis="model"),
            *classical,
        ),
        x_range=span,
        y_range=finite_range(held.y, low, grid + half),
    )


def _told(found: Conformal, grid: FloatArray, level: str) -> str:
    inside = f"{percent(found.covered)} of held-out rows lie in the {level}% band, judged by the other parts"
    if not found.local:
        return f"{inside}; it reaches {number(found.half_width, 2)} up and down."
    ends = [float(v) for v in found.widths(grid[[0, -1]])]
    return (
        f"{inside}; it reaches {number(ends[0], 2)} up and down at the smallest predictions and {number(ends[1], 2)} "
        "at the largest, as the errors do."
    )


def _dots(held: HeldOut) -> Mark:
    if held.y.size <= MOST_POINTS:
        return Mark(kind="points", name="held-out rows", x=held.linear, y=held.y, rows=held.row)
    step = -(-held.y.size // MOST_POINTS)
    name = f"held-out rows (a sample of {held.y[::step].size:,} of {held.y.size:,})"
    return Mark(kind="hexbin", name=name, x=held.linear[::step], y=held.y[::step])


def _classical(analysis: Analysis, grid: FloatArray, level: float) -> tuple[Mark, ...]:
    """Return the ends of the interval that takes errors for normal and even, an average row's; least squares only."""
    fit = analysis.fit
    if fit.family != "gaussian" or not fit.sigma > 0 or fit.df_resid < 1:
        return ()
    half = critical_value(level, "t", fit.df_resid) * fit.sigma * math.sqrt(1.0 + 1.0 / fit.n_obs)
    lower = Mark(kind="line", name="classical interval", x=grid, y=grid - half, emphasis="quiet")
    upper = Mark(
        kind="line", name="classical interval", x=grid, y=grid + half, labels=("classical interval",), emphasis="quiet"
    )
    return lower, upper
