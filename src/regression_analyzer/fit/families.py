"""Families and links as records of functions; adding one is adding a value.

Notation: y response, mu its mean, eta the linear predictor, w prior weights, theta the size of the
negative binomial. McCullagh and Nelder 1989, doi:10.1201/9780203753736, chapter 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, ndtr, ndtri, xlog1py, xlogy

from regression_analyzer.fit.value import FloatArray

SMALLEST = 1e-300
LEAST_SLOPE = float(np.finfo(np.float64).eps)
"""Of the inverse links of a probability, as in R: a row certain of the wrong outcome pulls hard, not without bound."""
LARGEST_LOG = 700.0
PROBABILITY_EDGE = 2.0**-52


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Link:
    """``eta = g(mu)``: the function, its inverse, ``d mu / d eta`` and ``d2 mu / d eta2`` of eta and mu."""

    name: str
    function: Callable[[FloatArray], FloatArray]
    inverse: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray, FloatArray], FloatArray]
    bend: Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Family:
    """A distribution of the response.

    Attributes
    ----------
    variance : V(mu, theta)
    unit_deviance : d(y, mu, theta) >= 0, without weights
    log_density : (y, mu, w, theta) -> log-likelihood of each row (gamma: the part free of the dispersion)
    start : (y, w) -> first mu
    mean_allowed : whether every mu is possible
    counted : parameters beside the coefficients that AIC and BIC count
    """

    name: str
    variance: Callable[[FloatArray, float], FloatArray]
    unit_deviance: Callable[[FloatArray, FloatArray, float], FloatArray]
    log_density: Callable[[FloatArray, FloatArray, FloatArray, float], FloatArray]
    start: Callable[[FloatArray, FloatArray], FloatArray]
    mean_allowed: Callable[[FloatArray], bool]
    counted: int


def _exp(eta: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.clip(eta, -LARGEST_LOG, LARGEST_LOG)))


def _log(mu: FloatArray) -> FloatArray:
    return np.asarray(np.log(mu))


def _logit(mu: FloatArray) -> FloatArray:
    return np.asarray(np.log(mu) - np.log1p(-mu))


def _logistic(eta: FloatArray) -> FloatArray:
    return np.clip(expit(eta), SMALLEST, 1.0 - PROBABILITY_EDGE / 2)


def _logistic_slope(eta: FloatArray, mu: FloatArray) -> FloatArray:
    return np.maximum(mu * expit(-eta), LEAST_SLOPE)


def _normal(eta: FloatArray) -> FloatArray:
    return np.clip(ndtr(eta), SMALLEST, 1.0 - PROBABILITY_EDGE / 2)


def _normal_slope(eta: FloatArray, _mu: FloatArray) -> FloatArray:
    return np.maximum(np.exp(-0.5 * eta * eta) / math.sqrt(2 * math.pi), LEAST_SLOPE)


LINKS: Mapping[str, Link] = {
    "identity": Link(
        name="identity",
        function=lambda mu: mu,
        inverse=lambda eta: eta,
        slope=lambda eta, _mu: np.ones_like(eta),
        bend=lambda eta, _mu: np.zeros_like(eta),
    ),
    "log": Link(name="log", function=_log, inverse=_exp, slope=lambda _eta, mu: mu, bend=lambda _eta, mu: mu),
    "logit": Link(
        name="logit",
        function=_logit,
        inverse=_logistic,
        slope=_logistic_slope,
        bend=lambda eta, mu: _logistic_slope(eta, mu) * (expit(-eta) - mu),
    ),
    "probit": Link(
        name="probit",
        function=lambda mu: np.asarray(ndtri(mu)),
        inverse=_normal,
        slope=_normal_slope,
        bend=lambda eta, mu: -eta * _normal_slope(eta, mu),
    ),
    "inverse": Link(
        name="inverse",
        function=lambda mu: 1.0 / mu,
        inverse=lambda eta: 1.0 / eta,
        slope=lambda _eta, mu: -mu * mu,
        bend=lambda _eta, mu: 2.0 * mu**3,
    ),
}


def _binomial_variance(mu: FloatArray, _theta: float) -> FloatArray:
    return np.maximum(mu * (1.0 - mu), LEAST_SLOPE)


def _binomial_deviance(y: FloatArray, mu: FloatArray, _theta: float) -> FloatArray:
    failures = 1.0 - y
    with np.errstate(divide="ignore"):
        value = xlogy(y, y) - xlogy(y, mu) + xlogy(failures, failures) - xlog1py(failures, -mu)
    return np.asarray(2.0 * np.maximum(value, 0.0))


def _binomial_density(y: FloatArray, mu: FloatArray, w: FloatArray, _theta: float) -> FloatArray:
    trials, successes = np.round(w), np.round(w * y)
    ways = gammaln(trials + 1) - gammaln(successes + 1) - gammaln(trials - successes + 1)
    return np.asarray(ways + xlogy(successes, mu) + xlog1py(trials - successes, -mu))


def _poisson_deviance(y: FloatArray, mu: FloatArray, _theta: float) -> FloatArray:
    return np.asarray(2.0 * np.maximum(xlogy(y, y / mu) - (y - mu), 0.0))


def _poisson_density(y: FloatArray, mu: FloatArray, w: FloatArray, _theta: float) -> FloatArray:
    return np.asarray(w * (xlogy(y, mu) - mu - gammaln(y + 1)))


def _gamma_deviance(y: FloatArray, mu: FloatArray, _theta: float) -> FloatArray:
    ratio = y / mu
    return np.asarray(2.0 * np.maximum(ratio - 1.0 - np.log(ratio), 0.0))


def _negative_binomial_deviance(y: FloatArray, mu: FloatArray, theta: float) -> FloatArray:
    value = xlogy(y, y / mu) - (y + theta) * np.log1p((y - mu) / (mu + theta))
    return np.asarray(2.0 * np.maximum(value, 0.0))


def _negative_binomial_density(y: FloatArray, mu: FloatArray, w: FloatArray, theta: float) -> FloatArray:
    ways = gammaln(theta + y) - gammaln(theta) - gammaln(y + 1)
    return np.asarray(w * (ways - theta * np.log1p(mu / theta) + xlogy(y, mu) - xlogy(y, theta + mu)))


def _positive(mu: FloatArray) -> bool:
    return bool((mu > 0).all() and np.isfinite(mu).all())


def _probability(mu: FloatArray) -> bool:
    return bool(((mu > 0) & (mu < 1)).all())


FAMILIES: Mapping[str, Family] = {
    "gaussian": Family(
        name="gaussian",
        variance=lambda mu, _theta: np.ones_like(mu),
        unit_deviance=lambda y, mu, _theta: (y - mu) ** 2,
        log_density=lambda y, _mu, _w, _theta: np.zeros_like(y),
        start=lambda y, _w: y,
        mean_allowed=lambda _mu: True,
        counted=1,
    ),
    "binomial": Family(
        name="binomial",
        variance=_binomial_variance,
        unit_deviance=_binomial_deviance,
        log_density=_binomial_density,
        start=lambda y, w: (w * y + 0.5) / (w + 1.0),
        mean_allowed=_probability,
        counted=0,
    ),
    "poisson": Family(
        name="poisson",
        variance=lambda mu, _theta: mu,
        unit_deviance=_poisson_deviance,
        log_density=_poisson_density,
        start=lambda y, _w: y + 0.1,
        mean_allowed=_positive,
        counted=0,
    ),
    "gamma": Family(
        name="gamma",
        variance=lambda mu, _theta: mu * mu,
        unit_deviance=_gamma_deviance,
        log_density=lambda y, _mu, w, _theta: -w * np.log(y),
        start=lambda y, _w: y,
        mean_allowed=_positive,
        counted=1,
    ),
    "negative-binomial": Family(
        name="negative-binomial",
        variance=lambda mu, theta: mu + mu * mu / theta,
        unit_deviance=_negative_binomial_deviance,
        log_density=_negative_binomial_density,
        start=lambda y, _w: np.where(y == 0, 1.0 / 6.0, y),
        mean_allowed=_positive,
        counted=1,
    ),
}
