"""True sentences of each language, and how its words are bent; all about the charges of ``documents.charges_csv``."""

from __future__ import annotations

from collections.abc import Mapping

from .french import FRENCH
from .german import GERMAN
from .italian import ITALIAN
from .spanish import SPANISH
from .tongue import Tongue

TONGUES: Mapping[str, Tongue] = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN}

__all__ = ["TONGUES", "Tongue"]
