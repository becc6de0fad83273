"""Stored results of R beside ours, on clean files, without the program's own reader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ..conftest import TRUTH
from ..design.tables import read_csv
from .models import Result, run

LEAST_SQUARES = 1e-8
ROBUST = 1e-7
LIKELIHOOD = 1e-6
NEGATIVE_BINOMIAL = 1e-4

FAMILIES = {
    "gaussian (OLS)": "gaussian",
    "gaussian (WLS)": "gaussian",
    "binomial(logit)": "binomial",
    "binomial(probit)": "binomial(probit)",
    "poisson(log)": "poisson",
    "quasipoisson(log)": "quasi-poisson",
    "Gamma(log)": "gamma",
    "Gamma(inverse)": "gamma(inverse)",
    "negative binomial NB2 (log)": "negative-binomial",
    "poisson(log), offset log(Holders)": "poisson",
}
NAMES = (
    "advertising",
    "airquality_na",
    "ames_log",
    "anscombe1",
    "anscombe4",
    "bike_day",
    "california_housing",
    "card_na",
    "cars_nointercept",
    "duncan",
    "gapminder_wls",
    "insurance",
    "insurance_claims_offset",
    "insurance_gamma",
    "insurance_interaction",
    "longley_R",
    "mpg_na_factor",
    "mtcars_ols",
    "mtcars_ols_factor_cyl",
    "penguins_na",
    "quine_negbin",
    "quine_poisson",
    "scotvote_gamma",
    "seatbelts",
    "tips",
    "titanic_logit",
    "titanic_probit",
    "toothgrowth_interaction",
    "wage1",
    "warpbreaks_poisson",
    "warpbreaks_quasipoisson",
    "warpbreaks_twoway",
)

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")
Both = tuple[Result, dict[str, Any], float]


@pytest.fixture(scope="module", params=NAMES)
def both(request: pytest.FixtureRequest) -> Both:
    case = json.loads((TRUTH / "r" / f"{request.param}.json").read_text(encoding="utf-8"))
    family = FAMILIES[case["family"]]
    formula = re.sub(r"factor\((\w+)(,levels=.*?\))?\)", r"C(\1)", case["formula"])
    reference = {"Group": "<1l", "Age": "<25"} if "offset" in formula else {}
    table = read_csv(Path(TRUTH / case["data"]))
    result = run(table, formula, family=family, weights=case.get("weights"), reference=reference)
    tolerance = LEAST_SQUARES if family == "gaussian" else LIKELIHOOD
    return result, case["values"], NEGATIVE_BINOMIAL if family == "negative-binomial" else tolerance


def relative(ours: float, theirs: float) -> float:
    return abs(ours - theirs) / abs(theirs) if theirs else abs(ours)


def theirs_as_ours(result: Result, values: Any) -> dict[str, float]:
    """R's names without marks, matched with ours without marks."""
    given: dict[str, Any] = values if isinstance(values, dict) else {result.inference.coefficients[-1].term: values}
    known = {re.sub(r"[\[\]]|C\(|\)(?=\[)", "", c.term): c.term for c in result.inference.coefficients}
    plain = {re.sub(r"factor\(([\w.]+)[^:]*\)(?=[^)]*$)", r"\1", k): v for k, v in given.items()}
    assert set(plain) <= set(known)
    return {known[k]: float(v) for k, v in plain.items() if v is not None}


def test_coefficients(both: Both) -> None:
    result, values, tolerance = both
    for term, value in theirs_as_ours(result, values["coef"]).items():
        assert relative(result.by_term[term].estimate, value) < tolerance, term


def test_standard_errors(both: Both) -> None:
    result, values, tolerance = both
    for term, value in theirs_as_ours(result, values["se"]).items():
        assert relative(result.by_term[term].std_error, value) < tolerance, term


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_robust_errors(both: Both, kind: str) -> None:
    result, values, _ = both
    if not isinstance(values.get(kind), dict):
        pytest.skip("not in this reference")
    for term, value in theirs_as_ours(result, values[kind].get("se", values[kind])).items():
        assert relative(result.by_term[term].std_error_by_kind[kind], value) < ROBUST, term


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("sigma", "sigma"),
        ("rss", "rss"),
        ("r_squared", "r_squared"),
        ("log_likelihood", "loglik"),
        ("aic", "aic_R"),
        ("bic", "bic_R"),
        ("aic", "aic"),
        ("bic", "bic"),
        ("deviance", "deviance"),
        ("null_deviance", "null_deviance"),
        ("theta", "theta"),
        ("dispersion", "dispersion"),
    ],
)
def test_fit_statistics(both: Both, ours: str, theirs: str) -> None:
    result, values, tolerance = both
    if values.get(theirs) is None:
        pytest.skip("not in this reference")
    assert relative(getattr(result.fit, ours), values[theirs]) < tolerance


def test_rows_used(both: Both) -> None:
    result, values, _ = both
    assert result.fit.n_obs == values["n"]


def test_f_statistic(both: Both) -> None:
    result, values, tolerance = both
    if values.get("f_statistic") is None:
        pytest.skip("not in this reference")
    assert relative(result.inference.f_statistic or 0.0, values["f_statistic"]) < tolerance
