"""The narrative: a model writes sentences with slots, every sentence is checked, and the numbers are ours.

What is told to the model holds no number: names, levels that may leave, directions, and what is clear.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regression_analyzer.analysis import Narrative
from regression_analyzer.findings import Fact, Finding
from regression_analyzer.insight.check import Claim, Sentence, filled, trouble_of
from regression_analyzer.insight.columns import unavailable
from regression_analyzer.insight.forms import items, one_of, record, text
from regression_analyzer.insight.languages import ENGLISH, Language
from regression_analyzer.insight.story import Effect, Story, slot_name
from regression_analyzer.insight.texts import clean
from regression_analyzer.insight.value import Answer, Ask, NotAvailable, Question, Share

MOST_SENTENCES = 12
MOST_EFFECTS = 40
ONLY_ENGLISH = frozenset({"model.unseen", "model.flexible"})
"""Slots that no phrase of another language has."""
OPEN_WORDS = (
    "Write each sentence in plain English, made of nothing but words of DATA.words, slots, names as DATA writes them "
    "and the marks , : ( ) and a full stop at the end; any other word drops the sentence. DATA.patterns are sentences "
    "that pass: follow them, with the slots of DATA"
)
CLOSED_WORDS = (
    "Write each sentence in {language}, made of nothing but phrases of DATA.phrases, slots and the marks , : ( ) and a "
    "full stop at the end; any other word drops the sentence. In a phrase, a/b is one of two words, a? a word that may "
    "be absent, {{name}} or {{estimate}} any slot of that kind ({{times}}: an estimate of odds, {{factors}}: their "
    "interval); an article may stand before the slot of a name. A number's slot stands only within a phrase. "
    "DATA.patterns are sentences that pass: follow them, with the slots of DATA"
)
RULES = (
    ", one statement each, at most twelve sentences. Numbers stand only in slots "
    "such as {coef.age.estimate}, copied exactly from DATA; write no digit, no number word, no percent. Name a "
    "predictor by its {name...} slot before any slot of its numbers, and a level by its {level...} slot. Say that "
    "things go with each other; never that one causes, drives, affects or changes another, and never what would "
    "happen. Where the verdict is open, say that it is uncertain, and give the interval if you like; never say that "
    "there is no effect. Say higher or lower as DATA does. To compare predictors, name them in the order of "
    "DATA.order, without numbers. Declare what each sentence says as claims."
)
TASK = "Tell the result of a regression analysis to the person that DATA.reader describes, or to a manager if null. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A narrative, or None where the rules tell it, and what to note."""

    narrative: Narrative | None = None
    findings: tuple[Finding, ...] = ()


def narrate(story: Story, ask: Ask, *, share: Share, reader: str | None = None, language: Language = ENGLISH) -> Told:
    """Have the result told, check every sentence, and fill the slots.

    Parameters
    ----------
    story : what may be told
    share : at ``names`` nothing is asked: directions are more than names
    reader : what the user said of the reader and the business
    language : to tell it in
    """
    if share == "names" or not story.effects:
        return Told()
    question = narrative_question(story, reader, language)
    said = ask(question)
    if isinstance(said, NotAvailable):
        return Told(findings=unavailable(said))
    lines, dropped = checked(question, said, story, ask, language)
    if not tells_of_predictors(lines, story):
        return Told(findings=(_note(said, dropped, kept=False),))
    narrative = Narrative(
        text=" ".join(lines),
        by=said.by,
        sentences=len(lines) + dropped,
        dropped=dropped,
        language=language.code,
    )
    return Told(narrative=narrative, findings=(_note(said, dropped, kept=True),) if dropped else ())


def checked(
    question: Question, said: Answer, story: Story, ask: Ask, language: Language = ENGLISH
) -> tuple[list[str], int]:
    """Check every sentence of an answer, ask once more for those that fail, and fill the slots of the others.

    Returns
    -------
    list of str, int
        finished sentences; how many were dropped
    """
    written = _sentences(said.content)
    words = language.words
    troubles = [trouble_of(sentence, story, words) for sentence in written]
    kept: list[Sentence | None] = [s if t is None else None for s, t in zip(written, troubles, strict=True)]
    failed = [(s, t) for s, t in zip(written, troubles, strict=True) if t is not None]
    if failed:
        _mend(kept, _asked_again(question, failed, ask, lambda sentence: trouble_of(sentence, story, words)))
    lines = list(dict.fromkeys(filled(sentence, story, words) for sentence in kept if sentence is not None))
    return lines, len(kept) - len(lines)


def narrative_question(story: Story, reader: str | None, language: Language = ENGLISH) -> Question:
    """Return the question as it would be asked."""
    message = f"{TASK}{rules_of(language)}\n\nDATA\n{json.dumps(told_of(story, reader, language), ensure_ascii=False)}"
    return Question(name="narrative", text=message, schema=schema_of(story))


