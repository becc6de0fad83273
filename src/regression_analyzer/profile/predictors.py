"""Which columns explain: every eligible one, unless a stated reason speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision, Fact, Finding
from regression_analyzer.profile.leakage import Leakage
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.profile.target import adapted_name, find_column
from regression_analyzer.profile.value import ELIGIBLE, LeftOutColumn
from regression_analyzer.table.value import Column, Table

MAX_LEVELS = 250
"""Levels beyond which a category is not used without being asked for."""
NEARLY_UNIQUE = 0.5
"""Different texts, as a share of the rows, beyond which a category says little but which row it is."""
MOSTLY_MISSING = 0.5
"""Share of missing values beyond which a column is not used without being asked for: every row without a value
would be lost to the model."""
WIDE = 500
"""Columns beyond which only choices against a column are recorded one by one."""

_ROLE_REASONS: Mapping[str, tuple[str, str]] = {
    "identifier": ("identifier", "it names or numbers rows"),
    "constant": ("constant", "it does not vary"),
    "empty": ("empty", "it has no values"),
    "text": ("text", "it is free text"),
    "unit_key": ("unit_key", "it names the units that were measured repeatedly; standard errors take it into account"),
    "total": ("total", "it is the sum of other columns"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Predictors, and everything else with its reason."""

    predictors: tuple[Column, ...]
    left_out: tuple[LeftOutColumn, ...]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


def reason_against(
    c: Column, m: Measures, role: RoleChoice, *, leakage: Leakage, n_rows: int, sources: Mapping[int, str]
) -> tuple[str, str] | None:
    """The reason not to use a column, as code and clause; None where it is used.

    Parameters
    ----------
    sources : by position, what a total is the sum of
    """
    leak = leakage.leaks.get(c.position)
    if role.role not in ELIGIBLE and role.role != "total":
        code, clause = _ROLE_REASONS[role.role]
        return code, f"{clause}: {role.reason}"
    if leak is not None:
        return leak.code, leak.reason
    if role.role == "total":
        return "total", f"it is the sum of other columns ({sources.get(c.position, role.reason)})"
    if m.present < (1.0 - MOSTLY_MISSING) * n_rows:
        missing = n_rows - m.present
        return "mostly_missing", f"{missing:,} of {n_rows:,} rows have no value, and using it would cost those rows"
    if role.role == "category" and c.kind == "text" and m.distinct > NEARLY_UNIQUE * m.present:
        return "nearly_unique", f"{m.distinct:,} different values in {m.present:,} rows: it mostly tells rows apart"
    if role.role == "category" and m.distinct > MAX_LEVELS:
        return "too_many_levels", f"{m.distinct:,} different values: more than {MAX_LEVELS} comparisons"
    return None


def choose_predictors(
    table: Table,
    target: Column,
    *,
    measures: Sequence[Measures],
    roles: Mapping[int, RoleChoice],
    leakage: Leakage,
    overrides: Mapping[str, str],
    sources: Mapping[int, str],
) -> Choice:
    """Take every eligible column in file order; copies of the target only where nothing else is left."""
    used: list[Column] = []
    out: list[LeftOutColumn] = []
    decisions: list[Decision] = []
    for c in table.columns:
        if c is target:
            continue
        against = reason_against(
            c, measures[c.position], roles[c.position], leakage=leakage, n_rows=table.n_rows, sources=sources
        )
        asked = _asked(overrides, c, measures[c.position])
        use = against is None if asked is None else asked
        if use:
            used.append(c)
        else:
            code, reason = against or ("user", "left out by the user")
            out.append(LeftOutColumn(name=c.name, code=code, reason=reason))
        if asked is not None or against is not None or len(table.columns) <= WIDE:
            decisions.append(_decision(c, use=use, because=_because(against, asked), overridden=asked is not None))
    found = tuple(_leak_finding(leakage, c, target) for c in used if c.position in leakage.leaks)
    choice = Choice(predictors=tuple(used), left_out=tuple(out), decisions=tuple(decisions), findings=found)
    return choice if used else _fall_back(target, choice, leakage, overrides)


def _because(against: tuple[str, str] | None, asked: bool | None) -> str:
    if asked is not None:
        return "chosen by the user"
    return against[1] if against else "every eligible column is used"


