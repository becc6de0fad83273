"""NIST's linear regression sets, from the CSV file to the document."""

from __future__ import annotations

from typing import Any

import pytest

import regression_analyzer as ra

from .truth import TRUTH, correct_digits, load

REQUIRED = {
    "Norris": 11,
    "Pontius": 11,
    "NoInt1": 11,
    "NoInt2": 11,
    "Longley": 11,
    "Wampler1": 9,
    "Wampler2": 9,
    "Wampler3": 9,
    "Wampler4": 7.5,
    "Wampler5": 5.5,
    "Filip": 7,
}
"""Correct digits of the worst coefficient and of the worst standard error."""

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")


def formula_of(case: dict[str, Any]) -> str:
    terms = [term for term in case["terms"].values() if term != "(Intercept)"]
    written = [f"I({term})" if "^" in term else term for term in terms]
    return f"y ~ {'' if case['intercept'] else '0 + '}{' + '.join(written)}"


@pytest.mark.parametrize("name", REQUIRED)
def test_digits_of_coefficients_and_errors(name: str) -> None:
    case = load(f"nist/{name}.json")
    document = ra.analyze(
        TRUTH / "nist" / f"{name}.csv", formula=formula_of(case), covariance="classical", skip_llm=True
    ).to_dict()
    rows = document["model"]["coefficients"]
    digits = [
        min(correct_digits(row["estimate"], coefficient), correct_digits(row["std_error"], error))
        for row, coefficient, error in zip(rows, case["coef"].values(), case["se"].values(), strict=True)
    ]
    assert min(digits) >= REQUIRED[name]
