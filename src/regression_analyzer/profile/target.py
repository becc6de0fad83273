"""Which column is to be explained: the one asked for, or a proposal from names, types and position."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.profile import names
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.table.value import Column

MAX_TARGET_LEVELS = 20
"""Levels up to which a category may be proposed as the target."""
NAMED = 25
"""A name hint of at least this strength is said to have decided."""
SHOWN_REJECTED = 5
MAX_NAMES_COMPARED = 300


def find_column(columns: Sequence[Column], asked: str, *, what: str) -> tuple[Column, bool]:
    """Find a column by its name; capitals, blanks and the name in the file may differ where that is unambiguous.

    Returns
    -------
    Column, bool
        the column, and whether the name had to be adapted

    Raises
    ------
    UsageError
        No such column; the message lists close names.
    """
    exact = [c for c in columns if c.name == asked]
    if exact:
        return exact[0], False
    folded = asked.strip().casefold()
    near = [c for c in columns if folded in (c.name.strip().casefold(), c.original_name.strip().casefold())]
    if len(near) == 1:
        return near[0], True
    shown = [c.name for c in columns]
    close = difflib.get_close_matches(asked, shown, n=3, cutoff=0.5)
    if not close:
        close = [c.name for c in columns if c.name.casefold() in
                 difflib.get_close_matches(folded, [s.casefold() for s in shown], n=3, cutoff=0.5)]  # fmt: skip
    hint = f"Did you mean {_quoted(close)}?" if close else f"The columns are {_quoted(shown[:20])}."
    raise UsageError(f'There is no column "{asked}" to be the {what}.', hint=hint, code="unknown_column")


def _quoted(texts: Sequence[str]) -> str:
    short = [f'"{t if len(t) <= 60 else t[:57] + "..."}"' for t in texts]
    return short[0] if len(short) == 1 else ", ".join(short[:-1]) + " or " + short[-1]


def check_target(column: Column, m: Measures, role: RoleChoice) -> None:
    """Refuse a target that no model can explain.

    Raises
    ------
    InputError
        The column is empty, constant, or text with a value of its own in (almost) every row.
    """
    why = None
    if m.present == 0:
        why = "it has no values"
    elif m.distinct <= 1:
        why = "its value is the same in every row"
    elif column.kind == "text" and (m.distinct == m.present or role.role == "text"):
        why = f"it is text with {m.distinct:,} different values in {m.present:,} rows"
    if why:
        raise InputError(
            f'Column "{column.name}" cannot be the target: {why}.',
            hint="Choose a column of numbers, or one with a few recurring values.",
            code="target_unusable",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    column: Column
    score: float
    hint: int
    word: str


def _candidates(
    columns: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice], parts: frozenset[int]
) -> list[_Candidate]:
    """Score every column that may be a target; names first, then type, then position."""
    fit = [c for c in columns if _possible(measures[c.position], roles[c.position])]
    coordinates = {"x", "y", "z"} <= {c.name.lower() for c in columns}
    placed = [c for c in fit if roles[c.position].role in ("quantity", "count", "yes_no")] or fit
    known = {c.name.lower() for c in columns} if len(columns) <= MAX_NAMES_COMPARED else set()
    n_rows = max((m.present for m in measures), default=1)
    out = []
    for c in fit:
        m, role = measures[c.position], roles[c.position].role
        hint, word = (0, "") if c.name.lower() == "y" and coordinates else names.target_hint(c.name)
        score = float(hint) + {"quantity": 15.0, "count": 15.0, "yes_no": 8.0}.get(role, 0.0)
        score += 10.0 if c is placed[-1] else 4.0 if c is placed[0] else 0.0
        score -= 40.0 * (1.0 - m.present / max(n_rows, 1))
        score -= 6.0 if role == "quantity" and m.distinct <= 10 else 0.0
        score -= 50.0 if c.position in parts else 0.0
        score -= 30.0 if names.predictor_hint(c.name) and hint < NAMED else 0.0
        score -= 15.0 if names.time_hint(c.name) else 0.0
        score -= 12.0 if names.built_from(c.name, known) else 0.0
        score -= 12.0 if names.later_in_series(c.name) else 0.0
        out.append(_Candidate(column=c, score=score, hint=hint, word=word))
    return out


def _possible(m: Measures, role: RoleChoice) -> bool:
    if role.role in ("quantity", "count", "yes_no", "total"):
        return True
    return role.role == "category" and m.distinct <= MAX_TARGET_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """The target and how it was chosen.

    Attributes
    ----------
    column : None where no column can be one
    """

    column: Column | None
    decision: Decision | None = None
    findings: tuple[Finding, ...] = ()


def ask_target(
    columns: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice], asked: str
) -> TargetChoice:
    """Take the column the user named."""
    column, adapted = find_column(columns, asked, what="target")
    check_target(column, measures[column.position], roles[column.position])
    decision = Decision(
        id="target", what="What is explained", chosen=column.name, because="chosen by the user", overridden=True
    )
    return TargetChoice(column=column, decision=decision, findings=adapted_name(asked, column) if adapted else ())


def adapted_name(asked: str, column: Column) -> tuple[Finding, ...]:
    """The note that a name was matched despite a difference in capitals or blanks."""
    return (Finding(code="column_name_matched", severity="info", subject=column.name, facts={"asked": asked}),)


def propose_target(
    columns: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice], parts: frozenset[int]
) -> TargetChoice:
    """Propose a target from names, types and position; never from how well others explain it.

    Parameters
    ----------
    parts : positions of columns that are parts of a total
    """
    ranked = sorted(_candidates(columns, measures, roles, parts), key=lambda k: (-k.score, -k.column.position))
    if not ranked:
        return TargetChoice(column=None, findings=(Finding(code="no_target", severity="problem"),))
    best = ranked[0]
    named = best.hint >= NAMED // 2
    because = (
        f'its name ("{best.word}") says that it is what people explain'
        if named
        else "no name says what is to be explained, and it is the best placed column of its kind"
    )
    decision = Decision(
        id="target", what="What is explained", chosen=best.column.name, because=because,
        rejected=tuple(k.column.name for k in ranked[1 : 1 + SHOWN_REJECTED]),
    )  # fmt: skip
    finding = Finding(
        code="target_proposed", severity="info" if named else "attention", subject=best.column.name,
        facts={"word": best.word if named else None, "others": decision.rejected},
    )  # fmt: skip
    return TargetChoice(column=best.column, decision=decision, findings=(finding,))
