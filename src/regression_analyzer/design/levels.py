"""Levels of a category: which there are, which is the reference, which rare ones are gathered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regression_analyzer.design.value import Categorical
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision
from regression_analyzer.table.value import Column, Kind, Table

NO_WORDS = frozenset(
    {"no", "n", "false", "f", "0", "off", "none", "never", "absent", "negative", "nein", "non", "nej", "nie", "nao"}
    | {"não", "faux", "falsch", "falso", "falsk", "нет", "いいえ", "否"}
)
"""What the "no" side of a yes/no column may be called, in lower case."""
MERGE_ABOVE = 20
"""Automatic mode gathers rare levels of categories with more levels than this."""
MERGE_ABOVE_ASKED = 300
"""The same for predictors that the user named: far beyond what a table of coefficients can show."""
RARE_ROWS = 5
RARE_SHARE = 0.005
KEEP_AT_MOST = 60
OTHER = "other levels"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """One level and the rows used that have it."""

    level: str
    rows: int


def number_text(value: float) -> str:
    """The text of a number that serves as a level."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def level_counts(table: Table, column: Column, condition: str) -> tuple[LevelCount, ...]:
    """Count the levels of a column among the rows that satisfy an SQL condition, in order.

    Numbers (and texts that are all numbers) are in numeric order, other texts in code-point order.
    """
    found = table.sql(f"select {column.sql}, count(*) from data where {condition} group by 1")
    if column.kind == "number":
        pairs = [(number_text(float(str(value))), int(str(rows))) for value, rows in found]
    else:
        pairs = [(str(value), int(str(rows))) for value, rows in found]
    return tuple(LevelCount(level=level, rows=rows) for level, rows in sorted(pairs, key=_order([p[0] for p in pairs])))


def _order(levels: Sequence[str]) -> _Order:
    numbers = {level: _number(level) for level in levels}
    return _Order(
        None if any(v is None for v in numbers.values()) else {k: v for k, v in numbers.items() if v is not None}
    )


@dataclass(frozen=True, slots=True)
class _Order:
    numbers: Mapping[str, float] | None

    def __call__(self, pair: tuple[str, int]) -> tuple[float, str]:
        return (0.0 if self.numbers is None else self.numbers[pair[0]], pair[0])


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def no_side(levels: Sequence[str]) -> str | None:
    """Which of two levels says "no"; None where neither or both do."""
    said = [level for level in levels if level.strip().casefold() in NO_WORDS]
    return said[0] if len(levels) == 2 and len(said) == 1 else None


def choose_levels(
    column: Column,
    counts: Sequence[LevelCount],
    *,
    asked: bool,
    reference: str | None = None,
    merge: str | None = None,
) -> tuple[Categorical, tuple[Decision, ...]]:
    """Decide a category's levels, its reference and what is gathered.

    Parameters
    ----------
    asked : the user named this predictor, so levels stay as they are unless there are hundreds
    reference : level the user wants to compare with, None to choose
    merge : override of the decision ``levels.<column>``: ``"all"`` or ``"merged"``

    Raises
    ------
    UsageError
        The reference is not a level.
    """
    levels = tuple(c.level for c in counts)
    merged = _rare(counts, asked=asked, merge=merge)
    decisions: list[Decision] = []
    other: str | None = None
    if merged:
        other = OTHER
        while other in levels:
            other += " (gathered)"
        gathered = set(merged)
        levels = (*(level for level in levels if level not in gathered), other)
        decisions.append(_merge_decision(column, counts, merged, other, overridden=merge is not None))
    chosen, because = _reference(column, levels, reference, merged, other)
    decisions.append(
        Decision(
            id=f"reference.{column.name}",
            what=f"Reference level of {column.name}",
            chosen=chosen,
            because=because,
            rejected=tuple(level for level in levels if level != chosen)[:10],
            overridden=reference is not None,
        )
    )
    factor = Categorical(
        column=column.name, position=column.position, levels=levels, reference=chosen, merged=merged, other=other
    )
    return factor, tuple(decisions)


def _rare(counts: Sequence[LevelCount], *, asked: bool, merge: str | None) -> tuple[str, ...]:
    if merge == "all" or (merge is None and len(counts) <= (MERGE_ABOVE_ASKED if asked else MERGE_ABOVE)):
        return ()
    fewest = max(RARE_ROWS, RARE_SHARE * sum(c.rows for c in counts))
    common = sorted((c for c in counts if c.rows >= fewest), key=lambda c: -c.rows)
    kept = {c.level for c in common[: MERGE_ABOVE_ASKED if asked else KEEP_AT_MOST]}
    rare = tuple(c.level for c in counts if c.level not in kept)
    return rare if len(rare) > 1 else ()


def _merge_decision(
    column: Column, counts: Sequence[LevelCount], merged: Sequence[str], other: str, *, overridden: bool
) -> Decision:
    gathered = set(merged)
    rows = sum(c.rows for c in counts if c.level in gathered)
    return Decision(
        id=f"levels.{column.name}",
        what=f"Rare levels of {column.name}",
        chosen="merged",
        because=(
            f"{len(merged)} of {len(counts)} levels are rare ({rows} rows together); they are compared as "
            f'one level, "{other}", so that no row is lost'
        ),
        rejected=("all",),
        overridden=overridden,
    )


def _reference(
    column: Column, levels: Sequence[str], wanted: str | None, merged: Sequence[str], other: str | None
) -> tuple[str, str]:
    if wanted is not None:
        if wanted in levels:
            return wanted, "asked for"
        if wanted in merged and other is not None:
            return other, f'"{wanted}" was asked for and is one of the rare levels gathered under this one'
        shown = ", ".join(levels[:15]) + (f" and {len(levels) - 15} more" if len(levels) > 15 else "")
        raise UsageError(
            f'"{wanted}" is not a level of "{column.name}" among the rows used.',
            hint=f"Its levels are: {shown}.",
            code="unknown_level",
        )
    return usual_reference(column.kind, levels)


def usual_reference(kind: Kind, levels: Sequence[str]) -> tuple[str, str]:
    """Return the level that others are compared with where nobody says otherwise, and why; levels in order."""
    side = no_side(levels) if kind == "yes_no" else None
    if side is not None:
        return side, 'the "no" side of a yes/no column'
    return levels[0], "the first level in order"


def in_order(levels: Sequence[str]) -> tuple[str, ...]:
    """Return levels as they are ordered: texts that are all numbers by their value, others by code point."""
    order = _order(levels)
    return tuple(sorted(levels, key=lambda level: order((level, 0))))
