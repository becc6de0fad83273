"""What happens to the coefficients when one row goes, without fitting again."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Without:
    """A least squares fit without one row, coefficients in units of ``Fit.unit * sigma``.

    Attributes
    ----------
    moved : (r,) how far the coefficients are from those of all rows
    variance : (r,) of the coefficients, unscaled, in units of ``Fit.unit`` squared
    dispersion : in units of that of all rows
    """

    moved: FloatArray
    variance: FloatArray
    dispersion: float


def without_row(fit: Fit, x: FloatArray, *, residual: float, leverage: float) -> Without:
    """Return a least squares fit without one row, exactly, free of units: no square of a large number is taken.

    Parameters
    ----------
    x : (r,) the row's kept columns
    residual : times the root of the weight, over sigma
    leverage : below 1

    Notes
    -----
    With ``c = (X'WX)^-1 x sqrt(w)``: ``b - c e / (1 - h)``, ``C + c c' / (1 - h)``,
    ``(rss - e^2 / (1 - h)) / (df - 1)``; ``c = B q`` with B the error basis (``_orthonormal``). Belsley, Kuh and
    Welsch (1980), doi:10.1002/0471725153.
    """
    c = fit.basis @ _orthonormal(fit, x[None, :], np.array([leverage]))[0]
    free = 1.0 - leverage
    return Without(
        moved=-c * (residual / free),
        variance=(fit.basis**2).sum(axis=1) + c * c / free,
        dispersion=(fit.df_resid - residual * residual / free) / (fit.df_resid - 1),
    )


def _orthonormal(fit: Fit, x: FloatArray, leverage: FloatArray) -> FloatArray:
    """Return rows (k, r) of the orthonormal design, ``B' x sqrt(w)``: their lengths are the roots of the leverages."""
    q = (x * fit.unit) @ fit.basis
    length = np.linalg.norm(q, axis=1)
    return np.asarray(q * np.divide(np.sqrt(leverage), length, out=np.zeros_like(length), where=length > 0.0)[:, None])


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
    With Q the rows of the orthonormal design: ``b - B Q' (I - Q Q')^-1 e``. Belsley, Kuh and Welsch (1980), section
    2.2, doi:10.1002/0471725153. None where the rest does not determine the coefficients.
    """
    if fit.family != "gaussian" or fit.df_resid <= len(leverage) or not fit.sigma > 0.0:
        return None
    q = _orthonormal(fit, x, leverage)
    if not q.any(axis=1).all():
        return None
    inside = np.eye(len(q)) - q @ q.T
    if float(np.linalg.eigvalsh(inside).min()) <= 1.0 - FULL_LEVERAGE:
        return None
    step = fit.basis @ (q.T @ np.linalg.solve(inside, weighted_residual / fit.sigma))
    error = np.sqrt((fit.basis**2).sum(axis=1))
    moved = np.abs(step) / error
    if skip is not None:
        moved[skip] = -1.0
    column = int(np.argmax(moved))
    if moved[column] < 0.0:
        return None
    before, unit = float(fit.coefficients[column]), float(fit.unit[column]) * fit.sigma
    return Shift(
        column=column, before=before, after=before - float(step[column]) * unit, std_error=float(error[column]) * unit
    )


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
    if not fit.sigma > 0.0:
        return ()
    without = without_row(fit, x, residual=weighted_residual / fit.sigma, leverage=leverage)
    if not without.dispersion > 0.0:
        return ()
    size = fit.coefficients / fit.unit / fit.sigma
    before = np.sqrt((fit.basis**2).sum(axis=1))
    after = np.sqrt(without.variance * without.dispersion)
    changes = []
    for j in range(size.size):
        if j == skip or not (before[j] > 0.0 and after[j] > 0.0):
            continue
        old, new = float(size[j]), float(size[j] + without.moved[j])
        p_with = t_both(old / before[j], fit.df_resid)
        p_without = t_both(new / after[j], fit.df_resid - 1)
        moved = abs(new - old) / float(before[j])
        turned = old * new < 0.0 and min(p_with, p_without) < LEVEL
        crosses = min(p_with, p_without) < LEVEL and max(p_with, p_without) >= CLEARLY_NOT
        if turned or (crosses and moved >= MOVED):
            changes.append(Change(column=j, p_with=p_with, p_without=p_without, moved=moved, sign_changes=turned))
    return tuple(sorted(changes, key=lambda c: -c.moved))
