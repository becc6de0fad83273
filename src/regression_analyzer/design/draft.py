"""The model while it is being specified."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from regression_analyzer.design.basis import fix_basis
from regression_analyzer.design.formula import Atom, AtomTerm, target_text
from regression_analyzer.design.value import Counts, Numeric
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.profile.value import Profile
from regression_analyzer.table.value import Column, Table


@dataclass(slots=True)
class Draft:
    """What is known so far; filled from top to bottom by ``specify``."""

    table: Table
    profile: Profile
    asked: bool
    overrides: Mapping[str, str]
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def column(self, name: str) -> Column:
        """Return a column of the table; an unknown name is refused with close ones."""
        found = self.table.by_name.get(name)
        if found is not None:
            return found
        close = difflib.get_close_matches(name, list(self.table.by_name), n=3, cutoff=0.6)
        names = close or list(self.table.by_name)[:10]
        shown = ", ".join(f'"{n}"' for n in names)
        raise UsageError(
            f'There is no column "{name}" in the table.',
            hint=f"Did you mean {shown}?" if close else f"Its columns are {shown}{' ...' if len(names) == 10 else ''}.",
            code="unknown_column",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The model as written: a formula with a target."""

    target: Atom
    terms: tuple[AtomTerm, ...]
    intercept: bool
    offset: Atom | None
    counts: Counts | None = None

    def target_text(self) -> str:
        """Return the target as written."""
        return target_text(self.target, self.counts)

    def atoms(self) -> tuple[Atom, ...]:
        """Return every column use of the right-hand side, once."""
        return tuple(dict.fromkeys(atom for term in self.terms for atom in term))


def numeric_factor(draft: Draft, atom: Atom, condition: str) -> Numeric:
    """Return a number or date as a factor, its basis fixed over the rows used."""
    column = draft.column(atom.column)
    parameters = () if atom.parameter is None else (atom.parameter,)
    factor = Numeric(
        column=column.name,
        position=column.position,
        transform=atom.transform,
        parameters=parameters,
        is_date=column.kind == "date",
    )
    return fix_basis(draft.table, factor, condition) if atom.transform in {"poly", "bs"} else factor
