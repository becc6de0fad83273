"""Which columns explain, and why the others do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.profile import describe
from regression_analyzer.table import read_table
from regression_analyzer.table.value import Table
from tests.profile.tables import codes, column, reasons, table_of

N = 100


def plain(seed: int = 41) -> Table:
    rng = np.random.default_rng(seed)
    half = rng.normal(size=N)
    half[:70] = np.nan
    return table_of(
        {
            "id": np.arange(N) + 1,
            "age": rng.normal(50, 9, size=N),
            "group": rng.choice(["a", "b"], size=N).tolist(),
            "half_known": half,
            "after_care": rng.normal(size=N),
            "price": rng.normal(size=N),
        }
    )


def test_every_eligible_column_is_used_in_file_order() -> None:
    profile = describe(plain())
    assert profile.predictors == ("age", "group", "after_care")
    assert reasons(profile) == {"id": "identifier", "half_known": "mostly_missing"}


def test_every_column_is_accounted_for() -> None:
    profile = describe(plain())
    assert {profile.target, *profile.predictors, *reasons(profile)} == {c.name for c in profile.columns}


def test_rows_saved_by_leaving_out_a_mostly_missing_column() -> None:
    finding = next(f for f in describe(plain()).findings if f.code == "mostly_missing")
    assert (finding.facts["missing"], finding.facts["saved"]) == (70, 70)


def test_a_name_that_speaks_of_afterwards_is_pointed_out() -> None:
    finding = next(f for f in describe(plain()).findings if f.code == "known_afterwards")
    assert finding.subject == "after_care"


@pytest.mark.parametrize("name", ["half_known", "id"])
def test_a_column_left_out_can_be_used_by_override(name: str) -> None:
    profile = describe(plain(), overrides={f"predictor.{name}": "use"})
    assert name in profile.predictors
    assert column(profile, name).role == "quantity"


def test_a_column_in_use_can_be_left_out_by_override() -> None:
    profile = describe(plain(), overrides={"predictor.age": "leave_out"})
    assert "age" not in profile.predictors
    assert reasons(profile)["age"] == "user"


@pytest.mark.parametrize(
    "overrides", [{"predictor.age": "maybe"}, {"predictor.nowhere": "use"}, {"time_column": "nowhere"}]
)
def test_an_override_that_does_not_fit_is_refused(overrides: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        describe(plain(), overrides=overrides)


def test_overrides_of_other_rooms_are_passed_over() -> None:
    assert describe(plain(), overrides={"table.encoding": "latin-1"}).target == "price"


def test_every_decision_can_be_replayed() -> None:
    first = describe(plain())
    replay = {d.id: d.chosen for d in first.decisions if d.chosen != "identifier"}
    again = describe(plain(), overrides=replay)
    assert (again.target, again.predictors) == (first.target, first.predictors)


def test_predictors_asked_for_are_used_exactly() -> None:
    profile = describe(plain(), target="price", predictors=["group", "ID"])
    assert profile.predictors == ("group", "id")
    assert set(reasons(profile).values()) == {"not_asked"}


@pytest.mark.parametrize("asked", [["price"], ["nothing like it"]])
def test_predictors_that_cannot_be_are_refused(asked: list[str]) -> None:
    with pytest.raises(UsageError):
        describe(plain(), target="price", predictors=asked)


def test_an_empty_predictor_is_refused() -> None:
    table = table_of({"x": [None] * 20, "y": np.arange(20.0)})
    with pytest.raises(InputError, match="no values"):
        describe(table, target="y", predictors=["x"])


def test_duplicates_among_predictors_stay_and_are_pointed_out() -> None:
    rng = np.random.default_rng(42)
    weight = rng.normal(70, 9, size=N)
    table = table_of(
        {"weight_kg": weight, "weight_lb": weight * 2.2046, "x": rng.normal(size=N), "price": rng.normal(size=N)}
    )
    profile = describe(table)
    assert profile.predictors == ("weight_kg", "weight_lb", "x")
    assert "near_duplicate_columns" in codes(profile)


def test_fewer_rows_than_columns_is_a_problem() -> None:
    rng = np.random.default_rng(43)
    profile = describe(table_of({**{f"x{i}": rng.normal(size=12) for i in range(15)}, "y": rng.normal(size=12)}))
    assert next(f for f in profile.findings if f.code == "small_sample").severity == "problem"


def test_a_long_upper_tail_is_pointed_out() -> None:
    rng = np.random.default_rng(44)
    profile = describe(table_of({"x": rng.normal(size=500), "price": np.exp(rng.normal(size=500))}))
    assert next(f for f in profile.findings if f.code == "skewed_target").facts["positive"] is True


def test_the_same_table_gives_the_same_profile() -> None:
    first, second = describe(plain()), describe(plain())
    assert [c.mean for c in first.columns] == [c.mean for c in second.columns]
    assert [(d.id, d.chosen) for d in first.decisions] == [(d.id, d.chosen) for d in second.decisions]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("bike_day", {"instant": "identifier", "casual": "part_of_target", "registered": "part_of_target"}),
        ("titanic", {"deck": "mostly_missing", "alive": "copy_of_target"}),
        ("wage1", {"lwage": "transform_of_target"}),
        ("gapminder", {"country": "unit_key"}),
        ("mpg", {"name": "nearly_unique"}),
        ("insurance", {}),
        ("Boston", {}),
        ("concrete", {}),
        ("ames", {}),
    ],
)
def test_real_tables(truth: Path, name: str, left_out: dict[str, str]) -> None:
    assert reasons(describe(read_table(truth / "real" / f"{name}.csv"))) == left_out
