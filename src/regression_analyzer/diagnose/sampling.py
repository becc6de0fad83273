"""Small pictures of many rows: the largest, a seeded sample, bins. All mergeable, none depends on the split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Contest:
    """A selection of the ``count`` rows with the largest keys, on the way.

    Attributes
    ----------
    pieces : what was let in since the last cut, and the survivors of that cut
    waiting : rows in them
    floor : key of the last survivor; nothing below it can win
    """

    count: int
    pieces: tuple[Kept, ...] = ()
    waiting: int = 0
    floor: float = -np.inf


def enter(contest: Contest, key: FloatArray, row: IntArray, pick: Pick) -> Contest:
    """Let new rows compete; NaN keys never enter.

    Associative and independent of how rows are split: ties are decided by the row number.

    Parameters
    ----------
    key, row : (n,)
    pick : indices -> (m, c) values of those rows; asked only for rows that may stay
    """
    count = contest.count
    candidate = np.flatnonzero(key >= contest.floor)
    if candidate.size > 2 * count:
        threshold = np.partition(key[candidate], -count)[-count]
        candidate = candidate[key[candidate] >= threshold]
    if candidate.size == 0:
        return contest
    new = Kept(key=key[candidate], row=row[candidate], values=pick(candidate))
    contest = replace(contest, pieces=(*contest.pieces, new), waiting=contest.waiting + candidate.size)
    if contest.waiting < 2 * count:
        return contest
    best = winners(contest)
    return replace(contest, pieces=(best,), waiting=best.key.size, floor=float(best.key.min()))


def winners(contest: Contest, width: int = 0) -> Kept:
    """Return the rows that win, best first; ``width`` is the number of values where nothing entered."""
    if not contest.pieces:
        return Kept(key=np.empty(0), row=np.empty(0, dtype=np.int64), values=np.empty((0, width)))
    key = np.concatenate([p.key for p in contest.pieces])
    row = np.concatenate([p.row for p in contest.pieces])
    order = np.lexsort((row, -_settled(key)))[: contest.count]
    return Kept(key=key[order], row=row[order], values=np.concatenate([p.values for p in contest.pieces])[order])


def _settled(key: FloatArray) -> FloatArray:
    """Round to 12 significant digits, so that rounding errors do not order rows that tie."""
    size = np.abs(key)
    exponent = np.floor(np.log10(np.where(size > 0.0, size, 1.0)))
    unit = 10.0 ** np.clip(exponent - 11.0, -300.0, 290.0)
    return np.asarray(np.round(key / unit) * unit, dtype=np.float64)


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
