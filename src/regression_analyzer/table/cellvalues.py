"""Typed cells of workbooks and JSON as text, and the columns whose type is certain."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence

from regression_analyzer.table.framing import Framed

CellValue = object
"""A cell as calamine or JSON gives it: text, number, truth value, date, time, list, or None."""


def text_of(value: CellValue) -> str:
    """Return a cell as text: numbers shortest, dates in ISO 8601, nothing as the empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(abs(value.total_seconds()), 60)
        sign = "-" if value < dt.timedelta() else ""
        return f"{sign}{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{seconds:09.6f}".removesuffix(".000000")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def native_types(framed: Framed, values: Mapping[int, Sequence[CellValue]]) -> dict[int, str]:
    """Return the DuckDB type of every column whose filled cells are all numbers or all dates.

    Parameters
    ----------
    framed : the framed table; of a turned one no column is certain
    values : the typed cells by line
    """
    if framed.transposed:
        return {}
    found = {}
    for j in range(len(framed.names)):
        kinds = {_kind(values[line][j]) for _, line, _ in framed.rows if j < len(values[line])} - {""}
        if len(kinds) == 1 and (kind := kinds.pop()) != "VARCHAR":
            found[j] = kind
    return found


def _kind(value: CellValue) -> str:
    if value is None or (isinstance(value, str) and not value):
        return ""
    if isinstance(value, bool):
        return "VARCHAR"
    if isinstance(value, (int, float)):
        return "DOUBLE" if math.isfinite(value) else ""
    if isinstance(value, (dt.date, dt.datetime)):
        return "TIMESTAMP"
    return "VARCHAR"
