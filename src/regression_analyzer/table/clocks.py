"""Cells that are times of day or durations: ``1:30``, ``00:50:23``, ``10:30 PM``; read as hours (or minutes)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from regression_analyzer.table.choices import Choices
from regression_analyzer.table.workspace import sql_text

ClockUnit = Literal["hours", "minutes"]
"""The unit of a cell's first part where it has two."""

CLOCK = r"(-?)([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9](?:[.,][0-9]{1,9})?))?(?: ?([AaPp])[Mm])?"
_COMPILED = re.compile(CLOCK)
LONGEST_IN_HOURS = 47
"""A larger first part of two is minutes: ``75:30`` is rarely three days."""


def is_clock(text: str) -> bool:
    """Return whether a text is hours, minutes and perhaps seconds between colons."""
    return _COMPILED.fullmatch(text) is not None


def decide_clock(name: str, counts: Mapping[str, int], choices: Choices) -> ClockUnit:
    """Choose what the first part of a column's times is; cells of three parts begin with hours."""
    decision_id = f"column.{name}.clock"
    asked = choices.override(decision_id, ("hours", "minutes"))
    found = [parts for text in counts if (parts := _COMPILED.fullmatch(text))]
    long = any(parts[4] for parts in found)
    first = max((int(parts[2]) for parts in found), default=0)
    chosen: ClockUnit = "hours" if long or first <= LONGEST_IN_HOURS else "minutes"
    because = (
        "the cells have three parts: hours, minutes, seconds"
        if long
        else f"the first parts go up to {first}, as {'hours do' if chosen == 'hours' else 'only minutes do'}"
    )
    if asked is not None:
        chosen = "minutes" if asked == "minutes" else "hours"
    choices.record(
        decision_id, f"Times in {name}", chosen, because, ["hours", "minutes"] if not long or asked is not None else []
    )
    example = max(counts, key=lambda text: (counts[text], text))
    choices.find("clock_read", "info", name, example=example, unit=chosen, decision=decision_id, sure=long)
    return chosen


def clock_sql(unit: ClockUnit, cell: str) -> str:
    """Return SQL that reads one trimmed VARCHAR expression as a DOUBLE in ``unit``; NULL where it is no time.

    Cells of three parts are hours, minutes and seconds whatever the unit. 12 AM is 0, 12 PM is 12.
    """
    part = [f"regexp_extract({cell}, {sql_text(CLOCK)}, {i})" for i in range(6)]
    half = f"(case lower({part[5]}) when 'p' then 12 else 0 end)"
    first = f"(case when {part[5]} = '' then {part[2]}::double else {part[2]}::int % 12 + {half} end)"
    last = f"coalesce(try_cast(replace({part[4]}, ',', '.') as double), 0)"
    seconds = f"({first} * 3600 + {part[3]}::double * 60 + {last})"
    if unit == "hours":
        value = f"{seconds} / 3600"
    else:
        value = f"case when {part[4]} = '' then {seconds} / 3600 else {seconds} / 60 end"
    sign = f"case when {part[1]} = '-' then -1 else 1 end"
    return f"case when regexp_full_match({cell}, {sql_text(CLOCK)}) then ({sign}) * ({value}) + 0.0 end"
