"""Pictures of single columns: how the target is spread, and what each strong predictor adds."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.figures_fitted import band_of, layered, scatter
from regression_analyzer.charts.gathering import coarser, gather_rows
from regression_analyzer.charts.naming import TITLE_LIMIT, column_label, rows_text, target_label
from regression_analyzer.charts.scale import finite_range
from regression_analyzer.charts.text import number, numbers_apart, plain, shorten
from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.design.value import Numeric
from regression_analyzer.diagnose.value import Binned, PartialResiduals
from regression_analyzer.fit.value import FloatArray
from regression_analyzer.profile.value import ColumnProfile

MOST_WHOLE_NUMBERS = 30


def target_figure(analysis: Analysis) -> Figure | None:
    """How is the target spread? Its histogram, with the median marked; None for a target without numbers."""
    column = analysis.profile.by_name.get(analysis.design.target)
    if column is None or analysis.design.family == "binomial":
        return None
    bars = _bars(column)
    if bars is None:
        return None
    left, right, counts = bars
    what = column_label(analysis, column.name)
    told, median = _spread_words(column)
    is_date = column.kind == "date"
    marks = [Mark(kind="bars", name="rows", x=left, high=right, y=counts)]
    if median is not None:
        label = "median" if is_date else f"median {_ends_and(column, median)[1]}"
        marks.append(Mark(kind="rule", name="median", values=(median,), labels=(label,), emphasis="model"))
    top = int(np.argmax(counts))
    peak = f"The fullest bar holds {rows_text(int(counts[top]))}, from {number(float(left[top]))} to "
    peak += number(float(right[top]))
    return Figure(
        name="target_distribution",
        title=f"How are the values of {shorten(column.name, TITLE_LIMIT)} spread?",
        x_label=what,
        y_label="Rows",
        caption=told,
        alt=f"Histogram of {what}, {rows_text(column.n_rows - column.missing)}. {told} {peak}.",
        marks=tuple(marks),
        x_is_date=is_date,
    )


def _bars(column: ColumnProfile) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """Return left and right edges and counts: one bar a value for few whole numbers, else the histogram."""
    span = (column.maximum or 0.0) - (column.minimum or 0.0)
    if column.integer and column.levels and span < MOST_WHOLE_NUMBERS:
        try:
            values = np.asarray([float(level.value) for level in column.levels])
        except ValueError:
            values = np.empty(0)
        if values.size and values.size >= column.distinct:
            counts = np.asarray([level.rows for level in column.levels], dtype=np.float64)
            return values - 0.45, values + 0.45, counts
    edges = np.asarray(column.histogram_edges, dtype=np.float64)
    counts = np.asarray(column.histogram_counts, dtype=np.float64)
    if edges.size < 2 or counts.size != edges.size - 1 or not np.isfinite(edges).all() or not counts.any():
        return None
    return edges[:-1], edges[1:], counts


def _ends_and(column: ColumnProfile, value: float) -> tuple[str, ...]:
    quantiles = column.quantiles or {}
    return numbers_apart(quantiles.get("0.25", value), value, quantiles.get("0.75", value))


def _spread_words(column: ColumnProfile) -> tuple[str, float | None]:
    quantiles = column.quantiles or {}
    low, median, high = (quantiles.get(p) for p in ("0.25", "0.5", "0.75"))
    if low is None or median is None or high is None or column.kind == "date":
        return "", median
    texts = numbers_apart(low, high)
    told = f"Half of the rows lie between {texts[0]} and {texts[1]}"
    if column.minimum is None or column.maximum is None:
        return f"{told}.", median
    up, down = column.maximum - high, low - column.minimum
    if up > 2 * down and up > high - low:
        return f"{told}; a long tail reaches up to {number(column.maximum)}.", median
    if down > 2 * up and down > high - low:
        return f"{told}; a long tail reaches down to {number(column.minimum)}.", median
    return f"{told}; the two sides are much alike.", median


def partial_figures(analysis: Analysis, most: int) -> tuple[Figure, ...]:
    """Is each strong predictor's part a straight line? Partial residuals, strongest predictor first."""
    drawn = [_partial(analysis, part, f"partial_{i + 1}") for i, part in enumerate(analysis.diagnostics.partial[:most])]
    return tuple(figure for figure in drawn if figure is not None)


def _partial(analysis: Analysis, part: PartialResiduals, name: str) -> Figure | None:
    across = finite_range(part.x)
    if across is None or finite_range(part.partial) is None or not math.isfinite(part.slope):
        return None
    plot = analysis.diagnostics.residuals
    complete = plot.n_obs <= part.x.size
    bins = gather_rows(part.x, part.partial) if complete else coarser(part.bins, 24)
    gaussian = analysis.fit.family == "gaussian"
    label, is_date = _term_label(analysis, part.term)
    what = target_label(analysis, limit=26)
    told = _straightness(part, bins, "the date" if is_date else shorten(label, TITLE_LIMIT))
    marks: list[Mark] = []
    if gaussian and bins is not None:
        marks.append(band_of(bins))
    centre = float(np.mean(part.x[np.isfinite(part.x)]))
    level = float(np.mean(part.partial[np.isfinite(part.partial)])) if gaussian else 0.0
    rule = (level - part.slope * centre, part.slope)
    straight = Mark(kind="rule", name="straight line", values=rule, labels=("straight line",), emphasis="model")
    marks += layered(scatter(plot, part.x, part.partial, name="rows"), straight) if gaussian else (straight,)
    if bins is not None:
        marks.append(Mark(kind="line", name="mean", x=bins.x, y=bins.mean, labels=("mean",), emphasis="warn"))
    if not gaussian and bins is not None:
        across = finite_range(bins.x) or across
    line = np.asarray([rule[0] + rule[1] * x for x in across])
    return Figure(
        name=name,
        title=f"Is the part of {shorten(label, TITLE_LIMIT)} a straight line?",
        x_label=label,
        y_label=f"Part of {what}" + ("" if gaussian else f" ({analysis.fit.link} scale)"),
        caption=told,
        alt=(
            f"Partial residuals of {rows_text(plot.n_obs)} against {label}, from {number(across[0])} to "
            f"{number(across[1])}; the line has the slope {number(part.slope)}. {told}"
        ),
        marks=tuple(marks),
        x_is_date=is_date,
        x_range=across,
        y_range=None if gaussian or bins is None else finite_range(bins.mean, line),
    )


def _term_label(analysis: Analysis, name: str) -> tuple[str, bool]:
    for term in analysis.design.terms:
        if term.name == name and len(term.factors) == 1:
            factor = term.factors[0]
            if isinstance(factor, Numeric) and factor.transform == "identity":
                return column_label(analysis, factor.column), factor.is_date
    return shorten(plain(name), 44), False


def _straightness(part: PartialResiduals, bins: Binned | None, what: str) -> str:
    """Say how far the bin means leave the line, measured by the spread within bins."""
    if bins is None:
        return f"With so few rows only a strong bend along {what} would show."
    line = part.slope * (bins.x - np.average(bins.x, weights=bins.count))
    off = bins.mean - np.average(bins.mean, weights=bins.count) - line
    worst = int(np.argmax(np.abs(off)))
    width = float(np.average(bins.high - bins.low, weights=bins.count))
    if not width > 0 or abs(float(off[worst])) < 0.12 * width:
        return f"The means follow the straight line all along {what}."
    side = "above" if off[worst] > 0 else "below"
    size = number(abs(float(off[worst])), 2)
    return f"The means leave the straight line most near {number(float(bins.x[worst]))}, {size} {side} it."
