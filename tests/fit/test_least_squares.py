"""Least squares: algebra that must hold, whatever the blocks, the units and the order of rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_analyzer.design.specify import specify
from regression_analyzer.errors import InputError
from regression_analyzer.fit import fit_model, observe
from regression_analyzer.fit.least_squares import EXTENDED_AT_ONCE
from regression_analyzer.fit.solve import solve
from regression_analyzer.fit.state import add, choose_frame, empty_state, merge, merge_all

from ..design.tables import make_profile, make_table
from .models import arrays, cut, run

EXACT = 1e-12
SPLIT = 1e-9
MACHINE = 1e-10

seeds = st.integers(0, 2**20)
few = settings(max_examples=25, deadline=None)


def relative(a: float, b: float) -> float:
    return abs(a - b) / max(abs(b), 1e-300)


@few
@given(seed=seeds)
def test_residuals_are_orthogonal_to_every_column(seed: int) -> None:
    result = run(arrays(60, 3, seed), "y ~ x0 + x1 + x2")
    (block,) = result.blocks
    residual = observe(result.fit, block).residual
    assert np.abs(block.x.T @ residual).max() < 1e-9


@few
@given(seed=seeds, factor=st.sampled_from([1e-200, 1e-8, 3.0, 1e8, 1e150]))
def test_scaling_a_column_divides_its_slope_and_keeps_t(seed: int, factor: float) -> None:
    columns = arrays(50, 2, seed)
    plain = run(columns, "y ~ x0 + x1").by_term["x1"]
    scaled = run({**columns, "x1": columns["x1"] * factor}, "y ~ x0 + x1").by_term["x1"]
    assert relative(scaled.estimate * factor, plain.estimate) < EXACT
    assert relative(scaled.statistic, plain.statistic) < 1e-9


@few
@given(seed=seeds)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    columns = arrays(80, 3, seed)
    order = np.random.default_rng(seed).permutation(80)
    mixed = run({k: v[order] for k, v in columns.items()}, "y ~ x0 + x1 + x2")
    assert np.allclose(mixed.estimates, run(columns, "y ~ x0 + x1 + x2").estimates, rtol=EXACT)


@few
@given(seed=seeds, ends=st.lists(st.integers(1, 199), max_size=6))
def test_any_split_into_blocks_gives_the_same_fit(seed: int, ends: list[int]) -> None:
    result = run(arrays(200, 4, seed), "y ~ x0 + x1 + x2 + x3")
    split = fit_model(result.design, cut(result.blocks, ends))
    assert np.allclose(split.coefficients, result.fit.coefficients, rtol=SPLIT)
    assert np.allclose(split.cov_unscaled, result.fit.cov_unscaled, rtol=SPLIT)


@few
@given(seed=seeds, extended=st.booleans())
def test_merging_is_associative_and_blind_to_frames(seed: int, extended: bool) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(90), rng.normal(1e6, 3.0, (90, 2))])
    y = rng.normal(size=90)
    states = []
    for part in np.array_split(np.arange(90), 3):
        frame = choose_frame(x[part], y[part], intercept=True)  # every part measures from its own origin
        states.append(add(empty_state(frame, extended=extended), x[part], y[part]))
    a, b, c = states
    left = solve(merge(merge(a, b), c)).coefficients
    right = solve(merge(a, merge(b, c))).coefficients
    backwards = solve(merge_all([c, b, a])).coefficients
    assert np.allclose(left, right, rtol=SPLIT)
    assert np.allclose(left, backwards, rtol=SPLIT)


def test_a_large_problem_in_double_agrees_with_statsmodels() -> None:
    columns = arrays(60_000, 20, 3)
    assert EXTENDED_AT_ONCE < 60_000 * 22**2
    result = run(columns, "y ~ " + " + ".join(f"x{j}" for j in range(20)))
    theirs = sm.OLS(columns["y"], sm.add_constant(np.column_stack([columns[f"x{j}"] for j in range(20)]))).fit()
    assert np.allclose(result.estimates, theirs.params, rtol=1e-11)
    assert np.allclose(result.errors, theirs.bse, rtol=1e-11)
    assert relative(result.fit.log_likelihood, theirs.llf) < 1e-12


def test_weights_agree_with_statsmodels() -> None:
    columns = arrays(300, 2, 5)
    columns["w"] = np.random.default_rng(6).uniform(0.5, 9.0, 300)
    result = run(columns, "y ~ x0 + x1", weights="w", kind="classical")
    theirs = sm.WLS(
        columns["y"], sm.add_constant(np.column_stack([columns["x0"], columns["x1"]])), weights=columns["w"]
    ).fit()
    assert np.allclose(result.estimates, theirs.params, rtol=EXACT)
    assert np.allclose(result.errors, theirs.bse, rtol=EXACT)
    assert relative(result.fit.log_likelihood, theirs.llf) < EXACT
    assert result.fit.r_squared == pytest.approx(theirs.rsquared, rel=EXACT)


@pytest.mark.parametrize("offset", [0.0, 1e8, 1.7e9])
def test_an_offset_of_a_column_changes_only_the_intercept(offset: float) -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(0, 100_000, 500).astype(float)
    y = 2.0 + 0.25 * x + rng.integers(-5, 6, 500)
    slope = run({"x": x + offset, "y": y}, "y ~ x").by_term["x"]
    plain = run({"x": x, "y": y}, "y ~ x").by_term["x"]
    assert relative(slope.estimate, plain.estimate) < 1e-13
    assert relative(slope.std_error, plain.std_error) < 1e-13


def test_columns_of_extreme_sizes_are_fitted_beside_each_other() -> None:
    columns = arrays(100, 2, 2)
    plain = run(columns, "y ~ x0 + x1")
    extreme = run({**columns, "x0": columns["x0"] * 1e-200, "x1": columns["x1"] * 1e200}, "y ~ x0 + x1", kind="HC3")
    assert [
        relative(a, b) < 1e-12 for a, b in zip(extreme.estimates * [1, 1e-200, 1e200], plain.estimates, strict=True)
    ]
    assert np.isfinite(extreme.errors).all()
    assert extreme.inference.f_statistic == pytest.approx(plain.inference.f_statistic, rel=1e-10)


def test_a_copy_of_a_column_is_reported_and_not_fitted() -> None:
    columns = arrays(40, 2, 4)
    result = run({**columns, "twice": 2.0 * columns["x0"] + 3.0}, "y ~ x0 + x1 + twice")
    (alias,) = result.fit.aliases
    names = [c.name for c in result.design.columns]
    assert names[alias.column] == "twice"
    assert {names[i]: w for i, w in alias.combination} == {"(Intercept)": 3.0, "x0": 2.0}
    assert "aliased" in result.codes()
    assert np.allclose(result.estimates, run(columns, "y ~ x0 + x1").estimates, rtol=1e-10)


def test_a_sum_in_decimals_is_an_alias() -> None:
    rng = np.random.default_rng(8)
    a, b = np.round(rng.uniform(0, 100, 200), 2), np.round(rng.uniform(0, 1000, 200), 2)
    total = np.round(a + b, 2)
    result = run({"a": a, "b": b, "total": total, "y": rng.normal(size=200)}, "y ~ a + b + total")
    assert [result.design.columns[alias.column].name for alias in result.fit.aliases] == ["total"]


def test_a_nearly_exact_combination_is_fitted_with_its_vif() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=500)
    result = run({"x": x, "z": x + 1e-7 * rng.normal(size=500), "y": x + rng.normal(size=500)}, "y ~ x + z")
    assert not result.fit.aliases
    vif = result.by_term["z"].vif
    assert vif is not None
    assert 1e13 < vif < 1e15


def test_a_constant_column_is_an_alias_of_the_intercept() -> None:
    columns = {**arrays(30, 1, 1), "c": np.full(30, 7.0)}
    result = run(columns, "y ~ x0 + c")
    assert [result.design.columns[a.column].name for a in result.fit.aliases] == ["c"]


def test_an_exact_fit_has_zero_errors_and_no_nan() -> None:
    x = np.arange(20.0)
    result = run({"x": x, "y": 1.5 + 0.1 * x}, "y ~ x")
    assert result.fit.rss == 0.0
    assert result.by_term["x"].p_value == 0.0
    assert result.fit.r_squared == 1.0
    assert "perfect_fit" in result.codes()


def test_as_many_coefficients_as_rows_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        run({"x": [1.0, 2.0], "y": [1.0, 3.0]}, "y ~ x", family="gaussian")
    assert caught.value.code == "too_few_rows"


def test_digits_lost_are_reported_when_few_are_left() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(1, 2, 300)
    # a value that moves coefficients by far more than its last digits
    z = x + 1e-14 * rng.normal(size=300)
    result = run({"x": x, "z": z, "y": 1e6 * (z - x) * 1e8 + x}, "y ~ x + z")
    assert result.fit.aliases or result.fit.digits < 6 or "perfect_fit" in result.codes()


def test_predictions_do_not_depend_on_the_reference_level() -> None:
    rng = np.random.default_rng(11)
    group = [f"g{i}" for i in rng.integers(0, 4, 120)]
    columns = {"g": group, "x": rng.normal(size=120), "y": rng.normal(size=120)}
    fitted = []
    for level in ("g0", "g3"):
        result = run(columns, "y ~ g * x", reference={"g": level})
        (block,) = result.blocks
        fitted.append(observe(result.fit, block).fitted)
    assert np.allclose(fitted[0], fitted[1], rtol=1e-10)


def test_a_model_with_all_levels_spans_the_constant() -> None:
    columns = {"g": ["a", "b", "c"] * 20, "y": np.random.default_rng(1).normal(5.0, 1.0, 60)}
    full, usual = run(columns, "y ~ 0 + g"), run(columns, "y ~ g")
    assert full.fit.has_intercept
    assert full.fit.r_squared == pytest.approx(usual.fit.r_squared, rel=1e-12)
    assert full.fit.df_model == usual.fit.df_model == 2


def test_streamed_blocks_agree_with_held_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    from regression_analyzer.design import blocks as module

    table = make_table(arrays(1000, 3, 12))
    held = run(table, "y ~ x0 + x1 + x2")
    monkeypatch.setattr(module, "IN_MEMORY_BYTES", 0)
    design = specify(table, make_profile(table), formula="y ~ x0 + x1 + x2")
    streamed = fit_model(design, module.open_blocks(design, table, block_rows=77))
    assert np.allclose(streamed.coefficients, held.fit.coefficients, rtol=SPLIT)


def test_condition_number_is_that_of_columns_of_unit_length() -> None:
    columns = arrays(100, 2, 13)
    columns["x0"] = columns["x0"] + 50.0
    x = np.column_stack([np.ones(100), columns["x0"], columns["x1"]])
    expected = np.linalg.cond(x / np.sqrt((x**2).sum(axis=0)))
    assert run(columns, "y ~ x0 + x1").fit.condition_number == pytest.approx(expected, rel=MACHINE)


def test_aic_and_bic_count_sigma() -> None:
    fit = run(arrays(50, 2, 14), "y ~ x0 + x1").fit
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 2 * 4)
    assert fit.bic == pytest.approx(-2 * fit.log_likelihood + math.log(50) * 4)
