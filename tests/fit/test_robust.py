"""Quantile regression and M-estimation against published values of R, statsmodels, brute force and symmetries."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm

from regression_analyzer.errors import InputError
from regression_analyzer.fit.quantile import quantile_fit
from regression_analyzer.fit.robust import robust_fit
from regression_analyzer.fit.value import FloatArray

PRINTED = 5e-7
"""R prints seven digits."""
RLM = 1e-4
"""The iterations of different programs stop at different places."""


def stackloss() -> tuple[FloatArray, FloatArray]:
    data = sm.datasets.stackloss.load_pandas()
    return sm.add_constant(data.exog).to_numpy(), data.endog.to_numpy()


def made(n: int, k: int, seed: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])
    return x, np.asarray(x.sum(axis=1) + rng.standard_t(2, size=n))


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("huber", (-41.0265, 0.8294, 0.9261, -0.1278)),
        ("bisquare", (-42.2853, 0.9275, 0.6507, -0.1123)),
    ],
)
def test_stackloss_as_printed_by_rlm(method: str, expected: tuple[float, ...]) -> None:
    assert robust_fit(*stackloss(), method).coefficients == pytest.approx(expected, rel=RLM, abs=5e-5)


@pytest.mark.parametrize(("method", "norm"), [("huber", sm.robust.norms.HuberT()), ("bisquare", None)])
@pytest.mark.parametrize("seed", range(4))
def test_as_in_statsmodels(method: str, norm: object, seed: int) -> None:
    x, y = made(80, 4, seed)
    theirs = sm.RLM(y, x, M=norm or sm.robust.norms.TukeyBiweight()).fit(tol=1e-12, maxiter=500)
    found = robust_fit(x, y, method)
    assert found.coefficients == pytest.approx(theirs.params, rel=RLM, abs=RLM)
    assert found.scale == pytest.approx(theirs.scale, rel=RLM)


def test_a_wild_row_moves_least_squares_and_not_the_bisquare() -> None:
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(60), rng.normal(size=60)])
    y = x @ np.asarray([1.0, 2.0]) + 0.1 * rng.normal(size=60)
    y[0] += 1000.0
    found = robust_fit(x, y, "bisquare")
    assert found.coefficients == pytest.approx([1.0, 2.0], abs=0.1)
    assert found.weights[0] == 0.0


def test_half_of_the_residuals_zero_leaves_no_scale() -> None:
    x = np.column_stack([np.ones(9), np.arange(9.0)])
    with pytest.raises(InputError, match="no scale"):
        robust_fit(x, x[:, 1] * 2.0, "huber")


def test_median_of_stackloss_as_printed_by_quantreg() -> None:
    expected = (-39.68985507, 0.83188406, 0.57391304, -0.06086957)
    assert quantile_fit(*stackloss()) == pytest.approx(expected, rel=PRINTED)


def test_median_of_engel_as_printed_by_quantreg() -> None:
    data = sm.datasets.engel.load_pandas().data
    x = sm.add_constant(data[["income"]]).to_numpy()
    assert quantile_fit(x, data["foodexp"].to_numpy()) == pytest.approx((81.48225, 0.56018), rel=1e-5)


@pytest.mark.parametrize("tau", [0.25, 0.5, 0.9])
def test_no_corner_of_all_is_better(tau: float) -> None:
    x, y = made(14, 3, 5)

    def loss(b: npt.NDArray[np.floating]) -> float:
        r = y - x @ b
        return float((r * (tau - (r < 0))).sum())

    corners = [np.linalg.solve(x[list(c)], y[list(c)]) for c in itertools.combinations(range(14), 3)]
    best = min(corners, key=loss)
    assert quantile_fit(x, y, tau) == pytest.approx(best, rel=1e-10)


def test_a_constant_alone_is_the_median() -> None:
    y = np.random.default_rng(1).normal(size=101)
    assert quantile_fit(np.ones((101, 1)), y)[0] == pytest.approx(float(np.median(y)), rel=1e-14)


@pytest.mark.parametrize("method", ["huber", "bisquare", "median"])
def test_scale_and_order_do_not_matter(method: str) -> None:
    x, y = made(60, 3, 8)
    order = np.random.default_rng(0).permutation(60)
    unit = np.asarray([1.0, 1e6, 1e-6])

    def fitted(x: FloatArray, y: FloatArray) -> FloatArray:
        return quantile_fit(x, y) if method == "median" else robust_fit(x, y, method).coefficients

    first = fitted(x, y)
    assert fitted(x[order], y[order]) == pytest.approx(first, rel=1e-6)
    assert fitted(x * unit, 1e3 * y) * unit / 1e3 == pytest.approx(first, rel=1e-6)
