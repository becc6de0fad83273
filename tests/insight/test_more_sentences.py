"""Sentences that were made to get through, and true ones in other words than the patterns': one a line in two files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regression_analyzer.insight.check import Sentence, filled, trouble_of
from regression_analyzer.insight.languages import TELLABLE
from regression_analyzer.insight.narrative import told_of
from regression_analyzer.insight.story import Story, story_of
from regression_analyzer.insight.words_en_known import KNOWN, PATTERNS
from regression_analyzer.report import numbers

from .documents import charges_story
from .test_rules_told import analysed

HERE = Path(__file__).with_name("sentences")


def lines_of(name: str) -> list[str]:
    """Return the sentences of a file; signs outside ASCII are written as escapes there."""
    text = (HERE / f"{name}.txt").read_text(encoding="ascii")
    return [line.encode().decode("unicode_escape") for line in text.splitlines()]


def troubles(texts: list[str], story: Story) -> list[tuple[str, str | None]]:
    return [(text, trouble_of(Sentence(text=text), story)) for text in texts]


def test_none_that_was_made_to_get_through_does() -> None:
    bent = lines_of("bent")
    assert len(bent) >= 350
    assert [text for text, said in troubles(bent, charges_story()) if said is None] == []


def test_true_ones_in_other_words_pass() -> None:
    true = lines_of("true")
    assert len(true) >= 55
    assert [(text, said) for text, said in troubles(true, charges_story()) if said] == []


@pytest.mark.parametrize(
    ("kind", "text", "passes"),
    [
        ("logit", "Each unit of {name.age} goes with {coef.age.estimate} the odds of {target}.", True),
        ("logit", "Each unit of {name.age} goes with {target} about {coef.age.estimate} higher.", False),
        ("logit", "The chance of {target} is {coef.age.estimate} higher per unit of {name.age}.", False),
        ("counts", "Each unit of {name.age} goes with {target} about {coef.age.estimate} higher.", True),
        ("counts", "Each unit of {name.age} goes with {coef.age.estimate} the odds of {target}.", False),
        ("counts", "Each unit of {name.age} goes with {coef.age.estimate} times the {target}.", False),
        ("gaussian", "A flexible model explains {model.r_squared} of what varies in {target}.", False),
        ("gaussian", "Of what varies in unseen rows the model explains {model.r_squared}.", False),
        ("gaussian", "The model explains {model.unseen} of what varies in {target}.", False),
    ],
)
def test_a_number_stands_only_in_what_it_is(kind: str, text: str, passes: bool) -> None:
    story = story_of(analysed(kind).to_dict(), numbers)
    assert (trouble_of(Sentence(text=text), story) is None) == passes


def test_how_well_unseen_rows_are_described_is_the_documents_number() -> None:
    document = analysed("gaussian").to_dict()
    told = filled(Sentence(text="Of what varies in unseen rows the model explains {model.unseen}."), charges_story())
    assert told.endswith(f"explains {numbers.fmt_pct(document['validation']['linear']['r_squared'])}.")


def test_a_word_outside_is_named_for_the_model_that_tries_again() -> None:
    said = trouble_of(Sentence(text="{name.age} fuels higher {target}, whopping."), charges_story())
    assert said == "words outside DATA.words: fuels, whopping"


def test_a_model_is_given_the_words_and_sentences_made_of_them() -> None:
    told = told_of(charges_story(), None)
    assert told["words"].split() == sorted(KNOWN)
    assert told["patterns"] == PATTERNS
    assert TELLABLE["en"].lexicon is None


def told_of_some(pattern: str, story: Story) -> list[str]:
    """Return a pattern with slots of this document: about one predictor after the other, or in their order."""
    ranked, found = list(story.ranked), []
    for name in ("age", "discount", "children", "smoker"):
        text, key = pattern, "smoker[yes]" if name == "smoker" else name
        for one in ranked if text.count("{name}") > 1 else [name]:
            text = text.replace("{name}", f"{{name.{one}}}", 1)
        text = re.sub(r"\{(estimate|interval|p_value)\}", rf"{{coef.{key}.\1}}", text)
        text = text.replace("{level}", f"{{level.{key}}}").replace("{reference}", f"{{reference.{name}}}")
        for kind, slot in QUALITY.items():
            text = text.replace(f"{{{kind}}}", f"{{{slot}}}")
        found.append(text)
    return found


QUALITY = {
    "share": "model.r_squared",
    "rows": "model.n_obs",
    "error": "model.typical_error",
    "unseen": "model.unseen",
    "flexible": "model.flexible",
    "mean": "target.mean",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_true_of_something(pattern: str) -> None:
    made = told_of_some(pattern, charges_story())
    passed = [text for text, said in troubles(made, charges_story()) if said is None]
    assert bool(passed) == ("odds" not in pattern), troubles(made, charges_story())
