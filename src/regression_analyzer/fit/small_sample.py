"""Degrees of freedom that a coefficient's error really has: few rows of weight, few clusters, a short series.

A robust variance of one coefficient is a sum of squared residuals with uneven weights. Where a few rows (a rare
level, a far-out value), clusters or stretches of time carry most of the weight, it scatters like a chi-square with
few degrees of freedom, however many rows the table has, and the normal quantile is too short. Satterthwaite's
match of mean and variance under an even working model gives ``(tr P)^2 / tr P^2`` degrees of freedom, P being the
quadratic form of the variance in the errors.

Where rows of weight are seen to scatter less than the rest (a level with a third of the spread), the even working model
gives them more of the variance than they have, and too few degrees of freedom. Welch's rule puts the share that is seen
in the place of the one that an even spread would give; but with three or four such rows it takes their chance agreement
for a small spread (92.4% of intervals hold where two groups of 3 and 117 rows differ in spread). The geometric mean of
both holds 94.1% to 97.0% in two groups of 3 to 8 and 16 to 192 rows with 0.25 to 1 times the spread (100,000 tables
each), and is what is used. Welch (1947), doi:10.1093/biomet/34.1-2.28.

Bell and McCaffrey (2002), Survey Methodology 28, 169-181; Imbens and Kolesar (2016), doi:10.1162/REST_a_00552;
Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regression_analyzer.fit.second_pass import Rotated
from regression_analyzer.fit.value import FloatArray

SMALLER_ERRORS, CHANCE_SMALLER = 1.1, 1.5
"""Classical errors that are above HC2 ones by this factor, and by this many deviations of the logarithm of the ratio
under an even spread, are too wide: the spread at rows of weight is smaller than elsewhere."""
FEW_ROWS = 25
"""Up to here an uneven spread may be there without being seen, and robust errors of a least squares fit hold the truth
in up to 99% of tables."""
HEAVY = 2.0 * (1.0 + 1e-6)
"""Rows with more than this times the average weight in a coefficient are rows of weight; a little more than 2, so that
rounding does not decide where one group is twice as large as the other."""
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
    """Traces for HC2 (weights ``1 / (1 - h)``) and HC3 (``1 / (1 - h)^2``), gathered over pieces of ``n`` rows.

    With ``t = q c`` the rows in a coefficient's direction c and ``d = t^2 / (1 - h)^a`` their weights,
    ``tr P = sum d (1 - h)`` and ``tr P^2 = sum d^2 (1 - 2 h) + ||sum d q q'||^2``. ``heavy`` is the part of HC2's tr P
    that rows of weight make, ``seen`` the part of HC2 itself that they make, and all of it.
    """

    along: FloatArray
    exact: bool
    n: int
    trace: FloatArray = field(init=False)
    square: FloatArray = field(init=False)
    cross: FloatArray = field(init=False)
    heavy: FloatArray = field(init=False)
    seen: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        r = len(self.along)
        self.trace, self.square = np.zeros((2, r)), np.zeros((2, r))
        self.heavy, self.seen = np.zeros(r), np.zeros((2, r))
        self.cross = np.zeros((2, r, r, r) if self.exact else (2, r))

    def add(self, seen: Rotated) -> None:
        """Take in a piece of rows; rows with leverage 1 have no residual and no weight."""
        free = 1.0 - seen.leverage
        known = free > 0.0
        q = seen.q if known.all() else seen.q[known]
        free = free[known]
        weight = q @ self.along.T
        weight *= weight
        heavy = weight * (weight > HEAVY / self.n)
        score = seen.score if known.all() else seen.score[known]
        own = score * score / free
        self.heavy += heavy.sum(axis=0)
        self.seen += np.stack([own @ heavy, own @ weight])
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


def narrowed(rows: RowFreedom, even: FloatArray, narrow: NDArray[np.bool_], most: float) -> FloatArray:
    """Return HC2's degrees of freedom (r,): of an even spread, with Welch's where a coefficient's error is narrow.

    Parameters
    ----------
    even : (r,) those under an even spread; ``most`` of the residuals

    Notes
    -----
    Rows of weight make a share p of the variance under an even spread, with nu degrees of freedom of their own:
    ``1 / even = p^2 / nu + (1 - p)^2 / most``. With the share s that is seen, ``1 / w = s^2 / nu + (1 - s)^2 / most``;
    the result is ``sqrt(w even)``. Up to 25 rows the even ones are kept.
    """
    if rows.n <= FEW_ROWS or not narrow.any():
        return even
    with np.errstate(divide="ignore", invalid="ignore"):
        expected, share = rows.heavy / rows.trace[0], rows.seen[0] / rows.seen[1]
        own = np.maximum(1.0 / even - (1.0 - expected) ** 2 / most, 0.0) / expected**2
        welch = 1.0 / (share**2 * own + (1.0 - share) ** 2 / most)
    welch = np.clip(np.nan_to_num(welch, nan=1.0, posinf=most), even, most)
    return np.where(narrow, np.sqrt(welch * even), even)


def is_narrow(robust: FloatArray, classical: FloatArray, freedom: FloatArray, df_resid: float) -> NDArray[np.bool_]:
    """Return the mask (r,) of coefficients whose HC2 variance is below the classical one, by size and not by chance."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(0.5 * np.log(robust / classical), nan=0.0, posinf=0.0, neginf=0.0)
        scatter = np.sqrt(0.5 * np.maximum(1.0 / freedom - 1.0 / df_resid, 0.0))
    return np.asarray(ratio < -np.maximum(math.log(SMALLER_ERRORS), CHANCE_SMALLER * scatter))


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
