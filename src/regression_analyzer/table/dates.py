"""Cells that are dates: their shapes, the order of day and month, and the SQL that reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from regression_analyzer.table.workspace import sql_text

DayOrder = Literal["day_first", "month_first"]

_MONTHS = {
    1: "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari",
    2: "february feb februar février févr fév febrero febbraio fevereiro fev februari",
    3: "march mar märz mär mrz mars marzo março maart mrt",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mayo maggio mag maio mei",
    6: "june jun juni juin junio giugno giu junho",
    7: "july jul juli juillet juil julio luglio lug julho",
    8: "august aug août agosto ago agustus augustus",
    9: "september sep sept septembre septiembre settembre set setembro",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
}
MONTHS: Mapping[str, int] = {name: month for month, names in _MONTHS.items() for name in names.split()}

_TIME = r"(?:(?:[T,]|[ ]+|,[ ]*)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?(?: ?[AaPp][Mm])?))?"
_ZONE = r"(?: ?(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_DAY = "([0-9]{1,2})(?:st|nd|rd|th|[.])?"
_NAME = r"([A-Za-zäéûôçÄ]{3,10})[.]?"
_WEEKDAY = r"(?:[A-Za-zäéûôçÄ]{2,10}[.]?,? +)?"

SHAPES: Mapping[str, str] = {
    "iso": rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}{_ZONE}",
    "year_slash": rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){_TIME}",
    "year_dot": rf"([0-9]{{4}})[.]([0-9]{{1,2}})[.]([0-9]{{1,2}})[.]?{_TIME}",
    "slash": rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}}|[0-9]{{2}}){_TIME}",
    "dash": rf"([0-9]{{1,2}})-([0-9]{{1,2}})-([0-9]{{4}}|[0-9]{{2}}){_TIME}",
    "dot": rf"([0-9]{{1,2}})[.] ?([0-9]{{1,2}})[.] ?([0-9]{{4}}|[0-9]{{2}}){_TIME}",
    "day_name": rf"{_WEEKDAY}{_DAY}[- ./]*(?:de )?{_NAME}[- ,./]*(?:de )?([0-9]{{4}}|[0-9]{{2}}){_TIME}",
    "name_day": rf"{_WEEKDAY}{_NAME}[- ]+([0-9]{{1,2}})(?:st|nd|rd|th)?(?:, ?| +|-)([0-9]{{4}}){_TIME}",
    "name_year": rf"{_NAME}[- ./]+([0-9]{{4}}|[0-9]{{2}})",
    "year_month": r"([0-9]{4})(?:[-/]|-?M)([0-9]{1,2})",
    "month_year": r"([0-9]{1,2})/([0-9]{4})",
    "quarter": r"([0-9]{4})[- ]?Q([1-4])",
    "week": r"([0-9]{4})-?W([0-9]{2})(?:-?[1-7])?",
    "compact": r"([0-9]{4})([0-9]{2})([0-9]{2})",
}
"""Regular expressions of each way to write a date, for Python and for SQL alike."""

_COMPILED = {name: re.compile(shape) for name, shape in SHAPES.items()}
_GROUPS: Mapping[str, str] = {
    **dict.fromkeys(("iso", "year_slash", "year_dot"), "ymdt"),
    **dict.fromkeys(("slash", "dash", "dot"), "abyt"),
    "day_name": "dnyt",
    "name_day": "ndyt",
    "name_year": "ny",
    "year_month": "ym",
    "month_year": "my",
    "quarter": "yq",
    "week": "yw",
    "compact": "ymd",
}
NUMERIC_ORDER = ("slash", "dash", "dot")
LONGEST_DATE = 60
LAST_MONTH, LAST_DAY, LAST_WEEK = 12, 31, 53
EARLIEST_COMPACT_YEAR, LATEST_COMPACT_YEAR = 1900, 2100
TWO_DIGIT_PIVOT = 69


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """Which shapes occur in a column, and the order of day and month where both are digits."""

    shapes: tuple[str, ...]
    order: DayOrder = "day_first"


@dataclass(slots=True)
class DateSurvey:
    """What the cells of a column say about its dates; cells are counted with their frequency.

    Attributes
    ----------
    shapes : cells by shape
    odd : texts that are no dates
    day_first, month_first : cells that are dates only in that order
    either : cells that are dates in both orders and differ
    dotted : cells written with points
    example : one text with two readings
    """

    shapes: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    day_first: int = 0
    month_first: int = 0
    either: int = 0
    dotted: int = 0
    example: str = ""
    total: int = 0

    @property
    def dates(self) -> int:
        """Cells that are dates."""
        return sum(self.shapes.values())


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= TWO_DIGIT_PIVOT else 2000)


def _valid(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=100_000)
def shape_of(text: str) -> tuple[str, bool, bool] | None:
    """Return (shape, is a date with the day first, is one with the month first), None where it is no date."""
    if len(text) > LONGEST_DATE or not any(c.isdigit() for c in text):
        return None
    for shape, pattern in _COMPILED.items():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        part = dict(zip(_GROUPS[shape], found.groups(), strict=True))
        if "n" in part and part["n"].casefold() not in MONTHS:
            continue
        if shape in NUMERIC_ORDER:
            a, b, year = int(part["a"]), int(part["b"]), _year(part["y"])
            first, second = _valid(year, b, a), _valid(year, a, b)
        else:
            month = MONTHS[part["n"].casefold()] if "n" in part else int(part.get("m") or 1)
            first = second = _valid(_year(part["y"]), month, int(part.get("d") or 1))
            if "w" in part and not 1 <= int(part["w"]) <= LAST_WEEK:
                first = second = False
            if shape == "compact" and not EARLIEST_COMPACT_YEAR <= int(part["y"]) <= LATEST_COMPACT_YEAR:
                first = second = False
        if first or second:
            return shape, first, second
    return None


def survey_dates(counts: Mapping[str, int]) -> DateSurvey:
    """Look at the different texts of a column, missing codes already left aside."""
    survey = DateSurvey()
    for text, rows in counts.items():
        survey.total += rows
        seen = shape_of(text)
        if seen is None:
            survey.odd[text] += rows
            continue
        shape, first, second = seen
        survey.shapes[shape] += rows
        if shape not in NUMERIC_ORDER:
            continue
        if shape == "dot":
            survey.dotted += rows
        if first and second:
            if text.split("/" if shape == "slash" else "-" if shape == "dash" else ".")[0] != _second(text, shape):
                survey.either += rows
                survey.example = survey.example or text
        elif first:
            survey.day_first += rows
        else:
            survey.month_first += rows
    return survey


def _second(text: str, shape: str) -> str:
    return text.split({"slash": "/", "dash": "-", "dot": "."}[shape])[1].strip()


def days_in_order(cells: Sequence[str | None], order: DayOrder) -> list[int]:
    """Return the days (ordinals) of the cells whose order is open, in file order, under one reading."""
    days = []
    for cell in cells:
        seen = shape_of(cell.strip()) if cell else None
        if cell is None or seen is None or seen[0] not in NUMERIC_ORDER:
            continue
        found = _COMPILED[seen[0]].fullmatch(cell.strip())
        if found is None:
            continue
        a, b, year = int(found[1]), int(found[2]), _year(found[3])
        day, month = (a, b) if order == "day_first" else (b, a)
        if _valid(year, month, day):
            days.append(date(year, month, day).toordinal())
    return days


def order_from_sequence(cells: Sequence[str | None]) -> tuple[DayOrder, str] | None:
    """Decide the order of day and month by how the rows run: in time, or always on one day of the month.

    Returns
    -------
    (order, evidence) or None where the rows do not say
    """
    runs: dict[DayOrder, float] = {}
    single: dict[DayOrder, bool] = {}
    for order in ("day_first", "month_first"):
        days = days_in_order(cells, order)
        steps = [b - a for a, b in pairwise(days) if b != a]
        if len(steps) < 3:
            return None
        up = sum(s > 0 for s in steps) / len(steps)
        runs[order] = max(up, 1 - up)
        single[order] = len({date.fromordinal(d).day for d in days}) == 1
    if single["day_first"] != single["month_first"]:
        return ("day_first" if single["day_first"] else "month_first"), "read so, every date is the same day of a month"
    best: DayOrder = "day_first" if runs["day_first"] >= runs["month_first"] else "month_first"
    other: DayOrder = "month_first" if best == "day_first" else "day_first"
    if runs[best] >= 0.98 and runs[other] <= 0.9:
        return best, "read so, the rows run in time; the other way they jump"
    return None


def date_sql(rule: DateRule, cell: str) -> str:
    """Return SQL that reads one trimmed VARCHAR expression as a TIMESTAMP (UTC); NULL where no shape fits."""
    if len(rule.shapes) == 1 and rule.shapes[0] == "iso":
        return f"case when regexp_full_match({cell}, {sql_text(SHAPES['iso'])}) then {_iso_sql(cell)} end"
    branches = [
        f"when regexp_full_match({cell}, {sql_text(SHAPES[shape])}) then {_shape_sql(shape, rule.order, cell)}"
        for shape in rule.shapes
    ]
    return f"case {' '.join(branches)} end"


def _iso_sql(cell: str) -> str:
    """ISO texts go to the engine's own cast; those with an offset become UTC (the connection's time zone)."""
    bare = f"regexp_replace({cell}, ' ?(?:UTC|Z)$', '')"
    offset = f"regexp_replace({cell}, ' ?([+-][0-9]{{2}}):?([0-9]{{2}})$', '\\1:\\2')"
    has_offset = f"contains({cell}, ':') and regexp_matches({cell}, '[+-][0-9:]+$')"
    in_utc = f"try_cast({offset} as timestamptz)::timestamp"
    return f"case when {has_offset} then {in_utc} else try_cast({bare} as timestamp) end"


def _week_sql(cell: str) -> str:
    """Weeks of ISO 8601 become their Monday, or the day that is written: week 1 is the one with 4 January in it."""
    pattern = sql_text(r"([0-9]{4})-?W([0-9]{2})(?:-?([1-7]))?")
    year, week = (f"try_cast(regexp_extract({cell}, {pattern}, {i}) as integer)" for i in (1, 2))
    day = f"coalesce(try_cast(nullif(regexp_extract({cell}, {pattern}, 3), '') as integer), 1)"
    monday = f"date_trunc('week', make_date({year}, 1, 4))"
    return (
        f"case when {week} between 1 and {LAST_WEEK} then "
        f"({monday} + to_days((7 * ({week} - 1) + {day} - 1)::integer))::timestamp end"
    )


def _shape_sql(shape: str, order: DayOrder, cell: str) -> str:
    if shape == "iso":
        return _iso_sql(cell)
    if shape == "week":
        return _week_sql(cell)
    letters = _GROUPS[shape]
    pattern = sql_text(SHAPES[shape])

    def part(letter: str) -> str:
        return f"regexp_extract({cell}, {pattern}, {letters.index(letter) + 1})"

    year, time = part("y"), part("t") if "t" in letters else "''"
    if shape in NUMERIC_ORDER:
        first_is_day = order == "day_first"
        day, month = (part("a"), part("b")) if first_is_day else (part("b"), part("a"))
    else:
        day = part("d") if "d" in letters else "'1'"
        month = part("m") if "m" in letters else "'1'"
        if "n" in letters:
            month = f"{_month_map()}[lower({part('n')})]"
        elif "q" in letters:
            month = f"(3 * {part('q')}::integer - 2)"
    text = f"rtrim(concat({day}, '-', {month}, '-', {year}, ' ', upper({time})))"
    times = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%g", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p")
    formats = [f"%d-%m-{y}{t}" for t in (times if "t" in letters else ("",)) for y in ("%Y", "%y")]
    formats = [f for f in formats if "%Y" in f] if letters.startswith("y") else formats
    long_year = f"try_strptime({text}, [{', '.join(sql_text(f) for f in formats if '%Y' in f)}])"
    short = [f for f in formats if "%y" in f]
    if not short:
        return long_year
    short_year = f"try_strptime({text}, [{', '.join(sql_text(f) for f in short)}])"
    return f"case when length({year}) = 4 then {long_year} else {short_year} end"


@lru_cache(maxsize=1)
def _month_map() -> str:
    names = sorted(MONTHS)
    return f"map([{', '.join(sql_text(n) for n in names)}], [{', '.join(str(MONTHS[n]) for n in names)}])"
