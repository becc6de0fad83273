"""In every language true sentences pass, and the same sentences bent in every way we could think of do not."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from regression_analyzer.insight.ask import make_ask
from regression_analyzer.insight.check import Sentence, filled, trouble_of
from regression_analyzer.insight.languages import TELLABLE
from regression_analyzer.insight.lexicon import ROLES, Lexicon, choices, phrases_of
from regression_analyzer.insight.narrative import narrate
from regression_analyzer.insight.story import Story, story_of
from regression_analyzer.insight.value import Answer, NotAvailable, Question
from regression_analyzer.insight.words import STAND_INS
from regression_analyzer.report.numbers_abroad import numbers_in

from .documents import charges_document
from .fake_vendor import FakeVendor
from .replies import data_of
from .tongues import TONGUES

CODES = tuple(TONGUES)
LEAST_TRUE = 15
LEAST_BENT = 60
PROVIDER = {"de": "anthropic", "fr": "openai", "es": "google", "it": "groq"}


@cache
def story_in(code: str) -> Story:
    return story_of(charges_document(), numbers_in(code))


def lexicon(code: str) -> Lexicon:
    found = TELLABLE[code].lexicon
    assert found is not None
    return found


def trouble(code: str, text: str) -> str | None:
    return trouble_of(Sentence(text=text), story_in(code), TELLABLE[code].words)


@pytest.mark.parametrize("code", CODES)
def test_true_sentences_pass(code: str) -> None:
    assert len(TONGUES[code].true) >= LEAST_TRUE
    assert [(text, said) for text in TONGUES[code].true if (said := trouble(code, text))] == []


@pytest.mark.parametrize("code", CODES)
def test_bent_sentences_do_not(code: str) -> None:
    bent = TONGUES[code].bent()
    kinds = {kind for kind, _ in bent}
    assert len(bent) >= LEAST_BENT
    assert kinds >= {"digits", "number word", "flipped", "causes", "column", "value", "made-up word", "no effect"}
    assert [(kind, text) for kind, text in bent if trouble(code, text) is None] == []


def patterns(code: str) -> list[str]:
    """Return the patterns that a model is given, with slots about this document that make them true."""
    story = story_in(code)
    coefs = {"up": "age", "down": "discount", "open": "children"}
    found = []
    for pattern in lexicon(code).patterns:
        for name in coefs.values():
            text = pattern
            if "{level}" in text or "{reference}" in text:
                name = "smoker"  # noqa: PLW2901
            key = "smoker[yes]" if name == "smoker" else name
            for one in _names(text, name):
                text = text.replace("{name}", f"{{name.{one}}}", 1)
            for kind in ("estimate", "interval", "p_value"):
                text = text.replace(f"{{{kind}}}", f"{{coef.{key}.{kind}}}")
            text = text.replace("{level}", f"{{level.{key}}}").replace("{reference}", f"{{reference.{name}}}")
            for kind, slot in (("share", "r_squared"), ("rows", "n_obs"), ("error", "typical_error")):
                text = text.replace(f"{{{kind}}}", f"{{model.{slot}}}")
            found.append(text.replace("{mean}", "{target.mean}"))
    return [text for text in found if all(slot in story.texts for slot in re.findall(r"\{([^{}]*)\}", text))]


def _names(text: str, first: str) -> list[str]:
    """Return as many predictors as a pattern names: in their order, or with the first as given."""
    ranked = list(story_in("en").ranked)
    count = text.count("{name}")
    return [first] if count == 1 else ranked[:count] if count > 2 else [*ranked[:2]]


@pytest.mark.parametrize("code", CODES)
def test_every_pattern_that_a_model_is_given_can_pass(code: str) -> None:
    """A pattern is true of some predictor of this document, or fails for what it says and not for its words."""
    closed = {"words outside", "a number out of place", "nothing"}
    said = [(text, trouble(code, text) or "") for text in patterns(code)]
    assert [pair for pair in said if any(pair[1].startswith(word) for word in closed)] == []
    assert sum(not why for _, why in said) >= LEAST_TRUE


@pytest.mark.parametrize("code", CODES)
def test_no_list_holds_a_number_a_cause_or_a_certainty(code: str) -> None:
    words = {word for text in lexicon(code).listed for phrase in phrases_of(text) for word in phrase}
    words -= set(STAND_INS.values())
    assert words & set(TONGUES[code].forbidden.split()) == set()
    assert not any(character.isdigit() for word in words for character in word)


@pytest.mark.parametrize("code", CODES)
def test_no_phrase_says_two_things_and_only_the_lower_ones_say_less(code: str) -> None:
    """What a role's phrases say is made of words turned round: none may be turned twice, or not at all."""
    low = set(TONGUES[code].low.split())
    of_role = {role: {p for text in texts for p in phrases_of(text)} for role, texts in lexicon(code).phrases.items()}
    assert set(of_role) == set(ROLES)
    assert [(a, b) for a in ROLES for b in ROLES if a < b and of_role[a] & of_role[b]] == []
    for role, wanted in (
        ("up", 0),
        ("more_of", 0),
        ("most", 0),
        ("larger", 0),
        ("down", 1),
        ("least", 1),
        ("smaller", 1),
    ):
        assert [p for p in of_role[role] if sum(word in low for word in p) != wanted] == [], role


