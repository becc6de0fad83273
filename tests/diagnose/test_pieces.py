"""Single pieces beside brute force, other software and special cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regression_analyzer.diagnose import collinearity, counts, durbin_watson, linearity, normality, shapiro, spread
from regression_analyzer.diagnose.calibration import group_sums, hosmer_lemeshow, tenths
from regression_analyzer.diagnose.quantile_residuals import quantile_residuals
from regression_analyzer.diagnose.sampling import Contest, bin_edges, bin_rows, enter, lottery, winners
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray


def rows_from(start: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(start, start + count, dtype=np.int64)


class TestShapiroWilk:
    @pytest.mark.parametrize("n", [3, 4, 5, 6, 11, 12, 50, 2_000])
    @pytest.mark.parametrize("shape", ["normal", "exponential"])
    def test_equals_scipy(self, n: int, shape: str) -> None:
        rng = np.random.default_rng(n)
        values = rng.normal(size=n) if shape == "normal" else rng.exponential(size=n)
        w, p = shapiro.shapiro_wilk(values)
        theirs = stats.shapiro(values)
        # scipy approximates the normal quantiles to about nine digits
        assert w == pytest.approx(theirs.statistic, rel=1e-8)
        assert p == pytest.approx(theirs.pvalue, rel=1e-5)

    @given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3))
    @settings(max_examples=20, deadline=None)
    def test_ignores_origin_and_unit(self, origin: float, unit: float) -> None:
        values = np.random.default_rng(5).normal(size=30)
        moved = shapiro.shapiro_wilk(origin + unit * values)[0]
        assert moved == pytest.approx(shapiro.shapiro_wilk(values)[0], rel=1e-5)


class TestDurbinWatson:
    def test_probability_of_a_known_form(self) -> None:
        # z1^2 + z2^2 < 3 (z3^2 + z4^2): an F(2, 2) below 3
        exact = stats.f.cdf(3.0, 2, 2)
        assert durbin_watson.probability_negative(np.array([1.0, 1.0, -3.0, -3.0])) == pytest.approx(exact, abs=1e-10)

    def test_exact_p_is_that_of_simulated_errors(self) -> None:
        rng = np.random.default_rng(1)
        q, _ = np.linalg.qr(np.column_stack([np.ones(20), rng.normal(size=20)]))
        errors = rng.normal(size=(20_000, 20))
        errors -= errors @ q @ q.T
        seen = (np.diff(errors, axis=1) ** 2).sum(axis=1) / (errors**2).sum(axis=1)
        below = (seen < 1.5).mean()
        assert durbin_watson.exact_p(1.5, q) == pytest.approx(2 * below, abs=0.02)

    def test_exact_and_normal_agree_for_many_rows(self) -> None:
        rng = np.random.default_rng(2)
        q, _ = np.linalg.qr(np.column_stack([np.ones(300), rng.normal(size=(300, 2))]))
        step = np.diff(q, axis=0)
        second = np.zeros_like(q)
        second[:-1] -= step
        second[1:] += step
        normal = durbin_watson.normal_p(1.8, 300, 3, step.T @ step, second.T @ second)
        assert normal == pytest.approx(durbin_watson.exact_p(1.8, q), rel=0.02)


class TestReset:
    def test_sums_and_arrays_agree(self) -> None:
        rng = np.random.default_rng(3)
        x = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
        y = x @ [1.0, 2.0, 3.0] + 0.1 * x[:, 1] ** 2 + rng.normal(size=400)
        q, _ = np.linalg.qr(x)
        fitted = q @ (q.T @ y)
        residual = y - fitted
        v = linearity.powers(fitted, float(fitted.mean()), float(fitted.std()))
        qv = q.T @ v
        summed = linearity.reset_from_sums(
            cross=v.T @ v - qv.T @ qv,
            with_residual=v.T @ residual,
            size=np.diag(v.T @ v).copy(),
            rss=float(residual @ residual),
            n=400,
            r=3,
        )
        whole = linearity.reset(q, fitted, residual, intercept=True)
        assert isinstance(summed, TestResult)
        assert isinstance(whole, TestResult)
        assert summed.statistic == pytest.approx(whole.statistic, rel=1e-9)

    def test_large_fitted_values_change_nothing(self) -> None:
        rng = np.random.default_rng(4)
        x = np.column_stack([np.ones(100), rng.normal(size=100)])
        y = x @ [1.0, 1.0] + rng.normal(size=100)
        q, _ = np.linalg.qr(x)

        def f_of(target: FloatArray) -> float:
            fitted = q @ (q.T @ target)
            answer = linearity.reset(q, fitted, target - fitted, intercept=True)
            assert isinstance(answer, TestResult)
            return answer.statistic

        assert f_of(1e9 + 1e5 * y) == pytest.approx(f_of(y), rel=1e-6)

    def test_two_groups_leave_nothing_to_test(self) -> None:
        x = np.column_stack([np.ones(20), np.repeat([0.0, 1.0], 10)])
        y = np.random.default_rng(5).normal(size=20)
        q, _ = np.linalg.qr(x)
        fitted = q @ (q.T @ y)
        assert isinstance(linearity.reset(q, fitted, y - fitted, intercept=True), Skipped)


class TestCollinearity:
    def test_vif_is_that_of_the_auxiliary_regression(self) -> None:
        rng = np.random.default_rng(6)
        x = rng.normal(size=(60, 3))
        x[:, 2] += 2 * x[:, 0]
        centred = x - x.mean(axis=0)
        slopes = np.linalg.inv(centred.T @ centred)
        others = np.delete(centred, 0, axis=1)
        rest = centred[:, 0] - others @ np.linalg.lstsq(others, centred[:, 0], rcond=None)[0]
        brute = float(centred[:, 0] @ centred[:, 0] / (rest @ rest))
        assert collinearity.generalized_vif(slopes, [[0]])[0] == pytest.approx(brute, rel=1e-10)

    def test_overlapping_columns_are_named(self) -> None:
        rng = np.random.default_rng(7)
        x = rng.normal(size=(200, 4))
        x[:, 3] = x[:, 1] + 0.01 * rng.normal(size=200)
        centred = x - x.mean(axis=0)
        columns = centred / np.sqrt((centred**2).sum(axis=0))
        assert collinearity.overlapping(columns, 3) == (1,)

    def test_the_condition_of_columns_too_close_for_an_inverse(self) -> None:
        x = np.linspace(3.0, 9.0, 80)
        powers = np.column_stack([x**k for k in range(1, 11)])
        columns = (powers - powers.mean(axis=0)) / powers.std(axis=0)
        assert collinearity.centred_condition(columns, range(10)) > 1e7
        assert collinearity.centred_condition(columns, [0]) == pytest.approx(1.0)


class TestCounts:
    def test_quantile_residuals_of_the_right_model_are_normal(self) -> None:
        rng = np.random.default_rng(8)
        mean = np.exp(rng.normal(1.0, 0.5, size=2_000))
        size = 2.5
        draws: dict[str, tuple[FloatArray, float | None, float]] = {
            "poisson": (rng.poisson(mean).astype(float), None, 1.0),
            "negative-binomial": (rng.poisson(rng.gamma(size, mean / size)).astype(float), size, 1.0),
            "gamma": (rng.gamma(4.0, mean / 4.0), None, 0.25),
        }
        for family, (y, theta, dispersion) in draws.items():
            scores = quantile_residuals(family, y, mean, uniform=rng.random(2_000), theta=theta, dispersion=dispersion)
            assert stats.kstest(scores, "norm").pvalue > 0.01, family

    def test_quantile_residuals_of_yes_and_no_are_normal(self) -> None:
        rng = np.random.default_rng(9)
        chance = rng.uniform(0.05, 0.95, size=2_000)
        y = (rng.random(2_000) < chance).astype(float)
        scores = quantile_residuals("binomial", y, chance, uniform=rng.random(2_000), theta=None, dispersion=1.0)
        assert stats.kstest(scores, "norm").pvalue > 0.01

    def test_sums_merge(self) -> None:
        rng = np.random.default_rng(10)
        mean = rng.uniform(1, 5, size=100)
        y = rng.poisson(mean).astype(float)
        whole = counts.count_sums(y, mean, None)
        parts = counts.count_sums(y[:30], mean[:30], None) + counts.count_sums(y[30:], mean[30:], None)
        assert (parts.n, parts.zeros) == (whole.n, whole.zeros)
        assert parts.excess2 == pytest.approx(whole.excess2)


class TestCalibration:
    def test_ties_stay_together(self) -> None:
        chance = np.repeat([0.1, 0.2, 0.3, 0.4], 25)
        sums = group_sums(np.zeros(100), chance, tenths(chance))
        assert set(sums[0]) <= {0.0, 25.0}

    def test_right_probabilities_pass(self) -> None:
        rng = np.random.default_rng(11)
        chance = rng.uniform(size=5_000)
        y = (rng.random(5_000) < chance).astype(float)
        answer = hosmer_lemeshow(group_sums(y, chance, tenths(chance)))
        assert isinstance(answer, TestResult)
        assert answer.verdict == "ok"


class TestSpread:
    def test_ratio_of_a_known_spread(self) -> None:
        rng = np.random.default_rng(12)
        position = rng.uniform(size=50_000)
        squared = (rng.normal(size=50_000) * np.where(position > 0.5, 3.0, 1.0)) ** 2
        assert spread.spread_ratio(squared, position) == pytest.approx(3.0, rel=0.05)

    def test_white_is_skipped_when_it_is_too_wide(self) -> None:
        assert isinstance(spread.white(np.ones((10, 60)), np.ones(10)), Skipped)


def test_moments_from_sums_equal_direct_ones() -> None:
    e = np.random.default_rng(13).exponential(size=500)
    found = normality.moments_from_sums(500, (e.sum(), (e**2).sum(), (e**3).sum(), (e**4).sum()))
    assert found is not None
    assert found.skewness == pytest.approx(stats.skew(e), rel=1e-9)
    assert found.kurtosis == pytest.approx(stats.kurtosis(e, fisher=False), rel=1e-9)


def test_equal_residuals_have_no_shape() -> None:
    assert normality.moments_from_sums(4, (0.0, 0.0, 0.0, 0.0)) is None


class TestSampling:
    @given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.integers(1, 20))
    @settings(max_examples=30, deadline=None)
    def test_winners_do_not_depend_on_the_split(self, cuts: list[int], count: int) -> None:
        key = np.random.default_rng(14).integers(0, 50, size=400).astype(float)
        row = rows_from(1, 400)
        whole = winners(enter(Contest(count=count), key, row, lambda i: key[i, None]))
        contest = Contest(count=count)
        for part in np.split(np.arange(400), sorted(set(cuts))):
            contest = enter(contest, key[part], row[part], lambda i, part=part: key[part][i, None])  # type: ignore[misc]
        assert winners(contest).row.tolist() == whole.row.tolist()

    def test_nan_never_wins(self) -> None:
        key = np.array([np.nan, 1.0, np.nan])
        assert winners(enter(Contest(count=3), key, rows_from(1, 3), lambda i: key[i, None])).row.tolist() == [2]

    def test_lottery_is_uniform_and_seeded(self) -> None:
        drawn = lottery(rows_from(1, 100_000), seed=3)
        assert stats.kstest(drawn, "uniform").pvalue > 0.001
        assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.02
        assert not np.array_equal(drawn, lottery(rows_from(1, 100_000), seed=4))

    def test_bins_have_equal_counts(self) -> None:
        values = np.random.default_rng(15).exponential(size=5_000)
        assert set(bin_rows(values, values, bin_edges(values)).count) == {100}

    def test_ties_are_never_split(self) -> None:
        values = np.repeat([1.0, 2.0, 3.0], 100)
        binned = bin_rows(values, values, bin_edges(values))
        assert binned.x.tolist() == [1.0, 2.0, 3.0]
        assert not math.isnan(float(binned.mean.sum()))
