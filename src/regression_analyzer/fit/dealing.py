"""Dealing rows, or whole units, into parts of even size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from regression_analyzer.fit.value import IntArray


def deal_evenly(
    n: int,
    group: IntArray | None,
    parts: int,
    rng: np.random.Generator,
    *,
    events: npt.NDArray[np.bool_] | None = None,
) -> IntArray:
    """Deal rows into parts at random; rows of one unit stay together.

    Parameters
    ----------
    n : rows
    group : (n,) codes of repeated units, -1 where a row stands for itself, or None
    parts : how many; the largest units are dealt first, each to the part with the fewest rows
    events : (n,) rows that are dealt evenly as well (units: those with most of them first), or None

    Returns
    -------
    (n,) part of each row, 0 to ``parts - 1``
    """
    if group is None:
        result = np.empty(n, dtype=np.int64)
        order = rng.permutation(n)
        if events is not None:
            order = order[np.argsort(events[order], kind="stable")]
        result[order] = np.arange(n) % parts
        return result
    unit = np.where(group >= 0, group, -1 - np.arange(n))
    _, inverse, counts = np.unique(unit, return_inverse=True, return_counts=True)
    own = np.zeros_like(counts) if events is None else np.bincount(inverse[events], minlength=len(counts))
    return np.asarray(_deal_units(counts, own, parts, rng)[inverse], dtype=np.int64)


def _deal_units(counts: IntArray, events: IntArray, parts: int, rng: np.random.Generator) -> IntArray:
    """Return the part of each unit: the fewest events and rows, as shares of all, decide."""
    order = rng.permutation(len(counts))
    order = order[np.lexsort((-counts[order], -events[order]))]
    part = np.empty(len(counts), dtype=np.int64)
    size = counts * max(int(events.sum()), 1) + events * counts.sum()
    filled = np.zeros(parts, dtype=np.int64)
    for which in order:
        part[which] = filled.argmin()
        filled[part[which]] += size[which]
    return part
