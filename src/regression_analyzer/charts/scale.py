"""From data to places: axis ranges, round tick values and their texts, for numbers, ratios and dates."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.charts.text import number
from regression_analyzer.fit.value import FloatArray

EPOCH = dt.date(1970, 1, 1)
DAYS_OF_YEAR = 365.2425
LIMIT = 1e300
"""Values beyond this cannot be subtracted safely; they are left out of ranges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A stretch of an axis: data from ``low`` to ``high`` is drawn from ``start`` to ``end`` (pixels)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    is_date: bool = False

    def place(self, values: FloatArray) -> FloatArray:
        """Return where values are drawn; NaN stays NaN and nothing is further than ten axes away."""
        with np.errstate(all="ignore"):
            given = np.asarray(values, dtype=np.float64)
            moved = np.log10(np.where(given > 0, given, np.nan)) if self.log else given
            low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
            share = np.clip((moved - low) / (high - low), -10.0, 11.0)
        return np.asarray(self.start + share * (self.end - self.start), dtype=np.float64)

    def at(self, value: float) -> float:
        """Return where one value is drawn."""
        return float(self.place(np.asarray([value]))[0])

    def ticks(self, wanted: int) -> tuple[tuple[float, str], ...]:
        """Return about ``wanted`` round values inside the range, with their texts."""
        if self.is_date:
            return date_ticks(self.low, self.high, wanted)
        if self.log:
            return ratio_ticks(self.low, self.high, wanted)
        return number_ticks(self.low, self.high, wanted)


def day_text(value: float) -> str:
    """Return a number of days since 1970-01-01 as a date."""
    try:
        return (EPOCH + dt.timedelta(days=math.floor(value))).isoformat()
    except (OverflowError, ValueError):
        return number(value)


def finite_range(*arrays: FloatArray | None) -> tuple[float, float] | None:
    """Return the smallest and largest finite value, None where there is none."""
    low, high = math.inf, -math.inf
    for array in arrays:
        if array is None or np.size(array) == 0:
            continue
        usable = np.asarray(array, dtype=np.float64)
        usable = usable[np.isfinite(usable) & (np.abs(usable) < LIMIT)]
        if usable.size:
            low, high = min(low, float(usable.min())), max(high, float(usable.max()))
    return (low, high) if low <= high else None


def padded(span: tuple[float, float] | None, *, share: float = 0.04, log: bool = False) -> tuple[float, float]:
    """Return a range with air at both ends; never empty, whatever it is given."""
    if span is None:
        return (0.1, 10.0) if log else (0.0, 1.0)
    low, high = span
    if log:
        low, high = (min(max(end, 1e-12), 1e12) for end in (low, high))
        room = max(math.log10(high / low) * share, 0.02)
        return low / 10**room, high * 10**room
    room = (high - low) * share
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        room = 0.5 * max(abs(low), 1e-12) if low else 0.5
    return low - room, high + room


def number_ticks(low: float, high: float, wanted: int) -> tuple[tuple[float, str], ...]:
    """Return multiples of 1, 2, 2.5 or 5 times a power of ten, with just the digits that tell them apart."""
    step = _round_step((high - low) / max(wanted, 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 50 or last < first:
        return ()
    values = [index * step for index in range(first, last + 1)]
    largest = max(map(abs, values))
    return tuple((value, tick_text(value, step, largest)) for value in values)


def _round_step(rough: float) -> float:
    if not math.isfinite(rough) or rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        if rough <= factor * power * 1.15:
            return factor * power
    return 10.0 * power


def tick_text(value: float, step: float, largest: float) -> str:
    """Return the text of a tick value: the digits of its step, thousands separated; all in millions where one is."""
    size = abs(value)
    if size < step * 1e-6:
        return "0"
    for unit, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
        if largest >= unit * (1 - 1e-9) and step >= unit / 100 and largest < 1e15:
            return number(value / unit, _digits(size / unit, step / unit)) + suffix
    return number(value, _digits(size, step))


def _digits(size: float, step: float) -> int:
    """Return the significant digits that a multiple of a step needs."""
    smallest = step / 10 if round(step / 10.0 ** math.floor(math.log10(step)), 6) == 2.5 else step
    return min(15, max(1, math.floor(math.log10(size) + 1e-9) - math.floor(math.log10(smallest)) + 1))


def ratio_ticks(low: float, high: float, wanted: int) -> tuple[tuple[float, str], ...]:
    """Return round values of a logarithmic axis: 1-2-5 steps, whole powers where there are many, or number ticks."""
    decades = math.log10(high / low)
    if decades < 0.7:
        return tuple((v, t) for v, t in number_ticks(low, high, wanted) if v > 0)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1.0, 2.0, 5.0) if decades * 3 <= wanted + 2 else (1.0, 3.0) if decades * 2 <= wanted + 2 else (1.0,)
    values = [factor * 10.0**exponent for exponent in exponents for factor in factors]
    inside = [value for value in values if low <= value <= high]
    every = max(1, math.ceil(len(inside) / (wanted + 3)))
    unit = next((index for index, value in enumerate(inside) if value == 1.0), 0)
    return tuple((v, number(v, 2)) for index, v in enumerate(inside) if (index - unit) % every == 0)


def date_ticks(low: float, high: float, wanted: int) -> tuple[tuple[float, str], ...]:
    """Return the starts of years, months or days between two numbers of days since 1970-01-01."""
    try:
        first, last = EPOCH + dt.timedelta(days=math.floor(low)), EPOCH + dt.timedelta(days=math.ceil(high))
    except OverflowError:
        return number_ticks(low, high, wanted)
    rough = (high - low) / max(wanted, 1)
    if rough > 0.75 * DAYS_OF_YEAR:
        step = max(1, round(_round_step(rough / DAYS_OF_YEAR)))
        years = range(math.ceil(first.year / step) * step, last.year + 1, step)
        starts = [(dt.date(year, 1, 1), str(year)) for year in years if year >= 1]
    elif rough > 20:
        step = next(months for months in (1, 2, 3, 6, 12) if months * 30.5 >= rough or months == 12)
        months = range(first.year * 12, last.year * 12 + 12, step)
        starts = [(day, f"{day:%Y-%m}") for day in (dt.date(m // 12, m % 12 + 1, 1) for m in months)]
    else:
        step = max(1, round(_round_step(rough)))
        days = range(0, (last - first).days + 1, step)
        starts = [(day, day.isoformat()) for day in (first + dt.timedelta(days=d) for d in days)]
    placed = [(float((day - EPOCH).days), text) for day, text in starts]
    return tuple((value, text) for value, text in placed if low <= value <= high)
