"""Do counts and shares scatter as their distribution says? Overdispersion and zeros."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.tails import chi2_upper, normal_both, normal_upper
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

ATTENTION_DISPERSION = 1.5
"""Standard errors are sqrt(1.5) = 1.2 times as large as the model says."""
PROBLEM_DISPERSION = 2.0
"""... and 1.4 times: McCullagh and Nelder (1989), section 4.5, doi:10.1007/978-1-4899-3242-6."""
ATTENTION_ZEROS = 1.25
PROBLEM_ZEROS = 2.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CountSums:
    """What the count checks need of all rows; add two to merge.

    Attributes
    ----------
    n : rows
    excess, excess2 : sum and sum of squares of ``((y - mu)^2 - y) / mu``
    zeros, expected_zeros, zero_variance : observed; sum of P(0) under the model; sum of P(0) (1 - P(0))
    """

    n: int
    excess: float
    excess2: float
    zeros: int
    expected_zeros: float
    zero_variance: float

    def __add__(self, other: CountSums) -> CountSums:
        return CountSums(
            n=self.n + other.n,
            excess=self.excess + other.excess,
            excess2=self.excess2 + other.excess2,
            zeros=self.zeros + other.zeros,
            expected_zeros=self.expected_zeros + other.expected_zeros,
            zero_variance=self.zero_variance + other.zero_variance,
        )


NO_COUNTS = CountSums(n=0, excess=0.0, excess2=0.0, zeros=0, expected_zeros=0.0, zero_variance=0.0)


def count_sums(y: FloatArray, mean: FloatArray, theta: float | None) -> CountSums:
    """Gather one block; ``theta`` is the size of a negative binomial, None for Poisson."""
    excess = ((y - mean) ** 2 - y) / mean
    none = np.exp(-mean) if theta is None else np.exp(-theta * np.log1p(mean / theta))
    return CountSums(
        n=y.size,
        excess=float(excess.sum()),
        excess2=float(excess @ excess),
        zeros=int(np.count_nonzero(y == 0.0)),
        expected_zeros=float(none.sum()),
        zero_variance=float((none * (1.0 - none)).sum()),
    )


def poisson_overdispersion(sums: CountSums, *, pearson: float, df_resid: int) -> TestResult | Skipped:
    """Ask whether counts scatter more than a Poisson distribution allows.

    Parameters
    ----------
    pearson : sum of squared Pearson residuals; divided by ``df_resid`` it is the effect size

    Notes
    -----
    Null hypothesis: variance = mean. ``z = sqrt(n) mean(a) / sd(a)`` with ``a = ((y - mu)^2 - y) / mu``,
    normal for large n, one-sided. Cameron and Trivedi (1990), Journal of Econometrics 46, 347-364,
    doi:10.1016/0304-4076(90)90014-K.
    """
    if df_resid < 1 or sums.n < 2:
        return Skipped(reason="no rows to spare")
    mean = sums.excess / sums.n
    variance = (sums.excess2 - sums.n * mean * mean) / (sums.n - 1)
    if not variance > 0.0:
        return Skipped(reason="every row misses its mean by the same")
    z = math.sqrt(sums.n) * mean / math.sqrt(variance)
    p = normal_upper(z)
    ratio = pearson / df_resid
    return TestResult(
        statistic=z,
        p_value=p,
        effect_size=ratio,
        effect_name="variance over the variance of a Poisson distribution",
        verdict=by_size_if_there(ratio, p, attention=ATTENTION_DISPERSION, problem=PROBLEM_DISPERSION),
    )


def grouped_overdispersion(*, pearson: float, df_resid: int) -> TestResult | Skipped:
    """Ask whether grouped shares scatter more than a binomial distribution allows.

    Notes
    -----
    Null hypothesis: binomial variance. Pearson's chi-square with ``df_resid`` degrees of freedom; needs
    groups of some size.
    """
    if df_resid < 1:
        return Skipped(reason="no rows to spare")
    p = chi2_upper(pearson, df_resid)
    ratio = pearson / df_resid
    return TestResult(
        statistic=pearson,
        df=float(df_resid),
        p_value=p,
        effect_size=ratio,
        effect_name="variance over the variance of a binomial distribution",
        verdict=by_size_if_there(ratio, p, attention=ATTENTION_DISPERSION, problem=PROBLEM_DISPERSION),
    )


def zero_inflation(sums: CountSums) -> TestResult | Skipped:
    """Ask whether there are more zeros than the model expects.

    Notes
    -----
    Null hypothesis: the number of zeros is what the fitted distribution gives. ``z = (zeros - sum P0) /
    sqrt(sum P0 (1 - P0))``, normal; careful (too small) because fitting absorbs some of the difference.
    The effect is observed over expected zeros. Lambert (1992), Technometrics 34, 1-14, doi:10.2307/1269547.
    """
    if sums.zeros == 0 and sums.expected_zeros < 1.0:
        return Skipped(reason="no zeros, and none expected")
    if not sums.zero_variance > 0.0:
        return Skipped(reason="the model leaves no doubt about zeros")
    z = (sums.zeros - sums.expected_zeros) / math.sqrt(sums.zero_variance)
    ratio = sums.zeros / sums.expected_zeros if sums.expected_zeros > 0.0 else math.inf
    p = normal_both(z)
    return TestResult(
        statistic=z,
        p_value=p,
        effect_size=ratio,
        effect_name="zeros seen over zeros expected",
        verdict=by_size_if_there(ratio, p, attention=ATTENTION_ZEROS, problem=PROBLEM_ZEROS),
    )
