"""Tables made in memory, for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import numpy.typing as npt

from regression_analyzer.profile import ColumnProfile, Profile
from regression_analyzer.table.value import Column, Kind, Source, Table

Values = npt.NDArray[np.generic] | Sequence[object]


def table_of(columns: Mapping[str, Values], *, kinds: Mapping[str, Kind] | None = None) -> Table:
    """A table of named columns: numbers as given, dates as datetime64, texts with None where missing."""
    connection = duckdb.connect()
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    described: list[Column] = []
    for position, (name, values) in enumerate(columns.items()):
        array, kind = _typed(values)
        kind = (kinds or {}).get(name, kind)
        arrays[f"c{position}"] = array
        integer = kind == "number" and _whole(array)
        described.append(
            Column(name=name, original_name=name, position=position, kind=kind, integer=integer, unit=None)
        )
    n_rows = len(next(iter(arrays.values())))
    arrays["row_number"] = np.arange(1, n_rows + 1, dtype=np.int64)
    arrays["line_number"] = np.arange(2, n_rows + 2, dtype=np.int64)
    connection.register("given", arrays)
    listed = ", ".join(_cast(c, arrays[c.sql]) for c in described)
    connection.execute(f"create table data as select row_number, line_number, {listed} from given")
    connection.unregister("given")
    return Table(
        connection=connection,
        source=Source(name="made.csv", sha256="0" * 64, n_bytes=0, format="frame"),
        columns=tuple(described),
        n_rows=n_rows,
        rows_in_file=n_rows,
    )


def _cast(column: Column, array: npt.NDArray[np.generic]) -> str:
    if column.kind == "number":
        return f"case when isnan({column.sql}) then null else {column.sql} end as {column.sql}"
    if column.kind == "date":
        return f"{column.sql}::timestamp as {column.sql}"
    return f"{column.sql}::varchar as {column.sql}" if array.dtype == object else column.sql


def _typed(values: Values) -> tuple[npt.NDArray[np.generic], Kind]:
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return array.astype("datetime64[us]"), "date"
    if array.dtype.kind in "iufb":
        return array.astype(np.float64), "number"
    texts = np.array([None if v is None else str(v) for v in values], dtype=object)
    known = {t.lower() for t in texts if t is not None}
    return texts, "yes_no" if known in ({"yes", "no"}, {"true", "false"}) else "text"


def _whole(array: npt.NDArray[np.generic]) -> bool:
    numbers = array.astype(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    return bool(numbers.size) and bool(np.all(numbers == np.floor(numbers)))


def column(profile: Profile, name: str) -> ColumnProfile:
    """One column's profile."""
    return profile.by_name[name]


def reasons(profile: Profile) -> dict[str, str]:
    """Code of the reason by column left out."""
    return {o.name: o.code for o in profile.left_out}


def codes(profile: Profile) -> set[str]:
    """Codes of all findings."""
    return {f.code for f in profile.findings}
