"""Tables in which every relation is a straight line on the scale of the link, with what disturbs a search for more."""

from __future__ import annotations

import numpy as np

from tests.explain.trials import Setting, from_arrays

STRAIGHT = ("plain", "correlated", "skewed", "uneven", "heavy", "logistic", "counts", "spread counts", "amounts")
ROWS = 300


def straight_table(kind: str, seed: int, n: int = ROWS) -> Setting:
    """Return a fitted table of four predictors: three numbers and a 0/1 number."""
    rng = np.random.default_rng(10_000 + seed)
    a, b, c = rng.normal(size=(3, n))
    d = (rng.random(n) < 0.4).astype(np.float64)
    if kind == "correlated":
        b, c = 0.9 * a + 0.44 * b, 0.8 * a + 0.6 * c
    if kind == "skewed":
        a, b = np.exp(a), np.exp(0.7 * b)
    eta = 0.8 * a - 0.5 * b + 0.6 * d
    errors = rng.normal(size=n)
    if kind == "uneven":
        errors *= np.exp(0.5 * eta)
    if kind == "heavy":
        errors = rng.standard_t(3, size=n)
    families = {"logistic": "binomial", "counts": "poisson", "spread counts": "negative-binomial", "amounts": "gamma"}
    y = eta + errors
    if kind == "logistic":
        y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(np.float64)
    if kind in {"counts", "spread counts"}:
        mean = np.exp(0.7 + 0.6 * eta)
        y = rng.poisson(mean if kind == "counts" else mean * rng.gamma(2.0, 0.5, n)).astype(np.float64)
    if kind == "amounts":
        y = rng.gamma(3.0, np.exp(0.5 * eta) / 3.0)
    return from_arrays("y ~ a + b + c + d", family=families.get(kind, "gaussian"), y=y, a=a, b=b, c=c, d=d)
