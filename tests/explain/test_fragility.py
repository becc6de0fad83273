"""The rows that decide a verdict are found, and a refit without them confirms it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.explain.fragility import Fragility, fragility
from regression_analyzer.findings import Skipped
from regression_analyzer.fit import covariances, infer
from tests.explain.trials import Setting, from_arrays

FloatArray = npt.NDArray[np.float64]


def found_in(s: Setting, kind: str = "classical") -> tuple[Fragility, ...]:
    inference = infer(s.fit, covariances(s.fit, s.blocks), s.design, kind=kind, evidence={})
    names = tuple(s.design.columns[int(column)].name for column in s.fit.kept)
    found = fragility(s.fit, inference, s.rows, names)
    assert not isinstance(found, Skipped)
    return found


def with_three_odd_rows() -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(6)
    a = rng.normal(size=100)
    y = rng.normal(size=100)
    a[[10, 20, 30]], y[[10, 20, 30]] = 4.0, 8.0
    return a, y


def test_three_rows_that_make_the_slope_are_named() -> None:
    a, y = with_three_odd_rows()
    one = found_in(from_arrays("y ~ a", y=y, a=a))[0]
    assert one.n_removed is not None
    assert one.n_removed <= 3
    assert set(one.rows) <= {11, 21, 31}


@pytest.mark.parametrize("kind", ["classical", "HC3"])
def test_a_refit_confirms_it(kind: str) -> None:
    a, y = with_three_odd_rows()
    found = found_in(from_arrays("y ~ a", y=y, a=a), kind)
    for one in found:
        keep = np.setdiff1d(np.arange(100), np.array(one.rows) - 1)
        s = from_arrays("y ~ a", y=y[keep], a=a[keep])
        inference = infer(s.fit, covariances(s.fit, s.blocks), s.design, kind=kind, evidence={})
        assert inference.coefficients[1].p_value > 0.05


def test_a_strong_slope_outlives_a_tenth_of_the_rows() -> None:
    rng = np.random.default_rng(6)
    a = rng.normal(size=200)
    assert found_in(from_arrays("y ~ a", y=5 * a + rng.normal(size=200), a=a))[0].n_removed is None
