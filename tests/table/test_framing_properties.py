"""Whatever way a table is written, the same cells are read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_analyzer.table import delimited
from tests.table.reading import read

WORDS = st.text(alphabet="abcdefgzäöéß ,;|\t\"'#-.", min_size=0, max_size=8)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: f"{x:.3f}")


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    n_rows = draw(st.integers(4, 12))
    words = draw(st.lists(WORDS.map(str.strip), min_size=n_rows, max_size=n_rows))
    numbers = draw(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=n_rows, max_size=n_rows))
    return [[f"k{i}{w}", a, b] for i, (w, (a, b)) in enumerate(zip(words, numbers, strict=True))]


def written(rows: list[list[str]], delimiter: str, quoting: int, end: str) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["label", "first", "second"])
    writer.writerows(rows)
    return stream.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_cells_survive_every_notation(
    rows: list[list[str]], delimiter: str, encoding: str, quoting: int, end: str
) -> None:
    reading = read(written(rows, delimiter, quoting, end).encode(encoding))
    assert reading.names == ["label", "first", "second"]
    assert reading.cells == rows
    assert reading.numbers == list(range(1, len(rows) + 1))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.lists(st.integers(0, 11), max_size=4))
def test_large_and_small_texts_read_alike(
    monkeypatch: pytest.MonkeyPatch, rows: list[list[str]], quoting: int, short: list[int]
) -> None:
    lines = written(rows * 8, ",", quoting, "\n").splitlines(keepends=True)
    for at in sorted(set(short), reverse=True):
        lines.insert(1 + at * 3, "only one\n")
    data = "".join(lines)
    monkeypatch.setattr(delimited, "SMALL_BYTES", 8_000_000)
    small = read(data)
    monkeypatch.setattr(delimited, "SMALL_BYTES", 0)
    large = read(data)
    assert large.cells == small.cells
    assert (large.numbers, large.lines) == (small.numbers, small.lines)
    assert large.raw.rows_in_file == small.raw.rows_in_file
