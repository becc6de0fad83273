"""Means, spreads and ranges of the columns, block by block (Chan, Golub and LeVeque 1983, doi:10.2307/2683386)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.value import FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Moments:
    """Of the columns of ``[X, y]``, k + 1 of them, every row counting once.

    Attributes
    ----------
    mean, squares : (k + 1,) means; sums of squared deviations from them
    low, high : (k + 1,) smallest and largest value
    weight_sum, weighted_y : sums of w and of w * y
    """

    n: int
    mean: FloatArray
    squares: FloatArray
    low: FloatArray
    high: FloatArray
    weight_sum: float
    weighted_y: float

    def std(self) -> FloatArray:
        """Standard deviations (divisor n - 1)."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(np.sqrt(self.squares / max(self.n - 1, 1)))


def no_moments(k: int) -> Moments:
    """Return the moments of no rows."""
    zero = np.zeros(k + 1)
    return Moments(n=0, mean=zero, squares=zero, low=zero + np.inf, high=zero - np.inf, weight_sum=0.0, weighted_y=0.0)


def add_moments(
    moments: Moments, x: FloatArray, y: FloatArray, weights: FloatArray | None, *, spread: bool = True
) -> Moments:
    """Add rows; without ``spread`` only the ranges."""
    low = np.minimum(moments.low, np.append(x.min(axis=0), y.min()))
    high = np.maximum(moments.high, np.append(x.max(axis=0), y.max()))
    n = len(y)
    total = moments.n + n
    mean, squares = moments.mean, moments.squares
    weight_sum, weighted_y = moments.weight_sum, moments.weighted_y
    if spread:
        with np.errstate(over="ignore", under="ignore"):
            new_mean = np.append(x.mean(axis=0), y.mean())
            deviations = x - new_mean[:-1]
            new_squares = np.append(np.einsum("ij,ij->j", deviations, deviations), np.sum((y - new_mean[-1]) ** 2))
            difference = new_mean - mean
            mean = mean + difference * (n / total)
            squares = squares + new_squares + difference**2 * (moments.n * n / total)
        weight_sum += float(n if weights is None else weights.sum())
        weighted_y += float(y.sum() if weights is None else weights @ y)
    return Moments(
        n=total, mean=mean, squares=squares, low=low, high=high, weight_sum=weight_sum, weighted_y=weighted_y
    )
