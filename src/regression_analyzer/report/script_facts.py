"""What the script that repeats an analysis is told of terms, all outcomes, the penalised model and other methods."""

from __future__ import annotations

import math

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric
from regression_analyzer.explain.outcomes import AllOutcomes
from regression_analyzer.explain.second_opinions import Opinion, SecondOpinions


def factor_facts(factor: Factor) -> dict[str, object]:
    """Return how the values of one factor are made from a column of the file."""
    if isinstance(factor, Numeric):
        return {
            "position": factor.position,
            "transform": factor.transform,
            "parameters": [float(p) for p in factor.parameters],
            "levels": None,
        }
    return {
        "position": factor.position,
        "levels": list(factor.levels),
        "reference": factor.reference,
        "full": factor.full,
        "merged": list(factor.merged),
        "other": factor.other,
    }


def term_facts(design: Design) -> list[dict[str, object]]:
    """Return the terms of a design: their columns and factors."""
    return [
        {"name": t.name, "columns": list(t.columns), "factors": [factor_facts(f) for f in t.factors]}
        for t in design.terms
    ]


def outcome_facts(analysis: Analysis) -> dict[str, object] | None:
    """Return the model of all outcomes; None where there is none."""
    found, design = analysis.outcomes, analysis.design
    if not isinstance(found, AllOutcomes):
        return None
    target = design.target_factor
    several = Categorical(
        column=target.column, position=target.position, levels=found.outcomes, reference=found.outcomes[0]
    )
    return {
        "target": factor_facts(several),
        "names": [f"{row.outcome}: {row.term}" for row in found.coefficients],
        "estimates": [row.estimate for row in found.coefficients],
        "errors": [row.std_error for row in found.coefficients],
        "deviance": found.deviance,
    }


def penalised_facts(analysis: Analysis) -> dict[str, object] | None:
    """Return the penalised model of all rows; None where there is none."""
    found = analysis.selection
    if found is None:
        return None
    shrunken, whole = found.shrunken, found.whole
    return {
        "estimator": shrunken.estimator,
        "family": shrunken.family,
        "penalty": shrunken.penalty,
        "intercept_column": next((i for i, column in enumerate(whole.columns) if column.term == -1), None),
        "terms": term_facts(whole),
        "columns": [int(c) for c in found.columns],
        "names": [whole.columns[int(c)].name for c in found.columns],
        "intercept": shrunken.intercept,
        "coefficients": [float(b) for b in shrunken.coefficients],
    }


def opinion_facts(analysis: Analysis) -> dict[str, list[float]]:
    """Return the coefficients of other methods that were fitted to all rows."""
    return {name: [row.estimate for row in one.coefficients] for name, one in _opinions(analysis) if _on_all(one)}


def not_compared(analysis: Analysis) -> list[str]:
    """Say which numbers of the analysis the script leaves alone, and why."""
    said = [
        f"{name.replace('_', ' ')}, which was fitted to a sample of {one.n_obs} of {one.n_total} rows."
        for name, one in _opinions(analysis)
        if not _on_all(one)
    ]
    if any(math.isnan(row.std_error) for row in analysis.inference.coefficients):
        said.append("coefficients: outcomes are separated, so that some have no finite value.")
    return said


def _opinions(analysis: Analysis) -> list[tuple[str, Opinion]]:
    found = None if analysis.explanation is None else analysis.explanation.second_opinions
    if not isinstance(found, SecondOpinions):
        return []
    return [(name, one) for name, one in found.opinions.items() if isinstance(one, Opinion)]


def _on_all(one: Opinion) -> bool:
    return one.n_obs == one.n_total
