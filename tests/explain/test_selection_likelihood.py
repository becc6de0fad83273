"""Too few rows or events for a logistic or count model: chosen on one half, tested on the other, predicted with all."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import regression_analyzer as ra
from regression_analyzer.errors import UsageError
from regression_analyzer.explain import from_spec, to_spec
from regression_analyzer.explain.selection import KEPT_ASIDE
from regression_analyzer.fit.families import FAMILIES

NAMES = [f"x{j}" for j in range(90)]


def predictors(n: int, k: int, seed: int) -> tuple[pd.DataFrame, pd.Series, np.random.Generator]:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, k)), columns=[f"x{j}" for j in range(k)])
    return frame, frame["x3"] - frame["x7"], rng


def yes_no(n: int = 80, k: int = 90, *, signal: float = 2.0, seed: int = 5) -> pd.DataFrame:
    frame, eta, rng = predictors(n, k, seed)
    return frame.assign(sick=np.where(rng.uniform(size=n) < expit(signal * eta), "yes", "no"))


def counts(n: int = 80, k: int = 90, *, size: float = math.inf, seed: int = 5) -> pd.DataFrame:
    frame, eta, rng = predictors(n, k, seed)
    years = rng.uniform(1.0, 9.0, n)
    mean = years * np.exp(0.6 * eta)
    drawn = rng.poisson(mean) if size == math.inf else rng.negative_binomial(size, size / (size + mean))
    return frame.assign(years=years, claims=drawn)


@pytest.fixture(scope="module")
def sick() -> ra.Analysis:
    return ra.analyze(yes_no(), target="sick", skip_llm=True)


@pytest.fixture(scope="module")
def claims() -> ra.Analysis:
    formula = f"claims ~ {' + '.join(NAMES)} + offset(log(years))"
    return ra.analyze(counts(), formula=formula, family="poisson", skip_llm=True)


def test_the_ledger_holds_the_rows_that_chose_and_events_are_dealt_evenly(sick: ra.Analysis) -> None:
    assert [(part["reason"], part["rows"]) for part in sick.to_dict()["ledger"]["left_out"]] == [(KEPT_ASIDE, 40)]
    assert sick.selection is not None
    assert sick.selection.halves is not None
    events = (yes_no()["sick"] == "yes").to_numpy()
    halves = sick.selection.halves
    assert abs(events[halves.choosing].sum() - events[halves.testing].sum()) <= 1


def test_what_was_chosen_has_the_ordinary_inference_of_its_family(sick: ra.Analysis) -> None:
    assert sick.inference.intervals == "profile-adjusted"
    rows = {row.term: row for row in sick.inference.coefficients}
    assert {"x3", "x7"} <= set(rows)
    assert rows["x3"].ci_low < 2.0 < rows["x3"].ci_high


def test_the_document_tells_the_deviance_and_no_p_values(sick: ra.Analysis) -> None:
    part = sick.to_dict()["penalized"]
    assert (part["estimator"], part["family"], part["link"]) == ("lasso", "binomial", "logit")
    assert not any("p_value" in row for row in part["coefficients"])
    unseen = part["unseen"]
    assert unseen["deviance_explained"] == pytest.approx(1.0 - unseen["deviance"] / unseen["deviance_of_average"])
    assert unseen["auc"] > 0.7
    assert unseen["brier"] == pytest.approx(unseen["rmse"] ** 2)
    assert all(set(point) == {"penalty", "deviance", "std_error"} for point in part["path"])


def test_the_measures_on_unseen_rows_are_of_the_held_out_means(sick: ra.Analysis) -> None:
    assert sick.selection is not None
    shrunken, y = sick.selection.shrunken, (yes_no()["sick"] == "yes").to_numpy().astype(float)
    assert (shrunken.held_out > 0.0).all()
    assert (shrunken.held_out < 1.0).all()
    lost = FAMILIES["binomial"].unit_deviance(y, shrunken.held_out, math.inf).mean()
    assert shrunken.curve.error[shrunken.curve.best] == pytest.approx(lost, rel=1e-9)
    assert shrunken.unseen_error == pytest.approx(lost + shrunken.curve.optimism, rel=1e-9)


def test_the_report_speaks_of_chances_and_the_deviance(sick: ra.Analysis) -> None:
    html = sick.to_html()
    assert "maximum likelihood has no single answer" in html
    assert "of the deviance (AUC" in html
    assert "the chance of sick being yes in new rows" in html
    assert "Odds times, per standard deviation" in html


def test_new_rows_get_chances_of_the_lasso_of_all_rows(sick: ra.Analysis) -> None:
    assert sick.selection is not None
    shrunken, new = sick.selection.shrunken, yes_no(seed=6)
    predictions = sick.predict(new)
    direct = expit(shrunken.intercept + new[NAMES].to_numpy() @ shrunken.coefficients)
    assert predictions.predicted == pytest.approx(direct, rel=1e-10)
    assert np.isnan(predictions.pi_low).all()
    again = from_spec(to_spec(sick.prediction))
    assert again.coefficients.tolist() == sick.prediction.coefficients.tolist()
    true = expit(2.0 * (new["x3"] - new["x7"]))
    assert np.corrcoef(predictions.predicted, true)[0, 1] > 0.8


def test_new_counts_are_predicted_with_their_exposure(claims: ra.Analysis) -> None:
    assert claims.selection is not None
    shrunken, new = claims.selection.shrunken, counts(400, seed=6)
    predictions = claims.predict(new)
    direct = new["years"] * np.exp(shrunken.intercept + new[NAMES].to_numpy() @ shrunken.coefficients)
    assert predictions.predicted == pytest.approx(direct.to_numpy(), rel=1e-10)
    inside = (predictions.pi_low <= new["claims"]) & (new["claims"] <= predictions.pi_high)
    assert 0.85 < inside.mean() <= 1.0
    assert np.isnan(predictions.ci_low).all()


def test_counts_that_scatter_more_have_wider_intervals() -> None:
    frame = counts(120, size=1.5).drop(columns="years")
    analysis = ra.analyze(frame, target="claims", family="negative-binomial", skip_llm=True)
    assert analysis.selection is not None
    assert analysis.selection.shrunken.family == "poisson"
    assert "as a Poisson count" in next(d.because for d in analysis.decisions if d.id == "penalty")
    assert "as a Poisson count" in analysis.to_html()
    assert analysis.prediction.theta is not None
    assert 0.2 < analysis.prediction.theta < 5.0
    new = counts(400, size=1.5, seed=8)
    predictions = analysis.predict(new)
    inside = (predictions.pi_low <= new["claims"]) & (new["claims"] <= predictions.pi_high)
    assert inside.mean() > 0.85


def test_few_events_in_many_rows_are_chosen_from() -> None:
    frame, eta, rng = predictors(400, 20, 4)
    rank = (1.5 * eta + rng.logistic(size=400)).rank(ascending=False)
    analysis = ra.analyze(frame.assign(died=np.where(rank <= 24, "yes", "no")), target="died", skip_llm=True)
    decision = next(d for d in analysis.decisions if d.id == "estimator")
    assert decision.because.startswith('24 rows with "yes" are too few for 21 coefficients by maximum likelihood')
    assert "are too few for 21 coefficients by maximum likelihood" in analysis.to_html()


def test_units_stay_on_one_side() -> None:
    frame = yes_no(120)
    frame["patient_id"] = [f"P{i // 3:03d}" for i in range(120)]
    analysis = ra.analyze(frame, target="sick", skip_llm=True, predictors=NAMES, covariance="cluster:patient_id")
    assert analysis.selection is not None
    assert analysis.selection.halves is not None
    units = frame["patient_id"].to_numpy()
    halves = analysis.selection.halves
    assert not set(units[halves.choosing]) & set(units[halves.testing])


def test_successes_among_trials() -> None:
    frame, eta, rng = predictors(60, 70, 3)
    frame["tries"] = rng.integers(3, 12, 60)
    frame["hits"] = rng.binomial(frame["tries"], expit(eta))
    names = " + ".join(f"x{j}" for j in range(70))
    analysis = ra.analyze(frame, formula=f"cbind(hits, tries - hits) ~ {names}", skip_llm=True)
    assert analysis.design.formula.startswith("cbind(hits, tries - hits) ~ ")
    assert {"x3", "x7"} <= set(analysis.design.predictors)
    unseen = analysis.to_dict()["penalized"]["unseen"]
    assert unseen["auc"] is None
    assert unseen["deviance_explained"] > 0.3


@pytest.mark.parametrize("make", [yes_no, lambda **options: counts(**options).drop(columns="years")])
def test_the_ridge_keeps_every_row_where_all_can_be_tested(make: Callable[..., pd.DataFrame]) -> None:
    frame = make(n=240, k=8)
    target = frame.columns[-1]
    family = "poisson" if target == "claims" else "auto"
    analysis = ra.analyze(frame, target=target, family=family, overrides={"estimator": "ridge"}, skip_llm=True)
    document = analysis.to_dict()
    assert document["model"]["n_obs"] == 240
    assert "skipped" in document["penalized"]["selection"]
    assert 0.0 < document["penalized"]["df"] < 8.0
    assert "Maximum likelihood" in analysis.to_html()


@pytest.mark.parametrize("estimator", ["lasso", "ridge"])
def test_a_penalty_beyond_the_end_of_the_path_is_refused(estimator: str) -> None:
    with pytest.raises(UsageError, match="takes more columns") as caught:
        ra.analyze(yes_no(), target="sick", overrides={"estimator": estimator, "penalty": "1e-9"}, skip_llm=True)
    assert "or more" in caught.value.hint


def test_a_separated_half_says_so() -> None:
    frame, eta, _ = predictors(80, 90, 11)
    analysis = ra.analyze(frame.assign(sick=np.where(eta > 0, "yes", "no")), target="sick", skip_llm=True)
    assert {"x3", "x7"} <= set(analysis.design.predictors)
    assert any(finding.code == "separation" for finding in analysis.findings)
    assert all(math.isnan(row.p_value) for row in analysis.inference.coefficients)
    assert np.isfinite(analysis.predict(frame).predicted).all()


def test_pure_noise_seldom_shows_anything() -> None:
    clear = 0
    for seed in range(12):
        analysis = ra.analyze(yes_no(50, 60, signal=0.0, seed=seed), target="sick", skip_llm=True)
        tested = analysis.inference.coefficients[1:]
        clear += any(row.p_value_holm is not None and row.p_value_holm < 0.05 for row in tested)
    assert clear <= 3  # binomial(12, 0.05): 4 or more has a probability of 0.002
