"""Values at the edge of what numbers and names can be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from regression_analyzer.profile import describe
from tests.profile.tables import Values, table_of

N = 60
RNG = np.random.default_rng(61)
X = RNG.normal(size=N)

AWKWARD: Mapping[str, Mapping[str, Values]] = {
    "infinite": {"x": np.where(np.arange(N) == 3, np.inf, X)},
    "at the upper end": {"x": X / np.abs(X).max() * 1.7e308, "z": np.abs(X) * 1e250},
    "over many magnitudes": {"x": np.exp(200 * X), "z": np.exp(200 * RNG.normal(size=N))},
    "below the smallest normal number": {"x": X * 1e-320, "z": np.where(X > 0, 5e-324, 0.0)},
    "negative zero": {"x": np.where(X > 0, 0.0, -0.0), "z": X},
    "quotes and braces": {"it's": ["a'b", "{}", "?"] * 20, '"; drop table data; --': X},
    "no name": {"": X, " ": RNG.normal(size=N)},
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_every_table_is_described(kind: str) -> None:
    profile = describe(table_of({**AWKWARD[kind], "price": RNG.normal(size=N)}))
    assert profile.target == "price"
    assert len(profile.predictors) + len(profile.left_out) == len(AWKWARD[kind])


def test_levels_with_quotes_make_no_statement() -> None:
    levels = ["it's", "x'); drop table data;--"] * 30
    profile = describe(table_of({"x": X, "status": levels}), target="status")
    assert profile.predictors == ("x",)
    assert {v.value for v in profile.by_name["status"].levels} == set(levels)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_few_rows(n: int) -> None:
    profile = describe(table_of({"a": np.arange(float(n)) ** 2, "b": [f"r{i}" for i in range(n)], "y": X[:n]}))
    assert len(profile.columns) == 3
