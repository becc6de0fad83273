"""Rows that equal an earlier row, and whether so few different values make that natural."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Sql = Callable[[str], Sequence[tuple[object, ...]]]

MOST_COLUMNS = 30
"""Beyond this many columns equal rows are not natural whatever they hold."""
LOOKED_AT = 200_000
AGREEING = 0.5
"""Share of the pairs of rows that agree in a part of the columns and then agree in all, from which rows are copies."""


def copies_are_natural(sql: Sql, columns: Sequence[str], n_rows: int) -> bool:
    """Tell whether equal rows are what so few different values bring about by themselves.

    Of the pairs of rows that agree in all columns but one, copies agree in that one too, whichever it is; people who
    answered alike mostly differ in it. Where one column alone tells rows apart (a measurement), pairs that agree in it
    by chance are rare, and those that do are copies.

    Parameters
    ----------
    sql : answers a query on the view ``data``
    columns : SQL of the columns in which rows were found equal
    """
    if not 2 <= len(columns) <= MOST_COLUMNS:
        return len(columns) < 2
    step = -(-n_rows // LOOKED_AT)
    where = f"where row_number % {step} = 0" if step > 1 else ""

    def pairs(some: Sequence[str]) -> float:
        key = f"hash(row({', '.join(some)}))"
        found = sql(f"select sum(n * (n - 1.0) / 2) from (select count(*) as n from data {where} group by {key})")
        return float(str(found[0][0] or 0))

    every = pairs(columns)
    if not every:
        return False
    if any(every >= AGREEING * pairs([c]) for c in columns):
        return False
    return any(every < AGREEING * pairs([o for o in columns if o != c]) for c in columns)
