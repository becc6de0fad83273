"""Is there a model to speak of? Rows per coefficient, exact fits, separation, digits left by rounding."""

from __future__ import annotations

import math

from regression_analyzer.diagnose.judging import by_shortage
from regression_analyzer.diagnose.value import TestResult, Verdict
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit

ATTENTION_ROWS = 10.0
PROBLEM_ROWS = 3.0
"""Austin and Steyerberg (2015): least squares needs surprisingly few rows, about two a coefficient for unbiased
estimates; doi:10.1016/j.jclinepi.2014.12.014. Below three, or with no row to spare, nothing is certain."""
ATTENTION_EVENTS = 10.0
PROBLEM_EVENTS = 5.0
"""Peduzzi et al. (1996): fewer than ten events a coefficient bias a logistic regression;
doi:10.1016/S0895-4356(96)00236-3; Vittinghoff and McCulloch (2007) accept five, doi:10.1093/aje/kwk052."""
ATTENTION_DIGITS = 6.0
PROBLEM_DIGITS = 3.0
EXACT = 1e-20
"""Unexplained share that is nothing but rounding."""
NEARLY_EXACT = 1e-4
NEARLY_EXACT_PROBLEM = 1e-9


def sample_size(*, n: int, r: int, events: int | None) -> TestResult | Skipped:
    """Ask whether there are enough rows for each coefficient.

    Parameters
    ----------
    n, r : rows and coefficients
    events : binomial: rows of the rarer outcome, which are what counts; else None
    """
    if r == 0:
        return Skipped(reason="no coefficients")
    per = (n if events is None else events) / r
    verdict: Verdict
    if events is None:
        verdict = "problem" if n <= r else by_shortage(per, attention=ATTENTION_ROWS, problem=PROBLEM_ROWS)
        name = "rows per coefficient"
    else:
        verdict = by_shortage(per, attention=ATTENTION_EVENTS, problem=PROBLEM_EVENTS)
        name = "rows of the rarer outcome per coefficient"
    return TestResult(statistic=per, p_value=None, effect_size=per, effect_name=name, verdict=verdict)


def unexplained_share(fit: Fit) -> float:
    """Return rss / tss, 1 - R^2 without cancellation; NaN where the target does not vary."""
    if math.isfinite(fit.rss) and 0.0 < fit.tss < math.inf:
        return fit.rss / fit.tss
    return math.nan if fit.r_squared is None or fit.y_std == 0.0 else 1.0 - fit.r_squared


def is_exact(fit: Fit) -> bool:
    """Whether what is left of a least squares fit is rounding error and not worth a test."""
    if fit.family != "gaussian":
        return False
    share = unexplained_share(fit)
    rounding = 64.0 * 2.0**-53 * (1.0 + (abs(fit.y_mean) / fit.y_std if fit.y_std > 0.0 else 0.0))
    return math.isnan(share) or share < max(EXACT, rounding**2) or fit.df_resid < 1


def exact_fit(fit: Fit) -> TestResult | Skipped:
    """Ask whether anything is left to explain: an R^2 of 1 mostly means the target hides among the predictors."""
    if fit.family != "gaussian":
        return Skipped(reason="asked of least squares only; see separation")
    share = unexplained_share(fit)
    if math.isnan(share):
        return Skipped(reason="the target does not vary")
    if fit.df_resid < 1:
        return Skipped(reason="as many coefficients as rows: the fit is exact whatever the data")
    if share < NEARLY_EXACT_PROBLEM:
        verdict: Verdict = "problem"
    else:
        verdict = "attention" if share < NEARLY_EXACT else "ok"
    return TestResult(
        statistic=1.0 - share, p_value=None, effect_size=share, effect_name="unexplained share", verdict=verdict
    )


def separation(fit: Fit) -> TestResult | Skipped:
    """Ask whether columns tell the outcome without error, so that their coefficients have no finite estimate.

    Notes
    -----
    Albert and Anderson (1984), Biometrika 71, 1-10, doi:10.1093/biomet/71.1.1.
    """
    if fit.family != "binomial":
        return Skipped(reason="asked of yes/no targets only")
    count = len(fit.separation)
    return TestResult(
        statistic=float(count),
        p_value=None,
        effect_size=float(count),
        effect_name="columns that separate the outcomes",
        verdict="problem" if count else "ok",
    )


def digits(fit: Fit) -> TestResult:
    """Judge how many decimal digits of the worst coefficient survive rounding."""
    return TestResult(
        statistic=fit.digits,
        p_value=None,
        effect_size=fit.digits,
        effect_name="correct digits in the worst coefficient",
        verdict=by_shortage(fit.digits, attention=ATTENTION_DIGITS, problem=PROBLEM_DIGITS),
    )
