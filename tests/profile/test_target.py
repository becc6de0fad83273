"""Which column is explained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.profile import describe
from regression_analyzer.table import read_table
from tests.profile.tables import codes, table_of

RNG = np.random.default_rng(31)
EXPECTED = {
    "insurance": {"charges"}, "penguins": {"body_mass_g"}, "mtcars": {"mpg"}, "mpg": {"mpg"}, "titanic": {"survived"},
    "Advertising": {"Sales"}, "Boston": {"medv"}, "tips": {"tip"}, "wage1": {"wage", "lwage"}, "card": {"wage"},
    "ames": {"Sale_Price"}, "bike_day": {"cnt"}, "concrete": {"strength"}, "HousePrices": {"price"},
    "CaliforniaHousing": {"median_house_value"}, "gapminder": {"lifeExp"}, "wisc_bc": {"diagnosis"},
    "bioChemists": {"art"}, "quine": {"Days"}, "attitude": {"rating"}, "cars": {"dist"}, "longley": {"Employed"},
    "MASS_Insurance": {"Claims"}, "warpbreaks": {"breaks"}, "swiss": {"Fertility"}, "airquality": {"Ozone"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_real_tables(truth: Path, name: str) -> None:
    assert describe(read_table(truth / "real" / f"{name}.csv")).target in EXPECTED[name]


@pytest.mark.parametrize("name", ["Umsatz in EUR", "prix_total", "Miete", "salePrice", "y", "Gehalt"])
def test_names_in_several_languages(name: str) -> None:
    columns = {name: RNG.normal(size=50), "alter": RNG.normal(size=50), "b": RNG.normal(size=50)}
    assert describe(table_of(columns)).target == name


def test_diamonds_like() -> None:
    columns = {k: RNG.gamma(3.0, size=80) for k in ("carat", "depth", "table", "price", "x", "y", "z")}
    assert describe(table_of(columns)).target == "price"


def test_without_a_name_the_last_number_is_proposed_and_said() -> None:
    profile = describe(table_of({"alpha": RNG.normal(size=50), "beta": RNG.normal(size=50), "g": ["u", "v"] * 25}))
    assert profile.target == "beta"
    assert next(f for f in profile.findings if f.code == "target_proposed").severity == "attention"


def test_the_choice_does_not_depend_on_how_well_others_explain_it() -> None:
    x = RNG.normal(size=50)
    shuffled = describe(table_of({"a": x, "b": RNG.permutation(x), "c": RNG.normal(size=50)})).target
    related = describe(table_of({"a": x, "b": 3 * x + 0.01 * RNG.normal(size=50), "c": RNG.normal(size=50)})).target
    assert shuffled == related


def test_rejected_candidates_are_recorded() -> None:
    profile = describe(
        table_of({"income": RNG.normal(size=50), "x": RNG.normal(size=50), "price": RNG.normal(size=50)})
    )
    decision = next(d for d in profile.decisions if d.id == "target")
    assert decision.rejected[0] == "income"


def test_the_target_asked_for_is_taken() -> None:
    profile = describe(table_of({"x": RNG.normal(size=50), "price": RNG.normal(size=50)}), target="x")
    assert (profile.target, profile.predictors) == ("x", ("price",))


def test_capitals_may_differ() -> None:
    profile = describe(table_of({"x": RNG.normal(size=50), "Price": RNG.normal(size=50)}), target="price")
    assert profile.target == "Price"
    assert "column_name_matched" in codes(profile)


def test_an_unknown_target_names_close_columns() -> None:
    with pytest.raises(UsageError) as caught:
        describe(table_of({"x": RNG.normal(size=50), "charges": RNG.normal(size=50)}), target="chargess")
    assert '"charges"' in caught.value.hint


@pytest.mark.parametrize(
    "values", [[None] * 30, ["same"] * 30, [f"note {i}" for i in range(30)]], ids=["empty", "constant", "free text"]
)
def test_an_unusable_target_is_refused(values: list[str | None]) -> None:
    with pytest.raises(InputError, match="cannot be the target"):
        describe(table_of({"x": RNG.normal(size=30), "z": values}), target="z")


def test_no_usable_column() -> None:
    profile = describe(table_of({"k": [7.0] * 20, "name": [f"n{i}" for i in range(20)]}))
    assert profile.target is None
    assert "no_target" in codes(profile)
    assert len(profile.columns) == 2


def test_one_column() -> None:
    profile = describe(table_of({"y": RNG.normal(size=20)}))
    assert (profile.target, profile.predictors) == ("y", ())
    assert "no_predictors" in codes(profile)


def test_no_rows() -> None:
    assert describe(table_of({"a": np.array([]), "b": np.array([])})).target is None


def test_numbers_that_look_like_keys_may_be_asked_for() -> None:
    profile = describe(table_of({"id": np.arange(40), "x": RNG.normal(size=40)}), target="id")
    assert profile.by_name["id"].role == "quantity"
