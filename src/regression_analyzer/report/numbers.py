"""How numbers and names are written for people: the one place that rounds.

Functions return plain text with ASCII signs, so that a number copied from a report can be typed back.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

NOT_AVAILABLE = "not available"
SMALLEST_PLAIN = 1e-4
"""Sizes below this are written with an exponent."""
LARGEST_PLAIN = 1e15
"""Sizes from here on are written with an exponent."""


def fmt(x: float | None, digits: int = 3) -> str:
    """Write a number with some significant digits and thousands separators (``23848.5`` -> ``"23,800"``).

    Trailing zeros after the decimal point are left out; None and NaN become "not available".
    """
    if x is None or math.isnan(x):
        return NOT_AVAILABLE
    if math.isinf(x):
        return "infinite" if x > 0 else "minus infinite"
    if x == 0:
        return "0"
    if not SMALLEST_PLAIN <= abs(x) < LARGEST_PLAIN:
        return _scientific(x, digits)
    return _strip_zeros(fmt_decimals(x, digits - 1 - _exponent(x, digits)))


def fmt_decimals(x: float, decimals: int) -> str:
    """Write a number with a fixed number of decimals; negative decimals round to tens, hundreds ..."""
    if math.isnan(x):
        return NOT_AVAILABLE
    if math.isinf(x):
        return fmt(x)
    rounded = round(x, decimals)
    text = f"{rounded:,.{max(decimals, 0)}f}"
    return text[1:] if text.startswith("-") and float(rounded) == 0.0 else text


def fmt_int(n: float) -> str:
    """Write a count (``1338`` -> ``"1,338"``)."""
    return NOT_AVAILABLE if math.isnan(n) else fmt(n) if math.isinf(n) else f"{round(n):,}"


def fmt_pct(share: float | None) -> str:
    """Write a share as a percentage; what is not all never becomes 100%, what is not nothing never 0%."""
    if share is None or math.isnan(share):
        return NOT_AVAILABLE
    percent = 100.0 * share
    size = abs(percent)
    if size in (0.0, 100.0):
        return f"{percent:.0f}%"
    if size < 0.1:
        return "less than 0.1%" if percent > 0 else "between -0.1% and 0%"
    if 99.9 < size < 100.0:
        return "more than 99.9%" if percent > 0 else "-99.9%"
    one_decimal = size < 9.95 or 99.0 < size < 100.0
    return f"{_strip_zeros(f'{percent:,.1f}') if one_decimal else f'{percent:,.0f}'}%"


def fmt_p(p: float | None) -> str:
    """Write a p-value (``"p = 0.012"``, ``"p < 0.001"``); never rounded onto 0.05 from either side."""
    if p is None or math.isnan(p):
        return "p not available"
    bare = fmt_p_cell(p)
    return f"p {bare[0]} {bare[1:].strip()}" if bare[0] in "<>" else f"p = {bare}"


def fmt_p_cell(p: float | None) -> str:
    """Write a p-value for a table cell (``"0.012"``, ``"< 0.001"``)."""
    if p is None or math.isnan(p):
        return NOT_AVAILABLE
    if p < 0.001:
        return "< 0.001"
    if p > 0.99:
        return "> 0.99"
    if p >= 0.0995:
        return f"{p:.2f}"
    if 0.0495 <= p < 0.0505:
        return f"{p:.4f}"
    return f"{p:.3f}"


def decimals_for(low: float, high: float) -> int:
    """Return the decimals an interval supports: two digits of its half width.

    Half a width of 1,150 supports hundreds (-2); 23 supports units (0); 0.042 three decimals (3).
    """
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        return 3 if not math.isfinite(half) else _decimals_of(max(abs(low), abs(high)))
    return 1 - _exponent(half, 2)


def fmt_estimate(value: float, low: float, high: float) -> str:
    """Write an estimate rounded to what its interval supports (23,800, not 23,848.53)."""
    return _fmt_at(value, decimals_for(low, high))


def fmt_interval(low: float, high: float) -> str:
    """Write an interval in words (``"22,700 to 25,000"``), both ends rounded alike."""
    return fmt_span(*fmt_ends(low, high))


def fmt_ends(low: float, high: float) -> tuple[str, str]:
    """Write the ends of an interval, rounded alike."""
    decimals = decimals_for(low, high)
    return _fmt_at(low, decimals), _fmt_at(high, decimals)


def fmt_span(low: str, high: str) -> str:
    """Write an interval whose ends are written (``"1.8 to 2.9"``)."""
    return f"{low} to {high}"


def fmt_times(x: float) -> str:
    """Write a factor (``"2.3 times"``)."""
    return f"{fmt(x)} times"


def shorten(text: str, limit: int = 60) -> str:
    """Make a text from a file showable on one line: no control or direction marks, at most ``limit`` characters.

    The name of a coefficient keeps its end, where its level stands (``"city of re…nce[Bogotá]"``).
    """
    clean = " ".join("".join(c if _is_showable(c) else " " for c in text).split())
    if len(clean) <= limit:
        return clean
    if clean.endswith("]") and "[" in clean:
        kept = (limit - 1) // 2
        return f"{clean[: limit - 1 - kept].rstrip()}…{clean[-kept:].lstrip()}"
    return clean[: limit - 1].rstrip() + "…"


def ahead_of(rest: int) -> str:
    """Say how many more predictors go with the target, less than those that were named."""
    return f", ahead of {fmt_int(rest)} {'other' if rest == 1 else 'others'}" if rest > 0 else ""


def listing(names: Sequence[object], limit: int = 5) -> str:
    """Join names for a sentence (``"a, b and c"``, ``"a, b and 3 more"``), each shortened."""
    shown = [shorten(str(n)) or '""' for n in names]
    if not shown:
        return "none"
    if len(shown) > limit:
        return f"{', '.join(shown[:limit])} and {fmt_int(len(shown) - limit)} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def count_of(n: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun (``"1 row"``, ``"1,338 rows"``)."""
    return f"{fmt_int(n)} {one if n == 1 else many or one + 's'}"


def are_years(low: float, high: float) -> bool:
    """Return whether numbers in this range are probably years, which are written without separators."""
    return 1500 <= low <= high <= 2200 and low == int(low) and high == int(high)


def _fmt_at(x: float, decimals: int) -> str:
    size = abs(x)
    if decimals > 6 or size >= LARGEST_PLAIN:
        if x == 0 or not math.isfinite(x):
            return fmt(x)
        return _scientific(x, min(max(decimals + 1 + _exponent(x, 3), 1), 15))
    return fmt_decimals(x, decimals)


def _decimals_of(size: float) -> int:
    return 2 - _exponent(size, 3) if 0 < size < math.inf else 0


def _exponent(x: float, digits: int) -> int:
    """Return the power of ten of x after rounding to ``digits`` digits (9.996 -> 1 with 3)."""
    return int(f"{abs(x):.{max(digits - 1, 0)}e}".split("e")[1])


def _scientific(x: float, digits: int) -> str:
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    return f"{_strip_zeros(mantissa)}e{int(exponent)}"


def _strip_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_showable(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
