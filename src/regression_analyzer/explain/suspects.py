"""What suspect columns do to the share explained: with those left out, and without those used."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError
from regression_analyzer.findings import Fact, Finding, Skipped
from regression_analyzer.fit import fit_model
from regression_analyzer.fit.value import Fit, Inference, TermTest
from regression_analyzer.profile import Profile
from regression_analyzer.table.value import Table

USED = frozenset({"near_target", "known_afterwards", "leakage"})
"""Findings about columns that may give the target away."""
MOST_CELLS = {True: 20_000_000, False: 4_000_000}
"""Rows times columns up to which a second model is fitted: least squares (True), or others, which take many steps."""
TOO_LARGE = "a second model of so many rows and columns was not fitted"
NO_SECOND = "no second model could be fitted"
HARMLESS = 0.005
"""A column of suspicious name whose absence takes at most this share away is worth a note, no more."""


def with_and_without(
    findings: tuple[Finding, ...],
    table: Table,
    profile: Profile,
    design: Design,
    *,
    fit: Fit,
    inference: Inference,
    overrides: Mapping[str, str],
) -> tuple[Finding, ...]:
    """Give findings about suspect columns the share of the variation explained with and without them.

    Parameters
    ----------
    findings : of the profile; others are returned as they are
    overrides : of the analysis; a second model keeps to how columns enter

    Notes
    -----
    Without a column that is used: from its type II test, no row is read again. Least squares:
    ``R^2 - SS / TSS``; other families: the share of the deviance, ``1 - (D + LR) / D_0``. Where there is no such
    test (outcomes are separated), and with columns that were left out: a second fit of the same kind, where the
    table is not large; else the finding says why there is no comparison.
    """
    explained = _explained(fit)
    if explained is None:
        return findings
    out = [f.subject for f in findings if f.code == "leakage" and not f.facts["used"]]
    roles = {name: value for name, value in overrides.items() if name.startswith("role.")}
    together = _second(table, profile, design, (*design.predictors, *out), roles) if out else NO_SECOND
    told = []
    for f in findings:
        facts: Mapping[str, Fact] = {}
        if f.code == "leakage" and not f.facts["used"]:
            facts = _compared(design, together, explained_without=explained)
        elif f.code in USED and f.subject in design.predictors:
            without: _Second | float | str | None = _without_column(fit, design, inference.term_tests, f.subject)
            if without is None:
                fewer = tuple(name for name in design.predictors if name != f.subject)
                without = _second(table, profile, design, fewer, roles) if fewer else 0.0
            facts = _compared(design, without, explained_with=explained)
        told.append(_graded(replace(f, facts={**f.facts, **facts})))
    return tuple(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Second:
    """What a second model explains, of how many rows."""

    explained: float
    rows: int


def _compared(design: Design, second: _Second | float | str, **own: float) -> Mapping[str, Fact]:
    """Facts of a comparison; ``rows_compared`` where the second model has other rows; or why there is none."""
    if isinstance(second, str):
        return {"not_compared": second}
    other = "explained_with" if "explained_without" in own else "explained_without"
    if isinstance(second, float):
        return {**own, other: second}
    rows: Mapping[str, Fact] = {} if second.rows == design.n_obs else {"rows_compared": second.rows}
    return {**own, other: second.explained, **rows}


def _graded(f: Finding) -> Finding:
    """A name alone is no reason for attention where the column hardly matters."""
    with_it, without = f.facts.get("explained_with"), f.facts.get("explained_without")
    if f.code != "known_afterwards" or not isinstance(with_it, float) or not isinstance(without, float):
        return f
    return replace(f, severity="info") if with_it - without <= HARMLESS else f


def _explained(fit: Fit) -> float | None:
    """R-squared, or the share of the deviance; None where there is none to speak of."""
    if fit.family == "gaussian":
        return None if fit.r_squared is None or not math.isfinite(fit.r_squared) else float(fit.r_squared)
    if not fit.converged or not 0.0 < fit.null_deviance < math.inf:
        return None
    return 1.0 - fit.deviance / fit.null_deviance


def _without_column(fit: Fit, design: Design, terms: Sequence[TermTest], column: str) -> float | None:
    """The share explained without a column; None where it enters in more than one term or its test was skipped."""
    own = [term.name for term in design.terms if any(factor.column == column for factor in term.factors)]
    test = next((t.type_two for t in terms if own == [t.term]), None)
    if test is None or isinstance(test, Skipped):
        return None
    if test.sum_of_squares is not None:
        return max(0.0, 1.0 - (fit.rss + test.sum_of_squares) / fit.tss) if fit.tss > 0.0 else None
    phi = fit.pearson_dispersion if design.dispersion_estimated else 1.0
    return max(0.0, 1.0 - (fit.deviance + test.statistic * phi) / fit.null_deviance)


def _second(
    table: Table, profile: Profile, design: Design, predictors: Sequence[str], roles: Mapping[str, str]
) -> _Second | str:
    """Fit the same kind of model with other predictors; a reason where that is not done."""
    linear = design.family == "gaussian"
    columns = len(design.columns) + max(len(predictors) - len(design.predictors), 0)
    if design.n_obs * columns > MOST_CELLS[linear]:
        return TOO_LARGE
    asked = {**roles, "link": design.link, "estimator": "least_squares" if linear else "maximum_likelihood"}
    if design.event is not None:
        asked["event"] = design.event
    try:
        other = specify(
            table,
            profile,
            target=profile.target,
            predictors=predictors,
            family=design.family,
            weights=design.weights_column,
            overrides=asked,
        )
        explained = _explained(fit_model(other, open_blocks(other, table)))
    except InputError:  # as many columns as rows: there is no such model to compare with
        return NO_SECOND
    return NO_SECOND if explained is None else _Second(explained=explained, rows=other.n_obs)
