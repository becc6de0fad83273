"""Events: what a yes/no, share or count target tells by, more than by its rows."""

from __future__ import annotations

from dataclasses import dataclass

from regression_analyzer.design.draft import Draft, Written
from regression_analyzer.design.family import FamilyChoice
from regression_analyzer.design.value import Categorical, Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """How many there are, and what they are in words (``'rows with "yes"'``)."""

    count: int
    words: str


def count_events(
    draft: Draft, written: Written, factor: Factor, choice: FamilyChoice, condition: str, *, weights: str | None
) -> Events | None:
    """Count the rarer of two outcomes, the rarer of successes and failures, or rows with a count above 0.

    Parameters
    ----------
    factor : of the target
    condition : SQL, of the rows used
    weights : column of prior weights; numbers of trials where the target holds shares

    Returns
    -------
    None for families that have no events.
    """
    column = draft.column(written.target.column)
    if choice.family in {"poisson", "negative-binomial"}:
        rows = draft.table.sql(f"select count(*) from data where ({condition}) and {column.sql} > 0")[0][0]
        return Events(count=int(str(rows)), words="rows with a count above 0")
    if choice.family != "binomial":
        return None
    if isinstance(factor, Categorical):
        events = sum(c.rows for c in choice.levels if c.level == choice.event)
        sides = ((events, choice.event or ""), (sum(c.rows for c in choice.levels) - events, factor.reference))
        count, level = min(sides)
        return Events(count=count, words=f'rows with "{level}"')
    if written.counts is not None:
        other = draft.column(written.counts.column).sql
        failures = f"{other} - {column.sql}" if written.counts.total else other
        return _rarer(draft, (column.sql, failures), condition, ("successes", "failures"))
    shares = f"{column.sql} not in (0, 1)"
    if weights is not None and draft.table.sql(f"select count(*) from data where ({condition}) and {shares}")[0][0]:
        trials = draft.column(weights).sql
        both = (f"{trials} * {column.sql}", f"{trials} * (1 - {column.sql})")
        return _rarer(draft, both, condition, ("successes", "failures"))
    both = (column.sql, f"1 - {column.sql}")
    return _rarer(draft, both, condition, ('rows with "1"', 'rows with "0"'))


def _rarer(draft: Draft, sides: tuple[str, str], condition: str, words: tuple[str, str]) -> Events:
    sums = ", ".join(f"sum({side})" for side in sides)
    found = draft.table.sql(f"select {sums} from data where {condition}")[0]
    return min(
        (Events(count=round(float(str(total))), words=word) for total, word in zip(found, words, strict=True)),
        key=lambda events: events.count,
    )
