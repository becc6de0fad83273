"""Column names: unique and trimmed, otherwise as found; and the units some of them carry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regression_analyzer.findings import Finding

_BRACKETS = re.compile(r"[\[(]\s*([^\[\]()]{1,12}?)\s*[\])]\s*$")
_LAST_WORD = re.compile(r"[\s_.,/-]([^\s_.,/-]{1,5})$")
_UNITS = frozenset(
    [
        "mm",
        "cm",
        "dm",
        "m",
        "km",
        "in",
        "inch",
        "ft",
        "yd",
        "mi",
        "mg",
        "g",
        "kg",
        "t",
        "lb",
        "lbs",
        "oz",
        "ml",
        "cl",
        "l",
        "hl",
        "s",
        "sec",
        "min",
        "h",
        "hr",
        "hrs",
        "ms",
        "kw",
        "kwh",
        "mw",
        "mwh",
        "gwh",
        "w",
        "wh",
        "v",
        "a",
        "hz",
        "khz",
        "mhz",
        "ghz",
        "pa",
        "kpa",
        "hpa",
        "bar",
        "psi",
        "k",
        "°c",
        "°f",
        "c°",
        "km/h",
        "mph",
        "m/s",
        "m2",
        "m²",
        "m3",
        "m³",
        "ha",
        "sqm",
        "sqft",
        "km2",
        "km²",
        "pct",
        "percent",
        "%",
        "‰",
        "$",
        "€",
        "£",
        "¥",
        "usd",
        "eur",
        "gbp",
        "chf",
        "jpy",
        "cny",
        "inr",
        "sek",
        "nok",
        "dkk",
        "pln",
        "czk",
        "cad",
        "aud",
        "nzd",
        "brl",
        "mxn",
        "zar",
        "ppm",
        "ppb",
        "bpm",
        "mmhg",
        "mg/l",
        "g/l",
        "µg/l",
        "mmol/l",
        "kj",
        "kcal",
        "cal",
        "j",
        "nm",
        "µm",
        "um",
        "days",
        "years",
        "months",
        "weeks",
        "hours",
        "minutes",
        "seconds",
        "mb",
        "gb",
        "kb",
        "tb",
    ]
)
_AFTER_UNDERSCORE = _UNITS - frozenset(["m", "in", "t", "l", "s", "h", "k", "v", "a", "w", "g", "j", "c°"]) | {"g"}


def unique_names(found: Sequence[str]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Give every column one name of its own.

    Only outer white space is removed. An empty name becomes ``column_3`` (its place, 1-based), the second
    ``score`` becomes ``score_2``.

    Returns
    -------
    names, findings
        In the order of `found`; one finding for each kind of renaming that was needed.
    """
    trimmed = [name.strip() for name in found]
    taken = {name for name in trimmed if name}
    used: set[str] = set()
    names: list[str] = []
    repeated: list[tuple[str, str]] = []
    empty: list[str] = []
    for place, name in enumerate(trimmed, start=1):
        if name and name not in used:
            unique = name
        else:
            unique = _free(name or f"column_{place}", taken | used, start=2 if name else 1)
            if name:
                repeated.append((name, unique))
            else:
                empty.append(unique)
        used.add(unique)
        names.append(unique)
    findings = []
    if repeated:
        findings.append(
            Finding(
                code="names_repeated",
                severity="attention",
                facts={"names": tuple(n for n, _ in repeated), "renamed": tuple(u for _, u in repeated)},
            )
        )
    if empty:
        findings.append(Finding(code="names_empty", severity="info", facts={"renamed": tuple(empty)}))
    return tuple(names), tuple(findings)


def _free(name: str, taken: set[str], *, start: int) -> str:
    """Return `name`, numbered from `start` (1: try it bare first) until it is free."""
    if start == 1 and name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def unit_in_name(name: str) -> str | None:
    """Return the unit a header ends with, or None (``"cm"`` for ``"height (cm)"``, ``"mm"`` for ``"bill_mm"``)."""
    bracketed = _BRACKETS.search(name)
    if bracketed is not None:
        return bracketed[1] if bracketed[1].casefold() in _UNITS else None
    last = _LAST_WORD.search(name)
    if last is None:
        return None
    known = _UNITS if last[0][0] in " ," else _AFTER_UNDERSCORE
    return last[1] if last[1].casefold() in known else None
