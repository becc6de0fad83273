"""A stored analysis document, checked before it is told of: whoever keeps the file may have changed it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NUMBER = "number"
"""A finite number; ``maybe`` before a kind: or null."""

COEFFICIENT = {
    "term": "text",
    "predictor": "maybe text",
    "level": "maybe text",
    "estimate": "maybe number",
    "p_value": "maybe number",
    "ci_low": "maybe number",
    "ci_high": "maybe number",
}
MODEL = {
    "family": "text",
    "link": "text",
    "target": "text",
    "predictors": ["text"],
    "reference_levels": {"*": "text"},
    "n_obs": NUMBER,
    "df_resid": NUMBER,
    "r_squared": "maybe number",
    "sigma": "maybe number",
    "coefficients": [COEFFICIENT],
    "terms": [{"term": "text", "df": NUMBER, "p_value": "maybe number"}],
}
LATER: Mapping[str, Any] = {"target_expression": "text", "target_mean": "maybe number"}
"""What documents of the first versions lack."""
DOCUMENT = {
    "model": MODEL,
    "column_analysis": {"columns": [{"name": "text"}]},
    "feature_importance": {},
    "findings": [{"code": "text", "severity": "text"}],
}
LEVEL = {"value": "text", "rows": NUMBER}


def is_analysis(document: object) -> bool:
    """Return whether everything that may be told of a document is of its kind."""
    if not _has(document, DOCUMENT) or not isinstance(document, Mapping):
        return False
    model, importance = document["model"], document["feature_importance"]
    columns = document["column_analysis"]["columns"]
    return (
        all(_has(model[name], kind) for name, kind in LATER.items() if name in model)
        and _has(importance.get("contribution", []), [{"predictor": "text"}])
        and all(_has(column.get("levels", []), [LEVEL]) for column in columns)
        and all(_has(column.get("dtype", ""), "text") for column in columns)
    )


def _has(value: object, form: object) -> bool:
    """Return whether a value has a form: a kind, a list of a form, a mapping of names (``*``: any) to forms."""
    if isinstance(form, list):
        return isinstance(value, list | tuple) and all(_has(each, form[0]) for each in value)
    if isinstance(form, Mapping):
        if not isinstance(value, Mapping):
            return False
        if "*" in form:
            return all(isinstance(name, str) and _has(each, form["*"]) for name, each in value.items())
        return all(name in value and _has(value[name], each) for name, each in form.items())
    kind = str(form)
    if kind.startswith("maybe "):
        return value is None or _has(value, kind.removeprefix("maybe "))
    if kind == "text":
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
