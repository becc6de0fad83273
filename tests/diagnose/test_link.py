"""The link test beside a refit with the square in the model, and what it is not fooled by."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from regression_analyzer.findings import Skipped

from .models import from_arrays, with_constant

SCORE = 0.1
"""A score and a likelihood ratio test of the same column agree to second order."""


def drawn(seed: int, bend: float, n: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    eta = 0.5 + 0.6 * x + bend * x**2
    return with_constant(x, rng.normal(size=n)), rng.poisson(np.exp(eta)).astype(float)


def test_it_is_the_score_test_of_the_square() -> None:
    x, y = drawn(1, 0.03)
    ours = from_arrays(x, y, family="poisson", link="log").check("link_test")
    fit = sm.GLM(y, x, family=sm.families.Poisson()).fit(tol=1e-12)
    eta = x @ fit.params
    bent = np.column_stack([x, (eta - eta.mean()) ** 2])
    ratio = fit.deviance - sm.GLM(y, bent, family=sm.families.Poisson()).fit(tol=1e-12).deviance
    phi = max(1.0, fit.pearson_chi2 / fit.df_resid)
    assert ours.statistic * phi == pytest.approx(ratio, rel=SCORE)
    assert ours.df == 1.0


def test_pieces_do_not_matter() -> None:
    x, y = drawn(2, 0.1)
    whole = from_arrays(x, y, family="poisson", link="log").check("link_test")
    parts = from_arrays(x, y, family="poisson", link="log", size=130).check("link_test")
    assert parts.statistic == pytest.approx(whole.statistic, rel=1e-8)


def test_a_bend_is_seen_and_a_line_is_left_alone() -> None:
    assert from_arrays(*drawn(3, 0.25), family="poisson", link="log").check("link_test").verdict != "ok"
    assert from_arrays(*drawn(4, 0.0), family="poisson", link="log").check("link_test").verdict == "ok"


def test_overdispersion_is_not_taken_for_a_bend() -> None:
    p_values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=300)
        y = rng.poisson(np.exp(0.5 + 0.6 * x) * rng.gamma(1.0, 1.0, 300)).astype(float)
        p_values.append(from_arrays(with_constant(x), y, family="poisson", link="log").check("link_test").p_value)
    assert np.mean(np.asarray(p_values, dtype=float) < 0.01) <= 0.1


def test_least_squares_has_reset_instead() -> None:
    x, y = drawn(5, 0.0)
    assert isinstance(from_arrays(x, y).answer("link_test"), Skipped)
