"""True sentences pass; the same sentences, bent in every way we could think of, do not."""

from __future__ import annotations

import random
import re

import pytest

import regression_analyzer as ra
from regression_analyzer.insight.check import Claim, Sentence, filled, trouble_of
from regression_analyzer.insight.narrative import narrate
from regression_analyzer.insight.story import Story, story_of
from regression_analyzer.insight.value import Answer, NotAvailable, Question
from regression_analyzer.report import numbers

from .documents import charges_document, charges_story

NUMERIC_UP = ("age", "bmi")
NUMERIC_DOWN = ("discount",)
OPEN_NUMBERS = ("children",)
SMOKER = "{coef.smoker[yes].estimate}"


def _of_numbers(name: str, word: str) -> list[str]:
    n, e, i = f"{{name.{name}}}", f"{{coef.{name}.estimate}}", f"{{coef.{name}.interval}}"
    return [
        f"Each unit of {n} goes with {{target}} about {e} {word}.",
        f"Each unit of {n} goes with {{target}} about {e} {word} ({{coef.{name}.p_value}} in its test).",
        f"For rows alike in the other predictors, a unit more of {n} goes with {e} of {{target}}."
        if word == "higher"
        else f"For rows alike in the other predictors, {n} is tied to {{target}} that is {e} {word} per unit.",
        f"A unit of {n} goes together with {{target}} that is {e} {word}, or from {i} {word}.",
        f"{n} is clearly associated with {{target}}, which is {word} where {name} grows."
        if word == "higher"
        else f"{n} is clearly associated with {word} {{target}}.",
        f"The relation of {n} with {{target}} is clear.",
        f"{n} is linked to {word} {{target}}, in a range from {i} a unit.",
        f"The coefficient of {n} comes to {e}, with an interval from {i}.",
    ]


def _of_open(name: str) -> list[str]:
    n = f"{{name.{name}}}"
    return [
        f"For {n}, the direction is too uncertain to say.",
        f"What {n} goes with is unclear: the interval is {{coef.{name}.interval}} a unit.",
        f"The data leave open whether {n} goes with higher or lower {{target}}.",
        f"{n} remains uncertain, with an interval from {{coef.{name}.interval}}.",
    ]


TRUE = (
    *(text for name in NUMERIC_UP for text in _of_numbers(name, "higher")),
    *(text for name in NUMERIC_DOWN for text in _of_numbers(name, "lower")),
    *(text for name in OPEN_NUMBERS for text in _of_open(name)),
    f"For {{name.smoker}}, {{level.smoker[yes]}} instead of {{reference.smoker}} goes with {SMOKER} more {{target}}.",
    f"Where {{name.smoker}} is {{level.smoker[yes]}}, {{target}} is about {SMOKER} higher.",
    "Where {name.smoker} is {level.smoker[yes]}, {target} is from {coef.smoker[yes].interval} higher.",
    "Smoker is clearly related to {target}.",
    "What goes with {target} most is {name.smoker}, then {name.age}.",
    "What goes with {target} most is {name.smoker}, then {name.age}, then {name.discount}.",
    "{name.smoker} has the largest part in what is described.",
    "{name.smoker} accounts for more of the differences than {name.age}.",
    "{name.age} accounts for more of the differences than {name.bmi}.",
    "{name.bmi} accounts for less of the differences than {name.age}.",
    "{name.discount} accounts for less of the differences than {name.smoker}.",
    "{name.smoker}, {name.age} and {name.bmi} go with higher {target}.".replace("{name.smoker}, ", ""),
    "It is uncertain what {name.region} and {name.children} go with.",
    "For {name.region}, it is unclear whether {target} is higher or lower.",
    "The model explains {model.r_squared} of what varies in {target}.",
    "The model is based on {model.n_obs} rows.",
    "On a typical row the model is off by {model.typical_error}.",
    "The average of {target} is {target.mean}.",
    "The model explains {model.r_squared} of the variation in the {model.n_obs} rows it was fitted to.",
    "It is off by about {model.typical_error} where the average is {target.mean}.",
    "The model describes {model.r_squared} of the variance of {target}.",
    "{name.smoker} has the largest part, then {name.age}, then {name.discount}, then {name.bmi}.",
    "The relation of {name.smoker} with {target} is clear.",
    "{name.age} and {name.bmi} are clearly associated with {target}.",
    "{name.bmi} is related to higher {target}.",
    "For {name.region}, {level.region[west]} instead of {reference.region} leaves the direction open.",
    "{name.discount} goes together with lower {target}.",
    "Higher {name.age} goes with higher {target}.",
    f"Where {{name.smoker}} is {{level.smoker[yes]}} compared with {{reference.smoker}}, {{target}} is {SMOKER} more.",
)


