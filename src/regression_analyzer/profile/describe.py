"""Table -> Profile: the columns described, and what the analysis proposes to do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Finding
from regression_analyzer.profile import notes
from regression_analyzer.profile.assemble import Described, assemble
from regression_analyzer.profile.keys import Keys, find_keys
from regression_analyzer.profile.leakage import MAX_CODES, Leakage, Screen, find_leaks, level_codes
from regression_analyzer.profile.measure import Measures, levels, measure
from regression_analyzer.profile.predictors import Choice, ask_predictors, choose_predictors, rows_saved
from regression_analyzer.profile.roles import RoleChoice, choose_role, overridden_role
from regression_analyzer.profile.sample import sample_numbers
from regression_analyzer.profile.stand_ins import stand_in_notes
from regression_analyzer.profile.sums import find_sums, formula
from regression_analyzer.profile.target import TargetChoice, ask_target, propose_target
from regression_analyzer.profile.value import ELIGIBLE, Profile, Role
from regression_analyzer.progress import Progress, silent
from regression_analyzer.table.value import Column, FloatArray, Table

PREFIXES = ("role.", "predictor.")
"""Override ids this room answers to."""
MAX_HEAVY = 50
"""Mostly missing columns whose cost in rows is counted."""


def describe(
    table: Table,
    *,
    target: str | None = None,
    predictors: Sequence[str] | None = None,
    overrides: Mapping[str, str] = {},
    on_progress: Progress = silent,
) -> Profile:
    """Describe every column, give each a role, and propose a target and predictors.

    Parameters
    ----------
    target : column to explain; proposed from names, types and position where None
    predictors : exactly these columns explain; every eligible one where None
    overrides : ``role.<column>`` -> role, ``predictor.<column>`` -> ``use`` or ``leave_out``, ``target``,
        ``unit_key`` and ``time_column`` -> column (or ``none``); ids of other rooms are passed over
    on_progress : told after each stage

    Returns
    -------
    Profile
        ``target`` is None where no column can be one

    Raises
    ------
    UsageError
        A named column does not exist, a predictor is the target, or an override does not fit.
    InputError
        The target asked for is empty, constant or free text; a predictor asked for is empty.
    """
    _check_overrides(table, overrides)
    on_progress("profile", 0.10, f"Describing {len(table.columns):,} columns")
    described = _describe(table, overrides)
    on_progress("profile", 0.14, "Choosing what to explain")
    asked = target if target is not None else overrides.get("target")
    chosen = _choose_target(table, described, asked)
    if chosen.column is None:
        return assemble(table, described, chosen, None, ())
    goal = chosen.column
    roles = _final_roles(described, goal, overrides)
    on_progress("profile", 0.16, "Looking for copies of the target")
    leakage = _leakage(table, described, roles, goal)
    if predictors is None:
        sources = {r.whole.position: formula(r) for r in described.sums}
        choice = choose_predictors(
            table,
            goal,
            measures=described.measures,
            roles=roles,
            leakage=leakage,
            overrides=overrides,
            sources=sources,
        )
    else:
        choice = ask_predictors(table, goal, described.measures, leakage, predictors)
    keys = _asked_keys(table, described.keys, overrides)
    if keys.unit_key is goal:
        keys = replace(keys, unit_key=None)
    described = replace(described, roles=_used_roles(roles, choice.predictors), keys=keys)
    findings = _notes(table, described, goal, leakage, choice)
    settled = {key.removeprefix("column.").removesuffix(".missing") for key in overrides if key.endswith(".missing")}
    findings += tuple(stand_in_notes(table, [goal, *choice.predictors], described.measures, settled))
    return assemble(table, described, chosen, choice, findings)


def _check_overrides(table: Table, overrides: Mapping[str, str]) -> None:
    for key in overrides:
        for prefix in PREFIXES:
            if key.startswith(prefix) and key.removeprefix(prefix) not in table.by_name:
                raise UsageError(
                    f'The override "{key}" names no column of the table.',
                    hint="Use the column's name as shown.", code="unknown_override",
                )  # fmt: skip


def _describe(table: Table, overrides: Mapping[str, str]) -> Described:
    """Measure, give roles, find keys and sums."""
    measures = measure(table)
    roles: dict[int, RoleChoice] = {}
    for c, m in zip(table.columns, measures, strict=True):
        asked = overrides.get(f"role.{c.name}")
        roles[c.position] = (
            choose_role(c, m, n_rows=table.n_rows, n_columns=len(table.columns))
            if asked is None
            else overridden_role(c, m, asked)
        )
    keys = find_keys(table, measures, roles)
    if overrides.get("unit_key") != "none":
        roles |= {p: r for p, r in keys.roles.items() if not roles[p].by_user}
    numeric = tuple(
        c for c in table.columns
        if c.kind in ("number", "date") and measures[c.position].distinct > 1
    )  # fmt: skip
    sample = sample_numbers(table, numeric)
    at = [i for i, c in enumerate(numeric) if _may_add_up(c, measures, roles)]
    sums = find_sums(table, [numeric[i] for i in at], sample[:, at]) if len(at) >= 3 else ()
    return Described(measures=measures, roles=roles, keys=keys, sums=sums, columns=numeric, sample=sample)


def _may_add_up(c: Column, measures: Sequence[Measures], roles: Mapping[int, RoleChoice]) -> bool:
    return c.kind == "number" and roles[c.position].role in ("quantity", "count") and measures[c.position].distinct > 2


def _choose_target(table: Table, described: Described, asked: str | None) -> TargetChoice:
    if asked is not None:
        return ask_target(table.columns, described.measures, described.roles, asked)
    parts = frozenset(p.position for r in described.sums for p in r.parts)
    return propose_target(table.columns, described.measures, described.roles, parts)


def _final_roles(described: Described, goal: Column, overrides: Mapping[str, str]) -> dict[int, RoleChoice]:
    """Roles once the target is known: totals of predictors, and a target that is fit to be one."""
    roles = dict(described.roles)
    for r in described.sums:
        free = not roles[r.whole.position].by_user and overrides.get(f"predictor.{r.whole.name}") != "use"
        if r.whole is not goal and goal not in r.parts and free:
            was = roles[r.whole.position].role
            roles[r.whole.position] = RoleChoice(role="total", reason=f"it is exactly {formula(r)}", rejected=(was,))
    own = roles[goal.position]
    if own.role not in ("quantity", "count", "yes_no", "date", "category") or goal.kind == "number":
        wanted: Role = "quantity" if goal.kind == "number" else "date" if goal.kind == "date" else "category"
        if own.role not in ("quantity", "count", "yes_no", wanted) and not own.by_user:
            roles[goal.position] = RoleChoice(role=wanted, reason="it is what is explained", rejected=(own.role,))
    return roles


def _leakage(table: Table, described: Described, roles: Mapping[int, RoleChoice], goal: Column) -> Leakage:
    """Screen every other column against the target."""
    others = [i for i, c in enumerate(described.columns) if c is not goal and roles[c.position].role != "total"]
    columns = tuple(described.columns[i] for i in others)
    if goal in described.columns:
        y: FloatArray = described.sample[:, described.columns.index(goal)]
        x = described.sample[:, others]
    else:
        frequent = levels(table, [goal], {goal.position: described.measures[goal.position].distinct})[goal.position]
        codes = level_codes(goal, [v.value for v in frequent[:MAX_CODES]])
        both = sample_numbers(table, columns, extra=codes)
        y, x = both[:, -1], both[:, :-1]
    screen = Screen(table=table, target=goal, columns=columns, sample=x, y=y, measures=described.measures, roles=roles)
    return find_leaks(screen)


def _used_roles(roles: Mapping[int, RoleChoice], used: Sequence[Column]) -> dict[int, RoleChoice]:
    """Give predictors that were asked for a role a model can use."""
    out = dict(roles)
    by_kind: Mapping[str, Role] = {"number": "quantity", "date": "date", "text": "category", "yes_no": "yes_no"}
    for c in used:
        role = out[c.position].role
        if role not in ELIGIBLE and role != "constant":
            out[c.position] = RoleChoice(
                role=by_kind[c.kind], reason="it was asked for as a predictor", rejected=(role,)
            )
    return out


def _asked_keys(table: Table, keys: Keys, overrides: Mapping[str, str]) -> Keys:
    """Keys with the user's own choice of units and time."""
    for name in ("unit_key", "time_column"):
        asked = overrides.get(name)
        if asked is None:
            continue
        if asked != "none" and asked not in table.by_name:
            raise UsageError(f'There is no column "{asked}" for "{name}".', code="unknown_override")
        column = None if asked == "none" else table.by_name[asked]
        keys = replace(keys, unit_key=column) if name == "unit_key" else replace(
            keys, time_column=column, time_reason="chosen by the user"
        )  # fmt: skip
    return keys


def _notes(table: Table, described: Described, goal: Column, leakage: Leakage, choice: Choice) -> tuple[Finding, ...]:
    """Everything worth knowing about the data as it goes into the model."""
    used, roles, measures = choice.predictors, described.roles, described.measures
    gone = {o.name: o.code for o in choice.left_out}
    out = list(choice.findings)
    out += notes.leakage_notes(leakage, gone, goal)
    out += notes.product_notes(leakage, used, goal)
    heavy = [c for c in table.columns if gone.get(c.name) == "mostly_missing"][:MAX_HEAVY]
    out += notes.missing_notes(rows_saved(table, goal, used, heavy), table, measures)
    if not used:
        out.append(Finding(code="no_predictors", severity="problem", subject=goal.name,
                           facts={"columns": len(table.columns)}))  # fmt: skip
    out += notes.near_notes(leakage, used, goal, event=measures[goal.position].distinct == 2)
    out += notes.group_notes(leakage, used, goal)
    out += notes.total_notes(described.sums, roles)
    out += notes.copy_notes(table, roles)
    out += notes.key_notes(described.keys, roles)
    out += notes.duplicate_notes(described.columns, described.sample, used)
    out += notes.size_notes(goal, used, measures, roles)
    return tuple(out)
