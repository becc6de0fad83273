"""The awkward and hostile files of the reference data, as far as framing goes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from regression_analyzer.errors import AnalyzerError
from tests.conftest import TRUTH
from tests.table.reading import read

FOLDER = TRUTH / "nasty"
ENTRIES: list[dict[str, Any]] = (
    json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["files"] if FOLDER.is_dir() else []
)
REFUSED = {
    "zero_bytes.csv": "file_empty",
    "text_only.csv": "not_a_table",
    "png_named.csv": "wrong_type",
    "gzip_bomb.csv.gz": "unpacked_too_large",
    "zip_bomb.xlsx": "unpacked_too_large",
    "entity_expansion.xlsx": "xml_entities",
    "truncated.xlsx": "file_damaged",
    "empty_workbook.xlsx": "empty_sheet",
}
TOLD = {
    "ragged_rows.csv": ("ragged_rows", (6, 10, 21)),
    "unbalanced_quote.csv": ("unbalanced_quote", (11,)),
    "comment_lines.csv": ("comment_lines", (1, 2, 19)),
    "trailing_total_row.csv": ("total_rows", (34,)),
    "transposed.csv": ("table_turned", None),
    "multi_sheet_merged.xlsx": ("several_sheets", None),
    "hidden_rows_cols.xlsx": ("hidden_cells", None),
}
# Columns the file has and its clean version lacks, because they hold nothing or repeat others; or other names.
NAMED_OTHERWISE = {"transposed.csv", "all_null_column.csv", "perfect_collinear.csv", "near_collinear.csv"}

pytestmark = pytest.mark.skipif(not ENTRIES, reason="no reference data beside the checkout")


def readable() -> list[dict[str, Any]]:
    return [e for e in ENTRIES if e["file"] not in REFUSED]


@pytest.mark.parametrize("file", sorted(REFUSED))
def test_refused_with_its_reason(file: str) -> None:
    with pytest.raises(AnalyzerError) as caught:
        read(FOLDER / file)
    assert caught.value.code == REFUSED[file]


@pytest.mark.parametrize("entry", readable(), ids=lambda e: str(e["file"]))
def test_rows_and_names(entry: dict[str, Any]) -> None:
    reading = read(FOLDER / entry["file"])
    if entry.get("expected_rows") is not None:
        assert len(reading.cells) == entry["expected_rows"]
    if entry.get("expected_columns") and entry["file"] not in NAMED_OTHERWISE:
        assert reading.names == entry["expected_columns"]


def _clean_texts() -> list[str]:
    same = (
        *("utf16", "utf8", "latin1", "cp1252", "shift_jis", "tab_", "pipe_", "quoted_", "mixed_line", "no_final"),
        *("leading_", "comment_", "trailing_", "numbers_as", "emoji", "xss", "csv_named", "data.csv", "bigint"),
    )
    return [e["file"] for e in readable() if e["file"].startswith(same) and e.get("clean_version")]


@pytest.mark.parametrize("file", _clean_texts())
def test_cells_are_those_of_the_clean_version(file: str) -> None:
    entry = next(e for e in ENTRIES if e["file"] == file)
    with (Path(TRUTH) / entry["clean_version"]).open(encoding="utf-8", newline="") as stream:
        clean = list(csv.reader(stream))[1:]
    cells = read(FOLDER / file).cells
    assert [_rounded(row) for row in cells] == [_rounded(row) for row in clean]


def _rounded(row: list[str]) -> list[object]:
    found: list[object] = []
    for cell in row:
        try:
            found.append(round(float(cell), 9))
        except ValueError:
            found.append(cell)
    return found


@pytest.mark.parametrize("file", sorted(TOLD))
def test_trouble_is_told(file: str) -> None:
    code, lines = TOLD[file]
    finding = read(FOLDER / file).finding(code)
    if lines is not None:
        assert finding.facts["lines"] == lines


def test_the_slipping_zip_entry_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(read(FOLDER / "zip_with_slip.zip").cells) == 32
    assert not list(tmp_path.rglob("*"))