def rules_of(language: Language) -> str:
    """Return how sentences are to be written."""
    how = CLOSED_WORDS.format(language=language.name) if language.lexicon else OPEN_WORDS
    return f"{how}{RULES}"


def told_of(story: Story, reader: str | None, language: Language = ENGLISH) -> dict[str, Any]:
    """Return what a model is told of a finished analysis: no number, and no level that few rows have."""
    effects = told_effects(story)
    shown = {effect.predictor for effect in effects}
    return {
        "reader": reader,
        "target": clean(story.target, 80),
        "sizes_are": {"odds": "times the odds", "percent": "percent of the target", "difference": "target units"}.get(
            story.scale, "not told"
        ),
        "effects": [_effect_facts(effect, story) for effect in effects],
        "predictors": [
            {"slot": f"{{name.{slot_name(name)}}}", "verdict": "clear" if name in story.clear else "open"}
            for name in story.predictors
            if name in shown
        ],
        "order": [f"{{name.{slot_name(name)}}}" for name in story.ranked if name in shown],
        "other_slots": [
            f"{{{slot}}}"
            for slot in story.texts
            if (slot == "target" or slot.startswith(("model.", "target.")))
            and not (language.lexicon and slot in ONLY_ENGLISH)
        ],
        "needs_attention": list(dict.fromkeys(story.concerns))[:10],
        **language.given,
    }


def told_effects(story: Story) -> list[Effect]:
    """Return the effects that are told of: those of the predictors that account for most, first."""
    place = {name: rank for rank, name in enumerate(story.ranked)}
    return sorted(story.effects.values(), key=lambda effect: place.get(effect.predictor, len(place)))[:MOST_EFFECTS]


def _effect_facts(effect: Effect, story: Story) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": effect.key,
        "name": f"{{name.{slot_name(effect.predictor)}}}",
        "verdict": "clear" if effect.clear else "open",
        "slots": [f"{{{slot}}}" for slot in story.texts if slot.rpartition(".")[0] == effect.key],
    }
    if effect.clear:
        facts["direction"] = "higher" if effect.sign > 0 else "lower"
    if effect.level:
        facts["level_slot"] = f"{{level.{effect.key.removeprefix('coef.')}}}"
        facts["level"] = clean(effect.level, 40) if effect.shared else "not told (few rows have it)"
        facts["compared_with"] = clean(effect.reference, 40) if effect.reference_shared else "not told"
    return facts


def schema_of(story: Story) -> dict[str, Any]:
    """Return the form of sentences with claims about what a story holds."""
    effects = told_effects(story)
    ids = [effect.key for effect in effects]
    names = list(dict.fromkeys(f"name.{slot_name(effect.predictor)}" for effect in effects))
    claim = record(
        kind=one_of(["direction", "significance", "comparison"]),
        about=one_of([*ids, *names]),
        says=one_of(["higher", "lower", "clear", "open", "larger", "smaller"]),
        other=one_of(["none", *names]),
    )
    return record(sentences=items(record(text=text(), claims=items(claim))))


def _sentences(content: Mapping[str, Any]) -> list[Sentence]:
    """Return what was written, each text once."""
    found: dict[str, Sentence] = {}
    for each in content["sentences"][:MOST_SENTENCES]:
        claims = tuple(Claim(**claim) for claim in each["claims"])
        found.setdefault(each["text"].strip(), Sentence(text=each["text"].strip(), claims=claims))
    return list(found.values())


def _asked_again(
    question: Question,
    failed: Sequence[tuple[Sentence, str | None]],
    ask: Ask,
    trouble: Callable[[Sentence], str | None],
) -> list[Sentence | None]:
    """Ask once more for the sentences that failed; None for one that fails again."""
    listed = json.dumps([{"sentence": s.text, "trouble": t} for s, t in failed], ensure_ascii=False)
    message = f"{question.text}\n\nThese sentences cannot stand. Write each anew, in this order:\n{listed}"
    said = ask(Question(name=question.name, text=message, schema=question.schema))
    again = _sentences(said.content)[: len(failed)] if isinstance(said, Answer) else []
    mended: list[Sentence | None] = [s if trouble(s) is None else None for s in again]
    return mended + [None] * (len(failed) - len(mended))


def _mend(kept: list[Sentence | None], mended: Sequence[Sentence | None]) -> None:
    """Put mended sentences where the failed ones stood."""
    places = [place for place, sentence in enumerate(kept) if sentence is None]
    for place, sentence in zip(places, mended, strict=True):
        kept[place] = sentence


def tells_of_predictors(lines: Sequence[str], story: Story) -> bool:
    """Return whether finished sentences name a predictor."""
    return any(story.texts[f"name.{slot_name(name)}"] in line for name in story.predictors for line in lines)


def _note(said: Answer, dropped: int, *, kept: bool) -> Finding:
    facts: dict[str, Fact] = {"by": said.by, "dropped": dropped, "kept": kept}
    return Finding(code="llm_narrative_dropped", severity="info", facts=facts)
