"""One rank decision, on the triangular factor: which columns are exact combinations of earlier ones.

Columns are taken in the order of the model, as R's ``lm`` does. A column is an alias when what is left
of it after the earlier ones is no larger than the rounding of the numbers themselves: R drops terms
far earlier (1e-7 of their length), and so refuses problems that can be solved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.extended import AnyFloats, LongArray
from regression_analyzer.fit.state import Frame, LeastSquaresState
from regression_analyzer.fit.value import Alias, FloatArray

DATA_ROUNDOFF = 2.0**-53
ROUNDING_MARGIN = 16.0
"""An alias may stand out of the others' span by this many roundings of all numbers involved."""
SUSPICIOUS = 1e-4
"""Only columns of which less than this share is left are looked at closely."""
NEGLIGIBLE_WEIGHT = 1e-9
"""Weights in a combination that move the column by less than this share are rounding."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reduced:
    """The factor without its aliases.

    Attributes
    ----------
    kept : indices of the columns estimated
    r : (r, r) upper triangular, of the kept columns
    qty : (r,) the target's part in their span
    rest : length of the target's part outside (standardised units)
    """

    kept: tuple[int, ...]
    aliases: tuple[Alias, ...]
    r: AnyFloats
    qty: AnyFloats
    rest: np.longdouble


def reduce_rank(state: LeastSquaresState, *, margin: float = ROUNDING_MARGIN) -> Reduced:
    """Split columns into kept ones and aliases, and keep the factor triangular.

    ``margin`` 0 keeps every column that is not exactly in the span of the others.
    """
    frame, k = state.frame, len(state.frame.shift)
    a: AnyFloats = state.r.copy()
    raw = _raw_lengths(a, frame, state.n)
    kept: list[int] = []
    aliases: list[Alias] = []
    for j in range(k):
        row, last = len(kept), min(j + 1, len(a))
        left = a[row:last, j]
        length = float(np.sqrt(left @ left))
        whole = float(np.sqrt(a[:last, j] @ a[:last, j]))
        weights = _combination(a, kept, j) if length <= SUSPICIOUS * whole or whole == 0 else None
        if weights is not None and length <= margin * DATA_ROUNDOFF * (raw[j] + float(np.abs(weights) @ raw[kept])):
            a[row:last, j] = 0
            aliases.append(Alias(column=j, combination=_named(weights, kept, j, frame, raw)))
            continue
        if last - row > 1:
            _reflect(a, row, last, j)
        kept.append(j)
    rank = len(kept)
    rest = a[rank:, k]
    return Reduced(
        kept=tuple(kept),
        aliases=tuple(aliases),
        r=np.triu(a[:rank, kept]),
        qty=a[:rank, k],
        rest=np.sqrt(np.longdouble(rest @ rest)),
    )


def _raw_lengths(a: AnyFloats, frame: Frame, n: int) -> FloatArray:
    """Lengths of the columns as the file has them (unshifted), in standardised units."""
    lengths = np.sqrt((a[:, : len(frame.shift)] ** 2).sum(axis=0)).astype(np.float64)
    constant = abs(float(a[0, 0])) if frame.intercept and len(a) else math.sqrt(max(n, 1))
    return np.asarray(lengths + constant * np.abs(frame.shift / frame.scale))


def _combination(a: AnyFloats, kept: list[int], j: int) -> FloatArray:
    rank = len(kept)
    if rank == 0:
        return np.zeros(0)
    r, right = a[:rank, kept], a[:rank, j].copy()
    for i in range(rank - 1, -1, -1):
        right[i] = (right[i] - r[i, i + 1 :] @ right[i + 1 :]) / r[i, i]
    return right.astype(np.float64)


def _reflect(a: AnyFloats, row: int, last: int, j: int) -> None:
    """Zero column j below ``row`` by one Householder reflection of the rows ``row`` to ``last``."""
    v = a[row:last, j].copy()
    norm = np.sqrt(v @ v)
    head = -norm if v[0] > 0 else norm
    v[0] -= head
    half = -v[0] * head
    block = a[row:last, j:]
    block -= np.multiply.outer(v, (v @ block) / half)
    a[row, j] = head
    a[row + 1 : last, j] = 0


def _named(
    weights: FloatArray, kept: list[int], j: int, frame: Frame, raw: FloatArray
) -> tuple[tuple[int, float], ...]:
    """Weights on the original columns, without the ones that are only rounding."""
    shift, scale = frame.shift, frame.scale
    original = {i: float(w) * float(scale[j]) / float(scale[i]) for i, w in zip(kept, weights, strict=True)}
    if frame.intercept:
        constant = float(shift[j]) + original.get(0, 0.0)
        constant -= math.fsum(w * float(shift[i]) for i, w in original.items() if i != 0)
        original[0] = constant
    size = {i: abs(w) * float(raw[i] * scale[i]) for i, w in original.items()}
    enough = NEGLIGIBLE_WEIGHT * max([float(raw[j] * scale[j]), *size.values(), 0.0])
    named = [(i, float(f"{w:.9g}")) for i, w in original.items() if w != 0 and size[i] > enough]
    return tuple(sorted(named, key=lambda pair: -size[pair[0]]))


def scaled_condition(r: AnyFloats) -> float:
    """2-norm condition number of a triangular factor after its columns are scaled to length 1."""
    if len(r) == 0:
        return 1.0
    double = np.asarray(r / np.sqrt((r * r).sum(axis=0)), dtype=np.float64)
    values = np.linalg.svd(double, compute_uv=False)
    return float(values[0] / values[-1]) if values[-1] > 0 else math.inf


def unshifted(r: AnyFloats, frame: Frame, kept: tuple[int, ...]) -> LongArray:
    """The factor of the columns as the file has them (in units of the scale), for the condition number."""
    result = np.array(r, dtype=np.longdouble)
    if frame.intercept and kept and kept[0] == 0:
        ratio = (frame.shift / frame.scale)[list(kept)].astype(np.longdouble)
        result += np.multiply.outer(result[:, 0], np.where(np.arange(len(kept)) > 0, ratio, 0))
    return result
