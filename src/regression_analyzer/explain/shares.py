"""Shares of explained variation (LMG): how much of R-squared each term brings, averaged over all orders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.value import FloatArray, IntArray

EXACT_TERMS = 15
"""Up to this many terms all orders are averaged exactly (2^15 subsets); beyond, orders are sampled."""
SAMPLED_ORDERS = 400


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shares:
    """R-squared divided among terms.

    Attributes
    ----------
    shares : (t,) one a term; they sum to ``r_squared``
    sampling_error : (t,) standard error of a share where orders were sampled, else zeros
    exact : all orders were averaged
    """

    shares: FloatArray
    sampling_error: FloatArray
    r_squared: float
    exact: bool


def lmg(
    r: FloatArray,
    groups: Sequence[IntArray],
    *,
    seed: int = 0,
    exact_terms: int = EXACT_TERMS,
    orders: int = SAMPLED_ORDERS,
) -> Shares:
    """Divide R-squared among groups of columns by averaging over the orders of entry.

    What part of the explained variation goes to each predictor, when correlated predictors share credit?

    Parameters
    ----------
    r : (m, k + 1) triangular factor (or any matrix with the same cross-products) of the centred columns of X
        and, last, of centred y
    groups : column indices of each term; a factor's columns form one group
    exact_terms : average all orders up to this many terms, else ``orders`` random ones
    seed : of the sampled orders

    Notes
    -----
    share_j = sum over S without j of |S|! (t - |S| - 1)! / t! (R2(S + j) - R2(S)). Each subset's R2 comes
    from orthogonal projections of the columns of R; X'X is not formed.

    Not valid as an effect size: a share says what a predictor's variation accounts for in these rows.

    References
    ----------
    Lindeman, Merenda and Gold (1980); Groemping (2006), doi:10.18637/jss.v017.i01.
    """
    total = float(r[:, -1] @ r[:, -1])
    count = len(groups)
    if total == 0.0 or count == 0:
        return Shares(shares=np.zeros(count), sampling_error=np.zeros(count), r_squared=0.0, exact=True)
    if count <= exact_terms:
        explained = _subset_r_squared(r, groups) / total
        return Shares(
            shares=average_gains(explained, count),
            sampling_error=np.zeros(count),
            r_squared=float(explained[-1]),
            exact=True,
        )
    rng = np.random.default_rng(seed)
    gains = np.array([gains_in_order(r, groups, rng.permutation(count)) for _ in range(orders)]) / total
    return Shares(
        shares=gains.mean(axis=0),
        sampling_error=gains.std(axis=0, ddof=1) / math.sqrt(orders),
        r_squared=float(gains[0].sum()),
        exact=False,
    )


def _subset_r_squared(r: FloatArray, groups: Sequence[IntArray]) -> FloatArray:
    """Return the explained sum of squares of every subset, indexed by the bits of its terms."""
    explained = np.zeros(1 << len(groups))
    # Columns in the order of the groups, so that a node of the walk keeps the groups after it as one slice.
    ordered = np.concatenate([r[:, group] for group in groups] + [r[:, -1:]], axis=1)
    widths = [len(group) for group in groups]
    # Each node of the walk: columns not yet decided on, orthogonal to the subset; their first term; the subset.
    waiting = [(ordered, 0, 0)]
    while waiting:
        rest, first, subset = waiting.pop()
        start = 0
        for index in range(first, len(widths)):
            stop = start + widths[index]
            basis = _basis(rest[:, start:stop])
            after = rest[:, stop:]
            along = basis.T @ after
            larger = subset | 1 << index
            explained[larger] = explained[subset] + float(along[:, -1] @ along[:, -1])
            waiting.append((after - basis @ along, index + 1, larger))
            start = stop
    return explained


def _basis(columns: FloatArray) -> FloatArray:
    """Return an orthonormal basis of columns, without directions that rounding alone has left."""
    if columns.shape[1] == 1:
        length = math.sqrt(float(columns[:, 0] @ columns[:, 0]))
        unit: FloatArray = columns / length if length > 0.0 else columns[:, :0]
        return unit
    q, r = np.linalg.qr(columns)
    sizes = np.abs(np.diag(r))
    keep: FloatArray = q[:, sizes > 0.0]
    return keep


def average_gains(explained: FloatArray, count: int) -> FloatArray:
    """Return the Shapley average (t,) of what each term adds to the subsets without it.

    Parameters
    ----------
    explained : (2^t,) explained sum of squares of each subset, indexed by the bits of its terms
    """
    subsets = np.arange(1 << count)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    weight = np.array([1.0 / (count * math.comb(count - 1, size)) for size in range(count)])
    shares = np.empty(count)
    for term in range(count):
        without = subsets[(subsets >> term) & 1 == 0]
        gains = explained[without | 1 << term] - explained[without]
        shares[term] = weight[sizes[without]] @ gains
    return shares


def gains_in_order(r: FloatArray, groups: Sequence[IntArray], order: IntArray) -> FloatArray:
    """Return what each group adds to the explained sum of squares when groups enter in one order."""
    columns = np.concatenate([groups[index] for index in order])
    triangle: FloatArray = np.asarray(np.linalg.qr(np.concatenate([r[:, columns], r[:, -1:]], axis=1), mode="r"))
    squares = triangle[:, -1] ** 2
    gains = np.empty(len(groups))
    start = 0
    for index in order:
        stop = start + len(groups[index])
        gains[index] = squares[start:stop].sum()
        start = stop
    return gains
