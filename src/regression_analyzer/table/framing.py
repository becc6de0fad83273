"""Records of a text or a sheet -> names and rows of one table; the same for every format."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from regression_analyzer.errors import LimitError
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.edges import is_turned, reason_of
from regression_analyzer.table.layout import Layout, find_layout
from regression_analyzer.table.orientation import how_it_lies, turn
from regression_analyzer.table.records import Row
from regression_analyzer.table.sift import SHOWN_LINES, DataRow, Sieve, left_out_of, split_totals, tell
from regression_analyzer.table.value import LeftOut

HELD_ROWS = 30
LEAVE_OUT, KEEP = "leave_out", "keep"
TOTALS = "table.total_rows"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Framed:
    """One table in memory.

    Attributes
    ----------
    names : header texts
    rows : the rows that stay
    header_line : None where there is no header
    left_out : the rows that do not
    rows_in_file : data rows, those left out included
    transposed : the table was turned
    """

    names: tuple[str, ...]
    rows: list[DataRow]
    header_line: int | None
    left_out: tuple[LeftOut, ...]
    rows_in_file: int
    transposed: bool = False


def frame(
    records: Sequence[Row],
    choices: Choices,
    *,
    max_columns: int,
    transpose: bool | None,
    delimiter: str | None,
    physical: bool,
) -> Framed:
    """Frame a table whose records are all in memory.

    Parameters
    ----------
    records : every record, blank ones included
    choices : overrides in, decisions and findings out
    max_columns : largest number of columns
    transpose : True or False: turn it or not; None: decide
    delimiter : of a text
    physical : records are lines of a text
    """
    layout = find_layout(records[:1000], choices, max_columns=max_columns, physical=physical)
    sieve = Sieve(layout=layout, choices=choices, physical=physical)
    count_comments(sieve, records[: layout.first])
    rows = list(sieve.rows(records[layout.first :]))
    turned, by = _turned(layout, rows, choices, transpose)
    if turned:
        return _turn(layout, rows, sieve, choices, max_columns, by=by)
    totals, told_by = decide_totals(rows, layout, choices, delimiter, whole=True)
    kept = rows[: len(rows) - len(totals)]
    tell(sieve, len(kept))
    return Framed(
        names=layout.names,
        rows=kept,
        header_line=layout.header_line,
        left_out=tuple(left_out_of(sieve, totals, told_by)),
        rows_in_file=sieve.rows_in_file,
    )


def count_comments(sieve: Sieve, above: Sequence[Row]) -> None:
    """Count the comment lines above the first row of data."""
    prefix = sieve.layout.comment
    for line, cells in above:
        if prefix is not None and cells and cells[0].lstrip().startswith(prefix) and line != sieve.layout.header_line:
            sieve.comments.add(line)


def _turned(layout: Layout, rows: Sequence[DataRow], choices: Choices, transpose: bool | None) -> tuple[bool, str]:
    """Return whether the table is turned, and on whose word where neither the user nor a rule decided."""
    what = "Table lies on its side"
    chosen = choices.override("table.transpose", ("yes", "no"))
    if chosen is not None:
        choices.record("table.transpose", what, chosen, "")
        return chosen == "yes", ""
    if transpose is not None:
        answer = "yes" if transpose else "no"
        choices.record("table.transpose", what, answer, "chosen by the user", ("no" if transpose else "yes",))
        return transpose, ""
    side = how_it_lies(layout.names, rows, headed=layout.header_line is not None)
    taken = choices.read_edges(side.open) if side.open is not None and choices.read_edges is not None else None
    settled = is_turned(side.open, taken) if side.open is not None and taken is not None else None
    if taken is not None and settled is not None:
        choices.record("table.transpose", what, "yes" if settled else "no", reason_of(taken), ("yes", "no"))
        return settled, taken.by
    choices.record("table.transpose", what, "yes" if side.on_side else "no", side.because, ("yes", "no"))
    if side.doubtful:
        choices.find("maybe_on_its_side", "attention", rows=len(rows), columns=layout.width)
    return side.on_side, ""


def _turn(layout: Layout, rows: list[DataRow], sieve: Sieve, choices: Choices, max_columns: int, *, by: str) -> Framed:
    if len(rows) >= max_columns:
        raise LimitError(
            f"Turned, the table would have {len(rows):,} columns; at most {max_columns:,} can be read.",
            code="too_many_columns",
        )
    tell(sieve, len(rows))
    names, turned = turn(layout.names, rows, headed=layout.header_line is not None)
    choices.find("table_turned", "attention", rows=len(turned), columns=len(names), first=tuple(names[:5]), by=by)
    return Framed(
        names=tuple(n.strip() for n in names),
        rows=turned,
        header_line=layout.header_line,
        left_out=(),
        rows_in_file=len(turned),
        transposed=True,
    )


def decide_totals(
    rows: list[DataRow], layout: Layout, choices: Choices, delimiter: str | None, *, whole: bool
) -> tuple[list[DataRow], str]:
    """Decide what becomes of rows of totals at the end; return those to leave out, and what tells them.

    Parameters
    ----------
    rows : all rows of the table (`whole`), so that sums can be compared, or the last ones
    """
    chosen = choices.override(TOTALS, (LEAVE_OUT, KEEP))
    _, totals, told_by = split_totals(rows, layout, delimiter=delimiter, whole=whole)
    if not totals:
        if chosen is not None:
            choices.record(TOTALS, "Rows of totals", chosen, "")
        return [], ""
    lines = tuple(r[1] for r in totals[:SHOWN_LINES])
    numbers = tuple(r[0] for r in totals[:SHOWN_LINES])
    because = (
        f"line {lines[0]} is {told_by}" if told_by.startswith("labelled") else f"line {lines[0]} equals the {told_by}"
    )
    left = chosen != KEEP
    choices.record(TOTALS, "Rows of totals", LEAVE_OUT if left else KEEP, because, (LEAVE_OUT, KEEP))
    choices.find(
        "total_rows", "attention", rows=len(totals), lines=lines, data_rows=numbers, told_by=told_by, left_out=left
    )
    return (totals, told_by) if left else ([], "")


class Streamed:
    """Frames a table that is too large to hold; what it learns is complete when `rows` is through.

    Parameters
    ----------
    head : the first records
    rest : the records after them
    choices : overrides in, decisions and findings out
    max_columns : largest number of columns
    delimiter : of the text
    """

    def __init__(
        self, head: Sequence[Row], rest: Iterable[Row], choices: Choices, *, max_columns: int, delimiter: str | None
    ) -> None:
        self.layout = find_layout(head, choices, max_columns=max_columns)
        self._choices, self._delimiter = choices, delimiter
        self._sieve = Sieve(layout=self.layout, choices=choices)
        self._head, self._rest = head, rest
        self.left_out: tuple[LeftOut, ...] = ()

    @property
    def rows_in_file(self) -> int:
        """Data rows seen, those left out included."""
        return self._sieve.rows_in_file

    def rows(self) -> Iterator[DataRow]:
        """Yield the rows that stay."""
        count_comments(self._sieve, self._head[: self.layout.first])
        held: deque[DataRow] = deque()
        count = 0
        for row in self._sieve.rows(self._records()):
            held.append(row)
            if len(held) > HELD_ROWS:
                count += 1
                yield held.popleft()
        rows = list(held)
        totals, told_by = (
            decide_totals(rows, self.layout, self._choices, self._delimiter, whole=False) if rows else ([], "")
        )
        yield from rows[: len(rows) - len(totals)]
        self.left_out = tuple(left_out_of(self._sieve, totals, told_by))
        tell(self._sieve, count)

    def _records(self) -> Iterator[Row]:
        yield from self._head[self.layout.first :]
        yield from self._rest
