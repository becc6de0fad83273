"""From a linear predictor and its error to what a reader reads: means, their intervals, intervals of new cases."""

from __future__ import annotations

import numpy as np
from scipy import special

from regression_analyzer.design.value import Factor, Numeric
from regression_analyzer.fit.value import FloatArray


def critical_value(level: float, distribution: str, df: float) -> float:
    """Return the two-sided critical value of the t or normal distribution."""
    tail = (1.0 - level) / 2.0
    if distribution == "t" and df > 0:
        return float(-special.stdtrit(df, tail))
    return float(-special.ndtri(tail))


def case_interval(
    family: str, mean: FloatArray, variance_of_mean: FloatArray, *, level: float, dispersion: float, theta: float | None
) -> tuple[FloatArray, FloatArray]:
    """Return an interval that holds a single new count or positive amount.

    Parameters
    ----------
    mean, variance_of_mean : (n,) on the response scale

    Returns
    -------
    Lower and upper quantiles of a distribution of the family whose variance is that of the family plus that
    of the estimated mean (negative binomial for counts, gamma for amounts); NaN for yes/no targets, where an
    interval of outcomes says nothing.
    """
    tail = (1.0 - level) / 2.0
    if family in {"poisson", "negative-binomial"}:
        own = dispersion * mean + (0.0 if theta is None else mean * mean / theta)
        extra = np.maximum(own + variance_of_mean - mean, 1e-12 * mean)
        size = mean * mean / extra
        return _count_quantile(tail, size, mean), _count_quantile(1.0 - tail, size, mean)
    if family == "gamma":
        relative = dispersion + variance_of_mean / (mean * mean)
        sure = relative <= 0.0
        shape = 1.0 / np.where(sure, 1.0, relative)
        ends = (inverse(shape, tail) * mean / shape for inverse in (special.gammaincinv, special.gammainccinv))
        low, high = (np.where(sure, mean, end) for end in ends)
        return low, high
    nothing = np.full(mean.shape, np.nan)
    return nothing, nothing.copy()


def _count_quantile(p: float, size: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the smallest count whose cumulative negative binomial probability is at least p."""
    share = size / (size + mean)
    none = np.exp(size * np.log(share))
    with np.errstate(invalid="ignore"):
        k = np.ceil(special.nbdtrik(p, size, share))
    k = np.where(np.isnan(mean), np.nan, np.where(none >= p, 0.0, k))
    return np.asarray(np.where(np.isfinite(k), np.maximum(k, 0.0), np.nan), dtype=np.float64)


def target_inverse(target: Factor) -> tuple[str, str]:
    """Return how a transformed target is turned back, and what a prediction then is.

    Returns
    -------
    ``"none"``, ``"exp"``, ``"square"``, ``"log"`` or ``"root"`` and a note; a transformation that cannot be
    turned back leaves predictions as they are, and the note says so.
    """
    if not isinstance(target, Numeric) or target.transform == "identity":
        return "none", ""
    median = f"a prediction is the median of {target.column}, not its mean"
    match target.transform:
        case "log":
            return "exp", median
        case "sqrt":
            return "square", median
        case "exp":
            return "log", median
        case "power" if target.parameters[0] > 0 and target.parameters[0] % 2 == 1:
            return "root", median
    return "none", f"predictions are of the transformed {target.column}, which cannot be turned back"


def turn_back(target: Factor, values: FloatArray) -> FloatArray:
    """Undo the transformation of the target; it is increasing, so intervals keep their order."""
    how, _ = target_inverse(target)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if how == "exp":
            return np.exp(values)
        if how == "square":
            return np.asarray(np.maximum(values, 0.0) ** 2 + 0.0 * values)
        if how == "log":
            return np.log(values)
        if how == "root" and isinstance(target, Numeric):
            return np.asarray(np.sign(values) * np.abs(values) ** (1.0 / target.parameters[0]))
    return values
