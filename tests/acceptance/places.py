"""Where each of R's values stands in the document: key of the reference -> pairs of (label, ours, theirs)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .truth import r_values

Document = dict[str, Any]
Pairs = Iterator[tuple[str, float | None, float | None]]

SCALARS = {
    "n": "n_obs",
    "df_resid": "df_resid",
    "df_model": "df_model",
    "r_squared": "r_squared",
    "adj_r_squared": "adj_r_squared",
    "sigma": "sigma",
    "rmse_n": "rmse",
    "f_statistic": "f_statistic",
    "f_p_value": "f_p_value",
    "rss": "deviance",
    "tss": "null_deviance",
    "deviance": "deviance",
    "null_deviance": "null_deviance",
    "dispersion": "dispersion",
    "loglik": "log_likelihood",
    "aic_R": "aic",
    "bic_R": "bic",
    "aic": "aic",
    "bic": "bic",
    "theta": "theta",
    "se_theta": "theta_std_error",
}
"""Numbers of the model. AIC and BIC count sigma (and theta), as R does."""
COLUMNS = {
    "coef": "estimate",
    "se": "std_error",
    "t": "statistic",
    "z": "statistic",
    "p": "p_value",
    "std_beta_all_columns": "std_estimate",
}
CHECKS = {
    "breusch_pagan_studentized": "breusch_pagan",
    "breusch_pagan_original": "breusch_pagan_original",
    "white_full": "white",
    "reset_power_2_3_fitted": "reset",
    "jarque_bera_residuals": "jarque_bera",
    "shapiro_wilk_residuals": "shapiro_wilk",
    "durbin_watson": "durbin_watson",
    "breusch_godfrey_order1": "breusch_godfrey",
    "hosmer_lemeshow": "hosmer_lemeshow",
}
ROBUST = ("HC0", "HC1", "HC2", "HC3")
INFLUENCE = {
    "cooks_max": ("max_cooks_distance", "value"),
    "cooks_max_row": ("max_cooks_distance", "row"),
    "leverage_max": ("max_leverage", "value"),
}


def _scalar(key: str) -> Callable[[Document, Any], Pairs]:
    def pairs(document: Document, theirs: Any) -> Pairs:
        yield SCALARS[key], document["model"][SCALARS[key]], theirs

    return pairs


def _column(key: str) -> Callable[[Document, Any], Pairs]:
    def pairs(document: Document, theirs: Any) -> Pairs:
        ours = r_values(document, COLUMNS[key])
        theirs = theirs if isinstance(theirs, dict) else dict.fromkeys(ours, theirs)
        for name, value in theirs.items():
            yield name, ours[name], value

    return pairs


def _interval(document: Document, theirs: Any) -> Pairs:
    low, high = r_values(document, "ci_low"), r_values(document, "ci_high")
    for name, bounds in theirs.items():
        yield f"{name} low", low[name], bounds["2.5 %"]
        yield f"{name} high", high[name], bounds["97.5 %"]


def _robust(kind: str) -> Callable[[Document, Any], Pairs]:
    def pairs(document: Document, theirs: Any) -> Pairs:
        for field, key in (
            ("std_error_by_kind", "se"),
            ("p_value_by_kind", "p_t_dist"),
            ("p_value_by_kind", "p_normal"),
        ):
            if key not in theirs or (key == "p_normal" and "p_t_dist" in theirs):
                continue
            ours = {name: by_kind[kind] for name, by_kind in r_values(document, field).items()}  # type: ignore[index]
            values = theirs[key] if isinstance(theirs[key], dict) else dict.fromkeys(ours, theirs[key])
            for name, value in values.items():
                yield f"{name} {key}", ours[name], value

    return pairs


def _check(key: str) -> Callable[[Document, Any], Pairs]:
    def pairs(document: Document, theirs: Any) -> Pairs:
        found = next(check for check in document["diagnostics"] if check["check"] == CHECKS[key])
        statistic = next((theirs[name] for name in ("statistic", "LM", "chi2") if name in theirs), None)
        if statistic is None or "skipped" in found:
            assert statistic is None, found
            assert "skipped" in found, found
            return
        yield "statistic", found["statistic"], statistic
        yield "p", found["p_value"], theirs.get("p_value", theirs.get("p"))
        freedom = theirs.get("df1", theirs.get("df", (theirs.get("parameter") or {}).get("df")))
        if freedom is not None:
            yield "df", found["df"], freedom
        if "df2" in theirs:
            yield "df2", found["df2"], theirs["df2"]

    return pairs


def _terms(document: Document) -> dict[str, Any]:
    return {r_name(term["term"]): term for term in document["model"]["terms"]}


def r_name(term: str) -> str:
    """Return R's name of a term."""
    return term.replace("C(", "factor(")


def _type_two(document: Document, theirs: Any) -> Pairs:
    terms = _terms(document)
    for name, row in theirs.items():
        if name == "Residuals":
            continue
        ours = terms[name]["type2"]
        yield f"{name} SS", ours["sum_of_squares"], row["Sum Sq"]
        yield f"{name} df", ours["df"], row["Df"]
        yield f"{name} F", ours["statistic"], row["F value"]
        yield f"{name} p", ours["p_value"], row["p"]


