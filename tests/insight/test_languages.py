"""In every language true sentences pass, and the same sentences bent in every way we could think of do not."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import pytest

import regression_analyzer as ra
from regression_analyzer.api import schemas
from regression_analyzer.insight.ask import make_ask
from regression_analyzer.insight.check import Sentence, filled, trouble_of
from regression_analyzer.insight.languages import TELLABLE
from regression_analyzer.insight.lexicon import ROLES, Lexicon, choices, phrases_of
from regression_analyzer.insight.narrative import narrate
from regression_analyzer.insight.slots import worded
from regression_analyzer.insight.story import Story, story_of
from regression_analyzer.insight.value import Answer, NotAvailable, Question
from regression_analyzer.insight.words import STAND_INS
from regression_analyzer.languages import CHOICES, LANGUAGES
from regression_analyzer.report.numbers_abroad import ABROAD, numbers_in
from regression_analyzer.report.wording.abroad import AROUND

from .documents import charges_document
from .fake_vendor import FakeVendor
from .replies import data_of
from .test_rules_told import analysed
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


ODDS = {
    "de": ("Je Einheit mehr von {name.age} sind es {coef.age.estimate} so hohe Chancen von {target}.",
           "Je Einheit mehr von age sind es FACTOR-mal so hohe Chancen von bought."),
    "fr": ("Chaque unité de {name.age} va de pair avec {coef.age.estimate} les chances de {target}.",
           "Chaque unité de age va de pair avec FACTOR\u202ffois les chances de bought."),
    "es": ("Cada unidad de {name.age} se asocia con {coef.age.estimate} las posibilidades de {target}.",
           "Cada unidad de age se asocia con FACTOR\u202fveces las posibilidades de bought."),
    "it": ("Ogni unità di {name.age} si accompagna a {coef.age.estimate} le possibilità di {target}.",
           "Ogni unità di age si accompagna a FACTOR\u202fvolte le possibilità di bought."),
}  # fmt: skip
ADDED = {
    "de": "Je Einheit mehr von {name.age} ist {target} um {coef.age.estimate} höher.",
    "fr": "Pour chaque unité supplémentaire de {name.age}, {target} est plus élevé de {coef.age.estimate}.",
    "es": "Por cada unidad adicional de {name.age}, {target} es {coef.age.estimate} más alto.",
    "it": "Per ogni unità in più di {name.age}, {target} è più alto di {coef.age.estimate}.",
}
PERCENT = {"de": "um SIZE\u202f% höher", "fr": "de SIZE\u202f%", "es": "SIZE\u202f% más alto", "it": "di SIZE%"}
"""FACTOR and SIZE: the document's own numbers, with a decimal comma."""


@pytest.mark.parametrize("code", CODES)
def test_a_ratio_of_odds_is_no_difference_and_percent_are(code: str) -> None:
    """What a size is decides what may be said with it: times as high, or higher by."""
    odds, percent = (story_of(analysed(kind).to_dict(), numbers_in(code)) for kind in ("logit", "counts"))
    assert (odds.scale, percent.scale) == ("odds", "percent")
    text, wanted = ODDS[code]
    words = TELLABLE[code].words
    assert trouble_of(Sentence(text=text), odds, words) is None
    factor = f"{math.exp(slope('logit')):.2f}".replace(".", ",")
    size = f"{100 * math.expm1(slope('counts')):.1f}".replace(".", ",")
    assert filled(Sentence(text=text), odds, words) == wanted.replace("FACTOR", factor)
    assert trouble_of(Sentence(text=ADDED[code]), odds, words) is not None
    assert trouble_of(Sentence(text=ADDED[code]), percent, words) is None
    assert PERCENT[code].replace("SIZE", size) in filled(Sentence(text=ADDED[code]), percent, words)


def slope(kind: str) -> float:
    rows = analysed(kind).to_dict()["model"]["coefficients"]
    return float(next(row["estimate"] for row in rows if row["term"] == "age"))


def named_like_words() -> Story:
    """Return a story whose columns are words of German: one that is a claim, one of a phrase, one of neither."""
    random_ = random.Random(2)  # noqa: S311
    lines = ["höher,Zeilen,Alter,Preis"]
    for _ in range(200):
        a, b, c = (random_.gauss(0, 1) for _ in range(3))
        lines.append(f"{a:.3f},{b:.3f},{c:.3f},{3 * a + 2 * b - 5 * c + random_.gauss(0, 1):.3f}")
    return story_of(ra.analyze("\n".join(lines).encode(), "Preis", skip_llm=True).to_dict(), numbers_in("de"))


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Alter geht mit niedrigerem Preis einher.", True),
        ("Alter geht mit höherem Preis einher.", False),
        ("{name.höher} geht mit höherem Preis einher.", True),
        ("höher geht mit höherem Preis einher.", False),
        ("{name.Zeilen} geht mit höherem {target} einher.", True),
        ("Zeilen geht mit höherem Preis einher.", False),
        ("Je Einheit Alter ist Preis um {coef.Alter.estimate} niedriger.", True),
        ("Je Einheit Alter ist Preis um Zeilen niedriger.", False),
        ("Alters geht mit niedrigerem Preis einher.", False),
    ],
)
def test_a_columns_name_takes_no_word_out_of_the_check(text: str, passes: bool) -> None:
    assert (trouble_of(Sentence(text=text), named_like_words(), TELLABLE["de"].words) is None) == passes


def test_a_level_in_plain_words_is_read_where_it_names_one_thing() -> None:
    story, words = story_in("de"), TELLABLE["de"].words
    one = "Für {name.region} und west statt {reference.region} ist die Richtung unsicher."
    assert trouble_of(Sentence(text=one), story, words) is None
    assert "west" in filled(Sentence(text=one), story, words)
    assert worded("west", story, words) == "west"


def test_every_language_of_the_table_can_be_told() -> None:
    assert set(TELLABLE) == set(LANGUAGES) == {*TONGUES, "en"} == {*AROUND, "en"} == {*ABROAD, "en"}
    assert set(get_args(schemas.Language)) == set(CHOICES)
