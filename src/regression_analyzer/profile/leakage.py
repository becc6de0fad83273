"""Copies of the target among the other columns. Only exact, deterministic copies are looked for, only to leave
them out or to name them: nothing here measures how well a column explains the target.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from regression_analyzer.profile import names
from regression_analyzer.profile.classes import class_copies
from regression_analyzer.profile.columns import aggregate, as_number, sample_filter
from regression_analyzer.profile.copies import Copy, number_copies
from regression_analyzer.profile.groups import near_groups
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.profile.sample import SAMPLE_ROWS
from regression_analyzer.profile.sums import Relation, formula, target_relation
from regression_analyzer.profile.tally import count_distinct
from regression_analyzer.table.value import Column, FloatArray, Table

CHANCE = 1e-6
"""Largest probability that repeats agree by chance for an agreement to count as a copy."""
MAX_CODED_VALUES = 50
MIN_GROUPED_ROWS = 30
MAX_CODED_NUMBERS = 300
MAX_CODES = 30
"""Levels of a category target that are told apart."""
"""Different whole numbers up to which a number is also screened as a category."""
ORDERED_ROWS = 1_000_000
SCREENED_ROWS = 1_000
"""Rows of the first look at categories: what fails on some rows fails on all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A column that is (part of) the target in another form.

    Attributes
    ----------
    code : ``"copy_of_target"``, ``"transform_of_target"``, ``"class_of_target"``, ``"determines_target"``,
        ``"part_of_target"``
    reason : plain clause
    """

    column: Column
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """All copies found.

    Attributes
    ----------
    leaks : by position, columns to leave out
    near : by position, columns that follow the target almost exactly, with the correlation
    equal : by position, of those the share of the rows in which they are equal to the target, where it is large
    groups : by position, categories whose values fix the target almost exactly, with the correlation ratio
    product : the target is a product of these columns, or None
    """

    leaks: Mapping[int, Leak] = field(default_factory=dict)
    near: Mapping[int, float] = field(default_factory=dict)
    equal: Mapping[int, float] = field(default_factory=dict)
    groups: Mapping[int, float] = field(default_factory=dict)
    product: Relation | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Screen:
    """What is compared with the target.

    Attributes
    ----------
    columns : number and date columns of the sample, the target not among them
    sample : shape (n, columns), file order
    y : (n,) the target, or the codes of its levels
    measures, roles : of every column, by position
    """

    table: Table
    target: Column
    columns: tuple[Column, ...]
    sample: FloatArray
    y: FloatArray
    measures: Sequence[Measures]
    roles: Mapping[int, RoleChoice]

    @property
    def numeric(self) -> bool:
        """Whether the target has an order and distances."""
        return self.target.kind in ("number", "date")


def level_codes(target: Column, texts: Sequence[str]) -> tuple[str, list[str]]:
    """SQL of a text column as the code of its level, and its parameters."""
    if not texts:
        return "null::double", []
    cases = " ".join(f"when ? then {i}" for i in range(len(texts)))
    return f"case {target.sql} {cases} end", list(texts)


def find_leaks(screen: Screen) -> Leakage:
    """Look for columns that are the target in another form."""
    table, target, columns = screen.table, screen.target, screen.columns
    found: dict[int, Leak] = {}
    near: dict[int, float] = {}
    equal: dict[int, float] = {}
    timed = frozenset(i for i, c in enumerate(columns) if c.kind == "date" or names.time_hint(c.name))
    for i, copy in number_copies(screen.y, screen.sample, ordered=screen.numeric, timed=timed).items():
        position = columns[i].position
        if copy.near:
            near[position] = copy.correlation
            equal |= {position: copy.share} if copy.share else {}
        elif confirm(table, target, columns[i], copy):
            found[position] = Leak(column=columns[i], code=copy.code, reason=copy.reason.format(target=target.name))
    for leak in _determined(table, target, screen.measures, screen.roles):
        found.setdefault(leak.column.position, leak)
    quantities = {*near, *(columns[i].position for i in timed)}
    groups: dict[int, float] = {}
    if target.kind == "number":
        groups = near_groups(table, target, screen.y, screen.measures, quantities=quantities)
    product = None
    if screen.numeric and screen.measures[target.position].distinct > 2:
        others = [c for c in table.columns if c.kind in ("text", "yes_no") and c.position not in found]
        for c, reason in class_copies(table, target, others, screen.measures):
            found[c.position] = Leak(column=c, code="class_of_target", reason=reason)
        product = _combinations(screen, found) if target.kind == "number" else None
    return Leakage(
        leaks=found,
        near={p: r for p, r in near.items() if p not in found},
        equal=equal,
        groups={p: eta for p, eta in groups.items() if p not in found},
        product=product,
    )


def _combinations(screen: Screen, found: dict[int, Leak]) -> Relation | None:
    """Add the parts of a target that is a sum to ``found``; return the relation where it is a product."""
    use = [
        i
        for i, c in enumerate(screen.columns)
        if c.kind == "number" and c.position not in found and screen.measures[c.position].distinct > 1
    ]
    if len(use) < 2:
        return None
    free = [screen.columns[i] for i in use]
    x = screen.sample[:, use]
    relation = target_relation(screen.table, screen.target, screen.y, free, x)
    if relation is None:
        return target_relation(screen.table, screen.target, screen.y, free, x, product=True)
    reason = f'"{screen.target.name}" is exactly {formula(relation)}'
    if relation.share < 1.0:
        reason += f" in {100.0 * relation.share:.1f}% of the rows"
    found.update({p.position: Leak(column=p, code="part_of_target", reason=reason) for p in relation.parts})
    return None


def confirm(table: Table, target: Column, column: Column, copy: Copy) -> bool:
    """Check a suspect of the sample on all rows (its order on at most about ``ORDERED_ROWS``)."""
    if target.kind not in ("number", "date") or table.n_rows <= SAMPLE_ROWS:
        return True
    x, y = as_number(column), as_number(target)
    if copy.code == "copy_of_target":
        value = table.sql(f"select corr({x}, {y}) from data")[0][0]
        return value is not None and abs(float(cast("float", value))) >= 1.0 - 1e-9
    some = sample_filter(table.n_rows, ORDERED_ROWS)
    sign = "" if copy.correlation >= 0 else "-"
    row = table.sql(
        f"select count(*) from (select v, lag(v) over (order by u, v) as before from "
        f"(select {y} as u, {sign}{x} as v from data where {x} is not null and {y} is not null and {some})) "
        "where v < before"
    )[0]
    return row[0] == 0


def _determined(
    table: Table, target: Column, measures: Sequence[Measures], roles: Mapping[int, RoleChoice]
) -> list[Leak]:
    """Categories each of whose values goes with one value of the target; one-to-one for a category target."""
    coded = [c for c in table.columns if c is not target and _is_coded(c, measures[c.position], roles[c.position])]
    candidates = [c for c in coded if c.kind != "number"]
    candidates += [c for c in coded if c.kind == "number"][:MAX_CODED_NUMBERS]
    if not candidates or measures[target.position].distinct < 2:
        return []
    few = _pairs(table, target, candidates, sample_filter(table.n_rows, SCREENED_ROWS))
    suspects = [c for c in candidates if few[c.position].one_sided(category=target.kind in ("text", "yes_no"))]
    if not suspects:
        return []
    screened = _pairs(table, target, suspects, "true")
    agreement = _agreement(table, target)
    out = []
    for c in suspects:
        code = _verdict(screened[c.position], agreement, target)
        if code == "copy_of_target":
            out.append(Leak(column=c, code=code, reason=f'each of its values goes with one value of "{target.name}"'))
        elif code == "determines_target" and _names_copies(table, c):
            reason = "it names rows: rows with the same value are copies of each other"
            out.append(Leak(column=c, code="identifier", reason=reason))
        elif code == "determines_target":
            reason = f'rows with the same value always have the same "{target.name}"'
            out.append(Leak(column=c, code=code, reason=reason))
        elif code == "class_of_target":
            reason = f'it groups the values of "{target.name}"'
            out.append(Leak(column=c, code=code, reason=reason))
    return out


def _names_copies(table: Table, c: Column) -> bool:
    """Whether rows with the same value agree in every other column: a key of rows that occur more than once."""
    others = [o for o in table.columns if o is not c]
    if len(others) > MAX_CODED_NUMBERS:
        return False
    every = ", ".join(o.sql for o in table.columns)
    counts = count_distinct(table, {0: c.sql, 1: f"case when {c.sql} is not null then hash({every}) end"})
    return counts[0] == counts[1] and len(others) > 1


def _is_coded(c: Column, m: Measures, role: RoleChoice) -> bool:
    if role.role in ("unit_key", "empty", "constant") or not 2 <= m.distinct <= 0.5 * m.present:
        return False
    return c.kind in ("text", "yes_no") or (c.kind == "number" and c.integer and m.distinct <= MAX_CODED_VALUES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """Rows with both values; different values of the column, of the target, and of both together."""

    rows: int
    values: int
    target_values: int
    pairs: int

    def one_sided(self, *, category: bool) -> bool:
        """Whether one decides the other, as far as these rows show."""
        return self.pairs == self.values or (category and self.pairs == self.target_values)


def _pairs(table: Table, target: Column, candidates: Sequence[Column], where: str) -> dict[int, _Pairs]:
    y = target.sql
    known = f"{where} and {y} is not null"
    n = min(table.n_rows, SCREENED_ROWS) if where != "true" else table.n_rows
    rows = aggregate(table, candidates, lambda c: (f"count({c.sql})",), where=known)

    def distinct(expression: Callable[[Column], str]) -> dict[int, int]:
        return count_distinct(table, {c.position: expression(c) for c in candidates}, where=known, rows=n)

    values = distinct(lambda c: c.sql)
    targets = distinct(lambda c: f"case when {c.sql} is not null then {y} end")
    pairs = distinct(lambda c: f"case when {c.sql} is not null then hash({c.sql}, {y}) end")
    return {
        p: _Pairs(rows=int(cast("int", v[0])), values=values[p], target_values=targets[p], pairs=pairs[p])
        for p, v in rows.items()
    }


def _agreement(table: Table, target: Column) -> float:
    """The chance that two rows have the same target value."""
    row = table.sql(
        f"select sum(n * n) / (sum(n) * sum(n)) from (select count(*)::double as n from data "
        f"where {target.sql} is not null group by {target.sql})"
    )[0]
    return float(cast("float", row[0] if row[0] is not None else 1.0))


def _verdict(counts: _Pairs, agreement: float, target: Column) -> str | None:
    """What kind of copy the counts show, beyond chance.

    Under independence each repeat of a value agrees with its first row with about the probability
    ``agreement``; the ``rows - values`` repeats all agree with that probability to their number.
    """
    if counts.values < 2 or counts.target_values < 2:
        return None
    if counts.pairs == counts.values and _power(agreement, counts.rows - counts.values) < CHANCE:
        few = target.kind in ("text", "yes_no") or counts.target_values <= 2
        return "copy_of_target" if few and counts.pairs == counts.target_values else "determines_target"
    grouped = counts.pairs == counts.target_values and counts.values >= 3
    if grouped and target.kind in ("text", "yes_no") and counts.rows >= MIN_GROUPED_ROWS:
        repeats = counts.rows - counts.target_values
        return "class_of_target" if _power(1.0 / counts.values, repeats) < CHANCE else None
    return None


def _power(base: float, exponent: int) -> float:
    return math.exp(min(0.0, exponent * math.log(base))) if 0.0 < base < 1.0 else float(base >= 1.0)
