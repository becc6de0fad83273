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
    mean, squares : (k + 1,) means, and sums of squared deviations from them, of ``(value - origin) / unit``
    low, high : (k + 1,) smallest and largest value
    weight_sum, weighted_y : sums of w and of w * y
    origin, unit : (k + 1,) near the columns and of their size, so that nothing is lost or too large
    """

    n: int
    mean: FloatArray
    squares: FloatArray
    low: FloatArray
    high: FloatArray
    weight_sum: float
    weighted_y: float
    origin: FloatArray
    unit: FloatArray

    def means(self) -> FloatArray:
        """Means of the columns as they are."""
        return np.asarray(self.origin + self.unit * self.mean)

    def std(self) -> FloatArray:
        """Standard deviations (divisor n - 1)."""
        return np.asarray(np.sqrt(self.squares / max(self.n - 1, 1)) * self.unit)


def no_moments(*, origin: FloatArray, unit: FloatArray) -> Moments:
    """Return the moments of no rows."""
    zero = np.zeros(len(unit))
    return Moments(
        n=0,
        mean=zero,
        squares=zero,
        low=zero + np.inf,
        high=zero - np.inf,
        weight_sum=0.0,
        weighted_y=0.0,
        origin=origin,
        unit=unit,
    )


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
            per = 1.0 / moments.unit
            z, u = (x - moments.origin[:-1]) * per[:-1], (y - moments.origin[-1]) * per[-1]
            new_mean = np.append(z.mean(axis=0), u.mean())
            z -= new_mean[:-1]
            u -= new_mean[-1]
            new_squares = np.append(np.einsum("ij,ij->j", z, z), u @ u)
            difference = new_mean - mean
            mean = mean + difference * (n / total)
            squares = squares + new_squares + difference**2 * (moments.n * n / total)
        weight_sum += float(n if weights is None else weights.sum())
        weighted_y += float(y.sum() if weights is None else weights @ y)
    return Moments(
        n=total,
        mean=mean,
        squares=squares,
        low=low,
        high=high,
        weight_sum=weight_sum,
        weighted_y=weighted_y,
        origin=moments.origin,
        unit=moments.unit,
    )
