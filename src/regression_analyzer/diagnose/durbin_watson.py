"""Durbin-Watson: are the errors of neighbouring rows alike, and how surely."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.diagnose.tails import normal_both
from regression_analyzer.fit.value import FloatArray

EXACT_BELOW = 100
"""Rows below which the p-value is exact; from here on the normal approximation is as good."""

_TERMS_PER_PIECE = 4_096
_MAX_PIECES = 64
_TAIL = 1e-13


def probability_negative(weights: FloatArray) -> float:
    """P(sum of weights[i] * z[i]^2 < 0) for independent standard normal z.

    Parameters
    ----------
    weights : (m,), at least one not 0

    Notes
    -----
    Imhof's inversion of the characteristic function, summed with the midpoint rule as Davies does:
    ``P = 1/2 - sum_k sin(theta(u_k)) / (pi (k + 1/2) rho(u_k))`` with ``u_k = (k + 1/2) step``,
    ``theta(u) = 1/2 sum atan(2 w u)``, ``rho(u) = prod (1 + 4 w^2 u^2)^(1/4)``. The step keeps the
    aliasing error, the probability of a value beyond ``pi / step``, below 1e-14.
    Imhof (1961), Biometrika 48, 419-426, doi:10.1093/biomet/48.3-4.419; Davies (1980), Applied Statistics
    29, 323-333, doi:10.2307/2346911.
    """
    w = weights / math.sqrt(2.0 * float(weights @ weights))
    if np.all(w >= 0.0):
        return 0.0
    if np.all(w <= 0.0):
        return 1.0
    reach = abs(float(w.sum())) + 16.0 + 70.0 * float(np.abs(w).max())
    step = math.pi / reach
    total = 0.0
    for piece in range(_MAX_PIECES):
        k = np.arange(piece * _TERMS_PER_PIECE, (piece + 1) * _TERMS_PER_PIECE) + 0.5
        angle, log_size = np.zeros(k.size), np.zeros(k.size)
        for wi in w:
            product = 2.0 * wi * step * k
            angle += np.arctan(product)
            log_size += np.log1p(product * product)
        size = np.exp(-0.25 * log_size) / (math.pi * k)
        total += float((np.sin(0.5 * angle) * size).sum())
        if size[-1] < _TAIL:
            break
    return min(1.0, max(0.0, 0.5 - total))


def statistic(residual: FloatArray) -> float:
    """Return the sum of squared steps over the sum of squares: about 2 (1 - lag-1 autocorrelation)."""
    step = np.diff(residual)
    return float(step @ step) / float(residual @ residual)


def exact_p(value: float, q: FloatArray) -> float:
    """Two-sided exact p-value of the Durbin-Watson statistic under independent normal errors.

    Parameters
    ----------
    value : the statistic
    q : (n, r) orthonormal columns that span the design

    Notes
    -----
    ``P(d < value) = P(sum (lambda_i - value) z_i^2 < 0)``, with ``lambda`` the eigenvalues of the
    differencing matrix on the n - r dimensions that the design leaves free. Durbin and Watson (1971),
    Biometrika 58, 1-19, doi:10.1093/biomet/58.1.1.
    """
    r = q.shape[1]
    full, _ = np.linalg.qr(q, mode="complete")
    step = np.diff(full[:, r:], axis=0)
    eigenvalues = np.linalg.eigvalsh(step.T @ step)
    below = probability_negative(eigenvalues - value)
    return float(min(1.0, 2.0 * min(below, 1.0 - below)))


def normal_p(value: float, n: int, r: int, first: FloatArray, second: FloatArray) -> float:
    """Two-sided p-value from the mean and variance of the statistic under independent normal errors.

    Parameters
    ----------
    value : the statistic
    n, r : rows and columns
    first, second : (r, r) Q'AQ and Q'AAQ, with A the differencing matrix and Q the orthonormal design;
        zeros are accurate to r / n

    Notes
    -----
    Durbin and Watson (1951), Biometrika 38, 159-178, doi:10.1093/biomet/38.1-2.159.
    """
    df = n - r
    p = 2.0 * (n - 1) - float(np.trace(first))
    q = 2.0 * (3 * n - 4) - 2.0 * float(np.trace(second)) + float((first * first.T).sum())
    mean = p / df
    variance = 2.0 / (df * (df + 2.0)) * (q - p * mean)
    return normal_both((value - mean) / math.sqrt(variance))
