"""What suspect columns do to the share explained: with those left out, and without those used."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
MOST_CELLS = 20_000_000
"""Rows times columns up to which a second model, with the columns that were left out, is fitted."""
HARMLESS = 0.005
"""A column of suspicious name whose absence takes at most this share away is worth a note, no more."""


def with_and_without(
    findings: tuple[Finding, ...], table: Table, profile: Profile, design: Design, *, fit: Fit, inference: Inference
) -> tuple[Finding, ...]:
    """Give findings about suspect columns the share of the variation explained with and without them.

    Parameters
    ----------
    findings : of the profile; others are returned as they are

    Notes
    -----
    Without a column that is used: from its type II test, no row is read again. Least squares:
    ``R^2 - SS / TSS``; other families: the share of the deviance, ``1 - (D + LR) / D_0``. With columns that
    were left out: a second least squares fit of the same kind, where the table is not large.
    """
    explained = _explained(fit)
    if explained is None:
        return findings
    out = [f.subject for f in findings if f.code == "leakage" and not f.facts["used"]]
    together = _with_columns(table, profile, design, out) if out else None
    told = []
    for f in findings:
        facts: Mapping[str, Fact] = {}
        if f.code == "leakage" and not f.facts["used"]:
            if together is not None:
                facts = {"explained_with": together, "explained_without": explained}
        elif f.code in USED:
            without = _without_column(fit, design, inference.term_tests, f.subject)
            if without is not None:
                facts = {"explained_with": explained, "explained_without": without}
        told.append(_graded(replace(f, facts={**f.facts, **facts})))
    return tuple(told)


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
    if fit.separation or not fit.converged or not 0.0 < fit.null_deviance < math.inf:
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


def _with_columns(table: Table, profile: Profile, design: Design, more: Sequence[str]) -> float | None:
    """The share explained with further columns; None where that is not worked out."""
    if design.family != "gaussian" or design.n_obs * (len(design.columns) + len(more)) > MOST_CELLS:
        return None
    try:
        wider = specify(
            table, profile, target=profile.target, predictors=(*profile.predictors, *more), family="gaussian"
        )
        return _explained(fit_model(wider, open_blocks(wider, table)))
    except InputError:  # as many columns as rows: there is no such model to compare with
        return None
