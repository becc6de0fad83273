"""Dealing rows, or whole units, into parts of even size."""

from __future__ import annotations

import numpy as np

from regression_analyzer.fit.value import IntArray


def deal_evenly(n: int, group: IntArray | None, parts: int, rng: np.random.Generator) -> IntArray:
    """Deal rows into parts at random; rows of one unit stay together.

    Parameters
    ----------
    n : rows
    group : (n,) codes of repeated units, -1 where a row stands for itself, or None
    parts : how many; the largest units are dealt first, each to the part with the fewest rows

    Returns
    -------
    (n,) part of each row, 0 to ``parts - 1``
    """
    if group is None:
        result = np.empty(n, dtype=np.int64)
        result[rng.permutation(n)] = np.arange(n) % parts
        return result
    unit = np.where(group >= 0, group, -1 - np.arange(n))
    _, inverse, counts = np.unique(unit, return_inverse=True, return_counts=True)
    order = rng.permutation(len(counts))
    order = order[np.argsort(-counts[order], kind="stable")]
    part = np.empty(len(counts), dtype=np.int64)
    filled = np.zeros(parts, dtype=np.int64)
    for which in order:
        part[which] = filled.argmin()
        filled[part[which]] += counts[which]
    return np.asarray(part[inverse], dtype=np.int64)
