"""Real files, from the CSV to the document, beside what R makes of them."""

from __future__ import annotations

from typing import Any

import pytest

import regression_analyzer as ra

from .truth import TRUTH, load, r_values, relative_error

LEAST_SQUARES = 1e-8
LIKELIHOOD = 1e-6
NEGATIVE_BINOMIAL = 1e-4

CASES = {
    "mtcars_ols": ("mpg ~ wt + hp", "gaussian", LEAST_SQUARES),
    "mtcars_ols_factor_cyl": ("mpg ~ wt + C(cyl)", "gaussian", LEAST_SQUARES),
    "airquality_na": ("Ozone ~ Solar.R + Wind + Temp", "gaussian", LEAST_SQUARES),
    "duncan": ("prestige ~ income + education", "gaussian", LEAST_SQUARES),
    "insurance": ("charges ~ age + sex + bmi + children + smoker + region", "gaussian", LEAST_SQUARES),
    "insurance_interaction": ("charges ~ age + bmi * smoker + children + region", "gaussian", LEAST_SQUARES),
    "wage1": ("lwage ~ educ + exper + tenure", "gaussian", LEAST_SQUARES),
    "penguins_na": ("body_mass_g ~ flipper_length_mm + species + sex", "gaussian", LEAST_SQUARES),
    "longley_R": (
        "Employed ~ GNP.deflator + GNP + Unemployed + Armed.Forces + Population + Year",
        "gaussian",
        1e-7,
    ),
    "california_housing": (
        "median_house_value ~ longitude + latitude + housing_median_age + total_rooms + total_bedrooms"
        " + population + households + median_income + ocean_proximity",
        "gaussian",
        LEAST_SQUARES,
    ),
    "tips": ("tip ~ total_bill + size + sex + smoker + day + time", "gaussian", LEAST_SQUARES),
    "advertising": ("Sales ~ TV + Radio + Newspaper", "gaussian", LEAST_SQUARES),
    "mpg_na_factor": ("mpg ~ horsepower + weight + model_year + origin", "gaussian", LEAST_SQUARES),
    "cars_nointercept": ("dist ~ 0 + speed", "gaussian", LEAST_SQUARES),
    "bike_day": (
        "cnt ~ C(season) + yr + holiday + workingday + C(weathersit) + temp + hum + windspeed",
        "gaussian",
        LEAST_SQUARES,
    ),
    "ames_log": (
        "log(Sale_Price) ~ Gr_Liv_Area + Year_Built + Total_Bsmt_SF + Neighborhood + Bldg_Type",
        "gaussian",
        LEAST_SQUARES,
    ),
    "card_na": ("lwage ~ educ + exper + expersq + black + smsa + south + IQ", "gaussian", LEAST_SQUARES),
    "anscombe4": ("y4 ~ x4", "gaussian", LEAST_SQUARES),
    "seatbelts": ("drivers ~ kms + PetrolPrice + law", "gaussian", LEAST_SQUARES),
    "toothgrowth_interaction": ("len ~ supp * dose", "gaussian", LEAST_SQUARES),
    "warpbreaks_twoway": ("breaks ~ wool * tension", "gaussian", LEAST_SQUARES),
    "titanic_logit": ("survived ~ C(pclass) + sex + age", "binomial", LIKELIHOOD),
    "quine_poisson": ("Days ~ Eth + Sex + Age + Lrn", "poisson", LIKELIHOOD),
    "warpbreaks_poisson": ("breaks ~ wool + tension", "poisson", LIKELIHOOD),
    "insurance_gamma": ("charges ~ age + bmi + children + smoker", "gamma", LIKELIHOOD),
    "quine_negbin": ("Days ~ Eth + Sex + Age + Lrn", "negative-binomial", NEGATIVE_BINOMIAL),
}

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")


@pytest.fixture(scope="module", params=CASES)
def both(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any], float]:
    case = load(f"r/{request.param}.json")
    formula, family, tolerance = CASES[request.param]
    analysis = ra.analyze(TRUTH / case["data"], formula=formula, family=family, covariance="classical", skip_llm=True)
    return analysis.to_dict(), case["values"], tolerance


def theirs_for(values: dict[str, float] | float, ours: dict[str, float]) -> list[tuple[str, float, float]]:
    if isinstance(values, float):  # R writes a vector of one as a number
        values = dict.fromkeys(ours, values)
    assert set(values) == set(ours)
    return [(name, ours[name], value) for name, value in values.items()]


def test_coefficients(both: tuple[dict[str, Any], dict[str, Any], float]) -> None:
    document, r, tolerance = both
    for name, ours, theirs in theirs_for(r["coef"], r_values(document, "estimate")):
        assert relative_error(ours, theirs) < tolerance, name


def test_standard_errors(both: tuple[dict[str, Any], dict[str, Any], float]) -> None:
    document, r, tolerance = both
    for name, ours, theirs in theirs_for(r["se"], r_values(document, "std_error")):
        assert relative_error(ours, theirs) < tolerance, name


def test_rows_used(both: tuple[dict[str, Any], dict[str, Any], float]) -> None:
    document, r, _ = both
    assert document["model"]["n_obs"] == r["n"]


def test_fit_statistics(both: tuple[dict[str, Any], dict[str, Any], float]) -> None:
    document, r, tolerance = both
    pairs = {"r_squared": "r_squared", "adj_r_squared": "adj_r_squared", "sigma": "sigma", "f_statistic": "f_statistic"}
    pairs |= {"aic": "aic_R", "bic": "bic_R", "log_likelihood": "loglik"} if "aic_R" in r else {}
    pairs |= {"deviance": "deviance", "null_deviance": "null_deviance"} if "null_deviance" in r else {}
    compared = 0
    for ours, theirs in pairs.items():
        if theirs in r and r[theirs] is not None:
            assert relative_error(document["model"][ours], r[theirs]) < max(tolerance, LEAST_SQUARES), ours
            compared += 1
    assert compared


def test_robust_errors(both: tuple[dict[str, Any], dict[str, Any], float]) -> None:
    document, r, _ = both
    if "HC3" not in r:
        pytest.skip("no robust errors in this reference")
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        if kind not in r:
            continue
        ours = {k: v[kind] for k, v in r_values(document, "std_error_by_kind").items()}  # type: ignore[index]
        for name, value, theirs in theirs_for(r[kind]["se"], ours):
            assert relative_error(value, theirs) < 1e-7, (kind, name)