def _partial_eta(document: Document, theirs: Any) -> Pairs:
    terms = _terms(document)
    theirs = theirs if isinstance(theirs, dict) else dict.fromkeys(terms, theirs)
    for name, value in theirs.items():
        yield name, terms[name]["type2"]["partial_eta_squared"], value


def _likelihood_ratio(document: Document, theirs: Any) -> Pairs:
    terms = _terms(document)
    for name, row in theirs.items():
        yield f"{name} LR", terms[name]["lr"]["statistic"], row["LR Chisq"]
        yield f"{name} df", terms[name]["lr"]["df"], row["Df"]
        yield f"{name} p", terms[name]["lr"]["p_value"], row["p"]


def _wald(document: Document, theirs: Any) -> Pairs:
    terms = _terms(document)
    for name, row in theirs.items():
        ours = terms[name]
        size = 1.0 if ours["df_resid"] is None else float(ours["df"])  # F is the chi-square over its df
        yield f"{name} chi-square", ours["statistic"] * size, row["Chisq"]


def _vif(document: Document, theirs: Any) -> Pairs:
    if not isinstance(theirs, dict):
        return
    terms = _terms(document)
    for name, value in theirs.items():
        if isinstance(value, dict):
            yield f"{name} GVIF", terms[name]["gvif"], value["GVIF"]
            yield f"{name} GVIF^(1/(2 df))", terms[name]["gvif_scaled"], value["GVIF_adj"]
        else:
            yield name, terms[name]["gvif"], value


def _condition(document: Document, theirs: Any) -> Pairs:
    yield "unit columns", document["model"]["condition_number"], theirs["condition_number_unit_length_columns"]


def _influence(document: Document, theirs: Any) -> Pairs:
    ours = document["influence"]
    for key, (place, field) in INFLUENCE.items():
        yield key, ours[place][field], theirs[key]
    rows = {str(case["row"]): case["value"] for case in ours["cooks_distance"]}
    for row, value in theirs["cooks_top5"].items():
        yield f"Cook of row {row}", rows[row], value
    yield "leverage_mean", ours["mean_leverage"], theirs["leverage_mean"]
    yield "rstudent_max_abs", abs(ours["studentized_residual"][0]["value"]), theirs["rstudent_max_abs"]
    yield "dffits_max_abs", abs(ours["dffits"][0]["value"]), theirs["dffits_max_abs"]
    yield "n_cooks_over_4_over_n", ours["n_high_cooks_distance"], theirs["n_cooks_over_4_over_n"]
    yield "n_leverage_over_2p_over_n", ours["n_high_leverage"], theirs["n_leverage_over_2p_over_n"]


def _outliers(document: Document, theirs: Any) -> Pairs:
    names = ("row", "rstudent", "p_bonferroni")
    columns = [value if isinstance(value, list) else [value] for value in (theirs[name] for name in names)]
    ours = {case["row"]: case for case in document["influence"]["outliers"]}
    for row, residual, p in zip(*columns, strict=True):
        if p is None or p >= 0.05:
            continue
        yield f"row {row}", ours[row]["studentized_residual"], residual
        yield f"row {row} p", ours[row]["p_value_bonferroni"], p


def _shares(document: Document, theirs: Any) -> Pairs:
    values = theirs["lmg_shapley_r2"]
    ours = {r_name(row["predictor"]): row["share"] for row in document["feature_importance"]["lmg"]}
    for name, value in values.items():
        if isinstance(value, float) and name in ours:
            yield name, ours[name], value


def _pseudo(document: Document, theirs: Any) -> Pairs:
    ours = document["model"]["pseudo_r_squared"]
    for name in ("mcfadden", "cox_snell", "nagelkerke", "deviance_explained"):
        if name in theirs:
            yield name, ours[name], theirs[name]


def _overdispersion(document: Document, theirs: Any) -> Pairs:
    found = next(check for check in document["diagnostics"] if check["check"] == "overdispersion")
    yield "statistic", found["statistic"], theirs["alternative_default"]["statistic"]


PLACES: Mapping[str, Callable[[Document, Any], Pairs]] = {
    **{key: _scalar(key) for key in SCALARS},
    **{key: _column(key) for key in COLUMNS},
    **{key: _check(key) for key in CHECKS},
    **{kind: _robust(kind) for kind in ROBUST},
    "ci95": _interval,
    "ci95_wald": _interval,
    "anova_type2": _type_two,
    "partial_eta2_type2": _partial_eta,
    "anova_type2_LR": _likelihood_ratio,
    "anova_type2_wald": _wald,
    "vif": _vif,
    "condition": _condition,
    "influence": _influence,
    "outlier_test_bonferroni": _outliers,
    "relative_importance": _shares,
    "cameron_trivedi_overdispersion_AER": _overdispersion,
    "pseudo_r2": _pseudo,
}
"""Every key of the reference that has a place. The others have none: HC4, press, rainbow, Goldfeld-Quandt,
Harvey-Collier, Anderson-Darling, Lilliefors, ncv, type I and III sums of squares, profile intervals, fitted values."""
