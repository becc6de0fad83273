"""LMG shares: R's relaimpo, brute force over all orders, and what must hold of any shares."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.explain.shares import EXACT_TERMS, lmg

FloatArray = npt.NDArray[np.float64]


def triangle(data: FloatArray) -> FloatArray:
    r: FloatArray = np.asarray(np.linalg.qr(data, mode="r"))
    return r


def centred(rng: np.random.Generator, n: int, k: int) -> FloatArray:
    x = rng.normal(size=(n, k)) @ rng.normal(size=(k, k))
    y = x @ rng.normal(size=k) + rng.normal(size=n)
    both = np.column_stack([x, y])
    centred_both: FloatArray = both - both.mean(axis=0)
    return centred_both


def r_squared(data: FloatArray, columns: list[int]) -> float:
    if not columns:
        return 0.0
    y = data[:, -1]
    fitted = data[:, columns] @ np.linalg.lstsq(data[:, columns], y, rcond=None)[0]
    return float(fitted @ fitted / (y @ y))


def test_brute_force_over_all_orders() -> None:
    data = centred(np.random.default_rng(5), 60, 6)
    groups = [np.array([0]), np.array([1, 2]), np.array([3]), np.array([4, 5])]
    wanted = np.zeros(4)
    orders = list(itertools.permutations(range(4)))
    for order in orders:
        entered: list[int] = []
        for index in order:
            before = r_squared(data, entered)
            entered = entered + groups[index].tolist()
            wanted[index] += r_squared(data, entered) - before
    shares = lmg(triangle(data), groups)
    assert shares.exact
    assert shares.shares == pytest.approx(wanted / len(orders), rel=1e-10)


def test_shares_sum_to_r_squared() -> None:
    data = centred(np.random.default_rng(6), 200, 9)
    shares = lmg(triangle(data), [np.array([j]) for j in range(9)])
    assert shares.shares.sum() == pytest.approx(r_squared(data, list(range(9))), rel=1e-12)


def test_orthogonal_predictors_have_their_own_r_squared() -> None:
    q, _ = np.linalg.qr(np.random.default_rng(7).normal(size=(50, 3)))
    y = q @ np.array([3.0, 2.0, 1.0])
    shares = lmg(np.column_stack([q, y]), [np.array([j]) for j in range(3)])
    assert shares.shares == pytest.approx(np.array([9, 4, 1]) / 14, rel=1e-12)


def test_sampled_orders_agree_with_the_exact_average() -> None:
    k = EXACT_TERMS + 2
    data = centred(np.random.default_rng(8), 300, k)
    groups = [np.array([j]) for j in range(k)]
    r = triangle(data)
    sampled = lmg(r, groups, seed=1)
    again = lmg(r, groups, seed=2, orders=4000)
    assert not sampled.exact
    spread = np.hypot(sampled.sampling_error, again.sampling_error)
    assert np.all(np.abs(sampled.shares - again.shares) < 5 * spread)
    assert sampled.shares.sum() == pytest.approx(r_squared(data, list(range(k))), rel=1e-10)


def test_a_constant_target_has_no_shares() -> None:
    assert lmg(np.zeros((3, 3)), [np.array([0]), np.array([1])]).r_squared == 0.0


@pytest.mark.parametrize("case", ["mtcars_ols", "advertising", "duncan", "wage1"])
def test_against_r(truth: Path, case: str) -> None:
    reference = json.loads((truth / "r" / f"{case}.json").read_text())
    target, predictors = reference["formula"].split(" ~ ")
    names = predictors.split(" + ")
    with (truth / reference["data"]).open() as file:
        rows = list(csv.DictReader(file))
    data = np.array([[float(row[name]) for name in (*names, target)] for row in rows])
    data -= data.mean(axis=0)
    shares = lmg(triangle(data), [np.array([j]) for j in range(len(names))])
    wanted = reference["values"]["relative_importance"]["lmg_shapley_r2"]
    assert shares.shares == pytest.approx([wanted[name] for name in names], rel=1e-8)
