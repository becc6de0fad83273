"""Robust M-estimation: rows far off count less (Huber) or not at all (bisquare)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.errors import InputError
from regression_analyzer.fit.value import FloatArray

HUBER = 1.345
BISQUARE = 4.685
"""Tuning constants, in units of the scale: 95% efficient where errors are bell-shaped."""
NORMAL_MAD = 0.6744897501960817
"""Median of the absolute value of a standard normal variable; MASS writes 0.6745."""
SETTLED = 1e-8
"""The fit stops when no fitted value moves by more than this share of the scale."""
MOST_ITERATIONS = 500


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Robust:
    """A robust fit.

    Attributes
    ----------
    coefficients : (k,)
    scale : median of the absolute residuals / 0.6745
    weights : (n,) from 0 (left out) to 1
    iterations
    """

    coefficients: FloatArray
    scale: float
    weights: FloatArray
    iterations: int


def huber_weights(u: FloatArray) -> FloatArray:
    """``min(1, 1.345 / |u|)``, residuals u in units of the scale."""
    return np.asarray(np.minimum(1.0, HUBER / np.maximum(np.abs(u), HUBER)))


def bisquare_weights(u: FloatArray) -> FloatArray:
    """``(1 - (u / 4.685)^2)^2``, 0 beyond."""
    return np.asarray(np.maximum(1.0 - (u / BISQUARE) ** 2, 0.0) ** 2)


WEIGHTS: Mapping[str, Callable[[FloatArray], FloatArray]] = {"huber": huber_weights, "bisquare": bisquare_weights}


def robust_fit(x: FloatArray, y: FloatArray, method: str) -> Robust:
    """Fit by iteratively reweighted least squares, from least squares, the scale found anew each time.

    The same iteration as ``MASS::rlm`` with its default scale (MAD about 0). The bisquare has several solutions;
    this is the one reached from least squares.

    Parameters
    ----------
    x : (n, k) of full rank; y : (n,)
    method : ``"huber"`` or ``"bisquare"``

    Raises
    ------
    InputError
        More than half of the residuals are 0, so there is no scale; or the iteration does not settle.

    References
    ----------
    Huber (1964), doi:10.1214/aoms/1177703732; Beaton and Tukey (1974), doi:10.1080/00401706.1974.10489171.
    """
    weights = np.ones(len(y))
    coefficients = _weighted(x, y, weights)
    size = float(np.abs(y).max(initial=0.0))
    for iteration in range(1, MOST_ITERATIONS + 1):
        residual = y - x @ coefficients
        scale = float(np.median(np.abs(residual))) / NORMAL_MAD
        if not scale > 1e-12 * size:
            raise InputError("more than half of the residuals are 0, so there is no scale to judge the others by")
        weights = WEIGHTS[method](residual / scale)
        following = _weighted(x, y, weights)
        moved = float(np.abs(x @ (following - coefficients)).max())
        coefficients = following
        if moved <= SETTLED * scale:
            return Robust(coefficients=coefficients, scale=scale, weights=weights, iterations=iteration)
    raise InputError(f"the robust fit did not settle in {MOST_ITERATIONS} steps")


def _weighted(x: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray:
    root = np.sqrt(weights)
    q, r = np.linalg.qr(x * root[:, None])
    if not np.abs(np.diagonal(r)).min(initial=np.inf) > 0.0:
        raise InputError("without the rows that are far off, not every coefficient can be estimated")
    return np.asarray(np.linalg.solve(r, q.T @ (y * root)), dtype=np.float64)
