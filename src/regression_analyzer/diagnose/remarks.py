"""What the reader should know: findings from checks that are not fine, with the facts behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.diagnose import collinearity
from regression_analyzer.diagnose.checks import inflation, intercept_of, related_groups, slopes_of
from regression_analyzer.diagnose.influence import Removal
from regression_analyzer.diagnose.pictures import column
from regression_analyzer.diagnose.removal import shift_without
from regression_analyzer.diagnose.residual_checks import ResidualChecks
from regression_analyzer.diagnose.scan import DRAWN, Scan
from regression_analyzer.diagnose.soundness import unexplained_share
from regression_analyzer.diagnose.spread import spread_ratio
from regression_analyzer.diagnose.value import CaseValue, Check, Influence, TestResult, Verdict
from regression_analyzer.findings import Fact, Finding, Severity
from regression_analyzer.fit.value import Fit

HIGH_LEVERAGE = 0.5
"""Huber (1981), Robust Statistics, section 7.2: avoid leverages above one half; doi:10.1002/0471725250."""
MAX_COLLINEAR = 3
SHOWN = 5

SAID_BY_FIT = {"perfect_fit": "exact_fit", "overdispersed": "overdispersion"}
"""Findings of the fit, and the findings of this room that would repeat them."""

Results = Mapping[str, TestResult]


def remarks(
    fit: Fit,
    design: Design,
    seen: Scan,
    *,
    checks: tuple[Check, ...],
    residual: ResidualChecks,
    influence: Influence,
    removed: tuple[Removal, ...],
) -> tuple[Finding, ...]:
    """Turn everything that is not fine into findings.

    What the fit says of itself is not said again: separation, lost digits, convergence, and `SAID_BY_FIT`.
    """
    said = {SAID_BY_FIT[f.code] for f in fit.findings if f.code in SAID_BY_FIT}
    results = {c.name: c.result for c in checks if isinstance(c.result, TestResult)}
    found = (
        *_soundness(fit, design, results),
        *_curvature(fit, results),
        *_spread(seen, results),
        *_dependence(residual, results),
        *_normality(fit, residual, results),
        *_counts(fit, seen, results),
        *_collinearity(fit, design, results),
        *_leverage(influence),
        *_influential(fit, design, influence, removed, results),
        *_outliers(fit, design, seen, influence, results),
    )
    return tuple(f for f in found if f.code not in said)


def _severity(verdict: Verdict) -> Severity:
    return "info" if verdict == "ok" else verdict


def _bad(results: Results, name: str) -> TestResult | None:
    result = results.get(name)
    return None if result is None or result.verdict == "ok" else result


def _numbers(result: TestResult) -> dict[str, Fact]:
    return {
        "statistic": result.statistic,
        "df": result.df,
        "df2": result.df2,
        "p": result.p_value,
        "effect": result.effect_size,
    }


def _soundness(fit: Fit, design: Design, results: Results) -> Iterator[Finding]:
    result = _bad(results, "exact_fit")
    if result is not None:
        slopes = slopes_of(fit, design)
        sd = np.sqrt(np.maximum(np.diag(fit.cov_unscaled), 1e-300))
        strongest = max(slopes, key=lambda i: abs(fit.coefficients[i]) / sd[i], default=None)
        name = "" if strongest is None else design.columns[int(fit.kept[strongest])].name
        facts: dict[str, Fact] = {"unexplained": unexplained_share(fit), "strongest": name, "target": design.target}
        yield Finding(code="exact_fit", severity=_severity(result.verdict), subject=design.target, facts=facts)
    result = _bad(results, "sample_size")
    if result is not None:
        facts = {"rows": fit.n_obs, "coefficients": fit.kept.size, "per": result.statistic, "family": fit.family}
        yield Finding(code="too_few_rows", severity=_severity(result.verdict), facts=facts)


def _curvature(fit: Fit, results: Results) -> Iterator[Finding]:
    result = _bad(results, "reset")
    if result is not None:
        facts = _numbers(result)
        facts["gain"] = float((result.effect_size or 0.0) * unexplained_share(fit))
        yield Finding(code="curvature", severity=_severity(result.verdict), facts=facts)


def _spread(seen: Scan, results: Results) -> Iterator[Finding]:
    found = [(name, _bad(results, name)) for name in ("breusch_pagan", "white")]
    bad = [(name, result) for name, result in found if result is not None]
    if not bad:
        return
    name, result = max(bad, key=lambda item: item[1].verdict == "problem")
    values = seen.selected.sample.values
    weighted, fitted = column(values, "weighted"), column(values, "fitted")
    low, high = np.quantile(fitted, (0.2, 0.8))
    bottom, top = (weighted[fitted <= low] ** 2).mean(), (weighted[fitted >= high] ** 2).mean()
    by_prediction = math.sqrt(float(top / bottom)) if bottom > 0.0 else math.inf
    facts = _numbers(result) | {"check": name, "by_prediction": by_prediction}
    facts["along_prediction"] = spread_ratio(weighted**2, fitted)
    yield Finding(code="heteroscedasticity", severity=_severity(result.verdict), facts=facts, remedy="standard_errors")


def _dependence(residual: ResidualChecks, results: Results) -> Iterator[Finding]:
    result = _bad(results, "durbin_watson") or _bad(results, "breusch_godfrey")
    if result is None or residual.order is None:
        return
    facts = _numbers(result) | {
        "correlation": residual.lag_correlation,
        "ordered": residual.order.ordered,
        "rearranged": residual.order.rearranged,
    }
    yield Finding(code="autocorrelation", severity=_severity(result.verdict), facts=facts, remedy="standard_errors")


def _normality(fit: Fit, residual: ResidualChecks, results: Results) -> Iterator[Finding]:
    tested = results.get("shapiro_wilk") or results.get("jarque_bera")
    result = _bad(results, "shapiro_wilk") or _bad(results, "jarque_bera")
    moments = residual.moments
    if moments is None or tested is None:
        return
    facts: dict[str, Fact] = {"rows": fit.n_obs, "skewness": moments.skewness, "kurtosis": moments.kurtosis}
    if result is not None:
        facts |= {"p": result.p_value, "matters": "coefficients"}
        yield Finding(code="non_normal_residuals", severity=_severity(result.verdict), facts=facts)
    elif (abs(moments.skewness) >= 1.0 or moments.kurtosis >= 6.0) and (tested.p_value or 0.0) < 0.01:
        facts |= {"p": tested.p_value, "matters": "predictions"}
        yield Finding(code="non_normal_residuals", severity="info", facts=facts)


def _counts(fit: Fit, seen: Scan, results: Results) -> Iterator[Finding]:
    result = _bad(results, "overdispersion")
    if result is not None:
        facts = _numbers(result) | {"family": fit.family}
        severity_of_spread = _severity(result.verdict)
        yield Finding(code="overdispersion", severity=severity_of_spread, facts=facts, remedy="standard_errors")
    result = _bad(results, "zero_inflation")
    if result is not None and seen.counts is not None:
        # where the spread is too wide altogether, zeros are part of it and no finding of their own
        severity: Severity = _severity(result.verdict) if _bad(results, "overdispersion") is None else "info"
        facts = {"zeros": seen.counts.zeros, "expected": seen.counts.expected_zeros, "p": result.p_value}
        yield Finding(code="zero_inflation", severity=severity, facts=facts)
    result = _bad(results, "hosmer_lemeshow")
    if result is not None:
        yield Finding(code="miscalibration", severity=_severity(result.verdict), facts=_numbers(result))


def _collinearity(fit: Fit, design: Design, results: Results) -> Iterator[Finding]:
    if _bad(results, "vif") is None and _bad(results, "condition_number") is None:
        return
    groups = related_groups(fit, design)
    if len(groups) < 2:
        return
    slopes = slopes_of(fit, design)
    covariance, columns = collinearity.slope_covariance(fit, slopes), collinearity.centred_columns(fit, slopes)
    names = [design.columns[int(fit.kept[i])].name for i in slopes]
    owner = {position: name for name, group in groups.items() for position in group}
    single = collinearity.generalized_vif(covariance, [[i] for i in range(len(slopes))])
    told: set[str] = set()
    inflated = sorted(inflation(fit, design, groups).items(), key=lambda item: -item[1])
    for name, size in inflated:
        if size < collinearity.ATTENTION_VIF or name in told or len(told) > MAX_COLLINEAR * SHOWN:
            continue
        worst = max(groups[name], key=lambda i: single[i])
        partners = [i for i in collinearity.overlapping(columns, worst) if owner[i] != name]
        told |= {name, *(owner[i] for i in partners)}
        severity: Severity = "problem" if size >= collinearity.PROBLEM_VIF else "attention"
        others: tuple[Fact, ...] = tuple(names[i] for i in partners)
        facts: dict[str, Fact] = {"vif": size, "column": names[worst], "others": others, "error_factor": size**0.5}
        yield Finding(code="collinearity", severity=severity, subject=name, facts=facts)


def _rows(cases: tuple[CaseValue, ...]) -> dict[str, Fact]:
    shown = cases[:SHOWN]
    return {"rows": tuple(c.row for c in shown), "values": tuple(c.value for c in shown)}


def _leverage(influence: Influence) -> Iterator[Finding]:
    high = tuple(c for c in influence.leverage if c.value >= HIGH_LEVERAGE)
    if high and influence.mean_leverage < 0.25:
        facts = _rows(high) | {"mean": influence.mean_leverage, "full": influence.n_full_leverage}
        yield Finding(code="high_leverage", severity="attention", subject=f"row {high[0].row}", facts=facts)


def _influential(
    fit: Fit, design: Design, influence: Influence, removed: tuple[Removal, ...], results: Results
) -> Iterator[Finding]:
    result = results.get("influence")
    if result is None or (result.verdict == "ok" and not removed):
        return
    cases = influence.cooks_distance
    facts = _rows(tuple(c for c in cases if c.value >= 0.5) or cases[:1])
    facts["largest"] = result.statistic
    if removed:
        change = removed[0].changes[0]
        facts |= {
            "row": removed[0].row,
            "term": design.columns[int(fit.kept[change.column])].name,
            "p_with": change.p_with,
            "p_without": change.p_without,
            "moved": change.moved,
            "sign_changes": change.sign_changes,
        }
    severity: Severity = "problem" if result.verdict == "problem" else "attention"
    subject = f"row {removed[0].row if removed else cases[0].row}"
    yield Finding(code="influential_rows", severity=severity, subject=subject, facts=facts)


def _outliers(fit: Fit, design: Design, seen: Scan, influence: Influence, results: Results) -> Iterator[Finding]:
    result = results.get("outliers")
    if result is None or not influence.outliers:
        return
    facts = _rows(influence.outliers) | {"count": influence.n_outliers, "p": influence.outliers[0].p_value}
    values = seen.selected.outliers.values[:, 1:]
    if len(values) == influence.n_outliers:
        shift = shift_without(
            fit,
            values[:, len(DRAWN) :],
            weighted_residual=column(values, "weighted"),
            leverage=column(values, "leverage"),
            skip=intercept_of(fit, design),
        )
        if shift is not None:
            facts |= {
                "term": design.columns[int(fit.kept[shift.column])].name,
                "estimate_with": shift.before,
                "estimate_without": shift.after,
                "std_error": shift.std_error,
            }
    subject = f"row {influence.outliers[0].row}"
    yield Finding(code="outliers", severity=_severity(result.verdict), subject=subject, facts=facts)
