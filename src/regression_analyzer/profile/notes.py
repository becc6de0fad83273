"""What a reader should know about the columns before any model is fitted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from regression_analyzer.findings import Fact, Finding, Severity
from regression_analyzer.profile.afterwards import afterwards_hint
from regression_analyzer.profile.keys import Keys
from regression_analyzer.profile.leakage import Leakage
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.roles import RoleChoice
from regression_analyzer.profile.sums import Relation, formula
from regression_analyzer.profile.tally import count_distinct
from regression_analyzer.table.copies import MOST_COLUMNS, copies_are_natural
from regression_analyzer.table.settle import LINES_KEPT, MANY_COPIES, MOST_ROWS_COMPARED
from regression_analyzer.table.value import Column, FloatArray, Table

ROWS_PER_COLUMN = 10
"""Rows per column of the model below which estimates are said to be shaky."""
MANY_LEVELS = 30
FEW_ROWS_PER_LEVEL = 5
ALMOST_COPY = 0.9999
MAX_COMPARED = 300
SKEWED = 3.0
"""Upper half of the 90% range divided by the lower half."""


def model_columns(used: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice]) -> int:
    """Columns a model of these predictors has, the intercept not counted."""
    return sum(
        max(measures[c.position].distinct - 1, 1) if roles[c.position].role in ("category", "yes_no") else 1
        for c in used
    )


def size_notes(
    target: Column, used: Sequence[Column], measures: Sequence[Measures], roles: Mapping[int, RoleChoice]
) -> list[Finding]:
    """Too few rows, too many levels, a skewed target."""
    out: list[Finding] = []
    rows, columns = measures[target.position].present, model_columns(used, measures, roles)
    if used and rows < ROWS_PER_COLUMN * columns:
        out.append(
            Finding(code="small_sample", severity="problem" if rows <= columns + 1 else "attention",
                    facts={"rows": rows, "columns": columns, "predictors": len(used)})
        )  # fmt: skip
    for c in used:
        m = measures[c.position]
        if roles[c.position].role != "category":
            continue
        if m.distinct > MANY_LEVELS or (m.distinct > 5 and m.present < FEW_ROWS_PER_LEVEL * m.distinct):
            out.append(Finding(code="many_levels", severity="attention", subject=c.name,
                               facts={"levels": m.distinct, "rows": m.present}))  # fmt: skip
    numbers = measures[target.position].numbers
    q = numbers.quantiles if numbers else None
    if (
        numbers is not None
        and q is not None
        and roles[target.position].role == "quantity"
        and measures[target.position].distinct > 10
    ):
        low, high = q["0.5"] - q["0.05"], q["0.95"] - q["0.5"]
        smallest = numbers.minimum
        if high > SKEWED * low and smallest is not None:
            out.append(Finding(code="skewed_target", severity="info", subject=target.name,
                               facts={"median": q["0.5"], "q95": q["0.95"], "positive": smallest > 0}))  # fmt: skip
    return out


def leakage_notes(leakage: Leakage, gone: Mapping[str, str], target: Column) -> list[Finding]:
    """Copies of the target that were left out.

    Parameters
    ----------
    gone : by name of a column left out, the code of its reason
    """
    return [
        Finding(code="leakage", severity="attention", subject=k.column.name,
                facts={"kind": k.code, "reason": k.reason, "used": False, "target": target.name})
        for k in leakage.leaks.values() if gone.get(k.column.name) == k.code != "identifier"
    ]  # fmt: skip


def product_notes(leakage: Leakage, used: Sequence[Column], target: Column) -> list[Finding]:
    """A target that is the product of predictors."""
    relation = leakage.product
    if relation is None or not all(p in used for p in relation.parts):
        return []
    facts: dict[str, Fact] = {"formula": formula(relation), "parts": tuple(p.name for p in relation.parts)}
    return [Finding(code="target_is_product", severity="attention", subject=target.name, facts=facts)]


def missing_notes(saved: Mapping[str, tuple[int, int]], table: Table, measures: Sequence[Measures]) -> list[Finding]:
    """Columns left out because most of their values are missing, and the rows that saves."""
    out = []
    for name, (without, with_it) in saved.items():
        missing = table.n_rows - measures[table.by_name[name].position].present
        facts: dict[str, Fact] = {"missing": missing, "rows": table.n_rows, "saved": without - with_it}
        out.append(Finding(code="mostly_missing", severity="attention", subject=name, facts=facts))
    return out


def group_notes(leakage: Leakage, used: Sequence[Column], target: Column) -> list[Finding]:
    """Categories among the predictors whose values fix the target almost exactly."""
    return [
        Finding(code="leakage", severity="attention", subject=c.name,
                facts={"kind": "nearly_determines_target", "reason": _nearly(leakage.groups[c.position], target),
                       "used": True})
        for c in used if c.position in leakage.groups
    ]  # fmt: skip


def _nearly(eta: float, target: Column) -> str:
    return f'rows with the same value have nearly the same "{target.name}" (correlation ratio {eta:.4f})'


def near_notes(leakage: Leakage, used: Sequence[Column], target: Column, *, event: bool) -> list[Finding]:
    """Predictors that follow the target almost exactly, or whose name speaks of afterwards."""
    out = []
    for c in used:
        r = leakage.near.get(c.position)
        if r is not None:
            out.append(Finding(code="near_target", severity="attention", subject=c.name,
                               facts={"correlation": r, "target": target.name,
                                      "share": leakage.equal.get(c.position)}))  # fmt: skip
        word = afterwards_hint(c.name, target=target.name, event=event)
        if word is not None:
            out.append(Finding(code="known_afterwards", severity="attention", subject=c.name,
                               facts={"word": word, "target": target.name}))  # fmt: skip
    return out


def copy_notes(table: Table, roles: Mapping[int, RoleChoice]) -> list[Finding]:
    """Rows that are copies of an earlier one apart from a number or name of the row."""
    keys = [c.name for c in table.columns if roles[c.position].role == "identifier"]
    rest = [c.sql for c in table.columns if roles[c.position].role != "identifier"]
    told = any(f.code == "duplicate_rows" for f in table.findings)
    if not keys or told or not 2 <= len(rest) <= MOST_COLUMNS or table.n_rows > MOST_ROWS_COMPARED:
        return []
    values = f"hash(row({', '.join(rest)}))"
    copies = table.n_rows - count_distinct(table, {0: values})[0]
    if not copies or copies_are_natural(table.sql, rest, table.n_rows):
        return []
    found = table.sql(
        f"select min(line_number, {LINES_KEPT}) from (select line_number, "
        f"row_number() over (partition by {values} order by row_number) as nth from data) where nth > 1"
    )[0][0]
    lines = tuple(int(n) for n in found) if isinstance(found, list) else ()
    facts: dict[str, Fact] = {
        "copies": copies, "rows": table.n_rows, "lines": lines, "natural": False, "apart_from": tuple(keys),
        "errors_factor": math.sqrt(table.n_rows / (table.n_rows - copies)),
    }  # fmt: skip
    severity: Severity = "attention" if copies > MANY_COPIES * table.n_rows else "info"
    return [Finding(code="duplicate_rows", severity=severity, facts=facts)]


def key_notes(keys: Keys, roles: Mapping[int, RoleChoice]) -> list[Finding]:
    """Repeated units and order in time."""
    out = []
    if keys.unit_key is not None and roles[keys.unit_key.position].role == "unit_key":
        out.append(Finding(code="repeated_units", severity="attention", subject=keys.unit_key.name,
                           facts={"units": keys.units, "rows_per_unit": keys.rows_per_unit},
                           remedy="standard_errors"))  # fmt: skip
    if keys.time_column is not None:
        out.append(Finding(code="time_order", severity="info", subject=keys.time_column.name,
                           facts={"reason": keys.time_reason}))  # fmt: skip
    return out


def total_notes(sums: Sequence[Relation], roles: Mapping[int, RoleChoice]) -> list[Finding]:
    """Columns that were left out as sums of others."""
    return [
        Finding(code="probable_total", severity="info", subject=r.whole.name,
                facts={"formula": formula(r), "parts": tuple(p.name for p in r.parts)})
        for r in sums if roles[r.whole.position].role == "total"
    ]  # fmt: skip


def duplicate_notes(columns: Sequence[Column], x: FloatArray, used: Sequence[Column]) -> list[Finding]:
    """Pairs of number predictors that are (almost) the same.

    Parameters
    ----------
    columns, x : the sample, shape (n, columns)
    """
    wanted = {c.position for c in used}
    at = [i for i, c in enumerate(columns) if c.position in wanted and c.kind == "number"]
    if not 2 <= len(at) <= MAX_COMPARED or x.shape[0] < 10:
        return []
    values = x[:, at]
    complete = values[~np.isnan(values).any(axis=1)]
    if complete.shape[0] < 10:
        return []
    largest = np.abs(complete).max(axis=0)
    scaled = complete / np.where(largest > 0.0, largest, 1.0)
    scaled = scaled - scaled.mean(axis=0)
    size = np.sqrt(np.sum(scaled**2, axis=0))
    size = np.where(size > 0.0, size, np.inf)
    r = (scaled / size).T @ (scaled / size)
    out = []
    for i, j in zip(*np.nonzero(np.triu(np.abs(r) >= ALMOST_COPY, 1)), strict=True):
        first, second, value = columns[at[i]].name, columns[at[j]].name, float(r[i, j])
        exact = abs(value) >= 1.0 - 1e-12
        out.append(Finding(code="near_duplicate_columns", severity="info" if exact else "attention", subject=second,
                           facts={"other": first, "correlation": value, "exact": exact}))  # fmt: skip
    return out[:20]
