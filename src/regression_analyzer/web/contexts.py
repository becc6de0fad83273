"""What each page shows, as ready strings. A template's context is one of these values and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from regression_analyzer.progress import STAGES

SHORT_NAME = 48
BAR_WIDTH = 100.0
BAR_HEIGHT = 30.0

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
TYPE_LABELS = {"number": "number", "text": "category or text", "yes_no": "yes or no", "date": "date"}
FAMILIES = {
    "auto": "chosen from the target",
    "gaussian": "linear (least squares)",
    "binomial": "logistic (yes or no)",
    "poisson": "Poisson (counts)",
    "negative-binomial": "negative binomial (scattered counts)",
    "gamma": "gamma (positive, skewed)",
}
COVARIANCES = {
    "auto": "chosen from the evidence",
    "classical": "classical",
    "HC3": "robust (HC3)",
    "HAC": "for rows ordered in time (HAC)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has. ``root`` is the path prefix of the server, without a slash at its end."""

    template: ClassVar[str] = ""
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
    """An analysis in the list; ``mark`` is the class of its state."""

    id: str
    title: str
    state: str
    mark: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage(Page):
    """Where a file is given."""

    template: ClassVar[str] = "start"
    limit: str
    examples: Sequence[Example]
    recent: Sequence[RecentJob]
    needs_token: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a select; ``override`` is ``ID=VALUE``, empty for the automatic choice."""

    override: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A decision that was made while reading."""

    what: str
    because: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a small histogram, in the units of its view box."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewColumn:
    """A line of the table of columns."""

    name: str
    short_name: str
    unit: str | None
    role: str
    summary: str
    reason: str
    missing: str
    is_target: bool
    may_be_target: bool
    is_predictor: bool
    types: Sequence[Choice]
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
class Option:
    """An option that overrides nothing."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(Page):
    """How the file was read, and the plan."""

    template: ClassVar[str] = "preview"
    upload_id: str
    name: str
    size: str
    columns: Sequence[PreviewColumn]
    rows: Sequence[PreviewRow]
    guesses: Sequence[Guess]
    guesses_open: bool
    findings: Sequence[PreviewFinding]
    choice: str
    families: Sequence[Option]
    covariances: Sequence[Option]


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
    job_id: str
    name: str
    message: str
    fraction: float
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class TroublePage(Page):
    """What was wrong, and what to do."""

    template: ClassVar[str] = "trouble"
    message: str
    hint: str = ""
    back: str = ""
    back_label: str = ""
    request_id: str = ""


def preview_page(
    document: Mapping[str, Any], *, root: str, upload_id: str, name: str, overrides: Sequence[str] = ()
) -> PreviewPage:
    """Return the preview page of a preview document (``service.preview_file``)."""
    analysis = document["column_analysis"]
    target = analysis["recommended_target"]
    features = set(analysis["recommended_features"])
    chosen = dict(override.split("=", 1) for override in overrides if "=" in override)
    left_out = {column["name"]: column["reason"] for column in analysis["left_out"]}
    columns = [
        _column(column, target=target, features=features, left_out=left_out, chosen=chosen)
        for column in analysis["columns"]
    ]
    readings = [d for d in document["decisions"] if d["id"].startswith(("table.", "column.")) and _is_a_guess(d)]
    return PreviewPage(
        title=name,
        root=root,
        upload_id=upload_id,
        name=name,
        size=f"{document['rows']:,} rows, {len(columns):,} columns",
        columns=columns,
        rows=[PreviewRow(line=row["line"], cells=row["cells"]) for row in document["first_rows"]],
        guesses=[_guess(decision, chosen) for decision in readings[:60]],
        guesses_open=bool(chosen),
        findings=[
            PreviewFinding(severity=f["severity"], evidence=f["evidence"], advice=f["advice"])
            for f in document["findings"][:12]
        ],
        choice=f"{target} explained by {len(features)} columns" if target else "Choose a column to explain",
        families=[Option(value=value, label=label) for value, label in FAMILIES.items()],
        covariances=[Option(value=value, label=label) for value, label in COVARIANCES.items()],
    )


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


def _is_a_guess(decision: Mapping[str, Any]) -> bool:
    return bool(decision["rejected"]) and not decision["id"].endswith(".type")


def _guess(decision: Mapping[str, Any], chosen: Mapping[str, str]) -> Guess:
    identity = decision["id"]
    now = chosen.get(identity)
    values = [decision["chosen"], *decision["rejected"]]
    first = Choice(override="", label="automatic" if now else _visible(decision["chosen"]), chosen=now is None)
    others = [
        Choice(override=f"{identity}={value}", label=_visible(value), chosen=value == now)
        for value in dict.fromkeys(values)
        if now is not None or value != decision["chosen"]
    ]
    return Guess(what=_short(decision["what"]), because=decision["because"], choices=[first, *others])


def _visible(value: str) -> str:
    names = {
        "\t": "tab",
        " ": "space",
        ",": "comma  ,",
        ";": "semicolon  ;",
        "|": "bar  |",
        ".": "point  .",
        "": "none",
    }
    return names.get(value, _short(value))


def _column(
    column: Mapping[str, Any],
    *,
    target: str | None,
    features: set[str],
    left_out: Mapping[str, str],
    chosen: Mapping[str, str],
) -> PreviewColumn:
    name = column["name"]
    identity = f"column.{name}.type"
    kind = "number" if column["dtype"] == "integer" else column["dtype"]
    now = chosen.get(identity)
    automatic = "automatic" if now else f"{_role(column['role'])}"
    types = [Choice(override="", label=automatic, chosen=now is None)] + [
        Choice(override=f"{identity}={value}", label=label, chosen=value == now)
        for value, label in TYPE_LABELS.items()
        if now is not None or value != kind
    ]
    return PreviewColumn(
        name=name,
        short_name=_short(name),
        unit=column["unit"],
        role=_role(column["role"]),
        summary=_summary(column),
        reason=left_out.get(name) or column["reason"],
        missing=f"{column['missing']:,}" if column["missing"] else "0",
        is_target=name == target,
        may_be_target=column["role"] not in {"empty", "constant"},
        is_predictor=name in features,
        types=types,
        bars=_bars(column["histogram"]["counts"]),
    )


def _role(role: str) -> str:
    return role.replace("_", " ")


def _summary(column: Mapping[str, Any]) -> str:
    if column["levels"] and column["dtype"] in {"text", "yes_no"}:
        shown = ", ".join(_short(level["value"], 18) for level in column["levels"][:4])
        more = column["distinct"] - min(4, len(column["levels"]))
        return f"{shown} and {more:,} more" if more > 0 else shown
    if column["min"] is None:
        return f"{column['distinct']:,} different"
    low, high = column["min"], column["max"]
    return f"{_number(low)} to {_number(high)}"


def _number(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) else str(value)[:10]


def _bars(counts: Sequence[int]) -> list[Bar]:
    largest = max(counts, default=0)
    if not largest:
        return []
    width = BAR_WIDTH / len(counts)
    return [
        Bar(
            x=f"{index * width:.2f}",
            y=f"{BAR_HEIGHT * (1 - count / largest):.2f}",
            width=f"{width * 0.9:.2f}",
            height=f"{BAR_HEIGHT * count / largest:.2f}",
        )
        for index, count in enumerate(counts)
    ]


def _short(text: str, limit: int = SHORT_NAME) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file on offer."""

    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBar(Page):
    """What stands above a finished report."""

    template: ClassVar[str] = "bar"
    job_id: str
    upload_id: str
    name: str
    files: Sequence[Download]


def report_bar(*, root: str, job_id: str, upload_id: str, name: str) -> ReportBar:
    """Return the bar above a report: where to go from here and what can be taken along."""
    forms = {"html": "Report (HTML)", "md": "Report (Markdown)", "json": "Document (JSON)", "py": "Script (Python)"}
    return ReportBar(
        title=name,
        root=root,
        job_id=job_id,
        upload_id=upload_id,
        name=name,
        files=[
            Download(href=f"/api/v1/reports/{job_id}.{form}?download=true", label=label)
            for form, label in forms.items()
        ],
    )
