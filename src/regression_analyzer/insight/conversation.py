"""All questions of one analysis: what was asked of whom, what it changed, and everything that left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from regression_analyzer.analysis import Advice, Analysis, Options
from regression_analyzer.findings import SEVERITY_ORDER, Fact, Finding
from regression_analyzer.insight.columns import advise
from regression_analyzer.insight.languages import ENGLISH, TELLABLE, Language
from regression_analyzer.insight.narrative import Told, narrate
from regression_analyzer.insight.orientation import orientation_question, taken_from
from regression_analyzer.insight.story import Writer, story_of
from regression_analyzer.insight.value import Answer, Ask, NotAvailable, Question, Reason, Sent, Share
from regression_analyzer.languages import DECISION, LANGUAGES
from regression_analyzer.profile import Profile
from regression_analyzer.table import Table
from regression_analyzer.table.edges import Edges, Taken

OUTBOUND = "outbound.jsonl"
"""The file with everything that left, beside the results."""


class Conversation:
    """Asks for one analysis, and keeps what left.

    Once a question finds nobody to answer, none is asked again. Nor is one after a model's word turned the table,
    where cells may not leave: its columns have names now that were cells, and whether they are is that word alone.

    Parameters
    ----------
    ask : whom to ask
    options : of the analysis
    share : what may leave
    """

    def __init__(self, ask: Ask, options: Options, share: Share) -> None:
        self._ask = ask
        self._options = options
        self._share = share
        self._ended: Reason | None = None
        self._provider = ""
        self._orientation_by = ""
        self.sent: list[Sent] = []

    def read_edges(self, edges: Edges) -> Taken | None:
        """Ask what the first row and the first column hold; a ``table.edges.ReadEdges``."""
        question = orientation_question(edges, self._options, self._share)
        said = None if question is None else self._question(question)
        if not isinstance(said, Answer):
            return None
        self._orientation_by = said.by
        return taken_from(said)

    def advise(self, table: Table, profile: Profile) -> Advice:
        """Ask about the columns; an ``analysis.Advise``."""
        if self._orientation_by and table.transposed and self._share != "sample":
            self._ended = "turned"
            note = Finding(code="llm_turned", severity="info", facts={"by": self._orientation_by})
            return Advice(profile=profile, findings=(note,))
        return advise(table, profile, self._options, self._question, self._share)

    def tell(self, analysis: Analysis, document: Mapping[str, Any], write: Writer) -> Analysis:
        """Have a finished analysis told, and note what left; the same analysis where nothing did."""
        told = Told()
        if self._ended is None:
            story = story_of(document, write)
            reader = self._options.context
            told = narrate(story, self._question, share=self._share, reader=reader, language=language_of(analysis))
        notes = (*told.findings, *self._asked())
        if told.narrative is None and not notes:
            return analysis
        findings = sorted((*analysis.findings, *notes), key=lambda finding: SEVERITY_ORDER[finding.severity])
        return replace(analysis, narrative=told.narrative, findings=tuple(findings))

    def _asked(self) -> tuple[Finding, ...]:
        """Return the note that something left, and how much."""
        if not self.sent:
            return ()
        facts: dict[str, Fact] = {"provider": self._provider, "requests": len(self.sent), "share": self._share}
        return (Finding(code="llm_asked", severity="info", facts=facts),)

    def _question(self, question: Question) -> Answer | NotAvailable:
        if self._ended is not None:
            return NotAvailable(reason=self._ended)
        said = self._ask(question)
        self.sent += said.sent
        self._provider = said.provider or self._provider
        if isinstance(said, NotAvailable) and said.reason != "preview":
            self._ended = said.reason
        return said


def language_of(analysis: Analysis) -> Language:
    """Return the language that an analysis is told in by a model."""
    chosen = next((decision.chosen for decision in analysis.decisions if decision.id == DECISION), ENGLISH.code)
    return TELLABLE[chosen]


def with_language_note(analysis: Analysis) -> Analysis:
    """Note where another language than English was asked for and nobody told the result in it."""
    asked = next((d for d in analysis.decisions if d.id == DECISION and d.overridden), None)
    if asked is None or asked.chosen == "en" or analysis.narrative is not None:
        return analysis
    note = Finding(code="llm_language", severity="info", facts={"language": LANGUAGES[asked.chosen]})
    return replace(analysis, findings=(*analysis.findings, note))


def outbound_log(sent: Sequence[Sent]) -> str:
    """Return what left as JSON lines: the address, and the exact text of the request's body."""
    return "".join(json.dumps({"url": each.url, "body": each.body}, ensure_ascii=False) + "\n" for each in sent)
