"""Every check beside what R's lmtest, tseries and car say of the same files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from regression_analyzer.diagnose.checks import inflation, slopes_of, term_groups
from regression_analyzer.diagnose.collinearity import generalized_vif, slope_covariance
from regression_analyzer.findings import Skipped

from .models import CASES, from_csv, truth_case, truth_model

LEAST_SQUARES = 1e-8
"""Relative; the project's promise for least squares."""
CASE_TOLERANCE = 1e-7
"""Relative; Cook's distances and everything else that divides by 1 - leverage."""
LIKELIHOOD = 1e-6

GAUSSIAN = [name for name, (_, family) in CASES.items() if family == "gaussian"]
KEYS = {
    "breusch_pagan": "breusch_pagan_studentized",
    "breusch_pagan_original": "breusch_pagan_original",
    "white": "white_full",
    "reset": "reset_power_2_3_fitted",
    "jarque_bera": "jarque_bera_residuals",
    "shapiro_wilk": "shapiro_wilk_residuals",
    "durbin_watson": "durbin_watson",
    "breusch_godfrey": "breusch_godfrey_order1",
}
WITHOUT_PREDICTION = {("anscombe2", "breusch_pagan"), ("anscombe2", "breusch_pagan_original")}
"""Symmetric to the last bit: R prints a rounding error of 0."""
ROUNDED_P = {"jarque_bera"}
"""R subtracts from 1 here, so small p-values have few digits."""


@pytest.mark.parametrize("check", KEYS)
@pytest.mark.parametrize("case", GAUSSIAN)
def test_statistic_and_p_value(truth: Path, case: str, check: str) -> None:
    theirs = truth_case(truth, case)["values"].get(KEYS[check]) or {}
    ours = truth_model(truth, case).answer(check)
    statistic = theirs.get("statistic", theirs.get("LM"))
    if statistic is None or (case, check) in WITHOUT_PREDICTION:
        assert isinstance(ours, Skipped) or (case, check) in WITHOUT_PREDICTION
        return
    assert not isinstance(ours, Skipped), ours
    assert ours.statistic == pytest.approx(statistic, rel=LEAST_SQUARES)
    p = theirs.get("p_value", theirs.get("p"))
    if check in ROUNDED_P:
        assert ours.p_value == pytest.approx(p, rel=LEAST_SQUARES, abs=1e-14)
    else:
        assert ours.p_value == pytest.approx(p, rel=LEAST_SQUARES, abs=1e-250)


@pytest.mark.parametrize("case", CASES)
def test_influence(truth: Path, case: str) -> None:
    theirs = truth_case(truth, case)["values"]["influence"]
    ours = truth_model(truth, case).diagnostics.influence
    tolerance = CASE_TOLERANCE if case in GAUSSIAN else LIKELIHOOD
    assert ours.cooks_distance[0].value == pytest.approx(theirs["cooks_max"], rel=tolerance)
    assert ours.cooks_distance[0].row == theirs["cooks_max_row"]
    assert ours.leverage[0].value == pytest.approx(theirs["leverage_max"], rel=tolerance)
    assert abs(ours.studentized_residual[0].value) == pytest.approx(theirs["rstudent_max_abs"], rel=tolerance)
    assert abs(ours.dffits[0].value) == pytest.approx(theirs["dffits_max_abs"], rel=tolerance)
    assert ours.n_high_cooks == theirs["n_cooks_over_4_over_n"]
    assert ours.n_high_leverage == theirs["n_leverage_over_2p_over_n"]


@pytest.mark.parametrize("case", CASES)
def test_five_largest_cooks_distances(truth: Path, case: str) -> None:
    theirs = truth_case(truth, case)["values"]["influence"]["cooks_top5"]
    ours = {str(c.row): c.value for c in truth_model(truth, case).diagnostics.influence.cooks_distance}
    tolerance = CASE_TOLERANCE if case in GAUSSIAN else LIKELIHOOD
    for row, value in theirs.items():
        assert ours[row] == pytest.approx(value, rel=tolerance)


