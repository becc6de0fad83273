"""What each page shows, as ready strings. A template's context is one of these values and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regression_analyzer.progress import STAGES

STAGE_LABELS = {
    "read": "Read the file",
    "profile": "Describe the columns",
    "specify": "Specify the model",
    "estimate": "Estimate",
    "check": "Check",
    "explain": "Explain",
    "draw": "Draw the charts",
    "tell": "Write the report",
}
REPORT_FORMS = {"html": "Report (HTML)", "md": "Report (Markdown)", "json": "Document (JSON)", "py": "Script (Python)"}
CHART_KINDS = ("png", "svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has.

    Attributes
    ----------
    root : path prefix of the server, without a slash at its end
    step : 1 file, 2 plan, 3 report; 0 where the page is none of them
    """

    template: ClassVar[str] = ""
    step: ClassVar[int] = 0
    title: str
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A table to try."""

    id: str
    title: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentJob:
    """An analysis in the list; ``mark`` is the class of its state, ``moment`` its time for machines."""

    id: str
    title: str
    state: str
    mark: str
    when: str
    moment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage(Page):
    """Where a file is given.

    Attributes
    ----------
    shows_rows : a language model, if one is asked, sees the first rows
    locked, refused : the token is asked for first; what was given was not it
    """

    template: ClassVar[str] = "start"
    step: ClassVar[int] = 1
    limit: str
    examples: Sequence[Example]
    recent: Sequence[RecentJob]
    shows_rows: bool = False
    locked: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a select: what the form sends, and what is read."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the work: ``state`` is ``"done"``, ``"now"`` or empty."""

    id: str
    label: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPage(Page):
    """An analysis on its way."""

    template: ClassVar[str] = "running"
    step: ClassVar[int] = 3
    job_id: str
    name: str
    message: str
    fraction: float
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class TroublePage(Page):
    """What was wrong, and what to do; ``name`` is the file it was about."""

    template: ClassVar[str] = "trouble"
    message: str
    name: str = ""
    hint: str = ""
    back: str = ""
    back_label: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file on offer."""

    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermNote:
    """A line on terms that the model misses or was given; ``action`` is where its button posts or its link leads."""

    heading: str
    text: str
    action: str
    label: str
    is_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBar(Page):
    """What stands above a finished report; ``plan`` is the query of the plan it was made from.

    ``asks`` is who answers questions about it, for people; empty where nobody does.
    """

    template: ClassVar[str] = "bar"
    step: ClassVar[int] = 3
    job_id: str
    upload_id: str
    plan: str
    name: str
    files: Sequence[Download]
    charts: Sequence[tuple[str, Sequence[Download]]]
    notes: Sequence[TermNote]
    asks: str = ""


def running_page(*, root: str, job_id: str, name: str, stage: str, fraction: float, message: str) -> RunningPage:
    """Return the page of a queued or running analysis."""
    now = STAGES.index(stage) if stage in STAGES else -1
    states = ["done" if index < now else "now" if index == now else "" for index in range(len(STAGES))]
    return RunningPage(
        title=name,
        root=root,
        job_id=job_id,
        name=name,
        message=message or "Waiting for its turn",
        fraction=fraction,
        stages=[
            Stage(id=stage_id, label=STAGE_LABELS[stage_id], state=state)
            for stage_id, state in zip(STAGES, states, strict=True)
        ],
    )


def report_bar(
    *,
    root: str,
    job_id: str,
    upload_id: str,
    name: str,
    plan: str,
    charts: Sequence[str],
    notes: Sequence[TermNote] = (),
    asks: str = "",
) -> ReportBar:
    """Return the bar above a report: where to go from here and what can be taken along."""
    return ReportBar(
        title=name,
        root=root,
        job_id=job_id,
        upload_id=upload_id,
        plan=plan,
        name=name,
        asks=asks,
        files=[
            Download(href=f"/api/v1/reports/{job_id}.{form}?download=true", label=label)
            for form, label in REPORT_FORMS.items()
        ],
        charts=[
            (
                chart.replace("_", " "),
                [
                    Download(href=f"/api/v1/charts/{job_id}/{chart}.{kind}?download=true", label=kind.upper())
                    for kind in CHART_KINDS
                ],
            )
            for chart in charts
        ],
        notes=notes,
    )
