"""Values of the analysis document: finite numbers, or null with the reason beside it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_FINITE = "not finite: the computation has no number here"


def put(target: JsonObject, key: str, value: float | None, reason: str = NOT_FINITE) -> None:
    """Set ``target[key]`` to a finite number, or to None with ``target[key + "_reason"]``."""
    number = finite(value)
    target[key] = number
    if number is None:
        target[f"{key}_reason"] = reason


def finite(value: float | None) -> int | float | None:
    """Return a plain Python number, None where it is missing or not finite."""
    if value is None:
        return None
    if isinstance(value, int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def plain(value: object) -> Any:
    """Return a fact (nested tuples, mappings, NumPy scalars) as JSON-ready values; non-finite becomes None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return finite(value) if isinstance(value, float) else str(value)


def iso_date(days: float | None) -> str | None:
    """Write days since 1970-01-01 as an ISO date (with the time where it is not midnight)."""
    if days is None or not math.isfinite(days):
        return None
    try:
        moment = EPOCH + timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return None
    midnight = moment.hour == moment.minute == moment.second == 0
    return moment.date().isoformat() if midnight else moment.replace(tzinfo=None).isoformat()


def to_json(document: Mapping[str, Any]) -> str:
    """Write the document, one key of the top level a line: the same text for the same content.

    Letters stay as they are (UTF-8); numbers are the shortest text that reads back to the same float.
    """
    lines = (f"{_text(key)}: {_text(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


ESCAPED = re.compile("[\u2028\u2029\ud800-\udfff]")
"""Escaped after all: the line separators of JavaScript and lone surrogates, which UTF-8 has not."""