@pytest.mark.parametrize("case", GAUSSIAN)
def test_outlier_test(truth: Path, case: str) -> None:
    theirs = truth_case(truth, case)["values"]["outlier_test_bonferroni"]
    keys = ("row", "rstudent", "p_unadjusted")
    rows, residuals, ps = ([v] if isinstance(v, (int, float)) else v for v in (theirs[k] for k in keys))
    model = truth_model(truth, case)
    ours = {c.row: c for c in model.diagnostics.influence.studentized_residual}
    for row, studentized, p in zip(rows, residuals, ps, strict=True):
        assert ours[row].value == pytest.approx(studentized, rel=CASE_TOLERANCE)
        tested = model.fit.n_obs - model.diagnostics.influence.n_full_leverage  # R counts rows that have a residual
        assert ours[row].p_value == pytest.approx(min(p * tested, 1.0), rel=CASE_TOLERANCE)


@pytest.mark.parametrize("case", CASES)
def test_generalized_vif(truth: Path, case: str) -> None:
    theirs = truth_case(truth, case)["values"].get("vif")
    if not isinstance(theirs, dict):
        pytest.skip("one predictor")
    model = truth_model(truth, case)
    groups = term_groups(model.fit, model.design)
    slopes = slope_covariance(model.fit, slopes_of(model.fit, model.design))
    ours = sorted(generalized_vif(slopes, list(groups.values())))
    expected = sorted(v["GVIF"] if isinstance(v, dict) else v for v in theirs.values())
    tolerance = LEAST_SQUARES if case in GAUSSIAN else LIKELIHOOD
    assert ours == pytest.approx(expected, rel=tolerance)
    assert len(inflation(model.fit, model.design, groups)) == len(expected)


@pytest.mark.parametrize("case", GAUSSIAN)
def test_condition_number(truth: Path, case: str) -> None:
    theirs = truth_case(truth, case)["values"]["condition"]["condition_number_unit_length_columns"]
    assert truth_model(truth, case).check("condition_number").statistic == pytest.approx(theirs, rel=1e-6)


def test_hosmer_lemeshow(truth: Path) -> None:
    theirs = truth_case(truth, "titanic_logit")["values"]["hosmer_lemeshow"]
    ours = truth_model(truth, "titanic_logit").check("hosmer_lemeshow")
    assert [ours.statistic, ours.df, ours.p_value] == pytest.approx([theirs[k] for k in ("chi2", "df", "p")], rel=1e-6)


@pytest.mark.parametrize("case", ["quine_poisson", "warpbreaks_poisson", "insurance_claims_offset"])
def test_overdispersion(truth: Path, case: str) -> None:
    values = truth_case(truth, case)["values"]
    theirs = values["cameron_trivedi_overdispersion_AER"]["alternative_default"]
    ours = truth_model(truth, case).check("overdispersion")
    assert ours.statistic == pytest.approx(theirs["statistic"], rel=LIKELIHOOD)
    assert ours.p_value == pytest.approx(theirs["p_value"], rel=1e-5)
    assert ours.effect_size == pytest.approx(values["pearson_chi2_over_df"], rel=LIKELIHOOD)


def test_overdispersion_is_not_asked_of_single_rows(truth: Path) -> None:
    assert isinstance(truth_model(truth, "titanic_logit").answer("overdispersion"), Skipped)


def test_grouped_shares(truth: Path) -> None:
    values = truth_case(truth, "star98_grouped_binomial")["values"]
    with (truth / "real" / "sm_star98.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ("LOWINC", "PERASIAN", "PERBLACK", "PERHISP", "PERMINTE", "AVYRSEXP")
    lines = [",".join((*names, "share", "trials"))]
    for row in rows:
        share = float(row["PR50M"]) / float(row["MATHTOT"])
        lines.append(",".join([*(row[name] for name in names), repr(share), row["MATHTOT"]]))
    model = from_csv("\n".join(lines), f"share ~ {' + '.join(names)}", family="binomial", weights="trials")
    ours = model.check("overdispersion")
    assert ours.statistic == pytest.approx(values["pearson_chi2"], rel=LIKELIHOOD)
    assert ours.verdict == "problem"
    assert isinstance(model.answer("hosmer_lemeshow"), Skipped)
    influence = model.diagnostics.influence
    assert influence.cooks_distance[0].value == pytest.approx(values["influence"]["cooks_max"], rel=LIKELIHOOD)
    assert abs(influence.studentized_residual[0].value) == pytest.approx(
        values["influence"]["rstudent_max_abs"], rel=LIKELIHOOD
    )


def test_row_that_fits_itself_is_left_out(truth: Path) -> None:
    influence = truth_model(truth, "anscombe4").diagnostics.influence
    assert influence.n_full_leverage == 1
    assert influence.leverage[0].value == 1.0
    assert 8 not in {c.row for c in influence.cooks_distance}
