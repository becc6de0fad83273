"""LMG shares of many bootstrap draws at once: the walk over subsets is taken once, for all draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regression_analyzer.explain.shares import average_gains, gains_in_order
from regression_analyzer.fit.value import FloatArray, IntArray

NOTHING_LEFT = 1e-12
"""A column of which less than this share is left after the others adds nothing."""


def draw_shares(
    draws: FloatArray, groups: Sequence[IntArray], *, exact_terms: int, orders: int, seed: int
) -> FloatArray:
    """Return the shares of each draw, (b, t).

    Parameters
    ----------
    draws : (b, m, k + 1) triangular factors of the centred columns and, last, of the centred target
    groups : column indices of each term
    exact_terms : average all orders up to this many terms, else the same ``orders`` random ones (each also
        reversed) for every draw, so that what the choice of orders adds is the same in all of them
    """
    total = (draws[:, :, -1] ** 2).sum(axis=1)
    total = np.where(total > 0.0, total, 1.0)
    if len(groups) <= exact_terms:
        explained = _subsets_of_draws(draws, groups) / total
        return np.array([average_gains(explained[:, i], len(groups)) for i in range(len(draws))])
    rng = np.random.default_rng(seed)
    half = [rng.permutation(len(groups)) for _ in range((orders + 1) // 2)]
    both = half + [order[::-1] for order in half]
    gains = np.array([[gains_in_order(r, _there(r, groups), order) for order in both] for r in draws])
    return np.asarray(gains.mean(axis=1) / total[:, None])


def _there(r: FloatArray, groups: Sequence[IntArray]) -> list[IntArray]:
    """Return each group's columns that vary in a draw: a rare level may be missing from it."""
    lengths = np.sqrt((r * r).sum(axis=0))
    varies = lengths > NOTHING_LEFT * np.median(lengths)
    return [group[varies[group]] for group in groups]


def _subsets_of_draws(draws: FloatArray, groups: Sequence[IntArray]) -> FloatArray:
    """Return the explained sums of squares of every subset in every draw, (2^t, b)."""
    explained = np.zeros((1 << len(groups), len(draws)))
    order = np.concatenate([*groups, np.array([draws.shape[2] - 1])])
    widths = [len(group) for group in groups]
    # columns before rows: a step of the projection then works on rows that lie together
    waiting = [(np.ascontiguousarray(draws[:, :, order].transpose(0, 2, 1)), 0, 0)]
    while waiting:
        rest, first, subset = waiting.pop()
        start = 0
        for index in range(first, len(widths)):
            stop = start + widths[index]
            left, gained = _project_out(rest[:, start:, :], widths[index])
            larger = subset | 1 << index
            explained[larger] = explained[subset] + gained
            if index + 1 < len(widths):
                waiting.append((left, index + 1, larger))
            start = stop
    return explained


def _project_out(columns: FloatArray, width: int) -> tuple[FloatArray, FloatArray]:
    """Take the first columns out of the others; return what is left and what the target lost.

    Parameters
    ----------
    columns : (b, c, m), the target last
    """
    left = columns
    gained = np.zeros(len(columns))
    whole = np.sqrt(np.einsum("bcm,bcm->bc", columns[:, :width], columns[:, :width]))
    for step in range(width):
        axis, rest = left[:, 0, :], left[:, 1:, :]
        length = np.sqrt(np.einsum("bm,bm->b", axis, axis))
        there = length > NOTHING_LEFT * whole[:, step]
        unit = np.where(there[:, None], axis / np.where(there, length, 1.0)[:, None], 0.0)
        along = np.matmul(rest, unit[:, :, None])
        left = rest - along * unit[:, None, :]
        gained += along[:, -1, 0] ** 2
    return left, gained
