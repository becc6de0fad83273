"""Slots of a sentence, and the places where a name stands in it in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from regression_analyzer.insight.story import Story, slot_name
from regression_analyzer.insight.words import Words

COMMON = frozenset(
    ("a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "than", "that", "the")
)
"""Names that are also everyday words name a predictor only through their slot."""
SLOT = re.compile(r"\{([^{}]*)\}")


def worded(text: str, story: Story, words: Words) -> str:
    """Return a sentence as it is checked: where a language's words are closed, names in plain words as their slots.

    A name that a word of the language is part of, or that stands for two things, stays as it is.
    """
    if not words.closed:
        return text
    slots = {name: {f"name.{slot_name(name)}"} for name in story.predictors}
    slots.setdefault(story.target, set()).add("target")
    text = _with_slots(text, slots, words)
    levels: dict[str, set[str]] = {}
    for key, effect in story.effects.items():
        if effect.level and f"{{name.{slot_name(effect.predictor)}}}" in text:
            levels.setdefault(effect.level, set()).add(f"level.{key.removeprefix('coef.')}")
            levels.setdefault(effect.reference, set()).add(f"reference.{slot_name(effect.predictor)}")
    return _with_slots(text, levels, words)


def _with_slots(text: str, slots: Mapping[str, set[str]], words: Words) -> str:
    for name in sorted(slots, key=len, reverse=True):
        if len(slots[name]) == 1 and not words.claims(name):
            (slot,) = slots[name]
            for match in reversed(places_of(name, bare_of(text))):
                text = f"{text[: match.start()]}{{{slot}}}{text[match.end() :]}"
    return text


def slots_in(text: str) -> list[tuple[int, str]]:
    """Return the slots of a sentence with their places."""
    return [(match.start(), match.group(1)) for match in SLOT.finditer(text)]


def bare_of(text: str) -> str:
    """Return a sentence with blanks in place of its slots."""
    return SLOT.sub(lambda match: " " * len(match.group(0)), text)


def as_word(name: str) -> re.Pattern[str]:
    """Return what finds a name as a word of its own, in any case."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def places_of(name: str, text: str) -> list[re.Match[str]]:
    """Return where a column or level is named by its own words; single letters and everyday words name nothing."""
    if len(name.strip()) < 2 or name.strip().casefold() in COMMON:
        return []
    return list(as_word(name).finditer(text))
