"""Inference: distributions, adjustments, terms as questions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm

from regression_analyzer.design.value import Block
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.fit.tails import critical, f_tail, holm, two_sided

from .models import Cut, arrays, run


def test_p_values_far_out_keep_their_digits() -> None:
    # R: 2 * pt(-40, 100) = 2.0e-63 or so; the logarithm is what survives
    assert 0 < two_sided(40.0, 100.0) < 1e-60
    assert two_sided(30.0, None) == pytest.approx(9.813e-198, rel=1e-3)


def test_critical_values() -> None:
    assert critical(0.95, None) == pytest.approx(1.959963984540054, rel=1e-14)
    assert critical(0.95, 10.0) == pytest.approx(2.2281388519862753, rel=1e-13)


def test_f_tail_of_infinity_is_zero() -> None:
    assert f_tail(math.inf, 3, 10.0) == 0.0


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.09, 0.09, 0.5])


def test_holm_skips_values_that_do_not_exist() -> None:
    adjusted = holm([math.nan, 0.02, 0.03])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == pytest.approx([0.04, 0.04])


def test_terms_are_tested_as_statsmodels_does() -> None:
    rng = np.random.default_rng(1)
    group = [f"g{i}" for i in rng.integers(0, 4, 200)]
    x = rng.normal(size=200)
    y = x + rng.normal(size=200)
    result = run({"g": group, "x": x, "y": y}, "y ~ g + x")
    dummies = np.column_stack([[float(v == level) for v in group] for level in ("g1", "g2", "g3")])
    theirs = sm.OLS(y, sm.add_constant(np.column_stack([dummies, x]))).fit()
    restriction = np.eye(5)[1:4]
    expected = theirs.f_test(restriction)
    ours = result.inference.term_tests[0]
    assert (ours.term, ours.df, ours.df_resid) == ("g", 3, 195)
    assert ours.statistic == pytest.approx(float(expected.fvalue), rel=1e-10)
    assert ours.p_value == pytest.approx(float(expected.pvalue), rel=1e-9)


def test_the_f_test_of_a_number_is_its_t_squared() -> None:
    result = run(arrays(50, 2, 2), "y ~ x0 + x1", kind="HC3")
    test = next(t for t in result.inference.term_tests if t.term == "x1")
    assert test.statistic == pytest.approx(result.by_term["x1"].statistic ** 2, rel=1e-10)


def test_gvif_of_a_number_is_its_vif() -> None:
    columns = arrays(80, 2, 3)
    columns["x1"] = columns["x1"] + columns["x0"]
    result = run(columns, "y ~ x0 + x1")
    test = next(t for t in result.inference.term_tests if t.term == "x1")
    assert test.gvif == pytest.approx(result.by_term["x1"].vif, rel=1e-10)


def test_generalised_models_use_the_normal_distribution() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=100)
    result = run({"x": x, "y": (rng.uniform(size=100) < 0.4).astype(float)}, "y ~ x", family="binomial")
    assert result.inference.distribution == "normal"
    assert result.inference.df_inference is None
    assert result.by_term["x"].p_value == pytest.approx(two_sided(result.by_term["x"].statistic, None))


def test_standardised_estimates_of_a_simple_regression_are_the_correlation() -> None:
    columns = arrays(60, 1, 5)
    assert run(columns, "y ~ x0").by_term["x0"].std_estimate == pytest.approx(
        np.corrcoef(columns["x0"], columns["y"])[0, 1], rel=1e-12
    )


def test_intervals_are_estimate_plus_minus_critical_times_error() -> None:
    c = run(arrays(30, 1, 6), "y ~ x0").by_term["x0"]
    assert c.ci_high - c.estimate == pytest.approx(critical(0.95, 28.0) * c.std_error, rel=1e-12)


@pytest.mark.parametrize("uneven", [False, True])
def test_chosen_intervals_cover_as_they_say(uneven: bool) -> None:
    rng = np.random.default_rng(7)
    covered, trials, n = 0, 1000, 60
    design = run(arrays(n, 1, 1), "y ~ x0", family="gaussian").design
    for _ in range(trials):
        x = rng.exponential(size=n)
        y = x + rng.normal(size=n) * (0.3 + x if uneven else 1.0)
        block = Block(row=np.arange(n), x=np.column_stack([np.ones(n), x]), y=y)
        rows = Cut(pieces=(block,), n_obs=n, n_columns=2)
        fit = fit_model(design, rows)
        c = infer(fit, covariances(fit, rows, hac=False), design).coefficients[1]
        covered += c.ci_low <= 1.0 <= c.ci_high
    # 93% to 97%, within two simulation errors
    margin = 2 * math.sqrt(0.95 * 0.05 / trials)
    assert 0.93 - margin < covered / trials < 0.97 + margin
