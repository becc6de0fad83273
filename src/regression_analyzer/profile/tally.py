"""Counting values of many columns in few statements, in little memory.

One aggregate a column (``count(distinct c0), count(distinct c1) ...``) keeps a hash table for each; here the
columns are stacked into (column, value) pairs and counted in one table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from regression_analyzer.table.value import Table

STACKED_CELLS = 2_000_000
"""Cells whose different values are counted at once."""
STACKED_COLUMNS = 200
LONG_BATCH = 2
"""Columns at once whose different values are counted in tables of more than ``STACKED_CELLS`` rows."""


def _stacked(expressions: Sequence[str], where: str, *, distinct: bool = False, more: str = "") -> str:
    keys = ", ".join(str(i) for i in range(len(expressions)))
    word = "distinct " if distinct else ""
    values = ", ".join(expressions)
    return f"select {word}unnest([{keys}]) as k, unnest([{values}]) as v{more} from data where {where}"


def stacked(
    table: Table, expressions: Mapping[int, str], aggregates: str, *, constants: Mapping[str, Mapping[int, str]] = {}
) -> dict[int, tuple[object, ...]]:
    """Evaluate aggregates of ``v`` for many SQL expressions of one type.

    Parameters
    ----------
    aggregates : SQL over ``v`` and the names of ``constants``
    constants : name -> SQL literal by key
    """
    items = list(expressions.items())
    out: dict[int, tuple[object, ...]] = {}
    size = min(STACKED_COLUMNS, max(1, STACKED_CELLS // max(table.n_rows, 1)))
    for start in range(0, len(items), size):
        part = items[start : start + size]
        more = "".join(
            f", unnest([{', '.join(by_key[key] for key, _ in part)}]) as {name}" for name, by_key in constants.items()
        )
        inner = _stacked([e for _, e in part], "true", more=more)
        for k, *values in table.sql(f"select k, {aggregates} from ({inner}) group by k"):
            out[part[int(cast("int", k))][0]] = tuple(values)
    return out


def count_distinct(
    table: Table, expressions: Mapping[int, str], *, where: str = "true", rows: int | None = None
) -> dict[int, int]:
    """Count the different values of SQL expressions of any type, missing ones left out.

    Parameters
    ----------
    rows : about how many rows ``where`` keeps; all by default
    """
    n = max(table.n_rows if rows is None else rows, 1)
    hashed = [(key, f"case when ({e}) is not null then hash({e}) end") for key, e in expressions.items()]
    out = dict.fromkeys(expressions, 0)
    if n > STACKED_CELLS:
        for start in range(0, len(hashed), LONG_BATCH):
            part = hashed[start : start + LONG_BATCH]
            row = table.sql(f"select {', '.join(f'count(distinct {e})' for _, e in part)} from data where {where}")[0]
            out.update({key: int(cast("int", v)) for (key, _), v in zip(part, row, strict=True)})
        return out
    size = min(STACKED_COLUMNS, max(1, STACKED_CELLS // n))
    for start in range(0, len(hashed), size):
        part = hashed[start : start + size]
        inner = _stacked([e for _, e in part], where, distinct=True)
        for k, found in table.sql(f"select k, count(v) from ({inner}) group by k"):
            out[part[int(cast("int", k))][0]] = int(cast("int", found))
    return out


def count_values(table: Table, expressions: Mapping[int, str]) -> dict[int, dict[object, int]]:
    """Count how often each value of SQL expressions (all of one type, few values each) occurs."""
    items = list(expressions.items())
    out: dict[int, dict[object, int]] = {key: {} for key, _ in items}
    for start in range(0, len(items), STACKED_COLUMNS):
        part = items[start : start + STACKED_COLUMNS]
        inner = _stacked([e for _, e in part], "true")
        for k, value, n in table.sql(f"select k, v, count(*) from ({inner}) where v is not null group by k, v"):
            out[part[int(cast("int", k))][0]][value] = int(cast("int", n))
    return out
