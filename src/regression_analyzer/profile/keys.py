"""Keys whose values recur (repeated measurements) and the column that orders rows in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from regression_analyzer.profile import names
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.table.value import Column, Table

MAX_CANDIDATES = 30
MIN_UNITS = 5
MIN_NAMED_UNITS = 10
"""Units that only their name calls so (country, school) must be at least this many."""
MIN_ROWS_PER_UNIT = 2.0
MIN_TIMES = 3
MIN_TIME_ROWS = 8
EVEN_SPREAD = 0.5
"""Largest coefficient of variation of rows per unit that counts as "about equally often"."""
RECURRING_SHARE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What identifies repeated units and time.

    Attributes
    ----------
    roles : by position, columns that turned out to be unit keys
    unit_key : the column that names the units, or None
    units, rows_per_unit : of ``unit_key``
    time_column, time_reason : the column that orders rows in time, or None
    """

    roles: Mapping[int, RoleChoice]
    unit_key: Column | None = None
    units: int = 0
    rows_per_unit: float = 0.0
    time_column: Column | None = None
    time_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recurrence:
    units: int
    mean_rows: float
    spread: float
    recurring: float


def _recurrence(table: Table, c: Column) -> _Recurrence:
    row = table.sql(
        "select count(*), avg(n), coalesce(stddev_pop(n), 0) / avg(n), avg((n >= 2)::int) "
        f"from (select count(*) as n from data where {c.sql} is not null group by {c.sql})"
    )[0]
    units, mean_rows, spread, recurring = (float(cast("float", v or 0)) for v in row)
    return _Recurrence(units=int(units), mean_rows=mean_rows, spread=spread, recurring=recurring)


def _unique_together(table: Table, unit: Column, time: Column) -> bool:
    row = table.sql(
        f"select count(*), count(distinct hash({unit.sql}, {time.sql})) from data "
        f"where {unit.sql} is not null and {time.sql} is not null"
    )[0]
    return row[0] == row[1]


def _times(columns: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice]) -> list[Column]:
    """Columns that say when: dates first, then whole numbers with such a name."""
    dates = [c for c in columns if roles[c.position].role == "date"]
    numbers = [
        c
        for c in columns
        if c.kind == "number" and c.integer and names.time_hint(c.name)
        and roles[c.position].role in ("quantity", "count") and measures[c.position].distinct >= MIN_TIMES
    ]  # fmt: skip
    return dates + numbers


def _candidates(
    columns: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice]
) -> list[Column]:
    found = []
    for c in columns:
        m = measures[c.position]
        keyed = c.kind == "text" or (c.kind == "number" and c.integer)
        if not keyed or not MIN_UNITS <= m.distinct <= m.present / MIN_ROWS_PER_UNIT:
            continue
        hinted = names.strong_identifier_hint(c.name) or names.unit_hint(c.name)
        if hinted or (roles[c.position].role == "category" and m.distinct >= MIN_NAMED_UNITS):
            found.append(c)
    return found[:MAX_CANDIDATES]


def _unit_choice(
    table: Table, c: Column, times: Sequence[Column]
) -> tuple[tuple[int, int], RoleChoice, _Recurrence, Column | None] | None:
    """Decide whether one candidate names repeated units; with its rank among candidates."""
    r = _recurrence(table, c)
    strong, named = names.strong_identifier_hint(c.name), names.unit_hint(c.name)
    often = f"{r.units:,} values, each in {r.mean_rows:.3g} rows on average"
    if r.mean_rows >= MIN_TIMES or (r.mean_rows >= MIN_ROWS_PER_UNIT and (strong or named)):
        for time in times:
            if time is not c and _unique_together(table, c, time):
                reason = f'each value occurs once for each value of "{time.name}" ({often})'
                return (3 if strong or named else 2, r.units), _unit_role(reason), r, time
    if strong and r.recurring >= RECURRING_SHARE:
        return (2, r.units), _unit_role(f"its name says that it is a key, and its values recur ({often})"), r, None
    even = r.spread <= EVEN_SPREAD and r.recurring >= RECURRING_SHARE
    if named and r.units >= MIN_NAMED_UNITS and even:
        reason = f"its name says what was measured repeatedly, and its values recur about equally often ({often})"
        return (1, r.units), _unit_role(reason), r, None
    return None


def _unit_role(reason: str) -> RoleChoice:
    return RoleChoice(role="unit_key", reason=reason, rejected=("category", "identifier"))


def _goes_up(table: Table, c: Column) -> bool:
    """Whether a column never turns back down the rows (or never turns up)."""
    row = table.sql(
        "select count(*) filter (step < 0), count(*) filter (step > 0) from "
        f"(select case when {c.sql} > before then 1 when {c.sql} < before then -1 else 0 end as step from "
        f"(select {c.sql}, lag({c.sql}) over (order by row_number) as before from data))"
    )[0]
    down, up = (int(cast("int", v)) for v in row)
    return (down == 0) != (up == 0)


def _time_column(table: Table, times: Sequence[Column], measures: Sequence[Measures]) -> tuple[Column, str] | None:
    for c in times[:MAX_CANDIDATES]:
        m = measures[c.position]
        if m.present < MIN_TIME_ROWS or m.distinct < 0.5 * m.present or m.present < 0.9 * table.n_rows:
            continue
        unique = m.distinct == m.present
        if unique and c.kind == "date":
            return c, "every row has its own date"
        if m.distinct >= 0.8 * m.present and _goes_up(table, c):
            return c, "it runs in one direction down the rows"
    return None


def find_keys(table: Table, measures: Sequence[Measures], roles: Mapping[int, RoleChoice]) -> Keys:
    """Find columns that name repeated units, and the column that orders rows in time."""
    times = _times(table.columns, measures, roles)
    best: tuple[tuple[int, int], Column, _Recurrence, Column | None] | None = None
    found: dict[int, RoleChoice] = {}
    for c in _candidates(table.columns, measures, roles):
        choice = _unit_choice(table, c, times)
        if choice is None:
            continue
        rank, role, recurrence, time = choice
        found[c.position] = role
        if best is None or rank > best[0]:
            best = (rank, c, recurrence, time)
    ordered = _time_column(table, times, measures)
    if best is None:
        return Keys(roles=found, time_column=ordered[0] if ordered else None, time_reason=ordered[1] if ordered else "")
    _, unit, recurrence, time = best
    if time is not None:
        ordered = (time, f'each value of "{unit.name}" occurs once for each of its values')
    return Keys(
        roles=found, unit_key=unit, units=recurrence.units, rows_per_unit=recurrence.mean_rows,
        time_column=ordered[0] if ordered else None, time_reason=ordered[1] if ordered else "",
    )  # fmt: skip
