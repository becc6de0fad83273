"""True sentences of each language, and how its words are bent; all about the charges of ``documents.charges_csv``."""

from __future__ import annotations

from collections.abc import Mapping

from .german import GERMAN
from .tongue import Tongue

TONGUES: Mapping[str, Tongue] = {"de": GERMAN}

__all__ = ["TONGUES", "Tongue"]