def _asked(overrides: Mapping[str, str], c: Column, m: Measures) -> bool | None:
    value = overrides.get(f"predictor.{c.name}")
    if value is None:
        return None
    if value not in ("use", "leave_out"):
        raise UsageError(
            f'"predictor.{c.name}" cannot be "{value}".', hint='Use "use" or "leave_out".', code="unknown_override"
        )
    if value == "use" and m.present == 0:
        raise _empty(c)
    return value == "use"


def _empty(c: Column) -> InputError:
    return InputError(
        f'Column "{c.name}" cannot explain anything: it has no values.',
        hint="Leave it out.", code="predictor_empty",
    )  # fmt: skip


def _decision(c: Column, *, use: bool, because: str, overridden: bool) -> Decision:
    chosen, other = ("use", "leave_out") if use else ("leave_out", "use")
    return Decision(
        id=f"predictor.{c.name}", what=f'Use of "{c.name}"', chosen=chosen, because=because,
        rejected=(other,), overridden=overridden,
    )  # fmt: skip


def _fall_back(target: Column, choice: Choice, leakage: Leakage, overrides: Mapping[str, str]) -> Choice:
    """Use the copies of the target after all: they are everything there is."""
    codes = {k.column.name: k.code for k in leakage.leaks.values()}
    back = {
        o.name for o in choice.left_out
        if codes.get(o.name) == o.code and overrides.get(f"predictor.{o.name}") != "leave_out"
    }  # fmt: skip
    used = tuple(k.column for _, k in sorted(leakage.leaks.items()) if k.column.name in back)
    because = "nothing else is left to explain with, although it is the target in another form"
    kept = tuple(d for d in choice.decisions if d.id.removeprefix("predictor.") not in back)
    return Choice(
        predictors=used,
        left_out=tuple(o for o in choice.left_out if o.name not in back),
        decisions=kept + tuple(_decision(c, use=True, because=because, overridden=False) for c in used),
        findings=tuple(_leak_finding(leakage, c, target) for c in used),
    )


def _leak_finding(leakage: Leakage, c: Column, target: Column) -> Finding:
    """A copy of the target that is used all the same."""
    leak = leakage.leaks[c.position]
    facts: dict[str, Fact] = {"kind": leak.code, "reason": leak.reason, "used": True, "target": target.name}
    return Finding(code="leakage", severity="problem", subject=c.name, facts=facts)


def ask_predictors(
    table: Table, target: Column, measures: Sequence[Measures], leakage: Leakage, asked: Sequence[str]
) -> Choice:
    """Take exactly the columns the user named.

    Raises
    ------
    UsageError
        A column does not exist or is the target.
    InputError
        A column has no values.
    """
    used: list[Column] = []
    findings: list[Finding] = []
    for name in asked:
        c, adapted = find_column(table.columns, name, what="predictor")
        if c is target:
            raise UsageError(
                f'Column "{c.name}" is the target and cannot be a predictor too.',
                hint="Name another target or another predictor.", code="predictor_is_target",
            )  # fmt: skip
        if measures[c.position].present == 0:
            raise _empty(c)
        findings += adapted_name(name, c) if adapted else ()
        if c not in used:
            used.append(c)
    findings += [_leak_finding(leakage, c, target) for c in used if c.position in leakage.leaks]
    left_out = tuple(
        LeftOutColumn(name=c.name, code="not_asked", reason="it was not asked for")
        for c in table.columns
        if c is not target and c not in used
    )
    decisions = tuple(_decision(c, use=True, because="chosen by the user", overridden=True) for c in used)
    return Choice(predictors=tuple(used), left_out=left_out, decisions=decisions, findings=tuple(findings))


def rows_saved(
    table: Table, target: Column, used: Sequence[Column], heavy: Sequence[Column]
) -> Mapping[str, tuple[int, int]]:
    """By mostly missing column: rows usable without it, and with it."""
    if not heavy:
        return {}
    base = " and ".join(f"{c.sql} is not null" for c in [target, *used[:WIDE]])
    counts = ", ".join(f"count(*) filter ({c.sql} is not null)" for c in heavy)
    row = [int(cast("int", v)) for v in table.sql(f"select count(*), {counts} from data where {base}")[0]]
    return {c.name: (row[0], with_it) for c, with_it in zip(heavy, row[1:], strict=True)}
