"""Which texts mean "no value", and which numbers probably do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

NUMBER_CODES = frozenset(
    {
        *("na", "n/a", "n.a.", "n.a", "n a", "#n/a", "#na", "<na>", "nan", "-nan", "1.#qnan", "1.#ind", "#nan"),
        *("null", "(null)", "<null>", "\\n", "nil", "none", "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!"),
        *("-", "--", "---", "–", "—", ".", "..", "...", "…", "?", "??", "???", "*", "_", "/", "x", ":"),
        *("missing", "(missing)", "unknown", "unk", "undefined", "undef", "(blank)", "blank", "(empty)", "empty"),
        *("not available", "not applicable", "not reported", "not known", "no data", "nodata", "nd", "n.d.", "n/d"),
        *("k.a.", "k. a.", "ka", "k.a", "keine angabe", "unbekannt", "fehlt", "fehlend", "s.o.", "o.a."),
        *("inconnu", "manquant", "nc", "n.c.", "s/d", "sin dato", "sin datos", "desconocido", "tbd", "t.b.d.", "n.v."),
    }
)
"""Case-folded texts that stand for a missing number or date."""

TEXT_CODES = frozenset(
    {
        *("NA", "na", "N/A", "n/a", "N.A.", "n.a.", "#N/A", "#NA", "<NA>", "NaN", "nan", "-NaN", "-nan"),
        *("NULL", "null", "Null", "(null)", "<null>", "(NULL)", "\\N", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!"),
        *("#NAME?", "#NUM!", "-", "--", "---", ".", "..", "...", "?", "??", "???", "k.A.", "K.A.", "k. A."),
        *("(blank)", "(missing)", "(empty)"),
    }
)
"""Texts that stand for a missing category, spelled exactly so: ``None``, ``unknown`` and ``Na`` are categories."""

NEGATIVE_SENTINELS = (
    *(-9.0, -77.0, -88.0, -99.0, -777.0, -888.0, -998.0, -999.0, -9998.0, -9999.0, -99999.0, -999999.0),
    *(-99.9, -99.99, -999.9, -999.99, -9999.9),
)
POSITIVE_SENTINELS = (
    *(77.0, 88.0, 97.0, 98.0, 99.0, 777.0, 888.0, 997.0, 998.0, 999.0),
    *(7777.0, 8888.0, 9998.0, 9999.0, 99999.0, 999999.0, 9999999.0, 999.9, 9999.9),
)
SENTINELS = (*NEGATIVE_SENTINELS, *POSITIVE_SENTINELS)
"""Numbers that people write where there is none."""

MOST_CODE_LETTERS = 2
FEWEST_PEERS = 3


def is_number_code(text: str) -> bool:
    """Return whether a text stands for "no value" among numbers or dates."""
    return text.casefold() in NUMBER_CODES


def text_codes(levels: Iterable[str]) -> frozenset[str]:
    """Return the texts that mean "no value" in a column of words, given all its levels.

    A code that looks like its neighbours is a category: ``NA`` among codes of two capitals (regions,
    countries), ``-`` beside ``+``.
    """
    found = set(levels)
    codes = found & TEXT_CODES
    others = found - TEXT_CODES
    if "NA" in codes:
        peers = [o for o in others if len(o) == MOST_CODE_LETTERS and o.isalpha() and o.isupper()]
        if len(peers) >= FEWEST_PEERS and len(peers) == len(others):
            codes.discard("NA")
    if "-" in codes and "+" in others:
        codes.discard("-")
    return frozenset(codes)


def sentinel_values(
    counts: Mapping[float, int], rest: tuple[float, float] | None, *, whole: bool = True
) -> tuple[float, ...]:
    """Return which of the sentinel numbers found in a column probably mean "no value".

    Parameters
    ----------
    counts : how often each number of `SENTINELS` occurs in the column
    rest : smallest and largest of all its other numbers, None where there are none
    whole : all numbers of the column are whole

    Notes
    -----
    A number counts as a code when it lies outside all others and is out of reach of them:

    - negative among numbers that are never negative: it recurs, or it is -999 or beyond, or it is -99 or
      beyond and further from the others than they are from each other;
    - negative among numbers of both signs: further below them than twice their range, or three digits and
      once their range;
    - positive: it recurs, and lies more than twice the range above them (long right tails are common in
      honest data); codes of two digits are looked for among whole numbers only (99 can be a price).
    """
    if rest is None:
        return ()
    low, high = rest
    span = max(high - low, 1e-9 * max(abs(low), abs(high)), 1e-300)
    return tuple(
        v for v, rows in sorted(counts.items()) if rows and _is_a_code(v, rows, low, high, span=span, whole=whole)
    )


def _is_a_code(value: float, rows: int, low: float, high: float, *, span: float, whole: bool) -> bool:
    recurs = rows >= 2
    if value > high:
        return recurs and value - high > 2 * span and (whole or value > 99)
    if value >= low or value > 0:
        return False
    gap = low - value
    if low >= 0:
        return (recurs and gap > span / 2) or (value <= -999 and gap > span / 2) or (value <= -99 and gap > span)
    return gap > (span if value <= -777 else 2 * span)
