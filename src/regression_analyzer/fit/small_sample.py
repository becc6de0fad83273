"""Degrees of freedom that a coefficient's error really has: few rows of weight, few clusters, a short series.

A robust variance of one coefficient is a sum of squared residuals with uneven weights. Where a few rows (a rare
level, a far-out value), clusters or stretches of time carry most of the weight, it scatters like a chi-square with
few degrees of freedom, however many rows the table has, and the normal quantile is too short. Satterthwaite's
match of mean and variance under an even working model gives ``(tr P)^2 / tr P^2`` degrees of freedom, P being the
quadratic form of the variance in the errors.

Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Imbens and Kolesar (2016), doi:10.1162/REST_a_00552;
Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from regression_analyzer.fit.second_pass import Rotated
from regression_analyzer.fit.value import FloatArray

EXACT_WORK = 1e8
"""Up to this ``n r^3`` all directions are followed; beyond, each coefficient's own, the one that counts."""


def directions(basis: FloatArray) -> FloatArray:
    """Return the unit vectors (r, r) of the coefficients in the orthonormal coordinates of the fit, by row."""
    with np.errstate(invalid="ignore", divide="ignore"):
        result = basis / np.sqrt((basis * basis).sum(axis=1))[:, None]
    return np.asarray(np.nan_to_num(result))


def satterthwaite(trace: FloatArray, square: FloatArray, most: float) -> FloatArray:
    """Return ``trace^2 / square`` (r,), between 1 and ``most``."""
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = np.where(square > 0, trace * trace / square, most)
    return np.asarray(np.clip(np.nan_to_num(freedom, nan=1.0, posinf=most), 1.0, max(most, 1.0)))


@dataclass(slots=True)
class RowFreedom:
    """Traces for HC2 (weights ``1 / (1 - h)``) and HC3 (``1 / (1 - h)^2``), gathered over pieces of rows.

    With ``t = q c`` the rows in a coefficient's direction c and ``d = t^2 / (1 - h)^a`` their weights,
    ``tr P = sum d (1 - h)`` and ``tr P^2 = sum d^2 (1 - 2 h) + ||sum d q q'||^2``.
    """

    along: FloatArray
    exact: bool
    trace: FloatArray = field(init=False)
    square: FloatArray = field(init=False)
    cross: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        r = len(self.along)
        self.trace, self.square = np.zeros((2, r)), np.zeros((2, r))
        self.cross = np.zeros((2, r, r, r) if self.exact else (2, r))

    def add(self, seen: Rotated) -> None:
        """Take in a piece of rows; rows with leverage 1 have no residual and no weight."""
        free = 1.0 - seen.leverage
        known = free > 0.0
        q = seen.q if known.all() else seen.q[known]
        free = free[known]
        weight = q @ self.along.T
        weight *= weight
        weight /= free[:, None]
        squared = weight * weight
        # d of HC3 is d of HC2 over 1 - h; all sums are products of vectors with these two
        self.trace += np.stack([free, np.ones(len(free))]) @ weight
        double = 2.0 * free - 1.0
        self.square += np.stack([double, double / (free * free)]) @ squared
        if not self.exact:
            self.cross += np.stack([free, np.ones(len(free))]) @ squared
            return
        for place in range(2):
            for j in range(weight.shape[1]):
                self.cross[place, j] += (q * weight[:, j, None]).T @ q
            weight = weight / free[:, None]

    def freedom(self, most: float) -> tuple[FloatArray, FloatArray]:
        """Return the degrees of freedom (r,) of HC2 and of HC3."""
        crossed = (self.cross**2).sum(axis=(2, 3)) if self.exact else self.cross**2
        two, three = (satterthwaite(self.trace[a], self.square[a] + crossed[a], most) for a in range(2))
        return two, three


def term_freedom(freedom: FloatArray) -> float:
    """Return the denominator degrees of freedom of a joint test of coefficients with these each.

    ``E = sum over v > 2 of v / (v - 2)``, ``2 E / (E - q)``: the F distribution whose mean is that of the
    average of q independent squared t variables. Fai and Cornelius (1996), doi:10.1080/00949659608811740.
    """
    q = len(freedom)
    if freedom.min() == freedom.max():
        return float(freedom[0])
    large = freedom[freedom > 2.0]
    expected = float((large / (large - 2.0)).sum())
    return max(1.0, 2.0 * expected / (expected - q)) if expected > q else 1.0
