"""How the program says "be careful", "does not apply" and "I chose this, because".

Rooms record facts; words are chosen in ``report/wording``. The code of a finding is stable and is the
key of its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Severity = Literal["info", "attention", "problem"]
SEVERITY_ORDER: Mapping[Severity, int] = {"problem": 0, "attention": 1, "info": 2}

Fact = str | int | float | bool | None | tuple["Fact", ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Finding:
    """Something the reader should know about the data or the model.

    Attributes
    ----------
    code : stable identifier, snake case (``"missing_code"``); has an entry in ``report/wording``
    severity : ``"info"``, ``"attention"`` or ``"problem"``; decided by size, not only by a p-value
    subject : the column, term, row or check it is about (a column's name as shown); ``""`` for the table
    facts : the numbers and names behind it, by name; what the words are made from
    remedy : what a later room does about it (``"standard_errors"``), ``""`` where nothing; see ``answered``
    """

    code: str
    severity: Severity
    subject: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    remedy: str = ""


def answered(findings: tuple[Finding, ...], remedy: str, facts: Mapping[str, Fact]) -> tuple[Finding, ...]:
    """Give findings that wait for a remedy the facts of what it did, before and after."""
    return tuple(replace(f, facts={**f.facts, **facts}) if f.remedy == remedy else f for f in findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A check that does not apply, with the reason: an answer, not an error and not NaN."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decision:
    """One automatic choice, replayable with ``--override ID=VALUE``.

    Attributes
    ----------
    id : stable identifier, dotted (``"table.encoding"``, ``"column.age.type"``, ``"role.zip"``, ``"target"``)
    what : what was decided, a few words (``"Character encoding"``)
    chosen : the choice, as the text an override would give
    because : the evidence, one plain clause with its numbers
    rejected : the alternatives considered, as override texts
    overridden : True where the user chose
    """

    id: str
    what: str
    chosen: str
    because: str
    rejected: tuple[str, ...] = ()
    overridden: bool = False
