"""Remarks that call for no action, in the section that they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.report.prose import Prose, prose
from regression_analyzer.report.wording import room_of, words_for

MOST_NOTES = 60


def notes_of(analysis: Analysis, rooms: Sequence[str]) -> tuple[Prose, ...]:
    """Return the findings of severity info that some rooms made, as sentences."""
    notes = []
    for finding in analysis.findings:
        if finding.severity == "info" and room_of(finding.code) in rooms:
            words = words_for(finding)
            notes.append(prose(f"{words.evidence} {words.advice}".strip()))
    if len(notes) > MOST_NOTES:
        more = len(notes) - MOST_NOTES
        notes = [*notes[:MOST_NOTES], prose(f"{more} more remarks are in analysis.json.")]
    return tuple(notes)
