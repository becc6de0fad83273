"""The finer choices for a column of numbers: decimal mark, unit, percent, bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from regression_analyzer.table.choices import Choices
from regression_analyzer.table.context import FileContext
from regression_analyzer.table.numbers import (
    CURRENCY_SYMBOLS,
    CURRENCY_WORDS,
    DecimalMark,
    NumberRule,
    NumberSurvey,
    fits,
    is_plain,
    read_both_ways,
    unit_of,
)

FEW_NUMBERS = 12
FEWEST_MEASURED = 3
MAIN_UNIT = 0.85
CODE_SHARE = 0.01
MOST_BOUNDS = 0.5
RARE_EXAMPLES = 5


def why_no_number(name: str, codes: Mapping[str, int], survey: NumberSurvey, choices: Choices) -> str | None:
    """Return why a column whose cells look like numbers is better read as text, None where it is not."""
    total = survey.numbers
    if survey.leading_zeros:
        lengths = {len(text) for text in survey.texts}
        if survey.leading_zeros >= CODE_SHARE * total or len(lengths) == 1:
            choices.find("leading_zeros_kept", "info", name, cells=survey.leading_zeros)
            return f"{survey.leading_zeros:,} of {total:,} cells looked at begin with 0, as codes do"
    if survey.international and survey.international >= MAIN_UNIT * total:
        return "the cells look like telephone numbers"
    exact = [t for t in survey.texts if t not in survey.bound_texts]
    if survey.bounds > MOST_BOUNDS * total or (survey.bounds and len(exact) < FEWEST_MEASURED):
        return "most cells are classes such as <10, not measurements"
    if any(t.endswith("+") for t in survey.texts) and any(t.endswith("-") for t in survey.texts):
        return "cells such as 2+ and 2- are marks, not numbers"
    if len(exact) <= FEW_NUMBERS and _is_a_level(survey):
        return "beside a few numbers there are words that recur like levels"
    if len(exact) < FEWEST_MEASURED and any(c.casefold() in {"none", "nil"} for c in codes):
        return "a few numbers and the word none look like levels"
    return _unit_trouble(name, survey, choices)


def _is_a_level(survey: NumberSurvey) -> bool:
    """Return whether an unreadable or bounded text recurs about as often as the numbers do."""
    least = min((n for t, n in survey.texts.items() if t not in survey.bound_texts), default=0)
    recurring = [n for n in (*survey.odd.values(), *survey.bound_texts.values()) if n >= max(2, least)]
    return bool(recurring) and max(recurring) >= 0.02 * survey.total


def is_currency(unit: str) -> bool:
    """Return whether a unit is a currency."""
    return unit in CURRENCY_WORDS or unit in CURRENCY_SYMBOLS


def _units(survey: NumberSurvey) -> Counter[str]:
    return Counter({unit: n for unit, n in survey.units.items() if unit})


def _unit_trouble(name: str, survey: NumberSurvey, choices: Choices) -> str | None:
    units = _units(survey)
    if not units:
        return None
    main, cells = units.most_common(1)[0]
    if cells < MAIN_UNIT * sum(units.values()):
        listed = tuple(u for u, _ in units.most_common(RARE_EXAMPLES))
        choices.find(
            "mixed_units", "attention", name, units=listed, cells=tuple(units[u] for u in listed), kinds=len(units)
        )
        return f"the cells have different units ({', '.join(listed)})"
    if not is_currency(main) and main != "%" and len(survey.texts) < FEWEST_MEASURED:
        return f"a few texts that end in {main} look like levels"
    return None


def decide_numbers(name: str, survey: NumberSurvey, context: FileContext, choices: Choices) -> tuple[NumberRule, int]:
    """Choose how the numbers of one column are read.

    Returns
    -------
    rule, misfits
        The number of cells looked at that are no number under this rule.
    """
    decimal = _decimal(name, survey, context, choices)
    units = _units(survey)
    unit = units.most_common(1)[0][0] if units else None
    percent = _percent(name, unit, survey, choices)
    bounds = _bounds(name, survey, choices)
    readable = 0
    plain = decimal == "." and not any("_" in text for text in survey.odd)
    for text, rows in survey.texts.items():
        if not bounds and text in survey.bound_texts:
            continue
        if is_plain(text) and (decimal == "." or fits(text, decimal)):
            readable += rows
        elif fits(text, decimal) and unit_of(text) in {"", unit}:
            plain = False
            readable += rows
    rule = NumberRule(decimal=decimal, plain=plain, unit=unit, percent=percent, bounds=bounds)
    return rule, survey.total - readable


def _percent(
    name: str, unit: str | None, survey: NumberSurvey, choices: Choices
) -> Literal["fraction", "percent"] | None:
    decision_id = f"column.{name}.percent"
    asked = choices.override(decision_id, ("fraction", "percent"))
    if unit != "%":
        return None
    chosen: Literal["fraction", "percent"] = "percent" if asked == "percent" else "fraction"
    bare = survey.units[""]
    choices.record(
        decision_id,
        f"Percent signs in {name}",
        chosen,
        "12.5% is the number 0.125",
        ["percent" if chosen == "fraction" else "fraction"],
    )
    example = next((t for t in survey.texts if unit_of(t) == "%"), "")
    choices.find(
        "percent_read", "attention" if bare else "info", name, chosen=chosen, example=example, bare=bare,
        decision=decision_id,
    )  # fmt: skip
    return chosen


def _bounds(name: str, survey: NumberSurvey, choices: Choices) -> bool:
    decision_id = f"column.{name}.censored"
    asked = choices.override(decision_id, ("bound", "missing"))
    if not survey.bounds:
        return False
    chosen = asked or "bound"
    choices.record(
        decision_id,
        f"Bounds such as < and > in {name}",
        chosen,
        "a value below a limit says more than no value",
        ["missing" if chosen == "bound" else "bound"],
    )
    examples = tuple(t for t, _ in survey.bound_texts.most_common(RARE_EXAMPLES))
    choices.find(
        "bounds_read", "attention", name, cells=survey.bounds, examples=examples, chosen=chosen, decision=decision_id
    )
    return chosen == "bound"


def _decimal(name: str, survey: NumberSurvey, context: FileContext, choices: Choices) -> DecimalMark:
    decision_id = f"column.{name}.decimal"
    asked = choices.override(decision_id, (".", ","))
    marked = survey.dot + survey.comma + survey.ambiguous
    decimal, because, sure = _decimal_evidence(survey, context)
    if asked is not None:
        decimal, sure = ("," if asked == "," else "."), True
    other: DecimalMark = "," if decimal == "." else "."
    if asked is not None or (marked and (survey.comma or survey.ambiguous or decimal == ",")):
        choices.record(decision_id, f"Decimal mark of {name}", decimal, because, [other])
    if survey.ambiguous and not sure:
        point, comma = read_both_ways(survey.ambiguous_example)
        choices.find(
            "decimal_ambiguous",
            "info" if decimal == survey.ambiguous_mark == "." and context.delimiter == "," else "attention",
            name,
            example=survey.ambiguous_example,
            chosen=decimal,
            reading=point if decimal == "." else comma,
            other_reading=comma if decimal == "." else point,
            because=because,
            decision=decision_id,
            other=other,
        )
    return decimal


def _decimal_evidence(survey: NumberSurvey, context: FileContext) -> tuple[DecimalMark, str, bool]:
    """Return the decimal mark, its evidence, and whether the evidence settles it."""
    if context.decimal_fixed and context.decimal is not None:
        return context.decimal, context.decimal_because, True
    if survey.dot != survey.comma:
        mark: DecimalMark = "." if survey.dot > survey.comma else ","
        return mark, f"{max(survey.dot, survey.comma):,} cells looked at can only be read so", True
    if not survey.ambiguous:
        return context.decimal or ".", context.decimal_because or "no cell has a mark", True
    if context.decimal is not None:
        return context.decimal, context.decimal_because, True
    as_decimal: DecimalMark = "," if survey.ambiguous_mark == "," else "."
    as_thousands: DecimalMark = "." if as_decimal == "," else ","
    if survey.large_whole:
        return (
            as_decimal,
            f"{survey.large_whole:,} whole numbers from 1000 on are written without thousands marks",
            True,
        )
    if survey.small_whole:
        reason = "whole numbers below 1000 have no mark and all others have exactly three digits after it"
        return as_thousands, reason, False
    if context.delimiter == ";":
        return ",", "the cells are separated by semicolons, as where the comma is the decimal mark", False
    return ".", "a decimal point is the most common convention, and nothing in the file speaks against it", False
