"""Small typed tables made by hand, for the rooms that read tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from regression_analyzer.profile.value import ColumnProfile, Profile
from regression_analyzer.table.value import Column, Kind, Source, Table

Cells = Any
"""A sequence of cells, None for missing, or an array of numbers."""
MISSING = {"", "NA"}


def make_table(columns: Mapping[str, Any], kinds: Mapping[str, Kind] | None = None) -> Table:
    """A table in memory; kinds are guessed from the Python values where not given."""
    kinds = dict(kinds or {})
    made: list[Column] = []
    types = {"number": "double", "date": "timestamp", "text": "varchar", "yes_no": "varchar"}
    connection = duckdb.connect()
    n = max((len(c) for c in columns.values()), default=0)
    arrays: dict[str, object] = {"row_number": np.arange(1, n + 1), "line_number": np.arange(2, n + 2)}
    for position, (name, cells) in enumerate(columns.items()):
        kind = kinds.get(name) or _kind(cells)
        whole = kind == "number" and all(c is None or float(str(c)).is_integer() for c in _some(cells))
        made.append(Column(name=name, original_name=name, position=position, kind=kind, integer=whole))
        if isinstance(cells, np.ndarray):
            arrays[f"c{position}"] = cells
        else:
            values = [None if c is None else float(str(c)) if kind == "number" else str(c) for c in cells]
            connection.execute(
                f"create temp table t{position} as "
                f"select unnest(range(1, ? + 1)) as i, cast(unnest(?::varchar[]) as {types[kind]}) as v",
                [len(values), [None if v is None else str(v) for v in values]],
            )
    _create(connection, arrays, made, types)
    return Table(
        connection=connection,
        source=Source(name="made.csv", sha256="0" * 64, n_bytes=0, format="csv"),
        columns=tuple(made),
        n_rows=n,
        rows_in_file=n,
    )


def _some(cells: Cells) -> Cells:
    return cells[:1000]


def _kind(cells: Cells) -> Kind:
    if isinstance(cells, np.ndarray):
        return "number"
    return "number" if all(c is None or isinstance(c, (int, float)) for c in cells) else "text"


def _create(
    connection: duckdb.DuckDBPyConnection, arrays: dict[str, object], made: list[Column], types: Mapping[str, str]
) -> None:
    numpy_arrays = {k: v for k, v in arrays.items() if isinstance(v, np.ndarray)}
    connection.register("given", numpy_arrays)
    selected, joins = ["row_number", "line_number"], ""
    for column in made:
        if column.sql in numpy_arrays:
            selected.append(f"cast(given.{column.sql} as {types[column.kind]}) as {column.sql}")
        else:
            selected.append(f"t{column.position}.v as {column.sql}")
            joins += f" join t{column.position} on t{column.position}.i = given.row_number"
    connection.execute(f"create table data as select {', '.join(selected)} from given{joins} order by row_number")
    connection.unregister("given")


def read_csv(path: Path, *, kinds: Mapping[str, Kind] | None = None) -> Table:
    """A clean reference file, read without the program's own reader."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    columns: dict[str, Any] = {}
    for j, name in enumerate(rows[0]):
        cells = [None if row[j] in MISSING else row[j] for row in rows[1:]]
        numbers = _numbers(cells) if (kinds or {}).get(name, "number") == "number" else None
        columns[name] = cells if numbers is None else numbers
    return make_table(columns, kinds)


def _numbers(cells: Sequence[str | None]) -> list[float | None] | None:
    try:
        return [None if c is None else float(c) for c in cells]
    except ValueError:
        return None


def make_profile(table: Table, *, target: str | None = None, predictors: Sequence[str] = ()) -> Profile:
    """The least a profile can say."""
    described = []
    for column in table.columns:
        c = column.sql
        distinct, missing = table.sql(f"select count(distinct {c}), count(*) - count({c}) from data")[0]
        numbers: Sequence[object] = (None, None, None, None, None)
        if column.kind == "number":
            numbers = table.sql(f"select min({c}), max({c}), avg({c}), stddev_samp({c}), median({c}) from data")[0]
        low, high, mean, std, median = (None if v is None else float(str(v)) for v in numbers)
        described.append(
            ColumnProfile(
                name=column.name,
                position=column.position,
                kind=column.kind,
                role="quantity" if column.kind == "number" else "category",
                reason="made by hand",
                n_rows=table.n_rows,
                missing=int(str(missing)),
                distinct=int(str(distinct)),
                integer=column.integer,
                minimum=low,
                maximum=high,
                mean=mean,
                std=std,
                quantiles=None if median is None else {"0.5": median},
            )
        )
    return Profile(columns=tuple(described), target=target, predictors=tuple(predictors))
