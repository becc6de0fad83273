"""Texts from files on their way out, and texts from a model on their way in."""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"[<>{}`|\[\]\\]|://|www\.|\]\(|@", re.IGNORECASE)


def clean(text: str, limit: int) -> str:
    """Return a text on one line, without control or direction marks, of at most ``limit`` characters."""
    kept = "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else " " for c in text
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def has_number(text: str) -> bool:
    """Return whether a text holds a digit or another numeral of any script."""
    return any(c.isnumeric() for c in text)


def has_markup(text: str) -> bool:
    """Return whether a text holds anything that could be markup, an address or code."""
    return bool(_MARKUP.search(text))


def description(text: str, limit: int) -> str:
    """Return what a model wrote as a description: without numbers and markup, or nothing at all."""
    line = clean(text, limit)
    return "" if has_number(line) or has_markup(line) else line.rstrip(".")
