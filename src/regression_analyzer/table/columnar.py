"""Parquet and JSON -> a relation on the connection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from regression_analyzer.errors import InputError, LimitError
from regression_analyzer.table.cellvalues import CellValue, native_types, text_of
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.encoding import Encoding
from regression_analyzer.table.framing import Framed, frame
from regression_analyzer.table.orientation import turn
from regression_analyzer.table.raw import Limits
from regression_analyzer.table.records import Row
from regression_analyzer.table.sift import DataRow
from regression_analyzer.table.store import Read, store_framed
from regression_analyzer.table.workspace import sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SMALL_BYTES = 16_000_000
"""JSON below this is read in memory, whatever its shape; above, DuckDB reads records."""
OBJECT_BYTES = 16_000_000
_KEPT = (
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP",
)  # fmt: skip


def read_parquet(
    connection: DuckDBPyConnection, path: Path, choices: Choices, limits: Limits, *, transpose: bool | None
) -> Read:
    """Frame a Parquet file; its columns keep their types.

    Raises
    ------
    InputError
        Damaged or encrypted.
    LimitError
        Too many columns or cells.
    """
    scan = f"read_parquet({sql_text(str(path))})"
    read = _scanned(connection, scan, "parquet", limits, what="Parquet file")
    if transpose or choices.override("table.transpose", ("yes", "no")) == "yes":
        return _turned(connection, read, choices, limits)
    choices.record("table.transpose", "Table lies on its side", "no", "its columns are typed", ("yes",))
    return read


def _turned(connection: DuckDBPyConnection, read: Read, choices: Choices, limits: Limits) -> Read:
    if read.rows_in_file >= limits.columns:
        raise LimitError(f"Turned, the table would have {read.rows_in_file:,} columns.", code="too_many_columns")
    found = connection.execute(f"select * exclude (line_number) from {read.relation} order by row_number").fetchall()
    rows: list[DataRow] = [(int(r[0]), int(r[0]), [text_of(c) for c in r[1:]]) for r in found]
    names, turned = turn(read.names, rows, headed=True)
    choices.record("table.transpose", "Table lies on its side", "yes", "chosen by the user", ("no",))
    choices.find("table_turned", "attention", rows=len(turned), columns=len(names), first=tuple(names[:5]))
    framed = Framed(
        names=tuple(names), rows=turned, header_line=None, left_out=(), rows_in_file=len(turned), transposed=True
    )
    return store_framed(connection, framed, format_name=read.format, decimal=".")


def _scanned(connection: DuckDBPyConnection, scan: str, format_name: str, limits: Limits, *, what: str) -> Read:
    """Describe what DuckDB finds and give every column its position for a name."""
    try:
        described = connection.execute(f"describe select * from {scan}").fetchall()
        names = [str(row[0]) for row in described]
        types = [str(row[1]) for row in described]
        if len(names) > limits.columns:
            raise LimitError(
                f"The table has {len(names):,} columns; at most {limits.columns:,} can be read.",
                code="too_many_columns",
            )
        counted = connection.execute(f"select count(*) from {scan}").fetchone()
    except duckdb.Error as error:
        raise _damaged(what) from error
    n_rows = int(counted[0]) if counted else 0
    if n_rows * len(names) > limits.text_bytes // 4:
        raise LimitError(f"The table has {n_rows:,} rows and {len(names):,} columns, too many.", code="too_many_cells")
    native = {i: t for i, t in enumerate(types) if t.startswith(_KEPT) and "[" not in t}
    cells = [f"c{i}" if i in native else f"cast(c{i} as varchar) as c{i}" for i in range(len(names))]
    given = ", ".join(f"c{i}" for i in range(len(names)))
    number = "row_number() over ()"
    relation = (
        f"(select {number} as row_number, {number} as line_number, {', '.join(cells)} from {scan} as given({given}))"
    )
    return Read(
        relation=relation, names=tuple(names), rows_in_file=n_rows, format=format_name, native=native, decimal="."
    )


def _damaged(what: str) -> InputError:
    return InputError(
        f"The {what} is damaged, encrypted or of a kind that cannot be read.",
        hint="Write it again, or save the table as CSV.",
        code="file_damaged",
    )


def read_json(
    connection: DuckDBPyConnection,
    path: Path,
    encoding: Encoding,
    kind: str,
    *,
    choices: Choices,
    limits: Limits,
    transpose: bool | None,
) -> Read:
    """Frame JSON: an array of objects or of arrays, lines of objects, or an object of columns.

    Parameters
    ----------
    kind : ``"json"`` or ``"jsonl"``

    Raises
    ------
    InputError
        It is not valid JSON, or holds no table.
    """
    if path.stat().st_size > SMALL_BYTES and encoding.is_utf8:
        layout = "array" if kind == "json" else "newline_delimited"
        scan = f"read_json({sql_text(str(path))}, format='{layout}', maximum_object_size={OBJECT_BYTES})"
        choices.record("table.transpose", "Table lies on its side", "no", "its rows are records", ("yes",))
        return _scanned(connection, scan, kind, limits, what="JSON file")
    text = path.read_bytes()[encoding.mark :].decode(encoding.codec, "replace")
    names, rows, lines = _table_of(_parsed(text, kind))
    if len(names) > limits.columns:
        raise LimitError(
            f"The table has {len(names):,} columns; at most {limits.columns:,} can be read.", code="too_many_columns"
        )
    if not rows:
        raise InputError("The JSON file holds no rows.", code="no_rows")
    records: list[Row] = [(line, [text_of(c) for c in row]) for line, row in zip(lines, rows, strict=True)]
    framed = _framed(names, records, choices, transpose, limits)
    values = dict(zip(lines, rows, strict=True))
    return store_framed(connection, framed, format_name=kind, decimal=".", native=native_types(framed, values))


def _framed(
    names: Sequence[str] | None, records: list[Row], choices: Choices, transpose: bool | None, limits: Limits
) -> Framed:
    if not names:
        return frame(records, choices, max_columns=limits.columns, transpose=transpose, delimiter=None, physical=False)
    rows: list[DataRow] = [(i + 1, line, cells) for i, (line, cells) in enumerate(records)]
    turned = transpose or choices.override("table.transpose", ("yes", "no")) == "yes"
    answer = ("yes", "chosen by the user") if turned else ("no", "its rows are records")
    choices.record("table.transpose", "Table lies on its side", *answer, ("yes", "no"))
    if turned:
        turned_names, rows = turn(names, rows, headed=True)
        choices.find(
            "table_turned", "attention", rows=len(rows), columns=len(turned_names), first=tuple(turned_names[:5])
        )
        names = turned_names
    return Framed(
        names=tuple(names), rows=rows, header_line=None, left_out=(), rows_in_file=len(rows), transposed=bool(turned)
    )


def _parsed(text: str, kind: str) -> list[tuple[int, CellValue]]:
    """Return the JSON values with their lines (for one document: their position)."""
    text = text.lstrip("\ufeff")
    line = 0
    try:
        if kind == "jsonl":
            found: list[tuple[int, CellValue]] = []
            for line, one in enumerate(text.split("\n"), start=1):
                if one.strip():
                    found.append((line, json.loads(one)))
            return found
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = getattr(error, "lineno", 1) if kind == "json" else line
        raise InputError(
            f"The file begins as JSON, but is not valid JSON at line {at}.", hint="Write it again.", code="json_invalid"
        ) from error
    values = _rows_in(document)
    return [(i + 1, v) for i, v in enumerate(values)]


def _rows_in(document: CellValue) -> Sequence[CellValue]:
    """Find the rows in a JSON document."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        lists = [v for v in document.values() if isinstance(v, list) and v and isinstance(v[0], (dict, list))]
        if len(lists) == 1:
            rows: list[CellValue] = lists[0]
            header = document.get("columns")
            return [header, *rows] if isinstance(header, list) and isinstance(rows[0], list) else rows
        columns = _columns_in(document)
        if columns is not None:
            return columns
        return [document]
    raise InputError("The JSON file holds one value, not a table.", code="not_a_table")


