"""The parts of the analysis document that tell of unseen rows and of what matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regression_analyzer.explain import Explanation
from regression_analyzer.explain.calibration import Calibration
from regression_analyzer.explain.permutation import Permutation, Worth
from regression_analyzer.explain.scores import Estimate, Scores
from regression_analyzer.explain.shap import Shap
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Skipped
from regression_analyzer.report.json_values import JsonObject, put

NOT_COMPUTED = "not computed: the model was not tried on rows it has not seen"
ONE_PART = "not known from one part alone"


def validation_part(explanation: Explanation | None) -> JsonObject:
    """Return ``validation`` and, where there is none, ``validation_reason``."""
    found = NOT_COMPUTED if explanation is None else explanation.validation
    if isinstance(found, str) or explanation is None:
        return {"validation": None, "validation_reason": NOT_COMPUTED}
    if isinstance(found, Skipped):
        return {"validation": None, "validation_reason": found.reason}
    part: JsonObject = {
        "scheme": found.scheme,
        "folds": found.folds,
        "seed": explanation.seed,
        "n_obs": found.n_obs,
        "rows_in_model": found.n_total,
        "baseline": scores_part(found.baseline),
        "linear": scores_part(found.linear),
    }
    if isinstance(found.flexible, Skipped):
        part["flexible"], part["flexible_reason"] = None, found.flexible.reason
    else:
        part["flexible"] = scores_part(found.flexible)
    part["calibration"] = _calibration_part(found.calibration)
    put(part, "unexplained_by_linear", None if found.gain is None else found.gain.value, "no flexible model")
    if found.gain is not None:
        _interval(part, "unexplained_by_linear", found.gain)
        put(part, "unexplained_by_linear_p_value", found.gain_p_value)
    part["flexible_wins"] = found.wins
    part["terms_missed"] = proposal_part(explanation.proposal)
    part["conformal"] = _conformal_part(explanation)
    fragile = explanation.fragility
    part["fragility"] = (
        {"skipped": fragile.reason}
        if isinstance(fragile, Skipped)
        else [{"term": one.term, "n_removed": one.n_removed, "rows": list(one.rows)} for one in fragile]
    )
    part["robustness"] = [
        {
            "term": row.term,
            "robustness_value": row.value,
            "robustness_value_significance": row.value_significance,
            "partial_r_squared": row.partial_r_squared,
        }
        for row in explanation.robustness
    ]
    return {"validation": part}


def _calibration_part(found: Calibration | None) -> JsonObject | None:
    if found is None:
        return None
    part: JsonObject = {}
    for name, estimate in (("slope", found.slope), ("level", found.level)):
        if estimate is not None:
            put(part, name, estimate.value)
            _interval(part, name, estimate)
    return part


def scores_part(scores: Scores) -> JsonObject:
    """Return the scores of one model on held-out rows."""
    part: JsonObject = {}
    for name in ("rmse", "mae", "r_squared", "deviance_explained", "auc", "brier"):
        estimate: Estimate | None = getattr(scores, name)
        if estimate is not None:
            put(part, name, estimate.value)
            _interval(part, name, estimate)
    return part


def importance_results(explanation: Explanation | None) -> JsonObject:
    """Return ``lmg``, ``permutation``, ``shap`` and the reasons of those that are empty."""
    if explanation is None:
        nothing = dict.fromkeys(("lmg", "permutation", "shap"), "not computed in this analysis")
        return {"lmg": [], "permutation": [], "shap": [], "skipped": nothing}
    skipped: dict[str, str] = {}
    importance, worths, shap = explanation.importance, explanation.permutation, explanation.shap
    if importance.skipped is not None:
        skipped["lmg"] = importance.skipped.reason
    if isinstance(worths, Skipped):
        skipped["permutation"] = skipped["permutation_flexible"] = worths.reason
    elif worths.flexible is None:
        skipped["permutation_flexible"] = "there is no flexible model"
    if isinstance(shap, Skipped):
        skipped["shap"] = shap.reason
    return {
        "lmg": [
            {"predictor": s.term, "share": s.share, "ci_low": s.ci_low, "ci_high": s.ci_high} for s in importance.shares
        ],
        "lmg_exact": importance.exact,
        "lmg_sampling_error": importance.sampling_error,
        "permutation": _worths(worths.linear) if isinstance(worths, Permutation) else [],
        "permutation_flexible": _worths(worths.flexible or ()) if isinstance(worths, Permutation) else [],
        "shap": _shap_rows(shap) if isinstance(shap, Shap) else [],
        "skipped": skipped,
    }


def proposal_part(proposal: Proposal | Skipped) -> JsonObject:
    """Return the terms that the straight line misses, or why none is proposed."""
    if isinstance(proposal, Skipped):
        return {"terms": [], "because": proposal.reason}
    part: JsonObject = {
        "terms": [
            {
                "term": term.name,
                "kind": term.kind,
                "predictors": list(term.predictors),
                "instead_of": term.instead_of or None,
                "statistic": term.statistic,
                "df": term.df,
                "df2": term.df2,
                "p_value": term.p_value,
            }
            for term in proposal.terms
        ],
        "formula": proposal.formula,
        "rows_proposed_on": proposal.n_proposed_on,
        "rows_tested_on": proposal.n_tested_on,
    }
    for name in ("without", "with_terms", "flexible", "gain", "with_terms_all"):
        estimate: Estimate = getattr(proposal, name)
        put(part, name, estimate.value)
        _interval(part, name, estimate)
    return part


def _conformal_part(explanation: Explanation) -> JsonObject | None:
    found = explanation.conformal
    if found is None:
        return None
    part: JsonObject = {"half_width": found.half_width, "level": found.level, "n_obs": found.n_obs}
    for key in ("covered", "covered_low", "covered_high"):
        put(part, key, getattr(found, key), "too few rows")
    pairs = zip(found.at.tolist(), found.half_widths.tolist(), strict=True)
    part["by_prediction"] = [{"predicted": at, "half_width": width} for at, width in pairs]
    return part


def _worths(worths: Sequence[Worth]) -> list[dict[str, Any]]:
    rows = []
    for worth in worths:
        row: JsonObject = {"predictor": worth.predictor}
        put(row, "share", worth.value)
        put(row, "ci_low", worth.ci_low, ONE_PART)
        put(row, "ci_high", worth.ci_high, ONE_PART)
        rows.append(row)
    return rows


def _shap_rows(shap: Shap) -> list[JsonObject]:
    """Return mean sizes, and shares that sum to 1."""
    total = sum(mean.value for mean in shap.means) or 1.0
    rows = []
    for mean in shap.means:
        row: JsonObject = {
            "predictor": mean.predictor,
            "share": mean.value / total,
            "ci_low": mean.ci_low / total,
            "ci_high": mean.ci_high / total,
            "mean_absolute": mean.value,
        }
        put(row, "correlation", mean.correlation, "a category, or a value that does not vary")
        rows.append(row)
    return rows


def _interval(part: JsonObject, name: str, estimate: Estimate) -> None:
    put(part, f"{name}_ci_low", estimate.ci_low, ONE_PART)
    put(part, f"{name}_ci_high", estimate.ci_high, ONE_PART)


def validation_of(explanation: Explanation | None) -> Validation | None:
    """Return the validation where there is one."""
    if explanation is None or isinstance(explanation.validation, Skipped):
        return None
    return explanation.validation
