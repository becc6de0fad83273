"""Awkward and hostile files: what each should do, and the regression that the right reading gives."""

from __future__ import annotations

from typing import Any

import pytest

import regression_analyzer as ra

from .truth import TRUTH, load, relative_error

TOLERANCE = 1e-8
FILES: list[dict[str, Any]] = load("nasty/index.json").get("files", [])
REFUSED = [case for case in FILES if case["should"].startswith("reject with a reason")]
READ = [case for case in FILES if "regression" in case]

pytestmark = pytest.mark.skipif(not FILES, reason="no reference data beside the checkout")


@pytest.mark.parametrize("case", READ, ids=lambda case: case["file"])
def test_the_regression_is_the_right_one(case: dict[str, Any]) -> None:
    wanted = case["regression"]
    predictors = [name for name in wanted["coef"] if name != "(Intercept)"]
    analysis = ra.analyze(
        TRUTH / "nasty" / case["file"],
        target=wanted["target"],
        predictors=predictors,
        covariance="classical",
        skip_llm=True,
    )
    document = analysis.to_dict()
    rows = document["model"]["coefficients"]
    assert document["model"]["n_obs"] == wanted["n_used"]
    ours = {row["predictor"] or "(Intercept)": row for row in rows}
    offset = case["file"] == "large_offset.csv"  # there the reference shifts t to start at 0
    for name in wanted["coef"]:
        if offset and name == "(Intercept)":
            continue
        assert relative_error(ours[name]["estimate"], wanted["coef"][name]) < TOLERANCE, name
        assert relative_error(ours[name]["std_error"], wanted["se"][name]) < TOLERANCE, name


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_answer_or_reason(case: dict[str, Any]) -> None:
    """Every file ends in a document whose ledger adds up, or in one plain sentence."""
    try:
        document = ra.analyze(TRUTH / "nasty" / case["file"], skip_llm=True).to_dict()
    except ra.AnalyzerError as error:
        assert error.message.endswith((".", "?"))
        assert "\n" not in error.message
        assert len(error.message) < 600
        assert case["should"] != "load" or "regression" not in case, str(error)
        return
    ledger = document["ledger"]
    assert ledger["rows_used"] + sum(entry["rows"] for entry in ledger["left_out"]) == ledger["rows_in_file"]
    if "expected_rows" in case:
        tolerated = {case["expected_rows"], case["expected_rows"] + ("total" in case["file"])}
        assert ledger["rows_in_file"] in tolerated


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["file"])
def test_refusals_say_why(case: dict[str, Any]) -> None:
    if "load" in case["should"] or "bounded" in case["should"]:
        pytest.skip("may be read")
    with pytest.raises(ra.AnalyzerError) as caught:
        ra.analyze(TRUTH / "nasty" / case["file"], skip_llm=True)
    assert len(caught.value.message) > 20
