"""The languages that a model can be asked to tell a result in: one frozen value each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from regression_analyzer.analysis import Options
from regression_analyzer.errors import ConfigurationError
from regression_analyzer.insight.lexicon import Lexicon, words_of
from regression_analyzer.insight.words import Words
from regression_analyzer.insight.words_de import GERMAN
from regression_analyzer.insight.words_en import ENGLISH_WORDS
from regression_analyzer.insight.words_en_known import KNOWN, PATTERNS
from regression_analyzer.insight.words_es import SPANISH
from regression_analyzer.insight.words_fr import FRENCH
from regression_analyzer.insight.words_it import ITALIAN
from regression_analyzer.languages import AUTO, CHOICES, DECISION, LANGUAGES, VARIABLE, language_asked


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """A language to tell a result in.

    Attributes
    ----------
    code, name : ``"de"``, ``"German"``
    words : how its sentences are checked
    lexicon : what its sentences are made of; None in English, where single words are known instead of phrases
    """

    code: str
    name: str
    words: Words
    lexicon: Lexicon | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What a model is told: sentences to follow, and the phrases or words that there are."""
        if self.lexicon is not None:
            return {"patterns": self.lexicon.patterns, "phrases": self.lexicon.listed}
        return {"patterns": PATTERNS, "words": " ".join(sorted(KNOWN))}


def _closed(code: str, lexicon: Lexicon) -> Language:
    return Language(code=code, name=LANGUAGES[code], words=words_of(lexicon), lexicon=lexicon)


ENGLISH = Language(code="en", name=LANGUAGES["en"], words=ENGLISH_WORDS)
TELLABLE: Mapping[str, Language] = {
    "en": ENGLISH,
    "de": _closed("de", GERMAN),
    "fr": _closed("fr", FRENCH),
    "es": _closed("es", SPANISH),
    "it": _closed("it", ITALIAN),
}
"""By code: every language of ``languages.LANGUAGES``."""


def with_language(options: Options, environ: Mapping[str, str]) -> Options:
    """Return options with the language that ``LLM_LANGUAGE`` names, where the user leaves it open.

    Raises
    ------
    UsageError
        There is no such language.
    ConfigurationError
        ``LLM_LANGUAGE`` names none.
    """
    asked = language_asked(options.language)
    return replace(options, language=asked if asked != AUTO else language_set(environ))


def language_set(environ: Mapping[str, str]) -> str:
    """Return what ``LLM_LANGUAGE`` says: a code or ``"auto"``.

    Raises
    ------
    ConfigurationError
        It names no language.
    """
    wanted = environ.get(VARIABLE, "").strip().lower() or AUTO
    if wanted in CHOICES:
        return wanted
    raise ConfigurationError(
        f"{VARIABLE} must be one of {', '.join(CHOICES)}; it is {wanted!r}.",
        hint=f"Set {VARIABLE} to such a value, or leave it out for the default ({AUTO}).",
        code="bad_setting",
    )


def language_in(document: Mapping[str, Any]) -> Language:
    """Return the language that was decided in a stored analysis; English where nothing known was."""
    decisions = document.get("decisions")
    for decision in decisions if isinstance(decisions, list) else ():
        if isinstance(decision, dict) and decision.get("id") == DECISION:
            return TELLABLE.get(str(decision.get("chosen")), ENGLISH)
    return ENGLISH
