"""Scatters gathered for the eye: fewer, steadier bins, and how their width and middle change along x."""

from __future__ import annotations

import numpy as np

from regression_analyzer.diagnose.value import Binned, ResidualPlot
from regression_analyzer.fit.value import FloatArray

MOST_POINTS = 2_000
"""Beyond this many rows a picture shows gathered points, a sample, under the bins of all rows."""
ROWS_A_BIN = 30


def gather_rows(x: FloatArray, y: FloatArray) -> Binned | None:
    """Gather points in bins of x with equal counts of at least 30 rows; None below 60 rows or for a single x."""
    usable = np.isfinite(x) & np.isfinite(y)
    x, y = x[usable], y[usable]
    count = min(14, x.size // ROWS_A_BIN)
    if count < 2:
        return None
    edges = np.unique(np.quantile(x, np.arange(1, count) / count))
    group = np.searchsorted(edges, x, side="right")
    parts = [(x[group == i], y[group == i]) for i in range(edges.size + 1) if np.any(group == i)]
    if len(parts) < 2:
        return None
    band = np.asarray([np.quantile(part, (0.1, 0.9)) for _, part in parts])
    return Binned(
        x=np.asarray([part.mean() for part, _ in parts]),
        mean=np.asarray([part.mean() for _, part in parts]),
        low=band[:, 0],
        high=band[:, 1],
        count=np.asarray([part.size for part, _ in parts], dtype=np.int64),
    )


def coarser(bins: Binned, most: int) -> Binned:
    """Join neighbouring bins until at most ``most`` are left; means by count, the band by the average of its ends."""
    if bins.x.size <= most:
        return bins
    group = np.arange(bins.x.size) * most // bins.x.size
    weight = np.bincount(group, weights=bins.count)

    def joined(values: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(group, weights=values * bins.count) / weight, dtype=np.float64)

    return Binned(
        x=joined(bins.x),
        mean=joined(bins.mean),
        low=joined(bins.low),
        high=joined(bins.high),
        count=weight.astype(np.int64),
    )


def bins_of(plot: ResidualPlot, y: FloatArray, all_rows: Binned) -> Binned | None:
    """Return bins along the fitted value: of the rows where all are at hand, else those of all rows, joined."""
    if plot.n_obs <= plot.row.size:
        return gather_rows(plot.fitted, y)
    return coarser(all_rows, 24) if all_rows.x.size > 1 else None


def ends_of(bins: Binned, values: FloatArray) -> tuple[float, float]:
    """Return the average of values over the first and the last fifth of the bins."""
    fifth = max(1, bins.x.size // 5)
    first, last = slice(None, fifth), slice(-fifth, None)
    return (
        float(np.average(values[first], weights=bins.count[first])),
        float(np.average(values[last], weights=bins.count[last])),
    )


def change_of(bins: Binned, values: FloatArray) -> float | None:
    """Return how many times the last fifth is the first; None where that means nothing."""
    first, last = ends_of(bins, values)
    return last / first if first > 0 and last > 0 and np.isfinite(last / first) else None