def _mutations() -> list[tuple[str, str]]:
    bent: list[tuple[str, str]] = []
    for text in TRUE:
        slots = re.findall(r"\{(?:coef|model|target\.)[^{}]*\}", text)
        if slots:
            bent.append(("digits", text.replace(slots[0], "12,345", 1)))
            bent.append(("numeral", text.replace(slots[0], "٣٤٥", 1)))
            bent.append(("words", text.replace(slots[0], "about three hundred", 1)))
            bent.append(("half", text.replace(slots[0], "half", 1)))
            bent.append(("unknown", text.replace(slots[0], slots[0].replace(".", ".no_", 1), 1)))
            bent.append(("beside", text.replace(slots[0], f"{slots[0]} million", 1)))
        for one, other in (("higher", "lower"), ("lower", "higher"), ("more", "less"), ("less", "more")):
            turned = re.sub(rf"\b{one}\b", other, text)
            both = "higher" in text and "lower" in text
            if turned != text and not both:
                bent.append(("flipped", turned))
        for verb in ("goes with", "go with", "is tied to", "is linked to", "is associated with"):
            if verb in text:
                bent.append(("causes", text.replace(verb, "causes", 1)))
                bent.append(("drives", text.replace(verb, "drives", 1)))
        for one, other in (("age", "discount"), ("bmi", "age"), ("discount", "smoker"), ("smoker", "age")):
            swapped = text.replace(f"{{name.{one}}}", f"{{name.{other}}}")
            if swapped != text and ("{coef" in text or "most" in text):
                bent.append(("column", swapped))
            swapped = text.replace(f"{{coef.{one}.", "{coef.children.")
            if swapped != text:
                bent.append(("value", swapped))
        if "uncertain" in text or "unclear" in text or "leave open" in text:
            bent.append(
                ("certain", re.sub(r"too uncertain|uncertain|unclear", "clear", text).replace("leave open", "show"))
            )
            bent.append(("no effect", text.replace("{name.", "There is no effect of {name.", 1)))
    bent += [(kind, text) for kind, text in EXTRA]
    return [(kind, text) for kind, text in dict.fromkeys(bent) if text not in TRUE]


