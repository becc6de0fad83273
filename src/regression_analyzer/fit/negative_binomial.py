"""The size of the negative binomial (NB2) by maximum likelihood, alternating with IRLS.

``Var(y) = mu + mu^2 / theta``. Lawless 1987, doi:10.2307/3314912; the alternation is that of Venables and
Ripley 2002, doi:10.1007/978-0-387-21706-2, section 7.4. Standard errors of the coefficients are
conditional on theta (expected information), as theirs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import polygamma, psi

from regression_analyzer.design.value import Blocks
from regression_analyzer.fit.irls import Estimate, Model, iterate, rows_of
from regression_analyzer.fit.value import FloatArray

LARGEST_THETA = 1e8
"""Beyond this the distribution is Poisson in double precision."""
ROUNDS = 60
THETA_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SizedEstimate:
    """IRLS at the best theta; ``bounded`` is False where theta runs to infinity (no overdispersion).

    ``error`` is theta's standard error from the observed information, the means held fixed; NaN without a maximum.
    """

    estimate: Estimate
    theta: float
    bounded: bool
    error: float = math.nan


def fit_negative_binomial(
    model: Model, blocks: Blocks, poisson: Model, *, on_step: Callable[[int], None] | None = None
) -> SizedEstimate:
    """Alternate IRLS given theta and theta given the means."""
    estimate = iterate(poisson, blocks, on_step=on_step, tolerance=1e-6)
    theta = _moment_start(poisson, blocks, estimate.standardised)
    last = math.nan
    for _ in range(ROUNDS):
        theta = _best_theta(model, blocks, estimate.standardised, theta)
        if theta >= LARGEST_THETA:
            return SizedEstimate(
                estimate=iterate(model, blocks, theta=LARGEST_THETA, start=estimate.standardised),
                theta=LARGEST_THETA,
                bounded=False,
            )
        estimate = iterate(model, blocks, theta=theta, start=estimate.standardised, on_step=on_step)
        if abs(theta - last) <= THETA_TOLERANCE * theta or estimate.runaway:
            break
        last = theta
    _, information = _score(model, blocks, estimate.standardised, theta)
    error = 1.0 / math.sqrt(information) if information > 0.0 else math.nan
    return SizedEstimate(estimate=estimate, theta=theta, bounded=True, error=error)


def _moment_start(model: Model, blocks: Blocks, standardised: FloatArray) -> float:
    rows, total = 0.0, 0.0
    for block in blocks:
        seen = rows_of(model, block, standardised)
        rows += float(seen.weights.sum())
        total += float(seen.weights @ (seen.y / seen.mu - 1.0) ** 2)
    return min(max(rows / total if total > 0 else 1.0, 1e-3), 1e4)


def _best_theta(model: Model, blocks: Blocks, standardised: FloatArray, theta: float) -> float:
    """Newton's method on log theta, steps bounded."""
    place = math.log(theta)
    for _ in range(50):
        value = math.exp(place)
        score, information = _score(model, blocks, standardised, value)
        gradient, curvature = value * score, value * value * information - value * score
        move = gradient / curvature if curvature > 0 else math.copysign(1.0, gradient)
        place += max(-2.0, min(2.0, move))
        if place >= math.log(LARGEST_THETA):
            return LARGEST_THETA
        if abs(move) < 1e-12:
            break
    return math.exp(place)


def _score(model: Model, blocks: Blocks, standardised: FloatArray, theta: float) -> tuple[float, float]:
    """Derivative of the log-likelihood in theta, and minus its second derivative."""
    score, information = 0.0, 0.0
    for block in blocks:
        seen = rows_of(model, block, standardised)
        y, mu, w = seen.y, seen.mu, seen.weights
        both = theta + mu
        slope = psi(theta + y) - psi(theta) - np.log1p(mu / theta) + (mu - y) / both
        bend = polygamma(1, theta) - polygamma(1, theta + y) - mu / (theta * both) + (mu - y) / both**2
        score += float(w @ slope)
        information += float(w @ bend)
    return score, information
