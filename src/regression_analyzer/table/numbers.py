"""Cells that are numbers: which marks they use, and the SQL that reads them exactly.

Python looks at a sample of different texts to find the rule; SQL applies the rule to every cell. Both use
the same grammar: a sign, a currency, digits in groups, one decimal mark, an exponent, a unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from regression_analyzer.table.clocks import ClockUnit, clock_sql, is_clock
from regression_analyzer.table.workspace import sql_text

SPACES = " \u00a0\u202f\u2009"
APOSTROPHES = "'\u2019"
MINUS = "-\u2212\u2013"
CURRENCY_SYMBOLS = "$€£¥₹₽₩₪₺₴₦₫฿₱₡₲₵₸₿¢"
CURRENCY_WORDS = (
    *(
        "US$",
        "R$",
        "A$",
        "C$",
        "NZ$",
        "HK$",
        "S$",
        "CA$",
        "AU$",
        "Mex$",
        "Fr.",
        "SFr.",
        "Rs.",
        "Rs",
        "kr.",
        "kr",
        "zł",
        "Kč",
    ),
    *("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "RMB", "INR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN"),
    *("CAD", "AUD", "NZD", "BRL", "ZAR", "MXN", "RUB", "TRY", "KRW", "SGD", "HKD", "THB", "IDR", "ILS", "AED", "SAR"),
)
DecimalMark = Literal[".", ","]

_CURRENCY = "|".join(re.escape(w) for w in sorted(CURRENCY_WORDS, key=len, reverse=True)) + f"|[{CURRENCY_SYMBOLS}]"
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_UNIT_PART = rf"(?:[^\W\d_]|[°%‰\"′″{CURRENCY_SYMBOLS}])[^\s\d<>()]{{0,14}}[23]?"
_CELL = re.compile(
    rf"(?P<bound>[<>≤≥]=?\s*)?(?P<open>\()?(?P<sign>[{MINUS}+])?\s*(?P<currency>{_CURRENCY})?\s*(?P<sign2>[{MINUS}+])?\s*"
    rf"(?P<core>(?:[0-9](?:[0-9.,{APOSTROPHES}{SPACES}]*[0-9.,])?|[.,][0-9]+)(?:[eE][{MINUS}+]?[0-9]{{1,4}})?)"
    rf"\s*(?P<unit>{_UNIT_PART}(?:[ \u00a0]{_UNIT_PART})?)?(?P<trail>[{MINUS}])?(?P<close>\))?(?P<plus>\+)?"
)
LONGEST_NUMBER = 400
EXPONENT = rf"(?:[eE][{MINUS}+]?[0-9]{{1,4}})?"


def _core(decimal: DecimalMark) -> str:
    """Return the grammar of the digits under one decimal mark, for Python and for SQL alike."""
    thousands = "," if decimal == "." else "."
    groups = [rf"[1-9][0-9]{{0,2}}(?:[{mark}][0-9]{{3}})+" for mark in (thousands, SPACES, APOSTROPHES)]
    if decimal == ".":
        groups.append("[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
    return rf"(?:(?:{'|'.join(groups)}|[0-9]+)(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+){EXPONENT}"


_CORES = {".": re.compile(_core(".")), ",": re.compile(_core(","))}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """How the numbers of one column are written.

    Attributes
    ----------
    decimal : decimal mark
    plain : every number is digits, at most one point and an exponent: the cast alone reads it
    unit : currency or unit around the numbers, None where there is none
    percent : ``"fraction"``: 12.5% is 0.125; ``"percent"``: it is 12.5; None where there are no percent signs
    bounds : ``<1.0`` and ``>100`` are read as the bound
    clock : the cells are times such as ``1:30``, and this is the unit of their first part; None elsewhere
    """

    decimal: DecimalMark = "."
    plain: bool = True
    unit: str | None = None
    percent: Literal["fraction", "percent"] | None = None
    bounds: bool = False
    clock: ClockUnit | None = None


@dataclass(slots=True)
class NumberSurvey:
    """What the cells of a column say about its numbers; cells are counted with their frequency.

    Attributes
    ----------
    plain, dot, comma, ambiguous, unmarked : cells that are numbers: digits and at most a point; only with a
        decimal point; only with a decimal comma; either way (``1.234``); no mark at all
    small_whole, large_whole : unmarked whole numbers below and from 1000 (written without thousands marks)
    bounds : cells with ``<`` or ``>``
    leading_zeros : whole numbers of several digits that begin with 0
    international : ``+`` and at least eight digits
    units : cells by unit (``""``: none)
    odd : texts that are no numbers, with their frequency
    clocks : those of them that are times such as ``1:30``
    texts : number texts, with their frequency
    ambiguous_example : one text with two readings
    """

    plain: int = 0
    dot: int = 0
    comma: int = 0
    ambiguous: int = 0
    ambiguous_mark: str = ""
    small_whole: int = 0
    large_whole: int = 0
    bounds: int = 0
    bound_texts: Counter[str] = field(default_factory=Counter)
    leading_zeros: int = 0
    international: int = 0
    units: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    clocks: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    grouped: int = 0
    ambiguous_example: str = ""
    total: int = 0

    @property
    def numbers(self) -> int:
        """Cells that are numbers."""
        return sum(self.texts.values())


@lru_cache(maxsize=200_000)
def _look(text: str) -> tuple[str, bool, bool, str, bool] | None:
    """Return (core, fits a point, fits a comma, unit, is a bound) of one text, None where it is no number."""
    if len(text) > LONGEST_NUMBER:
        return None
    found = _CELL.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [found["sign"], found["sign2"], found["trail"]]
    if sum(s is not None for s in signs) + bool(found["open"]) > 1 or (found["bound"] and found["plus"]):
        return None
    core = found["core"]
    dot, comma = (_CORES[mark].fullmatch(core) is not None for mark in (".", ","))
    if not (dot or comma):
        return None
    if found["currency"] and found["unit"] and found["unit"] != found["currency"]:
        return None
    return core, dot, comma, found["currency"] or found["unit"] or "", bool(found["bound"] or found["plus"])


def survey_numbers(counts: Mapping[str, int]) -> NumberSurvey:
    """Look at the different texts of a column, missing codes already left aside."""
    survey = NumberSurvey()
    for text, rows in counts.items():
        survey.total += rows
        if _PLAIN.fullmatch(text):
            _note_plain(survey, text, rows)
            continue
        seen = _look(text)
        if seen is None:
            survey.odd[text] += rows
            if is_clock(text):
                survey.clocks[text] += rows
            continue
        core, dot, comma, unit, is_bound = seen
        survey.texts[text] += rows
        survey.units[unit] += rows
        if is_bound:
            survey.bounds += rows
            survey.bound_texts[text] += rows
        _note_marks(survey, core, rows, dot=dot, comma=comma)
    return survey


def _note_plain(survey: NumberSurvey, text: str, rows: int) -> None:
    survey.texts[text] += rows
    survey.plain += rows
    survey.units[""] += rows
    digits = text.lstrip("+-")
    if digits.isdigit():
        if len(digits) > 1 and digits[0] == "0":
            survey.leading_zeros += rows
        if text[0] == "+" and len(digits) >= 8:
            survey.international += rows
    _note_marks(survey, digits, rows, dot=True, comma=_CORES[","].fullmatch(digits) is not None)


def _note_marks(survey: NumberSurvey, core: str, rows: int, *, dot: bool, comma: bool) -> None:
    """Count what one cell says about the decimal mark."""
    mark = "." if "." in core else "," if "," in core else ""
    if dot and comma:
        if not mark:
            if core.isdigit():
                if len(core) > 3:
                    survey.large_whole += rows
                else:
                    survey.small_whole += rows
            elif any(c in core for c in SPACES + APOSTROPHES):
                survey.grouped += rows
            return
        survey.ambiguous += rows
        survey.ambiguous_mark = mark
        survey.ambiguous_example = survey.ambiguous_example or core
    elif dot:
        survey.dot += rows
    else:
        survey.comma += rows


def fits(text: str, decimal: DecimalMark) -> bool:
    """Return whether a text is a number under this decimal mark."""
    if _PLAIN.fullmatch(text):
        return decimal == "." or _CORES[","].fullmatch(text.lstrip("+-")) is not None
    seen = _look(text)
    return seen is not None and (seen[1] if decimal == "." else seen[2])


def unit_of(text: str) -> str:
    """Return the unit or currency of a number text, ``""`` where it has none."""
    seen = None if _PLAIN.fullmatch(text) else _look(text)
    return seen[3] if seen is not None else ""


def is_plain(text: str) -> bool:
    """Return whether the cast alone reads a text."""
    return _PLAIN.fullmatch(text) is not None


def read_both_ways(core: str) -> tuple[float, float]:
    """Return a number under a decimal point and under a decimal comma (``"1.234"`` -> 1.234 and 1234)."""
    bare = re.sub(f"[{SPACES}{APOSTROPHES}]", "", core)
    return float(bare.replace(",", "")), float(bare.replace(".", "").replace(",", "."))


def number_sql(rule: NumberRule, cell: str) -> str:
    """Return SQL that reads one trimmed VARCHAR expression as a DOUBLE; NULL where the rule does not fit.

    The digits reach the cast as text, so the value is the nearest double; a percent sign becomes an
    exponent for the same reason. Adding 0.0 turns -0 into 0.
    """
    if rule.clock is not None:
        return clock_sql(rule.clock, cell)
    if rule.plain:
        return f"try_cast({cell} as double) + 0.0"
    unit = re.escape(rule.unit) if rule.unit else ""
    around = rf"(?:{unit})?" if unit and rule.percent is None else ""
    bound = r"(?:[<>≤≥]=?\s*)?" if rule.bounds else ""
    pattern = (
        rf"{bound}\(?[{MINUS}+]?[\s\x{{a0}}]*{around}[\s\x{{a0}}]*[{MINUS}+]?[\s\x{{a0}}]*{_core(rule.decimal)}"
        rf"[{SPACES}\t]*{'%?' if rule.percent else around}[{MINUS}]?\)?{'[+]?' if rule.bounds else ''}"
    )
    bare = f"replace({cell}, {sql_text(rule.unit)}, '')" if rule.unit and rule.percent is None else cell
    digits = rf"(?:[0-9][0-9.,{APOSTROPHES}{SPACES}]*|[.,][0-9]+){EXPONENT}"
    thousands = "," if rule.decimal == "." else "."
    source = rule.decimal + MINUS[1:] + SPACES + APOSTROPHES + thousands
    number = f"translate(regexp_extract({bare}, {sql_text(digits)}), {sql_text(source)}, '.--')"
    sign = f"case when regexp_matches({bare}, {sql_text(rf'^[^0-9]*[{MINUS}(]|[{MINUS}][)]?$')}) then '-' else '' end"
    scale = f" || case when contains({cell}, '%') then 'e-2' else '' end" if rule.percent == "fraction" else ""
    return (
        f"case when regexp_full_match({cell}, {sql_text(pattern)}) "
        f"then try_cast({sign} || {number}{scale} as double) + 0.0 end"
    )
