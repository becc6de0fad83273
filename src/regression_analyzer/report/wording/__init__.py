"""The words of every finding, by its code. One file a room; this is their union."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from regression_analyzer.findings import Finding


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
