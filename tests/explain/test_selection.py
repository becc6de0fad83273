"""Too few rows for least squares: chosen on one half, tested on the other, predicted with all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import regression_analyzer as ra
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.explain import from_spec, to_spec
from regression_analyzer.explain.selection import KEPT_ASIDE


def wide(n: int = 60, k: int = 90, *, signal: float = 3.0, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, k)), columns=[f"x{j}" for j in range(k)])
    frame.insert(0, "y", signal * frame["x3"] - signal * frame["x7"] + rng.normal(size=n))
    return frame


@pytest.fixture(scope="module")
def found() -> ra.Analysis:
    return ra.analyze(wide(), target="y", skip_llm=True)


def test_the_lasso_takes_over_where_rows_are_too_few(found: ra.Analysis) -> None:
    decision = next(d for d in found.decisions if d.id == "estimator")
    assert (decision.chosen, decision.rejected) == ("lasso", ("least_squares", "ridge"))
    assert "60 rows are too few for 91 coefficients" in decision.because


def test_the_ledger_holds_the_rows_that_chose(found: ra.Analysis) -> None:
    ledger = found.to_dict()["ledger"]
    assert ledger["rows_used"] == 30
    assert [(part["reason"], part["rows"]) for part in ledger["left_out"]] == [(KEPT_ASIDE, 30)]


def test_what_matters_is_tested_on_the_other_rows(found: ra.Analysis) -> None:
    rows = {row.term: row for row in found.inference.coefficients}
    assert rows["x3"].ci_low < 3.0 < rows["x3"].ci_high
    assert rows["x7"].ci_low < -3.0 < rows["x7"].ci_high


def test_least_squares_of_the_tested_rows_is_what_is_reported(found: ra.Analysis) -> None:
    assert found.selection is not None
    assert found.selection.tested_lines is not None
    frame = wide().iloc[[line - 1 for line in found.selection.tested_lines]]
    x = np.column_stack([np.ones(len(frame)), frame[list(found.design.predictors)]])
    direct = np.linalg.lstsq(x, frame["y"].to_numpy(), rcond=None)[0]
    assert [row.estimate for row in found.inference.coefficients] == pytest.approx(direct, rel=1e-9)


def test_the_document_gives_the_chosen_no_p_values(found: ra.Analysis) -> None:
    part = found.to_dict()["penalized"]
    assert part["estimator"] == "lasso"
    assert "no standard errors" in part["inference"]
    assert {"x3", "x7"} <= {row["term"] for row in part["coefficients"]}
    assert not any("p_value" in row for row in part["coefficients"])
    assert next(row for row in part["coefficients"] if row["term"] == "x3")["stability"] > 0.9
    assert 0.5 < part["unseen"]["r_squared"] < 1.0
    assert part["selection"]["rows_choosing"] == part["selection"]["rows_testing"] == 30


def test_the_report_says_how_columns_were_chosen(found: ra.Analysis) -> None:
    html = found.to_html()
    assert "How the columns were chosen" in html
    assert "no p-values belong to them" in html


def test_new_rows_are_predicted_by_the_lasso_of_all_rows(found: ra.Analysis) -> None:
    assert found.selection is not None
    shrunken = found.selection.shrunken
    new = wide(seed=6)
    direct = shrunken.intercept + new.drop(columns="y").to_numpy() @ shrunken.coefficients
    predictions = found.predict(new)
    assert predictions.predicted == pytest.approx(direct, rel=1e-10)
    assert np.isnan(predictions.ci_low).all()
    assert found.prediction.conformal is None
    inside = (predictions.pi_low < new["y"]) & (new["y"] < predictions.pi_high)
    assert inside.mean() > 0.8


def test_the_prediction_model_survives_the_document(found: ra.Analysis) -> None:
    model = from_spec(to_spec(found.prediction))
    assert model.kind == found.prediction.kind
    assert model.coefficients.tolist() == found.prediction.coefficients.tolist()


def test_pure_noise_seldom_shows_anything() -> None:
    clear = 0
    for seed in range(20):
        analysis = ra.analyze(wide(40, 60, signal=0.0, seed=seed), target="y", skip_llm=True)
        tested = analysis.inference.coefficients[1:]
        clear += any(row.p_value_holm is not None and row.p_value_holm < 0.05 for row in tested)
    assert clear <= 4  # binomial(20, 0.05): 5 or more has a probability of 0.003


def test_the_ridge_keeps_every_row_where_least_squares_can_test_all() -> None:
    analysis = ra.analyze(wide(120, 8), target="y", overrides={"estimator": "ridge", "penalty": "0.5"}, skip_llm=True)
    document = analysis.to_dict()
    assert document["model"]["n_obs"] == 120
    assert document["penalized"]["penalty"] == 0.5
    assert "skipped" in document["penalized"]["selection"]
    assert "The shrunken model" in analysis.to_html()


def test_the_lasso_can_be_asked_for() -> None:
    analysis = ra.analyze(wide(120, 8), target="y", overrides={"estimator": "lasso"}, skip_llm=True)
    assert analysis.fit.n_obs == 60
    assert {"x3", "x7"} <= set(analysis.design.predictors)


def test_least_squares_can_be_insisted_on_where_it_has_an_answer() -> None:
    frame = wide(60, 45)
    analysis = ra.analyze(frame, target="y", overrides={"estimator": "least_squares"}, skip_llm=True)
    assert analysis.fit.n_obs == 60
    with pytest.raises(InputError, match="no single answer"):
        ra.analyze(wide(), target="y", overrides={"estimator": "least_squares"}, skip_llm=True)


def test_weights_and_offsets_are_taken_along() -> None:
    frame = wide(80, 90)
    rng = np.random.default_rng(0)
    frame["w"], frame["known"] = rng.integers(1, 5, 80).astype(float), rng.normal(size=80)
    frame["y"] += 10.0 * frame["known"]
    formula = f"y ~ {' + '.join(f'x{j}' for j in range(90))} + offset(known_ten)"
    frame["known_ten"] = 10.0 * frame["known"]
    analysis = ra.analyze(frame, formula=formula, weights="w", skip_llm=True)
    assert analysis.selection is not None
    assert {"x3", "x7"} <= set(analysis.design.predictors)
    assert analysis.selection.shrunken.unseen_explained > 0.6
    document = analysis.to_dict()["penalized"]
    assert document["objective"].startswith("1/2 sum v (y - b0 - Zb)^2 + penalty * sum |b|")
    new = frame.head(5)
    direct = (
        analysis.selection.shrunken.intercept
        + new[[f"x{j}" for j in range(90)]].to_numpy() @ analysis.selection.shrunken.coefficients
        + new["known_ten"].to_numpy()
    )
    assert analysis.predict(new).predicted == pytest.approx(direct, rel=1e-9)


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"estimator": "stepwise"}, "unknown_estimator"),
        ({"estimator": "lasso", "penalty": "-1"}, "bad_penalty"),
        ({"estimator": "lasso", "family": "gamma"}, "no_penalty"),
    ],
)
def test_what_cannot_be_is_refused(overrides: dict[str, str], code: str) -> None:
    frame = wide(60, 9)
    frame["y"] = np.exp(frame["y"] / 5)
    with pytest.raises(UsageError) as caught:
        ra.analyze(frame, target="y", overrides=overrides, skip_llm=True)
    assert caught.value.code == code


def test_categories_are_chosen_as_a_whole() -> None:
    frame = wide(80, 60)
    frame["region"] = np.tile(["a", "b", "c", "d"], 20)
    frame["y"] += frame["region"].map({"a": 0.0, "b": 9.0, "c": -9.0, "d": 4.0})
    analysis = ra.analyze(frame, target="y", skip_llm=True)
    assert analysis.selection is not None
    names = [column.name for column in analysis.design.columns]
    assert {"region[b]", "region[c]", "region[d]"} <= set(names)
    assert analysis.design.reference_levels == {"region": "a"}
    assert "region" in analysis.design.formula


def test_nothing_chosen_is_an_answer_too() -> None:
    for seed in range(12):
        analysis = ra.analyze(wide(40, 60, signal=0.0, seed=seed), target="y", skip_llm=True)
        if not analysis.design.terms:
            break
    assert analysis.design.formula == "y ~ 1"
    finding = next(f for f in analysis.to_dict()["findings"] if f["code"] == "columns_chosen")
    assert "chose no column" in finding["evidence"]
    assert "No column could be shown to go with y" in analysis.to_html()
