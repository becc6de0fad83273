"""Whether the rows that lack a predictor's value differ in the target from the rows that are used."""

from __future__ import annotations

import math

from scipy.special import stdtr

from regression_analyzer.design.draft import Draft
from regression_analyzer.design.missing import Cause, Pattern, usable
from regression_analyzer.design.value import Categorical, Factor
from regression_analyzer.findings import Finding
from regression_analyzer.table.workspace import sql_text

FEWEST = 10
"""Rows in either group below which nothing is compared."""
SMALL = 0.2
"""Difference, in standard deviations of the target, that counts as more than small (Cohen 1988)."""
CERTAIN = 0.01


def compare_left_out(draft: Draft, target: Factor, causes: tuple[Cause, ...], patterns: tuple[Pattern, ...]) -> None:
    """Record a finding where rows left out for a missing predictor have other values of the target.

    Welch's test of equal means of the two groups, with its own degrees of freedom; the finding is made by size
    first (at least a fifth of a standard deviation), then by the test. Says nothing of rows without a target.

    Sources: Welch (1947), doi:10.1093/biomet/34.1-2.28; Little and Rubin (2019), doi:10.1002/9781119482260.
    """
    column = draft.column(target.column)
    own = tuple(cause for cause in causes if cause.column == column.name)
    others = tuple(cause for cause in causes if cause.column != column.name and cause.missing)
    if not others:
        return
    value = column.sql
    if isinstance(target, Categorical):
        value = f"(case when {column.sql} = {sql_text(target.levels[-1])} then 1.0 else 0.0 end)::double"
    present = usable(own)
    found = draft.table.sql(
        f"select max(abs({value})), count(*) filter (not ({usable(others)})), bool_and({value} in (0, 1)) "
        f"from data where ({present})"
    )
    largest, rows, share = found[0]
    if not isinstance(largest, float | int) or not largest or int(str(rows)) < FEWEST:
        return
    scale = float(largest)
    groups = {
        bool(complete): (int(str(n)), float(str(mean)), float(str(spread or 0.0)))
        for complete, n, mean, spread in draft.table.sql(
            f"select {usable(others)} as complete, count(*), avg(v), stddev_samp(v) from "
            f"(select *, {value} / {scale!r} as v from data where {present}) where abs(v) < 1e100 group by complete"
        )
    }
    if len(groups) < 2 or min(n for n, _, _ in groups.values()) < FEWEST:
        return
    (n_used, mean_used, sd_used), (n_out, mean_out, sd_out) = groups[True], groups[False]
    size = (mean_out - mean_used) / sd_used if sd_used else math.inf
    p_value = _welch(mean_out - mean_used, sd_used**2 / n_used, n_used, sd_out**2 / n_out, n_out)
    if abs(size) < SMALL or p_value > CERTAIN:
        return
    without_target = frozenset(i for i, cause in enumerate(causes) if cause in own)
    with_target = [pattern for pattern in patterns if not pattern.causes & without_target]
    worst = max(others, key=lambda cause: sum(p.rows for p in with_target if causes.index(cause) in p.causes))
    draft.findings.append(
        Finding(
            code="left_out_rows_differ",
            severity="attention",
            subject=worst.column,
            facts={
                "target": column.name,
                "rows": n_out,
                "mean_left_out": mean_out * scale,
                "mean_used": mean_used * scale,
                "size": size,
                "p_value": p_value,
                "share": bool(share),
                "event": target.levels[-1] if isinstance(target, Categorical) else "1" if share else None,
            },
        )
    )


def _welch(difference: float, square: float, n: int, other_square: float, other_n: int) -> float:
    """Return the two-sided p of equal means, given both squared standard errors."""
    total = square + other_square
    if total == 0:
        return 0.0 if difference else 1.0
    df = total**2 / (square**2 / (n - 1) + other_square**2 / (other_n - 1))
    return float(2.0 * stdtr(df, -abs(difference) / math.sqrt(total)))
