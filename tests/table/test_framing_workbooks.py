"""Workbooks, Parquet and JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from regression_analyzer.errors import InputError, LimitError, UsageError
from regression_analyzer.table import columnar
from regression_analyzer.table.raw import Limits
from tests.table.reading import read

JANUARY, MARCH, MAY = (dt.datetime(2024, month, 5) for month in (1, 3, 5))  # noqa: DTZ001
ROWS: list[list[Any]] = [["name", "x", "when"], ["Ann", 1.5, JANUARY], ["Bob", 2, MARCH], ["Cy", 3.25, MAY]]


def saved(sheets: dict[str, Any], *, hidden: tuple[str, ...] = (), merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
        if name in hidden:
            sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_numbers_and_dates_keep_their_types() -> None:
    reading = read(saved({"s": ROWS}))
    assert reading.raw.native == {1: "DOUBLE", 2: "TIMESTAMP"}
    assert reading.cells[0] == ["Ann", 1.5, JANUARY]
    assert reading.raw.decimal == "."
    assert reading.raw.source.format == "xlsx"


def test_a_column_of_mixed_cells_is_text() -> None:
    reading = read(saved({"s": [["a", "b"], ["u", 1], ["v", "n/a"], ["w", 2.5]]}))
    assert [r[1] for r in reading.cells] == ["1", "n/a", "2.5"]
    assert 1 not in reading.raw.native


def test_the_first_shown_sheet_with_a_table_is_read() -> None:
    note = [["Read me first: this workbook holds our figures"], ["Ask Ann about them"]]
    data = saved({"secret": ROWS, "notes": note, "data": ROWS, "more": ROWS}, hidden=("secret",))
    reading = read(data)
    assert reading.raw.source.sheet == "data"
    assert reading.raw.source.sheets == ("secret", "notes", "data", "more")
    assert "more" in reading.decision("table.sheet").rejected
    assert reading.finding("several_sheets").facts["hidden"] == ("secret",)


def test_the_sheet_can_be_chosen() -> None:
    data = saved({"one": ROWS, "two": [["p", "q"], [1, 2], [3, 4]]})
    assert read(data, sheet="two").names == ["p", "q"]
    assert read(data, overrides={"table.sheet": "two"}).names == ["p", "q"]


def test_unknown_sheet_lists_the_sheets() -> None:
    with pytest.raises(UsageError) as caught:
        read(saved({"one": ROWS, "two": ROWS}), sheet="three")
    assert '"one", "two"' in caught.value.message


def test_title_rows_and_sheet_rows() -> None:
    reading = read(saved({"s": [["Report"], [], *ROWS, [], ["Source: own"]]}))
    assert reading.raw.source.header_row == 3
    assert reading.lines == [4, 5, 6]


def test_merged_header_of_two_rows() -> None:
    rows = [["who", "2023", None, "2024", None], ["", "sales", "cost", "sales", "cost"], ["a", 1, 2, 3, 4],
            ["b", 5, 6, 7, 8], ["c", 9, 1, 2, 3]]  # fmt: skip
    reading = read(saved({"s": rows}, merge="B1:C1"))
    assert reading.names == ["who", "2023 sales", "2023 cost", "2024 sales", "2024 cost"]


def test_total_row_of_a_sheet() -> None:
    reading = read(saved({"s": [["g", "x", "y"], ["a", 1, 2], ["b", 3, 4], ["c", 5, 6], ["Total", 9, 12]]}))
    assert len(reading.cells) == 3
    assert reading.raw.left_out[0].lines == (5,)


def test_empty_sheets_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read(saved({"s": []}))
    assert caught.value.code == "empty_sheet"


def test_cut_workbook_is_damaged() -> None:
    data = saved({"s": ROWS})
    with pytest.raises(InputError) as caught:
        read(data[: len(data) // 2])
    assert caught.value.code == "file_damaged"


def _with_part(data: bytes, part: str, change: Any) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == part else text)
    return stream.getvalue()


def test_dimension_that_lies_costs_nothing() -> None:
    data = _with_part(
        saved({"s": ROWS}), "xl/worksheets/sheet1.xml", lambda t: t.replace(b'ref="A1:C4"', b'ref="A1:XFD1048576"')
    )
    assert len(read(data).cells) == 3


def test_entities_are_refused() -> None:
    data = _with_part(saved({"s": ROWS}), "xl/worksheets/sheet1.xml", lambda t: b'<!DOCTYPE x [<!ENTITY a "b">]>' + t)
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.code == "xml_entities"


def test_workbook_bomb_is_stopped() -> None:
    data = _with_part(saved({"s": ROWS}), "xl/worksheets/sheet1.xml", lambda t: t + b" " * 3_000_000)
    with pytest.raises(LimitError):
        read(data, limits=Limits(unpacked_bytes=1_000_000))


def test_too_many_cells() -> None:
    with pytest.raises(LimitError) as caught:
        read(saved({"s": ROWS}), limits=Limits(cells=5))
    assert caught.value.code == "too_many_cells"


def test_parquet_keeps_types_and_order(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(
        f"copy (select 'k' || i as label, i as n, i / 4 as share, [i] as list, date '2024-01-01' as day "
        f"from range(5000) t(i)) to '{path}' (format parquet)"
    )
    reading = read(path)
    assert reading.names == ["label", "n", "share", "list", "day"]
    assert [r[1] for r in reading.cells] == list(range(5000))
    assert reading.raw.native == {1: "BIGINT", 2: "DOUBLE", 4: "DATE"}
    assert reading.cells[7][3] == "[7]"


def test_damaged_parquet() -> None:
    with pytest.raises(InputError) as caught:
        read(b"PAR1" + b"x" * 100 + b"PAR1")
    assert caught.value.code == "file_damaged"


RECORDS = [{"a": 1, "b": "x"}, {"a": 2.5, "b": "y"}, {"a": None, "b": "z"}]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps({"meta": "m", "data": RECORDS}),
        json.dumps({"a": [1, 2.5, None], "b": ["x", "y", "z"]}),
        json.dumps({"a": {"0": 1, "1": 2.5, "2": None}, "b": {"0": "x", "1": "y", "2": "z"}}),
        json.dumps([["a", "b"], [1, "x"], [2.5, "y"], [None, "z"]]),
    ],
)
def test_json_in_its_usual_shapes(text: str) -> None:
    reading = read(text)
    assert reading.names == ["a", "b"]
    assert reading.cells == [[1.0, "x"], [2.5, "y"], ["", "z"]]
    assert reading.raw.native == {0: "DOUBLE"}


def test_large_json_is_read_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "SMALL_BYTES", 0)
    for text in (json.dumps(RECORDS), "\n".join(map(json.dumps, RECORDS))):
        reading = read(text)
        assert reading.names == ["a", "b"]
        assert [r[1] for r in reading.cells] == ["x", "y", "z"]


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a": ', '{"a": 1}\n{"a": \n', "[" * 100_000])
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)