EXTRA = (
    ("certain", "{name.children} goes with lower {target}."),
    ("certain", "{name.region} is clearly related to {target}."),
    ("certain", "Where {name.region} is {level.region[south]}, {target} is lower."),
    ("certain", "{name.region} and {name.age} are related to {target}."),
    ("open", "For {name.smoker}, the direction is uncertain."),
    ("open", "It is unclear what {name.age} goes with."),
    ("no effect", "{name.children} has no effect on {target}."),
    ("no effect", "{name.children} is unrelated to {target}."),
    ("no effect", "{name.children} does not matter."),
    ("no effect", "There is no relation between {name.children} and {target}."),
    ("no effect", "The part of {name.region} is negligible."),
    ("level", "Where {name.smoker} is {reference.smoker}, {target} is {coef.smoker[yes].estimate} higher."),
    ("level", "Where {name.smoker} is {reference.smoker}, {target} is higher."),
    ("level", "{name.smoker} at {reference.smoker} instead of {level.smoker[yes]} goes with higher {target}."),
    (
        "level",
        "It is uncertain for {name.region}: {level.region[west]} has the interval {coef.region[south].interval}.",
    ),
    ("order", "What goes with {target} most is {name.age}, then {name.smoker}."),
    ("order", "{name.age} accounts for more of the differences than {name.smoker}."),
    ("order", "{name.smoker} accounts for less of the differences than {name.bmi}."),
    ("order", "{name.bmi} has the largest part."),
    ("order", "{name.smoker} is the weakest of the predictors."),
    ("within", "{name.age} goes with {coef.smoker[yes].estimate} more, {name.smoker} with {coef.age.estimate} more."),
    ("quality", "The model explains {model.n_obs} of what varies."),
    ("quality", "The model is based on {model.r_squared} rows, in what it explains and what varies; fine."),
    ("quality", "It is off by {target.mean}."),
    ("half", "The model explains most of what varies in {target}, over {model.n_obs} rows."),
    ("advice", "If {name.discount} would rise, {target} would fall."),
    ("advice", "You should raise {name.discount} for lower {target}."),
    ("certainty", "{name.age} always goes with higher {target}."),
    ("certainty", "The data prove that {name.age} goes with higher {target}."),
    ("negation", "{name.age} does not go with higher {target}."),
    ("negation", "It is not unclear that {name.age} goes with higher or lower {target}."),
    ("turned", "Lower {name.discount} goes with lower {target}."),
    ("turned", "{target} is lower where {name.discount} is lower."),
    ("turned", "Where {name.discount} falls, {target} falls."),
    ("turned", "As {name.discount} shows a fall, {target} shows a fall."),
    ("turned", "A smaller amount of {name.discount} goes with smaller {target}."),
    ("turned", "With less {name.discount}, {target} is lower."),
    ("turned", "The lower the {name.discount}, the lower {target}."),
    ("turned", "Lower {name.discount} goes with {target} that is {coef.discount.estimate} lower."),
    ("turned", "Fewer rows of low {name.discount} go with lower {target}, in a relation with {name.discount}."),
    ("order", "Compared with {name.smoker}, {name.age} accounts for more."),
    ("order", "{name.age} accounts for more in comparison to {name.smoker}."),
    ("order", "{name.age} accounts for more of the differences, next to {name.smoker}."),
    ("unit", "Each unit of {name.age} goes with a unit more of {target}."),
    ("unit", "{name.age} goes with {target}, a point for a point."),
    ("unit", "Each unit of {name.age} is associated with a full point of {target}."),
    ("shape", "{name.age} goes with {target} along a curve that peaks."),
    ("markup", "{name.age} goes with higher {target} <script>alert(document)</script>."),
    ("markup", "{name.age} goes with higher {target}, see https://example.org for more."),
    ("markup", "[{name.age}](more) goes with higher {target}."),
    ("language", "{name.age} geht mit höheren Werten einher, ohne Zweifel zwanzig."),
    ("empty", ""),
    ("slot", "{name.age goes with higher {target}."),
    ("slot", "{name.age} goes with {__class__} higher {target}."),
    ("double", "{name.age} goes with doubled {target}."),
    ("roman", "{name.age} goes with higher {target} by XXIV."),
    ("everything", "Everything goes with higher {target} in the {model.n_obs} rows."),
)

MUTATED = _mutations()


def test_there_are_enough_of_both() -> None:
    assert len(TRUE) >= 50
    assert len(MUTATED) >= 200


@pytest.mark.parametrize("text", TRUE)
def test_a_true_sentence_passes(text: str) -> None:
    assert trouble_of(Sentence(text=text), charges_story()) is None


@pytest.mark.parametrize(("kind", "text"), MUTATED)
def test_a_bent_sentence_does_not(kind: str, text: str) -> None:
    assert trouble_of(Sentence(text=text), charges_story()) is not None


def told_by(texts: list[str], again: list[str] | None = None) -> tuple[str, int, int, int]:
    asked: list[Question] = []

    def ask(question: Question) -> Answer | NotAvailable:
        asked.append(question)
        chosen = texts if len(asked) == 1 else again
        if chosen is None:
            return NotAvailable(reason="timeout")
        return Answer(content={"sentences": [{"text": t, "claims": []} for t in chosen]}, provider="p", model="m")

    told = narrate(charges_story(), ask, share="summary").narrative
    return (told.text, told.sentences, told.dropped, len(asked)) if told else ("", 0, 0, len(asked))


@pytest.mark.parametrize("start", range(0, len(MUTATED), 10))
def test_no_bent_sentence_reaches_the_narrative(start: int) -> None:
    bent = [text for _, text in MUTATED[start : start + 10]]
    text, sentences, dropped, asked = told_by([TRUE[0], *bent], bent)
    assert text == filled(Sentence(text=TRUE[0]), charges_story())
    assert (sentences, dropped, asked) == (len(bent) + 1, len(bent), 2)


