"""What the parts of an analysis are called in a picture: plain text, with units, short enough to stand on an axis."""

from __future__ import annotations

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.text import plain, shorten

AXIS_LIMIT = 44
TITLE_LIMIT = 34


def column_label(analysis: Analysis, name: str, *, limit: int = AXIS_LIMIT) -> str:
    """Return a column's name with its unit in parentheses, where the file gave one that the name does not hold."""
    profile = analysis.profile.by_name.get(name)
    unit = plain(profile.unit) if profile is not None and profile.unit else ""
    if not unit or unit in name:
        return shorten(name, limit)
    return f"{shorten(name, limit)} ({shorten(unit, 12)})"


def unit_of(analysis: Analysis, name: str) -> str:
    """Return a column's unit with a space before it, or nothing."""
    profile = analysis.profile.by_name.get(name)
    return f" {shorten(profile.unit, 12)}" if profile is not None and profile.unit else ""


def target_label(analysis: Analysis, *, limit: int = AXIS_LIMIT) -> str:
    """Return what is explained, as written in the model: ``"charges ($)"``, ``"log(price)"``, ``"survived = yes"``."""
    design = analysis.design
    if design.family == "binomial":
        return f"{shorten(design.target, limit)} = {shorten('1' if design.event is None else design.event, 20)}"
    if plain(design.target_expression).strip("`") == plain(design.target):
        return column_label(analysis, design.target, limit=limit)
    return shorten(design.target_expression, limit)


def target_name(analysis: Analysis, *, limit: int = TITLE_LIMIT) -> str:
    """Return what is explained without its unit, for titles."""
    design = analysis.design
    written = plain(design.target_expression).strip("`") == plain(design.target)
    return (
        shorten(design.target, limit)
        if written and design.family != "binomial"
        else target_label(analysis, limit=limit)
    )


def rows_text(count: int) -> str:
    """Return a number of rows in words' size: ``"1 row"``, ``"1,338 rows"``."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
