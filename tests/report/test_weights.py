"""How predictors are weighed, in words."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.explain.judgement import sharing_credit
from regression_analyzer.report.analysis_document import document
from regression_analyzer.report.json_values import to_json
from regression_analyzer.report.view_weights import agreement_words, interval_words
from regression_analyzer.table import read_table

ROWS = 300


def columns() -> dict[str, npt.NDArray[np.float64]]:
    """Return b, which is a with a little noise, c on its own, and a target of all three."""
    rng = np.random.default_rng(8)
    a, c = rng.uniform(1, 9, size=(2, ROWS))
    b = a + 0.3 * rng.normal(size=ROWS)
    return {"a": a, "b": b, "c": c, "y": a + b + c + rng.normal(size=ROWS)}


def analysed(formula: str) -> Analysis:
    data = columns()
    groups = np.random.default_rng(9).choice(["p", "q", "r", "s"], ROWS, p=[0.01, 0.33, 0.33, 0.33])
    rows = zip(*(column.tolist() for column in data.values()), groups.tolist(), strict=True)
    text = "a,b,c,y,group\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    return analyze(read_table(text.encode(), name="pair.csv"), Options(formula=formula))


def shared(analysis: Analysis) -> dict[str, float]:
    return sharing_credit(analysis.design, analysis.inference.term_tests)


@pytest.fixture(scope="module")
def pair() -> Analysis:
    return analysed("y ~ a + b + c")


def test_predictors_that_share_credit_are_told_with_how_much(pair: Analysis) -> None:
    data, known = columns(), shared(pair)
    others = np.column_stack([np.ones(ROWS), data["b"], data["c"]])
    left = data["a"] - others @ np.linalg.lstsq(others, data["a"], rcond=None)[0]
    assert set(known) == {"a", "b"}
    assert known["a"] == pytest.approx(1 - left.var() / data["a"].var(), rel=1e-9)
    assert "are largely known from the other predictors" in agreement_words(pair)
    assert "share credit" in agreement_words(pair)


def test_the_document_names_them_too(pair: Analysis) -> None:
    told = json.loads(to_json(document(pair, ())))["feature_importance"]["sharing_credit"]
    assert {row["predictor"]: row["known_from_others"] for row in told} == shared(pair)


@pytest.mark.parametrize("formula", ["y ~ c + I(c^2)", "y ~ c + group", "y ~ c * group"])
def test_a_predictor_does_not_share_credit_with_itself(formula: str) -> None:
    """A square, a product, and the levels of a category with a rare reference level."""
    analysis = analysed(formula)
    assert shared(analysis) == {}
    assert "share credit" not in agreement_words(analysis)


def test_sampled_orders_are_told_with_their_error() -> None:
    rng = np.random.default_rng(2)
    data = rng.normal(size=(200, 17)) @ rng.normal(size=(17, 17))
    y = data.sum(axis=1) + rng.normal(size=200)
    names = [f"x{i}" for i in range(17)]
    rows = np.column_stack([y, data]).tolist()
    text = "\n".join([",".join(["y", *names]), *(",".join(map(repr, row)) for row in rows)])
    analysis = analyze(read_table(text.encode(), name="many.csv"), Options(formula="y ~ " + " + ".join(names)))
    told = json.loads(to_json(document(analysis, ())))["feature_importance"]
    assert told["lmg_exact"] is False
    assert 0 < told["lmg_sampling_error"] < 0.02
    assert "sample of the orders" in agreement_words(analysis)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.62, 0.59, 0.65, "62% (59% to 65%)"),
        (0.0001, -0.0004, 0.0003, "about 0% (0.1% at most either way)"),
        (0.0001, -0.002, 0.003, "about 0% (-0.2% to 0.3%)"),
        (0.003, 0.0002, 0.008, "0.3% (0% to 0.8%)"),
        (0.003, 0.0007, 0.008, "0.3% (0.1% to 0.8%)"),
        (0.003, float("nan"), float("nan"), "0.3%"),
    ],
)
def test_shares_next_to_nothing_are_readable(value: float, low: float, high: float, text: str) -> None:
    assert interval_words(value, low, high) == text
