"""Rows of totals anywhere in the table: named so, and equal to sums of the rows around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from regression_analyzer.findings import Fact
from regression_analyzer.table.materialise import parts_of, table_of
from regression_analyzer.table.sift import SHOWN_LINES, is_total

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 200_000
"""Longer tables come out of machines, which write no subtotals."""
MOST_COLUMNS = 20
MOST_SHARE = 0.34
"""A subtotal has rows of its own: beyond this share of the rows a word is a category."""
LONGEST_LABEL = 40
EQUAL = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Rows that sum up others: their numbers and lines, and the label of the first."""

    rows: tuple[int, ...]
    lines: tuple[int, ...]
    label: str


def find_totals(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[int], numbers: Sequence[int], n_rows: int
) -> Totals | None:
    """Find rows whose label says total and whose numbers are sums of the rows above, below or all.

    Parameters
    ----------
    texts, numbers : positions of the columns of words and of numbers
    """
    if n_rows > MOST_ROWS or not numbers:
        return None
    for position in texts[:MOST_COLUMNS]:
        suspects = _labelled(connection, position)
        if not suspects or len(suspects) > MOST_SHARE * n_rows:
            continue
        found = _summing(connection, [row for row, _, _ in suspects], list(numbers[:MOST_COLUMNS]))
        kept = [s for s in suspects if s[0] in found]
        if kept:
            return Totals(rows=tuple(s[0] for s in kept), lines=tuple(s[1] for s in kept), label=kept[0][2])
    return None


def leave_out(connection: duckdb.DuckDBPyConnection, totals: Totals, n_columns: int) -> None:
    """Remove the rows from every part of the table."""
    listed = ", ".join(str(row) for row in totals.rows)
    connection.execute(
        f"create or replace temp table total_rows as select rowid as r from data where row_number in ({listed})"
    )
    for part in parts_of(n_columns):
        connection.execute(f"delete from {table_of(part.start)} where rowid in (select r from total_rows)")
    connection.execute("drop table total_rows")


def facts_of(
    connection: duckdb.DuckDBPyConnection, totals: Totals, numbers: Sequence[int], names: Sequence[str]
) -> dict[str, Fact]:
    """Return the facts of the finding ``total_rows``, before the rows go; a mean with and without them."""
    first = numbers[0]
    listed = ", ".join(str(row) for row in totals.rows)
    means = connection.execute(
        f"select avg(c{first}), avg(c{first}) filter (row_number not in ({listed})) from data"
    ).fetchone() or (None, None)
    return {
        "rows": len(totals.rows),
        "lines": totals.lines[:SHOWN_LINES],
        "data_rows": totals.rows[:SHOWN_LINES],
        "told_by": f'labelled "{totals.label[:LONGEST_LABEL]}" and equal to sums of other rows',
        "among": True,
        "column": names[first],
        "mean_before": means[0],
        "mean_after": means[1],
    }


def _labelled(connection: duckdb.DuckDBPyConnection, position: int) -> list[tuple[int, int, str]]:
    levels = connection.execute(
        f"select distinct c{position} from data where length(c{position}) <= {LONGEST_LABEL}"
    ).fetchall()
    labels = [text for (text,) in levels if _is_label(str(text))]
    if not labels:
        return []
    marks = ", ".join("?" for _ in labels)
    rows = connection.execute(
        f"select row_number, line_number, c{position} from data where c{position} in ({marks}) order by row_number",
        labels,
    ).fetchall()
    return [(int(row), int(line), str(label)) for row, line, label in rows]


def _is_label(text: str) -> bool:
    words = text.split()
    return is_total(text) or (len(words) > 1 and (is_total(words[0]) or is_total(words[-1])))


def _summing(connection: duckdb.DuckDBPyConnection, suspects: Sequence[int], numbers: Sequence[int]) -> set[int]:
    """Return those of the suspects whose numbers are sums."""
    got = connection.execute(
        f"select row_number, {', '.join(f'c{p}::double as c{p}' for p in numbers)} from data order by row_number"
    ).fetchnumpy()
    row = np.asarray(got["row_number"])
    x = np.column_stack([np.ma.filled(np.ma.asarray(got[f"c{p}"], dtype=np.float64), np.nan) for p in numbers])
    at = np.flatnonzero(np.isin(row, np.asarray(suspects)))
    plain = np.ones(len(row), dtype=bool)
    plain[at] = False
    edges = [-1, *at, len(row)]
    found = set()
    for k, i in enumerate(at):
        above, below = slice(edges[k] + 1, i), slice(i + 1, edges[k + 2])
        if any(_is_sum(x[i], part) for part in (x[above], x[below], x[plain], x[:i][plain[:i]])):
            found.add(int(row[i]))
    return found


def _is_sum(cells: Floats, rows: Floats) -> bool:
    """Whether most of the cells (and one at the least) are the sums of their columns."""
    counted = np.isfinite(rows).sum(axis=0)
    there = np.isfinite(cells) & (counted >= 2)
    size = np.nansum(np.abs(rows), axis=0)
    equal = there & (np.abs(cells - np.nansum(rows, axis=0)) <= EQUAL * size) & (size > 0.0)
    return bool(equal.any()) and 2 * int(equal.sum()) >= int(there.sum())
