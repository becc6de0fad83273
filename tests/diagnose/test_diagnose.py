"""The whole room: against statsmodels, for any split, and on data with planted troubles."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.diagnostic import acorr_breusch_godfrey, het_breuschpagan
from statsmodels.stats.stattools import durbin_watson

from regression_analyzer.diagnose import diagnose, evidence, scan
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray
from regression_analyzer.report.wording.diagnose import WORDING

from .models import ArrayBlocks, Model, from_arrays, from_csv, with_constant

N = 400


def straight(seed: int, n: int = N, k: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    x = with_constant(*rng.normal(size=(k - 1, n)))
    return x, x @ np.arange(1.0, k + 1) + rng.normal(size=n)


def verdicts(model: Model) -> dict[str, str]:
    results = {c.name: c.result for c in model.diagnostics.checks}
    return {name: r.verdict for name, r in results.items() if isinstance(r, TestResult)}


@pytest.fixture(scope="module")
def both() -> tuple[Model, Any]:
    x, y = straight(1)
    return from_arrays(x, y, size=70), sm.OLS(y, x).fit()


class TestAgainstStatsmodels:
    def test_breusch_pagan(self, both: tuple[Model, Any]) -> None:
        model, theirs = both
        statistic, p, _, _ = het_breuschpagan(theirs.resid, theirs.model.exog)
        ours = model.check("breusch_pagan")
        assert [ours.statistic, ours.p_value] == pytest.approx([statistic, p], rel=1e-9)

    def test_breusch_godfrey(self, both: tuple[Model, Any]) -> None:
        model, theirs = both
        statistic, p, _, _ = acorr_breusch_godfrey(theirs, nlags=1, result_object=False)
        ours = model.check("breusch_godfrey")
        assert [ours.statistic, ours.p_value] == pytest.approx([statistic, p], rel=1e-8)

    def test_durbin_watson(self, both: tuple[Model, Any]) -> None:
        model, theirs = both
        expected = durbin_watson(theirs.resid)
        assert model.check("durbin_watson").statistic == pytest.approx(expected, rel=1e-10)

    def test_influence_of_every_row(self, both: tuple[Model, Any]) -> None:
        model, theirs = both
        influence = theirs.get_influence()
        plot = model.diagnostics.residuals
        order = plot.row - 1
        assert plot.cooks_distance == pytest.approx(influence.cooks_distance[0][order], rel=1e-9)
        assert plot.leverage == pytest.approx(influence.hat_matrix_diag[order], rel=1e-9)
        assert plot.standardized == pytest.approx(influence.resid_studentized_internal[order], rel=1e-9)


class TestSplits:
    @pytest.mark.parametrize("size", [1, 7, 399])
    def test_any_split_gives_the_same_checks(self, size: int) -> None:
        x, y = straight(2)
        whole = from_arrays(x, y)
        parts = diagnose(whole.fit, ArrayBlocks(x, y, size=size), whole.design)
        for ours, theirs in zip(parts.checks, whole.diagnostics.checks, strict=True):
            if isinstance(theirs.result, TestResult):
                assert isinstance(ours.result, TestResult)
                assert ours.result.statistic == pytest.approx(theirs.result.statistic, rel=1e-9)
        assert parts.residuals.row.tolist() == whole.diagnostics.residuals.row.tolist()

    def test_streamed_checks_equal_held_ones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        x, y = straight(3, n=3_000)
        held = from_arrays(x, y)
        monkeypatch.setattr(scan, "WHOLE_CELLS", 0)
        streamed = from_arrays(x, y, size=500)
        for name in ("reset", "breusch_pagan", "breusch_pagan_original", "jarque_bera", "breusch_godfrey"):
            assert streamed.check(name).statistic == pytest.approx(held.check(name).statistic, rel=1e-8), name
        assert streamed.check("durbin_watson").p_value == pytest.approx(held.check("durbin_watson").p_value, abs=0.03)

    def test_bins_of_a_second_pass_cover_all_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        x, y = straight(4, n=6_000)
        monkeypatch.setattr(scan, "SAMPLE_ROWS", 2_500)
        plot = from_arrays(x, y, size=1_000).diagnostics.residuals
        assert plot.residual_by_fitted.count.sum() == 6_000
        assert plot.row.size == 2_000
        assert plot.n_obs == 6_000

    def test_sample_holds_the_most_influential_rows(self) -> None:
        x, y = straight(5, n=5_000)
        model = from_arrays(x, y)
        shown = set(model.diagnostics.residuals.row.tolist())
        assert {c.row for c in model.diagnostics.influence.cooks_distance} <= shown
        assert len(shown) == 2_000


class TestClean:
    def test_false_alarms_are_rare(self) -> None:
        alarms: dict[str, int] = {}
        tables = 150
        for seed in range(tables):
            x, y = straight(1_000 + seed, n=120)
            for name, verdict in verdicts(from_arrays(x, y)).items():
                alarms[name] = alarms.get(name, 0) + (verdict != "ok")
        # the outlier test has 5%, all others 1% at most before size is looked at
        assert alarms.pop("outliers") <= 0.12 * tables
        assert max(alarms.values()) <= 0.05 * tables, alarms

    def test_a_million_rows_do_not_turn_everything_red(self) -> None:
        rng = np.random.default_rng(6)
        n = 300_000
        x = with_constant(rng.normal(size=n), rng.normal(size=n))
        noise = rng.standard_t(8, size=n) * (1 + 0.05 * x[:, 1])
        y = x @ [1.0, 2.0, 3.0] + 0.02 * x[:, 1] ** 2 + noise
        model = from_arrays(x, y, size=100_000)
        assert model.check("breusch_pagan").p_value is not None
        assert (model.check("breusch_pagan").p_value or 0.0) < 1e-6
        assert set(verdicts(model).values()) == {"ok"}


class TestPlanted:
    def test_spread_that_grows(self) -> None:
        x, y = straight(10)
        model = from_arrays(x, y + 2 * np.abs(x[:, 1]) * np.random.default_rng(1).normal(size=N))
        grown = from_arrays(x, x @ [9.0, 1.0, 1.0] * (1 + 0.4 * np.random.default_rng(2).normal(size=N)))
        assert "heteroscedasticity" in model.codes | grown.codes
        assert grown.check("breusch_pagan").verdict != "ok"

    def test_curve(self) -> None:
        x, y = straight(11)
        model = from_arrays(x, y + x[:, 2] ** 2)
        assert model.check("reset").verdict == "problem"
        assert "curvature" in model.codes

    def test_skewed_errors_in_a_small_table(self) -> None:
        rng = np.random.default_rng(12)
        x = with_constant(rng.normal(size=30), rng.normal(size=30), rng.normal(size=30))
        model = from_arrays(x, x @ np.ones(4) + np.exp(1.5 * rng.normal(size=30)))
        assert "non_normal_residuals" in model.codes

    def test_skewed_errors_in_a_large_table_touch_predictions_only(self) -> None:
        x, y = straight(13, n=20_000)
        model = from_arrays(x, y + np.random.default_rng(1).exponential(3.0, size=20_000))
        assert model.check("jarque_bera").verdict == "ok"
        finding = next(f for f in model.diagnostics.findings if f.code == "non_normal_residuals")
        assert finding.severity == "info"
        assert finding.facts["matters"] == "predictions"

    def test_autocorrelation_in_time(self) -> None:
        x, _ = straight(14)
        e = np.zeros(N)
        for i, shock in enumerate(np.random.default_rng(2).normal(size=N)):
            e[i] = 0.6 * e[i - 1] + shock
        y = x @ np.ones(3) + e
        ordered = from_arrays(x, y, time=np.arange(N, dtype=float))
        assert ordered.check("durbin_watson").verdict == "problem"
        assert (ordered.diagnostics.extra or {})["ordered"] == 1.0
        unordered = from_arrays(x, y)
        assert unordered.check("durbin_watson").verdict == "attention"

    def test_rows_out_of_order_are_put_in_the_order_of_time(self) -> None:
        x, _ = straight(15)
        e = np.cumsum(np.random.default_rng(3).normal(size=N))
        y = x @ np.ones(3) + e
        shuffled = np.random.default_rng(4).permutation(N)
        model = from_arrays(x[shuffled], y[shuffled], time=np.arange(N, dtype=float)[shuffled])
        assert model.check("durbin_watson").statistic < 0.5
        finding = next(f for f in model.diagnostics.findings if f.code == "autocorrelation")
        assert finding.facts["rearranged"]

    def test_a_file_sorted_by_its_target_says_nothing_of_dependence(self) -> None:
        x, y = straight(16, k=2)
        y = y + 3 * np.random.default_rng(5).normal(size=N)
        order = np.argsort(y)
        assert from_arrays(x[order], y[order]).check("durbin_watson").verdict == "ok"

    def test_overlapping_predictors_are_named(self) -> None:
        x, y = straight(17)
        x = np.column_stack([x, x[:, 1] + 0.05 * np.random.default_rng(6).normal(size=N)])
        finding = next(f for f in from_arrays(x, y).diagnostics.findings if f.code == "collinearity")
        assert {finding.facts["column"], *finding.facts["others"]} == {"x1", "x3"}  # type: ignore[misc]

    def test_a_square_is_not_blamed_for_resembling_its_base(self) -> None:
        rng = np.random.default_rng(18)
        rows = "\n".join(f"{a:.4f},{3 * a + rng.normal():.4f}" for a in rng.uniform(5, 6, size=80))
        model = from_csv(f"a,y\n{rows}\n", "y ~ a + I(a^2)")
        assert model.check("vif").statistic > 100
        assert model.check("vif").verdict == "ok"

    def test_a_year_column_is_no_problem_for_being_far_from_zero(self) -> None:
        x, y = straight(19)
        x[:, 1] = 2_000 + x[:, 1]
        model = from_arrays(x, y)
        assert model.check("condition_number").statistic > 1_000
        assert model.check("condition_number").verdict == "ok"

    def test_outlier(self) -> None:
        x, y = straight(20)
        y[41] += 12.0
        model = from_arrays(x, y)
        assert [c.row for c in model.diagnostics.influence.outliers] == [42]
        assert "outliers" in model.codes

    def test_the_row_that_decides(self) -> None:
        rng = np.random.default_rng(21)
        x = with_constant(np.append(rng.normal(size=30), 12.0))
        y = np.append(rng.normal(size=30), 12.0)
        model = from_arrays(x, y)
        finding = next(f for f in model.diagnostics.findings if f.code == "influential_rows")
        again = from_arrays(x[:-1], y[:-1])
        assert finding.facts["row"] == 31
        t = again.fit.coefficients[1] / np.sqrt(again.fit.cov_unscaled[1, 1] * again.fit.dispersion)
        assert finding.facts["p_without"] == pytest.approx(2 * stats.t.sf(abs(t), again.fit.df_resid), rel=1e-8)

    def test_exact_fit_is_told_and_its_residuals_are_not_tested(self) -> None:
        x, _ = straight(22)
        model = from_arrays(x, x @ [1.0, 2.0, 3.0])
        assert model.check("exact_fit").verdict == "problem"
        assert isinstance(model.answer("breusch_pagan"), Skipped)
        told = {f.code for f in (*model.fit.findings, *model.diagnostics.findings)}
        assert told & {"exact_fit", "perfect_fit"}

    def test_too_few_rows(self) -> None:
        x, y = straight(23, n=12, k=6)
        assert "too_few_rows" in from_arrays(x, y).codes

    def test_overdispersed_counts(self) -> None:
        rng = np.random.default_rng(24)
        x, _ = straight(24)
        y = rng.poisson(rng.gamma(1.0, np.exp(0.5 + 0.3 * x[:, 1]))).astype(float)
        model = from_arrays(x, y, family="poisson", link="log")
        assert model.check("overdispersion").verdict != "ok"

    def test_zeros_of_their_own(self) -> None:
        rng = np.random.default_rng(25)
        x, _ = straight(25, n=2_000)
        y = rng.poisson(np.exp(1.5 + 0.1 * x[:, 1])) * (rng.random(2_000) > 0.3)
        model = from_arrays(x, y.astype(float), family="poisson", link="log")
        assert model.check("zero_inflation").verdict != "ok"

    def test_clean_counts_pass(self) -> None:
        rng = np.random.default_rng(26)
        x, _ = straight(26, n=2_000)
        y = rng.poisson(np.exp(0.5 + 0.3 * x[:, 1])).astype(float)
        model = from_arrays(x, y, family="poisson", link="log")
        assert model.check("overdispersion").verdict == "ok"
        assert model.check("zero_inflation").verdict == "ok"


class TestEdges:
    @pytest.mark.parametrize("unit", [1e-150, 1e150])
    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_units_do_not_matter(self, unit: float) -> None:
        x, y = straight(30)
        plain = from_arrays(x, y)
        scaled = x.copy()
        scaled[:, 1] *= unit
        moved = from_arrays(scaled, y / unit)
        for name in ("reset", "breusch_pagan", "jarque_bera", "durbin_watson", "vif", "influence"):
            assert moved.check(name).statistic == pytest.approx(plain.check(name).statistic, rel=1e-6), name

    def test_intercept_only(self) -> None:
        model = from_csv("a,y\n" + "\n".join(f"{i},{i * i % 7}" for i in range(30)), "y ~ 1")
        assert isinstance(model.answer("vif"), Skipped)
        assert isinstance(model.answer("reset"), Skipped)
        assert model.diagnostics.partial == ()

    def test_one_row_to_spare(self) -> None:
        x, y = straight(31, n=5, k=4)
        model = from_arrays(x, y)
        assert model.check("sample_size").verdict == "problem"
        assert isinstance(model.answer("durbin_watson"), Skipped)

    def test_constant_target(self) -> None:
        x, _ = straight(32)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = from_arrays(x, np.full(N, 3.0))
        assert isinstance(model.answer("breusch_pagan"), Skipped)

    def test_every_check_is_there_once_for_every_family(self) -> None:
        x, y = straight(33)
        gaussian = [c.name for c in from_arrays(x, y).diagnostics.checks]
        yes = (y > 1).astype(float)
        binomial = [c.name for c in from_arrays(x, yes, family="binomial", link="logit").diagnostics.checks]
        assert gaussian == binomial
        assert len(set(gaussian)) == len(gaussian)

    def test_skipped_checks_say_why(self) -> None:
        x, y = straight(34)
        for check in from_arrays(x, y).diagnostics.checks:
            assert not isinstance(check.result, Skipped) or len(check.result.reason) > 10

    def test_partial_residuals_have_the_slope_of_the_model(self) -> None:
        x, y = straight(35)
        model = from_arrays(x, y)
        part = model.diagnostics.partial[0]
        assert part.term == "x2"
        assert np.polyfit(part.x, part.partial, 1)[0] == pytest.approx(part.slope, rel=1e-9)

    def test_evidence_alone_equals_that_of_the_checks(self) -> None:
        x, y = straight(36)
        model = from_arrays(x, y)
        assert evidence(model.fit, model.blocks) == model.diagnostics.extra

    def test_progress_rises_to_the_end(self) -> None:
        x, y = straight(37)
        model = from_arrays(x, y)
        told: list[float] = []

        def listen(_: str, fraction: float, __: str) -> None:
            told.append(fraction)

        diagnose(model.fit, ArrayBlocks(x, y, size=50), model.design, on_progress=listen)
        assert told == sorted(told)
        assert told[-1] == 1.0


def test_every_finding_has_words_with_numbers() -> None:
    rng = np.random.default_rng(40)
    rows = []
    for i in range(60):
        a = rng.normal()
        b, y = a + 0.01 * rng.normal(), np.exp(2 * a) * (1 + rng.normal())
        rows.append(f"{a:.4f},{b:.4f},{'rare' if i == 7 else 'often'},{y:.4f}")
    model = from_csv("a,b,g,y\n" + "\n".join(rows), "y ~ a + b + g")
    assert len(model.codes) >= 4
    for finding in model.diagnostics.findings:
        words = WORDING[finding.code](finding)
        assert any(c.isdigit() for c in words.evidence)
        assert words.advice
        assert words.reference
        assert "not available" not in words.evidence
