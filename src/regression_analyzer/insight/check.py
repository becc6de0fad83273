"""Is a sentence borne out by the document? A sentence and what may be told, in; a reason to drop it, out.

A sentence is words around slots. Nothing in it may be a number; what it says of directions, certainty and
order must hold for every predictor it names; it may say that things go together, never that one brings about
the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regression_analyzer.insight.slots import SLOT, as_word, bare_of, places_of, slots_in, worded
from regression_analyzer.insight.story import Effect, Story, slot_name
from regression_analyzer.insight.words import STAND_INS, Said, Words
from regression_analyzer.insight.words_en import ENGLISH_WORDS

LONGEST_SENTENCE = 400
AFFIRMATIVE = frozenset({"yes", "true", "1", "y", "ja", "oui", "si", "sí", "sì", "sim", "j"})
QUALITY = ("share", "rows", "error", "mean", "unseen", "flexible")
"""Kinds of numbers of the whole model."""
LABELLED = (*QUALITY, "interval", "p_value")
"""Kinds of numbers of which a sentence must say what they are, so that none stands for another."""
_GLUED = re.compile(r"[^\W_]\{|\}[^\W_]|\}\{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a sentence says, as its writer declares it.

    Attributes
    ----------
    kind : ``"direction"`` (says higher or lower), ``"significance"`` (clear or open) or ``"comparison"``
        (``about`` accounts for larger or smaller than ``other``)
    about, other : a coefficient's slot key, or ``name.`` and a predictor; ``other`` is "none" but for comparisons
    """

    kind: str
    about: str
    says: str
    other: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Words around slots, and the claims in them."""

    text: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Read:
    """A sentence taken apart.

    Attributes
    ----------
    said : what its words say, slots and names of predictors left out
    named : predictors in the order in which they are named, with their places
    levels : levels named, with their places
    slots : slots with their places
    marked : the words with a mark where a slot or the name of a predictor or the target stands
    """

    said: Said
    named: tuple[tuple[int, str], ...]
    levels: tuple[tuple[int, str, str], ...]
    slots: tuple[tuple[int, str], ...]
    marked: str

    @property
    def predictors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for _, name in self.named))


def trouble_of(sentence: Sentence, story: Story, words: Words = ENGLISH_WORDS) -> str | None:
    """Return why a sentence is not borne out, or None where it is.

    Parameters
    ----------
    words : of the language that it is written in
    """
    text = worded(sentence.text, story, words)
    if not text.strip() or len(text) > LONGEST_SENTENCE:
        return "too long or empty"
    slots = slots_in(text)
    if "{" in SLOT.sub("", text) or "}" in SLOT.sub("", text):
        return "a broken slot"
    if _GLUED.search(text):
        return "a slot that is part of a word"
    if any(slot not in story.texts for _, slot in slots):
        return "an unknown slot"
    bare = bare_of(text)
    read = _read(bare, slots, story, words)
    return (
        words.trouble(bare, read.marked)
        or _names_trouble(bare, story, words)
        or _structure_trouble(read, story)
        or _several_trouble(read, words)
        or _values_trouble(read, story)
        or _order_trouble(read, story, words)
        or _levels_trouble(read, story)
        or _certainty_trouble(read, story)
        or words.placed_trouble(read.marked, _is_directed(read))
        or _direction_trouble(read, story)
        or _claims_trouble(sentence.claims, story)
    )


def filled(sentence: Sentence, story: Story, words: Words = ENGLISH_WORDS) -> str:
    """Return a checked sentence with its slots filled; sizes without a sign where words say the direction."""
    text = " ".join(worded(sentence.text, story, words).split())
    said = _read(bare_of(text), slots_in(text), story, words).said
    texts = story.texts if said.open or not (said.up or said.down) else story.magnitudes
    line = SLOT.sub(lambda match: texts[match.group(1)], text)
    return line if line.endswith(".") else f"{line}."


def _read(bare: str, slots: Sequence[tuple[int, str]], story: Story, words: Words) -> _Read:
    by_slot = {f"name.{slot_name(name)}": name for name in story.predictors}
    named = [(place, by_slot[slot]) for place, slot in slots if slot in by_slot]
    blanked = bare
    for name in sorted(story.all_predictors, key=len, reverse=True):
        for match in places_of(name, blanked):
            named.append((match.start(), name))
            blanked = blanked[: match.start()] + " " * len(match.group(0)) + blanked[match.end() :]
    levels = []
    for effect in story.effects.values():
        wanted = ((effect.level, f"level.{effect.key.removeprefix('coef.')}"),
                  (effect.reference, f"reference.{slot_name(effect.predictor)}"))  # fmt: skip
        for level, slot in wanted:
            levels += [(place, effect.predictor, level) for place, each in slots if level and each == slot]
            levels += [(match.start(), effect.predictor, level) for match in places_of(level, bare)]
    told = {name for _, name in named}
    for level in {level for _, name, level in levels if name in told}:
        for match in places_of(level, blanked):
            blanked = (
                f"{blanked[: match.start()]}{STAND_INS['level'].ljust(len(match.group(0)))}{blanked[match.end() :]}"
            )
    marked = _marked(blanked, [place for place, _ in named], slots, story)
    return _Read(
        said=words.read(blanked, marked),
        named=tuple(sorted(named)),
        levels=tuple(sorted(set(levels))),
        slots=tuple(slots),
        marked=marked,
    )


def _marked(blanked: str, named: Sequence[int], slots: Sequence[tuple[int, str]], story: Story) -> str:
    """Return the words with a mark at each place of a slot, of a predictor and of the target."""
    letters = list(blanked)
    for match in places_of(story.target, blanked):
        letters[match.start() : match.end()] = STAND_INS["target"].ljust(len(match.group(0)))
    ratios = {"estimate": "times", "interval": "factors"} if story.scale == "odds" else {}
    for place, slot in slots:
        kind = story.kinds[slot]
        letters[place] = STAND_INS.get(
            ratios.get(kind, kind), STAND_INS["estimate"] if slot.startswith("coef.") else " "
        )
    for place in named:
        letters[place] = STAND_INS["name"]
    return "".join(letters)


def _names_trouble(bare: str, story: Story, words: Words) -> str | None:
    """A column called "lower" must not take that word out of what is checked."""
    for name in story.all_predictors:
        if words.claims(name) and as_word(name).search(bare):
            return "a predictor whose name reads as a claim, outside its slot"
    return None


def _structure_trouble(read: _Read, story: Story) -> str | None:
    kinds, said = [story.kinds[slot] for _, slot in read.slots], read.said
    for kind in LABELLED:
        if kind in kinds and kind not in said.kinds:
            return f"a number out of place ({kind})"
    quality = [kind for kind in kinds if kind in QUALITY]
    if len(quality) != len(set(quality)):
        return "the same number twice"
    if any(name not in story.predictors for name in read.predictors):
        return "a predictor that cannot be told of on its own"
    if not read.named:
        claims = said.up or said.down or said.most or said.least or said.certain or said.open
        if not quality or claims or read.levels:
            return "nothing that can be checked"
        return None
    if quality:
        return "the model and a predictor in one sentence"
    if not (said.up or said.down or said.most or said.open or said.ties or said.than) and "estimate" not in kinds:
        return "nothing that can be checked"
    return None


def _several_trouble(read: _Read, words: Words) -> str | None:
    """Where more than one predictor is named, no number and no condition is of one of them."""
    if len(read.predictors) < 2:
        return None
    if any(slot.startswith("coef.") for _, slot in read.slots):
        return "a number, and more than one predictor"
    if read.levels and not read.said.open:
        return "a level, and more than one predictor"
    return "a predictor on condition of another" if words.conditional(read.marked) else None


def _effects_in(read: _Read, story: Story) -> dict[str, Effect]:
    """Return the effects whose numbers a sentence shows."""
    keys = {slot.rpartition(".")[0] for _, slot in read.slots if slot.startswith("coef.")}
    return {key: story.effects[key] for key in keys}


def _values_trouble(read: _Read, story: Story) -> str | None:
    """Every number belongs to the predictor named last before it."""
    for place, slot in read.slots:
        if not slot.startswith("coef."):
            continue
        before = [name for at, name in read.named if at < place]
        owner = before[-1] if before else read.named[0][1] if read.named else ""
        if story.effects[slot.rpartition(".")[0]].predictor != owner:
            return "a number of another predictor"
    return None


def _order_trouble(read: _Read, story: Story, words: Words) -> str | None:
    """More, most and least hold in the order of what predictors account for."""
    names, said = read.predictors, read.said
    least, most = said.least, said.most
    compares = said.than and (len(names) > 1 or words.closed)
    if not (least or most or compares):
        return None
    places = [story.ranked.index(name) if name in story.ranked else -1 for name in names]
    if not names or -1 in places or (least and most):
        return "an order that is not known"
    if any(slot.startswith("coef.") for _, slot in read.slots):
        return "an order and a number in one sentence"
    if least:
        return None if len(names) == 1 and places[0] == len(story.ranked) - 1 else "a wrong order"
    if most:
        in_order = places == list(range(len(places))) and len(read.named) == len(names)
        return None if in_order else "a wrong order"
    if len(names) != 2 or len(read.named) != 2 or said.larger == said.smaller or said.of_target:
        return "an order that is not plain"
    return None if (places[0] < places[1]) == said.larger else "a wrong order"


def _levels_trouble(read: _Read, story: Story) -> str | None:
    """A level that is named belongs to a number that is shown, and stands before the one it is compared with."""
    shown = _effects_in(read, story)
    for place, predictor, level in read.levels:
        effects = [effect for effect in story.effects.values() if effect.predictor == predictor]
        if predictor not in read.predictors:
            continue
        reference = effects[0].reference
        if level == reference:
            others = [at for at, owner, each in read.levels if owner == predictor and each != reference]
            if not others or any(at > place for at in others):
                return "the level that others are compared with, told as if it were compared"
        elif any(effect.predictor == predictor for effect in shown.values()) and not any(
            effect.predictor == predictor and effect.level == level for effect in shown.values()
        ):
            return "a number of another level"
    named = {(predictor, level) for _, predictor, level in read.levels}
    for effect in shown.values():
        told = (effect.predictor, effect.level) in named or effect.level.casefold() in AFFIRMATIVE
        if effect.level and not told:
            return "a number of a level that is not named"
    return None


def _meant(read: _Read, story: Story) -> list[Effect] | None:
    """Return the effects that a sentence speaks of; None where it does not say which level it means."""
    shown = list(_effects_in(read, story).values())
    meant = []
    for name in read.predictors:
        effects = story.predictors[name]
        own = [effect for effect in shown if effect.predictor == name]
        told = {level for _, predictor, level in read.levels if predictor == name}
        own = own or [effect for effect in effects if effect.level and effect.level in told]
        if not own and effects[0].level:
            own = [effect for effect in effects if effect.level.casefold() in AFFIRMATIVE and len(effects) == 1]
            if not own:
                return None
        meant += own or list(effects)
    return meant


def _certainty_trouble(read: _Read, story: Story) -> str | None:
    """What is open is called open, and what is clear is not."""
    if not read.named:
        return None
    meant = _meant(read, story)
    if meant is None or not (read.levels or any(slot.startswith("coef.") for _, slot in read.slots)):
        verdicts = {name in story.clear for name in read.predictors}
    else:
        verdicts = {effect.clear for effect in meant}
    is_open = read.said.open
    if is_open and verdicts != {False}:
        return "called open though it is clear"
    if is_open and read.said.certain:
        return "open and certain in one sentence"
    return None if is_open or verdicts == {True} else "certainty where the data leave it open"


def _direction_trouble(read: _Read, story: Story) -> str | None:
    """Up and down as the estimates say, for everything a sentence names."""
    up, down = read.said.up, read.said.down
    if not (up or down) or not read.named or _order_words(read):
        return None
    if read.said.open:
        return None if up == down else "a direction where the data leave it open"
    meant = _meant(read, story)
    if meant is None:
        return "a direction without the level it is meant for"
    signs = {effect.sign for effect in meant}
    return None if signs == ({1} if up else {-1}) and up != down else "a wrong direction"


def _is_directed(read: _Read) -> bool:
    """Return whether a sentence says plainly that something is higher or lower."""
    said = read.said
    return bool((said.up or said.down) and read.named and not said.open and not _order_words(read))


def _order_words(read: _Read) -> bool:
    """Return whether up and down words of a sentence compare predictors (checked as an order)."""
    return bool(len(read.predictors) > 1 and read.said.than)


def _claims_trouble(claims: Sequence[Claim], story: Story) -> str | None:
    return "a claim that does not hold" if not all(_holds(claim, story) for claim in claims) else None


def _holds(claim: Claim, story: Story) -> bool:
    names = {f"name.{slot_name(name)}": name for name in story.predictors}
    effect = story.effects.get(claim.about)
    if claim.kind == "comparison":
        known = [names.get(key, "") for key in (claim.about, claim.other)]
        if any(name not in story.ranked for name in known) or claim.says not in {"larger", "smaller"}:
            return False
        return (story.ranked.index(known[0]) < story.ranked.index(known[1])) == (claim.says == "larger")
    effects: tuple[Effect, ...] = (effect,) if effect else story.predictors.get(names.get(claim.about, ""), ())
    if not effects:
        return False
    if claim.kind == "significance":
        clear = {effect.clear} if effect else {effects[0].predictor in story.clear}
        return clear == ({True} if claim.says == "clear" else {False}) and claim.says in {"clear", "open"}
    signs: Mapping[str, int] = {"higher": 1, "lower": -1}
    return claim.kind == "direction" and {each.sign for each in effects} == {signs.get(claim.says)}
