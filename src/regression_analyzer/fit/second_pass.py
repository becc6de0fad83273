"""What a fitted model says of each row: fitted values, residuals, leverages. One block at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Block
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.value import Fit, FloatArray, Observed

FULL_LEVERAGE = 1.0 - 1e-9
"""Leverages from here on are 1: the row has a coefficient of its own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rotated:
    """Rows in the orthonormal coordinates of the fit.

    Attributes
    ----------
    q : (n, r) ``sqrt(working weight) R^-T z``, rows of Q; leverage is the squared length of a row
    score : (n,) working residual times sqrt(working weight), in units of ``y_scale``: the score of a row is
        ``q * score``
    leverage : (n,)
    weight : (n,) working weights, or None for ones
    linear_predictor, fitted : (n,)
    """

    q: FloatArray
    score: FloatArray
    leverage: FloatArray
    weight: FloatArray | None
    linear_predictor: FloatArray
    fitted: FloatArray


def standardised_coefficients(fit: Fit) -> FloatArray:
    """Coefficients of ``(x - shift) / scale`` (r,), the level at the shifts in place of the intercept."""
    result = fit.coefficients * fit.scale
    if has_intercept_column(fit):
        result[0] = fit.level_at_shift
    return np.asarray(result)


def has_intercept_column(fit: Fit) -> bool:
    """Whether the first kept column is the intercept itself."""
    return len(fit.vif) > 0 and bool(np.isnan(fit.vif[0]))


def inverse_factor(fit: Fit) -> FloatArray:
    """``R^-1`` (r, r)."""
    return np.asarray(np.linalg.solve(fit.r_factor, np.eye(len(fit.kept)))) if len(fit.kept) else np.zeros((0, 0))


def rotate(fit: Fit, block: Block, inverse: FloatArray, coefficients: FloatArray) -> Rotated:
    """Bring a block into the fit's coordinates.

    Parameters
    ----------
    inverse, coefficients : from ``inverse_factor`` and ``standardised_coefficients``
    """
    x = block.x if len(fit.kept) == block.x.shape[1] else block.x[:, fit.kept]
    z = x
    if fit.shift.any() or (fit.scale != 1.0).any():
        z = x - fit.shift
        z *= 1.0 / fit.scale
    eta = z @ coefficients
    if block.offset is not None:
        eta = eta + block.offset
    weight = block.weights
    if fit.family == "gaussian":
        fitted = eta
        residual = (block.y - eta) * (1.0 / fit.y_scale)
    else:
        link, family = LINKS[fit.link], FAMILIES[fit.family]
        fitted = link.inverse(eta)
        slope = link.slope(eta, fitted)
        working = slope * slope / family.variance(fitted, fit.theta or np.inf)
        weight = working if weight is None else weight * working
        residual = (block.y - fitted) / slope
    q = z @ inverse
    if weight is not None:
        root = np.sqrt(weight)
        q *= root[:, None]
        residual = residual * root
    leverage = np.einsum("ij,ij->i", q, q)
    np.minimum(leverage, 1.0, out=leverage)
    leverage[leverage >= FULL_LEVERAGE] = 1.0
    return Rotated(q=q, score=residual, leverage=leverage, weight=weight, linear_predictor=eta, fitted=fitted)


def observe(fit: Fit, block: Block) -> Observed:
    """Fitted values, residuals and leverages of a block.

    Pearson residual ``(y - mu) sqrt(w / V(mu))``; deviance residual ``sign(y - mu) sqrt(w d(y, mu))``;
    for the gaussian both are ``sqrt(w) (y - mu)``.
    """
    seen = rotate(fit, block, inverse_factor(fit), standardised_coefficients(fit))
    prior = np.ones(len(block.y)) if block.weights is None else block.weights
    residual = block.y - seen.fitted
    if fit.family == "gaussian":
        pearson = deviance = residual * np.sqrt(prior)
    else:
        family, theta = FAMILIES[fit.family], fit.theta or np.inf
        pearson = residual * np.sqrt(prior / family.variance(seen.fitted, theta))
        deviance = np.sign(residual) * np.sqrt(prior * family.unit_deviance(block.y, seen.fitted, theta))
    return Observed(
        row=block.row,
        y=block.y,
        fitted=seen.fitted,
        linear_predictor=seen.linear_predictor,
        residual=residual,
        working_weight=prior if seen.weight is None else seen.weight,
        leverage=seen.leverage,
        pearson=pearson,
        deviance_residual=deviance,
    )


def pieces(block: Block, rows: int) -> list[Block]:
    """Cut a block into pieces of at most ``rows`` rows (views) that stay in the processor's cache."""
    n = len(block.y)
    if n <= rows:
        return [block]
    cuts = [slice(start, start + rows) for start in range(0, n, rows)]
    return [
        Block(
            row=block.row[cut],
            x=block.x[cut],
            y=block.y[cut],
            weights=_part(block.weights, cut),
            offset=_part(block.offset, cut),
            group=None if block.group is None else block.group[cut],
            time=_part(block.time, cut),
        )
        for cut in cuts
    ]


def _part(array: FloatArray | None, cut: slice) -> FloatArray | None:
    return None if array is None else array[cut]
