"""The words for what was found while cells became numbers, dates and words."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import fmt, fmt_int, fmt_pct, listing, shorten
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.facts import number, whole
from regression_analyzer.report.wording.sources import BROMAN, MISSING

LINES_SHOWN = 10
_ORDER = {"day_first": "day first", "month_first": "month first"}
HELSEL = "Helsel (2012), Statistics for Censored Environmental Data, doi:10.1002/9781118162729"
IEEE = "IEEE 754-2019, doi:10.1109/IEEESTD.2019.8766229"
ISO_8601 = "ISO 8601-1:2019"
FISHER = "Fisher (1993), Statistical Analysis of Circular Data, doi:10.1017/CBO9780511564345"


def _text(finding: Finding, key: str) -> str:
    return str(finding.facts.get(key) or "")


def _texts(finding: Finding, key: str) -> list[str]:
    value = finding.facts.get(key)
    return [shorten(str(item), 30) for item in value] if isinstance(value, tuple) else []


def _quoted(texts: list[str], kinds: int) -> str:
    shown = [f"“{text}”" for text in texts]
    more = kinds - len(shown)
    return ", ".join(shown) + (f" and {fmt_int(more)} more" if more > 0 else "")


def _cells(n: int) -> str:
    return "1 cell" if n == 1 else f"{fmt_int(n)} cells"


def _cells_that(n: int, one: str, many: str) -> str:
    return f"{_cells(n)} {one if n == 1 else many}"


def _lines(finding: Finding, total: int | None = None) -> str:
    """Return ``"line 8"`` or ``"lines 8, 9 and 3 more"``; ``""`` where none is known."""
    value = finding.facts.get("lines")
    lines = [number(item) for item in value] if isinstance(value, tuple) else []
    if not lines:
        return ""
    shown = [fmt_int(int(line)) for line in lines[:LINES_SHOWN]]
    rest = (total if total is not None else len(lines)) - len(shown)
    if len(shown) == 1 and rest <= 0:
        return f"line {shown[0]}"
    return f"lines {', '.join(shown)}" + (f" and {fmt_int(rest)} more" if rest > 0 else "")


def _override(finding: Finding, value: str) -> str:
    return f"--override '{_text(finding, 'decision')}={value}'"


def _name(finding: Finding) -> str:
    return shorten(finding.subject, 60)


def _names_repeated(finding: Finding) -> Words:
    pairs = zip(_texts(finding, "names"), _texts(finding, "renamed"), strict=True)
    return Words(
        evidence=f"Several columns share a name: {listing([f'a further {a} is now {b}' for a, b in pairs])}.",
        advice="All were kept. Give each column a name of its own in the file to choose the names.",
    )


def _names_empty(finding: Finding) -> Words:
    return Words(
        evidence=f"Columns without a name were called {listing(_texts(finding, 'renamed'))}.",
        advice="They were kept; name them in the file if they matter.",
    )


def _missing_codes(finding: Finding) -> Words:
    cells = whole(finding.facts.get("cells"))
    which = _cells_that(cells, "holds", "hold")
    return Words(
        evidence=(
            f"{_name(finding)}: {which} {_quoted(_texts(finding, 'texts'), whole(finding.facts.get('kinds')))} "
            f"({_lines(finding, cells)})."
        ),
        advice="Read as missing."
        + (
            f" To keep them as a category: {_override(finding, 'keep')}." if finding.facts.get("kind") == "text" else ""
        ),
    )


def _odd_cells(finding: Finding) -> Words:
    cells = whole(finding.facts.get("cells"))
    kind = {"number": "a number", "date": "a date"}.get(_text(finding, "kind"), "readable")
    return Words(
        evidence=(
            f"{_name(finding)}: {_cells(cells)} could not be read as {kind}: "
            f"{_quoted(_texts(finding, 'texts'), whole(finding.facts.get('kinds')))} ({_lines(finding, cells)})."
        ),
        advice=(
            f"Counted as missing. Correct them in the file, or read the column as text: {_override(finding, 'text')}."
        ),
    )


def _sentinel(finding: Finding) -> Words:
    values = finding.facts.get("values")
    shown = [fmt(number(v), 7) for v in values] if isinstance(values, tuple) else []
    cells = whole(finding.facts.get("cells"))
    low, high = finding.facts.get("low"), finding.facts.get("high")
    between = "" if low is None else f", while all other values lie between {fmt(number(low))} and {fmt(number(high))}"
    which = _cells_that(cells, "holds", "hold")
    before, after = finding.facts.get("mean_before"), finding.facts.get("mean_after")
    done = "" if after is None else f" The average was {fmt(number(before))} with it and is {fmt(number(after))} now."
    return Words(
        evidence=f"{_name(finding)}: {which} {' or '.join(shown)} ({_lines(finding, cells)}){between}.",
        advice=(
            f"Taken for a code that means “no value” and read as missing.{done} If it is real: "
            f"{_override(finding, 'keep')}."
        ),
    )


def _infinite(finding: Finding) -> Words:
    cells = whole(finding.facts.get("cells"))
    which = _cells_that(cells, "is", "are")
    return Words(
        evidence=f"{_name(finding)}: {which} infinite or too large a number ({_lines(finding, cells)}).",
        advice="Counted as missing. Check where they come from: often a division by zero.",
    )


def _percent(finding: Finding) -> Words:
    fraction = finding.facts.get("chosen") == "fraction"
    bare = whole(finding.facts.get("bare"))
    mixed = f" {_cells_that(bare, 'has', 'have')} no percent sign and stay as written." if bare else ""
    return Words(
        evidence=f"{_name(finding)} is written in percent (such as {_text(finding, 'example')}).{mixed}",
        advice=(
            f"100% is read as 1, so 12.5% is 0.125. To keep 12.5: {_override(finding, 'percent')}."
            if fraction
            else "12.5% is read as 12.5."
        ),
    )


def _clock(finding: Finding) -> Words:
    unit = _text(finding, "unit")
    other = "minutes" if unit == "hours" else "hours"
    change = "" if finding.facts.get("sure") else f" If they begin with {other}: {_override(finding, other)}."
    return Words(
        evidence=f"{_name(finding)} holds times or durations (such as {_text(finding, 'example')}), read as {unit}.",
        advice=f"A time of day runs in a circle: a straight line cannot join 23:59 and 0:00.{change}",
    )


def _bounds(finding: Finding) -> Words:
    cells = whole(finding.facts.get("cells"))
    kept = finding.facts.get("chosen") == "bound"
    done = "They enter as the limit itself, which makes the spread too small" if kept else "They are counted as missing"
    which = _cells_that(cells, "gives", "give")
    return Words(
        evidence=f"{_name(finding)}: {which} only a limit: {listing(_texts(finding, 'examples'))}.",
        advice=f"{done}. The other choice: {_override(finding, 'missing' if kept else 'bound')}.",
    )


def _decimal(finding: Finding) -> Words:
    facts = finding.facts
    mark = {".": "point", ",": "comma"}[str(facts.get("chosen"))]
    return Words(
        evidence=(
            f"{_name(finding)}: {_text(finding, 'example')} can be {fmt(number(facts.get('reading')), 10)} or "
            f"{fmt(number(facts.get('other_reading')), 10)}; no cell settles it."
        ),
        advice=(
            f"Read with a decimal {mark}, because {_text(finding, 'because')}. "
            f"The other reading: {_override(finding, _text(finding, 'other'))}."
        ),
    )


def _date_order(finding: Finding) -> Words:
    chosen, other = _ORDER[_text(finding, "chosen")], _ORDER[_text(finding, "other")]
    return Words(
        evidence=f"{_name(finding)}: dates such as {_text(finding, 'example')} can be read {chosen} or {other}.",
        advice=(
            f"Read with the {chosen}: {_text(finding, 'because')}. "
            f"Otherwise: {_override(finding, _text(finding, 'other'))}."
        ),
    )


def _serial(finding: Finding) -> Words:
    low, high = whole(finding.facts.get("minimum")), whole(finding.facts.get("maximum"))
    return Words(
        evidence=f"{_name(finding)} holds whole numbers from {fmt_int(low)} to {fmt_int(high)}, as dates are stored.",
        advice="Used as numbers: one unit is one day if they are dates.",
    )


def _leading_zeros(finding: Finding) -> Words:
    which = _cells_that(whole(finding.facts.get("cells")), "begins", "begin")
    return Words(
        evidence=f"{_name(finding)}: {which} with a zero, as codes do.",
        advice=f"Kept as text. To read numbers: --override 'column.{finding.subject}.type=number'.",
    )


def _mixed_units(finding: Finding) -> Words:
    return Words(
        evidence=f"{_name(finding)}: the numbers carry different units ({listing(_texts(finding, 'units'))}).",
        advice="Kept as text, because they cannot be compared. Convert them to one unit in the file.",
    )


def _mostly_numbers(finding: Finding) -> Words:
    numbers, cells = whole(finding.facts.get("numbers")), whole(finding.facts.get("cells"))
    return Words(
        evidence=(
            f"{_name(finding)}: {fmt_pct(numbers / max(cells, 1))} of the cells are numbers, the others are words "
            f"such as {listing(_texts(finding, 'examples'))}."
        ),
        advice=(
            "Read as text: every different cell is a category. To read numbers and count the words as missing: "
            f"--override 'column.{finding.subject}.type=number'."
        ),
    )


def _look_alike(finding: Finding) -> Words:
    rows = finding.facts.get("rows")
    counts = [fmt_int(whole(n)) for n in rows] if isinstance(rows, tuple) else []
    pairs = zip(_texts(finding, "levels"), counts, strict=False)
    return Words(
        evidence=f"{_name(finding)}: categories differ only in case or blanks: "
        f"{listing([f'“{level}” ({n})' for level, n in pairs])}.",
        advice="Kept apart. If they are the same, give them one spelling in the file.",
    )


def _not_possible(finding: Finding) -> Words:
    return Words(
        evidence=f"{_name(finding)} could not be read as asked: {_text(finding, 'reason')}.",
        advice=f"Read as text; {_text(finding, 'decision')} has no effect.",
    )


def _duplicates(finding: Finding) -> Words:
    facts = finding.facts
    copies, rows = whole(facts.get("copies")), whole(facts.get("rows"))
    keys = _texts(finding, "apart_from")
    apart = f" apart from {listing(keys)}" if keys else ""
    kind = "a copy" if keys else "an exact copy", "copies" if keys else "exact copies"
    if facts.get("natural"):
        advice = "All rows were kept: with so few different values in the columns, equal rows come about by themselves."
    elif finding.severity == "info":
        advice = "All rows were kept. Few copies change little; identical cases can be real."
    else:
        advice = (
            "All rows were kept. If the copies are a mistake, remove them: without them standard errors would be about "
            f"{fmt(number(facts.get('errors_factor')), 3)} times as large, and rows tried as unseen would be unseen."
        )
    return Words(
        evidence=(
            f"{fmt_int(copies)} of {fmt_int(rows)} rows {f'is {kind[0]}' if copies == 1 else f'are {kind[1]}'} "
            f"of an earlier row{apart} ({_lines(finding, copies)})."
        ),
        advice=advice,
        reference=BROMAN,
    )


def _not_compared(finding: Finding) -> Words:
    limit = fmt_int(whole(finding.facts.get("limit")))
    return Words(
        evidence=f"Rows were not compared with each other: there are {fmt_int(whole(finding.facts.get('rows')))}.",
        advice=f"Copies of rows are looked for up to {limit} rows.",
    )


WORDING: Wording = with_references(
    {
        "names_repeated": _names_repeated,
        "names_empty": _names_empty,
        "missing_codes": _missing_codes,
        "odd_cells": _odd_cells,
        "sentinel_missing": _sentinel,
        "infinite_numbers": _infinite,
        "clock_read": _clock,
        "percent_read": _percent,
        "bounds_read": _bounds,
        "decimal_ambiguous": _decimal,
        "date_order_ambiguous": _date_order,
        "maybe_serial_dates": _serial,
        "leading_zeros_kept": _leading_zeros,
        "mixed_units": _mixed_units,
        "mostly_numbers": _mostly_numbers,
        "look_alike_levels": _look_alike,
        "override_not_possible": _not_possible,
        "duplicate_rows": _duplicates,
        "duplicate_rows_not_checked": _not_compared,
    },
    {
        "missing_codes": MISSING,
        "odd_cells": MISSING,
        "sentinel_missing": MISSING,
        "bounds_read": HELSEL,
        "infinite_numbers": IEEE,
        "date_order_ambiguous": ISO_8601,
        "maybe_serial_dates": ISO_8601,
        "clock_read": FISHER,
    },
    otherwise=BROMAN,
)
