"""The checks of a least squares fit's residuals, from the scan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.diagnose import dependence, durbin_watson, linearity, normality, soundness, spread
from regression_analyzer.diagnose.gaussian_sums import (
    GaussianSums,
    lag_explained,
    neighbour_correlation,
    variance_direction,
    variance_explained,
)
from regression_analyzer.diagnose.pictures import column
from regression_analyzer.diagnose.scan import DRAWN, Scan, Whole
from regression_analyzer.diagnose.value import Check, TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.second_pass import inverse_factor
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

NAMES = (
    "reset",
    "breusch_pagan",
    "breusch_pagan_original",
    "white",
    "jarque_bera",
    "shapiro_wilk",
    "durbin_watson",
    "breusch_godfrey",
)
SORTED_SHARE = 0.95
"""Share of rows that do not turn back from which a file counts as sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the order of the rows means.

    Attributes
    ----------
    ordered : by time
    rearranged : rows were put in the order of time; in the file they are not
    by_target : the file is sorted by what is explained
    """

    ordered: bool
    rearranged: bool
    by_target: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ResidualChecks:
    """The checks, the shape of the residuals and the meaning of the row order."""

    checks: tuple[Check, ...]
    moments: normality.Moments | None
    order: Order | None
    lag_correlation: float


def residual_checks(fit: Fit, seen: Scan) -> ResidualChecks:
    """Answer every question about residuals, or say why it is not asked."""
    if fit.family != "gaussian":
        return _none_for(fit)
    if seen.gaussian is None or soundness.is_exact(fit):
        return _all_skipped("nothing is left unexplained: the residuals are rounding errors")
    sums, n, r = seen.gaussian, fit.n_obs, fit.kept.size
    s1, s2, s3, s4 = (float(v) for v in sums.powers_of_e)
    moments = normality.moments_from_sums(n, (s1, s2, s3, s4))
    if moments is None:
        return _all_skipped("all residuals are the same")
    order = row_order(sums, seen.whole, n)
    time_order = _time_order(seen.whole) if order.rearranged and seen.whole is not None else None
    watson, godfrey, correlation = _dependence(fit, seen, order, time_order)
    residual = None if seen.whole is None else seen.whole.residual
    answers: dict[str, TestResult | Skipped] = {
        "reset": _reset(fit, seen),
        **_even_spread(fit, seen),
        "jarque_bera": normality.jarque_bera(moments, r=r),
        "shapiro_wilk": normality.shapiro_wilk(residual, moments, r=r),
        "durbin_watson": watson,
        "breusch_godfrey": godfrey,
    }
    return ResidualChecks(
        checks=tuple(Check(name=name, result=answers[name]) for name in NAMES),
        moments=moments,
        order=order,
        lag_correlation=correlation,
    )


IN_THEIR_PLACE = {
    "reset": "whether a straight line is enough is answered by the link test",
    "breusch_pagan": "its spread follows from its mean",
    "jarque_bera": "its errors need not be bell-shaped; whether their shape is the model's, quantile residuals answer",
    "durbin_watson": "neighbouring rows are not compared; where the order means something, ask for --covariance HAC",
}
"""What answers the question of a check of least squares residuals in other models."""
SAME_QUESTION = {
    "breusch_pagan_original": "breusch_pagan",
    "white": "breusch_pagan",
    "shapiro_wilk": "jarque_bera",
    "breusch_godfrey": "durbin_watson",
}


def _none_for(fit: Fit) -> ResidualChecks:
    """Skip every check, each with what answers its question for this model."""
    spread_too = " and overdispersion" if fit.family in {"poisson", "binomial"} else ""
    answered = {**IN_THEIR_PLACE}
    answered["breusch_pagan"] += f"; whether it does, quantile residuals{spread_too} answer, beside the link test"
    checks = tuple(
        Check(
            name=name,
            result=Skipped(
                reason=f"asked of least squares only. In this model {answered[SAME_QUESTION.get(name, name)]}"
            ),
        )
        for name in NAMES
    )
    return ResidualChecks(checks=checks, moments=None, order=None, lag_correlation=0.0)


def _all_skipped(reason: str) -> ResidualChecks:
    checks = tuple(Check(name=name, result=Skipped(reason=reason)) for name in NAMES)
    return ResidualChecks(checks=checks, moments=None, order=None, lag_correlation=0.0)


def _reset(fit: Fit, seen: Scan) -> TestResult | Skipped:
    if fit.df_model == 0:
        return Skipped(reason="the model has no predictors")
    whole = seen.whole
    if whole is not None:
        return linearity.reset(
            whole.q, whole.fitted, whole.residual, intercept=fit.has_intercept, weights=whole.weights
        )
    sums = seen.gaussian
    if sums is None:
        return Skipped(reason="no rows")
    return linearity.reset_from_sums(
        cross=sums.v_v - sums.v_q.T @ sums.v_q,
        with_residual=sums.v_e,
        size=np.diag(sums.v_v).copy(),
        rss=float(fit.df_resid),
        n=fit.n_obs,
        r=fit.kept.size,
    )


def _even_spread(fit: Fit, seen: Scan) -> dict[str, TestResult | Skipped]:
    sums = seen.gaussian
    df = fit.kept.size - 1
    answer_white = _white(fit, seen.whole) if fit.df_model > 0 else Skipped(reason="the model has no predictors")
    if sums is None or df < 1:
        alone = "the model has no predictors" if fit.df_model == 0 else "one column, no constant; see white"
        reason = Skipped(reason=alone)
        return {"breusch_pagan": reason, "breusch_pagan_original": reason, "white": answer_white}
    explained = variance_explained(sums)
    ratio = _spread_ratio(fit, seen, sums)
    sigma2 = fit.df_resid / fit.n_obs
    pagan = {
        name: spread.breusch_pagan(
            explained=explained,
            total=sums.u_u,
            sigma2=sigma2,
            n=fit.n_obs,
            df=df,
            ratio=ratio,
            studentized=name == "breusch_pagan",
        )
        for name in ("breusch_pagan", "breusch_pagan_original")
    }
    return {**pagan, "white": answer_white}


def _spread_ratio(fit: Fit, seen: Scan, sums: GaussianSums) -> float:
    """Return the spread ratio along the direction in which Breusch-Pagan looks, from the sample."""
    values = seen.selected.sample.values
    x = values[:, len(DRAWN) :]
    # an offset common to all rows changes no order
    predicted = ((x - fit.shift) / fit.scale) @ (inverse_factor(fit) @ variance_direction(sums))
    return spread.spread_ratio((column(values, "weighted") / fit.sigma) ** 2, predicted)


def _white(fit: Fit, whole: Whole | None) -> TestResult | Skipped:
    if whole is None:
        return Skipped(reason=f"too large: {fit.n_obs} rows; Breusch-Pagan looks at the same")
    return spread.white(spread_columns(whole.x), whole.residual**2)


def spread_columns(x: FloatArray) -> FloatArray:
    """Return the columns whose squares and products White's test needs, centred and scaled.

    With a constant beside them, columns, squares and products span the same as before. Columns of 0 and 1
    stay as they are, so that products of exclusive levels stay empty; the constant itself is left out.
    """
    high, low = x.max(axis=0), x.min(axis=0)
    vary = high > low
    high, low = high[vary], low[vary]
    dummy = (low == 0.0) & (high == 1.0)
    shift = np.where(dummy, 0.0, 0.5 * low + 0.5 * high)
    scale = np.where(dummy, 1.0, 0.5 * high - 0.5 * low)
    return np.asarray((x[:, vary] - shift) / scale, dtype=np.float64)


def row_order(sums: GaussianSums, whole: Whole | None, n: int) -> Order:
    """Say what the order of the rows means: time, the target, or nothing known."""
    by_target = n >= 20 and max(sums.rises, sums.falls) >= SORTED_SHARE * n and min(sums.rises, sums.falls) < 0.5 * n
    in_time = max(sums.later, sums.earlier) == n and min(sums.later, sums.earlier) < 0.5 * n
    rearranged = not in_time and whole is not None and _time_order(whole) is not None
    return Order(ordered=in_time or rearranged, rearranged=rearranged, by_target=by_target)


def _time_order(whole: Whole | None) -> IntArray | None:
    """Return the order of time of the rows, None where there is no time or many rows share one."""
    if whole is None or whole.time is None or np.isnan(whole.time).any():
        return None
    if np.unique(whole.time).size < 0.9 * whole.time.size:
        return None
    return np.argsort(whole.time, kind="stable").astype(np.int64)


def _dependence(
    fit: Fit, seen: Scan, order: Order, time_order: IntArray | None
) -> tuple[TestResult | Skipped, TestResult | Skipped, float]:
    """Durbin-Watson, Breusch-Godfrey and the lag-1 correlation, in the order of time where it is known."""
    n, r = fit.n_obs, fit.kept.size
    sums = seen.gaussian
    if sums is None or fit.df_resid < 3:
        reason = Skipped(reason="fewer than three rows to spare")
        return reason, reason, 0.0
    if seen.whole is None:
        statistic = sums.steps / float(sums.powers_of_e[1])
        # without the design in memory, its rows count as randomly ordered: E Q'AQ = 2 I, E Q'AAQ = 6 I
        p = durbin_watson.normal_p(statistic, n, r, 2.0 * np.eye(r), 6.0 * np.eye(r))
        explained, correlation = lag_explained(sums), neighbour_correlation(sums)
    else:
        index = np.arange(n) if time_order is None else time_order
        e, q = seen.whole.residual[index], seen.whole.q[index]
        statistic = durbin_watson.statistic(e)
        p = durbin_watson.exact_p(statistic, q) if n < durbin_watson.EXACT_BELOW else _normal_p(statistic, q)
        explained, correlation = _lag_explained(e, q)
    watson = dependence.durbin_watson(statistic=statistic, p=p, ordered=order.ordered, sorted_by_target=order.by_target)
    godfrey = dependence.breusch_godfrey(
        explained=explained,
        rss=float(fit.df_resid),
        n=n,
        correlation=correlation,
        ordered=order.ordered,
        sorted_by_target=order.by_target,
    )
    return watson, godfrey, correlation


def _normal_p(statistic: float, q: FloatArray) -> float:
    step = np.diff(q, axis=0)
    second = np.zeros_like(q)
    second[:-1] -= step
    second[1:] += step
    return durbin_watson.normal_p(statistic, q.shape[0], q.shape[1], step.T @ step, second.T @ second)


def _lag_explained(e: FloatArray, q: FloatArray) -> tuple[float, float]:
    """Return what the lagged residual (0 before the first row) explains beside the design, and the correlation."""
    lag = np.concatenate([np.zeros(1), e[:-1]])
    rest = lag - q @ (q.T @ lag)
    size = float(rest @ rest)
    cross = float(rest @ e)
    total = float(e @ e)
    explained = cross * cross / size if size > 1e-12 * max(float(lag @ lag), 1e-300) else 0.0
    return explained, float(lag @ e) / total if total > 0.0 else math.nan