SIGNS = {"age": 1, "discount": -1, "children": 0}


@pytest.mark.parametrize("code", CODES)
def test_phrases_in_any_order_say_nothing_that_does_not_hold(code: str) -> None:
    """Phrases drawn at random about one predictor: what passes says its direction, and what is open is open."""
    random_ = random.Random(6)  # noqa: S311
    phrases = [(role, text) for role, texts in lexicon(code).phrases.items() for text in texts]
    passed = 0
    for _ in range(3_000):
        name = random_.choice(list(SIGNS))
        drawn = random_.choices(phrases, k=random_.randint(1, 4))
        text = " ".join(made(random_, phrase, name) for _, phrase in drawn) + random_.choice(("", " {target}"))
        if trouble(code, f"{{name.{name}}} {text}"):
            continue
        passed += 1
        roles = {role for role, _ in drawn}
        wrong = {1: {"down", "open"}, -1: {"up", "open"}, 0: {"up", "down", "ties", "seen"}}[SIGNS[name]]
        assert not roles & wrong, text
        assert SIGNS[name] or "open" in roles, text
    assert passed >= 30


def made(random_: random.Random, phrase: str, name: str) -> str:
    """Return one of the sentences' parts that a phrase stands for, with the slots of a predictor."""
    chosen = [random_.choice(choices(word)) for word in phrase.split()]
    text = " ".join(word for word in chosen if word).replace("{name}", f"{{name.{name}}}")
    return re.sub(r"\{(estimate|interval|p_value)\}", rf"{{coef.{name}.\1}}", text)


@pytest.mark.parametrize("code", CODES)
def test_numbers_are_the_documents_in_the_form_of_the_language(code: str) -> None:
    text, wanted = TONGUES[code].filled
    assert filled(Sentence(text=text), story_in(code), TELLABLE[code].words) == wanted


def reply(code: str, texts: list[str]) -> Mapping[str, Any]:
    return {"sentences": [{"text": text, "claims": []} for text in texts]} if code else {}


@pytest.mark.parametrize("code", CODES)
def test_only_true_sentences_reach_the_story_through_a_vendors_library(code: str) -> None:
    """Ten true sentences and two bent ones; the ones asked for again are bent as well."""
    true, bent = list(TONGUES[code].true[:10]), [text for _, text in TONGUES[code].bent()[-2:]]
    said = iter((reply(code, [*true, *bent]), reply(code, bent)))
    with FakeVendor(lambda *_: next(said)) as vendor:
        ask = make_ask(vendor.environ(PROVIDER[code]))
        told = narrate(story_in(code), ask, share="summary", language=TELLABLE[code])
    assert told.narrative is not None
    assert (told.narrative.sentences, told.narrative.dropped, told.narrative.language) == (12, 2, code)
    assert told.narrative.text == " ".join(
        filled(Sentence(text=text), story_in(code), TELLABLE[code].words) for text in true
    )
    assert TELLABLE[code].name in vendor.received[0].question
    assert data_of(vendor.received[0].question)["patterns"] == list(lexicon(code).patterns)


@pytest.mark.parametrize("code", CODES)
def test_no_bent_sentence_reaches_the_story(code: str) -> None:
    true, bent = TONGUES[code].true[0], [text for _, text in TONGUES[code].bent()]
    for start in range(0, len(bent), 11):
        part = bent[start : start + 11]

        def ask(_question: Question, part: list[str] = part) -> Answer | NotAvailable:
            return Answer(content=reply(code, [true, *part]), provider="p", model="m")

        told = narrate(story_in(code), ask, share="summary", language=TELLABLE[code]).narrative
        assert told is not None
        assert told.text == filled(Sentence(text=true), story_in(code), TELLABLE[code].words)
