"""Forms of answers: the part of JSON Schema that every vendor accepts, and the check on arrival.

All properties are required, no others are allowed, every value has one type, and a text that may be absent is empty.
Limits on lengths and numbers are not part of what vendors accept; readers of an answer cut texts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from regression_analyzer.insight.value import Schema

LONGEST_TEXT = 4_000
MOST_ITEMS = 500
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the order of what follows, and halves of characters, which no file can hold."""


def text() -> dict[str, Any]:
    """A text."""
    return {"type": "string"}


def one_of(choices: Sequence[str]) -> dict[str, Any]:
    """One of some texts."""
    return {"type": "string", "enum": list(choices)}


def items(form: Mapping[str, Any]) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": dict(form)}


def record(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """A record with exactly these properties."""
    return {
        "type": "object",
        "properties": {name: dict(form) for name, form in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def fits(value: object, form: Schema) -> bool:
    """Return whether a value has a form.

    Texts and lists beyond any sensible length have not, nor have texts that cannot be written as they stand.
    """
    if not _is_kind(value, form.get("type")):
        return False
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT or _UNWRITABLE.search(value):
            return False
        return "enum" not in form or value in form["enum"]
    if isinstance(value, list):
        return len(value) <= MOST_ITEMS and all(fits(item, form["items"]) for item in value)
    if isinstance(value, dict):
        properties: Mapping[str, Schema] = form["properties"]
        return set(value) == set(properties) and all(fits(value[name], properties[name]) for name in properties)
    return True


def _is_kind(value: object, kind: object) -> bool:
    kinds: Mapping[object, type] = {"string": str, "array": list, "object": dict}
    return isinstance(kind, str) and kind in kinds and isinstance(value, kinds[kind])
