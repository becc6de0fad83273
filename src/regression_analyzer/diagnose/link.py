"""Is the scale of a generalised linear model the right one? The link test: a square of the linear predictor added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.linearity import ATTENTION_SHARE, PROBLEM_SHARE
from regression_analyzer.diagnose.tails import chi2_upper
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.second_pass import Rotated
from regression_analyzer.fit.value import Fit, FloatArray

EFFECT_NAME = "share of the unexplained (Pearson) variation that a square of the linear predictor explains"
_SPANNED = 1e-10


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LinkSums:
    """Sums over rows of the weighted square v of the linear predictor.

    Attributes
    ----------
    v_q, v_v, v_u, u_u : with the orthonormal columns q (r,), itself, the weighted working residual u; u with itself
    """

    v_q: FloatArray
    v_v: float = 0.0
    v_u: float = 0.0
    u_u: float = 0.0


def link_step(sums: LinkSums, fit: Fit, seen: Rotated) -> LinkSums:
    """Take in a piece of rows."""
    square = (seen.linear_predictor - fit.level_at_shift) ** 2
    v = square if seen.weight is None else square * np.sqrt(seen.weight)
    return LinkSums(
        v_q=sums.v_q + v @ seen.q,
        v_v=sums.v_v + float(v @ v),
        v_u=sums.v_u + float(v @ seen.score),
        u_u=sums.u_u + float(seen.score @ seen.score),
    )


def link_test(fit: Fit, sums: LinkSums | None) -> TestResult | Skipped:
    """Ask whether a square of the linear predictor explains anything the model does not.

    Notes
    -----
    Null hypothesis: the mean is the link's inverse of a linear predictor in the columns. Score test of one column
    added: ``(v'u)^2 / (phi ||v without q||^2)``, chi-square with 1 degree of freedom; phi is the Pearson dispersion
    where it is above 1 or estimated, so that overdispersion is not taken for a bend. Pregibon (1980), Applied
    Statistics 29, 15-24, doi:10.2307/2346405.
    """
    if fit.family == "gaussian" or sums is None:
        return Skipped(reason="asked of models with a link; see RESET")
    if fit.separation:
        return Skipped(reason="the outcomes are separated: the linear predictor has no finite size")
    if fit.df_model == 0:
        return Skipped(reason="the model has no predictors")
    if not fit.dispersion > 0.0:
        return Skipped(reason="nothing is left unexplained: the residuals are rounding errors")
    left = sums.v_v - float(sums.v_q @ sums.v_q)
    if left <= _SPANNED * sums.v_v or sums.u_u <= 0.0:
        return Skipped(reason="the square is a combination of the model's own columns: nothing is left to test")
    gain = sums.v_u**2 / left
    phi = max(1.0, fit.pearson_dispersion) if fit.dispersion == 1.0 else fit.dispersion
    statistic = gain / phi
    share = gain / sums.u_u
    p = chi2_upper(statistic, 1)
    return TestResult(
        statistic=statistic,
        df=1.0,
        p_value=p,
        effect_size=share,
        effect_name=EFFECT_NAME,
        verdict=by_size_if_there(share, p, attention=ATTENTION_SHARE, problem=PROBLEM_SHARE),
    )
