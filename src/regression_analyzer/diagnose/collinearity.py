"""Do predictors say the same thing? Variance inflation, its version for factors, condition numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regression_analyzer.diagnose.judging import by_size
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.value import Fit, FloatArray

ATTENTION_VIF = 5.0
"""The error of a coefficient is sqrt(5) = 2.2 times what unrelated predictors would allow."""
PROBLEM_VIF = 10.0
"""... and 3.2 times: Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153; O'Brien (2007) warns that the
number alone is no reason to drop a predictor, doi:10.1007/s11135-006-9018-6."""
ATTENTION_CONDITION = 30.0
PROBLEM_CONDITION = 100.0
"""Belsley, Kuh and Welsch (1980): moderate to strong dependencies from 30 to 100."""


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Return the correlation matrix of a covariance matrix."""
    sd = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(sd, sd), dtype=np.float64)


def slope_covariance(fit: Fit, slopes: Sequence[int]) -> FloatArray:
    """Return the covariance of some coefficients in units of their own size, (s, s), safe from overflow.

    Parameters
    ----------
    slopes : indices among the kept columns, the intercept left out
    """
    index = list(slopes)
    if fit.basis.size:
        rows = fit.basis[index]
        return np.asarray(rows @ rows.T, dtype=np.float64)
    return fit.cov_unscaled[np.ix_(index, index)]


def generalized_vif(slopes: FloatArray, groups: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Measure by what factor overlap with the other columns blows up the variance of a group's coefficients.

    Parameters
    ----------
    slopes : (s, s) covariance matrix of the coefficients without the intercept
    groups : column indices of each term in that matrix

    Returns
    -------
    GVIF of each group: ``det(R11) det(R22) / det(R)`` of the correlation matrix R of the coefficients; for a
    single column the ordinary VIF. To compare groups of different size take the power 1 / (2 df).

    Notes
    -----
    Fox and Monette (1992), Journal of the American Statistical Association 87, 178-183,
    doi:10.1080/01621459.1992.10475190.
    """
    r = correlation_of(slopes)
    whole = float(np.linalg.slogdet(r)[1])
    result = []
    for group in groups:
        inside = np.zeros(r.shape[0], dtype=bool)
        inside[list(group)] = True
        part = np.linalg.slogdet(r[np.ix_(inside, inside)])[1] if inside.any() else 0.0
        rest = np.linalg.slogdet(r[np.ix_(~inside, ~inside)])[1] if not inside.all() else 0.0
        result.append(math.exp(min(700.0, float(part) + float(rest) - whole)))
    return tuple(result)


def centred_columns(fit: Fit, slopes: Sequence[int]) -> FloatArray:
    """Return slope columns, centred where there is an intercept, in rotated rows and at unit length, (r, s).

    From the triangular factor, never from an inverse: powers of one number up to the tenth are so close to each
    other that an inverse has lost its digits.
    """
    start = 1 if has_intercept_column(fit) else 0
    columns = fit.r_factor[start:, list(slopes)]
    return np.asarray(columns / np.sqrt((columns**2).sum(axis=0)), dtype=np.float64)


def centred_condition(columns: FloatArray, chosen: Sequence[int]) -> float:
    """Return the condition number of some centred columns of unit length.

    Unlike Belsley's, it does not call a year column harmful because it is far from 0.
    """
    values = np.linalg.svd(columns[:, list(chosen)], compute_uv=False)
    return float(values[0] / values[-1]) if values[-1] > 0.0 else math.inf


def condition_number(*, belsley: float, centred: float) -> TestResult:
    """Ask whether X is close to losing a dimension; the verdict looks past the columns' distance from 0."""
    return TestResult(
        statistic=belsley,
        p_value=None,
        effect_size=centred,
        effect_name="condition number of the centred columns",
        verdict=by_size(centred, attention=ATTENTION_CONDITION, problem=PROBLEM_CONDITION),
    )


def vif(*, largest: float, between: float) -> TestResult:
    """Judge how much overlap blows up the worst coefficient's variance.

    Parameters
    ----------
    largest : the largest GVIF^(1/df) of a term (the largest VIF where every term is one column)
    between : the same between groups of terms that share no column, so that a square or a product is not
        blamed for resembling its own parts; decides the verdict
    """
    return TestResult(
        statistic=largest,
        p_value=None,
        effect_size=between,
        effect_name="largest variance inflation between different predictors",
        verdict=by_size(between, attention=ATTENTION_VIF, problem=PROBLEM_VIF),
    )


def overlapping(columns: FloatArray, column: int, *, at_least: float = 0.1, limit: int = 4) -> tuple[int, ...]:
    """Return the columns that mostly predict one column, most important first.

    Parameters
    ----------
    columns : from `centred_columns`

    Notes
    -----
    Importance is the size of the standardised coefficient in the regression of that column on all others.
    """
    others = [i for i in range(columns.shape[1]) if i != column]
    weight = np.zeros(columns.shape[1])
    weight[others] = np.linalg.lstsq(columns[:, others], columns[:, column], rcond=None)[0]
    order = np.argsort(-np.abs(weight), kind="stable")[:limit]
    strongest = float(np.abs(weight).max(initial=0.0))
    return tuple(int(i) for i in order if abs(weight[i]) >= max(at_least, 0.25 * strongest))
