"""Reading the reference data: its names beside ours."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

TRUTH = Path(__file__).resolve().parents[2].parent / "shared" / "truth"


@cache
def load(relative: str) -> Any:
    """Return a JSON file of the reference data, or an empty mapping where the folder is absent."""
    path = TRUTH / relative
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def r_values(document: dict[str, Any], key: str) -> dict[str, float]:
    """Return one field of our coefficients under R's names: ``smokeryes`` for ``smoker[yes]``."""
    values = {}
    for row in document["model"]["coefficients"]:
        name = row["term"].replace("[", "").replace("]", "").replace("C(", "factor(")
        values[name] = row[key]
    return values


def relative_error(ours: float, theirs: float) -> float:
    """Return |ours - theirs| / |theirs|."""
    return abs(ours - theirs) / abs(theirs) if theirs else abs(ours)
