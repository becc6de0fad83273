"""Scores against their definitions, and their uncertainty."""

from __future__ import annotations

import math

import numpy as np
import pytest

from regression_analyzer.explain.scores import auc_parts, losses, one_sided, ratio, scores


def test_auc_counts_pairs_and_half_of_ties() -> None:
    rng = np.random.default_rng(1)
    y = (rng.random(60) < 0.4).astype(np.float64)
    predicted = np.round(rng.random(60), 1)
    with_event, without = predicted[y == 1], predicted[y == 0]
    won = sum(float(a > b) + 0.5 * float(a == b) for a in with_event for b in without)
    assert auc_parts(y, predicted) == pytest.approx((won, len(with_event) * len(without)))


def test_r_squared_of_the_baseline_is_zero() -> None:
    rng = np.random.default_rng(2)
    y, fold = rng.normal(size=50), np.arange(50) % 5
    same = losses(y, np.zeros(50), np.ones(50), fold, count=5, family="gaussian", theta=None, overlap=0.25)
    assert scores(same, same, family="gaussian").r_squared.value == 0.0


def test_the_root_of_the_mean_square() -> None:
    y, fold = np.arange(10.0), np.arange(10) % 2
    found = losses(y, np.zeros(10), np.ones(10), fold, count=2, family="gaussian", theta=None, overlap=1.0)
    assert scores(found, found, family="gaussian").rmse.value == pytest.approx(math.sqrt((y**2).mean()))


def test_equal_folds_give_the_standard_error_of_a_mean() -> None:
    above = np.array([1.0, 2.0, 3.0, 4.0])
    found = ratio(above, np.ones(4), overlap=0.0)
    assert found.std_error == pytest.approx(above.std(ddof=1) / 2)


def test_overlap_widens_the_error() -> None:
    above = np.array([1.0, 2.0, 3.0, 4.0])
    narrow, wide = ratio(above, np.ones(4), overlap=0.0), ratio(above, np.ones(4), overlap=1 / 3)
    assert wide.std_error / narrow.std_error == pytest.approx(math.sqrt((1 / 4 + 1 / 3) / (1 / 4)))


def test_one_part_alone_has_no_error() -> None:
    assert math.isnan(ratio(np.ones(1), np.ones(1), overlap=1.0).std_error)


def test_a_gain_of_zero_is_not_significant() -> None:
    assert one_sided(ratio(np.array([1.0, -1.0, 1.0, -1.0]), np.ones(4), overlap=0.3), 4) == pytest.approx(0.5)


def test_a_sure_mistake_costs_a_finite_deviance() -> None:
    found = losses(
        np.array([1.0]), np.array([0.0]), np.ones(1), np.zeros(1, dtype=np.int64),
        count=1, family="binomial", theta=None, overlap=1.0,
    )  # fmt: skip
    assert found.deviance[0] == pytest.approx(-2 * math.log(1e-6))
