"""How intervals and p-values were made, in words, and what each way of making them says."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.fit.value import Coefficient, Inference, Reach
from regression_analyzer.report.blocks import Cell, Column, Grid
from regression_analyzer.report.effects import SIGNIFICANT
from regression_analyzer.report.numbers import count_of, fmt_interval, fmt_p_cell, fmt_pct, shorten

INTERVAL_WORDS = {
    "wald": "symmetric (Wald)",
    "profile": "profile likelihood",
    "profile-adjusted": "profile likelihood, corrected for the other coefficients (r*)",
}


def interval_words(inference: Inference) -> str:
    """Say that intervals and p-values come from the likelihood, and what that changes; "" where they do not."""
    if inference.intervals == "wald":
        return ""
    slopes = [row for row in inference.coefficients if row.predictor is not None and row.by_interval]
    changed = sum((row.p_value < SIGNIFICANT) != (row.by_interval["wald"].p_value < SIGNIFICANT) for row in slopes)
    verdicts = count_of(changed, "verdict") if changed else "no verdict"
    because = shorten(inference.intervals_because, 400).rstrip(".")
    return (
        f" Intervals and p-values are not made from these errors but from the likelihood "
        f"({INTERVAL_WORDS[inference.intervals]}), because {because}. An interval may reach further to one side. With "
        f"symmetric ones {verdicts} at 5% would be another."
    )


def ways_grid(rows: Sequence[Coefficient], level: float) -> Grid | None:
    """Return intervals and p-values by the ways of making them; None where only one was followed."""
    if not rows or not rows[0].by_interval:
        return None
    ways = tuple(rows[0].by_interval)
    return Grid(
        caption=f"{fmt_pct(level)} interval (p) under each way of making it",
        columns=(Column(title="Term"), *(Column(title=INTERVAL_WORDS[way], number=True) for way in ways)),
        rows=tuple((Cell(text=shorten(r.term, 48)), *(_cell(r.by_interval[way]) for way in ways)) for r in rows),
    )


def _cell(reach: Reach) -> Cell:
    return Cell(text=f"{fmt_interval(reach.ci_low, reach.ci_high)} ({fmt_p_cell(reach.p_value)})")
