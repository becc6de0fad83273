"""Links by choice and successes among trials, from the file to the document and back to predictions."""

from __future__ import annotations

import pytest

import regression_analyzer as ra

from .truth import TRUTH, load, r_values, relative_error

LIKELIHOOD = 1e-6
STAR = "LOWINC + PERASIAN + PERBLACK + PERHISP + PERMINTE + AVYRSEXP"

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")


@pytest.mark.parametrize("target", ["cbind(PR50M, MATHTOT - PR50M)", "cbind(`PR50M`,MATHTOT-PR50M)"])
def test_successes_among_trials_equal_r(target: str) -> None:
    case = load("r/star98_grouped_binomial.json")
    analysis = ra.analyze(TRUTH / case["data"], formula=f"{target} ~ {STAR}", covariance="classical", skip_llm=True)
    document, r = analysis.to_dict(), case["values"]
    assert document["model"]["family"] == "binomial"
    for column, ours in (("coef", "estimate"), ("se", "std_error")):
        found = r_values(document, ours)
        for name, theirs in r[column].items():
            assert relative_error(found[name], theirs) < LIKELIHOOD, name
    for ours, theirs in (("deviance", "deviance"), ("null_deviance", "null_deviance"), ("log_likelihood", "loglik")):
        assert relative_error(document["model"][ours], r[theirs]) < LIKELIHOOD, ours


def test_the_link_can_be_overridden_whatever_chose_the_family() -> None:
    case = load("r/titanic_probit.json")
    document = ra.analyze(
        TRUTH / case["data"],
        formula="survived ~ C(pclass) + sex + age",
        covariance="classical",
        overrides={"link": "probit"},
        skip_llm=True,
    ).to_dict()
    assert (document["model"]["family"], document["model"]["link"]) == ("binomial", "probit")
    found = r_values(document, "estimate")
    for name, theirs in case["values"]["coef"].items():
        assert relative_error(found[name], theirs) < LIKELIHOOD, name


def test_means_that_cannot_be_are_no_infinite_importance() -> None:
    analysis = ra.analyze(TRUTH / "real/sm_scotvote.csv", target="YES", family="gamma(inverse)", skip_llm=True)
    assert "cannot be" in analysis.to_dict()["feature_importance"]["skipped"]["permutation"]
    assert "<html" in analysis.to_html()
