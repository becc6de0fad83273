"""Real files, from the CSV to the document: every value that the document has a place for, beside R's."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

import regression_analyzer as ra

from .places import PLACES
from .truth import TRUTH, load, relative_error

LEAST_SQUARES = 1e-8
LIKELIHOOD = 1e-6
NEGATIVE_BINOMIAL = 1e-4
BY_LEVERAGE = 1e-7
"""Whatever divides by 1 - leverage."""
TAIL = 30.0
"""A relative error of a statistic is multiplied by about its square, halved, in a far tail's probability."""
SMALLEST = 1e-250
"""R gives up on tails at about 1e-300; below this only the order of magnitude is asked for."""

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
    "anscombe1": ("y1 ~ x1", "gaussian", LEAST_SQUARES),
    "anscombe2": ("y2 ~ x2", "gaussian", LEAST_SQUARES),
    "anscombe3": ("y3 ~ x3", "gaussian", LEAST_SQUARES),
    "mtcars_perfect_collinear": ("mpg ~ wt + hp + wt_kg", "gaussian", LEAST_SQUARES),
    "gapminder_wls": ("lifeExp ~ log(gdpPercap) + year", "gaussian", LEAST_SQUARES),
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
    "titanic_probit": ("survived ~ C(pclass) + sex + age", "binomial(probit)", LIKELIHOOD),
    "warpbreaks_quasipoisson": ("breaks ~ wool + tension", "quasi-poisson", LIKELIHOOD),
    "scotvote_gamma": (
        "YES ~ COUTAX + UNEMPF + MOR + ACT + GDP + AGE + COUTAX_FEMALEUNEMP",
        "gamma(inverse)",
        LIKELIHOOD,
    ),
    "insurance_claims_offset": (
        "Claims ~ C(District) + Group + Age + offset(log(Holders))",
        "poisson",
        LIKELIHOOD,
    ),
    "quine_poisson": ("Days ~ Eth + Sex + Age + Lrn", "poisson", LIKELIHOOD),
    "warpbreaks_poisson": ("breaks ~ wool + tension", "poisson", LIKELIHOOD),
    "insurance_gamma": ("charges ~ age + bmi + children + smoker", "gamma", LIKELIHOOD),
    "quine_negbin": ("Days ~ Eth + Sex + Age + Lrn", "negative-binomial", NEGATIVE_BINOMIAL),
}

REFERENCE = {"insurance_claims_offset": {"Group": "<1l", "Age": "<25"}}
WEIGHTS = {"gapminder_wls": "pop"}
DIVIDED = ("HC2", "HC3", "influence", "outlier_test_bonferroni")
ROUNDED = {"jarque_bera_residuals"}
"""R subtracts these probabilities from 1, so small ones have few digits: an absolute 1e-14."""
SYMMETRIC = {("anscombe2", "breusch_pagan_studentized"), ("anscombe2", "breusch_pagan_original")}
"""The statistic is 0 but for R's rounding."""
ELSEWISE = {
    # about the mean; without an intercept R's own R-squared is about 0, and so is ours
    ("cars_nointercept", "tss"),
    # R's default intervals are normal even where its p-values are those of t; ours are t throughout
    *((name, "ci95_wald") for name in ("warpbreaks_quasipoisson", "scotvote_gamma", "insurance_gamma")),
}
"""Values of the reference that follow another convention than the document."""

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")


def source_of(name: str, case: dict[str, Any]) -> Any:
    path = TRUTH / case["data"]
    if name != "mtcars_perfect_collinear":
        return path
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    lines = ["mpg,wt,hp,wt_kg"]
    lines += [f"{row['mpg']},{row['wt']},{row['hp']},{float(row['wt']) * 453.59237!r}" for row in rows]
    return "\n".join([*lines, ""]).encode()


def plain(value: Any) -> Any:
    """Drop what R writes into names: ``factor(Group, levels = c(...))`` is ``Group`` here."""
    if isinstance(value, dict):
        return {re.sub(r"factor\((\w+), levels = .*\)\)", r"\1", key): plain(part) for key, part in value.items()}
    return value


@pytest.fixture(scope="module", params=CASES)
def both(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any], dict[str, Any], float]:
    name = request.param
    case = load(f"r/{name}.json")
    formula, family, tolerance = CASES[name]
    analysis = ra.analyze(
        source_of(name, case),
        formula=formula,
        family=family,
        covariance="classical",
        reference=REFERENCE.get(name),
        weights=WEIGHTS.get(name),
        skip_llm=True,
    )
    return name, json.loads(analysis.to_json()), plain(case["values"]), tolerance


def allowed(name: str, key: str, label: str, theirs: float, tolerance: float) -> float:
    """Relative error that a value may have."""
    if key in DIVIDED:
        tolerance = max(tolerance, BY_LEVERAGE)
    if label.endswith("p") or key in {"p", "f_p_value"} or " p_" in label:
        tolerance *= TAIL if theirs > SMALLEST else 1e6
    return tolerance


def test_every_value_that_has_a_place(both: tuple[str, dict[str, Any], dict[str, Any], float]) -> None:
    name, document, r, tolerance = both
    compared, wrong = 0, []
    for key, pairs in PLACES.items():
        if r.get(key) is None or (name, key) in SYMMETRIC | ELSEWISE:
            continue
        for label, ours, theirs in pairs(document, r[key]):
            if theirs is None or not isinstance(theirs, (int, float)):
                continue
            compared += 1
            absolute = 1e-14 if key in ROUNDED else 0.0
            if ours is None or (
                relative_error(ours, theirs) > allowed(name, key, label, theirs, tolerance)
                and abs(ours - theirs) > max(absolute, 1e-300)
            ):
                wrong.append((key, label, ours, theirs))
    assert not wrong, wrong[:20]
    assert compared >= 20


def test_columns_that_repeat_others(both: tuple[str, dict[str, Any], dict[str, Any], float]) -> None:
    _, document, r, _ = both
    dropped = r.get("aliased_dropped") or []
    assert [row["term"] for row in document["model"]["aliased"]] == ([dropped] if isinstance(dropped, str) else dropped)


def test_descriptions_of_columns() -> None:
    values = load("r/mtcars_descriptives.json")["values"]
    document = ra.analyze(TRUTH / "real" / "mtcars.csv", target="mpg", skip_llm=True).to_dict()
    columns = {column["name"]: column for column in document["column_analysis"]["columns"]}
    for name, mean in values["mean"].items():
        column = columns[name]
        quartiles = values["quartiles_type7"]
        assert column["mean"] == pytest.approx(mean, rel=LEAST_SQUARES)
        assert column["std"] == pytest.approx(values["sd"][name], rel=LEAST_SQUARES)
        assert column["quantiles"]["0.5"] == pytest.approx(values["median"][name], rel=LEAST_SQUARES)
        assert column["quantiles"]["0.25"] == pytest.approx(quartiles[0][name], rel=LEAST_SQUARES)
        assert column["quantiles"]["0.75"] == pytest.approx(quartiles[1][name], rel=LEAST_SQUARES)
