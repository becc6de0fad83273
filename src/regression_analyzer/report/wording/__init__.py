"""The words of every finding, by its code. One file a room; this is their union."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import fmt, shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the reader is told.

    Attributes
    ----------
    evidence : what was seen, one sentence with its numbers
    advice : what was done about it, or what to do
    reference : source, "" where it is plain
    """

    evidence: str
    advice: str
    reference: str = ""


Wording = Mapping[str, Callable[[Finding], Words]]


def with_references(wording: Wording, references: Mapping[str, str], *, otherwise: str) -> Wording:
    """Give words without a source that of their code, or the one of the whole file."""

    def told(code: str) -> Callable[[Finding], Words]:
        def words(finding: Finding) -> Words:
            found = wording[code](finding)
            return found if found.reference else replace(found, reference=references.get(code, otherwise))

        return words

    return {code: told(code) for code in wording}


ROOMS = ("table", "cells", "profile", "design", "fit", "diagnose", "explain", "insight")
"""The files beside this one; each holds ``WORDING``."""


@cache
def wording_by_room() -> Mapping[str, Wording]:
    """Return the words of every room; loaded on first use, because the rooms' files import this one."""
    return {room: import_module(f"{__name__}.{room}").WORDING for room in ROOMS}


def room_of(code: str) -> str:
    """Return the room whose file words a code, ``""`` where none does."""
    return next((room for room, wording in wording_by_room().items() if code in wording), "")


def words_for(finding: Finding) -> Words:
    """Put a finding into words.

    A code without words is a defect that a test finds in the source. A reader is still told what is known:
    the code in plain letters and its facts.
    """
    room = room_of(finding.code)
    if room:
        return wording_by_room()[room][finding.code](finding)
    return _plain_words(finding)


def _plain_words(finding: Finding) -> Words:
    name = finding.code.replace("_", " ").capitalize()
    subject = f" ({shorten(finding.subject)})" if finding.subject else ""
    facts = "; ".join(f"{key.replace('_', ' ')}: {_plain_fact(value)}" for key, value in finding.facts.items())
    return Words(evidence=f"{name}{subject}{': ' + facts if facts else ''}.", advice="")


def _plain_fact(value: object) -> str:
    if isinstance(value, float):
        return fmt(value)
    if isinstance(value, tuple):
        return shorten(", ".join(_plain_fact(part) for part in value), 120)
    return shorten(str(value))
