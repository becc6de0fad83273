"""The mergeable state of least squares: the triangular factor of the shifted, scaled, weighted rows.

State = (n, shift and scale fixed from the first block, R of the QR of ``[1, (X - s) / c, (y - t) / d]``).
``add(block)`` is the QR of R stacked on the block; ``merge(a, b)`` the QR of two R's stacked. Both are
associative up to rounding, so any split of the rows and any order of merging give the same answer.
X'X is never formed: it would square the condition number.

Scales are powers of two, so scaling rounds nothing; shifts are short numbers near the column's mean, so
subtracting them rounds little or nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.fit.extended import LongArray, long_qr
from regression_analyzer.fit.value import FloatArray

CHUNK_CELLS = 10_000
"""Cells of the pieces that a block is factored in: they stay in the processor's cache."""
FIRST_ROWS = 4096
SHIFT_BITS = 12


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frame:
    """Where the columns are measured from, and in what unit.

    Attributes
    ----------
    intercept : the first column of X is the constant; only then are columns shifted
    shift, scale : (k,) of the columns of X (0 and 1 for the constant)
    y_shift, y_scale : of y
    """

    intercept: bool
    shift: FloatArray
    scale: FloatArray
    y_shift: float
    y_scale: float

    def standardise(self, x: FloatArray) -> FloatArray:
        """Return ``(x - shift) / scale`` (n, k), double."""
        if self.plain:
            return x
        result = x - self.shift
        result *= 1.0 / self.scale
        return result

    @property
    def plain(self) -> bool:
        """Neither shift nor scale does anything."""
        return not self.shift.any() and bool((self.scale == 1.0).all())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LeastSquaresState:
    """Everything that least squares needs to know of the rows seen so far.

    Attributes
    ----------
    n : rows; ``weight_log_sum`` : sum of log weights
    r : (m, k + 1) upper triangular factor of ``sqrt(w) * [X standardised, y standardised]``, m <= k + 1;
        double or extended
    extended : keep r in extended precision
    """

    frame: Frame
    n: int
    r: FloatArray | LongArray
    extended: bool = False
    weight_log_sum: float = 0.0


def power_of_two(size: float) -> float:
    """Return the largest power of two not above a positive number; 1 for 0."""
    if not (size > 0 and math.isfinite(size)):
        return 1.0
    return math.ldexp(1.0, max(-1020, min(1020, math.frexp(size)[1] - 1)))


def choose_frame(x: FloatArray, y: FloatArray, *, intercept: bool) -> Frame:
    """Fix shifts and scales from the first rows.

    A column is shifted only if it lies far from zero compared with its spread; the shift has few bits.
    """
    k = x.shape[1]
    shift, scale = np.zeros(k), np.ones(k)
    for j in range(1 if intercept else 0, k):
        shift[j], scale[j] = _origin_and_unit(x[:, j], shifted=intercept)
    y_shift, y_scale = _origin_and_unit(y, shifted=intercept)
    return Frame(intercept=intercept, shift=shift, scale=scale, y_shift=y_shift, y_scale=y_scale)


def _origin_and_unit(values: FloatArray, *, shifted: bool) -> tuple[float, float]:
    if len(values) == 0:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    spread = high - low
    middle = low + 0.5 * spread
    origin = 0.0
    if shifted and abs(middle) > spread:
        grain = power_of_two(max(spread, abs(middle) * 2.0**-40)) * 2.0**-SHIFT_BITS
        origin = low if spread == 0 else round(middle / grain) * grain
    return origin, power_of_two(max(abs(low - origin), abs(high - origin)))


def empty_state(frame: Frame, *, extended: bool = False) -> LeastSquaresState:
    """Return the state of no rows."""
    k = len(frame.shift)
    r: FloatArray | LongArray = np.zeros((0, k + 1))
    return LeastSquaresState(frame=frame, n=0, r=r.astype(np.longdouble) if extended else r, extended=extended)


