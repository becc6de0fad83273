"""Awkward real files: every typed column equals the right reading, numbers to the last bit."""

from __future__ import annotations

import csv
import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from regression_analyzer.table import read_table

TRUTH = Path(__file__).parents[3] / "shared" / "truth"
INDEX = TRUTH / "nasty" / "index.json"
TRUTH_SIDE = {"yes", "y", "true"}
RENAMED = {"transposed.csv": {"car": "variable"}}
SHIFTED = {"large_offset.csv": {"t": 1_000_000_000.0}}
"""The right reading of this file is given with t counted from its first value."""


def cases() -> list[dict[str, Any]]:
    if not INDEX.exists():
        return []
    return [f for f in json.loads(INDEX.read_text("utf-8"))["files"] if f.get("clean_version")]


def equal(got: object, wanted: str, shift: float) -> bool:
    if got is None or wanted == "":
        return got is None and wanted == ""
    if isinstance(got, datetime):
        return got.strftime("%Y-%m-%d") == wanted
    if isinstance(got, float):
        number = float(wanted) + shift
        return got == number and not (got == 0 and math.copysign(1, got) < 0)
    if wanted in {"0", "1"}:
        return (str(got).lower() in TRUTH_SIDE) == (wanted == "1")
    return got == wanted.strip()


@pytest.mark.skipif(not INDEX.exists(), reason="the oracle files are not there")
@pytest.mark.parametrize("case", cases(), ids=lambda c: str(c["file"]))
def test_the_right_reading(case: dict[str, Any]) -> None:
    name = case["file"]
    table = read_table(TRUTH / "nasty" / name)
    with (TRUTH / case["clean_version"]).open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    assert table.n_rows == len(rows)
    assert table.n_rows + sum(out.rows for out in table.left_out) == table.rows_in_file
    for j, column in enumerate(header):
        ours = table.by_name[RENAMED.get(name, {}).get(column, column)]
        got = [row[0] for row in table.sql(f"select {ours.sql} from data order by row_number")]
        shift = SHIFTED.get(name, {}).get(column, 0.0)
        wrong = [(g, r[j]) for g, r in zip(got, rows, strict=True) if not equal(g, r[j], shift)]
        assert not wrong, column


@pytest.mark.skipif(not INDEX.exists(), reason="the oracle files are not there")
def test_none_in_ames_is_a_category() -> None:
    table = read_table(TRUTH / "real" / "ames.csv")
    text = [c for c in table.columns if c.kind == "text"]
    counted = sum(int(str(table.sql(f"select count(*) from data where {c.sql} = 'None'")[0][0])) for c in text)
    assert counted == 4599
