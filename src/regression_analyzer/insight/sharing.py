"""What leaves of the data, at each setting of ``LLM_SHARE``. Nothing else in this room reads a column.

``names``: names and types. ``summary``: also roles, counts, and aggregates rounded to two digits, where at
least 20 rows have a value; levels that at least 5 rows have. A minimum, a maximum and a date are cells, so
they stay. ``sample``: also the first rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regression_analyzer.insight.texts import clean
from regression_analyzer.insight.value import Share
from regression_analyzer.profile import Profile
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.table import Table

ROWS_OF_A_LEVEL = 5
"""A level leaves only where at least so many rows have it."""
ROWS_OF_AN_AGGREGATE = 20
MOST_COLUMNS = 60
MOST_LEVELS = 12
LONGEST_NAME = 80
LONGEST_CELL = 40
SAMPLE_ROWS = 5
QUANTILES = ("0.25", "0.5", "0.75")


def column_facts(column: ColumnProfile, share: Share) -> dict[str, Any]:
    """Return what is told of one column."""
    facts: dict[str, Any] = {"name": clean(column.name, LONGEST_NAME), "type": column.kind}
    if share == "names":
        return facts
    facts |= {"role": column.role, "missing": column.missing, "distinct": column.distinct}
    if column.unit:
        facts["unit"] = clean(column.unit, 20)
    if column.kind == "number" and column.n_rows - column.missing >= ROWS_OF_AN_AGGREGATE:
        facts |= {name: rough(value) for name, value in (("mean", column.mean), ("std", column.std))}
        facts["quantiles"] = {name: rough((column.quantiles or {}).get(name)) for name in QUANTILES}
    if levels := shared_levels(column):
        facts["levels"] = list(levels)
    return facts


def shared_levels(column: ColumnProfile) -> tuple[str, ...]:
    """Return the levels of a category that enough rows have, the most frequent first."""
    if column.role not in {"category", "yes_no"}:
        return ()
    frequent = [level.value for level in column.levels if level.rows >= ROWS_OF_A_LEVEL]
    return tuple(clean(value, LONGEST_CELL) for value in frequent[:MOST_LEVELS])


def rough(value: float | None) -> str | None:
    """Return a number to two digits with an exponent: its size, never a cell's own text."""
    return None if value is None else f"{value:.1e}"


def shared_columns(profile: Profile, first: Sequence[str]) -> dict[str, ColumnProfile]:
    """Return the columns that are told of by opaque id, those named first of all."""
    wanted = [profile.by_name[name] for name in first if name in profile.by_name]
    rest = [column for column in profile.columns if column not in wanted]
    kept = sorted((*wanted, *rest)[:MOST_COLUMNS], key=lambda column: column.position)
    return {f"c{number}": column for number, column in enumerate(kept, start=1)}


def first_rows(table: Table, columns: Mapping[str, ColumnProfile]) -> list[dict[str, str | None]]:
    """Return the first rows, by column id: for ``sample`` only."""
    names = ", ".join(f"c{column.position}::varchar" for column in columns.values())
    rows = table.sql(f"select {names} from data order by row_number limit {SAMPLE_ROWS}")
    return [
        {key: None if cell is None else clean(str(cell), LONGEST_CELL) for key, cell in zip(columns, row, strict=True)}
        for row in rows
    ]
