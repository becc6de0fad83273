"""What the page of the plan shows, as ready strings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regression_analyzer.web.contexts import Choice, Page
from regression_analyzer.web.insight import ModelPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A decision that was made while reading; ``by_user`` where it no longer is a guess."""

    what: str
    because: str
    choices: Sequence[Choice]
    by_user: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a small histogram, in the units of its view box."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewColumn:
    """A line of the table of columns.

    Attributes
    ----------
    token : its name as forms send it
    proposed : it would be used by itself
    references : the levels that the others may be compared with, of a category; else empty
    reason : why it is taken for what it is
    used_because : why it is used or not
    is_number : its cells are numbers, which stand right
    """

    token: str
    name: str
    short_name: str
    unit: str
    role: str
    summary: str
    reason: str
    used_because: str
    missing: str
    is_target: bool
    may_be_target: bool
    is_predictor: bool
    may_be_predictor: bool
    proposed: bool
    is_number: bool
    types: Sequence[Choice]
    references: Sequence[Choice]
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFinding:
    """Something noticed while reading."""

    severity: str
    evidence: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One of the first rows."""

    line: int
    cells: Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(Page):
    """How the file was read, and the plan.

    Attributes
    ----------
    facts : how it was read, in a few words each
    kept : override tokens for which the page has no control
    before : query of this page's own address, to come back to
    automatic : token of the target that would be taken by itself, if known
    more_columns : columns beyond those listed
    changed : the person has changed something
    llm : what the plan says of the language model; None where the page is made without a server
    """

    template: ClassVar[str] = "preview"
    step: ClassVar[int] = 2
    upload_id: str
    name: str
    facts: Sequence[str]
    columns: Sequence[PreviewColumn]
    more_columns: int
    rows: Sequence[PreviewRow]
    reading: Sequence[Guess]
    finer: Sequence[Guess]
    finer_open: bool
    remarks: Sequence[PreviewFinding]
    notes: Sequence[PreviewFinding]
    target: str
    target_token: str
    target_because: str
    choice: str
    kept: Sequence[str]
    before: str
    automatic: str
    changed: bool
    families: Sequence[Choice]
    covariances: Sequence[Choice]
    weights: Sequence[Choice]
    formula: str
    context: str
    model_open: bool
    llm: ModelPart | None = None
