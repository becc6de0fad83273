"""Type II tests: models fitted without the term, and what they must not depend on (R's values: tests/acceptance)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regression_analyzer.findings import Skipped
from regression_analyzer.fit import infer
from regression_analyzer.fit.value import TypeTwo

from .models import Result, run

EXACT = 1e-9
LIKELIHOOD = 1e-6
"""IRLS stops when predictors move by less than 1e-9."""


def columns(seed: int, n: int = 120) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], n)
    x = rng.normal(size=n)
    y = 1 + x + 2.0 * (group == "b") + 0.7 * x * (group == "c") + rng.normal(size=n)
    return {"x": x, "z": rng.normal(size=n), "g": list(group), "y": y, "k": rng.poisson(np.exp(0.2 + 0.4 * x)) * 1.0}


def answers_of(result: Result) -> dict[str, TypeTwo | Skipped | None]:
    found = infer(result.fit, result.covariances, result.design, kind="classical", blocks=result.blocks)
    return {test.term: test.type_two for test in found.term_tests}


def answer_of(result: Result, term: str) -> TypeTwo:
    found = answers_of(result)[term]
    assert isinstance(found, TypeTwo)
    return found


@pytest.mark.parametrize(
    ("term", "with_term", "without"),
    [
        ("x", "y ~ z + g + x", "y ~ z + g"),
        ("g", "y ~ z + x + g", "y ~ z + x"),
        ("z", "y ~ x * g + z", "y ~ x * g"),
        ("x:g", "y ~ x * g + z", "y ~ x + g + z"),
    ],
)
def test_sum_of_squares_is_the_difference_of_two_fits(term: str, with_term: str, without: str) -> None:
    table = columns(1)
    whole = run(table, "y ~ x * g + z")
    larger, smaller = run(table, with_term).fit, run(table, without).fit
    found = answer_of(whole, term)
    squares = smaller.rss - larger.rss
    assert found.sum_of_squares == pytest.approx(squares, rel=EXACT)
    assert found.df == larger.df_model - smaller.df_model
    assert found.statistic == pytest.approx(squares / found.df / whole.fit.dispersion, rel=EXACT)
    assert found.partial_eta_squared == pytest.approx(squares / (squares + whole.fit.rss), rel=EXACT)


def test_the_reference_level_does_not_matter() -> None:
    table = columns(2)
    first = answer_of(run(table, "y ~ x * g"), "x")
    other = answer_of(run(table, "y ~ x * g", reference={"g": "c"}), "x")
    assert first.statistic == pytest.approx(other.statistic, rel=EXACT)


def test_without_interactions_it_is_the_wald_test() -> None:
    result = run(columns(3), "y ~ x + g + z")
    for test in infer(result.fit, result.covariances, result.design, kind="classical").term_tests:
        assert isinstance(test.type_two, TypeTwo)
        assert test.type_two.statistic == pytest.approx(test.statistic, rel=EXACT)


@pytest.mark.parametrize("family", ["poisson", "negative-binomial", "gamma"])
def test_likelihood_ratio_of_a_smaller_fit(family: str) -> None:
    table = columns(4)
    table["k"] = table["k"] + (family == "gamma")
    whole = run(table, "k ~ x + g + z", family=family)
    found = answer_of(whole, "g")
    if family == "poisson":
        smaller = run(table, "k ~ x + z", family=family).fit
        assert found.statistic == pytest.approx(smaller.deviance - whole.fit.deviance, rel=LIKELIHOOD)
    assert found.test == "LR"
    assert found.df == 2
    assert 0.0 <= found.p_value <= 1.0


def test_a_model_of_one_term_without_intercept() -> None:
    found = answer_of(run(columns(5), "k ~ 0 + z", family="poisson"), "z")
    whole = run(columns(5), "k ~ 0 + z", family="poisson").fit
    assert found.statistic == pytest.approx(whole.null_deviance - whole.deviance, rel=LIKELIHOOD)


def test_separated_outcomes_have_no_likelihood_ratio() -> None:
    x = np.linspace(-1, 1, 40)
    result = run({"x": x, "y": (x > 0).astype(float)}, "y ~ x", family="binomial")
    assert isinstance(answers_of(result)["x"], Skipped)


def test_without_rows_it_is_not_asked() -> None:
    result = run(columns(6), "k ~ x", family="poisson")
    test = infer(result.fit, result.covariances, result.design, kind="classical").term_tests[0]
    assert isinstance(test.type_two, Skipped)


def test_holm_over_the_terms() -> None:
    result = run(columns(7), "y ~ x + g + z")
    tests = infer(result.fit, result.covariances, result.design, kind="classical").term_tests
    smallest = min(tests, key=lambda test: test.p_value)
    assert smallest.p_value_holm == pytest.approx(min(1.0, 3 * smallest.p_value))
    assert all((test.p_value_holm or 0.0) >= test.p_value for test in tests)
