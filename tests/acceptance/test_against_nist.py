"""NIST's linear regression sets, from the CSV file to the document."""

from __future__ import annotations

from typing import Any

import pytest

import regression_analyzer as ra
from regression_analyzer.certify import correct_digits

from .truth import TRUTH, load

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


UNIVARIATE = {"NumAcc3": 9.0, "NumAcc4": 8.0}
"""Thirteen digits but for these, whose mean is 1e7 and 1e8 times their spread: rounding to doubles takes the rest."""
EXACT = 13.0

ANOVA = {
    "SiRstvt": 13,
    "AtmWtAgt": 10,
    **dict.fromkeys(("SmLs01t", "SmLs02t", "SmLs03t"), 13),
    **dict.fromkeys(("SmLs04t", "SmLs05t", "SmLs06t"), 9.5),
    **dict.fromkeys(("SmLs07t", "SmLs08t", "SmLs09t"), 3.5),
}
"""The sets with seven and thirteen constant leading digits keep ten and four when they are rounded to doubles, however
they are added; their sum of squares between groups half a digit less."""

POWERS = {"Pontius": 13, "Wampler1": 12, "Wampler2": 12, "Wampler3": 12, "Wampler4": 11, "Wampler5": 9, "Filip": 7}


@pytest.mark.parametrize(
    "name", ["Lew", "Lottery", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4", "PiDigits"]
)
def test_mean_and_spread_of_one_column(name: str) -> None:
    case = load(f"nist_univariate/{name}.json")
    document = ra.analyze(
        TRUTH / "nist_univariate" / f"{name}.csv", formula="y ~ 1", family="gaussian", skip_llm=True
    ).to_dict()
    column = document["column_analysis"]["columns"][0]
    wanted = UNIVARIATE.get(name, EXACT)
    for mean, spread in (
        (column["mean"], column["std"]),
        (document["model"]["coefficients"][0]["estimate"], document["model"]["sigma"]),
    ):
        assert correct_digits(mean, case["mean"]) >= EXACT
        assert correct_digits(spread, case["sd"]) >= wanted


@pytest.mark.parametrize("name", ANOVA)
def test_one_way_analysis_of_variance(name: str) -> None:
    case = load(f"nist_anova/{name}.json")
    model = ra.analyze(
        TRUTH / "nist_anova" / f"{name}.csv", formula="y ~ C(group)", covariance="classical", skip_llm=True
    ).to_dict()["model"]
    term = model["terms"][0]
    reached = min(
        correct_digits(model["f_statistic"], case["f_statistic"]),
        correct_digits(term["type2"]["statistic"], case["f_statistic"]),
        correct_digits(term["type2"]["sum_of_squares"], case["ss_between"]),
        correct_digits(model["deviance"], case["ss_resid"]),
        correct_digits(model["sigma"], case["residual_sd"]),
        correct_digits(model["r_squared"], case["r_squared"]),
    )
    assert reached >= ANOVA[name]
    assert model["digits"] <= reached + 1.0
    assert (model["df_model"], model["df_resid"]) == (case["df_between"], case["df_resid"])


@pytest.mark.parametrize("name", POWERS)
def test_powers_as_columns_of_their_own(name: str) -> None:
    """Nobody says that the columns are powers: the program takes the file as it is."""
    case = load(f"nist/{name}.json")
    document = ra.analyze(TRUTH / "nist" / f"{name}_poly.csv", target="y", skip_llm=True).to_dict()
    rows = document["model"]["coefficients"]
    assert [row["predictor"] for row in rows].count(None) == 1
    pairs = zip(rows, case["coef"].values(), strict=True)
    assert min(correct_digits(row["estimate"], value) for row, value in pairs) >= POWERS[name]
