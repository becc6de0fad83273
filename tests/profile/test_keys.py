"""Repeated units, order in time, and totals."""

from __future__ import annotations

import numpy as np

from regression_analyzer.profile import describe
from tests.profile.tables import codes, column, reasons, table_of

RNG = np.random.default_rng(21)


def test_a_panel_has_its_unit_and_its_time() -> None:
    countries = np.repeat([f"C{i}" for i in range(30)], 8).tolist()
    years = np.tile(np.arange(2000, 2008), 30)
    profile = describe(
        table_of({"country": countries, "year": years, "pop": RNG.normal(size=240), "price": RNG.normal(size=240)})
    )
    assert (profile.unit_key, profile.time_column) == ("country", "year")
    assert column(profile, "country").role == "unit_key"
    assert reasons(profile)["country"] == "unit_key"
    assert "repeated_units" in codes(profile)


def test_a_recurring_subject_number_is_a_unit_key() -> None:
    subjects = np.repeat(np.arange(301, 331), 5)
    profile = describe(table_of({"dose": RNG.normal(size=150), "subject": subjects, "y": RNG.normal(size=150)}))
    assert profile.unit_key == "subject"


def test_an_ordinary_category_is_no_unit_key() -> None:
    regions = RNG.choice(["north", "south", "east", "west"], size=200).tolist()
    profile = describe(
        table_of({"region": regions, "year": RNG.integers(2000, 2005, size=200), "y": RNG.normal(size=200)})
    )
    assert profile.unit_key is None
    assert "region" in profile.predictors


def test_the_unit_key_can_be_switched_off() -> None:
    schools = np.repeat([f"S{i}" for i in range(20)], 10).tolist()
    table = table_of({"school": schools, "x": RNG.normal(size=200), "y": RNG.normal(size=200)})
    assert describe(table).unit_key == "school"
    profile = describe(table, overrides={"unit_key": "none"})
    assert profile.unit_key is None
    assert "school" in profile.predictors


def test_daily_dates_order_the_rows() -> None:
    days = np.datetime64("2021-03-01") + np.arange(100)
    profile = describe(table_of({"day_of": days, "x": RNG.normal(size=100), "sales": RNG.normal(size=100)}))
    assert profile.time_column == "day_of"
    assert "day_of" in profile.predictors


def test_years_that_repeat_order_nothing() -> None:
    profile = describe(
        table_of({"year": RNG.integers(70, 83, size=200), "x": RNG.normal(size=200), "mpg": RNG.normal(size=200)})
    )
    assert profile.time_column is None


def test_a_sum_of_predictors_is_a_total() -> None:
    a, b, c = RNG.integers(1, 500, size=(3, 90)).astype(float)
    profile = describe(table_of({"north": a, "south": b, "east": c, "total": a + b + c, "price": RNG.normal(size=90)}))
    assert column(profile, "total").role == "total"
    assert reasons(profile)["total"] == "total"
    assert profile.predictors == ("north", "south", "east")


def test_a_total_that_comes_first_is_found() -> None:
    a, b = RNG.normal(50, 10, size=(2, 90))
    profile = describe(table_of({"all_rooms": a + b, "small": a, "large": b, "price": RNG.normal(size=90)}))
    assert reasons(profile) == {"all_rooms": "total"}


def test_a_total_can_be_used_by_override() -> None:
    a, b = RNG.normal(50, 10, size=(2, 90))
    table = table_of({"small": a, "large": b, "total": a + b, "price": RNG.normal(size=90)})
    assert "total" in describe(table, overrides={"predictor.total": "use"}).predictors
