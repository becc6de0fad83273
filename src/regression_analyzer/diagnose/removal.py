"""What happens to the coefficients when one row goes, without fitting again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.diagnose.tails import t_both
from regression_analyzer.fit.second_pass import FULL_LEVERAGE
from regression_analyzer.fit.value import Fit, FloatArray

LEVEL = 0.05
CLEARLY_NOT = 0.1
MOVED = 0.5
"""Standard errors that a coefficient must move for a change of its verdict to be worth a word; its p-value must
pass from below 0.05 to 0.1 or above, or back: a step across a line is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A coefficient whose classical verdict at 5% changes without one row.

    ``column`` is an index among the kept columns; ``moved`` its shift in standard errors.
    """

    column: int
    p_with: float
    p_without: float
    moved: float
    sign_changes: bool


def without_row(
    fit: Fit, x: FloatArray, *, weighted_residual: float, leverage: float
) -> tuple[FloatArray, FloatArray, float]:
    """Return coefficients, unscaled covariance and dispersion of a least squares fit without one row, exactly.

    Parameters
    ----------
    x : (r,) the row's kept columns
    weighted_residual : residual times the root of the weight
    leverage : below 1

    Notes
    -----
    With ``c = (X'WX)^-1 x sqrt(w)``, where w = h / x'(X'WX)^-1 x: ``b - c e / (1 - h)``, ``C + c c' / (1 - h)``,
    ``(rss - e^2 / (1 - h)) / (df - 1)``. Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153.
    """
    raw = fit.cov_unscaled @ x
    unweighted = float(x @ raw)
    c = raw * math.sqrt(leverage / unweighted) if unweighted > 0.0 else raw * 0.0
    free = 1.0 - leverage
    coefficients = fit.coefficients - c * (weighted_residual / free)
    dispersion = (fit.rss - weighted_residual**2 / free) / (fit.df_resid - 1)
    return coefficients, fit.cov_unscaled + np.outer(c, c) / free, dispersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The coefficient that moves most, in standard errors, when some rows go; ``column`` among the kept ones."""

    column: int
    before: float
    after: float
    std_error: float


def shift_without(
    fit: Fit, x: FloatArray, *, weighted_residual: FloatArray, leverage: FloatArray, skip: int | None
) -> Shift | None:
    """Return what happens to the coefficients of a least squares fit when several rows go at once, exactly.

    Parameters
    ----------
    x : (k, r) kept columns of the rows
    weighted_residual, leverage : (k,) residuals times the root of the weight; leverages
    skip : index of the intercept among the kept columns

    Notes
    -----
    With ``Z = W_k^(1/2) X_k`` and ``C = (X'WX)^-1``: ``b - C Z' (I - Z C Z')^-1 e``. Belsley, Kuh and Welsch (1980),
    section 2.2, doi:10.1002/0471725153. None where the rest does not determine the coefficients.
    """
    if fit.family != "gaussian" or fit.df_resid <= len(leverage) or not np.isfinite(fit.cov_unscaled).all():
        return None
    form = np.einsum("ij,jk,ik->i", x, fit.cov_unscaled, x)
    if not ((form > 0.0).all() and fit.dispersion > 0.0):
        return None
    z = x * np.sqrt(leverage / form)[:, None]
    inside = np.eye(len(z)) - z @ fit.cov_unscaled @ z.T
    if float(np.linalg.eigvalsh(inside).min()) <= 1.0 - FULL_LEVERAGE:
        return None
    step = fit.cov_unscaled @ z.T @ np.linalg.solve(inside, weighted_residual)
    error = np.sqrt(np.diag(fit.cov_unscaled) * fit.dispersion)
    moved = np.where(error > 0.0, np.abs(step) / np.where(error > 0.0, error, 1.0), 0.0)
    if skip is not None:
        moved[skip] = -1.0
    column = int(np.argmax(moved))
    before = float(fit.coefficients[column])
    if moved[column] < 0.0:
        return None
    return Shift(column=column, before=before, after=before - float(step[column]), std_error=float(error[column]))


def verdict_changes(
    fit: Fit, x: FloatArray, *, weighted_residual: float, leverage: float, skip: int | None
) -> tuple[Change, ...]:
    """Find the coefficients that gain or lose significance at 5% (classical errors) without this row.

    Parameters
    ----------
    skip : index of the intercept among the kept columns, about which nobody asks
    """
    if fit.family != "gaussian" or fit.df_resid < 3 or leverage >= FULL_LEVERAGE:
        return ()
    coefficients, covariance, dispersion = without_row(fit, x, weighted_residual=weighted_residual, leverage=leverage)
    if not dispersion > 0.0 or not fit.dispersion > 0.0:
        return ()
    before = np.sqrt(np.diag(fit.cov_unscaled) * fit.dispersion)
    after = np.sqrt(np.diag(covariance) * dispersion)
    changes = []
    for j in range(coefficients.size):
        if j == skip or not (before[j] > 0.0 and after[j] > 0.0):
            continue
        old, new = float(fit.coefficients[j]), float(coefficients[j])
        p_with = t_both(old / before[j], fit.df_resid)
        p_without = t_both(new / after[j], fit.df_resid - 1)
        moved = abs(new - old) / float(before[j])
        turned = old * new < 0.0 and min(p_with, p_without) < LEVEL
        crosses = min(p_with, p_without) < LEVEL and max(p_with, p_without) >= CLEARLY_NOT
        if turned or (crosses and moved >= MOVED):
            changes.append(Change(column=j, p_with=p_with, p_without=p_without, moved=moved, sign_changes=turned))
    return tuple(sorted(changes, key=lambda c: -c.moved))
