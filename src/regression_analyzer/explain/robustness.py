"""How strong a predictor that is missing from the table would have to be to overturn a coefficient."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import stdtrit

from regression_analyzer.fit.value import Fit, Inference

ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """One coefficient.

    Attributes
    ----------
    value : share of the remaining variation of both the predictor and the target that an unmeasured predictor
        would have to account for to bring the estimate to 0
    value_significance : the same to make it no longer significant at 5%; 0 where it is not
    partial_r_squared : share of the target's remaining variation that the predictor accounts for
    """

    term: str
    value: float
    value_significance: float
    partial_r_squared: float


def robustness(fit: Fit, inference: Inference) -> tuple[Robustness, ...]:
    """Return robustness values of all coefficients of a least squares fit, the intercept apart.

    With f = |t| / sqrt(df): RV = (sqrt(f^4 + 4 f^2) - f^2) / 2; for significance f less the critical value of t
    on df - 1 degrees of freedom over sqrt(df - 1). Classical errors, as the algebra of partial R-squared asks.

    References
    ----------
    Cinelli and Hazlett (2020), doi:10.1111/rssb.12348.
    """
    if fit.family != "gaussian" or fit.df_resid < 2:
        return ()
    df = fit.df_resid
    critical = -float(stdtrit(df - 1, ALPHA / 2)) / math.sqrt(df - 1)
    found = []
    for row in inference.coefficients:
        error = row.std_error_by_kind.get("classical", math.nan)
        if row.predictor is None or not error > 0.0 or not math.isfinite(row.estimate):
            continue
        f = abs(row.estimate / error) / math.sqrt(df)
        found.append(
            Robustness(
                term=row.term,
                value=_value(f),
                value_significance=_value_significance(f, critical),
                partial_r_squared=f * f / (1.0 + f * f),
            )
        )
    return tuple(found)


def _value(f: float) -> float:
    # (sqrt(f^4 + 4 f^2) - f^2) / 2 without the cancellation for large f
    return 2.0 * f / (math.sqrt(f * f + 4.0) + f) if f > 0.0 else 0.0


def _value_significance(f: float, critical: float) -> float:
    """Return the robustness value for significance; its second branch is for few degrees of freedom and large t."""
    left = f - critical
    if left <= 0.0:
        return 0.0
    if f * critical > 1.0:
        return (f * f - critical * critical) / (1.0 + f * f)
    return _value(left)
