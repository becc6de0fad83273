"""Framed rows -> a relation on the connection, by way of one regular text file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from regression_analyzer.table.framing import Framed
from regression_analyzer.table.sift import DataRow
from regression_analyzer.table.value import LeftOut
from regression_analyzer.table.workspace import new_path, new_relation_name, sql_text

if TYPE_CHECKING:
    import duckdb

BUFFER_BYTES = 32_000_000

WIDE = 500
"""More columns of text than this are scanned from the file: as a table they would exceed the memory limit."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Read:
    """A table on the connection, as the reader of one format leaves it.

    Attributes
    ----------
    relation, names, native, decimal, left_out, rows_in_file, transposed : as in ``RawTable``
    header_line : line or sheet row of the header, None where there is none
    delimiter : of a text
    format, sheet, sheets : as in ``Source``
    """

    relation: str
    names: tuple[str, ...]
    rows_in_file: int
    format: str
    header_line: int | None = None
    left_out: tuple[LeftOut, ...] = ()
    native: Mapping[int, str] = field(default_factory=dict)
    decimal: str | None = None
    delimiter: str | None = None
    transposed: bool = False
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Rows written to a file DuckDB reads without guessing.

    Attributes
    ----------
    path : the file: row number, line number, cells; UTF-8, commas, double quotes, line feeds
    rows : how many
    longest : upper bound of a record's length, bytes
    """

    path: Path
    rows: int
    longest: int


def write_rows(connection: duckdb.DuckDBPyConnection, rows: Iterable[DataRow]) -> Stored:
    """Write framed rows to a temporary file of the connection."""
    path = new_path(connection, ".csv")
    count, longest = 0, 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        write = csv.writer(stream, lineterminator="\n").writerow
        for number, line, cells in rows:
            write([number, line, *cells])
            count += 1
            length = sum(map(len, cells))
            longest = max(longest, length)
    return Stored(path=path, rows=count, longest=longest)


def relation_of(
    connection: duckdb.DuckDBPyConnection,
    stored: Stored,
    width: int,
    *,
    native: Mapping[int, str],
    keep_file: bool,
) -> str:
    """Return SQL that stands after FROM and yields ``row_number``, ``line_number``, ``c0`` ...

    Parameters
    ----------
    width : number of columns
    native : DuckDB type by position, for columns that are not text
    keep_file : scan the file at every reading; else the rows become a table now and the file goes
    """
    columns = ", ".join(
        ["'row_number': 'BIGINT'", "'line_number': 'BIGINT'", *(f"'c{i}': 'VARCHAR'" for i in range(width))]
    )
    # A character is at most four bytes; quotes and separators are added.
    longest = max(2_000_000, 8 * stored.longest + 4 * width + 64)
    scan = (
        f"read_csv({sql_text(str(stored.path))}, columns={{{columns}}}, delim=',', "
        f"quote='\"', escape='\"', header=false, "
        f"auto_detect=false, max_line_size={longest}, buffer_size={max(BUFFER_BYTES, 2 * longest)})"
    )
    cells = [f"cast(c{i} as {native[i]}) as c{i}" if i in native else f"c{i}" for i in range(width)]
    query = f"select row_number, line_number, {', '.join(cells)} from {scan}"
    if keep_file:
        return f"({query})"
    name = new_relation_name()
    connection.execute(f"create table {name} as {query}")
    stored.path.unlink()
    return name


def store_framed(
    connection: duckdb.DuckDBPyConnection,
    framed: Framed,
    *,
    format_name: str,
    delimiter: str | None = None,
    decimal: str | None = None,
    native: Mapping[int, str] | None = None,
    sheet: str | None = None,
    sheets: tuple[str, ...] = (),
) -> Read:
    """Put a framed table on the connection; arguments as the fields of ``Read``."""
    stored = write_rows(connection, framed.rows)
    wide = len(framed.names) > WIDE
    relation = relation_of(connection, stored, len(framed.names), native=native or {}, keep_file=wide)
    return Read(
        relation=relation,
        names=framed.names,
        rows_in_file=framed.rows_in_file,
        format=format_name,
        header_line=framed.header_line,
        left_out=framed.left_out,
        native=native or {},
        decimal=decimal,
        delimiter=delimiter,
        transposed=framed.transposed,
        sheet=sheet,
        sheets=sheets,
    )
