"""Lasso and ridge against R, against their optimality conditions, and against what must not matter."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from regression_analyzer.fit.dealing import deal_evenly
from regression_analyzer.fit.penalised import (
    effective_df,
    largest_penalty,
    lasso_path,
    on_original_scale,
    path,
    penalties,
    standardise,
)
from regression_analyzer.fit.penalised_path import Sample
from regression_analyzer.fit.shrinkage import choose_on_half, cross_validate, shrink
from regression_analyzer.fit.value import FloatArray

R_TOLERANCE = {"lasso": 1e-7, "ridge": 1e-10}
"""glmnet stops at Karush-Kuhn-Tucker violations of 1e-9, which is 1e-8 in coefficients; the ridge is closed."""
EXACT = 1e-10


@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
@pytest.mark.parametrize("penalty", ["0.05", "0.25", "1"])
def test_boston_as_in_r(truth: Path, estimator: str, penalty: str) -> None:
    values = json.loads((truth / "r/boston_ridge_lasso.json").read_text())["values"]
    with (truth / "real/Boston.csv").open() as stream:
        cells = list(csv.DictReader(stream))
    names = values["x_columns"]
    x = np.asarray([[float(row[name]) for name in names] for row in cells])
    rows = standardise(x, np.asarray([float(row["medv"]) for row in cells]))
    expected = values[f"{estimator}_lambda_{penalty}"]
    intercept, slopes = on_original_scale(rows, path(rows, np.asarray([float(penalty)]), estimator))
    ours = dict(zip(["(Intercept)", *names], [intercept[0], *slopes[0]], strict=True))
    for name, theirs in expected["coef_original_scale"].items():
        assert ours[name] == pytest.approx(theirs, rel=R_TOLERANCE[estimator], abs=3e-8), name
    assert largest_penalty(rows) == pytest.approx(values["lambda_max_lasso"], rel=1e-12)
    if estimator == "ridge":
        assert effective_df(rows, float(penalty)) == pytest.approx(expected["effective_df"], rel=1e-12)


def made(n: int, k: int, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k)) @ (np.eye(k) + 0.3)
    return x, x[:, 0] - 2.0 * x[:, 1] + rng.normal(size=n)


@pytest.mark.parametrize(("n", "k"), [(200, 8), (30, 120)])
def test_lasso_meets_its_optimality_conditions_along_the_path(n: int, k: int) -> None:
    x, y = made(n, k)
    rows = standardise(x, y)
    values = penalties(rows, "lasso")
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = lasso_path(rows, values)
    assert len(found) > 10
    for b, value in zip(found, values, strict=False):
        gradient = z.T @ (y - y.mean() - z @ b) / n
        taken = b != 0.0
        assert np.abs(gradient).max() <= value * (1 + 1e-8)
        assert np.abs(gradient[taken] - value * np.sign(b[taken])).max(initial=0.0) <= 1e-8 * value


def test_ridge_is_its_closed_form() -> None:
    x, y = made(50, 6)
    z, centred = (x - x.mean(axis=0)) / x.std(axis=0), y - y.mean()
    direct = np.linalg.solve(z.T @ z + 50 * 0.7 * np.eye(6), z.T @ centred)
    assert path(standardise(x, y), np.asarray([0.7]), "ridge")[0] == pytest.approx(direct, rel=EXACT)


def test_without_a_penalty_both_are_least_squares() -> None:
    x, y = made(60, 4)
    direct = np.linalg.lstsq(np.column_stack([np.ones(60), x]), y, rcond=None)[0]
    rows = standardise(x, y)
    for estimator in ("lasso", "ridge"):
        intercept, slopes = on_original_scale(rows, path(rows, np.asarray([1e-14]), estimator))
        assert [intercept[0], *slopes[0]] == pytest.approx(direct, rel=1e-9)


@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
def test_the_unit_of_a_column_does_not_matter(estimator: str) -> None:
    x, y = made(40, 90)
    factor = np.geomspace(1e-6, 1e6, 90)
    first = shrink(Sample(x=x, y=y, group=None), estimator, seed=1)
    second = shrink(Sample(x=x * factor + 5.0, y=y, group=None), estimator, seed=1)
    assert second.penalty == pytest.approx(first.penalty, rel=1e-6)
    assert second.coefficients * factor == pytest.approx(first.coefficients, rel=1e-5, abs=1e-8)


def test_columns_in_another_order_give_the_same_model() -> None:
    x, y = made(40, 90)
    order = np.random.default_rng(0).permutation(90)
    first = shrink(Sample(x=x, y=y, group=None), "lasso", seed=1)
    second = shrink(Sample(x=x[:, order], y=y, group=None), "lasso", seed=1)
    assert second.coefficients == pytest.approx(first.coefficients[order], rel=1e-8, abs=1e-10)


def test_constant_and_repeated_columns_do_no_harm() -> None:
    x, y = made(40, 10)
    x = np.column_stack([x, np.full(40, 7.0), x[:, 0]])
    found = shrink(Sample(x=x, y=y, group=None), "lasso")
    assert np.isfinite(found.coefficients).all()
    assert found.coefficients[10] == 0.0


def test_the_error_on_unseen_rows_is_that_of_leaving_folds_out_by_hand() -> None:
    x, y = made(60, 5)
    sample, values = Sample(x=x, y=y, group=None), np.asarray([0.5, 0.1])
    curve = cross_validate(sample, values, "ridge", seed=4)
    fold = deal_evenly(60, None, 10, np.random.default_rng(4))
    off = []
    for code in range(10):
        train, test = fold != code, fold == code
        z, mean = x[train], x[train].mean(axis=0)
        z = (z - mean) / z.std(axis=0)
        n = int(train.sum())
        b = np.linalg.solve(z.T @ z + n * 0.1 * np.eye(5), z.T @ (y[train] - y[train].mean()))
        off.append(y[test] - y[train].mean() - ((x[test] - mean) / x[train].std(axis=0)) @ b)
    assert curve.error[1] == pytest.approx(float(np.mean(np.concatenate(off) ** 2)), rel=EXACT)


def test_units_are_not_torn_apart() -> None:
    group = np.repeat(np.arange(12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    part = deal_evenly(len(group), group, 3, np.random.default_rng(0))
    assert all(len(set(part[group == unit])) == 1 for unit in range(12))
    assert np.bincount(part).max() <= 1.2 * np.bincount(part).min()


def test_the_half_that_tests_had_no_part_in_the_choice() -> None:
    x, y = made(60, 100)
    term_of = np.arange(100)
    first = choose_on_half(Sample(x=x, y=y, group=None), term_of)
    other = y.copy()
    other[first.testing] = np.random.default_rng(9).normal(size=len(first.testing))
    second = choose_on_half(Sample(x=x, y=other, group=None), term_of)
    assert first.columns.tolist() == second.columns.tolist()
    assert sorted([*first.choosing, *first.testing]) == list(range(60))
    assert len(first.columns) <= len(first.testing) // 5
    assert {0, 1} <= set(first.columns.tolist())
