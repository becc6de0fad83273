"""Values that probably stand for "no value" but may be real: told, and kept until the user says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from regression_analyzer.findings import Fact, Finding, Severity
from regression_analyzer.profile.columns import literal
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.names import tokens, words_in
from regression_analyzer.table.value import Column, Table

FEWEST_CELLS = 2
NEVER_ZERO = words_in(
    "weight bmi height age pressure bp glucose insulin pulse heart heartrate cholesterol skin thickness "
    "horsepower temperature kelvin mass gewicht groesse grosse hoehe hohe blutdruck puls poids taille "
    "tension pouls peso altura presion altezza pressione lifeexp expectancy"
)
"""Words of names of what no living or real thing has 0 of."""
MAY_BE_ZERO = words_in("change diff difference delta gain loss lost birth days weeks months gap celsius c")
NAMED_REACH, REACH = 0.05, 0.3
"""A zero stands apart where the next value is at least this share of the mean (a name that rules 0 out) or of the
largest value (any name): between them lies nothing."""
MANY_VALUES = 10
"""A count of rooms or baths has fewer: its zero is one."""
NEGATIVE_CODES = frozenset({-1.0, -2.0, -7.0, -8.0, -9.0, -77.0, -88.0, -99.0})
SCALE_CODES = frozenset({8.0, 9.0})
LARGEST_SCALE = 6.0
"""Scales from 1 to at most this many steps; 8 and 9 beside them are what surveys code "do not know" and "no answer"."""
EARLY_DATES = ("1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01", "1753-01-01", "0001-01-01")
LATE_DATES = ("9999-12-31", "9999-01-01", "2999-12-31", "2099-12-31", "2100-01-01", "2100-12-31", "3000-01-01")


def stand_in_notes(
    table: Table, columns: Sequence[Column], measures: Sequence[Measures], overridden: Collection[str]
) -> list[Finding]:
    """Point out cells that may mean "no value".

    Parameters
    ----------
    columns : those the model uses
    overridden : names of columns whose missing codes the user settled
    """
    found = [f for c in columns if c.kind == "date" and (f := _date(table, c)) is not None]
    for c in columns:
        m = measures[c.position]
        if c.kind != "number" or c.name in overridden or m.numbers is None or m.distinct < 4:
            continue
        low, high = m.numbers.minimum, m.numbers.maximum
        if low is None or high is None:
            continue
        number = _number(table, c, low, high, distinct=m.distinct)
        if number is not None:
            found.append(number)
    return found


def _number(table: Table, c: Column, low: float, high: float, *, distinct: int) -> Finding | None:
    words = frozenset(tokens(c.name))
    named = bool(words & NEVER_ZERO) and not words & MAY_BE_ZERO
    if low == 0.0 or low in NEGATIVE_CODES:
        suspect = low
    elif low >= 1.0 and c.integer and high in SCALE_CODES:
        suspect = high
    else:
        return None
    cells, least, most, before, after = _rest(table, c, suspect)
    if cells < FEWEST_CELLS or least is None or most is None or after is None:
        return None
    if suspect < 0.0:
        sure = least >= 0.0 and (suspect <= -2.0 or least >= 1.0 or not c.integer)
    elif suspect == 0.0:
        sure = least >= NAMED_REACH * after if named else least >= REACH * most and distinct >= MANY_VALUES
    else:
        sure = least == 1.0 and most <= LARGEST_SCALE and suspect - most >= 3.0
    if not sure:
        return None
    severity: Severity = "attention" if named or suspect != 0.0 else "info"
    facts: dict[str, Fact] = {
        "value": suspect, "cells": cells, "low": least, "high": most, "mean_before": before, "mean_after": after,
        "named": named, "kind": "number",
    }  # fmt: skip
    return Finding(code="maybe_missing_code", severity=severity, subject=c.name, facts=facts)


def _rest(
    table: Table, c: Column, suspect: float
) -> tuple[int, float | None, float | None, float | None, float | None]:
    other = f"{c.sql} <> {literal(suspect)}"
    row = table.sql(
        f"select count(*) filter ({c.sql} = {literal(suspect)}), min({c.sql}) filter ({other}), "
        f"max({c.sql}) filter ({other}), avg({c.sql}), avg({c.sql}) filter ({other}) from data"
    )[0]
    least, most, before, after = (None if v is None else float(cast("float", v)) for v in row[1:])
    return int(cast("int", row[0])), least, most, before, after


def _date(table: Table, c: Column) -> Finding | None:
    """A default date far from all others, more than once: what systems store where there is none."""
    for dates, early in ((EARLY_DATES, True), (LATE_DATES, False)):
        listed = ", ".join(f"timestamp '{d}'" for d in dates)
        day = f"date_trunc('day', {c.sql})"
        row = table.sql(
            f"select count(*) filter ({day} in ({listed})), min({day}) filter ({day} in ({listed}))::date::varchar, "
            f"min({c.sql}) filter ({day} not in ({listed}))::date::varchar, "
            f"max({c.sql}) filter ({day} not in ({listed}))::date::varchar from data"
        )[0]
        cells, value, low, high = int(cast("int", row[0])), *(None if v is None else str(v) for v in row[1:])
        if cells < FEWEST_CELLS or value is None or low is None or high is None:
            continue
        years = {name: int(text[:4]) for name, text in (("value", value), ("low", low), ("high", high))}
        gap = years["low"] - years["value"] if early else years["value"] - years["high"]
        if gap > max(10, years["high"] - years["low"]):
            facts: Mapping[str, Fact] = {"value": value, "cells": cells, "low": low, "high": high, "kind": "date"}
            return Finding(code="maybe_missing_code", severity="attention", subject=c.name, facts=facts)
    return None
