"""Several outcomes at once, against R, statsmodels and special cases that must collapse."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from regression_analyzer.errors import InputError
from regression_analyzer.fit.multinomial import fit_multinomial, probabilities, wald
from regression_analyzer.fit.value import FloatArray, IntArray

NNET = 2e-4
"""nnet::multinom stops early; statsmodels' Newton is exact."""
EXACT = 1e-8


def anes(truth: Path) -> tuple[FloatArray, IntArray]:
    with (truth / "real/sm_anes96.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    columns = [[float(row[name]) for row in rows] for name in ("selfLR", "age", "educ", "income")]
    popul = np.log(np.asarray([float(row["popul"]) for row in rows]) + 0.1)
    x = np.column_stack([np.ones(len(rows)), popul, *columns])
    return x, np.asarray([int(float(row["PID"])) for row in rows])


def test_seven_parties_as_in_r(truth: Path) -> None:
    values = json.loads((truth / "r/anes96_multinom.json").read_text())["values"]
    found = fit_multinomial(*anes(truth), 7)
    for i, level in enumerate("123456"):
        assert found.coefficients[i] == pytest.approx(list(values["coef"][level].values()), rel=NNET, abs=2e-5)
        assert found.std_errors[i] == pytest.approx(list(values["se"][level].values()), rel=NNET)
    assert -2.0 * found.log_likelihood == pytest.approx(values["deviance"], rel=1e-9)


def test_seven_parties_as_in_statsmodels(truth: Path) -> None:
    x, y = anes(truth)
    theirs = sm.MNLogit(y, x).fit(method="newton", maxiter=100, tol=1e-14, disp=False)
    found = fit_multinomial(x, y, 7)
    assert pytest.approx(theirs.params, rel=EXACT, abs=EXACT) == found.coefficients.T
    assert pytest.approx(theirs.bse, rel=EXACT) == found.std_errors.T
    assert found.null_log_likelihood == pytest.approx(theirs.llnull, rel=EXACT)


def made(n: int = 300, outcomes: int = 3) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    b = rng.normal(size=(outcomes - 1, 3))
    chance = probabilities(x, b).cumsum(axis=1)
    return x, np.asarray((rng.random((n, 1)) > chance).sum(axis=1), dtype=np.int64)


def test_two_outcomes_are_a_logistic_regression() -> None:
    x, y = made(outcomes=2)
    theirs = sm.Logit(y, x).fit(disp=False, tol=1e-14)
    found = fit_multinomial(x, y, 2)
    assert found.coefficients[0] == pytest.approx(theirs.params, rel=EXACT)
    assert found.std_errors[0] == pytest.approx(theirs.bse, rel=EXACT)


def test_an_intercept_alone_gives_the_shares() -> None:
    _, y = made()
    found = fit_multinomial(np.ones((len(y), 1)), y, 3)
    assert probabilities(np.ones((1, 1)), found.coefficients)[0] == pytest.approx(np.bincount(y) / len(y), rel=1e-10)
    assert found.log_likelihood == pytest.approx(found.null_log_likelihood, rel=1e-12)


def test_probabilities_and_tests_do_not_depend_on_the_reference() -> None:
    x, y = made()
    turned = (y + 1) % 3
    one, other = fit_multinomial(x, y, 3), fit_multinomial(x, turned, 3)
    assert probabilities(x, other.coefficients)[:, [1, 2, 0]] == pytest.approx(probabilities(x, one.coefficients))
    assert wald(other, [1])[0] == pytest.approx(wald(one, [1])[0], rel=1e-8)
    assert wald(one, [1, 2])[1] == 4


def test_units_and_order_do_not_matter() -> None:
    x, y = made()
    unit, order = np.asarray([1.0, 1e6, 1e-6]), np.random.default_rng(0).permutation(len(y))
    first, second = fit_multinomial(x, y, 3), fit_multinomial((x * unit)[order], y[order], 3)
    assert second.coefficients * unit == pytest.approx(first.coefficients, rel=1e-8)


def test_a_far_origin_keeps_its_digits() -> None:
    x, y = made()
    x = np.round(x * 2.0**20) / 2.0**20  # so that the far numbers are exact
    far = x + np.asarray([0.0, 1e9, 0.0])
    near, moved = fit_multinomial(x, y, 3), fit_multinomial(far, y, 3)
    assert moved.coefficients[:, 1:] == pytest.approx(near.coefficients[:, 1:], rel=1e-8)
    assert moved.std_errors[:, 1:] == pytest.approx(near.std_errors[:, 1:], rel=1e-8)
    assert wald(moved, [1])[0] == pytest.approx(wald(near, [1])[0], rel=1e-8)


def test_separated_outcomes_have_no_estimate() -> None:
    x = np.column_stack([np.ones(30), np.arange(30.0)])
    with pytest.raises(InputError, match=r"told apart completely in at least 2\d of 30 rows"):
        fit_multinomial(x, np.arange(30) // 10, 3)


def test_rows_that_a_level_settles_are_counted() -> None:
    rng = np.random.default_rng(4)
    level = np.r_[np.zeros(120), np.ones(14)]
    outcome = np.r_[rng.integers(0, 3, 120), np.full(14, 2)]
    with pytest.raises(InputError, match="told apart completely in at least 14 of 134 rows"):
        fit_multinomial(np.column_stack([np.ones(134), level]), outcome, 3)
