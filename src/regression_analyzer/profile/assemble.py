"""The frozen Profile, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.profile.keys import Keys
from regression_analyzer.profile.measure import MAX_LEVELS, Measures, levels
from regression_analyzer.profile.moments import Moments
from regression_analyzer.profile.predictors import Choice
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.profile.sums import Relation
from regression_analyzer.profile.target import TargetChoice
from regression_analyzer.profile.value import ColumnProfile, Level, Profile
from regression_analyzer.table.value import Column, FloatArray, Table

MAX_LEVEL_COLUMNS = 500
"""Columns whose frequent values are listed."""
WIDE = 500
"""Columns beyond which plain quantities have no decision of their own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Described:
    """Columns measured, with their roles and a sample of the numbers.

    Attributes
    ----------
    measures : by position
    roles : by position
    columns, sample : number and date columns that vary; shape (n, columns), file order
    """

    measures: tuple[Measures, ...]
    roles: dict[int, RoleChoice]
    keys: Keys
    sums: tuple[Relation, ...]
    columns: tuple[Column, ...]
    sample: FloatArray


def _levels(table: Table, described: Described) -> Mapping[int, tuple[Level, ...]]:
    """Frequent values of categories, yes/no and whole numbers with few values."""
    wanted = [
        c for c in table.columns
        if described.roles[c.position].role in ("category", "yes_no", "unit_key")
        or (c.kind == "number" and c.integer and described.measures[c.position].distinct <= MAX_LEVELS // 4)
    ][:MAX_LEVEL_COLUMNS]  # fmt: skip
    wanted = [c for c in wanted if c.kind != "date"]
    return levels(table, wanted, {c.position: described.measures[c.position].distinct for c in wanted})


def assemble(
    table: Table, described: Described, chosen: TargetChoice, choice: Choice | None, findings: tuple[Finding, ...]
) -> Profile:
    """Put the frozen value together."""
    frequent = _levels(table, described)
    keys = described.keys
    columns = tuple(
        _column_profile(table, c, m, described.roles[c.position], frequent.get(c.position, ()))
        for c, m in zip(table.columns, described.measures, strict=True)
    )
    decisions = [
        Decision(
            id=f"role.{c.name}", what=f'What "{c.name}" is', chosen=c.role, because=c.reason,
            rejected=described.roles[c.position].rejected, overridden=described.roles[c.position].by_user,
        )
        for c in columns if len(columns) <= WIDE or c.role != "quantity"
    ]  # fmt: skip
    decisions += [chosen.decision] if chosen.decision else []
    decisions += _key_decisions(keys)
    decisions += choice.decisions if choice else ()
    return Profile(
        columns=columns,
        target=chosen.column.name if chosen.column else None,
        predictors=tuple(c.name for c in choice.predictors) if choice else (),
        left_out=choice.left_out if choice else (),
        unit_key=keys.unit_key.name if keys.unit_key else None,
        time_column=keys.time_column.name if keys.time_column else None,
        decisions=tuple(decisions),
        findings=chosen.findings + findings,
    )


def _key_decisions(keys: Keys) -> list[Decision]:
    out = []
    if keys.unit_key is not None:
        because = keys.roles[keys.unit_key.position].reason if keys.unit_key.position in keys.roles else (
            "chosen by the user"
        )  # fmt: skip
        out.append(Decision(id="unit_key", what="Units measured repeatedly", chosen=keys.unit_key.name,
                            because=because, rejected=("none",)))  # fmt: skip
    if keys.time_column is not None:
        out.append(Decision(id="time_column", what="Order in time", chosen=keys.time_column.name,
                            because=keys.time_reason, rejected=("none",)))  # fmt: skip
    return out


def _column_profile(
    table: Table, c: Column, m: Measures, role: RoleChoice, frequent: tuple[Level, ...]
) -> ColumnProfile:
    x = m.numbers or Moments(present=m.present)
    return ColumnProfile(
        name=c.name, position=c.position, kind=c.kind, role=role.role, reason=role.reason, n_rows=table.n_rows,
        missing=table.n_rows - m.present, distinct=m.distinct, distinct_is_exact=m.distinct_is_exact,
        integer=c.integer, unit=c.unit, minimum=x.minimum, maximum=x.maximum, mean=x.mean, std=x.std,
        quantiles=x.quantiles, histogram_edges=x.histogram_edges, histogram_counts=x.histogram_counts,
        levels=frequent,
    )  # fmt: skip
