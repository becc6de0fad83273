"""Which rows the model uses; in automatic mode, which predictors are too empty to be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regression_analyzer.design.draft import Draft, Written
from regression_analyzer.design.formula import Atom
from regression_analyzer.design.missing import Cause, Pattern, absent, count_patterns, undefined, without
from regression_analyzer.design.value import Counts
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision, Fact, Finding

FEWEST_COMPLETE = 0.5
"""Automatic mode gives up predictors with many missing values until this share of the rows is complete."""
SMALLEST_SHARE = 1e-26
"""Of the largest weight: the root of a smaller one is lost beside it in the arithmetic of the fit."""
FEW_ROWS_LEFT = 0.7
"""A finding is made when fewer of the table's rows than this are used."""


def used_rows(
    draft: Draft, written: Written, weights: str | None
) -> tuple[tuple[Cause, ...], tuple[Pattern, ...], Written]:
    """Find the rows that cannot be used; in automatic mode give up predictors that cost too many."""
    fixed = _causes(draft, [written.target, *([written.offset] if written.offset else [])])
    if weights is not None:
        fixed += _weight_causes(draft, weights)
    if written.counts is not None:
        fixed += _count_causes(draft, written, written.counts, weights)
    causes = tuple(dict.fromkeys(fixed + _causes(draft, written.atoms())))
    patterns = count_patterns(draft.table, causes)
    if draft.asked:
        return causes, patterns, written
    given_up = _too_empty(draft.table.n_rows, patterns, frozenset(range(len(fixed))))
    if not given_up:
        return causes, patterns, written
    missing = {causes[i].column: sum(p.rows for p in patterns if i in p.causes) for i in given_up}
    for name, rows in sorted(missing.items(), key=lambda item: -item[1]):
        share = rows / draft.table.n_rows
        draft.findings.append(
            Finding(
                code="predictor_too_empty",
                severity="attention",
                subject=name,
                facts={"missing": rows, "rows": draft.table.n_rows, "share": share},
            )
        )
        draft.decisions.append(
            Decision(
                id=f"predictor.{name}",
                what=f"Whether {name} is a predictor",
                chosen="left out",
                because=f"it is empty in {share:.0%} of the rows, and a row counts only if every predictor has a value",
                rejected=("used",),
            )
        )
    dropped = frozenset(i for i, cause in enumerate(causes) if cause.column in missing)
    keep = [i for i in range(len(causes)) if i not in dropped]
    renumbered = {old: new for new, old in enumerate(keep)}
    patterns = tuple(replace(p, causes=frozenset(renumbered[i] for i in p.causes)) for p in without(patterns, dropped))
    terms = tuple(t for t in written.terms if not any(atom.column in missing for atom in t))
    return tuple(causes[i] for i in keep), patterns, replace(written, terms=terms)


def _causes(draft: Draft, atoms: Sequence[Atom]) -> tuple[Cause, ...]:
    found: list[Cause] = []
    for atom in atoms:
        column = draft.column(atom.column)
        found.append(absent(column))
        domain = undefined(column, atom)
        if domain is not None:
            found.append(domain)
    return tuple(dict.fromkeys(found))


def _weight_causes(draft: Draft, weights: str) -> tuple[Cause, ...]:
    column = draft.column(weights)
    if column.kind != "number":
        raise UsageError(
            f'The weights "{weights}" are not numbers.', hint="Name a column of numbers.", code="weights_not_numbers"
        )
    negative = draft.table.sql(f"select count(*) from data where {column.sql} < 0")[0][0]
    if negative:
        rows = "1 row" if negative == 1 else f"{negative:,} rows"
        raise InputError(
            f'The weights "{weights}" are negative in {rows}.',
            hint="Correct them, or give these rows a weight of 0, which leaves them out.",
            code="negative_weights",
        )
    _need_comparable(draft, weights, column.sql)
    zero = Cause(
        column=weights,
        condition=f"coalesce({column.sql} = 0, false)",
        words=f"a weight of 0 in {weights}",
        missing=False,
    )
    return absent(column), zero