def add(state: LeastSquaresState, x: FloatArray, y: FloatArray, weights: FloatArray | None = None) -> LeastSquaresState:
    """Add rows.

    Parameters
    ----------
    x : (n, k); y : (n,); weights : (n,) positive, or None for ones
    """
    frame, k = state.frame, x.shape[1]
    r = state.r
    step = max(256, CHUNK_CELLS // (k + 1), 4 * (k + 1)) * (1 if not state.extended else 8)
    if not state.extended and len(y) >= 4 * step:
        # the whole run in one gufunc call: a factor for each piece, then the factor of the factors
        rows = _augmented(frame, x, y, weights)
        whole = len(rows) // step * step
        pieces = np.asarray(np.linalg.qr(rows[:whole].reshape(-1, step, k + 1), mode="r"))
        r = _qr(np.concatenate([r, pieces.reshape(-1, k + 1), rows[whole:]]))
    else:
        for start in range(0, len(y), step):
            part = slice(start, start + step)
            chunk_weights = None if weights is None else weights[part]
            rows = _augmented(frame, x[part], y[part], chunk_weights, extended=state.extended)
            stacked = np.concatenate([r, rows])
            r = long_qr(stacked) if state.extended else _qr(stacked)
    logs = 0.0 if weights is None else float(np.sum(np.log(weights)))
    return replace(state, n=state.n + len(y), r=r, weight_log_sum=state.weight_log_sum + logs)


def merge(first: LeastSquaresState, second: LeastSquaresState) -> LeastSquaresState:
    """Join the states of two sets of rows; the first one's frame is kept."""
    other = rebase(second, first.frame)
    extended = first.extended or second.extended
    stacked = np.concatenate([first.r, other.r])
    return LeastSquaresState(
        frame=first.frame,
        n=first.n + second.n,
        r=long_qr(stacked) if extended else _qr(stacked),
        extended=extended,
        weight_log_sum=first.weight_log_sum + second.weight_log_sum,
    )


def merge_all(states: Iterable[LeastSquaresState]) -> LeastSquaresState:
    """Join many states."""
    iterator = iter(states)
    result = next(iterator)
    for state in iterator:
        result = merge(result, state)
    return result


def rebase(state: LeastSquaresState, frame: Frame) -> LeastSquaresState:
    """Measure a state's columns from another origin and in other units."""
    old = state.frame
    if old is frame:
        return state
    r = np.array(state.r, dtype=np.longdouble)
    old_shift = np.append(old.shift, old.y_shift).astype(np.longdouble)
    new_shift = np.append(frame.shift, frame.y_shift).astype(np.longdouble)
    old_scale = np.append(old.scale, old.y_scale).astype(np.longdouble)
    new_scale = np.append(frame.scale, frame.y_scale).astype(np.longdouble)
    r *= old_scale / new_scale
    if frame.intercept and len(r):
        r[:, 1:] += np.multiply.outer(r[:, 0], ((old_shift - new_shift) / new_scale)[1:])
    return replace(state, frame=frame, r=r if state.extended else r.astype(np.float64))


def _augmented(
    frame: Frame, x: FloatArray, y: FloatArray, weights: FloatArray | None, *, extended: bool = False
) -> FloatArray | LongArray:
    """Return ``sqrt(w) * [(x - s) / c, (y - t) / d]`` (n, k + 1)."""
    n, k = x.shape
    rows = np.empty((n, k + 1), dtype=np.longdouble if extended else np.float64)
    np.subtract(x, frame.shift, out=rows[:, :k])
    np.subtract(y, frame.y_shift, out=rows[:, k])
    rows *= 1.0 / np.append(frame.scale, frame.y_scale)
    if weights is not None:
        rows *= np.sqrt(weights.astype(rows.dtype))[:, None]
    return rows


def _qr(rows: FloatArray | LongArray) -> FloatArray:
    return np.asarray(np.linalg.qr(rows, mode="r"), dtype=np.float64)
