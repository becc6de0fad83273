"""The target: its family, and how it becomes a number."""

from __future__ import annotations

from regression_analyzer.design.draft import Draft, Written, numeric_factor
from regression_analyzer.design.family import (
    MANY_OUTCOMES,
    MULTINOMIAL,
    FamilyChoice,
    choose_family,
    choose_grouped,
    several_outcomes,
)
from regression_analyzer.design.levels import LevelCount, level_counts
from regression_analyzer.design.value import Categorical, Factor
from regression_analyzer.errors import InputError
from regression_analyzer.findings import Fact, Finding
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.table.value import Column


def response(
    draft: Draft, written: Written, family: str, condition: str, *, weighted: bool
) -> tuple[Factor, FamilyChoice]:
    """Choose the family and how the target becomes a number."""
    atom, link = written.target, draft.overrides.get("link")
    if written.counts is not None:
        return numeric_factor(draft, atom, condition), choose_grouped(family, written.target_text(), link=link)
    column = draft.column(atom.column)
    described = draft.profile.by_name.get(atom.column)
    if column.kind == "date":
        raise InputError(
            f'"{column.name}" holds dates; a regression explains a number or a yes/no.', code="date_target"
        )
    levels: tuple[LevelCount, ...] = ()
    few = column.kind != "number" or (described is not None and described.distinct <= 3)
    event = draft.overrides.get("event")
    if few or event is not None or family.startswith(("binomial", "quasi-binomial", MULTINOMIAL)):
        levels = level_counts(draft.table, column, f"({condition})")
    asked = family != "auto"
    words = column.kind in {"text", "yes_no"} and atom.transform == "identity"
    if not asked and event is None and words and 3 <= len(levels) <= MANY_OUTCOMES and not weighted:
        family = MULTINOMIAL
    if family == MULTINOMIAL and event is None and levels:
        event = max(levels, key=lambda c: c.rows).level
    if column.kind == "number" and len(levels) == 1:
        raise InputError(
            f'Every row used has the same value in "{column.name}", so there is nothing to explain.',
            hint="Choose another target.",
            code="constant_target",
        )
    choice = choose_family(
        family,
        column,
        described or _undescribed(column, draft.table.n_rows),
        levels=levels,
        transformed=atom.transform != "identity",
        weighted=weighted,
        link=link,
        event=event,
    )
    if family == MULTINOMIAL:
        choice = several_outcomes(
            choice,
            column,
            levels,
            reference=draft.overrides.get("outcome_reference"),
            asked=asked,
            event_asked="event" in draft.overrides,
        )
    _check_range(draft, column, choice, condition)
    _look_for_fractions(draft, column, choice, condition)
    if choice.event is None:
        return numeric_factor(draft, atom, condition), choice
    return _against_others(column, [c.level for c in levels if c.level != choice.event], choice.event), choice


def _against_others(column: Column, others: list[str], event: str) -> Categorical:
    """Code an event as 1 and every other outcome as 0."""
    gathered = len(others) > 1
    name = f"not {event}" if gathered else others[0]
    while name in others and gathered:
        name += "."
    return Categorical(
        column=column.name,
        position=column.position,
        levels=(name, event),
        reference=name,
        merged=tuple(others) if gathered else (),
        other=name if gathered else None,
    )


def _undescribed(column: Column, rows: int) -> ColumnProfile:
    return ColumnProfile(
        name=column.name,
        position=column.position,
        kind=column.kind,
        role="quantity",
        reason="not described",
        n_rows=rows,
        missing=0,
        distinct=rows,
    )


def _check_range(draft: Draft, column: Column, choice: FamilyChoice, condition: str) -> None:
    """Refuse targets that a family cannot have."""
    bad = {"gamma": f"{column.sql} <= 0", "poisson": f"{column.sql} < 0", "negative-binomial": f"{column.sql} < 0"}
    if choice.family not in bad:
        return
    rows = draft.table.sql(f"select count(*) from data where ({condition}) and {bad[choice.family]}")[0][0]
    if rows:
        words = "0 or less" if choice.family == "gamma" else "negative"
        raise InputError(
            f"A {choice.family} model needs {'positive' if choice.family == 'gamma' else 'non-negative'} values; "
            f'"{column.name}" is {words} in {"1 row" if rows == 1 else f"{rows:,} rows"}.',
            hint="Use the gaussian family.",
            code="target_out_of_range",
        )


def _look_for_fractions(draft: Draft, column: Column, choice: FamilyChoice, condition: str) -> None:
    """Say where what a model of counts explains are no counts: then it has a mean, but no likelihood."""
    if choice.family not in {"poisson", "negative-binomial"} or choice.dispersion_estimated:
        return
    fraction = f"{column.sql} <> round({column.sql})"
    rows = int(str(draft.table.sql(f"select count(*) from data where ({condition}) and {fraction}")[0][0]))
    if rows:
        facts: dict[str, Fact] = {"rows": rows, "family": choice.family}
        draft.findings.append(Finding(code="fractional_counts", severity="attention", subject=column.name, facts=facts))
