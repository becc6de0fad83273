"""Shares with intervals, worth by shuffling, contributions."""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.explain.flexible import Flexible, fit_flexible
from regression_analyzer.explain.importance import importance
from regression_analyzer.explain.permutation import permutation
from regression_analyzer.explain.shap import shap_summary
from regression_analyzer.explain.share_draws import draw_shares
from regression_analyzer.explain.shares import lmg
from regression_analyzer.findings import Skipped
from tests.explain.models import csv_table
from tests.explain.trials import Setting, from_arrays, setting

FloatArray = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def plain() -> Setting:
    rng = np.random.default_rng(5)
    a, b, c = rng.normal(size=(3, 400))
    return from_arrays("y ~ a + b + c", y=3 * a + b + rng.normal(size=400), a=a, b=b, c=c)


def test_shares_sum_to_r_squared(plain: Setting) -> None:
    shares = importance(plain.fit, plain.blocks, plain.design).shares
    assert sum(share.share for share in shares) == pytest.approx(plain.fit.r_squared, rel=1e-10)


def test_shares_are_inside_their_intervals_and_in_order(plain: Setting) -> None:
    shares = importance(plain.fit, plain.blocks, plain.design).shares
    assert [share.term for share in shares] == ["a", "b", "c"]
    assert all(share.ci_low <= share.share <= share.ci_high for share in shares)


def test_the_interval_of_a_share_covers(plain: Setting) -> None:
    """With independent predictors the true share of a is 9 / 11: at least 16 of 20 intervals hold it."""
    held = 0
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        a, b = rng.normal(size=(2, 300))
        s = from_arrays("y ~ a + b", y=3 * a + b + rng.normal(size=300), a=a, b=b)
        first = importance(s.fit, s.blocks, s.design).shares[0]
        held += first.ci_low <= 9 / 11 <= first.ci_high
    assert held >= 16


@pytest.mark.parametrize("exact_terms", [8, 0])
def test_draws_at_once_equal_draws_one_by_one(exact_terms: int) -> None:
    rng = np.random.default_rng(2)
    draws = np.array([np.linalg.qr(rng.normal(size=(40, 6)), mode="r") for _ in range(5)])
    groups = [np.array([0]), np.array([1, 2]), np.array([3]), np.array([4])]
    found = draw_shares(draws, groups, exact_terms=exact_terms, orders=400, seed=0)
    wanted = np.array([lmg(draw, groups).shares for draw in draws])
    assert found == pytest.approx(wanted, abs=1e-10 if exact_terms else 0.02)


@pytest.mark.parametrize("exact_terms", [8, 0])
def test_a_level_missing_from_a_draw_has_no_share(exact_terms: int) -> None:
    rng = np.random.default_rng(2)
    data = rng.normal(size=(40, 4))
    data[:, 1] = 0.0
    draws = np.asarray(np.linalg.qr(data, mode="r"))[None]
    groups = [np.array([0]), np.array([1]), np.array([2])]
    found = draw_shares(draws, groups, exact_terms=exact_terms, orders=400, seed=0)[0]
    wanted = lmg(np.asarray(np.linalg.qr(data[:, [0, 2, 3]], mode="r")), [np.array([0]), np.array([1])]).shares
    assert found[1] == 0.0
    assert found[[0, 2]] == pytest.approx(wanted, abs=1e-10 if exact_terms else 0.02)


def test_other_families_get_a_reason() -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=80)
    s = from_arrays("y ~ a", family="poisson", y=rng.poisson(np.exp(0.3 * a)).astype(np.float64), a=a)
    assert importance(s.fit, s.blocks, s.design).skipped is not None


def test_a_shuffled_predictor_without_a_part_is_worth_nothing(plain: Setting) -> None:
    found = permutation(plain.design, plain.fit, plain.rows, plain.trial()).linear
    worths = {worth.predictor: worth for worth in found}
    assert worths["a"].value > 1.0 > worths["b"].value > 0.1
    assert abs(worths["c"].value) < 0.02


def test_the_worth_in_a_linear_model_is_twice_its_part(plain: Setting) -> None:
    """Shuffling x loses 2 b^2 var(x), over var(y): 18 / 11 for a (Fisher, Rudin and Dominici 2019)."""
    worths = permutation(plain.design, plain.fit, plain.rows, plain.trial()).linear
    assert worths[0].value == pytest.approx(18 / 11, rel=0.15)


def test_all_terms_of_a_predictor_are_shuffled() -> None:
    rng = np.random.default_rng(8)
    a = rng.uniform(-1, 1, 300)
    s = from_arrays("y ~ a + I(a^2)", y=a + 3 * a**2 + 0.1 * rng.normal(size=300), a=a)
    worths = permutation(s.design, s.fit, s.rows, s.trial()).linear
    assert [worth.predictor for worth in worths] == ["a"]
    assert worths[0].value > 1.5


def test_the_same_seed_gives_the_same_worths(plain: Setting) -> None:
    first, second = (permutation(plain.design, plain.fit, plain.rows, plain.trial(), seed=4) for _ in range(2))
    assert first.linear == second.linear
    assert first.flexible == second.flexible


def test_contributions_add_up_to_the_prediction(plain: Setting) -> None:
    trial = plain.trial()
    assert isinstance(trial.flexible, Flexible)
    summary = shap_summary(plain.rows, plain.folds, trial.flexible)
    total = summary.contributions.sum(axis=1)
    for fold in range(plain.folds.count):
        test = plain.folds.test(fold)
        base = trial.flexible.predicted[test] - total[test]
        assert np.ptp(base) < 1e-9


def test_contributions_are_stable_and_directed(plain: Setting) -> None:
    found = [fit_flexible(plain.design, plain.rows, plain.folds) for _ in range(2)]
    first, second = (shap_summary(plain.rows, plain.folds, each) for each in found if isinstance(each, Flexible))
    assert first.means == second.means
    assert first.means[0].predictor == "a"
    assert first.means[0].correlation is not None
    assert first.means[0].correlation > 0.9


def test_without_the_library_there_is_a_reason(plain: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    found = fit_flexible(plain.design, plain.rows, plain.folds)
    assert isinstance(found, Skipped)
    assert "not installed" in found.reason


def test_few_rows_have_no_flexible_model() -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=40)
    s = from_arrays("y ~ a", y=a + rng.normal(size=40), a=a)
    assert isinstance(s.trial().validation.flexible, Skipped)


def test_a_category_is_one_predictor() -> None:
    rng = np.random.default_rng(3)
    town = rng.choice(["north", "south", "west"], 200)
    y = 2.0 * (town == "south") + rng.normal(size=200)
    text = "y,town\n" + "".join(f"{v!r},{t}\n" for v, t in zip(y.tolist(), town, strict=True))
    s = setting(csv_table(text), "y ~ town")
    assert [share.term for share in importance(s.fit, s.blocks, s.design).shares] == ["town"]
    assert [worth.predictor for worth in permutation(s.design, s.fit, s.rows, s.trial()).linear] == ["town"]
