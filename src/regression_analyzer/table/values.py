"""What a cell looks like before it has a type: a value (number, date, time), a text, or nothing."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[(+\-−~<>≤≥]?\s*[+\-−]?\s*(?:\d[\d.,'’_]*|[.,]\d+)(?:[eE][+\-−]?\d+)?\)?\s*%?")
_CURRENCY = re.compile(r"(?:[$€£¥₹₽₩]|\b(?:USD|EUR|GBP|CHF|JPY|CNY|kr|zł)\b)")
_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\.?(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"(?:Z| ?[+-]\d{2}:?\d{2}| ?[AaPp]\.?[Mm]\.?)?)?"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{1,2}[- .]?[A-Za-zäéû]{3,9}\.?[- ,.]*\d{2,4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
_MISSING = frozenset(
    {"", "-", "--", ".", "?", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "\\n", "…"}
)
_GROUP_SPACE = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")


def is_missing(text: str) -> bool:
    """Tell whether a cell is one of the usual signs for "no value"."""
    return text.strip().lower() in _MISSING


def is_number(text: str) -> bool:
    """Tell whether a cell reads as a number in any common notation (signs, marks, currency, percent)."""
    text = text.strip()
    if not text or len(text) > 60:
        return False
    if text[0].isalpha() and text[:3].upper() not in ("USD", "EUR", "GBP", "CHF", "JPY", "CNY"):
        return False
    if _NUMBER.fullmatch(text):
        return True
    bare = _GROUP_SPACE.sub("", _CURRENCY.sub("", text)).strip()
    return bool(bare) and _NUMBER.fullmatch(bare) is not None


def is_value(text: str) -> bool:
    """Tell whether a cell reads as a number, a date or a time."""
    text = text.strip()
    return is_number(text) or (len(text) <= 40 and _DATE.fullmatch(text) is not None)


def to_float(text: str, decimal: str = ".") -> float | None:
    """Read a plain number with the given decimal mark, or return None."""
    bare = _GROUP_SPACE.sub("", _CURRENCY.sub("", text)).strip().rstrip("%")
    bare = bare.replace(".", "").replace(",", ".") if decimal == "," else bare.replace(",", "")
    try:
        return float(bare)
    except ValueError:
        return None
