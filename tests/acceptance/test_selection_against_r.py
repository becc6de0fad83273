"""R's cases of penalties, selection and separation, from the CSV to the document, and what no case has a place for."""

from __future__ import annotations

import json
from typing import Any

import pytest

import regression_analyzer as ra

from . import test_against_r
from .truth import TRUTH, load, r_values, relative_error

LEAST_SQUARES = 1e-8
PENALTIES = (0.05, 0.25, 1.0)
COVERED_ELSEWHERE = {
    "mtcars_descriptives": "test_against_r.py; correlations of columns have no place in the document",
    "star98_grouped_binomial": "test_links_and_counts.py",
    "anes96_multinom": "tests/explain/test_outcomes.py, through the document",
}
HERE = {"stepwise_swiss", "stepwise_Boston", "stepwise_mtcars", "boston_ridge_lasso", "iris_perfect_separation"}
WITHOUT_A_PLACE = {
    "biochem_zeroinfl": "zero-inflated models are not fitted; too many zeros are a check of the count model",
    "chile_ordered_logit": "ordered outcomes are fitted as multinomial ones; there is no proportional-odds model",
}
"""Whole cases that the document has no place for. Of those here: ``extractAIC`` counts no constant and no sigma
(the search is not offered, its final models are); R's estimates under separation mean nothing, as its note says."""

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")


def test_every_case_is_covered_or_has_its_reason() -> None:
    known = {*test_against_r.CASES, *COVERED_ELSEWHERE, *HERE, *WITHOUT_A_PLACE}
    assert known == {path.stem for path in (TRUTH / "r").glob("*.json")} - {"index"}


@pytest.mark.parametrize("data", ["swiss", "Boston", "mtcars"])
def test_final_models_of_a_stepwise_search(data: str) -> None:
    case = load(f"r/stepwise_{data}.json")
    target = case["formula"].split(" ~ ")[0]
    compared = 0
    for found in (part for part in case["values"].values() if isinstance(part, dict)):
        formula = f"{target} ~ {' + '.join(found['terms'])}"
        model = document_of(case, formula=formula)["model"]
        for ours, theirs in (("aic", "AIC"), ("bic", "BIC")):
            if theirs in found:
                assert relative_error(model[ours], found[theirs]) < LEAST_SQUARES, (formula, ours)
                compared += 1
    assert compared == 4


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
def test_penalised_coefficients(estimator: str, penalty: float) -> None:
    case = load("r/boston_ridge_lasso.json")
    theirs = case["values"][f"{estimator}_lambda_{penalty:g}"]
    overrides = {"estimator": estimator, "penalty": str(penalty)}
    document = document_of(case, formula=case["formula"], overrides=overrides)
    part = document["penalized"]
    assert part["penalty"] == penalty
    rows = {row["term"]: row for row in part["coefficients"]}
    original = theirs["coef_original_scale"]
    assert relative_error(part["intercept"], original["(Intercept)"]) < LEAST_SQUARES
    for name, value in theirs["coef_standardized_x"].items():
        if value == 0:
            assert name not in rows
            continue
        assert relative_error(rows[name]["estimate"], original[name]) < LEAST_SQUARES, name
        assert relative_error(rows[name]["estimate_per_std"], value) < LEAST_SQUARES, name
    freedom = theirs["nonzero"] if estimator == "lasso" else theirs["effective_df"]
    assert relative_error(part["df"], freedom) < LEAST_SQUARES


def test_separated_outcomes_have_no_p_values() -> None:
    case = load("r/iris_perfect_separation.json")
    document = document_of(case, formula="species ~ petal_length", overrides={"event": "setosa"})
    assert document["model"]["n_obs"] == case["values"]["n"]
    assert [row["p_value"] for row in document["model"]["coefficients"]] == [None, None]
    assert any(finding["code"] == "separation" for finding in document["findings"])
    assert set(r_values(document, "estimate")) == set(case["values"]["coef"])


def document_of(case: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return the document of a case's file."""
    found: dict[str, Any] = json.loads(ra.analyze(TRUTH / case["data"], skip_llm=True, **options).to_json())
    return found
