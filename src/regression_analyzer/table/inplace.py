"""A large, regular text is read where it lies; the few odd records are cut out of a copy."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from regression_analyzer.table.choices import Choices
from regression_analyzer.table.dialect import Trial
from regression_analyzer.table.framing import count_comments, decide_totals
from regression_analyzer.table.layout import HEAD_ROWS, Layout, find_layout, is_blank
from regression_analyzer.table.raw import Limits
from regression_analyzer.table.records import Dialect, RecordReader, Row, Trouble, lines_of_text
from regression_analyzer.table.sift import DataRow, Sieve, left_out_of, tell
from regression_analyzer.table.store import BUFFER_BYTES, Read
from regression_analyzer.table.survey import Shape, Survey, TooOddError, survey
from regression_analyzer.table.workspace import new_path, sql_text

if TYPE_CHECKING:
    import duckdb

COPY_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class _Edit:
    """One odd record: its index from 0, its bytes in the file, and what stands in their place (b"": nothing)."""

    index: int
    start: int
    end: int
    instead: bytes
    is_data: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Place:
    """A regular text: where its data begins, and how it is cut."""

    path: Path
    dialect: Dialect
    line: int
    start: int
    width: int
    limits: Limits

    def records(self, data: bytes, line: int) -> list[Row]:
        """Cut some bytes of the text, the first of which stands on `line`."""
        reader = RecordReader(
            iter(lines_of_text(data.decode("utf-8"))),
            self.dialect,
            cell_characters=self.limits.cell_characters,
            trouble=Trouble(),
        )
        reader.width = self.width
        return [(line + number - 1, cells) for number, cells in reader]


def read_in_place(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    trial: Trial,
    sample: Sequence[str],
    *,
    choices: Choices,
    limits: Limits,
) -> Read | None:
    """Frame a large UTF-8 text without cutting it in Python; None where it is not regular enough.

    Parameters
    ----------
    path : the text; it must stay as long as the relation is read
    trial : delimiter and quotes
    sample : its first physical lines
    """
    dialect = trial.dialect
    if (
        len(dialect.delimiter.encode()) != 1
        or dialect.delimiter == " "
        or dialect.edged
        or dialect.backslash
        or dialect.quote != '"'
    ):
        return None
    trouble = Trouble()
    reader = RecordReader(iter(sample), dialect, cell_characters=limits.cell_characters, trouble=trouble)
    reader.width = trial.width
    head = list(islice(reader, HEAD_ROWS))
    layout = find_layout(head, choices.fresh(), max_columns=limits.columns)
    if trouble.multiline or trouble.unbalanced or trouble.stray or trouble.nul or layout.first >= len(head):
        return None
    line = head[layout.first][0]
    width = Counter(len(cells) for _, cells in head[layout.first :]).most_common(1)[0][0]
    if width < layout.width:
        return None
    start = _start_of(path, line)
    place = _Place(path=path, dialect=dialect, line=line, start=start, width=width, limits=limits)
    header = b"" if layout.header_line is None else sample[layout.header_line - 1].encode()
    try:
        found = survey(path, _shape(place, header, layout.comment))
    except TooOddError:
        return None
    layout = find_layout(head, choices, max_columns=limits.columns)
    sieve = Sieve(layout=layout, choices=choices)
    count_comments(sieve, head[: layout.first])
    return _assemble(connection, place, found, sieve, choices)


def _shape(place: _Place, header: bytes, comment: str | None) -> Shape:
    return Shape(
        start=place.start,
        delimiter=ord(place.dialect.delimiter),
        quote=ord('"'),
        width=place.width,
        header=header,
        comment=None if comment is None else comment.encode()[0],
    )


def _start_of(path: Path, line: int) -> int:
    """Return the byte at which a line begins."""
    with path.open("rb") as stream:
        for _ in range(line - 1):
            stream.readline()
        return stream.tell()


def _assemble(
    connection: duckdb.DuckDBPyConnection, place: _Place, found: Survey, sieve: Sieve, choices: Choices
) -> Read:
    edits = _odd_records(place, found, sieve)
    tail, totals, told_by = _tail(place, found, sieve, edits, choices)
    edits += tail
    path, skip = place.path, place.line - 1
    if edits:
        path, skip = new_path(connection, ".csv"), 0
        _copy(place, edits, path)
    layout = sieve.layout
    tell(sieve, sieve.rows_in_file)
    return Read(
        relation=_relation(path, place, layout, edits, skip=skip, longest=found.longest),
        names=layout.names,
        rows_in_file=sieve.rows_in_file,
        format="csv",
        header_line=layout.header_line,
        left_out=tuple(left_out_of(sieve, totals, told_by)),
        delimiter=place.dialect.delimiter,
    )


def _odd_records(place: _Place, found: Survey, sieve: Sieve) -> list[_Edit]:
    """Decide on the odd records before the last ones."""
    edits: list[_Edit] = []
    others = 0
    with place.path.open("rb") as stream:
        for odd in found.odd:
            stream.seek(odd.start)
            record = place.records(stream.read(odd.end - odd.start), place.line + odd.index)[0]
            sieve.rows_in_file = before = odd.index - others
            row = sieve.sort(record)
            is_data = sieve.rows_in_file > before
            others += not is_data
            edits.append(_Edit(odd.index, odd.start, odd.end, _encoded(row, place), is_data))
    sieve.rows_in_file = found.tail_index - others
    return edits


def _tail(
    place: _Place, found: Survey, sieve: Sieve, edits: Sequence[_Edit], choices: Choices
) -> tuple[list[_Edit], list[DataRow], str]:
    """Decide on the last records: notes, totals and odd ones."""
    with place.path.open("rb") as stream:
        stream.seek(found.tail_start)
        data = stream.read()
    records = place.records(data, place.line + found.tail_index)
    body = sieve.without_notes(records)
    rows: dict[int, DataRow] = {}
    counted: set[int] = set()
    for record in body:
        before = sieve.rows_in_file
        row = sieve.sort(record)
        if sieve.rows_in_file > before:
            counted.add(record[0])
        if row is not None:
            rows[record[0]] = row
    totals, told_by = decide_totals(list(rows.values()), sieve.layout, choices, place.dialect.delimiter, whole=False)
    for _, line, _ in totals:
        del rows[line]
    last = max(rows, default=place.line + found.tail_index - 1)
    made: list[_Edit] = []
    start = found.tail_start
    for (line, cells), piece in zip(records, data.splitlines(keepends=True), strict=True):
        end = start + len(piece)
        plain = len(cells) == place.width and b'"' not in piece
        if line in rows and not plain:
            made.append(_Edit(line - place.line, start, end, _encoded(rows[line], place), True))
        elif line not in rows and not (line > last and is_blank(cells) and not edits and place.width > 1):
            made.append(_Edit(line - place.line, start, end, b"", line in counted))
        start = end
    return made, totals, told_by


def _encoded(row: DataRow | None, place: _Place) -> bytes:
    """Return a row as a regular record of the copy; nothing for no row."""
    if row is None:
        return b""
    text = io.StringIO()
    cells = row[2] + [""] * (place.width - len(row[2]))
    csv.writer(text, delimiter=place.dialect.delimiter, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _copy(place: _Place, edits: Sequence[_Edit], target: Path) -> None:
    """Copy the data records with the edits made, line ends as they are."""
    crlf = False
    with place.path.open("rb") as source, target.open("wb") as sink:
        source.seek(place.start)
        crlf = source.readline().endswith(b"\r\n")
        at = place.start
        for edit in [*edits, None]:
            source.seek(at)
            left = None if edit is None else edit.start - at
            while chunk := source.read(COPY_BYTES if left is None else min(COPY_BYTES, left)):
                sink.write(chunk)
                left = None if left is None else left - len(chunk)
            if edit is not None:
                sink.write(edit.instead.replace(b"\n", b"\r\n") if crlf else edit.instead)
                at = edit.end


def _relation(path: Path, place: _Place, layout: Layout, edits: Sequence[_Edit], *, skip: int, longest: int) -> str:
    """Return the scan with row and line numbers: both follow from the order, stepped at each record cut out."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(place.width))
    size = max(2_000_000, 2 * longest + 64)
    scan = (
        f"read_csv({sql_text(str(path))}, columns={{{columns}}}, delim={sql_text(place.dialect.delimiter)}, "
        f"quote='\"', escape='\"', header=false, skip={skip}, auto_detect=false, max_line_size={size}, "
        f"buffer_size={max(BUFFER_BYTES, 2 * size)})"
    )
    gone = [e for e in edits if not e.instead]
    steps_line: dict[int, int] = {}
    steps_row: dict[int, int] = {}
    for j, edit in enumerate(gone):
        steps_line[edit.index - j] = j + 1
        steps_row[edit.index - j] = sum(e.is_data for e in gone[: j + 1])
    cells = ", ".join(f"c{i}" for i in range(layout.width))
    return (
        f"(select kept + {_stepped(steps_row)} as row_number, kept + {place.line - 1} + {_stepped(steps_line)} "
        f"as line_number, {cells} from (select row_number() over () as kept, {cells} from {scan}))"
    )


def _stepped(steps: dict[int, int]) -> str:
    if not steps:
        return "0"
    cases = " ".join(f"when kept > {after} then {add}" for after, add in sorted(steps.items(), reverse=True))
    return f"(case {cases} else 0 end)"
