"""The pictures a statistician asks for: residuals against prediction, their spread, their shape, their leverage."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.figures_fitted import band_of, layered, marked_rows, scatter
from regression_analyzer.charts.gathering import bins_of, change_of, coarser
from regression_analyzer.charts.naming import rows_text, target_label
from regression_analyzer.charts.scale import finite_range
from regression_analyzer.charts.text import number, times
from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.diagnose.value import Binned, ResidualPlot

CLEAR_CHANGE = 1.35
"""Spread is told to grow or shrink beyond this ratio of its ends."""
CLEAR_DRIFT = 0.2
"""Bin means are told to leave zero beyond this share of the residuals' standard deviation."""
COOK_CONTOURS = (0.5, 1.0)


def _kept(*marks: Mark | None) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark is not None)


def residuals_fitted_figure(analysis: Analysis) -> Figure | None:
    """Is a straight line enough, and is the spread even? Residuals against predictions."""
    plot = analysis.diagnostics.residuals
    if analysis.fit.family == "binomial":
        return _binned_residuals(analysis)
    if finite_range(plot.fitted) is None or finite_range(plot.residual) is None:
        return None
    bins = bins_of(plot, plot.residual, plot.residual_by_fitted)
    told = _spread_and_drift(plot, bins)
    what = target_label(analysis)
    middle = None
    if bins is not None:
        middle = Mark(kind="line", name="mean", x=bins.x, y=bins.mean, labels=("mean",), emphasis="model")
    return Figure(
        name="residuals_fitted",
        title="Do the errors follow a pattern?",
        x_label=f"Predicted {what}",
        y_label="Residual (observed − predicted)",
        caption=told,
        alt=(
            f"Residuals of {rows_text(plot.n_obs)} against predicted {what}, from "
            f"{number(float(np.nanmin(plot.residual)))} to {number(float(np.nanmax(plot.residual)))}. {told}"
        ),
        marks=_kept(
            scatter(plot, plot.fitted, plot.residual, name="rows"),
            None if bins is None else band_of(bins),
            middle,
            marked_rows(plot, plot.fitted, plot.residual, np.abs(plot.standardized), 3),
        ),
        zero_line=True,
    )


def _spread_and_drift(plot: ResidualPlot, bins: Binned | None) -> str:
    if bins is None:
        return f"With {rows_text(plot.n_obs)} look for a bend or a funnel; too few to gather in bins."
    ratio = change_of(bins, bins.high - bins.low)
    if ratio is None:
        spread = "The width of the middle 80% cannot be compared between the ends"
    elif ratio >= CLEAR_CHANGE:
        spread = f"The spread grows with the prediction: the middle 80% is {times(ratio)} as wide at the top"
    elif ratio <= 1 / CLEAR_CHANGE:
        spread = f"The spread shrinks with the prediction: the middle 80% is {times(1 / ratio)} as wide at the bottom"
    else:
        spread = "The spread stays much the same from the smallest to the largest predictions"
    sd = float(np.nanstd(plot.residual))
    worst = int(np.argmax(np.abs(bins.mean)))
    if sd > 0 and abs(float(bins.mean[worst])) > CLEAR_DRIFT * sd:
        side = "above" if bins.mean[worst] > 0 else "below"
        drift = f"the mean leaves zero, most near {number(float(bins.x[worst]))} ({side} by {_size(bins, worst)})"
    else:
        drift = "the mean stays near zero"
    return f"{spread}; {drift}."


def _size(bins: Binned, at: int) -> str:
    return number(abs(float(bins.mean[at])), 2)


