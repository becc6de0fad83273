"""Number columns that are the target in another form, found on a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.table.value import FloatArray, IntArray

EXACT = 1e-9
"""Distance of |r| from 1 within which one column is the other, scaled and shifted."""
NEAR = 0.999
"""|r| from which a column is said to follow the target almost exactly."""
MOSTLY_EQUAL = 0.5
"""Share of the rows with the very same number from which two measurements are one ..."""
MANY_VALUES = 0.3
"""... where the target has at least this many different values for each row, so that chance makes none equal."""
MIN_PAIRS = 5
MIN_RANKED = 20
"""Pairs from which an identical order cannot be chance."""
MIN_VALUES = 10
CLASS_ROWS = 30
TWO_CLASS_ROWS = 100
GAP = 3.0
"""A class boundary is a cut through continuous values where its gap is at most this many times the largest
of the gaps around it."""
NEIGHBOURS = 5
FEW_BOUNDARIES, FEWEST_BESIDE = 5, 4
"""That many boundaries, of groups of so many rows at the least, say whether groups stand apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a number column is of the target.

    Attributes
    ----------
    reason : plain clause with ``{target}`` where the target's name goes
    correlation : Pearson's, or 1 and -1 for the direction of a transformation
    near : not a copy, but almost
    share : of the rows in which a near copy is equal to the target, 0.0 where it is near otherwise
    """

    code: str
    reason: str
    correlation: float
    near: bool = False
    share: float = 0.0


def _correlation(x: FloatArray, y: FloatArray) -> float:
    zx, zy = x - x.mean(), y - y.mean()
    size = float(np.sqrt((zx @ zx) * (zy @ zy)))
    return float(zx @ zy) / size if size > 0.0 and np.isfinite(size) else 0.0


def _scaled(x: FloatArray) -> FloatArray:
    """Values divided by their largest size, so that squares stay finite."""
    largest = float(np.max(np.abs(x)))
    return x / largest if largest > 0.0 else x


def number_copies(y: FloatArray, x: FloatArray, *, ordered: bool, timed: frozenset[int]) -> Mapping[int, Copy]:
    """Find copies of y among the columns of x.

    Parameters
    ----------
    y : (n,) target; codes of levels where ``ordered`` is False
    x : (n, p) NaN where missing, rows in file order
    timed : columns that say when; two trends share their order without one being the other

    Returns
    -------
    dict
        column of x -> Copy
    """
    known = ~np.isnan(y)
    trend = ordered and _trending(y[known], x[known], timed)
    out: dict[int, Copy] = {}
    for j in range(x.shape[1]):
        both = known & ~np.isnan(x[:, j])
        a, b = x[both, j], y[both]
        if b.size < MIN_PAIRS or a.min() == a.max() or b.min() == b.max():
            continue
        copy = _compare(_scaled(a), _scaled(b), trend=trend or j in timed) if ordered else _separates(a, b)
        if ordered and (copy is None or copy.near):
            copy = _mostly_equal(a, b) or copy
        if copy is not None:
            out[j] = copy
    return out


def _trending(y: FloatArray, x: FloatArray, timed: frozenset[int]) -> bool:
    """Whether y only goes up (or down) along the rows, or along a column that says when."""
    if y.size < 2:
        return True
    rows = np.arange(y.size, dtype=np.float64)
    if _same_order(rows, y) or _same_order(rows, -y):
        return True
    for j in timed:
        both = ~np.isnan(x[:, j])
        if both.sum() > 2 and (_same_order(x[both, j], y[both]) or _same_order(x[both, j], -y[both])):
            return True
    return False


def _same_order(a: FloatArray, b: FloatArray) -> bool:
    """Whether no two rows are ordered one way by a and the other way by b."""
    order = np.lexsort((a, b))
    return bool(np.all(np.diff(a[order]) >= 0.0))


def _compare(a: FloatArray, b: FloatArray, *, trend: bool) -> Copy | None:
    r = _correlation(a, b)
    if abs(r) >= 1.0 - EXACT and np.unique(b).size >= 3:
        return Copy(code="copy_of_target", reason='it is "{target}" in another unit (scaled or shifted)', correlation=r)
    if abs(r) >= 1.0 - EXACT:
        return Copy(code="copy_of_target", reason='it tells the two values of "{target}" apart exactly', correlation=r)
    for sign in (1.0, -1.0) if r >= 0 else (-1.0, 1.0):
        if _same_order(sign * a, b):
            copy = _ordered_copy(sign * a, b, a, sign, trend=trend)
            if copy is not None:
                return copy
    if abs(r) >= NEAR and b.size >= MIN_RANKED and not trend:
        return Copy(code="near_target", reason="", correlation=r, near=True)
    if not trend and min(np.unique(a).size, np.unique(b).size, b.size) >= MIN_RANKED:
        bent = max(_transformed(a, b), key=abs, default=0.0)
        if abs(bent) >= NEAR:
            return Copy(code="near_target", reason="", correlation=bent, near=True)
    return None


def _mostly_equal(a: FloatArray, b: FloatArray) -> Copy | None:
    equal = a == b
    share = float(equal.mean())
    if share < MOSTLY_EQUAL or np.unique(b[equal]).size < max(MIN_VALUES, MANY_VALUES * equal.sum()):
        return None
    return Copy(code="near_target", reason="", correlation=_correlation(_scaled(a), _scaled(b)), near=True, share=share)


def _ordered_copy(signed: FloatArray, b: FloatArray, a: FloatArray, sign: float, *, trend: bool) -> Copy | None:
    """Two columns in the same order: a transformation, a class, or neither."""
    reason = 'it is a transformation of "{target}": both put the rows in exactly the same order'
    if b.size >= MIN_PAIRS + 1 and np.unique(b).size >= MIN_PAIRS and _known_transformation(a, b):
        return Copy(code="transform_of_target", reason='it is a transformation of "{target}" (a logarithm or a power)',
                    correlation=sign)  # fmt: skip
    if trend:
        return None
    values_a, values_b = np.unique(signed), np.unique(b)
    pairs = np.unique(np.column_stack([signed, b]), axis=0).shape[0]
    few, many, coarse = (values_a, values_b, signed) if values_a.size <= values_b.size else (values_b, values_a, b)
    if pairs != many.size:
        return None
    if few.size >= MIN_VALUES and b.size >= MIN_RANKED and pairs <= 2 * few.size:
        return Copy(code="transform_of_target", reason=reason, correlation=sign)
    fine = b if coarse is signed else signed
    if is_cut(coarse, fine):
        return Copy(code="class_of_target", reason='its values are ranges of "{target}"' if coarse is signed
                    else '"{target}" is decided by ranges of its values', correlation=sign)  # fmt: skip
    return None


def _known_transformation(a: FloatArray, b: FloatArray) -> bool:
    """Whether one is a logarithm or a power of the other (up to scale and shift)."""
    return any(abs(r) >= 1.0 - EXACT for r in _transformed(a, b))


def _transformed(a: FloatArray, b: FloatArray) -> list[float]:
    """Return the correlations after logarithms, roots and reciprocals."""
    tries: list[tuple[FloatArray, FloatArray]] = []
    if a.min() > 0.0:
        tries.append((np.log(a), b))
    if b.min() > 0.0:
        tries.append((a, np.log(b)))
    if a.min() > 0.0 and b.min() > 0.0:
        tries.append((np.log(a), np.log(b)))
        tries += [(1.0 / a, b), (a, 1.0 / b)]
    if a.min() >= 0.0 and b.min() >= 0.0:
        tries += [(np.sqrt(a), b), (a, np.sqrt(b))]
    return [_correlation(u, v) for u, v in tries]


def is_cut(coarse: FloatArray, fine: FloatArray) -> bool:
    """Whether classes are cuts through a continuous column: contiguous, and with no gap at the boundaries.

    Groups that merely differ a lot are contiguous too, but lie apart; a cut leaves neighbours on both sides.
    """
    order = np.lexsort((fine, coarse))
    groups, values = coarse[order], fine[order]
    n_groups = np.unique(groups).size
    if values.size < (CLASS_ROWS if n_groups > 2 else TWO_CLASS_ROWS) or n_groups < 2:
        return False
    if np.unique(values).size < 3 * n_groups or not bool(np.all(np.diff(values) >= 0.0)):
        return False
    gaps = np.diff(values)
    boundaries = np.flatnonzero(np.diff(groups) != 0.0)
    if _stand_apart(gaps, boundaries):
        return False
    cuts = sum(_is_narrow(gaps, int(at)) for at in boundaries)
    return 2 * cuts > boundaries.size or (cuts > 0 and boundaries.size == 2)


def _stand_apart(gaps: FloatArray, boundaries: IntArray) -> bool:
    """Whether most gaps at boundaries are larger than the largest of those beside them that lie within groups.

    Steps with little noise stand apart like that; a cut has gaps like any others, about a quarter of the largest.
    Boundaries of groups with few rows, as in a tail, are no evidence.
    """
    edges = np.concatenate([[-1], boundaries, [gaps.size]])
    sizes = np.diff(edges)
    judged = boundaries[np.minimum(sizes[:-1], sizes[1:]) >= FEWEST_BESIDE]
    within = gaps.copy()
    within[boundaries] = 0.0
    wide = [
        bool(gaps[at] > np.concatenate([_positive(within[:at][::-1]), _positive(within[at + 1 :])]).max(initial=0.0))
        for at in judged
    ]
    return len(wide) >= FEW_BOUNDARIES and 2 * sum(wide) > len(wide)


def _is_narrow(gaps: FloatArray, at: int) -> bool:
    """Whether a gap is no larger than those around it allow."""
    around = np.concatenate([_positive(gaps[:at][::-1]), _positive(gaps[at + 1 :])])
    return bool(gaps[at] > 0.0 and (not around.size or gaps[at] <= GAP * around.max()))


def _positive(gaps: FloatArray) -> FloatArray:
    """The nearest gaps that are not ties."""
    near: FloatArray = gaps[: 50 * NEIGHBOURS]
    return near[near > 0.0][:NEIGHBOURS]


def _separates(a: FloatArray, codes: FloatArray) -> Copy | None:
    """Whether ranges of a number decide the level of a category target."""
    order = np.argsort(a, kind="stable")
    runs = np.concatenate([[0], np.cumsum(np.diff(codes[order]) != 0.0)])
    if runs[-1] + 1 != np.unique(codes).size:
        return None
    by_range = np.empty(a.size)
    by_range[order] = runs
    if is_cut(by_range, a):
        return Copy(code="class_of_target", reason='"{target}" is decided by ranges of its values', correlation=1.0)
    return None
