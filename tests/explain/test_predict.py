"""Predictions: beside R and statsmodels, on rows that do not fit, and their coverage."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.explain import Domain, PredictionModel, predict
from regression_analyzer.explain.predict import predict_rows
from regression_analyzer.fit import fit_model

from ..diagnose.models import CASES, ArrayBlocks, numeric_design
from .models import csv_table, homes, model_of, predicted, truth_table

LEAST_SQUARES = 1e-8
TRUTH_CASES = [
    "advertising",
    "anscombe4",
    "bike_day",
    "cars_nointercept",
    "insurance",
    "longley_R",
    "mtcars_ols_factor_cyl",
    "penguins_na",
    "seatbelts",
    "toothgrowth_interaction",
    "wage1",
]


@pytest.fixture(scope="module")
def price_model() -> PredictionModel:
    return model_of(csv_table(homes()), "price ~ area + rooms + town")


NEW = "town,area,rooms\nnorth,100,4\nsouth,150,6\n"


@pytest.mark.parametrize("name", TRUTH_CASES)
def test_intervals_equal_r(truth: Path, name: str) -> None:
    case = json.loads((truth / "r" / f"{name}.json").read_text(encoding="utf-8"))
    table = truth_table(truth, Path(case["data"]).name)
    ours = predict(model_of(table, CASES[name][0]), table, turned_back=False)
    place = {int(row): i for i, row in enumerate(ours.row)}
    theirs = case["values"]["prediction_first3_used_rows"]
    for row, mean in theirs["confidence95"].items():
        i, single = place[int(row)], theirs["prediction95"][row]
        found = [ours.predicted[i], ours.ci_low[i], ours.ci_high[i], ours.pi_low[i], ours.pi_high[i]]
        expected = [mean["fit"], mean["lwr"], mean["upr"], single["lwr"], single["upr"]]
        assert found == pytest.approx(expected, rel=LEAST_SQUARES)


def test_robust_intervals_equal_statsmodels() -> None:
    table = csv_table(homes())
    ours = predict(model_of(table, "price ~ area + rooms", kind="HC3"), csv_table("area,rooms\n100,4\n150,6\n"))
    values = np.array([[float(v) for v in line.split(",")[:2]] for line in homes().splitlines()[1:]])
    price = np.array([float(line.split(",")[4]) for line in homes().splitlines()[1:]])
    theirs = sm.OLS(price, sm.add_constant(values)).fit(cov_type="HC3", use_t=True)
    frame = theirs.get_prediction(np.array([[1.0, 100.0, 4.0], [1.0, 150.0, 6.0]])).conf_int()
    assert ours.ci_low == pytest.approx(frame[:, 0], rel=LEAST_SQUARES)
    assert ours.ci_high == pytest.approx(frame[:, 1], rel=LEAST_SQUARES)


@pytest.mark.parametrize(
    ("formula", "family", "make"),
    [
        ("visits ~ area", "poisson", lambda y, x: sm.GLM(y, x, family=sm.families.Poisson())),
        ("sold ~ area", "binomial", lambda y, x: sm.GLM(y, x, family=sm.families.Binomial())),
    ],
)
def test_intervals_of_means_equal_statsmodels(formula: str, family: str, make: object) -> None:
    lines = [line.split(",") for line in homes().splitlines()[1:]]
    x = sm.add_constant(np.array([float(line[0]) for line in lines]))
    y = np.array([float(line[5] == "yes") if family == "binomial" else float(line[6]) for line in lines])
    theirs = make(y, x).fit().get_prediction(np.array([[1.0, 100.0], [1.0, 150.0]]))  # type: ignore[operator]
    frame = theirs.summary_frame(alpha=0.05)
    ours = predicted(model_of(csv_table(homes()), formula, family=family), "area\n100\n150\n")
    assert ours.predicted == pytest.approx(frame["mean"].to_numpy(), rel=1e-6)
    assert ours.ci_low == pytest.approx(frame["mean_ci_lower"].to_numpy(), rel=1e-6)
    assert ours.ci_high == pytest.approx(frame["mean_ci_upper"].to_numpy(), rel=1e-6)


class TestRowsThatDoNotFit:
    def test_columns_are_matched_by_name_and_others_ignored(self, price_model: PredictionModel) -> None:
        plain = predicted(price_model, NEW)
        more = predicted(price_model, "colour,rooms,town,area\nred,4,north,100\nblue,6,south,150\n")
        assert plain.predicted.tolist() == more.predicted.tolist()
        assert plain.in_domain == (True, True)
        assert plain.reason == ("", "")

    def test_a_missing_column_is_named(self, price_model: PredictionModel) -> None:
        with pytest.raises(InputError, match='"rooms"') as caught:
            predicted(price_model, "town,area\nnorth,100\nsouth,150\n")
        assert caught.value.hint

    def test_an_unseen_level_has_no_prediction_and_a_reason(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\neast,100,4\nnorth,100,4\n")
        assert np.isnan(found.predicted[0])
        assert np.isfinite(found.predicted[1])
        assert found.in_domain == (False, True)
        assert '"east"' in found.reason[0]

    def test_a_missing_value_has_no_prediction_and_a_reason(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\nnorth,,4\nnorth,100,4\nsouth,120,5\n")
        assert np.isnan(found.predicted[0])
        assert "area" in found.reason[0]

    def test_a_value_out_of_range_is_predicted_with_a_warning(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\nnorth,900,4\nnorth,100,4\n")
        assert np.isfinite(found.predicted[0])
        assert found.in_domain == (False, True)
        assert "900" in found.reason[0]

    def test_an_unlikely_combination_is_told_though_each_value_is_in_range(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\nnorth,45,8\nnorth,100,4\n")
        assert found.in_domain == (False, True)
        assert "combination" in found.reason[0]

    def test_a_word_among_numbers_spoils_its_row_only(self, price_model: PredictionModel) -> None:
        text = "town,area,rooms\n" + "north,100,4\n" * 3 + "north,large,4\n" + "south,huge,4\nwest,tiny,4\n"
        found = predicted(price_model, text)
        assert np.isfinite(found.predicted[:3]).all()
        assert np.isnan(found.predicted[3:]).all()
        assert "large" in found.reason[3]

    def test_numbers_where_words_were_are_unseen(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\n1,100,4\n2,150,6\n")
        assert np.isnan(found.predicted).all()
        assert '"1"' in found.reason[0]

    def test_an_undefined_logarithm_is_a_reason(self) -> None:
        model = model_of(csv_table(homes()), "price ~ log(area)")
        found = predicted(model, "area\n-3\n100\n")
        assert np.isnan(found.predicted[0])
        assert "area" in found.reason[0]

    def test_a_row_never_raises(self, price_model: PredictionModel) -> None:
        found = predicted(price_model, "town,area,rooms\n,,\nnorth,1e300,4\nnorth,100,-1e300\nsouth,100,4\n")
        assert len(found.row) == len(found.reason) >= 3

    def test_the_level_must_be_between_0_and_1(self, price_model: PredictionModel) -> None:
        with pytest.raises(UsageError):
            predicted(price_model, NEW, level=95)


class TestScales:
    def test_a_logarithm_is_turned_back_to_the_median(self) -> None:
        model = model_of(csv_table(homes()), "log(price) ~ area")
        table = csv_table("area\n100\n150\n")
        back, raw = predict(model, table), predict(model, table, turned_back=False)
        assert back.predicted == pytest.approx(np.exp(raw.predicted))
        assert back.pi_high == pytest.approx(np.exp(raw.pi_high))
        assert "median" in back.note
        assert raw.note == ""

    def test_a_category_of_numbers_keeps_its_levels(self) -> None:
        model = model_of(csv_table(homes()), "price ~ C(rooms)")
        found = predicted(model, "rooms\n4\n5\n99\n")
        assert np.isfinite(found.predicted[:2]).all()
        assert np.isnan(found.predicted[2])

    def test_dates_are_days(self) -> None:
        model = model_of(csv_table(homes()), "price ~ built + area")
        found = predicted(model, "built,area\n2000-05-01,100\n2050-01-01,100\n")
        assert found.in_domain == (True, False)
        assert "2050-01-01" in found.reason[1]

    def test_yes_and_no_have_chances_without_intervals_of_outcomes(self) -> None:
        found = predicted(model_of(csv_table(homes()), "sold ~ area", family="binomial"), "area\n50\n190\n")
        assert ((found.ci_low > 0) & (found.ci_high < 1)).all()
        assert np.isnan(found.pi_low).all()

    def test_intervals_of_counts_are_whole_numbers_that_hold_the_mean(self) -> None:
        found = predicted(model_of(csv_table(homes()), "visits ~ area", family="poisson"), "area\n50\n190\n")
        assert (found.pi_low == np.round(found.pi_low)).all()
        assert ((found.pi_low <= found.predicted) & (found.predicted <= found.pi_high)).all()

    def test_a_weight_scales_the_interval_of_a_case(self) -> None:
        text = homes().replace("visits", "weight")
        rows = text.splitlines()
        text = "\n".join([rows[0], *(row.rsplit(",", 1)[0] + f",{1 + i % 4}" for i, row in enumerate(rows[1:]))])
        model = model_of(csv_table(text), "price ~ area", weights="weight")
        found = predicted(model, "area,weight\n100,1\n100,4\n")
        widths = found.pi_high - found.pi_low
        assert widths[0] > 1.8 * widths[1]
        assert np.isnan(predicted(model, "area\n100\n120\n").pi_low).all()

    def test_columns_far_from_zero_keep_their_digits(self) -> None:
        rng = np.random.default_rng(3)
        x = rng.uniform(0, 1, size=50)
        y = 2 * x + rng.normal(size=50)
        far_x = 2.0**40 + np.round(x * 2**10) / 2**10
        near_x = far_x - 2.0**40
        far_rows = "\n".join(f"{a!r},{b!r}" for a, b in zip(far_x.tolist(), y.tolist(), strict=True))
        near_rows = "\n".join(f"{a!r},{b!r}" for a, b in zip(near_x.tolist(), y.tolist(), strict=True))
        far = model_of(csv_table("x,y\n" + far_rows), "y ~ x")
        near = model_of(csv_table("x,y\n" + near_rows), "y ~ x")
        moved = predicted(far, f"x\n{2.0**40 + 0.25!r}\n{2.0**40 + 0.5!r}\n")
        plain = predicted(near, "x\n0.25\n0.5\n")
        assert moved.predicted == pytest.approx(plain.predicted, rel=1e-9)
        assert moved.ci_low == pytest.approx(plain.ci_low, rel=1e-9)


def test_intervals_cover_what_they_promise() -> None:
    rng = np.random.default_rng(4)
    held = np.zeros(2)
    rounds = 1_500
    design = numeric_design(2, 20)
    for _ in range(rounds):
        x = np.column_stack([np.ones(21), rng.normal(size=21)])
        mean = x @ [1.0, 2.0]
        y = mean + rng.normal(size=21)
        fit = fit_model(design, ArrayBlocks(x[:-1], y[:-1]))
        model = PredictionModel(
            design=design,
            kept=fit.kept,
            coefficients=fit.coefficients,
            covariance=fit.cov_unscaled * fit.dispersion,
            cov_unscaled=fit.cov_unscaled,
            dispersion=fit.dispersion,
            df_resid=fit.df_resid,
            distribution="t",
            domain=Domain(ranges={}, levels={}, max_leverage=np.inf),
        )
        _, ci_low, ci_high, pi_low, pi_high, *_ = predict_rows(model, x[-1:])[0]
        held += [ci_low <= mean[-1] <= ci_high, pi_low <= y[-1] <= pi_high]
    # three standard errors of a share of 0.95
    assert np.abs(held / rounds - 0.95).max() <= 3 * np.sqrt(0.95 * 0.05 / rounds)
