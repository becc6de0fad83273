"""Several outcomes: one against the others in the report, all at once beside it, probabilities for new rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regression_analyzer as ra
from regression_analyzer.errors import UsageError
from regression_analyzer.explain import from_spec, to_spec
from regression_analyzer.report.cells import predictions_csv

R_TOLERANCE = 2e-4
"""nnet::multinom stops early."""


def frame(n: int = 240, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"age": rng.normal(40.0, 10.0, n), "region": rng.choice(["north", "south"], n)})
    eta = np.column_stack([np.zeros(n), 0.1 * (data["age"] - 40.0), 1.0 * (data["region"] == "south")])
    data["way"] = np.asarray(["bus", "car", "foot"])[(eta + rng.gumbel(size=(n, 3))).argmax(axis=1)]
    return data


@pytest.fixture(scope="module")
def found() -> ra.Analysis:
    return ra.analyze(frame(), target="way", family="multinomial", skip_llm=True)


def test_seven_parties_as_in_r(truth: Path) -> None:
    data = pd.read_csv(truth / "real/sm_anes96.csv")
    data["log_popul"] = np.log(data["popul"] + 0.1)
    formula = "PID ~ log_popul + selfLR + age + educ + income"
    part: Any = ra.analyze(data, formula=formula, family="multinomial", skip_llm=True).to_dict()["multinomial"]
    values = json.loads((truth / "r/anes96_multinom.json").read_text())["values"]
    assert part["reference_outcome"] == values["reference_class"]
    assert part["deviance"] == pytest.approx(values["deviance"], rel=1e-8)
    for level, theirs in values["coef"].items():
        ours = [row["estimate"] for row in part["coefficients"] if row["outcome"] == level]
        assert ours == pytest.approx(list(theirs.values()), rel=R_TOLERANCE, abs=2e-5)
    for level, theirs in values["se"].items():
        ours = [row["std_error"] for row in part["coefficients"] if row["outcome"] == level]
        assert ours == pytest.approx(list(theirs.values()), rel=R_TOLERANCE)


def test_the_report_tells_one_outcome_and_all_at_once(found: ra.Analysis) -> None:
    html = found.to_html()
    assert "All outcomes at once" in html
    assert "each outcome against bus" in html
    assert found.design.event == frame()["way"].mode()[0]


def test_the_first_sentence_is_about_all_outcomes(found: ra.Analysis) -> None:
    first = found.summary().splitlines()[0]
    assert first.startswith("What goes with way ")
    assert "being" not in first
    assert "age" in first


def test_outcomes_told_apart_completely_are_not_called_unrelated() -> None:
    rng = np.random.default_rng(2)
    x, z = rng.uniform(0, 9, 80).round(3), rng.uniform(0, 9, 80).round(3)
    lines = [f"{a},{b},{'high' if a + 2 * b > 13 else 'low'}" for a, b in zip(x, z, strict=True)]
    found = ra.analyze("\n".join(["x,z,kind", *lines]).encode(), target="kind", skip_llm=True)
    assert found.fit.separation
    first = found.summary().splitlines()[0]
    assert "separation" in first
    assert "None of the predictors" not in first


def test_tests_are_over_all_outcomes(found: ra.Analysis) -> None:
    part = found.to_dict()["multinomial"]
    assert [(row["term"], row["df"]) for row in part["terms"]] == [("age", 2), ("region", 2)]
    assert part["terms"][0]["p_value"] < 1e-6
    assert 0.0 < part["mcfadden"] < 1.0
    assert part["majority"] < part["accuracy_unseen"] <= 1.0


def test_new_rows_get_the_probability_of_every_outcome(found: ra.Analysis) -> None:
    predictions = found.predict(frame(50, seed=3))
    assert predictions.outcomes == ("bus", "car", "foot")
    assert predictions.probabilities.sum(axis=1) == pytest.approx(np.ones(50), rel=1e-12)
    head, first, *_ = predictions_csv(predictions).splitlines()
    assert head.endswith("probability(bus),probability(car),probability(foot)")
    assert float(first.split(",")[-1]) == predictions.probabilities[0, 2]


def test_outcomes_survive_the_document(found: ra.Analysis) -> None:
    model = from_spec(to_spec(found.prediction))
    assert model.outcomes == found.prediction.outcomes
    assert model.outcome_coefficients.tolist() == found.prediction.outcome_coefficients.tolist()


def test_the_reference_and_the_event_can_be_chosen() -> None:
    overrides = {"event": "car", "outcome_reference": "foot"}
    analysis = ra.analyze(frame(), target="way", family="multinomial", overrides=overrides, skip_llm=True)
    assert (analysis.design.event, analysis.design.outcomes[0]) == ("car", "foot")


def test_separated_outcomes_are_told_not_fitted() -> None:
    data = pd.DataFrame({"x": np.arange(60.0), "way": np.repeat(["bus", "car", "foot"], 20)})
    analysis = ra.analyze(data, target="way", family="multinomial", skip_llm=True)
    assert "told apart completely" in analysis.to_dict()["multinomial"]["skipped"]
    assert from_spec(to_spec(analysis.prediction)).outcomes_missing == analysis.prediction.outcomes_missing
    predictions = analysis.predict(data)
    assert predictions.outcomes == ()
    assert predictions.note.startswith("the chance of one outcome against all others")
    assert "told apart completely" in predictions.note


def test_two_outcomes_need_no_multinomial_model() -> None:
    data = frame()
    data["way"] = data["way"].replace("foot", "bus")
    assert ra.analyze(data, target="way", skip_llm=True).to_dict()["multinomial"] is None
    with pytest.raises(UsageError, match="takes 3 to"):
        ra.analyze(data, target="way", family="multinomial", skip_llm=True)
