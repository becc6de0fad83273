"""What the pictures of residuals are drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from regression_analyzer.design.value import Block, Blocks, Categorical, Design
from regression_analyzer.diagnose.calibration import group_sums, tenths
from regression_analyzer.diagnose.cases import spread_of
from regression_analyzer.diagnose.sampling import Kept, bin_edges, bin_rows
from regression_analyzer.diagnose.scan import DRAWN, Scan
from regression_analyzer.diagnose.value import Binned, PartialResiduals, ResidualPlot
from regression_analyzer.fit.second_pass import observe
from regression_analyzer.fit.value import Fit, FloatArray

SHOWN_ROWS = 2_000
QUANTILE_POINTS = 500
MAX_PARTIAL = 6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gathered:
    """Sums in bins of the fitted values, over all rows.

    Attributes
    ----------
    edges : (b - 1,) inner edges
    sums : (5, b) rows, fitted, residual, root of the size of the standardised residual, observed
    calibration : (3, g) rows, events, expected events in tenths of risk, binomial only
    """

    edges: FloatArray
    sums: FloatArray
    calibration: FloatArray | None


def column(values: FloatArray, name: str) -> FloatArray:
    """Return one of the `DRAWN` values of selected rows."""
    return np.asarray(values[:, DRAWN.index(name)], dtype=np.float64)


def _bin_sums(
    edges: FloatArray, fitted: FloatArray, residual: FloatArray, scale: FloatArray, y: FloatArray
) -> FloatArray:
    group = np.searchsorted(edges, fitted, side="right")
    size = edges.size + 1
    weighted = [np.bincount(group, weights=v, minlength=size) for v in (fitted, residual, scale, y)]
    return np.array([np.bincount(group, minlength=size), *weighted], dtype=np.float64)


def _light_view(fit: Fit, block: Block) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return fitted values, residuals and standardised residuals of a block, without leverages."""
    if fit.family != "gaussian":
        seen = observe(fit, block)
        return seen.fitted, seen.residual, seen.deviance_residual / spread_of(fit)
    fitted = block.x[:, fit.kept] @ fit.coefficients
    if block.offset is not None:
        fitted += block.offset
    residual = block.y - fitted
    weighted = residual if block.weights is None else residual * np.sqrt(block.weights)
    return fitted, residual, weighted / spread_of(fit)


def gather(fit: Fit, blocks: Blocks, seen: Scan, *, after_rows: Callable[[int], None]) -> Gathered:
    """Fill the bins: from the sample where it holds every row, else by a second, lighter pass.

    In the second pass the leverage is left out of the standardised residuals: with so many rows it is
    next to nothing.
    """
    values = seen.selected.sample.values
    fitted = column(values, "fitted")
    edges = bin_edges(fitted)
    risk = tenths(fitted) if fit.family == "binomial" else None
    if seen.complete:
        scale = np.sqrt(np.abs(np.nan_to_num(column(values, "standardized"))))
        sums = _bin_sums(edges, fitted, column(values, "residual"), scale, column(values, "y"))
        calibration = None if risk is None else group_sums(column(values, "y"), fitted, risk)
        return Gathered(edges=edges, sums=sums, calibration=calibration)
    sums = np.zeros((5, edges.size + 1))
    calibration = None if risk is None else np.zeros((3, risk.size + 1))
    rows = 0
    for block in blocks:
        block_fitted, residual, standardized = _light_view(fit, block)
        sums += _bin_sums(edges, block_fitted, residual, np.sqrt(np.abs(standardized)), block.y)
        if risk is not None and calibration is not None:
            calibration += group_sums(block.y, block_fitted, risk)
        rows += block.row.size
        after_rows(rows)
    return Gathered(edges=edges, sums=sums, calibration=calibration)


def _binned(gathered: Gathered, row_of_sums: int, fitted: FloatArray, values: FloatArray) -> Binned:
    """Return means and counts over all rows; the band is that of the sample."""
    group = np.searchsorted(gathered.edges, fitted, side="right")
    present = [i for i in range(gathered.edges.size + 1) if gathered.sums[0, i] > 0 and np.any(group == i)]
    band = np.array([np.quantile(values[group == i], (0.1, 0.9)) for i in present]).reshape(-1, 2)
    count = gathered.sums[0, present]
    return Binned(
        x=gathered.sums[1, present] / count,
        mean=gathered.sums[row_of_sums, present] / count,
        low=band[:, 0].copy(),
        high=band[:, 1].copy(),
        count=count.astype(np.int64),
    )


