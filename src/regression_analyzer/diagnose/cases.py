"""What each row weighs: leverage, studentised residuals, Cook's distance, DFFITS."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from regression_analyzer.fit.second_pass import FULL_LEVERAGE
from regression_analyzer.fit.value import Fit, FloatArray, IntArray, Observed

FIXED_DISPERSION = frozenset({"binomial", "poisson"})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cases:
    """Influence of the rows of one block; NaN where the leverage is 1.

    Attributes
    ----------
    row : (n,) 1-based data rows
    leverage : (n,)
    standardized : (n,) internally studentised (deviance) residual
    studentized : (n,) externally studentised (deleted) residual
    cooks_distance, dffits : (n,)
    """

    row: IntArray
    leverage: FloatArray
    standardized: FloatArray
    studentized: FloatArray
    cooks_distance: FloatArray
    dffits: FloatArray


def has_fixed_dispersion(fit: Fit) -> bool:
    """Whether the variance has no free factor: binomial and Poisson, but not their quasi families."""
    return fit.family in FIXED_DISPERSION and fit.dispersion == 1.0


def spread_of(fit: Fit) -> float:
    """Return the square root of the dispersion; NaN where nothing is left unexplained."""
    return fit.sigma if fit.sigma > 0.0 else math.nan


def case_statistics(fit: Fit, observed: Observed) -> Cases:
    """Measure how far each row is from the model, and how much the model owes to it.

    Parameters
    ----------
    fit, observed : the fit, and its view of one block; d deviance residual, p Pearson residual, h leverage

    Notes
    -----
    ``standardized = d / sqrt(phi (1 - h))``; ``studentized = sign(d) sqrt(d^2 + h p^2 / (1 - h)) / s_i``
    with ``s_i^2 = (D - d^2 / (1 - h)) / (df_resid - 1)`` (``s_i = 1`` for binomial and Poisson), t with
    ``df_resid - 1`` degrees of freedom under a normal model; ``Cook = (p / (1 - h))^2 h / (phi r)``;
    ``DFFITS = d sqrt(h) / (s_i (1 - h))``. For least squares d = p and these are the classical ones.
    Belsley, Kuh and Welsch (1980), doi:10.1002/0471725153; Williams (1987), Applied Statistics 36, 181-191,
    doi:10.2307/2347550.
    """
    sigma = spread_of(fit)
    h = np.minimum(observed.leverage, 1.0)
    d, p = observed.deviance_residual / sigma, observed.pearson / sigma
    free = np.where(h < FULL_LEVERAGE, 1.0 - h, np.nan)
    r = fit.kept.size
    whole = float(fit.df_resid) if fit.family == "gaussian" else fit.deviance / (sigma * sigma)
    left = whole - d * d / free
    if fit.df_resid > 1:
        deleted = np.sqrt(np.where(left > 0.0, left, np.nan) / (fit.df_resid - 1))
    else:
        deleted = np.full(h.shape, np.nan)
    size = np.sign(d) * np.sqrt(d * d + h * p * p / free)
    fixed = has_fixed_dispersion(fit)
    return Cases(
        row=observed.row,
        leverage=h,
        standardized=d / np.sqrt(free),
        studentized=size * sigma if fixed else size / deleted,
        cooks_distance=(p / free) ** 2 * h / max(r, 1),
        dffits=d * np.sqrt(h) / (deleted * free),
    )


def outlier_p(studentized: FloatArray, fit: Fit, *, tested: int) -> FloatArray:
    """Bonferroni p-value of each studentised residual among ``tested`` rows, those that have one (capped at 1)."""
    size = -np.abs(studentized)
    fixed = has_fixed_dispersion(fit)
    tail = special.ndtr(size) if fixed else special.stdtr(max(fit.df_resid - 1, 1), size)
    return np.asarray(np.minimum(1.0, 2.0 * tail * tested), dtype=np.float64)


def outlier_threshold(fit: Fit, level: float = 0.05) -> float:
    """Return the size of a studentised residual from which its Bonferroni p-value is below ``level``."""
    tail = level / (2.0 * fit.n_obs)
    if has_fixed_dispersion(fit):
        return float(-special.ndtri(tail))
    return float(-special.stdtrit(max(fit.df_resid - 1, 1), tail))
