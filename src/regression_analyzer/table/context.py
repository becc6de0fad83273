"""What the file as a whole says about how its cells are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regression_analyzer.table.dates import DateSurvey, DayOrder
from regression_analyzer.table.numbers import DecimalMark, NumberSurvey


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContext:
    """Evidence shared by the columns of one file.

    Attributes
    ----------
    decimal : the mark that other columns settle (or the format, or the user), None where nothing does
    decimal_because : by what
    decimal_fixed : the format or the user leaves no choice
    delimiter : of a text file
    order : of day and month, where other columns settle it
    """

    decimal: DecimalMark | None = None
    decimal_because: str = ""
    decimal_fixed: bool = False
    delimiter: str | None = None
    order: DayOrder | None = None


def find_context(
    numbers: Iterable[NumberSurvey],
    dates: Iterable[DateSurvey],
    *,
    fixed: DecimalMark | None,
    fixed_because: str,
    delimiter: str | None,
) -> FileContext:
    """Gather the evidence of all columns: each column with a clear mark or order has one voice."""
    dot = comma = 0
    for survey in numbers:
        if survey.dot > survey.comma:
            dot += 1
        elif survey.comma > survey.dot:
            comma += 1
    day = month = 0
    for found in dates:
        day += found.day_first > found.month_first
        month += found.month_first > found.day_first
    decimal: DecimalMark | None = None
    because = ""
    if fixed is not None:
        decimal, because = fixed, fixed_because
    elif dot != comma:
        decimal = "." if dot > comma else ","
        because = (
            f"{max(dot, comma):,} other column{'s' if max(dot, comma) != 1 else ''} of the file can only be read so"
        )
    order: DayOrder | None = None
    if day != month:
        order = "day_first" if day > month else "month_first"
    return FileContext(
        decimal=decimal, decimal_because=because, decimal_fixed=fixed is not None, delimiter=delimiter, order=order
    )
