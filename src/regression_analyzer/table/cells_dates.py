"""The finer choices for a column of dates: which shapes, and whether the day or the month comes first."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.table.choices import Choices
from regression_analyzer.table.context import FileContext
from regression_analyzer.table.dates import NUMERIC_ORDER, DateRule, DateSurvey, DayOrder, order_from_sequence

ORDERS: tuple[DayOrder, ...] = ("day_first", "month_first")


def decide_dates(
    name: str, survey: DateSurvey, in_order: Sequence[str | None], context: FileContext, choices: Choices
) -> DateRule:
    """Choose the rule for a column of dates."""
    shapes = tuple(shape for shape, _ in survey.shapes.most_common()) or ("iso",)
    if not any(shape in NUMERIC_ORDER for shape in shapes):
        return DateRule(shapes=shapes)
    decision_id = f"column.{name}.date_order"
    asked = choices.override(decision_id, ORDERS)
    order, because, sure = _order(survey, in_order, context)
    if asked is not None:
        order, sure = ("day_first" if asked == "day_first" else "month_first"), True
    other: DayOrder = "month_first" if order == "day_first" else "day_first"
    choices.record(decision_id, f"Order of day and month in {name}", order, because, [other])
    if not sure:
        choices.find(
            "date_order_ambiguous",
            "attention",
            name,
            example=survey.example,
            chosen=order,
            because=because,
            cells=survey.either,
            decision=decision_id,
            other=other,
        )
    return DateRule(shapes=shapes, order=order)


def _order(survey: DateSurvey, in_order: Sequence[str | None], context: FileContext) -> tuple[DayOrder, str, bool]:
    """Return the order, its evidence, and whether the evidence settles it."""
    if survey.day_first or survey.month_first:
        first: DayOrder = "day_first" if survey.day_first >= survey.month_first else "month_first"
        agree = max(survey.day_first, survey.month_first)
        against = min(survey.day_first, survey.month_first)
        because = f"{agree:,} cells looked at can only be read so"
        return first, because + (f" and {against:,} only the other way" if against else ""), True
    if not survey.either:
        return "day_first", "day and month are equal in every cell", True
    run = order_from_sequence(in_order)
    if run is not None:
        return run[0], run[1], True
    if context.order is not None:
        return context.order, "another column of dates in the file can only be read so", True
    if survey.dotted == survey.either:
        return "day_first", "dates with points are written with the day first", True
    if context.decimal == "," or context.delimiter == ";":
        return "day_first", "the file is written with decimal commas or semicolons, as where the day comes first", False
    return "month_first", "no cell has a day above 12; month first is the most common convention here", False
