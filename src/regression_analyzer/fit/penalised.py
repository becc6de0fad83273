"""Lasso and ridge: least squares that pays for the size of its coefficients, along a path of penalties.

With Z the columns of X less their means, over their standard deviations (divisor n), and n rows::

    lasso    minimise  1/(2n) |y - b0 - Z b|^2 + penalty * sum |b_j|
    ridge    minimise  1/(2n) |y - b0 - Z b|^2 + penalty / 2 * sum b_j^2

With weights, means and standard deviations are weighted, and each square counts with its weight over the mean weight.

The lasso's objective is glmnet's with alpha = 1. The ridge's is the same as ``MASS::lm.ridge`` with
``n * penalty``; glmnet with alpha = 0 divides the penalty by sd(y) first.

Lasso: Tibshirani (1996), doi:10.1111/j.2517-6161.1996.tb02080.x, by coordinate descent over the columns that
take part (Friedman, Hastie and Tibshirani 2010, doi:10.18637/jss.v033.i01), finished exactly: once the signs
are known, the coefficients solve linear equations. Ridge: Hoerl and Kennard (1970),
doi:10.1080/00401706.1970.10488634, from the singular value decomposition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.value import FloatArray, IntArray

PENALTIES = 100
SMALLEST_SHARE = 1e-4
"""Of the largest penalty, at the end of the path, where there are more rows than columns ..."""
SMALLEST_SHARE_WIDE = 1e-2
"""... and where there are not, as in glmnet."""
RIDGE_START = 1e3
"""The ridge's path starts at this multiple of the lasso's largest penalty: almost the average."""
RIDGE_SHARE = 1e-8
OPTIMAL = 1e-9
"""A gradient may pass the penalty by this share of it (Karush-Kuhn-Tucker)."""
MOST_SWEEPS = 2_000
MOST_ROUNDS = 200
MOST_COLUMNS = 200
"""With more columns than rows, the path ends where this many take part, or one for every two rows; a likelihood's path
ends at this many in any case."""
FLAT = 1e-12
"""A column whose spread is below this share of its size is a constant."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Standardised:
    """Rows ready to be penalised.

    Attributes
    ----------
    z : (n, k) columns with mean 0 and standard deviation 1 (divisor n); 0 where a column is constant
    y : (n,) less its mean
    mean, scale : (k,) of the columns; scale 1 where a column is constant
    y_mean : of y
    n_obs : n, also after `compressed` has made fewer rows of them
    """

    z: FloatArray
    y: FloatArray
    mean: FloatArray
    scale: FloatArray
    y_mean: float
    n_obs: int


def standardise(x: FloatArray, y: FloatArray, weights: FloatArray | None = None) -> Standardised:
    """Standardise rows.

    Parameters
    ----------
    x : (n, k) columns of the design without the intercept
    y : (n,)
    weights : (n,) prior weights or None for ones
    """
    share = None if weights is None else weights / weights.sum()
    z, mean, scale = columns_standardised(x, share)
    y_mean = float(y.mean()) if share is None else float(share @ y)
    centred = y - y_mean
    if share is not None:
        root = np.sqrt(share * len(y))
        z, centred = z * root[:, None], centred * root
    return compressed(Standardised(z=z, y=centred, mean=mean, scale=scale, y_mean=y_mean, n_obs=len(y)))


