"""The languages a result can be told in: the one table that every door reads."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from regression_analyzer.errors import UsageError

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian"}
"""Code -> name in English."""
AUTO = "auto"
"""The file's own language, as far as its names tell; see ``profile.language``."""
CHOICES = (AUTO, *LANGUAGES)
VARIABLE = "LLM_LANGUAGE"
DECISION = "language"
"""Its id among the decisions of an analysis."""


def language_asked(language: str) -> str:
    """Return a language that was asked for, in any case, as its code.

    Raises
    ------
    UsageError
        It is none of the choices.
    """
    wanted = language.strip().lower()
    if wanted in CHOICES:
        return wanted
    close = difflib.get_close_matches(wanted.capitalize(), LANGUAGES.values(), n=1)
    meant = next((code for code, name in LANGUAGES.items() if name in close), None)
    raise UsageError(
        f"The result cannot be told in the language {language!r}.",
        hint=f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(CHOICES)}.",
        code="unknown_language",
    )
