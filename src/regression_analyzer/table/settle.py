"""What can only be seen in the whole typed relation: empty rows, infinite numbers, -999, copies of rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_analyzer.findings import Fact, Finding
from regression_analyzer.table.cells import KEEP, Rule
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.copies import copies_are_natural
from regression_analyzer.table.materialise import parts_of, table_of
from regression_analyzer.table.missing import SENTINELS, sentinel_values
from regression_analyzer.table.value import LeftOut

if TYPE_CHECKING:
    import duckdb

LINES_KEPT = 20
MOST_ROWS_COMPARED = 2_000_000
MANY_COPIES = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFacts:
    """One column of numbers: whether all are whole, and its range (None where it has no number)."""

    integer: bool
    minimum: float | None
    maximum: float | None


def leave_out_empty_rows(connection: duckdb.DuckDBPyConnection, n_columns: int) -> LeftOut | None:
    """Remove the rows whose every cell is empty, and say which lines they were."""
    parts = parts_of(n_columns)
    empty = " intersect ".join(
        f"select rowid as r from {table_of(part.start)} where odd = '' and "
        + " and ".join(f"c{p} is null" for p in part)
        for part in parts
    )
    connection.execute(f"create or replace temp table empty_rows as {empty}")
    found = connection.execute(
        f"select count(*), min(line_number, {LINES_KEPT}) from data where rowid in (select r from empty_rows)"
    ).fetchone()
    if found is not None and found[0]:
        for part in parts:
            connection.execute(f"delete from {table_of(part.start)} where rowid in (select r from empty_rows)")
    connection.execute("drop table empty_rows")
    if found is None or not found[0]:
        return None
    return LeftOut(reason="every cell is empty", rows=int(found[0]), lines=tuple(int(n) for n in found[1]))


def _by_table(positions: Sequence[int]) -> list[tuple[str, list[int]]]:
    """Return the tables that hold some columns, each with those columns."""
    tables: dict[str, list[int]] = {}
    for position in positions:
        tables.setdefault(table_of(position), []).append(position)
    return list(tables.items())


def number_facts(connection: duckdb.DuckDBPyConnection, positions: Sequence[int]) -> dict[int, NumberFacts]:
    """Describe the number columns in few scans."""
    facts: dict[int, NumberFacts] = {}
    for table, some in _by_table(positions):
        asked = ", ".join(f"min(c{p}), max(c{p}), coalesce(bool_and(c{p} = trunc(c{p})), false)" for p in some)
        row = connection.execute(f"select {asked} from {table}").fetchone() or ()
        for i, position in enumerate(some):
            low, high, whole = row[3 * i : 3 * i + 3]
            facts[position] = NumberFacts(integer=bool(whole), minimum=low, maximum=high)
    return facts


def clear_not_finite(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[int, NumberFacts], names: Sequence[str]
) -> tuple[list[int], list[Finding]]:
    """Make NaN and infinite numbers missing; return the columns that had any, and the infinite ones as findings."""
    findings = []
    touched = [
        p
        for p, fact in facts.items()
        if any(v is not None and not math.isfinite(v) for v in (fact.minimum, fact.maximum))
    ]
    for p in touched:
        found = connection.execute(
            f"select count(*), min(line_number, {LINES_KEPT}) from data where isinf(c{p})"
        ).fetchone() or (0, None)
        if found[0]:
            cells: dict[str, Fact] = {"cells": int(found[0]), "lines": tuple(int(n) for n in found[1])}
            findings.append(Finding(code="infinite_numbers", severity="attention", subject=names[p], facts=cells))
        connection.execute(f"update {table_of(p)} set c{p} = null where not isfinite(c{p})")
    return touched, findings


def clear_sentinels(
    connection: duckdb.DuckDBPyConnection,
    position: int,
    name: str,
    rule: Rule,
    choices: Choices,
    *,
    whole: bool,
) -> bool:
    """Make numbers such as -999 that stand for "no value" missing, and say so; return whether any were."""
    listed = ", ".join(repr(v) for v in SENTINELS)
    counts = {
        float(value): int(rows)
        for value, rows in connection.execute(
            f"select c{position}, count(*) from data where c{position} in ({listed}) group by 1"
        ).fetchall()
    }
    rest = connection.execute(
        f"select min(c{position}), max(c{position}) from data where c{position} not in ({listed})"
    ).fetchone()
    span = None if rest is None or rest[0] is None else (float(rest[0]), float(rest[1]))
    chosen = rule.declared if rule.declared else sentinel_values(counts, span, whole=whole)
    if not chosen:
        return False
    texts = ", ".join(f"{v:.15g}" for v in chosen)
    decision_id = f"column.{name}.missing"
    if rule.keep_sentinels and not rule.declared:
        choices.record(decision_id, f"Missing codes of {name}", KEEP, "", [texts])
        return False
    where = f"c{position} in ({', '.join(repr(v) for v in chosen)})"
    found = connection.execute(
        f"select count(*) filter ({where}), min(line_number, {LINES_KEPT}) filter ({where}),"
        f" avg(c{position}), avg(c{position}) filter (not {where}) from data"
    ).fetchone()
    if found is None or not found[0]:
        return False
    means = found[2:] if all(mean is not None and math.isfinite(mean) for mean in found[2:]) else (None, None)
    connection.execute(f"update {table_of(position)} set c{position} = null where {where}")
    if rule.declared:
        choices.record(decision_id, f"Missing codes of {name}", choices.override(decision_id) or texts, "", [KEEP])
    else:
        low, high = span or (0.0, 0.0)
        because = f"all other numbers lie between {low:.6g} and {high:.6g}"
        choices.record(decision_id, f"Missing codes of {name}", texts, because, [KEEP])
    choices.find(
        "sentinel_missing",
        "info" if rule.declared else "attention",
        name,
        values=tuple(chosen),
        cells=int(found[0]),
        lines=tuple(int(n) for n in found[1]),
        low=span[0] if span else None,
        high=span[1] if span else None,
        mean_before=means[0],
        mean_after=means[1],
        decision=decision_id,
    )
    return True


def has_sentinel(facts: NumberFacts) -> bool:
    """Return whether a column's smallest or largest number is one that people write for "no value"."""
    return facts.minimum in SENTINELS or facts.maximum in SENTINELS


