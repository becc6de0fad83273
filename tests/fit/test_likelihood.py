"""Generalised linear models against statsmodels, and cases without a maximum."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from .models import run

LIKELIHOOD = 1e-8


def sample(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n), rng.normal(size=n), rng.uniform(size=n)


CASES: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "binomial": (sm.families.Binomial(), lambda eta, u: (u < 1 / (1 + np.exp(-eta))).astype(float)),
    "binomial(probit)": (
        sm.families.Binomial(link=sm.families.links.Probit()),
        lambda eta, u: (u < 1 / (1 + np.exp(-eta))).astype(float),
    ),
    "poisson": (sm.families.Poisson(), lambda eta, u: np.floor(np.exp(eta) * 3 * u)),
    "gamma": (sm.families.Gamma(link=sm.families.links.Log()), lambda eta, u: np.exp(eta) * -np.log(u)),
    "gamma(inverse)": (sm.families.Gamma(), lambda eta, u: (0.5 + u) / (3 + np.tanh(eta))),
}


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@pytest.mark.parametrize("family", CASES)
def test_coefficients_errors_and_deviances(family: str) -> None:
    law, respond = CASES[family]
    x, z, u = sample(400, 1)
    y = respond(0.4 + 0.6 * x - 0.3 * z, u)
    result = run({"x": x, "z": z, "y": y}, "y ~ x + z", family=family)
    theirs = sm.GLM(y, sm.add_constant(np.column_stack([x, z])), family=law).fit(tol=1e-14, maxiter=200)
    assert np.allclose(result.estimates, theirs.params, rtol=LIKELIHOOD)
    assert np.allclose(result.errors, theirs.bse, rtol=1e-6)
    assert result.fit.deviance == pytest.approx(theirs.deviance, rel=LIKELIHOOD)
    assert result.fit.null_deviance == pytest.approx(theirs.null_deviance, rel=LIKELIHOOD)
    assert result.fit.pearson_dispersion == pytest.approx(theirs.pearson_chi2 / theirs.df_resid, rel=LIKELIHOOD)


def test_trials_as_weights_equal_the_single_trials() -> None:
    x = np.arange(8.0)
    trials, hits = np.array([9, 12, 7, 8, 11, 10, 9, 13.0]), np.array([1, 2, 2, 3, 6, 6, 7, 12.0])
    grouped = run({"x": x, "share": hits / trials, "n": trials}, "share ~ x", family="binomial", weights="n")
    rows_x = np.repeat(x, trials.astype(int))
    rows_y = np.concatenate([np.r_[np.ones(int(h)), np.zeros(int(t - h))] for h, t in zip(hits, trials, strict=True)])
    single = run({"x": rows_x, "y": rows_y}, "y ~ x", family="binomial")
    assert np.allclose(grouped.estimates, single.estimates, rtol=1e-9)
    assert np.allclose(grouped.errors, single.errors, rtol=1e-9)


def test_an_offset_is_a_coefficient_fixed_at_one() -> None:
    x, _, u = sample(300, 2)
    exposure = np.exp(1 + u)
    y = np.floor(exposure * np.exp(0.2 + 0.5 * x) * 2 * u)
    result = run({"x": x, "h": exposure, "y": y}, "y ~ x + offset(log(h))", family="poisson")
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Poisson(), offset=np.log(exposure))
    theirs = model.fit(tol=1e-14)
    assert np.allclose(result.estimates, theirs.params, rtol=LIKELIHOOD)
    assert result.fit.null_deviance == pytest.approx(theirs.null_deviance, rel=1e-7)


def test_quasi_poisson_scales_the_errors_only() -> None:
    x, _, u = sample(200, 3)
    columns = {"x": x, "y": np.floor(np.exp(1 + x) * 4 * u)}
    plain, quasi = run(columns, "y ~ x", family="poisson"), run(columns, "y ~ x", family="quasi-poisson")
    assert np.array_equal(plain.estimates, quasi.estimates)
    assert np.allclose(quasi.errors / plain.errors, math.sqrt(plain.fit.pearson_dispersion), rtol=1e-12)
    assert quasi.inference.distribution == "t"


def test_negative_binomial_reaches_the_joint_maximum() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=600)
    mu = np.exp(1 + 0.5 * x)
    y = rng.poisson(mu * rng.gamma(1.5, 1 / 1.5, 600)).astype(float)
    result = run({"x": x, "y": y}, "y ~ x", family="negative-binomial")
    assert result.fit.theta is not None
    joint = sm.NegativeBinomial(y, sm.add_constant(x))
    best = np.append(result.estimates, -math.log(result.fit.theta))  # there the last parameter is log(1 / theta)
    assert result.fit.log_likelihood == pytest.approx(joint.loglike(best), rel=1e-12)
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 1e-4:
        assert joint.loglike(best + step) < joint.loglike(best)


def test_negative_binomial_without_extra_variation_is_poisson() -> None:
    x = np.linspace(0, 2, 200)
    y = np.round(np.exp(1 + x))  # varies less than Poisson
    columns = {"x": x, "y": y}
    sized, poisson = run(columns, "y ~ x", family="negative-binomial"), run(columns, "y ~ x", family="poisson")
    assert "no_overdispersion" in sized.codes()
    assert np.allclose(sized.estimates, poisson.estimates, rtol=1e-6)


def test_complete_separation_has_no_p_values() -> None:
    x = np.r_[np.linspace(1, 2, 20), np.linspace(3, 4, 20)]
    y = np.r_[np.zeros(20), np.ones(20)]
    result = run({"x": x, "y": y}, "y ~ x", family="binomial", kind="auto")
    assert "separation" in result.codes()
    assert all(math.isnan(c.p_value) and math.isnan(c.std_error) for c in result.inference.coefficients)


def test_separation_through_one_level_spares_the_others() -> None:
    rng = np.random.default_rng(5)
    group = ["a"] * 60 + ["b"] * 60 + ["c"] * 15
    x = rng.normal(size=135)
    y = np.r_[(rng.uniform(size=120) < 0.5), np.ones(15)].astype(float)
    result = run({"g": group, "x": x, "y": y}, "y ~ g + x", family="binomial")
    assert math.isnan(result.by_term["g[c]"].p_value)
    assert 0 <= result.by_term["x"].p_value <= 1
    (finding,) = [f for f in result.fit.findings if f.code == "separation"]
    assert finding.facts["columns"] == ("g[c]",)
    assert (finding.facts["settled"], finding.facts["n_rows"]) == (15, 135)
    others = run({"g": group[:120], "x": x[:120], "y": y[:120]}, "y ~ g + x", family="binomial")
    assert result.by_term["x"].estimate == pytest.approx(others.by_term["x"].estimate, rel=1e-6)


def test_a_poisson_level_of_zeros_is_told() -> None:
    group = ["a"] * 30 + ["b"] * 30
    y = np.r_[np.tile([0.0, 1, 2, 3, 5], 6), np.zeros(30)]
    found = run({"g": group, "y": y}, "y ~ g", family="poisson").fit.findings
    (told,) = [f for f in found if f.code == "runaway_coefficient"]
    assert (told.facts["settled"], told.facts["n_rows"]) == (30, 60)


def test_strong_but_overlapping_outcomes_are_not_separated() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(size=2000)
    y = (rng.uniform(size=2000) < 1 / (1 + np.exp(-8 * x))).astype(float)
    result = run({"x": x, "y": y}, "y ~ x", family="binomial")
    assert "separation" not in result.codes()
    assert result.fit.converged


def test_far_origins_do_not_disturb_a_logistic_fit() -> None:
    x, _, u = sample(300, 7)
    y = (u < 1 / (1 + np.exp(-x))).astype(float)
    near = run({"x": x, "y": y}, "y ~ x", family="binomial").by_term["x"]
    far = run({"x": np.round(x, 6) + 1.7e9, "y": y}, "y ~ x", family="binomial").by_term["x"]
    assert far.estimate == pytest.approx(near.estimate, rel=1e-5)
    assert far.std_error == pytest.approx(near.std_error, rel=1e-5)


def test_an_aliased_column_is_left_out_of_a_logistic_fit() -> None:
    x, z, u = sample(200, 8)
    y = (u < 0.5).astype(float)
    result = run({"x": x, "z": z, "s": x + z, "y": y}, "y ~ x + z + s", family="binomial")
    assert len(result.fit.aliases) == 1
    assert len(result.inference.coefficients) == 3
