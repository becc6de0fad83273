"""What a fake model says to the questions an analysis asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


def data_of(question: str) -> dict[str, Any]:
    """Return the data part of a question."""
    loaded = json.JSONDecoder().raw_decode(question.partition("DATA\n")[2])[0]
    assert isinstance(loaded, dict)
    return loaded


def sensible(question: str, schema: Mapping[str, Any]) -> object:
    """Answer as a good model would: the last candidate as the target, and one true sentence an effect."""
    data = data_of(question)
    if "columns" in schema["properties"]:
        return columns_answer(data)
    if "sentences" in schema["properties"]:
        return narrative_answer(data) | points_answer(schema)
    return dict.fromkeys(schema["properties"], "unsure")


def saying(row: str, column: str) -> Callable[[str, Mapping[str, Any]], object]:
    """Answer sensibly, and take the edges of a table for what is given."""
    words = {"first_row": row, "first_column": column}

    def reply(question: str, schema: Mapping[str, Any]) -> object:
        asked = schema["properties"]
        return {edge: words[edge] for edge in asked} if set(asked) <= set(words) else sensible(question, schema)

    return reply


def columns_answer(data: Mapping[str, Any]) -> dict[str, Any]:
    business = {"organisation": "a health insurer", "field": "insurance", "interest": "costs", "confidence": "high"}
    rows = [
        {"id": key, "meaning": "a measured thing", "unit": "", "relevance": "high", "known_before_outcome": "yes"}
        for key in data["columns"]
    ]
    return {"context": business, "columns": rows, "target": (data.get("target_candidates") or ["none"])[-1]}


def points_answer(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return no point where some may be given."""
    return {"points": []} if "points" in schema["properties"] else {}


def narrative_answer(data: Mapping[str, Any]) -> dict[str, Any]:
    sentences = []
    for effect in data["effects"]:
        if effect["verdict"] == "open":
            text = f"What {effect['name']} goes with is uncertain."
        elif "level_slot" in effect:
            text = f"For {effect['name']}, {effect['level_slot']} goes with {effect['direction']} {{target}}."
        else:
            text = f"{effect['name']} goes with {effect['direction']} {{target}}."
        sentences.append({"text": text, "claims": []})
    return {"sentences": sentences}
