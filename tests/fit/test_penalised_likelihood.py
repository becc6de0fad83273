"""Penalised likelihoods against glmnet, against their optimality conditions, and against what must not matter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from regression_analyzer.errors import InputError
from regression_analyzer.fit.dealing import deal_evenly
from regression_analyzer.fit.penalised_likelihood import (
    LikelihoodRows,
    largest_penalty,
    likelihood_df,
    likelihood_path,
    likelihood_penalties,
    likelihood_rows,
)
from regression_analyzer.fit.penalised_path import Sample, path_of, penalties_of, prepared
from regression_analyzer.fit.shrinkage import (
    choose_on_half,
    columns_testable,
    cross_validate,
    events_of,
    pearson,
    shrink,
)
from regression_analyzer.fit.value import FloatArray

GLMNET: dict[str, Any] = json.loads((Path(__file__).parent / "glmnet.json").read_text())
"""Made by glmnet.R beside this file."""
R_TOLERANCE = 1e-6
"""Of the largest coefficient; glmnet stops where a step lowers the deviance by less than 1e-16 of it."""
EXACT = 1e-9


def formula_table(n: int, k: int) -> FloatArray:
    i, j = np.arange(1, n + 1)[:, None], np.arange(1, k + 1)[None, :]
    return np.asarray(np.round(np.sin(i * j * 1.7 + j**2) * 3 + np.cos(i * 0.9 + j) + (i * j) % 5, 6), dtype=np.float64)


def case(name: str) -> Sample:
    wide = "wide" in name
    x = formula_table(24, 60) if wide else formula_table(40, 6)
    i = np.arange(1, len(x) + 1)
    trials = np.asarray(3.0 + (i % 6), dtype=np.float64)
    targets = {
        "yes/no": ("binomial", 1.0 * (np.sin(i * 2.3) + 0.4 * x[:, 0] - 0.3 * x[:, 2] > 0.5)),
        "successes": (
            "binomial",
            np.minimum(trials, np.floor(trials * expit(0.4 * x[:, 0] - 0.3 * x[:, 1] + np.sin(i)))) / trials,
        ),
        "count": ("poisson", np.floor(np.exp(0.5 + 0.25 * x[:, 0] - 0.2 * x[:, 3] + 0.6 * np.sin(i * 1.3)))),
        "amount": ("gaussian", 0.8 * x[:, 0] - 0.5 * x[:, 1] + 2 * np.sin(i * 2.1)),
    }
    kind = name.split(",", maxsplit=1)[0]
    family, y = targets[kind]
    weights = trials if kind == "successes" else np.asarray(1 + (i % 4) * 0.5) if "weights" in name else None
    offset = None if "offset" not in name else 0.3 * np.cos(i) if wide else np.cos(i * 1.1) * 0.7
    return Sample(x=x, y=y, group=None, weights=weights, offset=offset, family=family)


CASES = sorted(name.removesuffix(" largest") for name in GLMNET if name.endswith(" largest"))


@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
@pytest.mark.parametrize("name", CASES)
def test_coefficients_along_a_path_are_those_of_glmnet(name: str, estimator: str) -> None:
    sample, theirs = case(name), GLMNET[f"{name} {estimator}"]
    values = np.asarray(theirs["penalties"])
    if sample.family == "gaussian" and estimator == "ridge" and sample.weights is not None:
        y = sample.y if sample.offset is None else sample.y - sample.offset
        share = sample.weights / sample.weights.sum()
        values = values / np.sqrt(share @ (y - share @ y) ** 2)  # glmnet's ridge of a quantity has y in units of its sd
    found = path_of(prepared(sample), values, estimator)
    expected = np.asarray(theirs["slopes"])
    assert len(found.slopes) == 4
    for ours, slopes, intercept, level in zip(
        found.slopes, expected, found.intercepts, theirs["intercepts"], strict=True
    ):
        size = max(np.abs(slopes).max(), abs(level))
        assert ours == pytest.approx(slopes, abs=R_TOLERANCE * size)
        assert intercept == pytest.approx(level, abs=R_TOLERANCE * size)


@pytest.mark.parametrize("name", CASES)
def test_the_largest_penalty_is_that_of_glmnet(name: str) -> None:
    assert penalties_of(prepared(case(name)), "lasso")[0] == pytest.approx(GLMNET[f"{name} largest"], rel=1e-9)


def made(n: int, k: int, family: str, seed: int = 3) -> Sample:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k)) @ (np.eye(k) + 0.2)
    eta = x[:, 0] - x[:, 1]
    y = rng.uniform(size=n) < expit(2 * eta) if family == "binomial" else rng.poisson(np.exp(0.5 * eta))
    return Sample(x=x, y=y.astype(np.float64), group=None, family=family)


def rows_of(sample: Sample) -> LikelihoodRows:
    return likelihood_rows(sample.x, sample.y, sample.family, weights=sample.weights, offset=sample.offset)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
@pytest.mark.parametrize(("n", "k"), [(150, 8), (40, 150)])
def test_optimality_conditions_hold_along_the_path(family: str, n: int, k: int) -> None:
    sample = made(n, k, family)
    rows = rows_of(sample)
    values = likelihood_penalties(rows, "lasso")
    levels, found = likelihood_path(rows, values, "lasso")
    assert len(found) > 10
    z = (sample.x - sample.x.mean(axis=0)) / sample.x.std(axis=0)
    for level, b, value in zip(levels, found, values, strict=False):
        eta = level + z @ b
        residual = (sample.y - (expit(eta) if family == "binomial" else np.exp(eta))) / n
        gradient, taken = z.T @ residual, b != 0.0
        assert abs(residual.sum()) <= 1e-8 * value
        assert np.abs(gradient).max() <= value * (1 + 1e-8)
        assert np.abs(gradient[taken] - value * np.sign(b[taken])).max(initial=0.0) <= 1e-8 * value


def test_the_largest_penalty_takes_no_column_and_less_takes_one() -> None:
    rows = rows_of(case("count, weights, offset"))
    top = largest_penalty(rows)
    _, found = likelihood_path(rows, np.asarray([top * (1 + 1e-9), top * 0.999]), "lasso")
    assert [np.count_nonzero(b) for b in found] == [0, 1]


@pytest.mark.parametrize("family", ["gaussian", "binomial", "poisson"])
def test_a_path_that_begins_beyond_its_end_has_one_solution(family: str) -> None:
    sample = made(20, 200, "binomial" if family == "gaussian" else family)
    sample = Sample(x=sample.x, y=sample.y, group=None, family=family)
    found = path_of(prepared(sample), np.asarray([0.02, 0.01]), "lasso")
    assert len(found.slopes) == 1
    assert np.count_nonzero(found.slopes[0]) > 10


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_a_row_of_weight_two_is_two_rows(family: str) -> None:
    sample = made(60, 5, family)
    weights = np.asarray(1 + np.arange(60) % 3, dtype=np.float64)
    twice = np.repeat(np.arange(60), weights.astype(np.int64))
    heavy = Sample(x=sample.x, y=sample.y, group=None, weights=weights, family=family)
    for estimator in ("lasso", "ridge"):
        values = np.asarray([0.1, 0.02])
        one = path_of(prepared(heavy), values, estimator)
        other = path_of(prepared(sample.some(twice)), values, estimator)
        assert one.slopes == pytest.approx(other.slopes, rel=1e-6, abs=EXACT)


@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
def test_a_constant_offset_is_taken_by_the_intercept(estimator: str) -> None:
    sample = made(60, 5, "poisson")
    moved = Sample(x=sample.x, y=sample.y, group=None, offset=np.full(60, 2.5), family="poisson")
    values = np.asarray([0.1, 0.02])
    one, other = path_of(prepared(sample), values, estimator), path_of(prepared(moved), values, estimator)
    assert other.slopes == pytest.approx(one.slopes, rel=1e-7, abs=EXACT)
    assert other.intercepts == pytest.approx(one.intercepts - 2.5, rel=1e-7)


def test_degrees_of_freedom_of_the_ridge_go_from_all_to_none() -> None:
    rows = rows_of(made(200, 6, "binomial"))
    freedom = []
    for value in (1e-9, 0.1, 1e6):
        levels, found = likelihood_path(rows, np.asarray([value]), "ridge")
        freedom.append(likelihood_df(rows, float(levels[0]), found[0], value))
    assert freedom[0] == pytest.approx(6.0, abs=1e-4)
    assert 0.0 < freedom[2] < 1e-4 < freedom[1] < 6.0


@pytest.mark.parametrize("family", ["binomial", "poisson"])
@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
def test_the_unit_of_a_column_does_not_matter(family: str, estimator: str) -> None:
    sample = made(50, 80, family)
    factor = np.geomspace(1e-6, 1e6, 80)
    other = Sample(x=sample.x * factor + 5.0, y=sample.y, group=None, family=family)
    first, second = shrink(sample, estimator, seed=1), shrink(other, estimator, seed=1)
    assert second.penalty == pytest.approx(first.penalty, rel=1e-6)
    size = np.abs(first.coefficients).max()
    assert second.coefficients * factor == pytest.approx(first.coefficients, abs=1e-5 * size)


def test_separated_outcomes_have_finite_coefficients() -> None:
    x = np.linspace(-1, 1, 40)[:, None]
    found = shrink(Sample(x=x, y=(x[:, 0] > 0).astype(np.float64), group=None, family="binomial"), "lasso")
    assert np.isfinite(found.coefficients).all()
    assert found.coefficients[0] > 0
    assert found.unseen_explained > 0.5


def test_the_deviance_on_unseen_rows_is_that_of_leaving_folds_out_by_hand() -> None:
    sample = made(80, 4, "binomial")
    curve = cross_validate(sample, np.asarray([0.2, 0.05]), "lasso", seed=4)
    fold = sample.deal(10, np.random.default_rng(4))
    lost = 0.0
    for code in range(10):
        train, test = sample.some(np.flatnonzero(fold != code)), sample.some(np.flatnonzero(fold == code))
        found = path_of(prepared(train), np.asarray([0.2, 0.05]), "lasso")
        mean = expit(found.intercepts[1] + test.x @ found.slopes[1])
        lost -= 2 * float((test.y * np.log(mean) + (1 - test.y) * np.log1p(-mean)).sum())
    assert curve.error[1] == pytest.approx(lost / 80, rel=EXACT)


def test_events_are_dealt_evenly() -> None:
    rng = np.random.default_rng(0)
    events = np.zeros(90, dtype=bool)
    events[rng.choice(90, 20, replace=False)] = True
    part = deal_evenly(90, None, 10, rng, events=events)
    assert np.bincount(part).tolist() == [9] * 10
    assert np.bincount(part[events], minlength=10).tolist() == [2] * 10
    group = np.repeat(np.arange(30), 3)
    part = deal_evenly(90, group, 5, rng, events=events)
    assert all(len(set(part[group == unit])) == 1 for unit in range(30))
    assert np.bincount(part[events], minlength=5).min() >= 3
    assert np.bincount(part).max() <= 24


def test_columns_to_test_follow_the_events() -> None:
    y = np.zeros(200)
    y[:26] = 1.0
    sample = Sample(x=np.zeros((200, 1)), y=y, group=None, family="binomial")
    assert (events_of(sample), columns_testable(sample)) == (26, 4)
    turned = Sample(x=sample.x, y=1.0 - y, group=None, family="binomial")
    assert events_of(turned) == 26
    count = Sample(x=sample.x, y=3.0 * y, group=None, family="poisson")
    assert events_of(count) == 26
    shares = Sample(x=sample.x, y=np.full(200, 0.25), group=None, weights=np.full(200, 4.0), family="binomial")
    assert events_of(shares) == 200
    assert columns_testable(shares) == 39


def test_one_half_has_no_part_in_what_the_other_chooses() -> None:
    sample = made(80, 120, "binomial")
    first = choose_on_half(sample, np.arange(120))
    other = sample.x.copy()
    other[first.testing] = np.random.default_rng(9).normal(size=(len(first.testing), 120))
    second = choose_on_half(Sample(x=other, y=sample.y, group=None, family="binomial"), np.arange(120))
    assert first.testing.tolist() == second.testing.tolist()
    assert first.columns.tolist() == second.columns.tolist()
    assert len(first.columns) <= columns_testable(sample.some(first.testing))
    assert {0, 1} & set(first.columns.tolist())


def test_halves_without_an_event_are_refused() -> None:
    group = np.repeat([0, 1, 2, 3], 10)
    y = (group == 1).astype(np.float64)
    sample = Sample(x=np.random.default_rng(0).normal(size=(40, 60)), y=y, group=group, family="binomial")
    with pytest.raises(InputError, match="cannot be halved"):
        choose_on_half(sample, np.arange(60))


def test_the_pearson_statistic_is_one_for_a_true_mean() -> None:
    rng = np.random.default_rng(5)
    mean = np.exp(rng.normal(size=4000))
    sample = Sample(x=np.zeros((4000, 1)), y=rng.poisson(mean).astype(np.float64), group=None, family="poisson")
    assert pearson(sample, mean) == pytest.approx(1.0, abs=0.1)
