"""The Shapiro-Wilk W statistic and its p-value, after Royston's algorithm AS R94."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from regression_analyzer.diagnose.tails import normal_upper
from regression_analyzer.fit.value import FloatArray

MIN_ROWS = 3
MAX_ROWS = 5_000

# Polynomials of AS R94, lowest power first.
_LAST_WEIGHT = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
_NEXT_WEIGHT = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
_SMALL_GAMMA = (-2.273, 0.459)
_SMALL_MEAN = (0.544, -0.39978, 0.025054, -6.714e-4)
_SMALL_LOG_SD = (1.3822, -0.77857, 0.062767, -0.0020322)
_LARGE_MEAN = (-1.5861, -0.31082, -0.083751, 0.0038915)
_LARGE_LOG_SD = (-0.4803, -0.082676, 0.0030302)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for c in reversed(coefficients):
        value = value * x + c
    return value


def weights(n: int) -> FloatArray:
    """Return the antisymmetric weights of the ordered values, shape (n,), of unit length.

    The two outer weights come from Royston's polynomials in ``1 / sqrt(n)``, the inner ones are the
    expected normal order statistics, rescaled.
    """
    if n == MIN_ROWS:
        return np.array([-math.sqrt(0.5), 0.0, math.sqrt(0.5)])
    expected = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    total = float(expected @ expected)
    root = 1.0 / math.sqrt(n)
    last = _polynomial(_LAST_WEIGHT, root) + float(expected[-1]) / math.sqrt(total)
    result = np.empty(n)
    if n > 5:
        following = _polynomial(_NEXT_WEIGHT, root) + float(expected[-2]) / math.sqrt(total)
        scale = math.sqrt(
            (total - 2 * float(expected[-1]) ** 2 - 2 * float(expected[-2]) ** 2) / (1 - 2 * last**2 - 2 * following**2)
        )
        result[2:-2] = expected[2:-2] / scale
        result[-2], result[1] = following, -following
    else:
        scale = math.sqrt((total - 2 * float(expected[-1]) ** 2) / (1 - 2 * last**2))
        result[1:-1] = expected[1:-1] / scale
    result[-1], result[0] = last, -last
    return result


def p_value(one_minus_w: float, n: int) -> float:
    """Return P(W as small as this or smaller) under normality; ``one_minus_w`` = 1 - W."""
    if n == MIN_ROWS:
        return max(0.0, 6.0 / math.pi * (math.asin(math.sqrt(1.0 - one_minus_w)) - math.asin(math.sqrt(0.75))))
    y = math.log(one_minus_w)
    if n <= 11:
        gamma = _polynomial(_SMALL_GAMMA, n)
        if y >= gamma:
            return 0.0
        y = -math.log(gamma - y)
        mean, log_sd = _polynomial(_SMALL_MEAN, n), _polynomial(_SMALL_LOG_SD, n)
    else:
        mean, log_sd = _polynomial(_LARGE_MEAN, math.log(n)), _polynomial(_LARGE_LOG_SD, math.log(n))
    return normal_upper((y - mean) / math.exp(log_sd))


def shapiro_wilk(values: FloatArray) -> tuple[float, float]:
    """Ask whether the values are a sample from one normal distribution.

    Parameters
    ----------
    values : (n,), 3 <= n <= 5000, not all equal

    Returns
    -------
    W in (0, 1], and the p-value of the null hypothesis of normality. ``W`` is the squared correlation
    of the ordered values with the weights; ``1 - W`` is computed as a product, without cancellation.

    Notes
    -----
    Royston (1995), Remark AS R94, Applied Statistics 44, 547-551, doi:10.2307/2986146.
    """
    x = np.sort(values)
    n = x.size
    a = weights(n)
    centred = (x - x.mean()) / (x[-1] - x[0])
    a = a - a.mean()
    length = math.sqrt(float(a @ a) * float(centred @ centred))
    cross = float(a @ centred)
    one_minus_w = (length - cross) * (length + cross) / (length * length)
    if one_minus_w <= 0.0:
        return 1.0, 1.0
    return 1.0 - one_minus_w, p_value(one_minus_w, n)
