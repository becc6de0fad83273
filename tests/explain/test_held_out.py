"""Cross-validation from merged states against refits one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.explain.folds import Folds, choose_folds
from regression_analyzer.explain.held_out import (
    baseline_folds,
    fold_models,
    held_out_predictions,
    least_squares_folds,
    predict_fold,
)
from tests.explain.models import csv_table
from tests.explain.trials import bare_rows, from_arrays, setting

FloatArray = npt.NDArray[np.float64]
SAME = 1e-9
ITERATED = 1e-7


def data(n: int = 120, k: int = 5, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), 50.0 + rng.normal(size=(n, k)) @ rng.normal(size=(k, k))])
    return x, x @ rng.normal(size=k + 1) + rng.normal(size=n)


def refitted(x: FloatArray, y: FloatArray, folds: Folds, weights: FloatArray | None = None) -> FloatArray:
    result = np.full(len(y), np.nan)
    root = np.ones(len(y)) if weights is None else np.sqrt(weights)
    for fold in range(folds.count):
        train, test = folds.train(fold), folds.test(fold)
        b = np.linalg.lstsq(x[train] * root[train, None], y[train] * root[train], rcond=None)[0]
        result[test] = x[test] @ b
    return result


@pytest.mark.parametrize("scheme", ["random", "grouped", "forward"])
def test_least_squares_equals_refits(scheme: str) -> None:
    x, y = data()
    rows = bare_rows(len(y), x=x, y=y, group=np.arange(len(y)) // 4, time=np.arange(len(y), dtype=np.float64))
    folds, _ = choose_folds(rows, binary=False, asked=scheme)
    models = least_squares_folds(x, y, None, folds, intercept=True)
    found = held_out_predictions(models, rows, folds)
    assert found == pytest.approx(refitted(x, y, folds), rel=SAME, nan_ok=True)


def test_weighted_least_squares_equals_refits() -> None:
    x, y = data()
    weights = np.random.default_rng(1).uniform(0.5, 3.0, len(y))
    rows = bare_rows(len(y), x=x, y=y)
    folds, _ = choose_folds(rows, binary=False)
    models = least_squares_folds(x, y, weights, folds, intercept=True)
    assert held_out_predictions(models, rows, folds) == pytest.approx(refitted(x, y, folds, weights), rel=SAME)


def test_a_level_that_is_absent_from_the_rows_learnt_from_adds_nothing() -> None:
    x, y = data()
    rare = np.zeros(len(y))
    rows = bare_rows(len(y), x=x, y=y)
    folds, _ = choose_folds(rows, binary=False)
    rare[folds.test(0)[:3]] = 1.0
    models = least_squares_folds(np.column_stack([x, rare]), y, None, folds, intercept=True)
    first = folds.test(0)
    wide = np.column_stack([x, rare])[first]
    assert predict_fold(models[0], wide) == pytest.approx(refitted(x, y, folds)[first], rel=SAME)


def test_two_levels_that_become_the_same_do_not_blow_up() -> None:
    x, y = data()
    rows = bare_rows(len(y), x=x, y=y)
    folds, _ = choose_folds(rows, binary=False)
    one = (np.arange(len(y)) % 3 == 0).astype(np.float64)
    other = one.copy()
    other[folds.test(0)[0]] = 1.0 - other[folds.test(0)[0]]
    wide = np.column_stack([x, one, other])
    predicted = predict_fold(least_squares_folds(wide, y, None, folds, intercept=True)[0], wide[folds.test(0)])
    assert np.abs(predicted - y[folds.test(0)]).max() < 20.0


def test_logistic_regression_equals_refits() -> None:
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=200), rng.normal(size=200)
    y = (rng.random(200) < 1 / (1 + np.exp(-(0.3 + a - 0.5 * b)))).astype(np.float64)
    s = from_arrays("y ~ a + b", family="binomial", y=y, a=a, b=b)
    found = held_out_predictions(fold_models(s.design, s.rows, s.folds), s.rows, s.folds)
    wanted = np.empty(200)
    for fold in range(s.folds.count):
        train, test = s.folds.train(fold), s.folds.test(fold)
        beta = np.zeros(3)
        for _ in range(30):
            mu = 1 / (1 + np.exp(-s.rows.x[train] @ beta))
            hessian = (s.rows.x[train] * (mu * (1 - mu))[:, None]).T @ s.rows.x[train]
            beta += np.linalg.solve(hessian, s.rows.x[train].T @ (s.rows.y[train] - mu))
        wanted[test] = 1 / (1 + np.exp(-s.rows.x[test] @ beta))
    assert found == pytest.approx(wanted, rel=ITERATED)


def test_the_baseline_is_the_mean_of_the_rows_learnt_from() -> None:
    x, y = data()
    s = from_arrays("y ~ a", y=y, a=x[:, 1])
    wanted = np.empty(len(y))
    for fold in range(s.folds.count):
        wanted[s.folds.test(fold)] = y[s.folds.train(fold)].mean()
    assert baseline_folds(s.design, s.rows, s.folds) == pytest.approx(wanted, rel=1e-12)


def test_a_rate_is_the_baseline_of_counts_with_exposure() -> None:
    rng = np.random.default_rng(4)
    years, a = rng.uniform(1, 9, 80), rng.normal(size=80)
    deaths = rng.poisson(2.0 * years)
    rows = zip(deaths.tolist(), years.tolist(), a.tolist(), strict=True)
    text = "deaths,years,a\n" + "".join(f"{d},{t!r},{v!r}\n" for d, t, v in rows)
    s = setting(csv_table(text), "deaths ~ a + offset(log(years))", family="poisson")
    train, test = s.folds.train(0), s.folds.test(0)
    rate = deaths[train].sum() / years[train].sum()
    assert baseline_folds(s.design, s.rows, s.folds)[test] == pytest.approx(rate * years[test], rel=1e-10)
