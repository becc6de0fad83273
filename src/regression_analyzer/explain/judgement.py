"""What of the explanation the reader has to know: findings, judged by size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from regression_analyzer.design.value import Categorical, Design
from regression_analyzer.explain.permutation import Permutation, Worth
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Fact, Finding, Severity, Skipped
from regression_analyzer.fit.value import Fit, TermTest

if TYPE_CHECKING:
    from regression_analyzer.explain.explanation import Explanation

OPTIMISM = 0.1
"""The share explained falls by more than this on unseen rows: the model knows its rows by heart."""
OVERLAP = 5.0
"""Variance inflation from which predictors are said to share credit."""
FEW_ROWS = 0.01
"""A verdict that a hundredth of the rows decides is fragile."""
LEADING = 0.02
"""Only predictors worth at least this much are ranked against each other."""


def judge(explanation: Explanation, design: Design, fit: Fit) -> tuple[Finding, ...]:
    """Return the findings of the explaining stage."""
    validation = explanation.validation
    fragile = _fragile(explanation)
    if isinstance(validation, Skipped):
        return fragile
    found = [*fragile, *_prediction(validation, design, fit), *_line(explanation, validation, design)]
    order = order_of_importance(explanation, design)
    if order is not None and not order["agree"]:
        found.append(Finding(code="importance_disagrees", severity="info", subject=design.target, facts=order))
    return tuple(found)


def _fragile(explanation: Explanation) -> tuple[Finding, ...]:
    if isinstance(explanation.fragility, Skipped):
        return ()
    return tuple(
        Finding(
            code="fragile_verdict",
            severity="attention",
            subject=one.term,
            facts={"n_removed": one.n_removed, "rows": one.rows, "n_obs": one.n_obs},
        )
        for one in explanation.fragility
        if one.n_removed is not None and one.n_removed <= max(1, int(FEW_ROWS * one.n_obs))
    )


def _prediction(validation: Validation, design: Design, fit: Fit) -> list[Finding]:
    unseen = validation.linear.explained
    within = validation.within
    facts = {
        "unseen": unseen.value,
        "ci_low": unseen.ci_low,
        "ci_high": unseen.ci_high,
        "within": within,
        "scheme": validation.scheme,
        "folds": validation.folds,
        "coefficients": len(fit.kept),
        "n_obs": fit.n_obs,
    }
    if unseen.value < 0.0:
        serious = unseen.ci_high < 0.0 or unseen.value < -OPTIMISM
        severity: Severity = "problem" if serious else "attention"
        return [Finding(code="worse_than_average", severity=severity, subject=design.target, facts=facts)]
    # not where the folds differ so much that the fall may be theirs
    if within is not None and within - unseen.value > max(OPTIMISM, unseen.std_error):
        return [Finding(code="overfitted", severity="attention", subject=design.target, facts=facts)]
    return []


def _line(explanation: Explanation, validation: Validation, design: Design) -> list[Finding]:
    proposal = explanation.proposal
    if isinstance(validation.flexible, Skipped) or validation.gain is None:
        return []
    facts: dict[str, Fact] = {
        "linear": validation.linear.explained.value,
        "flexible": validation.flexible.explained.value,
        "gain": validation.gain.value,
        "gain_low": validation.gain.ci_low,
        "gain_high": validation.gain.ci_high,
    }
    if isinstance(proposal, Skipped):
        if not validation.bends:
            return []
        facts["because"] = proposal.reason
        return [Finding(code="line_misses_something", severity="attention", subject=design.target, facts=facts)]
    facts |= {
        "terms": tuple(term.name for term in proposal.terms),
        "instead_of": tuple(term.instead_of for term in proposal.terms),
        "formula": proposal.formula,
        "with_terms": proposal.with_terms_all.value,
        "without_on_test": proposal.without.value,
        "with_on_test": proposal.with_terms.value,
        "n_tested_on": proposal.n_tested_on,
        "statistic": proposal.terms[0].statistic,
        "df": proposal.terms[0].df,
        "df2": proposal.terms[0].df2,
        "p_value": proposal.terms[0].p_value,
    }
    return [Finding(code="terms_missed", severity="attention", subject=design.target, facts=facts)]


def column_of(design: Design, term: str) -> str:
    """Return the column that a term is a category of; the term's own name elsewhere."""
    found = next((each for each in design.terms if each.name == term), None)
    if found is None or len(found.factors) != 1 or not isinstance(found.factors[0], Categorical):
        return term
    return found.factors[0].column


def order_of_importance(explanation: Explanation, design: Design) -> dict[str, Fact] | None:
    """Return the predictor that each method puts first, and whether they agree; None with fewer than two methods."""
    first: dict[str, str] = {}
    if explanation.importance.shares:
        first["shares"] = column_of(design, explanation.importance.shares[0].term)
    if isinstance(explanation.permutation, Permutation):
        worths = {"linear": explanation.permutation.linear, "flexible": explanation.permutation.flexible or ()}
        for name, found in worths.items():
            leader = _leader(found)
            if leader:
                first[name] = leader
    if not isinstance(explanation.shap, Skipped) and explanation.shap.means:
        first["shap"] = explanation.shap.means[0].predictor
    if len(first) < 2:
        return None
    names = tuple(dict.fromkeys(first.values()))
    return {**first, "agree": len(names) == 1, "named": names}


def _leader(worths: tuple[Worth, ...]) -> str:
    return worths[0].predictor if worths and worths[0].value > LEADING else ""


def sharing_credit(design: Design, tests: Sequence[TermTest]) -> dict[str, float]:
    """Return the predictors that overlap so much with others that credit among them is a matter of convention.

    A category's columns count together (generalised variance inflation to the power 1 / df); a number that also
    enters as its square, or in a product, repeats itself by design and is left out.

    Returns
    -------
    predictor -> the share of its variation that the other predictors explain, 1 - 1 / inflation

    References
    ----------
    Fox and Monette (1992), doi:10.1080/01621459.1992.10475190.
    """
    entered = Counter(name for term in design.terms for name in {factor.column for factor in term.factors})
    columns = {term.name: term.factors[0].column for term in design.terms if len(term.factors) == 1}
    found: dict[str, float] = {}
    for test in tests:
        name = columns.get(test.term, "")
        if test.gvif is None or entered[name] != 1 or test.df < 1 or not math.isfinite(test.gvif):
            continue
        inflation = test.gvif ** (1.0 / test.df)
        if inflation > OVERLAP:
            found[name] = 1.0 - 1.0 / inflation
    return found
