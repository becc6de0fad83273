"""Contributions to the flexible model's predictions, row by row: which way a predictor moves them, and how far."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.naming import target_label, target_name
from regression_analyzer.charts.text import fit_parts, number, percent, shorten
from regression_analyzer.charts.value import Emphasis, Figure, Mark
from regression_analyzer.design.value import Categorical
from regression_analyzer.explain.rows import BoolArray
from regression_analyzer.explain.shap import MeanShap
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray, IntArray

MOST_ROWS = 8
MOST_DOTS = 220
ROW_LIMIT = 31
REACH = 0.40
"""How far from the middle of its row the outermost dot stands, in rows."""
NEAR = 60
"""Dots within a sixtieth of the range are stacked."""
CLEAR = 0.3
"""Correlation with the values from which a direction is named."""


def contribution_figure(analysis: Analysis) -> Figure | None:
    """Which way does each predictor move predictions? One dot a row: above the line for high values, below for low.

    Of two levels the one that is named stands above; other categories, whose values have no order, stand on both
    sides of their line. The side says what a colour would.
    """
    explanation = analysis.explanation
    if explanation is None or isinstance(explanation.shap, Skipped) or not explanation.shap.means:
        return None
    shap = explanation.shap
    shown = shap.means[:MOST_ROWS]
    step = -(-len(shap.contributions) // MOST_DOTS)
    place = {name: j for j, name in enumerate(shap.predictors)}
    columns = [place[mean.predictor] for mean in shown]
    moved, values = shap.contributions[::step][:, columns], shap.features[::step][:, columns]
    if not np.isfinite(moved).all() or not np.ptp(moved) > 0:
        return None
    what = target_name(analysis)
    pairs = _upper_levels(analysis)
    told = _directions(shown, sum(mean.value for mean in shap.means))
    return Figure(
        name="contributions",
        title=f"Which way does each predictor move {what}?",
        x_label=_axis(analysis),
        y_label="",
        caption=f"{told} Each dot is a row: above its line where the value is high, below where it is low.",
        alt=(
            f"Contributions of {len(shown)} predictors to the flexible model's predictions of {len(moved):,} unseen "
            f"rows. {told}"
        ),
        marks=tuple(_dots(shown, moved, values, pairs)),
        categories=tuple(_row_name(mean.predictor, pairs) for mean in shown),
        notes=tuple(number(mean.value, 2) for mean in shown),
        reference={"x": 0.0},
    )


def _upper_levels(analysis: Analysis) -> dict[str, str]:
    """Return the second of the levels of each category that has two."""
    factors = [factor for term in analysis.design.terms for factor in term.factors]
    return {f.column: f.levels[1] for f in factors if isinstance(f, Categorical) and len(f.levels) == 2}


def _row_name(name: str, pairs: Mapping[str, str]) -> str:
    return (
        "".join(fit_parts((name, f" ({pairs[name]} above)"), ROW_LIMIT)) if name in pairs else shorten(name, ROW_LIMIT)
    )


def _axis(analysis: Analysis) -> str:
    link = analysis.fit.link
    scale = {"logit": " (log odds)", "log": " (log scale)"}.get(link, "") if analysis.fit.family != "gaussian" else ""
    return f"Moves the prediction of {target_label(analysis, limit=26)} by{scale}; at the right: on average"


def _directions(shown: tuple[MeanShap, ...], total: float) -> str:
    """Say the leading predictor's part, and which way the leading numbers go."""
    first = f"{shorten(shown[0].predictor, 40)} accounts for {percent(shown[0].value / total)} of all movement"
    ways = [
        f"{shorten(mean.predictor, 30)} {'up' if mean.correlation > 0 else 'down'}"
        for mean in shown[:4]
        if mean.correlation is not None and abs(mean.correlation) >= CLEAR
    ]
    return f"{first}; high values move predictions: {', '.join(ways)}." if ways else f"{first}."


def _dots(shown: tuple[MeanShap, ...], moved: FloatArray, values: FloatArray, pairs: Mapping[str, str]) -> list[Mark]:
    width = float(np.ptp(moved)) / NEAR
    sides: dict[str, tuple[list[FloatArray], list[FloatArray]]] = {
        name: ([], []) for name in ("high values", "low values", "categories")
    }
    for row, mean in enumerate(shown):
        x, cells = moved[:, row], values[:, row]
        ordered = mean.correlation is not None or mean.predictor in pairs
        high = _is_high(cells, pair=mean.predictor in pairs) if ordered else np.zeros(len(x), dtype=bool)
        for name, here in (("high values", ordered & high), ("low values", ordered & ~high), ("categories", ~high)):
            if ordered == (name == "categories") or not here.any():
                continue
            stacked = _stacked(x[here], width)
            offset = {"high values": -stacked, "low values": stacked}.get(name, _alternating(stacked))
            sides[name][0].append(x[here])
            sides[name][1].append(row + REACH * offset)
    marks = []
    emphases: dict[str, Emphasis] = {"high values": "model", "low values": "data", "categories": "quiet"}
    for name, (xs, ys) in sides.items():
        if xs:
            x, y = np.concatenate(xs), np.concatenate(ys)
            marks.append(Mark(kind="points", name=name, x=x, y=y, emphasis=emphases[name]))
    return marks


def _is_high(cells: FloatArray, *, pair: bool) -> BoolArray:
    """Say which values are high: the second of two levels, or those above the median (at it, where none is)."""
    if pair:
        return np.asarray(cells == 1.0)
    high = cells > np.nanmedian(cells)
    return np.asarray(high if high.any() else cells >= np.nanmedian(cells))


def _stacked(x: FloatArray, width: float) -> FloatArray:
    """Return heights 0 to 1 that stack dots lying near each other, (n,), in the order of the dots."""
    cell = np.floor(x / width).astype(np.int64)
    order = np.argsort(cell, kind="stable")
    rank = np.empty(len(x))
    rank[order] = _ranks(cell[order])
    return (rank + 1.0) / max(float(rank.max()) + 1.0, 8.0)


def _ranks(sorted_cells: IntArray) -> IntArray:
    """Return 0, 1, 2 ... within each run of equal cells."""
    start = np.flatnonzero(np.r_[True, sorted_cells[1:] != sorted_cells[:-1]])
    lengths = np.diff(np.r_[start, len(sorted_cells)])
    return np.asarray(np.arange(len(sorted_cells)) - np.repeat(start, lengths))


def _alternating(heights: FloatArray) -> FloatArray:
    return heights * np.where(np.arange(len(heights)) % 2 == 0, 1.0, -1.0)
