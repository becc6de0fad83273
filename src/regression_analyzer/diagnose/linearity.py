"""Is a straight line enough? Ramsey's RESET."""

from __future__ import annotations

import numpy as np

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.tails import f_upper
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

EFFECT_NAME = "share of the unexplained variation that a curve in the predictions explains"

ATTENTION_SHARE = 0.02
"""Cohen (1988), f2 = 0.02: the smallest effect worth a name."""
PROBLEM_SHARE = 0.13
"""Cohen (1988), f2 = 0.15: a medium one."""
_SPANNED = 1e-12
UNDEFINED = "powers of the predicted values are combinations of the model's own columns: nothing is left to test"


def powers(fitted: FloatArray, centre: float, scale: float) -> FloatArray:
    """Return squares and cubes of the centred and scaled fitted values, shape (n, 2).

    With an intercept the test is the same as with raw powers (without one the centre must be 0); without
    this step the powers of large values (salaries, populations) drown in rounding errors.
    """
    f = (fitted - centre) / scale
    return np.column_stack([f * f, f * f * f])


def reset_from_sums(
    *, cross: FloatArray, with_residual: FloatArray, size: FloatArray, rss: float, n: int, r: int
) -> TestResult | Skipped:
    """Ask whether squares and cubes of the fitted values explain anything the model does not.

    Parameters
    ----------
    cross : (2, 2) sums of products of the powers after the design's columns are taken out
    with_residual : (2,) their products with the residuals
    size : (2,) sums of squares of the powers before
    rss : sum of squared residuals
    n, r : rows, independent columns of the design

    Notes
    -----
    Null hypothesis: the mean is linear in the columns. ``F = ((rss - rss1) / 2) / (rss1 / (n - r - 2))``,
    F(2, n - r - 2) under normal errors. Ramsey (1969), Journal of the Royal Statistical Society B 31,
    350-371, doi:10.1111/j.2517-6161.1969.tb00796.x.
    """
    df2 = n - r - 2
    if df2 < 1:
        return Skipped(reason=f"too few rows ({n}) for {r} coefficients and two powers")
    scale = np.sqrt(size)
    if np.any(np.diag(cross) <= _SPANNED * size):
        return Skipped(reason=UNDEFINED)
    normal = cross / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(normal)
    if values[0] <= _SPANNED * values[1]:
        return Skipped(reason=UNDEFINED)
    projected = vectors.T @ (with_residual / scale)
    gain = float((projected * projected / values).sum())
    return _result(gain, max(rss - gain, 0.0), df2)


def reset(
    q: FloatArray, fitted: FloatArray, residual: FloatArray, *, intercept: bool, weights: FloatArray | None = None
) -> TestResult | Skipped:
    """RESET from whole arrays, exact even where the powers explain almost everything.

    Parameters
    ----------
    q : (n, r) orthonormal columns that span the (weighted) design
    fitted : (n,) on the scale of the response
    residual : (n,) weighted residuals
    intercept : the design spans a constant
    weights : (n,) positive, by whose roots q and the residuals are multiplied, as the powers then are; or None
    """
    n, r = q.shape
    df2 = n - r - 2
    if df2 < 1:
        return Skipped(reason=f"too few rows ({n}) for {r} coefficients and two powers")
    centre = float(fitted.mean()) if intercept else 0.0
    span = float(np.abs(fitted - centre).max())
    if span <= 0.0:
        return Skipped(reason="all predictions are the same")
    v = powers(fitted, centre, span)
    if weights is not None:
        v *= np.sqrt(weights)[:, None]
    size = np.einsum("ij,ij->j", v, v)
    for _ in range(2):
        v = v - q @ (q.T @ v)
    if np.any(np.einsum("ij,ij->j", v, v) <= _SPANNED * size):
        return Skipped(reason=UNDEFINED)
    basis, triangle = np.linalg.qr(v / np.sqrt(np.einsum("ij,ij->j", v, v)))
    if abs(triangle[1, 1]) <= 1e-6:
        return Skipped(reason=UNDEFINED)
    part = basis @ (basis.T @ residual)
    rest = residual - part
    return _result(float(part @ part), float(rest @ rest), df2)


def _result(gain: float, rss1: float, df2: int) -> TestResult:
    statistic = (gain / 2.0) / (rss1 / df2) if rss1 > 0.0 else float("inf")
    p = f_upper(statistic, 2, df2)
    share = gain / (gain + rss1)
    return TestResult(
        statistic=statistic,
        df=2.0,
        df2=float(df2),
        p_value=p,
        effect_size=share,
        effect_name=EFFECT_NAME,
        verdict=by_size_if_there(share, p, attention=ATTENTION_SHARE, problem=PROBLEM_SHARE),
    )
