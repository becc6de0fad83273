"""Calibration: whether predictions of unseen rows are right on average, and neither too bold nor too timid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from regression_analyzer.explain.scores import Estimate, possible, ratio
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.value import FloatArray, IntArray

MOST_STEPS = 50
SETTLED = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Over held-out rows.

    Attributes
    ----------
    slope : of the target on the linear predictor of the predictions, in the family's own regression; 1 where they
        are right, below 1 where they are too extreme, above 1 where they are too timid
    level : sum of the observed over the sum of the predicted; None where sums say nothing (numbers of any sign)
    """

    slope: Estimate
    level: Estimate | None


def calibration(
    y: FloatArray,
    predicted: FloatArray,
    weight: FloatArray,
    fold: IntArray,
    *,
    family: str,
    link: str,
    theta: float | None,
    overlap: float,
) -> Calibration | None:
    """Regress the target of unseen rows on what was predicted; None where predictions do not vary.

    g(mean) = a + slope g(predicted). Errors from the folds' score sums, A^-1 (sum of s s') A^-1 K / (K - 1), times
    ``1 + K overlap`` as in ``scores.ratio``; t with K - 1 degrees of freedom.

    Parameters
    ----------
    y, predicted, weight : (m,); ``fold`` (m,) 0 to K - 1

    References
    ----------
    Cox (1958), doi:10.1093/biomet/45.3-4.562; Nadeau and Bengio (2003), doi:10.1023/A:1024068626366.
    """
    count = int(fold.max()) + 1
    eta = LINKS[link].function(possible(predicted, family))
    if count < 2 or not np.isfinite(eta).all() or not float(np.ptp(eta)) > 1e-9 * (1.0 + float(np.abs(eta).max())):
        return None
    centre, unit = float(eta.mean()), float(eta.std())
    z = np.column_stack([np.ones(len(y)), (eta - centre) / unit])
    found = _fitted(y, z, weight, start=np.array([centre, unit]), family=family, link=link, theta=theta)
    if found is None:
        return None
    beta, information, scores = found
    sums = np.array([np.bincount(fold, weights=column, minlength=count) for column in scores.T])
    bread = np.linalg.inv(information)
    variance = bread @ (sums @ sums.T) @ bread * count / (count - 1) * (1.0 + count * overlap)
    value, error = float(beta[1]) / unit, math.sqrt(float(variance[1, 1])) / unit
    half = -float(stdtrit(count - 1, 0.025)) * error
    level = None
    if family != "gaussian":
        sides = (np.bincount(fold, weights=weight * side, minlength=count) for side in (y, predicted))
        level = ratio(*(np.asarray(side, dtype=np.float64) for side in sides), overlap=overlap)
    slope = Estimate(value=value, std_error=error, ci_low=value - half, ci_high=value + half)
    return Calibration(slope=slope, level=level)


def _fitted(
    y: FloatArray,
    z: FloatArray,
    weight: FloatArray,
    *,
    start: FloatArray,
    family: str,
    link: str,
    theta: float | None,
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """Return coefficients (2,), information (2, 2) and scores (m, 2) by Fisher scoring; None without an end."""
    size, beta = math.inf if theta is None else theta, start
    for _ in range(MOST_STEPS):
        at = z @ beta
        mu = possible(LINKS[link].inverse(at), family)
        pull = weight * LINKS[link].slope(at, mu) / FAMILIES[family].variance(mu, size)
        scores = z * (pull * (y - mu))[:, None]
        information = (z * (pull * LINKS[link].slope(at, mu))[:, None]).T @ z
        if not np.isfinite(information).all() or not np.linalg.det(information) > 0.0:
            return None
        step = np.linalg.solve(information, scores.sum(axis=0))
        if float(np.abs(step).max()) <= SETTLED * (1.0 + float(np.abs(beta).max())):
            return beta, information, scores
        beta = beta + step
    return None