def columns_standardised(x: FloatArray, share: FloatArray | None) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return columns with mean 0 and standard deviation 1 (0 where constant), their means and scales.

    Parameters
    ----------
    share : (n,) weights of sum 1, or None for equal ones
    """
    mean = x.mean(axis=0) if share is None else share @ x
    z = x - mean
    size = np.maximum(np.abs(z).max(axis=0), np.finfo(np.float64).tiny)
    squares = (z / size) ** 2
    spread = np.sqrt(squares.mean(axis=0) if share is None else share @ squares) * size
    flat = ~(spread > FLAT * np.abs(mean))
    scale = np.where(flat, 1.0, spread)
    z /= scale
    z[:, flat] = 0.0
    return z, mean, scale


def compressed(rows: Standardised) -> Standardised:
    """Replace many rows by the triangular factor of ``[Z, y]``: the same sums of squares, so the same solutions."""
    n, k = rows.z.shape
    if n <= k + 1:
        return rows
    r = np.asarray(np.linalg.qr(np.column_stack([rows.z, rows.y]), mode="r"))
    return Standardised(z=r[:, :k], y=r[:, k], mean=rows.mean, scale=rows.scale, y_mean=rows.y_mean, n_obs=rows.n_obs)


def largest_penalty(rows: Standardised) -> float:
    """Return the smallest penalty under which the lasso takes no column."""
    return float(np.abs(rows.z.T @ rows.y).max(initial=0.0)) / rows.n_obs


def penalties(rows: Standardised, estimator: str) -> FloatArray:
    """Return the path: 100 penalties, equally spaced on a logarithmic scale, the largest first."""
    top = max(largest_penalty(rows), np.finfo(np.float64).tiny)
    if estimator == "ridge":
        return path_of_penalties(top * RIDGE_START, RIDGE_SHARE)
    return path_of_penalties(top, SMALLEST_SHARE if rows.n_obs > len(rows.mean) else SMALLEST_SHARE_WIDE)


def path_of_penalties(top: float, share: float) -> FloatArray:
    """Return penalties from the largest to a share of it, equally spaced on a logarithmic scale."""
    return np.geomspace(top, top * share, PENALTIES)


def path(rows: Standardised, values: FloatArray, estimator: str) -> FloatArray:
    """Return the coefficients of the standardised columns for each penalty, (m, k); m <= the penalties given."""
    return ridge_path(rows, values) if estimator == "ridge" else lasso_path(rows, values)


def ridge_path(rows: Standardised, values: FloatArray) -> FloatArray:
    """Return ridge coefficients, (m, k): ``V diag(s / (s^2 + n penalty)) U'y`` with ``Z = U diag(s) V'``."""
    u, s, vt = np.linalg.svd(rows.z, full_matrices=False)
    turned = u.T @ rows.y
    return np.asarray(((s / (s * s + rows.n_obs * values[:, None])) * turned) @ vt)


def effective_df(rows: Standardised, penalty: float) -> float:
    """Return the effective degrees of freedom of the ridge without the intercept: ``sum s^2 / (s^2 + n penalty)``."""
    s = np.linalg.svd(rows.z, compute_uv=False)
    return float((s * s / (s * s + rows.n_obs * penalty)).sum())


def lasso_path(rows: Standardised, values: FloatArray) -> FloatArray:
    """Return lasso coefficients, (m, k); with more columns than rows the path may end before the last penalty."""
    n, k = rows.n_obs, rows.z.shape[1]
    most = k if n > k else min(n // 2, MOST_COLUMNS)
    found: list[FloatArray] = []
    current = np.zeros(k)
    for value in values:
        current = _lasso_at(rows, float(value), current)
        if found and np.count_nonzero(current) > most:
            break
        found.append(current)
    return np.asarray(found).reshape(len(found), k)


def _lasso_at(rows: Standardised, penalty: float, start: FloatArray) -> FloatArray:
    """Return the solution at one penalty, from the solution at a larger one."""
    z, y, n = rows.z, rows.y, rows.n_obs
    result = start.copy()
    taking: IntArray = np.flatnonzero(result)
    for _ in range(MOST_ROUNDS):
        if len(taking):
            part = z[:, taking]
            result = np.zeros_like(start)
            solved = _descend(part.T @ part / n, part.T @ y / n, penalty, start[taking])
            result[taking] = solved
        gradient = z.T @ (y - z @ result) / n
        outside = np.abs(gradient) > penalty * (1.0 + OPTIMAL)
        outside[taking] = False
        if not outside.any():
            break
        taking = np.union1d(np.flatnonzero(result), np.flatnonzero(outside))
        start = result
    return result


def minimise_quadratic(gram: FloatArray, right: FloatArray, penalty: float, start: FloatArray) -> FloatArray:
    """Minimise ``b'Gb/2 - b'c + penalty * |b|_1``, at once where the signs of the start are those of the minimum."""
    exact = _with_signs(gram, right, penalty, start)
    return _descend(gram, right, penalty, start) if exact is None else exact


def _descend(gram: FloatArray, right: FloatArray, penalty: float, start: FloatArray) -> FloatArray:
    """Minimise ``b'Gb/2 - b'c + penalty * |b|_1``: sweeps of coordinate descent, ended by an exact solution."""
    b = start.copy()
    diagonal = np.diagonal(gram)
    for _ in range(MOST_SWEEPS):
        before = b.copy()
        for j in range(len(b)):
            if diagonal[j] > 0.0:
                partial = right[j] - gram[j] @ b + diagonal[j] * b[j]
                b[j] = math.copysign(max(abs(partial) - penalty, 0.0), partial) / diagonal[j]
        exact = _with_signs(gram, right, penalty, b)
        if exact is not None:
            return exact
        if np.abs(b - before).max() <= 1e-13 * np.abs(b).max(initial=1e-300):
            break
    return b


def _with_signs(gram: FloatArray, right: FloatArray, penalty: float, b: FloatArray) -> FloatArray | None:
    """Solve for the coefficients with the signs of ``b``; None unless that is the minimum."""
    taking = np.flatnonzero(b)
    signs = np.sign(b[taking])
    try:
        values = np.linalg.solve(gram[np.ix_(taking, taking)], right[taking] - penalty * signs)
    except np.linalg.LinAlgError:
        return None
    if not (np.sign(values) == signs).all():
        return None
    result = np.zeros_like(b)
    result[taking] = values
    gradient = right - gram @ result
    slack = np.abs(gradient) - penalty
    slack[taking] = np.abs(gradient[taking] - penalty * signs)
    return result if float(slack.max(initial=0.0)) <= OPTIMAL * penalty else None


def on_original_scale(rows: Standardised, standardised: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return intercepts (m,) and coefficients (m, k) of the columns as they are."""
    slopes = standardised / rows.scale
    return rows.y_mean - slopes @ rows.mean, slopes
