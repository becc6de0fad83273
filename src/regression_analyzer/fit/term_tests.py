"""Terms as questions: is region related at all? Wald tests under the chosen covariance, and generalised VIF."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.small_sample import term_freedom
from regression_analyzer.fit.tails import f_tail, holm
from regression_analyzer.fit.type_two import type_two
from regression_analyzer.fit.value import Covariances, Fit, FloatArray, TermTest

LARGEST_GVIF_RANK = 400
"""Beyond this many columns generalised VIFs cost more than they tell."""


def term_tests(
    fit: Fit,
    design: Design,
    covariances: Covariances,
    *,
    kind: str,
    freedom: FloatArray | None,
    undefined: npt.NDArray[np.bool_],
    blocks: Blocks | None = None,
    statistics: FloatArray | None = None,
) -> tuple[TermTest, ...]:
    """Test each term.

    ``statistics`` (r,), where given, are normal ones of the coefficients from the likelihood: the square of its own is
    that of a term of one column, so that coefficient and term say the same.

    Null hypothesis: every column of the term has coefficient 0. Statistic ``b' V^-1 b / q``, F with q and the
    degrees of freedom of the coefficients (``term_freedom`` where they differ); ``b' V^-1 b``, chi-square with q,
    where ``freedom`` is None.
    """
    place = {int(column): j for j, column in enumerate(fit.kept)}
    matrix = covariances.scaled_by_kind[kind]
    scaled = fit.coefficients / covariances.unit
    variance = _log_determinants(fit)
    classical = type_two(fit, design, blocks)
    result = []
    for term in design.terms:
        index = [place[c] for c in term.columns if c in place]
        if not index:
            continue
        lost = bool(undefined[index].any())
        q = len(index)
        if statistics is not None and q == 1:
            wald = float(statistics[index[0]]) ** 2
        else:
            wald = math.nan if lost else _wald(scaled[index], matrix[np.ix_(index, index)])
        df_resid = None if freedom is None else term_freedom(freedom[index])
        statistic = wald if df_resid is None else wald / q
        result.append(
            TermTest(
                term=term.name,
                df=q,
                df_resid=df_resid,
                statistic=statistic,
                p_value=f_tail(statistic, q, df_resid),
                gvif=None if variance is None else variance.gvif(index),
                type_two=classical.get(term.name),
            )
        )
    adjusted = holm([test.p_value for test in result])
    return tuple(
        replace(test, p_value_holm=None if math.isnan(p) else p) for test, p in zip(result, adjusted, strict=True)
    )


def _wald(b: FloatArray, v: FloatArray) -> float:
    """``b' V^-1 b``; infinite where V is 0 and b is not, NaN where V is otherwise singular."""
    size = np.sqrt(np.diag(v))
    if not np.isfinite(size).all():
        return math.nan
    if (size == 0).any():
        return math.inf if (b != 0).any() else 0.0
    try:
        root = np.linalg.cholesky(v / np.multiply.outer(size, size))
    except np.linalg.LinAlgError:
        return math.nan
    half = np.linalg.solve(root, b / size)
    return float(half @ half)


class _Determinants:
    """Generalised variance inflation (Fox and Monette 1992, doi:10.1080/01621459.1992.10475190).

    ``GVIF = det(C_term) det(C_rest) / det(C)`` with C the correlation matrix of the columns; every
    determinant is a product of squared diagonals of a triangular factor.
    """

    def __init__(self, r: FloatArray, start: int) -> None:
        centred = r[start:, start:]
        self.columns = centred / np.sqrt((centred**2).sum(axis=0))
        self.start = start
        self.whole = self.log_determinant(list(range(self.columns.shape[1])))

    def log_determinant(self, index: list[int]) -> float:
        if not index:
            return 0.0
        diagonal = np.abs(np.diag(np.linalg.qr(self.columns[:, index], mode="r")))
        return 2.0 * float(np.log(diagonal).sum()) if (diagonal > 0).all() else -math.inf

    def gvif(self, index: list[int]) -> float | None:
        own = [j - self.start for j in index]
        if min(own) < 0:
            return None
        rest = sorted(set(range(self.columns.shape[1])) - set(own))
        logarithm = self.log_determinant(own) + self.log_determinant(rest) - self.whole
        return math.exp(logarithm) if math.isfinite(logarithm) and logarithm < 700 else None


def _log_determinants(fit: Fit) -> _Determinants | None:
    start = 1 if has_intercept_column(fit) else 0
    rank = len(fit.kept) - start
    if rank < 2 or rank > LARGEST_GVIF_RANK or not np.isfinite(fit.r_factor).all():
        return None
    return _Determinants(fit.r_factor, start)