def test_true_sentences_all_reach_the_narrative() -> None:
    for start in range(0, len(TRUE), 10):
        part = list(TRUE[start : start + 10])
        text, sentences, dropped, asked = told_by(part)
        assert (sentences, dropped, asked) in {(len(part), 0, 1), (0, 0, 1)}
        assert all(filled(Sentence(text=each), charges_story()) in text for each in part) or not text


def test_a_sentence_is_mended_by_one_retry() -> None:
    text, sentences, dropped, asked = told_by([TRUE[0], "Age causes 5 more."], [TRUE[8]])
    assert text.endswith(filled(Sentence(text=TRUE[8]), charges_story()))
    assert (sentences, dropped, asked) == (2, 0, 2)


def test_rules_tell_where_nothing_passes() -> None:
    assert told_by(["Age causes 5 more."], ["No."]) == ("", 0, 0, 2)


def test_numbers_are_the_documents() -> None:
    said = filled(
        Sentence(text=f"Where {{name.smoker}} is {{level.smoker[yes]}}, {{target}} is {SMOKER} higher."),
        charges_story(),
    )
    row = next(row for row in charges_document()["model"]["coefficients"] if row["term"] == "smoker[yes]")
    assert f"{round(row['estimate'], -1):,.0f} higher" in said


def test_a_size_has_no_sign_where_words_say_the_direction() -> None:
    story = charges_story()
    lower = filled(Sentence(text="{name.discount} goes with {coef.discount.estimate} lower {target}."), story)
    bare = filled(Sentence(text="The coefficient of {name.discount} comes to {coef.discount.estimate}."), story)
    assert "-" not in lower
    assert " -" in bare


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (Claim(kind="direction", about="coef.age", says="higher"), True),
        (Claim(kind="direction", about="coef.age", says="lower"), False),
        (Claim(kind="direction", about="name.discount", says="lower"), True),
        (Claim(kind="significance", about="coef.children", says="open"), True),
        (Claim(kind="significance", about="name.children", says="clear"), False),
        (Claim(kind="comparison", about="name.smoker", says="larger", other="name.age"), True),
        (Claim(kind="comparison", about="name.smoker", says="smaller", other="name.age"), False),
        (Claim(kind="comparison", about="name.smoker", says="larger"), False),
        (Claim(kind="cause", about="coef.age", says="higher"), False),
        (Claim(kind="direction", about="coef.nosuch", says="higher"), False),
    ],
)
def test_claims_are_checked(claim: Claim, holds: bool) -> None:
    trouble = trouble_of(Sentence(text=TRUE[0], claims=(claim,)), charges_story())
    assert (trouble is None) == holds


def named_hostilely() -> Story:
    random_ = random.Random(2)  # noqa: S311
    lines = ["lower,age,age[years],price"]
    for _ in range(200):
        a, b, c = (random_.gauss(0, 1) for _ in range(3))
        lines.append(f"{a:.3f},{b:.3f},{c:.3f},{3 * a + 2 * b - 5 * c + random_.gauss(0, 1):.3f}")
    return story_of(ra.analyze("\n".join(lines).encode(), "price", skip_llm=True).to_dict(), numbers)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("{name.age} goes with higher {target}.", True),
        ("{name.lower} goes with higher {target}.", True),
        ("{name.age} goes with lower {target}.", False),
        ("{name.age} and lower go with {target}.", False),
        ("A unit of {name.age} goes with {coef.age.estimate} more.", True),
        ("A unit of {name.age} goes with {coef.age[years].estimate} of {target}.", False),
        ("A unit of {name.age[years]} goes with {coef.age[years].estimate} of {target}.", True),
    ],
)
def test_a_columns_name_takes_no_word_and_no_number_out_of_the_check(text: str, passes: bool) -> None:
    assert (trouble_of(Sentence(text=text), named_hostilely()) is None) == passes


def test_numbers_in_the_rules_sentences_about_units_are_the_documents() -> None:
    text = charges_document()["narrative"]["text"]
    story = charges_story()
    for name in ("age", "discount"):
        assert f"{story.magnitudes[f'coef.{name}.estimate']} " in text
        assert f"({story.magnitudes[f'coef.{name}.interval']})" in text
