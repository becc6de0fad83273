"""Which rows the model can use, and why not the others: one reason a row, counted in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regression_analyzer.design.formula import Atom
from regression_analyzer.design.transforms import allowed
from regression_analyzer.table.value import Column, LeftOut, Table

LINES_SHOWN = 20
MANY_CAUSES = 60
"""Of more causes than this, those that apply to no row are set aside first."""
REASONS_SHOWN = 12
"""Distinct reasons told apart; rarer combinations are one entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A condition on one column that makes a row unusable.

    Attributes
    ----------
    column : name of the column
    condition : SQL, true or false, never null
    words : plain words for one column; ``missing`` ones are listed together ("no value in a, b")
    missing : the value is absent (otherwise it is there and cannot be used)
    """

    column: str
    condition: str
    words: str
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Rows that fail for the same set of causes (indices), with the smallest row numbers."""

    causes: frozenset[int]
    rows: int
    first: tuple[int, ...]


def absent(column: Column) -> Cause:
    """The cause that a column has no value (or a number that is not finite)."""
    condition = f"{column.sql} is null"
    if column.kind == "number":
        condition = f"({column.sql} is null or not isfinite({column.sql}))"
    return Cause(column=column.name, condition=condition, words=f"no value in {column.name}", missing=True)


def undefined(column: Column, atom: Atom) -> Cause | None:
    """The cause that a transformation is not defined for a value; None where it takes any number."""
    limits = allowed(atom.transform, 1.0 if atom.parameter is None else atom.parameter)
    outside = limits.sql_outside(column.sql)
    if not outside:
        return None
    return Cause(
        column=column.name,
        condition=f"coalesce({outside}, false)",
        words=f"{atom.text} is not defined for {limits.words}",
        missing=False,
    )


def usable(causes: Iterable[Cause]) -> str:
    """Return the SQL condition that no cause applies."""
    parts = [cause.condition for cause in causes]
    return f"not ({' or '.join(parts)})" if parts else "true"


def count_patterns(table: Table, causes: Sequence[Cause]) -> tuple[Pattern, ...]:
    """Group the unusable rows by the causes that apply, in one scan."""
    applying = _applying(table, causes)
    if not applying:
        return ()
    flags = ", ".join(f"{causes[i].condition} as f{i}" for i in applying)
    any_of_them = " or ".join(causes[i].condition for i in applying)
    found = table.sql(
        f"select * exclude (row_number), count(*), min(row_number, {LINES_SHOWN}) from "
        f"(select {flags}, row_number from data where {any_of_them}) group by all"
    )
    patterns = []
    for record in found:
        first = record[-1]
        rows = tuple(int(r) for r in first) if isinstance(first, list) else ()
        patterns.append(
            Pattern(
                causes=frozenset(i for i, here in zip(applying, record, strict=False) if here),
                rows=int(str(record[-2])),
                first=rows,
            )
        )
    return tuple(patterns)


def _applying(table: Table, causes: Sequence[Cause]) -> list[int]:
    """Return which of many causes apply anywhere: grouping by thousands of flags takes long."""
    if len(causes) <= MANY_CAUSES:
        return list(range(len(causes)))
    found: list[int] = []
    for start in range(0, len(causes), MANY_CAUSES):
        part = causes[start : start + MANY_CAUSES]
        row = table.sql(f"select {', '.join(f'bool_or({cause.condition})' for cause in part)} from data")[0]
        found += [start + i for i, here in enumerate(row) if here]
    return found


def without(patterns: Sequence[Pattern], dropped: frozenset[int]) -> tuple[Pattern, ...]:
    """Forget some causes (their columns left the model); rows with no other cause become usable."""
    groups: dict[frozenset[int], list[Pattern]] = {}
    for pattern in patterns:
        rest = pattern.causes - dropped
        if rest:
            groups.setdefault(rest, []).append(pattern)
    return tuple(
        Pattern(
            causes=causes,
            rows=sum(p.rows for p in members),
            first=tuple(sorted(r for p in members for r in p.first)[:LINES_SHOWN]),
        )
        for causes, members in groups.items()
    )


def ledger(table: Table, causes: Sequence[Cause], patterns: Sequence[Pattern]) -> tuple[LeftOut, ...]:
    """Turn patterns into reasons with file lines, most rows first; every row is in exactly one."""
    ordered = sorted(patterns, key=lambda p: (-p.rows, p.first))
    shown, rest = ordered[:REASONS_SHOWN], ordered[REASONS_SHOWN:]
    if len(rest) == 1:
        shown, rest = ordered, []
    entries = [(_reason(causes, p.causes), p.rows, p.first) for p in shown]
    if rest:
        first = sorted(r for p in rest for r in p.first)[:LINES_SHOWN]
        entries.append(
            ("no usable value in several columns, in rarer combinations", sum(p.rows for p in rest), tuple(first))
        )
    return tuple(LeftOut(reason=reason, rows=rows, lines=table.lines_of(first)) for reason, rows, first in entries)


def _reason(causes: Sequence[Cause], applying: frozenset[int]) -> str:
    active = [causes[i] for i in sorted(applying)]
    names = [cause.column for cause in active if cause.missing]
    parts = []
    if names:
        more = f" and {len(names) - 6} more columns" if len(names) > 6 else ""
        parts.append(f"no value in {', '.join(names[:6])}{more}")
    parts += [cause.words for cause in active if not cause.missing]
    return "; ".join(parts)
