"""The language of a file, from ordinary words of its names and levels."""

from __future__ import annotations

import pytest

import regression_analyzer as ra
from regression_analyzer.errors import UsageError
from regression_analyzer.languages import CHOICES, LANGUAGES, language_asked
from regression_analyzer.profile.language import WORDS, guessed, words_in


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["Alter", "Geschlecht", "Einkommen"], "de"),
        (["Wohnflaeche_qm", "BaujahrHaus", "miete"], "de"),
        (["prix_total", "surface", "quartier", "nombre_pieces"], "fr"),
        (["edad", "ingresos", "fumador", "sí", "no"], "es"),
        (["prezzo", "superficie", "città"], "it"),
        (["age", "bmi", "children", "smoker", "charges"], "en"),
        (["x1", "x2", "y"], "en"),
        (["Preis"], "en"),
        (["Preis", "Alter", "price", "age"], "en"),
        (["superficie", "grande", "valor"], "en"),
        ([], "en"),
    ],
)
def test_a_language_is_taken_where_its_words_stand_out(names: list[str], code: str) -> None:
    found, words = guessed(names)
    assert found == code
    assert (len(words) >= 2) == (code != "en")


def test_names_are_taken_apart_into_words() -> None:
    assert words_in(["BaujahrHaus_2", "größe (m²)"]) >= {"baujahr", "haus", "größe"}


def test_every_language_has_its_words() -> None:
    assert set(WORDS) == set(LANGUAGES)
    assert all(word == word.lower() for words in WORDS.values() for word in words)


@pytest.mark.parametrize("text", [*CHOICES, "DE", " fr "])
def test_a_choice_may_be_in_any_case(text: str) -> None:
    assert language_asked(text) == text.strip().lower()


@pytest.mark.parametrize(("text", "hint"), [("german", "de"), ("Klingon", "auto, en"), ("", "auto, en")])
def test_another_language_is_refused_with_what_there_is(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match="cannot be told") as caught:
        language_asked(text)
    assert hint in caught.value.hint


def german_csv() -> bytes:
    rows = [f"{20 + i % 40};{'ja' if i % 3 else 'nein'};{100 + 7 * (i % 40) + i % 5}" for i in range(60)]
    return "\n".join(["Alter;Raucher;Kosten", *rows]).encode()


def test_the_language_is_a_decision_with_its_reason() -> None:
    decision = next(d for d in ra.analyze(german_csv(), "Kosten", skip_llm=True).decisions if d.id == "language")
    assert (decision.chosen, decision.overridden) == ("de", False)
    assert decision.because == '5 words in the names of columns and levels are German, as "alter", "ja", "kosten"'
    assert set(decision.rejected) == set(LANGUAGES) - {"de"}


@pytest.mark.parametrize("choices", [{"language": "fr"}, {"overrides": {"language": "fr"}}])
def test_the_users_language_is_taken(choices: dict[str, object]) -> None:
    analysis = ra.analyze(german_csv(), "Kosten", skip_llm=True, **choices)  # type: ignore[arg-type]
    decision = next(d for d in analysis.decisions if d.id == "language")
    assert (decision.chosen, decision.because, decision.overridden) == ("fr", "it was asked for", True)


def test_a_wrong_override_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be told"):
        ra.analyze(german_csv(), "Kosten", skip_llm=True, overrides={"language": "xx"})
