"""Columns in SQL: as numbers, as literals, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regression_analyzer.table.value import Column, Table

BATCH = 100
"""Columns per statement."""


def literal(x: float) -> str:
    """A float as an exact SQL DOUBLE literal."""
    return f"({x:.17e})"


def as_number(column: Column) -> str:
    """SQL of a column as a number: dates count days since 1970-01-01."""
    return f"(epoch({column.sql})/86400e0)" if column.kind == "date" else column.sql


def sample_filter(n_rows: int, wanted: int) -> str:
    """SQL condition that keeps about ``wanted`` rows, the same ones each time; ``true`` for short tables."""
    step = -(-n_rows // max(wanted, 1))
    return "true" if step <= 1 else f"hash(row_number) % {step} = 0"


def aggregate(
    table: Table,
    columns: Sequence[Column],
    expressions: Callable[[Column], Sequence[str]],
    *,
    where: str = "true",
) -> dict[int, tuple[object, ...]]:
    """Evaluate the same aggregates on many columns.

    Returns
    -------
    dict
        position -> one value an expression
    """
    out: dict[int, tuple[object, ...]] = {}
    for start in range(0, len(columns), BATCH):
        wanted = [(c.position, expressions(c)) for c in columns[start : start + BATCH]]
        flat = ", ".join(e for _, es in wanted for e in es)
        row = table.sql(f"select {flat} from data where {where}")[0]
        at = 0
        for position, es in wanted:
            out[position] = row[at : at + len(es)]
            at += len(es)
    return out
