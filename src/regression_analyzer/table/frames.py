"""Data frames of any kind -> ``RawTable``, through the Arrow stream they offer; nothing of theirs is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from regression_analyzer.errors import InputError
from regression_analyzer.table.raw import RawTable
from regression_analyzer.table.value import Source
from regression_analyzer.table.workspace import new_relation_name

if TYPE_CHECKING:
    import duckdb


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that hands out an Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule with the stream."""


class _Stream:
    """Only the Arrow side of an object, so that nothing else about it matters."""

    def __init__(self, frame: ArrowStream) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _module(frame: object) -> str:
    return type(frame).__module__.split(".")[0]


def is_frame(source: object) -> bool:
    """Return whether an object is a data frame that can be read."""
    return isinstance(source, ArrowStream) or (
        _module(source) in {"pandas", "narwhals", "polars"} and hasattr(type(source), "columns")
    )


def read_frame(connection: duckdb.DuckDBPyConnection, frame: object, *, name: str) -> RawTable:
    """Copy a data frame into the connection.

    A frame has no bytes, so ``sha256`` is that of its values in row order; an index is not a column.

    Raises
    ------
    InputError
        The frame cannot be handed over.
    """
    import duckdb  # noqa: PLC0415

    view, table = f"{new_relation_name()}_view", new_relation_name()
    frame = _collected(frame)
    try:
        connection.register(view, _readable(frame))
        described = connection.execute(f"describe {view}").fetchall()
        quoted = [_quoted(str(row[0])) for row in described]
        if not quoted:
            raise InputError("The data frame has no columns.", code="no_columns")
        cells = ", ".join(f"{column} as c{i}" for i, column in enumerate(_storable(quoted, [r[1] for r in described])))
        connection.execute(
            f"create table {table} as select row_number() over () as row_number, "
            f"row_number() over () as line_number, {cells} from {view}"
        )
        connection.unregister(view)
    except (duckdb.Error, TypeError, ValueError, NotImplementedError, ImportError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"The data frame cannot be read: {first[:200]}",
            hint="Convert columns of mixed objects to texts or numbers first.",
            code="frame_unreadable",
        ) from error
    types = [str(row[1]) for row in connection.execute(f"describe {table}").fetchall()[2:]]
    rows = int((connection.execute(f"select count(*) from {table}").fetchone() or (0,))[0])
    digest, size = _fingerprint(connection, table, len(types))
    return RawTable(
        relation=table,
        names=tuple(str(row[0]) for row in described),
        source=Source(name=name, sha256=digest, n_bytes=size, format="frame"),
        rows_in_file=rows,
        native={i: t for i, t in enumerate(types) if t != "VARCHAR"},
    )


def _collected(frame: object) -> object:
    """Return a frame that is in memory: a lazy one is computed, a wrapped one unwrapped."""
    for method in ("to_native", "collect"):
        call = getattr(frame, method, None)
        if call is not None and _module(frame) in {"narwhals", "polars"}:
            frame = call()
    return frame


def _readable(frame: object) -> object:
    """Return what the engine can scan: pandas by itself, everything else as an Arrow stream."""
    if _module(frame) == "pandas":
        columns = frame.columns  # type: ignore[attr-defined]
        if any(not isinstance(c, str) for c in columns):
            return frame.set_axis([_flat(c) for c in columns], axis=1)  # type: ignore[attr-defined]
        return frame
    return _Stream(frame) if isinstance(frame, ArrowStream) else frame


def _flat(label: object) -> str:
    """Return a column label as one text; the parts of a tuple are joined by a blank."""
    return " ".join(str(part) for part in label if str(part)) if isinstance(label, tuple) else str(label)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _storable(quoted: Iterable[str], types: Iterable[str]) -> list[str]:
    """Return SQL for each column as it is stored: categories become texts."""
    return [f"cast({q} as varchar)" if str(t).startswith("ENUM") else q for q, t in zip(quoted, types, strict=True)]


def _fingerprint(connection: duckdb.DuckDBPyConnection, table: str, n_columns: int) -> tuple[str, int]:
    """Return a SHA-256 over the names' places and values of a frame, and its size in characters."""
    cells = ", ".join(f"coalesce(c{i}::varchar, chr(29))" for i in range(n_columns))
    row = connection.execute(
        f"select string_agg(h, '' order by part), sum(n)::bigint from (select row_number // 100000 as part, "
        f"sha256(string_agg(line, chr(30) order by row_number)) as h, sum(length(line)) as n "
        f"from (select row_number, concat_ws(chr(31), {cells}) as line from {table}) group by part)"
    ).fetchone() or ("", 0)
    return hashlib.sha256((row[0] or "").encode()).hexdigest(), int(row[1] or 0)
