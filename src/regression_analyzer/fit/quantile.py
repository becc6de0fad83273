"""Quantile regression: the line that leaves a given share of the rows below it."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from regression_analyzer.errors import InputError
from regression_analyzer.fit.value import FloatArray

NO_WORSE = 1e-9
"""A corner may exceed the solver's objective by this share: the solver's own tolerance is larger."""


def quantile_fit(x: FloatArray, y: FloatArray, tau: float = 0.5) -> FloatArray:
    """Return the coefficients (k,) that minimise ``sum r (tau - [r < 0])``, r = y - x b.

    The linear programme is solved in its dual form (maximise ``y'a`` under ``x'a = (1 - tau) x'1``, 0 <= a <= 1).
    A solution lies at a corner where k rows are met exactly: those rows are found and solved for, so the
    coefficients carry the rounding of one k x k system. Where several corners are equally good, one of them.

    Parameters
    ----------
    x : (n, k) of full rank; y : (n,)

    Raises
    ------
    InputError
        The solver finds no answer.

    References
    ----------
    Koenker and Bassett (1978), doi:10.2307/1913643; Koenker (2005), doi:10.1017/CBO9780511754098, chapter 6.
    """
    size = np.maximum(np.abs(x).max(axis=0), np.finfo(np.float64).tiny)
    unit = max(float(np.abs(y).max(initial=0.0)), float(np.finfo(np.float64).tiny))
    z, target = x / size, y / unit
    found = linprog(-target, A_eq=z.T, b_eq=(1.0 - tau) * z.sum(axis=0), bounds=(0.0, 1.0), method="highs-ds")
    if found.status != 0:
        raise InputError("the linear programme of the quantile has no answer that the solver finds")
    near = -np.asarray(found.eqlin.marginals, dtype=np.float64)
    corner = _corner(z, target, near)
    chosen = corner if _loss(z, target, corner, tau) <= _loss(z, target, near, tau) * (1.0 + NO_WORSE) else near
    return np.asarray(chosen * unit / size)


def _corner(x: FloatArray, y: FloatArray, near: FloatArray) -> FloatArray:
    """Solve for the k independent rows that a solution passes closest to."""
    k = x.shape[1]
    rows: list[int] = []
    basis = np.zeros((0, k))
    for row in np.argsort(np.abs(y - x @ near), kind="stable"):
        left = x[row] - basis.T @ (basis @ x[row])
        left -= basis.T @ (basis @ left)
        length = float(np.linalg.norm(left))
        if length > 1e-9 * float(np.linalg.norm(x[row])):
            rows.append(int(row))
            basis = np.vstack([basis, left / length])
            if len(rows) == k:
                return np.asarray(np.linalg.solve(x[rows], y[rows]))
    return near


def _loss(x: FloatArray, y: FloatArray, b: FloatArray, tau: float) -> float:
    residual = y - x @ b
    return float((residual * (tau - (residual < 0.0))).sum())
