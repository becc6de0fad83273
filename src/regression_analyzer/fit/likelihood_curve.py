"""The likelihood of a yes/no or count model along one coefficient, the others at their best for each value of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Blocks
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.irls import LEAST_WEIGHT
from regression_analyzer.fit.second_pass import has_intercept_column, standardised_coefficients
from regression_analyzer.fit.value import Fit, FloatArray

SMALL_ROOT = 0.05
"""Nearer to the estimate than this many standard errors the logarithm in r* loses digits; its part is then taken from
points on both sides."""
BESIDE = 0.1
MOST_STEPS = 60
STEP_TOLERANCE = 1e-10
CUMULANTS: Mapping[tuple[str, str], Callable[[FloatArray], FloatArray]] = {
    ("binomial", "logit"): lambda eta: np.asarray(np.logaddexp(0.0, eta)),
    ("poisson", "log"): lambda eta: np.asarray(np.exp(np.minimum(eta, 700.0))),
}
"""By family and its own link: b(eta) of the log-likelihood ``w (y eta - b(eta))``."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Maximum:
    """Where the likelihood is largest: coefficients, log-likelihood, logarithm of the information's determinant."""

    coefficients: FloatArray
    likelihood: float
    log_determinant: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rows:
    """Rows of one table: standardised columns (n, r), y, prior weights and offset (n,) each."""

    family: str
    link: str
    z: FloatArray
    y: FloatArray
    weights: FloatArray
    offset: FloatArray

    def likelihood(self, eta: FloatArray) -> float:
        """Log-likelihood but for what does not depend on the coefficients."""
        return float(self.weights @ (self.y * eta - CUMULANTS[self.family, self.link](eta)))

    def maximise(self, columns: FloatArray, base: FloatArray, start: FloatArray) -> Maximum:
        """Newton's method from ``start``, the linear predictor being ``base + columns b``; each step by QR."""
        family, link = FAMILIES[self.family], LINKS[self.link]
        current, eta = start, base + columns @ start
        reached, logarithm = self.likelihood(eta), 0.0
        for _ in range(MOST_STEPS):
            mean = link.inverse(eta)
            root = np.sqrt(np.maximum(self.weights * family.variance(mean, math.inf), LEAST_WEIGHT))
            q, r = np.linalg.qr(columns * root[:, None])
            logarithm = 2.0 * float(np.log(np.abs(np.diag(r))).sum())
            step = np.linalg.solve(r, q.T @ (self.weights * (self.y - mean) / root))
            moved = columns @ step
            largest = float(np.abs(moved).max(initial=0.0))
            if largest <= STEP_TOLERANCE:
                return Maximum(coefficients=current, likelihood=reached, log_determinant=logarithm)
            share, ahead = 1.0, self.likelihood(eta + moved)
            while not ahead >= reached - 1e-12 * (1.0 + abs(reached)) and share > 1e-6:
                share *= 0.5
                ahead = self.likelihood(eta + share * moved)
            current, eta, reached = current + share * step, eta + share * moved, ahead
        raise ArithmeticError("the likelihood did not settle")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """The likelihood along one coefficient. Places are distances from the estimate in standard errors.

    Attributes
    ----------
    free, fixed : (n, r - 1) columns of the other coefficients, (n,) its own
    estimate, error : on the scale of its standardised column
    others, path : (r - 1,) the other coefficients at the estimate, and how they begin to move with it
    """

    rows: Rows
    free: FloatArray
    fixed: FloatArray
    estimate: float
    error: float
    others: FloatArray
    path: FloatArray
    best: Maximum

    def at(self, place: float) -> tuple[float, float]:
        """Return r and r* at a place other than 0."""
        value = self.estimate + place * self.error
        start = self.others + place * self.error * self.path
        held = self.rows.maximise(self.free, self.rows.offset + value * self.fixed, start)
        r = -math.copysign(math.sqrt(max(2.0 * (self.best.likelihood - held.likelihood), 0.0)), place)
        u = -place * self.error * math.exp(0.5 * (self.best.log_determinant - held.log_determinant))
        if not u / (r or math.nan) > 0.0:
            raise ArithmeticError("the likelihood is flat")
        return r, r + math.log(u / r) / r

    def judge(self, place: float) -> tuple[float, float]:
        """Return r and r* at any place; near 0 the difference of the two lies on a line through two points beside."""
        if abs(place) > SMALL_ROOT:
            return self.at(place)
        (low, low_star), (high, high_star) = self.at(-BESIDE), self.at(BESIDE)
        share = (place + BESIDE) / (2.0 * BESIDE)
        between = (1.0 - share) * (low_star - low) + share * (high_star - high)
        r = self.at(place)[0] if abs(place) > 1e-6 else -place
        return r, r + between

    def end(self, which: int, target: float) -> float:
        """Return the place where r (0) or r* (1) is ``target``, by secants from the one that Wald has."""
        place = -target
        miss = self.at(place)[which] - target
        following = place + min(max(miss, -1.0), 1.0)
        for _ in range(MOST_STEPS):
            if following * target >= 0.0:
                following = 0.5 * place
            ahead = self.at(following)[which] - target
            if abs(ahead) <= STEP_TOLERANCE * 10.0 or following == place:
                return following
            slope = (ahead - miss) / (following - place)
            step = -ahead / slope if slope < 0.0 else ahead
            place, miss, following = following, ahead, following + min(max(step, -2.0), 2.0)
        raise ArithmeticError("no end of the interval was found")


def curves(fit: Fit, blocks: Blocks) -> list[Curve]:
    """Return the likelihood of each coefficient; that of the intercept with the columns as the file has them."""
    rows = _rows(fit, blocks)
    best = rows.maximise(rows.z, rows.offset, standardised_coefficients(fit))
    constant = has_intercept_column(fit)
    mean = LINKS[rows.link].inverse(rows.offset + rows.z @ best.coefficients)
    root = np.sqrt(np.maximum(rows.weights * FAMILIES[rows.family].variance(mean, math.inf), LEAST_WEIGHT))
    found = []
    for j in range(len(fit.kept)):
        free, estimate = np.delete(rows.z, j, axis=1), float(best.coefficients[j])
        if constant and j == 0:
            origin = fit.shift[1:] / fit.scale[1:]
            free, estimate = free + origin, estimate - float(best.coefficients[1:] @ origin)
        error = float(np.sqrt(fit.cov_unscaled[j, j])) * float(fit.scale[j])
        found.append(
            Curve(
                rows=rows,
                free=free,
                fixed=rows.z[:, j],
                estimate=estimate,
                error=error,
                others=np.delete(best.coefficients, j),
                path=-np.asarray(
                    np.linalg.lstsq(free * root[:, None], rows.z[:, j] * root, rcond=None)[0], dtype=np.float64
                ),
                best=best,
            )
        )
    return found


def _rows(fit: Fit, blocks: Blocks) -> Rows:
    z, y, weights, offset = [], [], [], []
    for block in blocks:
        z.append((block.x[:, fit.kept] - fit.shift) / fit.scale)
        y.append(block.y)
        weights.append(np.ones(len(block.y)) if block.weights is None else block.weights)
        offset.append(np.zeros(len(block.y)) if block.offset is None else block.offset)
    return Rows(
        family=fit.family,
        link=fit.link,
        z=np.concatenate(z),
        y=np.concatenate(y),
        weights=np.concatenate(weights),
        offset=np.concatenate(offset),
    )
