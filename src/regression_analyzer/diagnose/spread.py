"""Is the spread of the errors the same everywhere? Breusch-Pagan and White."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.tails import chi2_upper
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

EFFECT_NAME = "residual spread where it is largest, over where it is smallest (fifths)"

ATTENTION_RATIO = 1.5
"""Spread ratio from which classical errors drift: at 1.5 they are off by about a tenth in the worst direction."""
PROBLEM_RATIO = 3.0
"""Fox (2016), Applied Regression Analysis, 3rd ed., section 12.2: about three to one does real harm."""
MAX_WHITE_TERMS = 1_000
MAX_WHITE_CELLS = 4_000_000
_RANK_TOLERANCE = 1e-7


def breusch_pagan(
    *, explained: float, total: float, sigma2: float, n: int, df: int, ratio: float, studentized: bool
) -> TestResult:
    """Ask whether the squared residuals depend on the predictors.

    Parameters
    ----------
    explained : sum of squares of ``u = e^2 - sigma2`` that the design's columns explain
    total : sum of ``u^2``
    sigma2 : ``sum(e^2) / n``
    df : columns of the design without the constant
    ratio : effect size, see `spread_ratio`
    studentized : Koenker's version, which does not need normal errors: ``n * explained / total``;
        else the original ``explained / (2 sigma2^2)``

    Notes
    -----
    Null hypothesis: constant variance; chi-square with ``df`` degrees of freedom. Breusch and Pagan (1979),
    Econometrica 47, 1287-1294, doi:10.2307/1911963; Koenker (1981), Journal of Econometrics 17, 107-112,
    doi:10.1016/0304-4076(81)90062-2.
    """
    statistic = n * explained / total if studentized else explained / (2.0 * sigma2 * sigma2)
    p = chi2_upper(statistic, df)
    return TestResult(
        statistic=statistic,
        df=float(df),
        p_value=p,
        effect_size=ratio,
        effect_name=EFFECT_NAME,
        verdict=by_size_if_there(ratio, p, attention=ATTENTION_RATIO, problem=PROBLEM_RATIO),
    )


def spread_ratio(squared: FloatArray, predicted: FloatArray, *, groups: int = 5) -> float:
    """Return the residual spread in the top fifth of the predicted variance over that in the bottom fifth.

    Parameters
    ----------
    squared : (n,) squared residuals
    predicted : (n,) what the Breusch-Pagan regression predicts for them, up to a constant

    Returns
    -------
    A ratio of standard deviations, 1 where the spread is even; the larger over the smaller; NaN where the
    prediction takes too few values to form two groups.
    """
    low, high = np.quantile(predicted, (1.0 / groups, 1.0 - 1.0 / groups))
    bottom, top = squared[predicted <= low], squared[predicted >= high]
    if low >= high or not bottom.size or not top.size:
        return math.nan
    a, b = float(bottom.mean()), float(top.mean())
    smaller, larger = min(a, b), max(a, b)
    return math.sqrt(larger / smaller) if smaller > 0.0 else math.inf


def _quadratic_columns(x: FloatArray) -> FloatArray:
    """Return columns, squares and products of (n, k) columns, without empty ones."""
    n, k = x.shape
    left, right = np.triu_indices(k)
    products = x[:, left] * x[:, right]
    design = np.concatenate([np.ones((n, 1)), x, products], axis=1)
    return np.asarray(design[:, np.any(design != 0.0, axis=0)], dtype=np.float64)


def independent_columns(design: FloatArray, *, tolerance: float = _RANK_TOLERANCE) -> FloatArray:
    """Return an orthonormal basis of the columns, each in turn dropped if the earlier ones span it."""
    norm = np.sqrt(np.einsum("ij,ij->j", design, design))
    _, r = np.linalg.qr(design / norm)
    basis: list[FloatArray] = []
    kept: list[int] = []
    for j in range(r.shape[1]):
        rest = r[:, j].copy()
        if basis:
            q = np.array(basis)
            for _ in range(2):
                rest -= q.T @ (q @ rest)
        size = float(np.linalg.norm(rest))
        if size > tolerance:
            basis.append(rest / size)
            kept.append(j)
    q, _ = np.linalg.qr(design[:, kept] / norm[kept])
    return np.asarray(q, dtype=np.float64)


def white(x: FloatArray, squared: FloatArray) -> TestResult | Skipped:
    """Ask whether the squared residuals depend on the predictors, their squares and their products.

    Parameters
    ----------
    x : (n, k) columns of the design without the constant
    squared : (n,) squared residuals

    Notes
    -----
    Null hypothesis: constant variance. ``n R^2`` of the auxiliary regression, chi-square with as many
    degrees of freedom as it has independent columns beside the constant. White (1980), Econometrica 48,
    817-838, doi:10.2307/1912934.
    """
    n, k = x.shape
    terms = k * (k + 3) // 2
    if terms > MAX_WHITE_TERMS or n * terms > MAX_WHITE_CELLS:
        return Skipped(reason=f"too large: {terms} squares and products on {n} rows; Breusch-Pagan looks at the same")
    q = independent_columns(_quadratic_columns(x))
    df = q.shape[1] - 1
    if df >= n - 1:
        return Skipped(reason=f"too few rows ({n}) for {df} squares and products")
    u = squared - squared.mean()
    fitted = q.T @ u
    statistic = n * float(fitted @ fitted) / float(u @ u)
    p = chi2_upper(statistic, df)
    ratio = spread_ratio(squared, q @ fitted)
    return TestResult(
        statistic=statistic,
        df=float(df),
        p_value=p,
        effect_size=ratio,
        effect_name=EFFECT_NAME,
        verdict=by_size_if_there(ratio, p, attention=ATTENTION_RATIO, problem=PROBLEM_RATIO),
    )
