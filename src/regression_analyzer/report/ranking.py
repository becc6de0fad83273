"""Which predictors account for most, from what the fit holds: the order in which a report names them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Design
from regression_analyzer.explain.judgement import sharing_credit
from regression_analyzer.fit.value import Fit, FloatArray
from regression_analyzer.report.document_explain import importance_results
from regression_analyzer.report.json_values import JsonObject, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """How far the linear predictor moves with one predictor (or term) over the rows used.

    Attributes
    ----------
    name : predictor or term
    spread : standard deviation of its part of the linear predictor, weighted as in the fit
    of_target : ``spread`` over the standard deviation of the target; None for other families than gaussian
    """

    name: str
    spread: float
    of_target: float | None


def by_term(analysis: Analysis) -> Mapping[str, Contribution]:
    """Return the contribution of every term."""
    names = {term.name: term.columns for term in analysis.design.terms}
    return _contributions(analysis, names)


def by_predictor(analysis: Analysis) -> list[Contribution]:
    """Return the contribution of every predictor, all its terms together, largest first."""
    columns: dict[str, list[int]] = {}
    for term in analysis.design.terms:
        for factor in term.factors:
            columns.setdefault(factor.column, []).extend(term.columns)
    found = _contributions(analysis, columns)
    return sorted(found.values(), key=lambda part: -part.spread)


def importance_part(analysis: Analysis) -> JsonObject:
    """Return what the document says of importance."""
    rows = []
    for part in by_predictor(analysis):
        row: JsonObject = {"predictor": part.name}
        put(row, "spread", part.spread)
        put(row, "share_of_target_std", part.of_target, "defined for least squares only")
        rows.append(row)
    standardized = []
    for coefficient in analysis.inference.coefficients:
        if coefficient.predictor is not None:
            entry: JsonObject = {"term": coefficient.term, "predictor": coefficient.predictor}
            put(entry, "std_estimate", coefficient.std_estimate, "not defined for this fit")
            standardized.append(entry)
    return {
        **importance_results(analysis.explanation),
        "sharing_credit": [
            {"predictor": name, "known_from_others": share}
            for name, share in sharing_credit(analysis.design, analysis.inference.term_tests).items()
        ],
        "contribution": rows,
        "standardized": standardized,
    }


def _contributions(analysis: Analysis, columns: Mapping[str, Sequence[int]]) -> dict[str, Contribution]:
    fit = analysis.fit
    scatter, sizes = _scatter(analysis.design, fit), fit.coefficients * fit.scale / fit.y_scale
    place = {int(column): i for i, column in enumerate(fit.kept)}
    total = _total(fit)
    result = {}
    for name, wanted in columns.items():
        at = [place[column] for column in dict.fromkeys(wanted) if column in place]
        b = sizes[at]
        with np.errstate(over="ignore", invalid="ignore"):
            square = float(b @ scatter[np.ix_(at, at)] @ b)
        square = max(square, 0.0) if math.isfinite(square) else 0.0
        spread = math.sqrt(square / fit.n_obs) * fit.y_scale if fit.n_obs else 0.0
        share = math.sqrt(square / total) if total > 0 else None
        result[name] = Contribution(name=name, spread=spread, of_target=share)
    return result


def _total(fit: Fit) -> float:
    """Return the total sum of squares of least squares in units of ``y_scale`` squared, NaN elsewhere."""
    if fit.family != "gaussian":
        return math.nan
    if math.isfinite(fit.tss):
        return fit.tss / fit.y_scale / fit.y_scale
    left = fit.df_resid * (fit.sigma / fit.y_scale) ** 2
    return left / (1.0 - fit.r_squared) if fit.r_squared is not None and fit.r_squared < 1.0 else math.nan


def _scatter(design: Design, fit: Fit) -> FloatArray:
    """Return the (r, r) weighted sums of products of the kept columns, over their scales, about their means."""
    products = fit.r_factor.T @ fit.r_factor
    intercept = [i for i, column in enumerate(fit.kept) if design.columns[int(column)].term == -1]
    if intercept and products[intercept[0], intercept[0]] > 0:
        row = products[intercept[0]]
        products = products - np.outer(row, row) / row[intercept[0]]
    return np.asarray(products, dtype=np.float64)
