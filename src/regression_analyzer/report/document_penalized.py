"""The part of the analysis document that tells of a penalised fit: null where there is none."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.estimator import PENALISED_LINKS
from regression_analyzer.explain.selection import Selection
from regression_analyzer.report.json_values import JsonObject, put

PAID = {"lasso": "penalty * sum |b|", "ridge": "penalty / 2 * sum b^2"}
SQUARES = "1/(2n) |y - b0 - Zb|^2"
WEIGHTED = "1/2 sum v (y - b0 - Zb)^2"
DEVIANCE = "1/2 sum v * deviance of each row ({family}, link {link})"
STANDARDISED = "Z standardised with divisor n"
SHARES = "v the weights over their sum, Z standardised with them"
NO_P_VALUES = "no standard errors, intervals or p-values: the columns and the penalty were chosen on these same rows"
NOTHING_CHOSEN = "every column is tested on all rows, without a penalty; nothing was chosen"


def penalized_part(analysis: Analysis) -> JsonObject | None:
    """Return the penalised model of all rows, its error on unseen rows, and what was tested on other rows."""
    found = analysis.selection
    if found is None:
        return None
    shrunken, curve = found.shrunken, found.shrunken.curve
    part: JsonObject = {"estimator": shrunken.estimator, "objective": objective(found)}
    part["family"], part["link"] = shrunken.family, PENALISED_LINKS[shrunken.family]
    put(part, "penalty", shrunken.penalty)
    put(part, "penalty_sparse", float(curve.penalties[curve.sparse]))
    part["n_obs"], part["n_columns"] = shrunken.n_obs, len(found.columns)
    put(part, "df", shrunken.df)
    put(part, "intercept", shrunken.intercept)
    part["coefficients"] = [_coefficient(found, int(j)) for j in _strongest(found)]
    part["inference"] = NO_P_VALUES
    part["resamples"] = shrunken.resamples
    part["unseen"] = _unseen(found)
    measure = "mse" if shrunken.family == "gaussian" else "deviance"
    part["path"] = [
        {"penalty": float(p), measure: float(e), "std_error": float(s)}
        for p, e, s in zip(curve.penalties, curve.error, curve.std_error, strict=True)
    ]
    part["selection"] = _selection(found)
    return part


def objective(found: Selection) -> str:
    """Say what is minimised, as a formula."""
    shrunken = found.shrunken
    weighted = found.whole.weighted
    if shrunken.family != "gaussian":
        loss = DEVIANCE.format(family=shrunken.family, link=PENALISED_LINKS[shrunken.family])
    else:
        loss = WEIGHTED if weighted else SQUARES
    plain = shrunken.family == "gaussian" and not weighted
    return f"{loss} + {PAID[shrunken.estimator]}, {STANDARDISED if plain else SHARES}"


def _unseen(found: Selection) -> JsonObject:
    """Return how rows that a model has not seen are predicted at the penalty in use."""
    shrunken = found.shrunken
    gaussian = shrunken.family == "gaussian"
    part: JsonObject = {"folds": shrunken.folds}
    share = shrunken.unseen_explained if gaussian else _share(shrunken.unseen_mse, shrunken.null_mse)
    put(part, "r_squared", share, "the target does not vary")
    put(part, "rmse", _root(shrunken.unseen_mse))
    put(part, "rmse_of_average", _root(shrunken.null_mse))
    if gaussian:
        return part
    put(part, "deviance", shrunken.unseen_error)
    put(part, "deviance_of_average", shrunken.curve.null_error)
    put(part, "deviance_explained", shrunken.unseen_explained, "the target does not vary")
    if shrunken.family == "binomial":
        put(part, "auc", found.auc, "rows are no single cases of one outcome or the other")
        put(part, "brier", shrunken.unseen_mse)
    return part


def _share(error: float, average: float) -> float:
    return 1.0 - error / average if average > 0 else math.nan


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
