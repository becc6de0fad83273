"""Lasso and ridge of yes/no, share and count targets: a likelihood that pays for the size of its coefficients.

With Z the columns of X less their weighted means, over their weighted standard deviations, v the weights of the rows
over their sum, and the canonical link (logit, log)::

    lasso    minimise  deviance / 2 + penalty * sum |b_j|
    ridge    minimise  deviance / 2 + penalty / 2 * sum b_j^2
    deviance = sum_i v_i * deviance of row i at b0 + z_i b + offset_i

The objective is glmnet's, with alpha = 1 and alpha = 0: Friedman, Hastie and Tibshirani (2010),
doi:10.18637/jss.v033.i01. Solved by iteratively reweighted least squares with the penalty inside: coordinate descent
over the columns that take part, until no other column's gradient passes the penalty (Karush-Kuhn-Tucker); a step that
does not lower the objective is halved (Lee, Sun and Saunders 2014, doi:10.1137/130921428).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from regression_analyzer.fit.families import LARGEST_LOG
from regression_analyzer.fit.penalised import (
    MOST_COLUMNS,
    MOST_ROUNDS,
    OPTIMAL,
    RIDGE_SHARE,
    RIDGE_START,
    SMALLEST_SHARE,
    SMALLEST_SHARE_WIDE,
    columns_standardised,
    minimise_quadratic,
    path_of_penalties,
)
from regression_analyzer.fit.value import FloatArray, IntArray

MOST_STEPS = 100
HALVINGS = 40
LEAST_VARIANCE = 1e-10
SATURATED = 1e-2
"""The path ends where less than this share of the deviance is left: outcomes are all but told apart."""
SURE = 1e-6
"""A mean share is kept this far from 0 and 1, so that rows with one outcome alone have a finite level."""
ROUNDING = 1e-13
"""Of the objective, relative: steps that change it by less are not judged by it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Canonical:
    """A family with its canonical link.

    Attributes
    ----------
    mean, variance : of eta, of the mean
    loss : (y, eta) -> minus the log-likelihood of each row, up to a constant
    link : of a mean
    """

    mean: Callable[[FloatArray], FloatArray]
    variance: Callable[[FloatArray], FloatArray]
    loss: Callable[[FloatArray, FloatArray], FloatArray]
    link: Callable[[float], float]


def _exp(eta: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.minimum(eta, LARGEST_LOG)))


def _logit(mean: float) -> float:
    inside = min(max(mean, SURE), 1.0 - SURE)
    return math.log(inside / (1.0 - inside))


