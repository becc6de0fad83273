"""Data frames at the door."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_analyzer.errors import InputError
from regression_analyzer.table import Table, from_frame, read_table

DATA = {
    "n": [1, 2, None],
    "x": [0.5, float("nan"), 2.5],
    "s": ["a", None, "b"],
    "b": [True, False, True],
    "d": [dt.date(2023, 1, 5), None, dt.date(2023, 1, 7)],
}
KINDS = ["number", "number", "text", "yes_no", "date"]


def check(table: Table) -> None:
    assert [c.kind for c in table.columns] == KINDS
    assert [c.name for c in table.columns] == list(DATA)
    assert table.sql("select c0, c1, c2, c3 from data order by row_number") == [
        (1.0, 0.5, "a", "true"),
        (2.0, None, None, "false"),
        (None, 2.5, "b", "true"),
    ]
    assert table.source.format == "frame"


def test_polars() -> None:
    check(read_table(pl.DataFrame(DATA)))


def test_a_lazy_frame() -> None:
    check(from_frame(pl.DataFrame(DATA).lazy()))


def test_arrow() -> None:
    check(from_frame(pa.table(DATA)))


def test_pandas() -> None:
    check(from_frame(pd.DataFrame({**DATA, "d": pd.to_datetime(pd.Series(DATA["d"]))})))


def test_a_duckdb_relation() -> None:
    other = duckdb.connect()
    relation = other.sql("select i as a, 'g' || (i % 3) as b from range(6) t(i)")
    table = from_frame(relation)
    assert table.sql("select sum(c0), count(distinct c1) from data") == [(15.0, 3)]


def test_a_pandas_category_is_text() -> None:
    table = from_frame(pd.DataFrame({"c": pd.Categorical(["u", "v", "u"]), "y": [1.0, 2.0, 4.0]}))
    assert table.by_name["c"].kind == "text"


def test_labels_that_are_no_texts() -> None:
    assert [c.name for c in from_frame(pd.DataFrame({0: [1, 2], 1: [3, 5]})).columns] == ["0", "1"]


def test_texts_of_numbers_are_numbers() -> None:
    assert from_frame(pl.DataFrame({"x": ["1.5", "2.5"], "y": [1, 2]})).by_name["x"].kind == "number"


def test_nested_values_are_json() -> None:
    table = from_frame(pl.DataFrame({"l": [[1, 2], [3]], "y": [1, 2]}))
    assert table.sql("select c0 from data order by row_number") == [("[1,2]",), ("[3]",)]


def test_codes_can_be_read_as_text() -> None:
    table = from_frame(pl.DataFrame({"k": [1, 2, 1], "y": [1.0, 2.0, 3.0]}), overrides={"column.k.type": "text"})
    assert table.sql("select c0 from data order by row_number") == [("1",), ("2",), ("1",)]


def test_durations_are_days() -> None:
    table = from_frame(pl.DataFrame({"t": [dt.timedelta(hours=36), dt.timedelta(days=2)], "y": [1, 2]}))
    assert table.sql("select c0 from data order by row_number") == [(1.5,), (2.0,)]


def test_the_same_values_have_the_same_fingerprint() -> None:
    first, second = (from_frame(pl.DataFrame(DATA)).source.sha256 for _ in range(2))
    assert first == second != from_frame(pl.DataFrame({**DATA, "n": [1, 2, 3]})).source.sha256


def test_sentinels_in_typed_columns_are_missing() -> None:
    table = from_frame(pl.DataFrame({"x": [1.0, 2.0, -999.0], "y": [1, 2, 3]}))
    assert table.sql("select c0 from data order by row_number") == [(1.0,), (2.0,), (None,)]


def test_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="data frame"):
        from_frame([1, 2, 3])
