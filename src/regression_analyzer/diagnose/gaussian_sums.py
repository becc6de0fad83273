"""Sums over rows that the checks of a least squares fit are made from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.diagnose.linearity import powers
from regression_analyzer.fit.value import Fit, FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GaussianSums:
    """Sums over the rows seen so far, free of units.

    e is the weighted residual over sigma, q the row of the orthonormal weighted design (r columns).

    Attributes
    ----------
    powers_of_e : sums of e, e^2, e^3, e^4
    u_q, u_u : of ``u = e^2 - df_resid / n`` with p (q without its weight), (r,); with itself
    p_p : (r, r) cross products of p, None where there are no weights (then it is the identity)
    v_q, v_v, v_e : of the powers v of the fitted values (2 columns) with q (r, 2), themselves (2, 2), e (2,)
    steps : sum of squared differences of neighbouring e
    lag_q, lag_lag, lag_e : of the lagged e with q (r,), itself, e
    rises, falls : rows whose target is not below, not above the row before
    later, earlier : rows whose time is not before, not after the row before; 0 where there is no time
    last_e, last_y, last_time : of the last row, None before the first
    """

    powers_of_e: FloatArray
    u_q: FloatArray
    u_u: float
    p_p: FloatArray | None
    v_q: FloatArray
    v_v: FloatArray
    v_e: FloatArray
    steps: float = 0.0
    lag_q: FloatArray
    lag_lag: float = 0.0
    lag_e: float = 0.0
    rises: int = 0
    falls: int = 0
    later: int = 0
    earlier: int = 0
    last_e: float | None = None
    last_y: float | None = None
    last_time: float | None = None


def gaussian_start(r: int) -> GaussianSums:
    """Return the sums over no rows for a design of r columns."""
    return GaussianSums(
        powers_of_e=np.zeros(4),
        u_q=np.zeros(r),
        u_u=0.0,
        p_p=None,
        v_q=np.zeros((r, 2)),
        v_v=np.zeros((2, 2)),
        v_e=np.zeros(2),
        lag_q=np.zeros(r),
    )


def fitted_scale(fit: Fit) -> float:
    """Return the spread of the fitted values, by which RESET divides them."""
    if not fit.has_intercept:
        return max(abs(fit.y_mean), fit.y_std) or 1.0
    spread = fit.y_std * math.sqrt(1.0 if fit.r_squared is None else max(fit.r_squared, 0.0))
    return spread if math.isfinite(spread) and spread > 0.0 else 1.0


def gaussian_step(
    sums: GaussianSums,
    fit: Fit,
    *,
    q: FloatArray,
    weights: FloatArray | None,
    e: FloatArray,
    y: FloatArray,
    fitted: FloatArray,
    time: FloatArray | None,
) -> GaussianSums:
    """Add the next rows, in the order of the file.

    Parameters
    ----------
    q : (n, r) rows of the orthonormal weighted design
    weights : (n,) positive, or None
    e : (n,) residuals times the root of the weight over sigma
    y, fitted : (n,); time : (n,) or None
    """
    e2 = e * e
    u = e2 - fit.df_resid / fit.n_obs
    v = powers(fitted, fit.y_mean if fit.has_intercept else 0.0, fitted_scale(fit))
    p_u, gram = u, None
    if weights is not None:
        root = np.sqrt(weights)
        v *= root[:, None]
        # the auxiliary regression has no weights: its rows are p = q / root
        p_u, p = u / root, q / root[:, None]
        gram = p.T @ p
    lag = np.empty_like(e)
    lag[0] = 0.0 if sums.last_e is None else sums.last_e
    lag[1:] = e[:-1]
    step = e - lag
    rises, falls = _directions(y, sums.last_y)
    later, earlier = (0, 0) if time is None else _directions(time, sums.last_time)
    step = e - lag
    if sums.last_e is None:
        step[0] = 0.0
    # two products with all right-hand sides at once: many small ones would cost more than the arithmetic
    beside = np.column_stack([p_u, v, lag, e, u])
    crossed, among = q.T @ beside, beside.T @ beside
    rises, falls = _directions(y, sums.last_y)
    later, earlier = (0, 0) if time is None else _directions(time, sums.last_time)
    return GaussianSums(
        powers_of_e=sums.powers_of_e + np.array([e.sum(), e2.sum(), (e2 * e).sum(), (e2 * e2).sum()]),
        u_q=sums.u_q + crossed[:, 0],
        u_u=sums.u_u + float(among[5, 5]),
        p_p=gram if sums.p_p is None or gram is None else sums.p_p + gram,
        v_q=sums.v_q + crossed[:, 1:3],
        v_v=sums.v_v + among[1:3, 1:3],
        v_e=sums.v_e + among[1:3, 4],
        steps=sums.steps + float((step * step).sum()),
        lag_q=sums.lag_q + crossed[:, 3],
        lag_lag=sums.lag_lag + float(among[3, 3]),
        lag_e=sums.lag_e + float(among[3, 4]),
        rises=sums.rises + rises,
        falls=sums.falls + falls,
        later=sums.later + later,
        earlier=sums.earlier + earlier,
        last_e=float(e[-1]),
        last_y=float(y[-1]),
        last_time=None if time is None else float(time[-1]),
    )


def _directions(values: FloatArray, before: float | None) -> tuple[int, int]:
    """Count the rows that are not below, and not above, the row before."""
    step = np.diff(values, prepend=values[:1] if before is None else np.array([before]))
    return int(np.count_nonzero(step >= 0.0)), int(np.count_nonzero(step <= 0.0))


def variance_direction(sums: GaussianSums) -> FloatArray:
    """Return the coefficients, in orthonormal coordinates, of the regression of the squared residuals, (r,)."""
    if sums.p_p is None:
        return sums.u_q
    return np.asarray(np.linalg.solve(sums.p_p, sums.u_q), dtype=np.float64)


def variance_explained(sums: GaussianSums) -> float:
    """Return the sum of squares of the squared residuals that the design explains."""
    return float(sums.u_q @ variance_direction(sums))


def lag_explained(sums: GaussianSums) -> float:
    """Return the sum of squares of the residuals that the residual before them explains beside the design."""
    free = sums.lag_lag - float(sums.lag_q @ sums.lag_q)
    return sums.lag_e**2 / free if free > 1e-12 * max(sums.lag_lag, 1e-300) else 0.0


def neighbour_correlation(sums: GaussianSums) -> float:
    """Return the correlation of a residual with the one before."""
    return sums.lag_e / sums.powers_of_e[1] if sums.powers_of_e[1] > 0.0 else 0.0
