"""The parts of the analysis document that tell of the data: source, ledger, columns."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.findings import Decision
from regression_analyzer.profile.value import ColumnProfile, Profile
from regression_analyzer.report.json_values import JsonObject, finite, iso_date
from regression_analyzer.table.value import LeftOut, Source

MAX_LEVELS = 50
"""Levels of a category that the document lists."""
TRANSPOSE_DECISION = "table.transpose"
TEXT_HAS_NONE = "text has no numbers"


def source_part(source: Source) -> JsonObject:
    """Return how the file was read."""
    return {
        "name": source.name,
        "sha256": source.sha256,
        "bytes": source.n_bytes,
        "format": source.format,
        "compression": source.compression,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "decimal": source.decimal,
        "header_row": source.header_row,
        "sheet": source.sheet,
        "sheets": list(source.sheets),
    }


def ledger_part(rows_in_file: int, rows_used: int, left_out: Sequence[LeftOut]) -> JsonObject:
    """Return where every row of the file went."""
    return {
        "rows_in_file": rows_in_file,
        "rows_used": rows_used,
        "left_out": [{"reason": part.reason, "rows": part.rows, "lines": list(part.lines)} for part in left_out],
    }


def transpose_part(transposed: bool, decisions: Sequence[Decision]) -> JsonObject:
    """Return whether the table was turned, and why."""
    for decision in decisions:
        if decision.id.startswith(TRANSPOSE_DECISION):
            return decision_part(decision)
    return {
        "id": TRANSPOSE_DECISION,
        "what": "Orientation",
        "chosen": "yes" if transposed else "no",
        "because": "names lie in the first column" if transposed else "one record a row, as it should be",
        "rejected": [],
        "overridden": False,
    }


def decision_part(decision: Decision) -> JsonObject:
    """Return one automatic choice."""
    return {
        "id": decision.id,
        "what": decision.what,
        "chosen": decision.chosen,
        "because": decision.because,
        "rejected": list(decision.rejected),
        "overridden": decision.overridden,
    }


def columns_part(profile: Profile) -> JsonObject:
    """Return every column described, and the proposal."""
    return {
        "columns": [column_part(column) for column in profile.columns],
        "recommended_target": profile.target,
        "recommended_features": list(profile.predictors),
        "left_out": [{"name": c.name, "code": c.code, "reason": c.reason} for c in profile.left_out],
        "unit_key": profile.unit_key,
        "time_column": profile.time_column,
    }


def dtype_of(column: ColumnProfile) -> str:
    """Return the type's name: integer, number, date, yes_no or text."""
    return "integer" if column.kind == "number" and column.integer else column.kind


def column_part(column: ColumnProfile) -> JsonObject:
    """Return one column; dates as ISO text, their spread in days."""
    part: JsonObject = {
        "name": column.name,
        "role": column.role,
        "dtype": dtype_of(column),
        "unit": column.unit,
        "missing": column.missing,
        "distinct": column.distinct,
        "distinct_is_exact": column.distinct_is_exact,
    }
    is_date = column.kind == "date"
    for key, value in (("min", column.minimum), ("max", column.maximum), ("mean", column.mean)):
        part[key] = iso_date(value) if is_date else finite(value)
    part["std"] = finite(column.std)
    quantiles = column.quantiles or {}
    part["quantiles"] = {key: iso_date(q) if is_date else finite(q) for key, q in quantiles.items()} or None
    for key in ("min", "max", "mean", "std", "quantiles"):
        if part[key] is None:
            part[f"{key}_reason"] = _why_none(column)
    part["histogram"] = {
        "edges": [finite(edge) for edge in column.histogram_edges],
        "counts": list(column.histogram_counts),
    }
    part["levels"] = [{"value": level.value, "rows": level.rows} for level in column.levels[:MAX_LEVELS]]
    part["reason"] = column.reason
    return part


def minmax_part(profile: Profile) -> list[JsonObject]:
    """Return the range of every quantity."""
    rows = []
    for column in profile.columns:
        if column.kind == "number" and column.minimum is not None:
            described = column_part(column)
            keys = ("min", "max", "mean", "std")
            rows.append({"name": column.name, "column": column.name} | {key: described[key] for key in keys})
    return rows


def _why_none(column: ColumnProfile) -> str:
    if column.kind in {"text", "yes_no"}:
        return TEXT_HAS_NONE
    known = column.n_rows - column.missing
    return "every value is missing" if known == 0 else "too few values" if known == 1 else "not computed"