def _columns_in(document: Mapping[str, CellValue]) -> list[CellValue] | None:
    """Turn an object of columns (lists, or objects by row label) into records."""
    values = list(document.values())
    if values and all(isinstance(v, list) for v in values):
        lists = cast("list[list[CellValue]]", values)
        if len({len(v) for v in lists}) == 1:
            return [dict(zip(document, cells, strict=True)) for cells in zip(*lists, strict=True)]
    if len(values) > 1 and all(isinstance(v, dict) for v in values):
        maps = cast("list[dict[str, CellValue]]", values)
        labels = list(maps[0])
        if all(list(m) == labels for m in maps) and labels:
            if all(label.isdigit() for label in labels):
                return [{name: m[label] for name, m in zip(document, maps, strict=True)} for label in labels]
            return [{"": key, **m} for key, m in zip(document, maps, strict=True)]
    return None


def _table_of(values: Iterable[tuple[int, CellValue]]) -> tuple[list[str], list[list[CellValue]], list[int]]:
    """Return names (none for arrays), rows and lines."""
    pairs = list(values)
    lines = [line for line, _ in pairs]
    if all(isinstance(v, dict) for _, v in pairs):
        objects = [_flat(cast("dict[str, CellValue]", v)) for _, v in pairs]
        names = list(dict.fromkeys(key for o in objects for key in o))
        return names, [[o.get(n) for n in names] for o in objects], lines
    if all(isinstance(v, list) for _, v in pairs):
        return [], [list(cast("list[CellValue]", v)) for _, v in pairs], lines
    if not any(isinstance(v, (dict, list)) for _, v in pairs):
        return ["value"], [[v] for _, v in pairs], lines
    raise InputError("The JSON file mixes objects, arrays and single values: it holds no table.", code="not_a_table")


def _flat(record: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Lift the fields of nested objects one level up (``size.width``)."""
    flat: dict[str, CellValue] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat.update({f"{key}.{inner}": v for inner, v in value.items()})
        else:
            flat[key] = value
    return flat
