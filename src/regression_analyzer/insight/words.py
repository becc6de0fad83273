"""What a language's words say in a sentence about an analysis, and which it may not hold: one record a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

STAND_INS: Mapping[str, str] = {
    "name": "\x01",
    "target": "\x02",
    "estimate": "\x03",
    "times": "\x04",
    "interval": "\x05",
    "factors": "\x06",
    "p_value": "\x07",
    "level": "\x08",
    "reference": "\x0e",
    "rows": "\x0f",
    "share": "\x10",
    "error": "\x11",
    "mean": "\x12",
    "unseen": "\x13",
    "flexible": "\x14",
}
"""Stand, in a marked text, where a slot of a kind or a name stands. ``times`` and ``factors``: an estimate and an
interval of a ratio of odds; ``unseen`` and ``flexible``: shares of what varies in unseen rows. No answer of a model
holds such characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the words of a sentence say; its slots and names are blanked.

    Attributes
    ----------
    up, down : that something is higher or lower
    most, least, than : that predictors are compared
    larger, smaller : that the predictor named first has the larger or the smaller part
    of_target : that the target is higher or lower, beside what compares predictors
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
    of_target: bool
    open: bool
    certain: bool
    ties: bool
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Words:
    """The words of one language.

    Attributes
    ----------
    trouble : blanked text, marked text -> why its words cannot stand, or None
    read : blanked text, marked text -> what it says
    claims : whether a name reads as a claim, so that only its slot may stand for it
    placed_trouble : marked text, and whether it says a direction -> why its words belong to the wrong name, or None
    conditional : marked text -> whether it says something on condition of a predictor
    closed : only words of its own list may stand; names in plain words are read as their slots
    """

    trouble: Callable[[str, str], str | None]
    read: Callable[[str, str], Said]
    claims: Callable[[str], bool]
    placed_trouble: Callable[[str, bool], str | None]
    conditional: Callable[[str], bool] = lambda _: False
    closed: bool = False