CANONICAL: Mapping[str, Canonical] = {
    "binomial": Canonical(
        mean=lambda eta: np.asarray(expit(eta)),
        variance=lambda mu: np.maximum(mu * (1.0 - mu), LEAST_VARIANCE),
        loss=lambda y, eta: np.logaddexp(0.0, eta) - y * eta,
        link=_logit,
    ),
    "poisson": Canonical(
        mean=_exp,
        variance=lambda mu: np.maximum(mu, LEAST_VARIANCE),
        loss=lambda y, eta: _exp(eta) - y * eta,
        link=lambda mean: math.log(max(mean, SURE)),
    ),
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LikelihoodRows:
    """Rows ready to be penalised.

    Attributes
    ----------
    z : (n, k) columns with weighted mean 0 and standard deviation 1; 0 where a column is constant
    y : (n,) 0 to 1 (binomial) or from 0 (poisson)
    share : (n,) weights, of sum 1; offset : (n,)
    mean, scale : (k,) of the columns; scale 1 where a column is constant
    null : linear predictor of the model without columns, less the offset
    """

    family: Canonical
    z: FloatArray
    y: FloatArray
    share: FloatArray
    offset: FloatArray
    mean: FloatArray
    scale: FloatArray
    null: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Problem:
    """What is minimised: the loss of rows over some columns, (n, c), and what coefficients (c,) cost."""

    rows: LikelihoodRows
    part: FloatArray
    paid: Callable[[FloatArray], float]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Place:
    """Coefficients on the way, with what follows from them: linear predictor, means and objective."""

    intercept: float
    b: FloatArray
    eta: FloatArray
    mu: FloatArray
    objective: float


def likelihood_rows(
    x: FloatArray, y: FloatArray, family: str, *, weights: FloatArray | None = None, offset: FloatArray | None = None
) -> LikelihoodRows:
    """Standardise rows.

    Parameters
    ----------
    x : (n, k) columns of the design without the intercept
    y : (n,) shares of events for ``"binomial"``, counts for ``"poisson"``
    weights : (n,) prior weights (trials) or None for ones
    """
    n = len(y)
    share = np.full(n, 1.0 / n) if weights is None else weights / weights.sum()
    z, mean, scale = columns_standardised(x, None if weights is None else share)
    known = CANONICAL[family]
    off = np.zeros(n) if offset is None else offset
    return LikelihoodRows(
        family=known,
        z=z,
        y=y,
        share=share,
        offset=off,
        mean=mean,
        scale=scale,
        null=_null(known, y, share, None if offset is None else off),
    )


def _null(family: Canonical, y: FloatArray, share: FloatArray, offset: FloatArray | None) -> float:
    """Return the intercept of the model without columns."""
    level = family.link(float(share @ y))
    if offset is None:
        return level
    low, high = level - float(offset.max()), level - float(offset.min())
    target = float(share @ family.mean(np.full(len(y), level)))
    for _ in range(MOST_STEPS):
        # the mean rises with the level, from at most the target at `low` to at least the target at `high`
        level = 0.5 * (low + high)
        if float(share @ family.mean(level + offset)) < target:
            low = level
        else:
            high = level
    return level


def likelihood_penalties(rows: LikelihoodRows, estimator: str) -> FloatArray:
    """Return the path: 100 penalties, equally spaced on a logarithmic scale, the largest first."""
    top = max(largest_penalty(rows), np.finfo(np.float64).tiny)
    if estimator == "ridge":
        return path_of_penalties(top * RIDGE_START, RIDGE_SHARE)
    return path_of_penalties(top, SMALLEST_SHARE if len(rows.y) > len(rows.mean) else SMALLEST_SHARE_WIDE)


def largest_penalty(rows: LikelihoodRows) -> float:
    """Return the smallest penalty under which the lasso takes no column."""
    residual = rows.share * (rows.y - rows.family.mean(rows.null + rows.offset))
    return float(np.abs(rows.z.T @ residual).max(initial=0.0))


def likelihood_path(rows: LikelihoodRows, values: FloatArray, estimator: str) -> tuple[FloatArray, FloatArray]:
    """Return intercepts (m,) and coefficients of the standardised columns (m, k) for each penalty.

    Parameters
    ----------
    values : penalties, the largest first

    Returns
    -------
    m is less than the penalties given (1 at least) where the path ends early: too many columns take part, or outcomes
    are all but told apart.
    """
    if estimator == "ridge":
        return _ridge_path(rows, values)
    n, k = rows.z.shape
    most = min(k if n > k else n // 2, MOST_COLUMNS)
    place = _place(_Problem(rows=rows, part=rows.z, paid=_nothing), rows.null, np.zeros(k))
    flat = _deviance(rows, place)
    gradient = rows.z.T @ (rows.share * (rows.y - place.mu))
    levels: list[float] = []
    found: list[FloatArray] = []
    for value in values:
        place, gradient = _lasso_at(rows, float(value), place, gradient)
        if found and np.count_nonzero(place.b) > most:
            break
        levels.append(place.intercept)
        found.append(place.b)
        if _deviance(rows, place) < SATURATED * flat:
            break
    return np.asarray(levels), np.asarray(found).reshape(len(found), k)


def _deviance(rows: LikelihoodRows, place: _Place) -> float:
    """Return half the deviance, (-)log-likelihood less that of means equal to y."""
    return float(rows.share @ (rows.family.loss(rows.y, place.eta) - _best_loss(rows)))


def _best_loss(rows: LikelihoodRows) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(rows.y > 0.0, -rows.y * np.log(rows.y), 0.0)
        if rows.family is CANONICAL["poisson"]:
            return own + rows.y
        rest = 1.0 - rows.y
        return own + np.where(rest > 0.0, -rest * np.log(rest), 0.0)


def _nothing(_b: FloatArray) -> float:
    return 0.0


def _place(problem: _Problem, intercept: float, b: FloatArray) -> _Place:
    rows = problem.rows
    eta = intercept + problem.part @ b + rows.offset
    loss = float(rows.share @ rows.family.loss(rows.y, eta))
    return _Place(intercept=intercept, b=b, eta=eta, mu=rows.family.mean(eta), objective=loss + problem.paid(b))


def _lasso_at(rows: LikelihoodRows, penalty: float, start: _Place, gradient: FloatArray) -> tuple[_Place, FloatArray]:
    """Return the solution at one penalty and the gradient of all columns there, from those at a larger penalty."""
    taking: IntArray = np.union1d(np.flatnonzero(start.b), np.flatnonzero(np.abs(gradient) > penalty))
    place = start
    for _ in range(MOST_ROUNDS):
        place = _settle(rows, penalty, place, taking)
        gradient = rows.z.T @ (rows.share * (rows.y - place.mu))
        outside = np.abs(gradient) > penalty * (1.0 + OPTIMAL)
        outside[taking] = False
        if not outside.any():
            break
        taking = np.union1d(np.flatnonzero(place.b), np.flatnonzero(outside))
    return place, gradient


def _settle(rows: LikelihoodRows, penalty: float, start: _Place, taking: IntArray) -> _Place:
    """Minimise over some columns: penalised least squares at working weights, again and again."""
    part = rows.z[:, taking]
    problem = _Problem(rows=rows, part=part, paid=lambda b: penalty * float(np.abs(b).sum()))
    place = _place(problem, start.intercept, start.b[taking])
    for _ in range(MOST_STEPS):
        residual = rows.share * (rows.y - place.mu)
        gradient, total = part.T @ residual, float(residual.sum())
        off = np.where(place.b != 0.0, np.abs(gradient - penalty * np.sign(place.b)), np.abs(gradient) - penalty)
        if max(float(off.max(initial=0.0)), abs(total)) <= OPTIMAL * penalty:
            break
        gram, middle, whole = _information(rows, part, place.mu)
        right = gram @ place.b + gradient - total * middle
        proposed = minimise_quadratic(gram, right, penalty, place.b)
        level = place.intercept + total / whole - float(middle @ (proposed - place.b))
        following = _no_worse(problem, place, level, proposed)
        if following is None:
            break
        place = following
    found = np.zeros_like(start.b)
    found[taking] = place.b
    return replace(place, b=found)


def _no_worse(problem: _Problem, place: _Place, level: float, proposed: FloatArray) -> _Place | None:
    """Go towards the proposed coefficients as far as the objective falls; None where it falls nowhere."""
    for _ in range(HALVINGS):
        following = _place(problem, level, proposed)
        if following.objective <= place.objective + ROUNDING * (abs(place.objective) + 1.0):
            return following
        level, proposed = 0.5 * (level + place.intercept), 0.5 * (proposed + place.b)
    return None


def _ridge_path(rows: LikelihoodRows, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the ridge's path, in the space of the rows where columns are more: the length of b is the same there."""
    n, k = rows.z.shape
    part, turn = rows.z, None
    if k > n:
        u, s, turn = np.linalg.svd(rows.z, full_matrices=False)
        part = u * s
    place = _place(_Problem(rows=rows, part=part, paid=_nothing), rows.null, np.zeros(part.shape[1]))
    flat = _deviance(rows, place)
    levels: list[float] = []
    found: list[FloatArray] = []
    for value in values:
        place = _ridge_at(rows, part, float(value), place)
        levels.append(place.intercept)
        found.append(place.b if turn is None else place.b @ turn)
        if _deviance(rows, place) < SATURATED * flat:
            break
    return np.asarray(levels), np.asarray(found).reshape(len(found), k)


def _ridge_at(rows: LikelihoodRows, part: FloatArray, penalty: float, start: _Place) -> _Place:
    """Return the ridge at one penalty: Newton's steps."""
    problem = _Problem(rows=rows, part=part, paid=lambda b: 0.5 * penalty * float(b @ b))
    place = _place(problem, start.intercept, start.b)
    scale = float(np.abs(part.T @ (rows.share * (rows.y - rows.share @ rows.y))).max(initial=1e-300))
    for _ in range(MOST_STEPS):
        residual = rows.share * (rows.y - place.mu)
        gradient, total = part.T @ residual - penalty * place.b, float(residual.sum())
        if max(float(np.abs(gradient).max(initial=0.0)), abs(total)) <= OPTIMAL * scale:
            break
        gram, middle, whole = _information(rows, part, place.mu)
        step = np.linalg.solve(gram + penalty * np.eye(len(gram)), gradient - total * middle)
        level = place.intercept + total / whole - float(middle @ step)
        following = _no_worse(problem, place, level, place.b + step)
        if following is None:
            break
        place = following
    return place


def _information(rows: LikelihoodRows, part: FloatArray, mu: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Return the information of the columns with the intercept taken out, their weighted means, the sum of weights."""
    weight = rows.share * rows.family.variance(mu)
    whole = float(weight.sum())
    middle = weight @ part / whole
    return (part * weight[:, None]).T @ part - whole * np.outer(middle, middle), middle, whole


def likelihood_df(rows: LikelihoodRows, intercept: float, standardised: FloatArray, penalty: float) -> float:
    """Return the effective degrees of freedom of the ridge without the intercept: ``tr (I + penalty)^-1 I``.

    I is the information of the standardised columns at the solution, on the scale of the objective.
    """
    mu = rows.family.mean(intercept + rows.z @ standardised + rows.offset)
    root = np.sqrt(rows.share * rows.family.variance(mu))
    part = rows.z * root[:, None]
    part -= np.outer(root, root @ part) / float(root @ root)
    s = np.linalg.svd(part, compute_uv=False)
    return float((s * s / (s * s + penalty)).sum())