def _need_comparable(draft: Draft, weights: str, sql: str) -> None:
    """Refuse weights of which the smallest vanish beside the largest: their rows would count for nothing, silently."""
    least, most = draft.table.sql(f"select min({sql}), max({sql}) from data where {sql} > 0")[0]
    if isinstance(least, float) and isinstance(most, float) and most * SMALLEST_SHARE > least:
        raise InputError(
            f'The weights "{weights}" go from {least:.3g} to {most:.3g}: beside the largest, rows with the smallest '
            "vanish in rounding.",
            hint="Give the rows that are to count for nothing a weight of 0, or cut the largest weights.",
            code="weights_apart",
        )


def _count_causes(draft: Draft, written: Written, counts: Counts, weights: str | None) -> tuple[Cause, ...]:
    """Rows without trials cannot be used; impossible counts are refused."""
    if weights is not None:
        raise UsageError(
            f"{written.target_text()} brings its own weights, the numbers of trials.",
            hint="Leave out --weights.",
            code="weights_of_counts",
        )
    successes, other = draft.column(written.target.column), draft.column(counts.column)
    limit = f"{successes.sql} > {other.sql}" if counts.total else f"{other.sql} < 0"
    bad = draft.table.sql(f"select count(*) from data where {successes.sql} < 0 or {limit}")[0][0]
    if bad:
        raise InputError(
            f"{written.target_text()} has negative counts in {bad} rows.",
            hint="Give successes and failures, or successes and trials - successes.",
            code="negative_counts",
        )
    trials = other.sql if counts.total else f"{successes.sql} + {other.sql}"
    words = f"no trials in {written.target_text()}"
    none = Cause(column=other.name, condition=f"coalesce({trials} = 0, false)", words=words, missing=False)
    return absent(other), none


def _too_empty(n_rows: int, patterns: Sequence[Pattern], fixed: frozenset[int]) -> set[int]:
    """Causes (of predictors) to give up so that half of the rows that have a target are complete."""
    hopeless = sum(p.rows for p in patterns if p.causes & fixed)
    possible = n_rows - hopeless
    rest = [p for p in patterns if not p.causes & fixed]
    given_up: set[int] = set()
    while rest and possible - sum(p.rows for p in rest) < FEWEST_COMPLETE * possible:
        costs: dict[int, int] = {}
        for p in rest:
            for i in p.causes:
                costs[i] = costs.get(i, 0) + p.rows
        worst = max(costs, key=lambda i: (costs[i], -i))
        given_up.add(worst)
        rest = list(without(rest, frozenset({worst})))
    return given_up


def need_rows(draft: Draft, written: Written, causes: Sequence[Cause], patterns: Sequence[Pattern], n_obs: int) -> None:
    """Refuse a model without a usable row, and name the column that costs the most."""
    if n_obs > 0:
        return
    if draft.table.n_rows == 0:
        raise InputError("The table has no rows.", code="no_rows")
    costs = sorted(
        ((sum(p.rows for p in patterns if i in p.causes), cause) for i, cause in enumerate(causes)),
        key=lambda pair: -pair[0],
    )
    rows, worst = costs[0]
    raise InputError(
        f"No row has a usable value in every column of the model: {worst.words} in {rows:,} "
        f"of {draft.table.n_rows:,} rows.",
        hint=f'Leave "{worst.column}" out, or choose another target.'
        if worst.column == written.target.column
        else f'Leave "{worst.column}" out of the predictors.',
        code="no_complete_rows",
    )


def row_findings(draft: Draft, causes: Sequence[Cause], patterns: Sequence[Pattern], n_obs: int) -> None:
    """Record values that a transformation cannot take, and a large share of unused rows."""
    for i, cause in enumerate(causes):
        rows = sum(p.rows for p in patterns if i in p.causes)
        if rows and not cause.missing:
            facts: dict[str, Fact] = {"rows": rows, "words": cause.words, "n_rows": draft.table.n_rows}
            draft.findings.append(
                Finding(code="undefined_transform", severity="attention", subject=cause.column, facts=facts)
            )
    if n_obs < FEW_ROWS_LEFT * draft.table.n_rows:
        draft.findings.append(
            Finding(
                code="many_rows_left_out",
                severity="attention" if n_obs >= 0.3 * draft.table.n_rows else "problem",
                facts={"used": n_obs, "rows": draft.table.n_rows},
            )
        )
