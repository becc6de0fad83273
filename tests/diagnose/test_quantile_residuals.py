"""Randomised quantile residuals as a check: silent where the family is right, loud where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from regression_analyzer.diagnose.quantile_residuals import quantile_check
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

from .models import from_arrays

CHECK = "quantile_residuals"


def counts(seed: int, *, theta: float | None = None, n: int = 800) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    mean = np.exp(1.0 + 0.5 * x[:, 1])
    if theta is not None:
        mean = mean * rng.gamma(theta, 1.0 / theta, n)
    return x, rng.poisson(mean).astype(np.float64)


def test_the_distance_is_that_of_kolmogorov() -> None:
    fit = from_arrays(*counts(1), family="poisson", link="log").fit
    scores = np.random.default_rng(2).normal(0.3, 1.2, 400)
    ours = quantile_check(fit, scores)
    theirs = stats.kstest(scores, "norm", method="asymp")
    assert isinstance(ours, TestResult)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9)


def test_counts_of_the_family_are_fine_and_others_are_not() -> None:
    right = from_arrays(*counts(3), family="poisson", link="log").check(CHECK)
    wrong = from_arrays(*counts(3, theta=1.5), family="poisson", link="log").check(CHECK)
    assert right.verdict == "ok"
    assert wrong.verdict == "problem"


def test_a_right_model_is_rejected_no_more_than_it_should() -> None:
    below = 0
    for seed in range(100):
        p = from_arrays(*counts(100 + seed, n=200), family="poisson", link="log").check(CHECK).p_value
        below += p is not None and p < 0.05
    assert below <= 8


def test_the_draw_is_seeded_and_does_not_depend_on_the_split() -> None:
    x, y = counts(4)
    whole = from_arrays(x, y, family="poisson", link="log").check(CHECK)
    parts = from_arrays(x, y, family="poisson", link="log", size=130).check(CHECK)
    assert parts.statistic == pytest.approx(whole.statistic, rel=1e-9)


def test_a_gaussian_model_is_not_asked() -> None:
    x, _ = counts(5)
    answer = from_arrays(x, np.random.default_rng(5).normal(size=len(x))).answer(CHECK)
    assert isinstance(answer, Skipped)
    assert "Shapiro-Wilk" in answer.reason


@pytest.mark.parametrize("name", ["breusch_pagan", "white"])
def test_what_is_asked_instead_of_the_spread_is_said(name: str) -> None:
    answer = from_arrays(*counts(6), family="poisson", link="log").answer(name)
    assert isinstance(answer, Skipped)
    assert all(word in answer.reason for word in ("quantile residuals", "overdispersion", "link test"))
