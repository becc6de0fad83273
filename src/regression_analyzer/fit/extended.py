"""Triangular factorisation and solving in extended precision (80 bits on x86-64, 128 on AArch64).

Slower than LAPACK by an order of magnitude and exact to eleven more bits: for small problems always,
for large ones when the condition number eats too many digits. Where the platform's ``longdouble`` is
the double, the same code runs in double.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LongArray = npt.NDArray[np.longdouble]
AnyFloats = npt.NDArray[np.float64] | npt.NDArray[np.longdouble]

UNIT_ROUNDOFF = float(np.finfo(np.longdouble).eps) / 2
"""Unit roundoff of the extended format."""
SOFTWARE_FORMAT = bool(np.finfo(np.longdouble).nmant > 64)
"""The format is emulated (AArch64) and costs some fifty times more."""


def long_qr(rows: AnyFloats) -> LongArray:
    """Return R of a Householder QR in extended precision.

    Parameters
    ----------
    rows : (n, k)

    Returns
    -------
    (min(n, k), k) upper triangular (trapezoidal where n < k); signs of its rows are arbitrary
    """
    columns = np.array(rows.T, dtype=np.longdouble, order="C")
    k, n = columns.shape
    for j in range(min(n - 1, k)):
        v = columns[j, j:].copy()
        norm = np.sqrt(np.dot(v, v))
        if norm == 0:
            continue
        head = -norm if v[0] > 0 else norm
        v[0] -= head
        half = -v[0] * head
        columns[j, j] = head
        columns[j, j + 1 :] = 0
        if j + 1 < k:
            rest = columns[j + 1 :, j:]
            rest -= np.multiply.outer(rest @ v / half, v)
    return np.triu(columns[:, : min(n, k)].T)


def solve_upper(r: LongArray, right: LongArray) -> LongArray:
    """Solve ``R b = right`` for upper triangular R (r, r); right (r,) or (r, m)."""
    result = np.array(right, dtype=np.longdouble)
    for i in range(len(r) - 1, -1, -1):
        if i + 1 < len(r):
            result[i] -= r[i, i + 1 :] @ result[i + 1 :]
        result[i] /= r[i, i]
    return result


def invert_upper(r: LongArray) -> LongArray:
    """Return the inverse of an upper triangular matrix (r, r)."""
    return solve_upper(r, np.eye(len(r), dtype=np.longdouble))