def normal_points(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return up to 500 points of a normal Q-Q picture: expected and seen quantiles."""
    seen = np.sort(scores[np.isfinite(scores)])
    points = min(seen.size, QUANTILE_POINTS)
    if points == 0:
        return np.empty(0), np.empty(0)
    levels = (np.arange(1, points + 1) - 0.5) / points
    if seen.size > points:
        seen = np.quantile(seen, levels, method="hazen")
    return np.asarray(special.ndtri(levels), dtype=np.float64), seen


def shown_rows(sample: Kept, cooks: Kept) -> Kept:
    """Return at most 2,000 rows of the sample in file order, the rows with the largest Cook's distances among them."""
    size = min(SHOWN_ROWS, sample.key.size)
    chosen = np.arange(size)
    extra = ~np.isin(cooks.row, sample.row[chosen])
    room = size - int(extra.sum()) if sample.key.size > SHOWN_ROWS else size
    if room < size:
        ordinary = ~np.isin(sample.row[chosen], cooks.row)
        drop = np.flatnonzero(ordinary)[-(size - room) :]
        chosen = np.delete(chosen, drop)
    row = np.concatenate([sample.row[chosen], cooks.row[extra]])
    values = np.concatenate([sample.values[chosen], cooks.values[extra]])
    order = np.argsort(row, kind="stable")
    return Kept(key=np.zeros(row.size), row=row[order], values=values[order])


def residual_plot(fit: Fit, seen: Scan, gathered: Gathered) -> ResidualPlot:
    """Assemble the sample, the bins and the Q-Q points."""
    values = seen.selected.sample.values
    fitted = column(values, "fitted")
    scale = np.sqrt(np.abs(np.nan_to_num(column(values, "standardized"))))
    shown = shown_rows(seen.selected.sample, seen.selected.cooks)
    expected, scores = normal_points(column(values, "normal"))
    drawn = {name: column(shown.values, name) for name in DRAWN[:6]}
    return ResidualPlot(
        row=shown.row,
        n_obs=fit.n_obs,
        residual_by_fitted=_binned(gathered, 2, fitted, column(values, "residual")),
        scale_by_fitted=_binned(gathered, 3, fitted, scale),
        observed_by_fitted=_binned(gathered, 4, fitted, column(values, "y")),
        normal_quantiles=expected,
        residual_quantiles=scores,
        **drawn,
    )


def _straight_columns(design: Design) -> list[tuple[str, int]]:
    """Return the terms that are one number in one column: name and column."""
    return [
        (term.name, term.columns[0])
        for term in design.terms
        if len(term.factors) == 1 and not isinstance(term.factors[0], Categorical) and len(term.columns) == 1
    ]


def partial_residuals(fit: Fit, design: Design, seen: Scan) -> tuple[PartialResiduals, ...]:
    """Gather what shows whether each strong numeric predictor's part is a straight line.

    Returns
    -------
    For up to 6 numeric terms with the largest classical abs(t): x against working residual + coefficient *
    (x - mean). Columns with two values are left out. Larsen and McCleary (1972), Technometrics 14, 781-790,
    doi:10.1080/00401706.1972.10488966.
    """
    kept = {int(c): i for i, c in enumerate(fit.kept)}
    sd = np.sqrt(np.maximum(np.diag(fit.cov_unscaled), 1e-300))
    size = np.abs(fit.coefficients) / sd
    straight = sorted(
        ((name, kept[c]) for name, c in _straight_columns(design) if c in kept), key=lambda item: -size[item[1]]
    )
    values = seen.selected.sample.values
    shown = shown_rows(seen.selected.sample, seen.selected.cooks)
    result: list[PartialResiduals] = []
    for name, i in straight:
        x = values[:, len(DRAWN) + i]
        if len(result) == MAX_PARTIAL or np.unique(x[:200]).size <= 2 >= np.unique(x).size:
            continue
        slope, mean = float(fit.coefficients[i]), float(x.mean())
        shown_x = shown.values[:, len(DRAWN) + i]
        y = column(values, "working") + slope * (x - mean)
        result.append(
            PartialResiduals(
                term=name,
                x=shown_x.copy(),
                partial=column(shown.values, "working") + slope * (shown_x - mean),
                slope=slope,
                bins=bin_rows(x, y, bin_edges(x)),
            )
        )
    return tuple(result)