def _binned_residuals(analysis: Analysis) -> Figure | None:
    """Return mean residuals by predicted share, with the range of two standard errors if the model were right."""
    plot = analysis.diagnostics.residuals
    if plot.residual_by_fitted.x.size < 2:
        return None
    bins = coarser(plot.residual_by_fitted, int(np.clip(plot.n_obs // 20, 2, 24)))
    room = 2 * np.sqrt(np.clip(bins.x * (1 - bins.x), 0, None) / np.maximum(bins.count, 1))
    outside = int(np.sum(np.abs(bins.mean) > room))
    what = target_label(analysis)
    told = f"{outside} of {bins.x.size} group means {'lies' if outside == 1 else 'lie'} outside the band; "
    told += "about 1 in 20 would if the model were right."
    return Figure(
        name="residuals_fitted",
        title="Do the errors follow a pattern?",
        x_label=f"Predicted share of {what}",
        y_label="Mean residual (observed − predicted share)",
        caption=told,
        alt=f"Mean residuals of {bins.x.size} groups of {rows_text(plot.n_obs)} by predicted share. {told}",
        marks=(
            Mark(kind="band", name="two standard errors", x=bins.x, low=-room, high=room, emphasis="model"),
            Mark(kind="points", name="group means", x=bins.x, y=bins.mean),
        ),
        zero_line=True,
    )


def qq_figure(analysis: Analysis) -> Figure | None:
    """Are the errors shaped like a normal curve? Ordered residuals against normal quantiles."""
    plot = analysis.diagnostics.residuals
    expected, seen = plot.normal_quantiles, plot.residual_quantiles
    usable = np.isfinite(expected) & np.isfinite(seen)
    expected, seen = expected[usable], seen[usable]
    if analysis.fit.family == "binomial" or expected.size < 3:
        return None
    told = _tails(float(expected[0]), float(seen[0]), float(expected[-1]), float(seen[-1]))
    return Figure(
        name="qq",
        title="Are the errors shaped like a normal curve?",
        x_label="Expected of a normal curve (standard deviations)",
        y_label="Seen (standardised residual)",
        caption=told,
        alt=f"Normal quantile picture of {rows_text(plot.n_obs)}. {told}",
        marks=layered(
            Mark(kind="points", name="residuals", x=expected, y=seen),
            Mark(kind="rule", name="normal", values=(0.0, 1.0), labels=("normal",), emphasis="model"),
        ),
        y_range=finite_range(seen, expected),
    )


def _tails(low_expected: float, low: float, high_expected: float, high: float) -> str:
    above, below = high - high_expected, low_expected - low
    ends = f"the extremes are {number(low, 2)} and {number(high, 2)} where a normal curve has "
    ends += f"{number(low_expected, 2)} and {number(high_expected, 2)}"
    if above > 0.5 and below > 0.5:
        return f"Both tails are long: {ends}."
    if above > 0.5 or below > 0.5:
        return f"The {'upper' if above > 0.5 else 'lower'} tail is long: {ends}."
    if above < -0.5 and below < -0.5:
        return f"Both tails are short: {ends}."
    return f"The points stay near the line: {ends}."


def scale_location_figure(analysis: Analysis) -> Figure | None:
    """Does the size of the errors change with the prediction? Root size of standardised residuals."""
    plot = analysis.diagnostics.residuals
    size = np.sqrt(np.abs(plot.standardized))
    if analysis.fit.family == "binomial" or finite_range(size) is None or finite_range(plot.fitted) is None:
        return None
    bins = bins_of(plot, size, plot.scale_by_fitted)
    ratio = None if bins is None else change_of(bins, bins.mean**2)
    if ratio is None:
        told = "Too few rows to compare the ends."
    elif ratio >= CLEAR_CHANGE:
        told = f"Errors are about {times(ratio)} as large at the largest predictions as at the smallest."
    elif ratio <= 1 / CLEAR_CHANGE:
        told = f"Errors are about {times(1 / ratio)} as large at the smallest predictions as at the largest."
    else:
        told = "Errors are about as large at the smallest predictions as at the largest."
    what = target_label(analysis)
    middle = None
    if bins is not None:
        middle = Mark(kind="line", name="mean", x=bins.x, y=bins.mean, labels=("mean",), emphasis="model")
    return Figure(
        name="scale_location",
        title="Does the size of the errors change?",
        x_label=f"Predicted {what}",
        y_label="Square root of the size of the standardised residual",
        caption=told,
        alt=f"Size of standardised residuals of {rows_text(plot.n_obs)} against predicted {what}. {told}",
        marks=_kept(scatter(plot, plot.fitted, size, name="rows"), middle),
        zero_line=True,
    )


def leverage_figure(analysis: Analysis) -> Figure | None:
    """Do single rows decide? Standardised residuals against leverage, with contours of Cook's distance."""
    plot, influence = analysis.diagnostics.residuals, analysis.diagnostics.influence
    span = finite_range(plot.standardized)
    across = finite_range(plot.leverage)
    if span is None or across is None:
        return None
    told = _influence_words(analysis)
    high = 2 * influence.mean_leverage
    marker = None
    if 0 < high < across[1]:
        marker = Mark(
            kind="rule", name="twice the mean leverage", values=(high,), labels=("2 × mean",), emphasis="quiet"
        )
    return Figure(
        name="leverage",
        title="Do single rows decide the result?",
        x_label="Leverage (how unusual a row's predictors are)",
        y_label="Standardised residual",
        caption=told,
        alt=(
            f"Standardised residuals from {number(span[0], 2)} to {number(span[1], 2)} against leverage up to "
            f"{number(across[1], 2)}, {rows_text(plot.n_obs)}. {told}"
        ),
        marks=_kept(
            scatter(plot, plot.leverage, plot.standardized, name="rows"),
            marker,
            *_contours(analysis, span, across),
            marked_rows(plot, plot.leverage, plot.standardized, plot.cooks_distance, 4),
        ),
        zero_line=True,
        y_range=(min(span[0], -1.0), max(span[1], 1.0)),
        x_range=(0.0, across[1]),
    )


def _contours(analysis: Analysis, span: tuple[float, float], across: tuple[float, float]) -> tuple[Mark, ...]:
    """Return where Cook's distance is 0.5 and 1: ``r = +-sqrt(D p (1 - h) / h)``, as far as it is in view."""
    if analysis.fit.family != "gaussian":
        return ()
    p = analysis.fit.kept.size
    h = np.geomspace(max(across[1] / 200, 1e-12), min(across[1] * 1.04, 1 - 1e-9), 120)
    marks = []
    for distance in COOK_CONTOURS:
        r = np.sqrt(distance * p * (1 - h) / h)
        for side, limit in ((1.0, span[1]), (-1.0, -span[0])):
            inside = r <= max(limit, 1.0) * 1.1
            if inside.sum() >= 2:
                marks.append(
                    Mark(
                        kind="line",
                        name=f"Cook's distance {number(distance)}",
                        x=h[inside],
                        y=side * r[inside],
                        labels=(f"Cook {number(distance)}",),
                        emphasis="quiet",
                    )
                )
    return tuple(marks)


def _influence_words(analysis: Analysis) -> str:
    influence = analysis.diagnostics.influence
    largest = [case for case in influence.cooks_distance if math.isfinite(case.value)][:1]
    if not largest:
        return f"{influence.n_high_leverage:,} rows have more than twice the mean leverage."
    top = largest[0]
    judged = (
        "enough to look at it"
        if top.value >= COOK_CONTOURS[0]
        else "far below 0.5: the fit as a whole does not hang on it"
    )
    if 0.25 <= top.value < COOK_CONTOURS[0]:
        judged = "below 0.5"
    return f"Row {top.row} weighs most (Cook's distance {number(top.value, 2)}, {judged})."
