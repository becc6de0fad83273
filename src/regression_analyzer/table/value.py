"""The table as every later room sees it: typed columns in a DuckDB relation, and where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from regression_analyzer.findings import Decision, Finding

if TYPE_CHECKING:
    import duckdb

Kind = Literal["number", "yes_no", "date", "text"]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PART_COLUMNS = 100
"""Columns of one stored part of a table: planning a statement takes time that grows with their square."""
_POSITIONS = re.compile(r"\bc(\d+)\b")
_FROM_DATA = re.compile(r"\bfrom data\b")

BLOCK_ROWS = 250_000
"""Rows per block when a table is read in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file as it was read.

    Attributes
    ----------
    name : base name of the file (never a path)
    sha256 : of the bytes as given, hexadecimal
    n_bytes : size of the bytes as given
    format : ``"csv"``, ``"xlsx"``, ``"xls"``, ``"xlsb"``, ``"ods"``, ``"parquet"``, ``"jsonl"``, ``"json"`` or
        ``"frame"``
    compression : ``"gzip"``, ``"zip"`` or None
    encoding, delimiter, decimal, sheet : None where they do not apply
    header_row : 1-based line (text) or sheet row that holds the names; None where there is none
    sheets : every sheet of a workbook, in order
    """

    name: str
    sha256: str
    n_bytes: int
    format: str
    compression: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    ``position`` is its index in ``Table.columns``; its SQL name is ``c<position>`` whatever its own name
    is, so no text from a file ever becomes part of a statement.

    Attributes
    ----------
    name : unique, as shown
    original_name : as found in the file (may be empty or a duplicate)
    kind : ``"number"`` -> SQL DOUBLE; ``"date"`` -> TIMESTAMP; ``"text"`` and ``"yes_no"`` -> VARCHAR
        (a yes/no column holds exactly two spellings, the more common spelling of each side)
    integer : every value is a whole number (number columns)
    unit : from the header or the cells (``"kg"``, ``"$"``, ``"%"``), None if there is none
    native : storage type in a typed file (``"BIGINT"``), None where it was text
    """

    name: str
    original_name: str
    position: int
    kind: Kind
    integer: bool = False
    unit: str | None = None
    native: str | None = None

    @property
    def sql(self) -> str:
        """The column's name in statements."""
        return f"c{self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Data rows that were left out, for one reason.

    Attributes
    ----------
    reason : plain words (``"no value in charges"``, ``"a total of the rows above"``)
    rows : how many
    lines : the first 20 lines (text) or sheet rows (workbook) of the file
    """

    reason: str
    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RawBlock:
    """A run of table rows as arrays.

    Attributes
    ----------
    row : (n,) 1-based data rows of the file
    values : by column position, (n,) float64: numbers as they are; dates as days since 1970-01-01;
        categories as the index in the level list asked for; NaN for missing or a level not listed
    """

    row: IntArray
    values: Mapping[int, FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """A typed table in DuckDB, and how it came to be.

    The relation ``data`` on ``connection`` has the columns ``row_number`` (BIGINT, 1-based data row of the
    file), ``line_number`` (BIGINT, line or sheet row) and ``c0``, ``c1`` ... in that row order.

    Attributes
    ----------
    columns : in file order
    n_rows : rows in ``data``
    rows_in_file : data rows found in the file; ``n_rows + sum(left_out.rows)``
    left_out : rows that did not become table rows (totals, repeated headers, ragged lines ...)
    decisions, findings : every guess made while reading
    transposed : the table was turned
    in_parts : ``data`` joins the views ``data_0``, ``data_1`` ... of ``PART_COLUMNS`` columns each
    """

    connection: duckdb.DuckDBPyConnection
    source: Source
    columns: tuple[Column, ...]
    n_rows: int
    rows_in_file: int
    left_out: tuple[LeftOut, ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    transposed: bool = False
    in_memory: bool = True
    in_parts: bool = False
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})

    def sql(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run one statement on ``data`` and return its rows: for aggregates, never for the rows themselves."""
        return self.connection.execute(self.narrowed(query), list(parameters)).fetchall()

    def narrowed(self, query: str) -> str:
        """Return a query on ``data`` as one on the parts of a wide table that it needs.

        A wide table is kept in parts of ``PART_COLUMNS`` columns, and ``data`` joins them all: planning
        that join for thousands of columns takes longer than the query itself.
        """
        if not self.in_parts:
            return query
        positions = sorted({int(found) for found in _POSITIONS.findall(query)})
        first, *others = sorted({position // PART_COLUMNS for position in positions} or {0})
        cells = "".join(f", c{position}" for position in positions)
        joined = "".join(f" positional join data_{part}" for part in others)
        keys = ", ".join(f"data_{first}.{key} as {key}" for key in ("row_number", "line_number", "rowid"))
        return _FROM_DATA.sub(f"from (select {keys}{cells} from data_{first}{joined})", query)

    def blocks(
        self,
        positions: Sequence[int],
        levels: Mapping[int, Sequence[str]] | None = None,
        *,
        block_rows: int = BLOCK_ROWS,
    ) -> Iterator[RawBlock]:
        """Read columns in row order, a block at a time.

        Parameters
        ----------
        positions : columns to read
        levels : for each text or yes/no column among them, its levels; a cell's value is its level's index
        block_rows : rows per block

        Yields
        ------
        RawBlock
        """
        from regression_analyzer.table.blocks import read_blocks  # noqa: PLC0415

        return read_blocks(self, positions, levels or {}, block_rows)

    def lines_of(self, rows: Sequence[int]) -> tuple[int, ...]:
        """Return the lines (or sheet rows) of some 1-based data rows, in the order asked."""
        if not rows:
            return ()
        found = self.connection.execute(
            "select row_number, line_number from data where row_number in (select unnest(?))", [list(rows)]
        ).fetchall()
        line = {int(r): int(n) for r, n in found}
        return tuple(line[int(r)] for r in rows)
