"""Small pictures of many rows: the largest, a seeded sample, bins. All mergeable, none depends on the split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from regression_analyzer.diagnose.value import Binned
from regression_analyzer.fit.value import FloatArray, IntArray

MAX_BINS = 50
MIN_ROWS_PER_BIN = 10

Pick = Callable[[IntArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Kept:
    """Rows that were kept, best first.

    Attributes
    ----------
    key : (m,) what decides; the larger the better
    row : (m,) 1-based data rows; breaks ties, the earlier row first
    values : (m, c) whatever belongs to the rows
    """

    key: FloatArray
    row: IntArray
    values: FloatArray


def no_rows(width: int) -> Kept:
    """Return the empty start of a selection of rows with ``width`` values each."""
    return Kept(key=np.empty(0), row=np.empty(0, dtype=np.int64), values=np.empty((0, width)))


def keep_largest(kept: Kept, key: FloatArray, row: IntArray, pick: Pick, *, count: int) -> Kept:
    """Merge new rows into a selection of the ``count`` rows with the largest keys; NaN keys never enter.

    Associative and independent of how rows are split: ties are decided by the row number.

    Parameters
    ----------
    key, row : (n,)
    pick : indices -> (m, c) values of those rows; asked only for rows that may stay
    """
    candidate = np.flatnonzero(~np.isnan(key))
    if kept.key.size == count and count:
        candidate = candidate[key[candidate] >= kept.key[-1]]
    if candidate.size > 4 * count:
        threshold = np.partition(key[candidate], -count)[-count]
        candidate = candidate[key[candidate] >= threshold]
    if candidate.size == 0:
        return kept
    all_key = np.concatenate([kept.key, key[candidate]])
    all_row = np.concatenate([kept.row, row[candidate]])
    all_values = np.concatenate([kept.values, pick(candidate)])
    order = np.lexsort((all_row, -all_key))[:count]
    return Kept(key=all_key[order], row=all_row[order], values=all_values[order])


def lottery(row: IntArray, *, seed: int) -> FloatArray:
    """Return a number in [0, 1) for each row that depends on its number and the seed alone (splitmix64).

    The rows with the largest numbers are a simple random sample that does not depend on the split.
    Steele, Lea and Flood (2014), doi:10.1145/2714064.2660195.
    """
    start = np.uint64((seed * 0xD1342543DE82EF95) & 0xFFFFFFFFFFFFFFFF)
    z = (row.astype(np.uint64) + start) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.asarray((z >> np.uint64(11)).astype(np.float64) * 2.0**-53, dtype=np.float64)


def bin_edges(values: FloatArray, *, bins: int = MAX_BINS) -> FloatArray:
    """Return the inner edges of at most ``bins`` groups of equal size, shape (b - 1,), increasing.

    A value equal to an edge belongs to the group above it; values that tie are never split.
    """
    count = int(np.clip(values.size // MIN_ROWS_PER_BIN, 1, bins))
    edges = np.unique(np.quantile(values, np.arange(1, count) / count)) if count > 1 else np.empty(0)
    return np.asarray(edges[edges > values.min()] if values.size else edges, dtype=np.float64)


def bin_rows(x: FloatArray, y: FloatArray, edges: FloatArray) -> Binned:
    """Gather a scatter in bins of x: means, and the 10% and 90% quantiles of y in each."""
    group = np.searchsorted(edges, x, side="right")
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(edges.size + 2))
    filled = [order[a:b] for a, b in pairwise(starts) if b > a]
    band = np.array([np.quantile(y[i], (0.1, 0.9)) for i in filled]).reshape(-1, 2)
    return Binned(
        x=np.array([x[i].mean() for i in filled]),
        mean=np.array([y[i].mean() for i in filled]),
        low=band[:, 0].copy(),
        high=band[:, 1].copy(),
        count=np.array([i.size for i in filled], dtype=np.int64),
    )
