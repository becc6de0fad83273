"""Are neighbouring rows independent? Verdicts on Durbin-Watson and Breusch-Godfrey."""

from __future__ import annotations

from regression_analyzer.diagnose.tails import chi2_upper
from regression_analyzer.diagnose.value import TestResult, Verdict

EFFECT_NAME = "correlation of neighbouring errors"

ATTENTION = 0.1
"""For a predictor that moves slowly, true errors are sqrt(1.1 / 0.9) = 1.1 times the classical ones."""
PROBLEM = 0.3
"""... and here sqrt(1.3 / 0.7) = 1.4 times."""
UNORDERED_ATTENTION = 0.3
"""Without a known time order only a strong pattern in the order of the file is worth a word."""
ALPHA = 0.01


def verdict_of_correlation(correlation: float, p: float, *, ordered: bool, sorted_by_target: bool) -> Verdict:
    """Judge by the size of the correlation, and only where the order of the rows can mean something.

    Parameters
    ----------
    ordered : a time column is known, or rows are in the order of time
    sorted_by_target : the file is sorted by what is explained: neighbours then agree by construction
    """
    size = abs(correlation)
    if p >= ALPHA or sorted_by_target:
        return "ok"
    if not ordered:
        return "attention" if size >= UNORDERED_ATTENTION else "ok"
    if size >= PROBLEM:
        return "problem"
    return "attention" if size >= ATTENTION else "ok"


def durbin_watson(*, statistic: float, p: float, ordered: bool, sorted_by_target: bool) -> TestResult:
    """Build the Durbin-Watson result; the effect is ``1 - statistic / 2``, about the lag-1 autocorrelation."""
    correlation = 1.0 - statistic / 2.0
    return TestResult(
        statistic=statistic,
        p_value=p,
        effect_size=abs(correlation),
        effect_name=EFFECT_NAME,
        verdict=verdict_of_correlation(correlation, p, ordered=ordered, sorted_by_target=sorted_by_target),
    )


def breusch_godfrey(
    *,
    explained: float,
    rss: float,
    n: int,
    correlation: float,
    ordered: bool,
    sorted_by_target: bool,
    lags: int = 1,
) -> TestResult:
    """Ask whether the residuals of earlier rows explain the residual of a row.

    Parameters
    ----------
    explained : sum of squares of the residuals that the design and the lagged residuals (0 before the
        first row) explain
    rss : sum of squared residuals

    Notes
    -----
    Null hypothesis: no autocorrelation up to ``lags``. ``n explained / rss``, chi-square with ``lags``
    degrees of freedom. Breusch (1978), doi:10.1111/j.1467-8454.1978.tb00635.x; Godfrey (1978), Econometrica
    46, 1293-1301, doi:10.2307/1913829.
    """
    statistic = n * explained / rss
    p = chi2_upper(statistic, lags)
    return TestResult(
        statistic=statistic,
        df=float(lags),
        p_value=p,
        effect_size=abs(correlation),
        effect_name=EFFECT_NAME,
        verdict=verdict_of_correlation(correlation, p, ordered=ordered, sorted_by_target=sorted_by_target),
    )
