"""What a language's words say in a sentence about an analysis, and which it may not hold: one record a language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Trouble = Callable[[str], str | None]
PREDICTOR, OUTCOME = "\x01", "\x02"
"""Stand, in the text that `Words.placed_trouble` reads, for a predictor, and for the target or a size of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the words of a sentence say; its slots and names are blanked.

    Attributes
    ----------
    up, down : that something is higher or lower
    most, least, than : that predictors are compared
    larger, smaller : that the predictor named first has the larger or the smaller part
    open, certain : that the data leave something open, or settle it
    ties : that things go together
    kinds : kinds of slots (``"share"``, ``"rows"`` ...) for which it says what their number is
    """

    up: bool
    down: bool
    most: bool
    least: bool
    than: bool
    larger: bool
    smaller: bool
    open: bool
    certain: bool
    ties: bool
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Words:
    """The words of one language.

    Attributes
    ----------
    language : its code (``"de"``)
    trouble : blanked text -> why its words cannot stand, or None
    read : blanked text -> what it says
    claims : whether a name reads as a claim, so that only its slot may stand for it
    placed_trouble : text with ``PREDICTOR`` and ``OUTCOME``, and whether it says a direction -> why its words belong to
        the wrong one of them, or None
    """

    language: str
    trouble: Trouble
    read: Callable[[str], Said]
    claims: Callable[[str], bool]
    placed_trouble: Callable[[str, bool], str | None]
