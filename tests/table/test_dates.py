"""Dates in many shapes, and the order of day and month."""

from __future__ import annotations

from datetime import datetime

import pytest

from regression_analyzer.table import Table, read_table
from regression_analyzer.table.dates import order_from_sequence, shape_of


def read(cells: list[str], overrides: dict[str, str] | None = None) -> Table:
    text = "row,when\n" + "".join(f'r{i},"{c}"\n' for i, c in enumerate(cells))
    return read_table(text.encode(), overrides=overrides)


def days(table: Table) -> list[str | None]:
    found = [row[0] for row in table.sql("select c1 from data order by row_number")]
    return [v.strftime("%Y-%m-%d") if isinstance(v, datetime) else None for v in found]


SHAPES = [
    ("2023-01-05", "2023-01-05"),
    ("2023/01/05", "2023-01-05"),
    ("2023.01.05", "2023-01-05"),
    ("25/01/2023", "2023-01-25"),
    ("25.01.2023", "2023-01-25"),
    ("25.1.23", "2023-01-25"),
    ("Jan 22, 2023", "2023-01-22"),
    ("January 22nd, 2023", "2023-01-22"),
    ("22-Jan-23", "2023-01-22"),
    ("3. März 2023", "2023-03-03"),
    ("5 janvier 2023", "2023-01-05"),
    ("05 de enero de 2023", "2023-01-05"),
    ("Mon, 05 Feb 2023", "2023-02-05"),
    ("2023-01", "2023-01-01"),
    ("Jan 2023", "2023-01-01"),
    ("2020Q3", "2020-07-01"),
    ("20230105", "2023-01-05"),
    ("05-Feb-71", "1971-02-05"),
]


@pytest.mark.parametrize(("text", "day"), SHAPES, ids=[s[0] for s in SHAPES])
def test_a_shape(text: str, day: str) -> None:
    companions = [text, text.replace("23", "21") if "23" in text else text, text.replace("20", "19", 1)]
    table = read([text, *companions])
    assert table.columns[1].kind == "date"
    assert days(table)[0] == day


def test_times_and_offsets_become_utc() -> None:
    table = read(["2023-01-05T13:45:00+02:00", "2023-01-05 10:00:00Z", "2023-01-05 10:30"])
    found = [row[0] for row in table.sql("select c1 from data order by row_number")]
    assert found == [datetime(2023, 1, 5, 11, 45), datetime(2023, 1, 5, 10), datetime(2023, 1, 5, 10, 30)]  # noqa: DTZ001


def test_afternoons() -> None:
    table = read(["01/25/2023 1:05 PM", "01/26/2023 12:30 AM"])
    found = [row[0] for row in table.sql("select c1 from data order by row_number")]
    assert found == [datetime(2023, 1, 25, 13, 5), datetime(2023, 1, 26, 0, 30)]  # noqa: DTZ001


def test_several_shapes_in_one_column() -> None:
    table = read(["2023-01-01", "08/01/2023", "15.01.2023", "Jan 22, 2023", "2023/01/29", "19/02/2023"])
    assert days(table) == ["2023-01-01", "2023-01-08", "2023-01-15", "2023-01-22", "2023-01-29", "2023-02-19"]


def test_one_day_above_twelve_decides_the_column() -> None:
    assert days(read(["03/04/2023", "05/25/2023", "01/02/2023"])) == ["2023-03-04", "2023-05-25", "2023-01-02"]


def said(table: Table) -> list[object]:
    return [f.facts["chosen"] for f in table.findings if f.code == "date_order_ambiguous"]


def test_an_open_order_is_said() -> None:
    assert said(read(["03/04/2021", "01/12/2020", "11/02/2023", "07/06/2019"])) == ["month_first"]


def test_an_open_order_can_be_chosen() -> None:
    cells = ["03/04/2021", "01/12/2020", "11/02/2023"]
    table = read(cells, {"column.when.date_order": "day_first"})
    assert days(table) == ["2021-04-03", "2020-12-01", "2023-02-11"]
    assert said(table) == []


def test_the_first_of_each_month_decides() -> None:
    found = order_from_sequence(["01/02/2020", "01/03/2020", "01/04/2020", "01/05/2020"])
    assert found is not None
    assert found[0] == "day_first"


def test_rows_that_run_in_time_decide() -> None:
    found = order_from_sequence(["01/02/2020", "01/09/2020", "02/02/2020", "02/09/2020", "03/01/2020", "03/08/2020"])
    assert found is not None
    assert found[0] == "month_first"


def test_another_column_decides() -> None:
    table = read_table(b"a,b\n03/04/2021,25/01/2020\n01/12/2020,26/02/2021\n11/02/2023,27/03/2022\n")
    assert table.sql("select strftime(c0, '%m-%d') from data limit 1") == [("04-03",)]
    assert said(table) == []


def test_impossible_days_are_named() -> None:
    table = read([f"{d:02d}/01/2023" for d in range(1, 29)] + ["31/02/2023"])
    assert days(table)[-1] is None
    assert [f.facts["texts"] for f in table.findings if f.code == "odd_cells"] == [("31/02/2023",)]


def test_excel_serial_numbers_stay_numbers_with_a_hint() -> None:
    table = read_table(b"date,y\n44927,1\n44934,2\n44941,4\n")
    assert table.columns[0].kind == "number"
    assert "maybe_serial_dates" in {f.code for f in table.findings}


@pytest.mark.parametrize("text", ["5 May", "13:45", "31/02/2023", "May", "2023-13-01", "version 2023"])
def test_no_dates(text: str) -> None:
    assert shape_of(text) is None
