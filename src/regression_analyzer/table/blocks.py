"""The typed relation in runs of rows, as arrays of float64."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from regression_analyzer.errors import UsageError
from regression_analyzer.table.value import PART_COLUMNS, Column, FloatArray, RawBlock, Table

if TYPE_CHECKING:
    import duckdb

MICROSECONDS_PER_DAY = 86_400_000_000


def read_blocks(
    table: Table, positions: Sequence[int], levels: Mapping[int, Sequence[str]], block_rows: int
) -> Iterator[RawBlock]:
    """Read columns in row order, a block at a time.

    Parameters
    ----------
    table : the table
    positions : columns to read
    levels : for each text or yes/no column among them, its levels
    block_rows : rows per block

    Yields
    ------
    RawBlock
        Numbers as they are, dates as days since 1970-01-01, categories as the index of their level; NaN
        where a value is missing or its level is not listed.

    Raises
    ------
    UsageError
        A column of words without levels, a position that is not there, or a block without rows.
    """
    if block_rows < 1:
        raise UsageError(f"A block needs at least one row, not {block_rows}.", code="block_rows")
    for position in positions:
        if not 0 <= position < len(table.columns):
            raise UsageError(f"There is no column at position {position}.", code="no_such_column")
    wanted = list(dict.fromkeys(positions))
    queries = [_query(table, part, levels) for part in _parts(table, wanted)]
    return _run(table, queries, wanted, block_rows)


def _parts(table: Table, positions: Sequence[int]) -> list[list[int]]:
    """Divide columns by the stored part that holds them: a statement on one part is planned quickly."""
    if not table.in_parts:
        return [list(positions)]
    parts: dict[int, list[int]] = {}
    for position in positions:
        parts.setdefault(position // PART_COLUMNS, []).append(position)
    return list(parts.values()) or [[]]


def _query(table: Table, positions: Sequence[int], levels: Mapping[int, Sequence[str]]) -> str:
    cells = [f"{_number_sql(table, table.columns[p], levels)} as c{p}" for p in positions]
    return table.narrowed(f"select {', '.join(['row_number', *cells])} from data where rowid >= ? and rowid < ?")


def _run(table: Table, queries: Sequence[str], positions: Sequence[int], block_rows: int) -> Iterator[RawBlock]:
    # a connection of its own: another thread may ask the table something while blocks are read
    connection = table.connection.cursor()
    count = table.narrowed("select coalesce(max(rowid), -1) + 1 from data")
    end = int((connection.execute(count).fetchone() or (0,))[0])
    for start in range(0, end, block_rows):
        fetched: dict[str, object] = {}
        for query in queries:
            fetched |= _fetch(connection, query, [start, start + block_rows])
        row = np.asarray(fetched["row_number"], dtype=np.int64)
        if row.size:
            yield RawBlock(row=row, values={p: _array(fetched[f"c{p}"]) for p in positions})


def _fetch(connection: duckdb.DuckDBPyConnection, query: str, bounds: Sequence[int]) -> dict[str, object]:
    """Run a query on a range of rows; it is sorted only where the rows came in another order.

    The engine is told to keep the order of the rows, and sorting takes as long as all the rest of the reading.
    """
    fetched: dict[str, object] = connection.execute(query, bounds).fetchnumpy()
    row = np.asarray(fetched["row_number"])
    if bool((row[1:] > row[:-1]).all()):
        return fetched
    return dict(connection.execute(f"{query} order by rowid", bounds).fetchnumpy())


def _array(column: object) -> FloatArray:
    values = np.asarray(column, dtype=np.float64)
    values.setflags(write=False)
    return values


def _number_sql(table: Table, column: Column, levels: Mapping[int, Sequence[str]]) -> str:
    """Return SQL for one column as DOUBLE without NULL."""
    if column.kind == "number":
        return f"coalesce({column.sql}, 'nan'::double)"
    if column.kind == "date":
        return f"coalesce(epoch_us({column.sql}) / {MICROSECONDS_PER_DAY}.0, 'nan'::double)"
    listed = levels.get(column.position)
    if listed is None:
        raise UsageError(f"The column {column.name} holds words; its levels are needed.", code="levels_needed")
    if not listed:
        return "'nan'::double"
    kind = _level_type(table.connection, tuple(listed))
    return f"coalesce(enum_code(try_cast({column.sql} as {kind}))::double, 'nan'::double)"


def _level_type(connection: duckdb.DuckDBPyConnection, levels: tuple[str, ...]) -> str:
    """Return the name of an ENUM type with these levels in this order, made where it is new."""
    digest = hashlib.sha256("\x1f".join(f"{len(level)}:{level}" for level in levels).encode("utf-8", "surrogatepass"))
    name = f"levels_{digest.hexdigest()[:32]}"
    known = connection.execute("select 1 from duckdb_types() where type_name = ?", [name]).fetchone()
    if known is None:
        if len(set(levels)) != len(levels):
            raise UsageError("A list of levels names one level twice.", code="levels_repeated")
        connection.execute(f"create type {name} as enum (select unnest(?::varchar[]))", [list(levels)])
    return name
