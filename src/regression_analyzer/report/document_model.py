"""The parts of the analysis document that tell of the model: fit, coefficients, checks, influence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.diagnose.value import CaseValue, Check, Influence
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Alias, Coefficient, Fit, Reach, TermTest, TypeTwo
from regression_analyzer.report.json_values import NOT_FINITE, JsonObject, put
from regression_analyzer.report.numbers import fmt
from regression_analyzer.report.questions import advice_for, question_for

GAUSSIAN_ONLY = "defined for least squares only"
NO_SLOPES = "the model has no predictors"
NOT_SAID = "not defined for this fit"
NORMAL = "the normal distribution is used"
NO_SQUARE = "this square is too large or too small for a number of the computer; its root is sigma"


def model_part(analysis: Analysis) -> JsonObject:
    """Return the model, whatever its family."""
    design, fit, inference = analysis.design, analysis.fit, analysis.inference
    least_squares = fit.family == "gaussian"
    part: JsonObject = {
        "family": fit.family,
        "link": fit.link,
        "estimator": "least_squares" if least_squares else "maximum_likelihood",
        "target": design.target,
        "target_expression": design.target_expression,
        "event": design.event,
        "formula": design.formula,
        "predictors": list(design.predictors),
        "reference_levels": dict(design.reference_levels),
        "intercept": design.intercept,
        "n_obs": fit.n_obs,
        "df_model": fit.df_model,
        "df_resid": fit.df_resid,
    }
    put(part, "r_squared", inference.r_squared, NOT_SAID)
    put(part, "adj_r_squared", inference.adj_r_squared, NOT_SAID)
    put(part, "sigma", fit.sigma if least_squares else None, GAUSSIAN_ONLY)
    rmse = fit.sigma * math.sqrt(fit.df_resid / fit.n_obs) if least_squares else None
    put(part, "rmse", rmse, GAUSSIAN_ONLY)
    slopes = NO_SLOPES if fit.df_model == 0 else NOT_SAID
    put(part, "f_statistic", inference.f_statistic, slopes)
    put(part, "f_p_value", inference.f_p_value, slopes)
    for key in ("log_likelihood", "aic", "bic", "condition_number"):
        put(part, key, getattr(fit, key))
    for key in ("deviance", "null_deviance", "dispersion"):
        put(part, key, getattr(fit, key), NO_SQUARE if least_squares else NOT_FINITE)
    if not least_squares:
        part["pseudo_r_squared"] = pseudo_r_squared(fit, whole=not design.dispersion_estimated)
    if fit.family == "negative-binomial":
        put(part, "theta", fit.theta)
        put(part, "theta_std_error", fit.theta_error, "the counts vary no more than Poisson ones: theta has no maximum")
    put(part, "digits", fit.digits)
    part["iterations"], part["converged"] = fit.iterations, fit.converged
    put(part, "target_mean", fit.y_mean)
    put(part, "target_std", fit.y_std)
    part["covariance"] = covariance_part(analysis)
    part["coefficients"] = [coefficient_part(row) for row in inference.coefficients]
    part["terms"] = [term_part(test) for test in inference.term_tests]
    part["aliased"] = [alias_part(alias, analysis) for alias in fit.aliases]
    part["separation"] = [design.columns[i].name for i in fit.separation]
    return part


def pseudo_r_squared(fit: Fit, *, whole: bool) -> JsonObject:
    """Return shares explained of models with a link; ``whole``: the family has a likelihood.

    With D and D0 the deviances of the model and of the constant one, L and L0 their log-likelihoods:
    ``deviance_explained = 1 - D / D0``, ``mcfadden = 1 - L / L0``, ``cox_snell = 1 - exp((D - D0) / n)``,
    ``nagelkerke = cox_snell / (1 - exp(2 L0 / n))``. McFadden (1974); Cox and Snell (1989); Nagelkerke (1991),
    doi:10.1093/biomet/78.3.691.
    """
    part: JsonObject = {}
    drop = fit.null_deviance - fit.deviance
    put(part, "deviance_explained", drop / fit.null_deviance if fit.null_deviance > 0 else None, NOT_SAID)
    if whole and fit.family in {"binomial", "poisson"}:
        null = fit.log_likelihood - drop / 2.0
        snell, most = -math.expm1(-drop / fit.n_obs), -math.expm1(2.0 * null / fit.n_obs)
        put(part, "mcfadden", 1.0 - fit.log_likelihood / null if null < 0 else None, NOT_SAID)
        put(part, "cox_snell", snell, NOT_SAID)
        put(part, "nagelkerke", snell / most if most > 0 else None, NOT_SAID)
    return part


def covariance_part(analysis: Analysis) -> JsonObject:
    """Return which standard errors are in use, and why."""
    inference = analysis.inference
    part: JsonObject = {"kind": inference.kind, "because": inference.because, "adjusted": inference.adjusted}
    if inference.cluster_by is not None:
        part["cluster_by"] = inference.cluster_by
    if inference.covariances.n_clusters is not None:
        part["n_clusters"] = inference.covariances.n_clusters
    lags = inference.covariances.lags_adjusted if inference.adjusted else inference.covariances.lags
    if lags is not None:
        part["lags"] = lags
    part["distribution"] = inference.distribution
    put(part, "df", inference.df_inference, NORMAL)
    part["level"] = inference.level
    part["intervals"] = inference.intervals
    if inference.intervals_because:
        part["intervals_because"] = inference.intervals_because
    part["verdicts_changed"] = inference.verdicts_changed
    part["full_leverage"] = inference.covariances.full_leverage
    return part


def coefficient_part(row: Coefficient) -> JsonObject:
    """Return one row of the coefficient table."""
    part: JsonObject = {"term": row.term, "predictor": row.predictor, "level": row.level}
    intercept = row.predictor is None
    for key in ("estimate", "std_error", "statistic", "p_value"):
        put(part, key, getattr(row, key))
    put(part, "p_value_holm", row.p_value_holm, "the intercept asks no question" if intercept else NOT_SAID)
    put(part, "ci_low", row.ci_low)
    put(part, "ci_high", row.ci_high)
    put(part, "df", row.df, NORMAL)
    for name, by_kind in (("std_error_by_kind", row.std_error_by_kind), ("p_value_by_kind", row.p_value_by_kind)):
        kinds: JsonObject = {}
        for kind, value in by_kind.items():
            put(kinds, kind, value)
        part[name] = kinds
    if row.by_interval:
        part["by_interval"] = {way: reach_part(reach) for way, reach in row.by_interval.items()}
    put(part, "vif", row.vif, "the intercept overlaps with nothing" if intercept else NOT_SAID)
    put(part, "std_estimate", row.std_estimate, "the intercept has no spread" if intercept else NOT_SAID)
    return part


def reach_part(reach: Reach) -> JsonObject:
    """Return what one way of making intervals says of a coefficient."""
    part: JsonObject = {}
    for key in ("statistic", "p_value", "ci_low", "ci_high"):
        put(part, key, getattr(reach, key))
    return part


def term_part(test: TermTest) -> JsonObject:
    """Return the test that a term is not related at all."""
    part: JsonObject = {"term": test.term, "df": test.df, "df_resid": test.df_resid}
    put(part, "statistic", test.statistic)
    put(part, "p_value", test.p_value)
    put(part, "p_value_holm", test.p_value_holm, NOT_SAID)
    put(part, "gvif", test.gvif, NOT_SAID)
    put(part, "gvif_scaled", None if test.gvif is None else test.gvif ** (0.5 / test.df), NOT_SAID)
    classical = test.type_two
    if isinstance(classical, TypeTwo):
        part["lr" if classical.test == "LR" else "type2"] = type_two_part(classical)
    elif classical is not None:
        part["lr"] = {"skipped": classical.reason}
    return part


def type_two_part(test: TypeTwo) -> JsonObject:
    """Return what a term adds to the terms that do not contain it: type II F, or likelihood ratio."""
    part: JsonObject = {"df": test.df}
    put(part, "df_resid", test.df_resid, "chi-square")
    put(part, "statistic", test.statistic)
    put(part, "p_value", test.p_value)
    if test.sum_of_squares is not None:
        put(part, "sum_of_squares", test.sum_of_squares, NO_SQUARE)
        put(part, "partial_eta_squared", test.partial_eta_squared, NOT_SAID)
    return part


def alias_part(alias: Alias, analysis: Analysis) -> JsonObject:
    """Return a column that was dropped, and what it is made of."""
    return {"term": analysis.design.columns[alias.column].name, "because": alias_reason(alias, analysis)}


def alias_reason(alias: Alias, analysis: Analysis) -> str:
    """Say in words which columns make an aliased one."""
    names = [column.name for column in analysis.design.columns]
    if not alias.combination:
        return "it is zero in every row used"
    shown = alias.combination[:6]
    parts = []
    for column, weight in shown:
        times = "" if abs(weight) == 1.0 else f"{fmt(abs(weight))} x "
        parts.append(f"{'-' if weight < 0 else '+'} {times}{names[column]}")
    more = len(alias.combination) - len(shown)
    return f"it equals {' '.join(parts).removeprefix('+ ')}{f' and {more} more' if more else ''}"


def check_part(check: Check) -> JsonObject:
    """Return one check: its answer, or why it was not asked."""
    part: JsonObject = {"check": check.name, "question": question_for(check.name).question}
    result = check.result
    if isinstance(result, Skipped):
        return part | {"skipped": result.reason}
    put(part, "statistic", result.statistic)
    put(part, "df", result.df, "no degrees of freedom belong to it")
    put(part, "df2", result.df2, "no second degrees of freedom belong to it")
    put(part, "p_value", result.p_value, "judged by its size, without a probability")
    put(part, "effect_size", result.effect_size, "no size apart from the statistic")
    part["effect_name"] = result.effect_name
    part["verdict"] = result.verdict
    part["advice"] = advice_for(check.name, result.verdict)
    return part


def influence_part(influence: Influence) -> JsonObject:
    """Return the rows that weigh most; rows are 1-based data rows of the file."""
    return {
        "max_leverage": _largest(influence.leverage),
        "max_cooks_distance": _largest(influence.cooks_distance),
        "outliers": [_outlier(case) for case in influence.outliers],
        "leverage": _cases(influence.leverage),
        "cooks_distance": _cases(influence.cooks_distance),
        "studentized_residual": _cases(influence.studentized_residual),
        "dffits": _cases(influence.dffits),
        "n_high_leverage": influence.n_high_leverage,
        "n_high_cooks_distance": influence.n_high_cooks,
        "n_full_leverage": influence.n_full_leverage,
        "mean_leverage": influence.mean_leverage,
    }


def _case(case: CaseValue) -> JsonObject:
    part: JsonObject = {}
    put(part, "value", case.value)
    part["row"] = case.row
    return part


def _cases(cases: Sequence[CaseValue]) -> list[JsonObject]:
    return [_case(case) for case in cases]


def _largest(cases: Sequence[CaseValue]) -> JsonObject:
    if not cases:
        return {"value": None, "value_reason": "no row has one", "row": None}
    return _case(cases[0])


def _outlier(case: CaseValue) -> JsonObject:
    part: JsonObject = {"row": case.row}
    put(part, "studentized_residual", case.value)
    put(part, "p_value_bonferroni", case.p_value, NOT_SAID)
    return part