def find_copies(connection: duckdb.DuckDBPyConnection, n_columns: int, n_rows: int) -> Finding | None:
    """Count rows that equal an earlier row in every cell."""
    if n_rows > MOST_ROWS_COMPARED:
        return Finding(
            code="duplicate_rows_not_checked", severity="info", facts={"rows": n_rows, "limit": MOST_ROWS_COMPARED}
        )
    parts = parts_of(n_columns)
    hashes = " positional join ".join(
        f"(select hash(row({', '.join(f'c{p}' for p in part)})) as h{i} from {table_of(part.start)})"
        for i, part in enumerate(parts)
    )
    whole = ", ".join(f"h{i}" for i in range(len(parts)))
    found = connection.execute(
        f"""
        with numbers as (select row_number, line_number from data),
        hashed as (select row_number, line_number, hash(row({whole})) as h from numbers positional join {hashes}),
        groups as (select h, min(row_number) as first, count(*) as n from hashed group by h having count(*) > 1)
        select count(*), min(line_number, {LINES_KEPT}), min(row_number, {LINES_KEPT})
        from hashed join groups using (h) where row_number <> first
        """
    ).fetchone()
    if found is None or not found[0]:
        return None
    copies = int(found[0])
    many = copies > MANY_COPIES * n_rows
    columns = [f"c{p}" for p in range(n_columns)]
    natural = many and copies_are_natural(lambda query: connection.execute(query).fetchall(), columns, n_rows)
    return Finding(
        code="duplicate_rows",
        severity="attention" if many and not natural else "info",
        facts={
            "copies": copies,
            "rows": n_rows,
            "lines": tuple(int(n) for n in found[1]),
            "data_rows": tuple(int(n) for n in found[2]),
            "natural": natural,
            "errors_factor": math.sqrt(n_rows / (n_rows - copies)),
        },
    )
