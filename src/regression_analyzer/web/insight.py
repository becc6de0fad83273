"""The page's words about the language model: whether one is asked, what would be sent, and answers to questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regression_analyzer.languages import LANGUAGES
from regression_analyzer.web.contexts import Choice, Page
from regression_analyzer.web.plan import Plan

SHARED = {
    "names": "names and types of columns, and nothing of the results",
    "summary": "names of columns, rounded aggregates and common levels; no cell",
    "sample": "names of columns, rounded aggregates, common levels and the first rows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """The part of the plan about the language model.

    Attributes
    ----------
    provider : who would be asked, for people; empty where nobody can be
    shared : what goes there, in words
    uses : the switch: ask or not
    languages : that the result can be told in
    changed : the person has changed something of it
    """

    provider: str
    share: str
    shared: str
    uses: Sequence[Choice]
    languages: Sequence[Choice]
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRequest:
    """A request as it would leave."""

    url: str
    body: str
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundPage(Page):
    """What an analysis would send; ``back`` is the address of the plan."""

    template: ClassVar[str] = "outbound"
    step: ClassVar[int] = 2
    name: str
    back: str
    provider: str
    share: str
    shared: str
    requests: Sequence[ShownRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage(Page):
    """A question about a finished analysis and what can be said to it.

    Attributes
    ----------
    answer : empty where nothing can be said
    language : code of the language of the answer
    note : of how the answer came about
    trouble, hint : why there is no answer
    """

    template: ClassVar[str] = "answer"
    step: ClassVar[int] = 3
    job_id: str
    name: str
    question: str
    provider: str
    answer: str = ""
    language: str = "en"
    note: str = ""
    trouble: str = ""
    hint: str = ""


def model_part(provider: str, share: str, plan: Plan) -> ModelPart:
    """Return the part of the plan about the language model."""
    off = "skip_llm" in plan.texts
    uses = [
        Choice(value="", label=f"ask {provider}", chosen=not off),
        Choice(value="yes", label="ask nobody: rules decide and write", chosen=off),
    ]
    wanted = plan.texts.get("language", "")
    languages = [Choice(value="", label="the file's own, unless set", chosen=not wanted)]
    languages += [Choice(value=code, label=name, chosen=code == wanted) for code, name in LANGUAGES.items()]
    return ModelPart(
        provider=provider,
        share=share,
        shared=SHARED.get(share, ""),
        uses=uses,
        languages=languages,
        changed=off or bool(wanted),
    )


def shown_requests(requests: Sequence[tuple[str, str]]) -> list[ShownRequest]:
    """Return requests (address, body) for people."""
    return [ShownRequest(url=url, body=body, size=f"{len(body.encode()):,} bytes") for url, body in requests]


def note_of(by: str, dropped: int) -> str:
    """Return how an answer came about."""
    left_out = {0: "", 1: " One sentence did not pass the check and was left out."}.get(
        dropped, f" {dropped} sentences did not pass the check and were left out."
    )
    return f"Written by {by}, each sentence checked against the results; the numbers are the report's own.{left_out}"
