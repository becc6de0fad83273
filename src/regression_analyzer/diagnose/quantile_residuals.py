"""Randomised quantile residuals: standard normal if the model is right, whatever its family."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit, FloatArray

FEWEST_ROWS = 50
"""Fewer rows cannot tell one distribution from another."""
ATTENTION_GAP = 0.05
PROBLEM_GAP = 0.1
"""Points of probability by which the model's distribution misses: a 95% statement is then 90%, or 85%, at worst."""
EFFECT_NAME = "largest distance between the distribution of the outcomes and the model's"


def quantile_check(fit: Fit, scores: FloatArray) -> TestResult | Skipped:
    """Ask whether outcomes are distributed around their means as the model's family says.

    Parameters
    ----------
    scores : (m,) randomised quantile residuals of a seeded sample of rows

    Notes
    -----
    Null hypothesis: the residuals are standard normal. Kolmogorov's ``D = max |F_m - Phi|``, p from the limit of
    ``sqrt(m) D``; too large where coefficients were estimated from the same rows, so the check is careful. The
    verdict is by D. One draw of the randomisation, fixed by the seed. Dunn and Smyth (1996), Journal of
    Computational and Graphical Statistics 5, 236-244, doi:10.1080/10618600.1996.10474708. Not asked of least squares,
    whose residuals have checks of their own. Of single yes/no rows it sees little: they have no shape beyond a chance.
    """
    if fit.family == "gaussian":
        return Skipped(
            reason="asked of models with a link; the tests of Jarque-Bera and Shapiro-Wilk look at these residuals"
        )
    if fit.separation:
        return Skipped(reason="the outcomes are separated: the model leaves no doubt about some rows")
    if fit.dispersion != 1.0 and fit.family in {"poisson", "binomial"}:
        return Skipped(reason="a quasi family names no distribution; see overdispersion")
    if not fit.dispersion > 0.0:
        return Skipped(reason="nothing is left unexplained: the residuals are rounding errors")
    if fit.weighted:
        return Skipped(reason="rows have weights: their distributions differ from the family's")
    finite = np.sort(scores[np.isfinite(scores)])
    m = finite.size
    if m < FEWEST_ROWS:
        return Skipped(reason=f"needs {FEWEST_ROWS} rows")
    level = special.ndtr(finite)
    steps = np.arange(m + 1) / m
    gap = float(max((steps[1:] - level).max(), (level - steps[:-1]).max()))
    p = float(special.kolmogorov(math.sqrt(m) * gap))
    return TestResult(
        statistic=gap,
        p_value=p,
        effect_size=gap,
        effect_name=EFFECT_NAME,
        verdict=by_size_if_there(gap, p, attention=ATTENTION_GAP, problem=PROBLEM_GAP),
    )


def quantile_residuals(
    family: str, y: FloatArray, mean: FloatArray, *, uniform: FloatArray, theta: float | None, dispersion: float
) -> FloatArray:
    """Residuals that are standard normal if the model is right, whatever its family.

    Parameters
    ----------
    uniform : (n,) in [0, 1), the randomisation of discrete outcomes (0/1 or counts)
    theta : size of a negative binomial; dispersion : of a gamma, whose residuals are NaN where it is 0

    Notes
    -----
    ``Phi^-1(a + u (b - a))`` with ``a = P(Y < y)`` and ``b = P(Y <= y)``. Dunn and Smyth (1996), Journal of
    Computational and Graphical Statistics 5, 236-244, doi:10.1080/10618600.1996.10474708.
    """
    if family == "binomial":
        low, high = np.where(y > 0.5, 1.0 - mean, 0.0), np.where(y > 0.5, 1.0, 1.0 - mean)
    elif family == "poisson":
        low, high = np.where(y >= 1, special.pdtr(np.maximum(y - 1, 0), mean), 0.0), special.pdtr(y, mean)
    elif family == "negative-binomial" and theta is not None:
        p = theta / (theta + mean)
        low = np.where(y >= 1, special.betainc(theta, np.maximum(y, 1.0), p), 0.0)
        high = special.betainc(theta, y + 1.0, p)
    elif not dispersion > 0.0:
        return np.full(y.shape, np.nan)
    else:
        shape = 1.0 / dispersion
        low = high = special.gammainc(shape, y * shape / mean)
    level = low + uniform * (high - low)
    return np.asarray(special.ndtri(np.clip(level, 1e-15, 1.0 - 1e-15)), dtype=np.float64)
