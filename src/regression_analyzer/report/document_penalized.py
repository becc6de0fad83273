"""The part of the analysis document that tells of a penalised fit: null where there is none."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.selection import Selection
from regression_analyzer.report.json_values import JsonObject, put

OBJECTIVES = {
    "lasso": "1/(2n) |y - b0 - Zb|^2 + penalty * sum |b|, Z standardised with divisor n",
    "ridge": "1/(2n) |y - b0 - Zb|^2 + penalty / 2 * sum b^2, Z standardised with divisor n",
}
NO_P_VALUES = "no standard errors, intervals or p-values: the columns and the penalty were chosen on these same rows"
NOTHING_CHOSEN = "every column is tested by least squares on all rows; nothing was chosen"


def penalized_part(analysis: Analysis) -> JsonObject | None:
    """Return the penalised model of all rows, its error on unseen rows, and what was tested on other rows."""
    found = analysis.selection
    if found is None:
        return None
    shrunken, curve = found.shrunken, found.shrunken.curve
    part: JsonObject = {"estimator": shrunken.estimator, "objective": OBJECTIVES[shrunken.estimator]}
    put(part, "penalty", shrunken.penalty)
    put(part, "penalty_sparse", float(curve.penalties[curve.sparse]))
    part["n_obs"], part["n_columns"] = shrunken.n_obs, len(found.columns)
    put(part, "df", shrunken.df)
    put(part, "intercept", shrunken.intercept)
    part["coefficients"] = [_coefficient(found, int(j)) for j in _strongest(found)]
    part["inference"] = NO_P_VALUES
    part["resamples"] = shrunken.resamples
    unseen: JsonObject = {"folds": shrunken.folds}
    put(unseen, "r_squared", shrunken.unseen_explained, "the target does not vary")
    put(unseen, "rmse", _root(shrunken.unseen_mse))
    put(unseen, "rmse_of_average", _root(curve.null_error))
    part["unseen"] = unseen
    part["path"] = [
        {"penalty": float(p), "mse": float(e), "std_error": float(s)}
        for p, e, s in zip(curve.penalties, curve.error, curve.std_error, strict=True)
    ]
    part["selection"] = _selection(found)
    return part


def _strongest(found: Selection) -> np.ndarray:
    taken = np.flatnonzero(found.shrunken.coefficients)
    return np.asarray(taken[np.argsort(-np.abs(found.shrunken.standardised[taken]), kind="stable")])


def _coefficient(found: Selection, j: int) -> JsonObject:
    column = found.whole.columns[int(found.columns[j])]
    row: JsonObject = {"term": column.name, "predictor": column.predictor, "level": column.level}
    put(row, "estimate", float(found.shrunken.coefficients[j]))
    put(row, "estimate_per_std", float(found.shrunken.standardised[j]))
    stability = found.shrunken.stability
    put(row, "stability", None if stability is None else float(stability[j]), "the ridge takes every column")
    return row


def _selection(found: Selection) -> JsonObject:
    halves = found.halves
    if halves is None:
        return {"skipped": NOTHING_CHOSEN}
    part: JsonObject = {"rows_choosing": len(halves.choosing), "rows_testing": len(halves.testing)}
    part["terms"] = [term.name for term in found.design.terms]
    put(part, "penalty", halves.penalty)
    part["limited"] = halves.limited
    return part


def _root(square: float) -> float:
    return math.sqrt(square) if square >= 0 else math.nan
