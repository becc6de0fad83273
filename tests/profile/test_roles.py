"""What each kind of column is taken for."""

from __future__ import annotations

import numpy as np
import pytest

from regression_analyzer.errors import UsageError
from regression_analyzer.profile import describe
from regression_analyzer.table.value import Table
from tests.profile.tables import Values, column, reasons, table_of

N = 120
RNG = np.random.default_rng(11)
Y = RNG.normal(100.0, 15.0, size=N)


def beside(name: str, values: Values) -> Table:
    """A table with one column to judge between an ordinary predictor and a target."""
    return table_of({"height": np.round(Y / 3 + RNG.normal(size=N), 2), name: values, "price": Y})


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("weight", RNG.normal(size=N), "quantity"),
        ("doors", RNG.integers(2, 6, size=N), "quantity"),
        ("claims", RNG.poisson(40, size=N), "count"),
        ("kid5", RNG.poisson(0.6, size=N), "count"),
        ("region", RNG.choice(["north", "south", "east"], size=N).tolist(), "category"),
        ("zip", RNG.choice([10115, 80331, 50667, 20095], size=N), "category"),
        ("pclass", RNG.integers(1, 4, size=N), "category"),
        ("smoker", RNG.choice(["yes", "no"], size=N).tolist(), "yes_no"),
        ("flag", RNG.integers(0, 2, size=N), "yes_no"),
        ("grade", RNG.integers(1, 3, size=N), "quantity"),
        ("when", np.datetime64("2024-01-01") + RNG.permutation(N), "date"),
        ("model", [f"car number {i}" for i in range(N)], "identifier"),
        ("ref", [f"{int(v):032x}" for v in RNG.integers(0, 40, size=N) ** 9 * 7919], "category"),
        ("rownames", np.arange(1, N + 1), "identifier"),
        ("customer_id", RNG.permutation(np.arange(5000, 5000 + 3 * N, 3)), "identifier"),
        ("uuid", [f"{int(v):016x}-{i:08x}" for i, v in enumerate(RNG.integers(1, 2**62, size=N))], "identifier"),
        ("big", 1e19 + 1e17 * np.arange(N), "identifier"),
        ("k", np.full(N, 7.0), "constant"),
        ("s", ["same"] * N, "constant"),
        ("nothing", [None] * N, "empty"),
        ("payload", [f'{{"a": [1, 2, {i % 9}]}}' for i in range(N)], "text"),
        ("review", [f"It was bought on day {i} and then it did rather well, as they say" for i in range(N)], "text"),
        ("year", np.arange(1900, 1900 + N), "quantity"),
    ],
)
def test_role(name: str, values: Values, role: str) -> None:
    assert column(describe(beside(name, values), target="price"), name).role == role


def test_a_first_column_that_counts_rows_is_an_identifier() -> None:
    table = table_of({"observed": np.arange(1, N + 1), "height": RNG.normal(size=N), "price": Y})
    assert column(describe(table), "observed").role == "identifier"


def test_a_lone_predictor_that_counts_is_kept() -> None:
    table = table_of({"tenure": np.arange(1, 41), "churn": RNG.choice(["yes", "no"], size=40).tolist()})
    profile = describe(table)
    assert (profile.target, profile.predictors) == ("churn", ("tenure",))


def test_continuous_numbers_are_never_nearly_unique_categories() -> None:
    profile = describe(beside("weight", RNG.normal(size=N)))
    assert "weight" in profile.predictors


def test_a_nearly_unique_category_is_left_out() -> None:
    names = [f"model {i % 80}" for i in range(N)]
    assert reasons(describe(beside("model_name", names)))["model_name"] == "nearly_unique"


def test_a_category_with_very_many_levels_is_left_out() -> None:
    n = 3000
    rng = np.random.default_rng(1)
    table = table_of({"town_part": [f"t{v}" for v in rng.integers(0, 600, size=n)], "x": rng.normal(size=n),
                      "price": rng.normal(size=n)})  # fmt: skip
    assert reasons(describe(table))["town_part"] == "too_many_levels"


def test_many_levels_are_used_with_a_warning() -> None:
    rng = np.random.default_rng(2)
    zips = np.repeat(np.arange(10000, 10200), 2)
    profile = describe(table_of({"zip": zips, "x": rng.normal(size=400), "y": rng.normal(size=400)}))
    assert profile.predictors == ("zip", "x")
    assert column(profile, "zip").role == "category"
    assert [f.subject for f in profile.findings if f.code == "many_levels"] == ["zip"]


def test_every_role_is_a_decision_with_its_reason() -> None:
    profile = describe(beside("region", ["a", "b", "c"] * 40))
    roles = {d.id: d for d in profile.decisions if d.id.startswith("role.")}
    assert set(roles) == {"role.height", "role.region", "role.price"}
    assert all(d.because for d in roles.values())


def test_a_role_is_replayed_by_override() -> None:
    table = beside("doors", RNG.integers(2, 6, size=N))
    profile = describe(table, overrides={"role.doors": "category"})
    assert column(profile, "doors").role == "category"
    assert next(d for d in profile.decisions if d.id == "role.doors").overridden
    assert len(column(profile, "doors").levels) == 4


@pytest.mark.parametrize(
    "override", [{"role.region": "quantity"}, {"role.region": "nonsense"}, {"role.nowhere": "text"}]
)
def test_an_impossible_role_is_refused(override: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        describe(beside("region", ["a", "b", "c"] * 40), overrides=override)
