"""Observed against predicted: points and a line for numbers, shares by predicted risk for yes/no targets."""

from __future__ import annotations

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.gathering import MOST_POINTS, coarser, gather_rows
from regression_analyzer.charts.naming import rows_text, target_label, target_name
from regression_analyzer.charts.scale import finite_range
from regression_analyzer.charts.text import number, percent
from regression_analyzer.charts.value import Emphasis, Figure, Mark
from regression_analyzer.diagnose.value import Binned, ResidualPlot
from regression_analyzer.fit.value import FloatArray

IDENTITY = (0.0, 1.0)
FEW_POINTS = 400
Z95 = 1.959963984540054


def scatter(plot: ResidualPlot, x: FloatArray, y: FloatArray, *, name: str) -> Mark:
    """Return rows as points, or gathered where there are more than 2,000."""
    if plot.n_obs > MOST_POINTS:
        return Mark(kind="hexbin", name=f"{name} (a sample of {plot.row.size:,} of {plot.n_obs:,})", x=x, y=y)
    return Mark(kind="points", name=name, x=x, y=y, rows=plot.row if plot.row.size == x.size else None)


def layered(points: Mark, line: Mark) -> tuple[Mark, Mark]:
    """Return points and a line: few points stand on the line, many under it."""
    return (line, points) if points.x is not None and points.x.size <= FEW_POINTS else (points, line)


def _verb(count: int, many: str, one: str) -> str:
    return one if count == 1 else many


def band_of(bins: Binned) -> Mark:
    """Return the band that holds the middle 80% of the rows."""
    return Mark(kind="band", name="middle 80%", x=bins.x, low=bins.low, high=bins.high, emphasis="model")


def marked_rows(plot: ResidualPlot, x: FloatArray, y: FloatArray, weight: FloatArray, count: int) -> Mark | None:
    """Return the rows with the largest weights, ringed, with their row numbers."""
    usable = np.flatnonzero(np.isfinite(weight) & np.isfinite(x) & np.isfinite(y))
    if not usable.size:
        return None
    largest = usable[np.argsort(-weight[usable], kind="stable")[:count]]
    labels = tuple(f"row {int(plot.row[i])}" for i in largest)
    return Mark(kind="points", name="rows to look at", x=x[largest], y=y[largest], labels=labels, emphasis="warn")


def observed_fitted_figure(analysis: Analysis) -> Figure | None:
    """Do predictions and outcomes agree? Observed against predicted, with the line of agreement."""
    plot = analysis.diagnostics.residuals
    span = finite_range(plot.fitted, plot.y)
    if span is None:
        return None
    what = target_label(analysis)
    miss = float(np.nanmedian(np.abs(plot.y - plot.fitted)))
    r_squared = analysis.inference.r_squared
    explained = "" if r_squared is None else f"the model explains {percent(r_squared)} of what varies, and "
    missed = f"half of the rows lie within {number(miss, 2)} of the line"
    told = f"{explained}{missed}."
    return Figure(
        name="observed_fitted",
        title=f"How close are the predictions of {target_name(analysis)}?",
        x_label=f"Predicted {what}",
        y_label=f"Observed {what}",
        caption=told[0].upper() + told[1:],
        alt=(
            f"Observed against predicted {what}, {rows_text(plot.n_obs)}, predictions from "
            f"{number(float(np.nanmin(plot.fitted)))} to {number(float(np.nanmax(plot.fitted)))}; {told}"
        ),
        marks=layered(
            scatter(plot, plot.fitted, plot.y, name="rows"),
            Mark(kind="rule", name="agreement", values=IDENTITY, labels=("observed = predicted",), emphasis="model"),
        ),
        y_range=finite_range(plot.y),
        x_range=finite_range(plot.fitted),
    )


def calibration_figure(analysis: Analysis) -> Figure | None:
    """Do predicted shares come true? Observed share with a 95% interval in up to ten groups of predicted share."""
    plot = analysis.diagnostics.residuals
    groups = _risk_groups(plot)
    if groups is None or groups.x.size < 2:
        return None
    low, high = wilson(groups.mean, groups.count.astype(np.float64))
    gap = np.abs(groups.mean - groups.x)
    worst = int(np.argmax(gap))
    outside = int(np.sum((groups.x < low) | (groups.x > high)))
    what = target_label(analysis)
    held = (
        "every interval holds the line"
        if outside == 0
        else f"{outside} of {gap.size} intervals {_verb(outside, 'miss', 'misses')} the line"
    )
    told = (
        f"Where {percent(float(groups.x[worst]))} was predicted, {percent(float(groups.mean[worst]))} came true "
        f"(the largest gap); {held} of agreement."
    )
    emphasis: Emphasis = "data"
    sticks = tuple(
        Mark(
            kind="line",
            name="95% interval",
            x=np.full(2, groups.x[i]),
            y=np.asarray([low[i], high[i]]),
            emphasis=emphasis,
        )
        for i in range(gap.size)
    )
    return Figure(
        name="observed_fitted",
        title=f"Do predicted shares of {target_name(analysis)} come true?",
        x_label=f"Predicted share of {what}",
        y_label=f"Observed share of {what}, with 95% interval",
        caption=told,
        alt=f"Observed against predicted share in {gap.size} groups of {rows_text(plot.n_obs)}. {told}",
        marks=(
            Mark(kind="rule", name="agreement", values=IDENTITY, labels=("observed = predicted",), emphasis="model"),
            *sticks,
            Mark(kind="points", name="observed share", x=groups.x, y=groups.mean),
        ),
        x_range=(0.0, 1.0),
        y_range=(0.0, 1.0),
    )


def _risk_groups(plot: ResidualPlot) -> Binned | None:
    groups = plot.observed_by_fitted
    if groups.x.size < 2 and plot.n_obs <= plot.row.size:
        gathered = gather_rows(plot.fitted, plot.y)
        groups = gathered if gathered is not None else groups
    if groups.x.size < 1:
        return None
    rows = int(groups.count.sum())
    return coarser(groups, int(np.clip(rows // 20, 2, 10)))


def wilson(share: FloatArray, count: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the 95% score interval of a share: Wilson (1927), doi:10.1080/01621459.1927.10502953.

    Parameters
    ----------
    share, count : (g,) observed shares, 0 to 1, and the rows they are of

    Returns
    -------
    (g,), (g,) low and high end, inside 0 to 1
    """
    z2 = Z95 * Z95
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * np.sqrt(np.maximum(share * (1 - share), 0) / count + z2 / (4 * count * count))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
