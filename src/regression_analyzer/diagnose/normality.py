"""Whether the errors are normal, and whether it matters at this number of rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from regression_analyzer.diagnose import shapiro
from regression_analyzer.diagnose.tails import chi2_upper
from regression_analyzer.diagnose.value import TestResult, Verdict
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

EFFECT_NAME = "asymmetry that is left in an estimate (skewness of the residuals / sqrt(rows per coefficient))"

ATTENTION_SKEW = 0.2
"""Cochran (1977), Sampling Techniques, 3rd ed., section 2.15: rows above 25 skewness^2 keep a 95% interval
of a mean at 94% or more, which is an asymmetry of 1/5 in the mean."""
PROBLEM_SKEW = 0.5
ATTENTION_EXCESS = 1.0
"""Excess kurtosis left in an estimate beyond which its intervals have visibly wrong levels."""
ALPHA = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Shape of the residuals: biased (divisor n) skewness and kurtosis (3 for a normal distribution)."""

    n: int
    skewness: float
    kurtosis: float


def moments_from_sums(n: int, sums: tuple[float, float, float, float]) -> Moments | None:
    """Return the shape from the sums of e, e^2, e^3 and e^4; None where all values are equal."""
    m1, m2, m3, m4 = (s / n for s in sums)
    variance = m2 - m1 * m1
    if not variance > 0.0:
        return None
    third = m3 - 3 * m1 * m2 + 2 * m1**3
    fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1**4
    return Moments(n=n, skewness=third / variance**1.5, kurtosis=fourth / variance**2)


def verdict_of_moments(moments: Moments, p: float, r: int) -> tuple[Verdict, float]:
    """Judge by what is left of the asymmetry in a coefficient, an average of about n / r rows."""
    left = abs(moments.skewness) * math.sqrt(r / moments.n)
    excess = abs(moments.kurtosis - 3.0) * r / moments.n
    if p >= ALPHA or (left < ATTENTION_SKEW and excess < ATTENTION_EXCESS):
        return "ok", left
    return ("problem" if left >= PROBLEM_SKEW else "attention"), left


def jarque_bera(moments: Moments, *, r: int) -> TestResult:
    """Ask whether skewness and kurtosis of the residuals differ from a normal distribution's.

    Notes
    -----
    ``JB = n / 6 (skewness^2 + (kurtosis - 3)^2 / 4)``, chi-square with 2 degrees of freedom for large n.
    The verdict asks what is left of it in the coefficients. Jarque and Bera (1987), International
    Statistical Review 55, 163-172, doi:10.2307/1403192.
    """
    statistic = moments.n / 6.0 * (moments.skewness**2 + (moments.kurtosis - 3.0) ** 2 / 4.0)
    p = chi2_upper(statistic, 2)
    verdict, left = verdict_of_moments(moments, p, r)
    return TestResult(
        statistic=statistic, df=2.0, p_value=p, effect_size=left, effect_name=EFFECT_NAME, verdict=verdict
    )


def shapiro_wilk(residual: FloatArray | None, moments: Moments, *, r: int) -> TestResult | Skipped:
    """Ask whether the ordered residuals line up with those of a normal sample. Up to 5,000 rows.

    Parameters
    ----------
    residual : (n,), None where they were not kept because there are too many
    """
    if residual is None or residual.size > shapiro.MAX_ROWS:
        return Skipped(reason="more than 5,000 rows: at this size it would object to anything; see jarque_bera")
    if residual.size < shapiro.MIN_ROWS:
        return Skipped(reason=f"needs at least {shapiro.MIN_ROWS} rows")
    w, p = shapiro.shapiro_wilk(residual)
    verdict, left = verdict_of_moments(moments, p, r)
    return TestResult(statistic=w, p_value=p, effect_size=left, effect_name=EFFECT_NAME, verdict=verdict)
