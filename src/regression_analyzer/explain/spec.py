"""A prediction model as JSON-ready data, and back, without losing a bit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from regression_analyzer.design.value import Categorical, Counts, Design, DesignColumn, Factor, Numeric, Term
from regression_analyzer.errors import InputError
from regression_analyzer.explain.conformal import Conformal
from regression_analyzer.explain.value import Domain, PredictionModel
from regression_analyzer.fit.value import FloatArray

VERSION = 1

Spec = dict[str, Any]


def to_spec(model: PredictionModel) -> Spec:
    """Return a model as dictionaries, lists, texts and finite numbers.

    Floats are Python floats, whose JSON text gives the same double back; infinite and undefined ones are
    texts. Symmetric and triangular matrices are written as their upper triangles. Decisions, findings and the list of
    rows left out stay behind: they do not predict.
    """
    return {
        "version": VERSION,
        "design": _design_spec(model.design),
        "kept": [int(i) for i in model.kept],
        "coefficients": _numbers(model.coefficients),
        "covariance": _triangle(model.covariance),
        "cov_unscaled": _triangle(model.cov_unscaled),
        "dispersion": _number(model.dispersion),
        "df_resid": int(model.df_resid),
        "df_mean": model.df_mean,
        "distribution": model.distribution,
        "theta": None if model.theta is None else _number(model.theta),
        "kind": model.kind,
        "r_factor": _triangle(model.r_factor),
        "shift": _numbers(model.shift),
        "scale": _numbers(model.scale),
        "level_at_shift": _number(model.level_at_shift),
        "escape": _numbers(model.escape),
        "standardised_covariance": _triangle(model.standardised_covariance),
        "outcomes": list(model.outcomes),
        "outcome_coefficients": [_numbers(row) for row in model.outcome_coefficients],
        "outcomes_missing": model.outcomes_missing,
        "conformal": None if model.conformal is None else _conformal_spec(model.conformal),
        "domain": {
            "ranges": {name: [_number(v) for v in ends] for name, ends in model.domain.ranges.items()},
            "levels": {name: list(levels) for name, levels in model.domain.levels.items()},
            "max_leverage": _number(model.domain.max_leverage),
        },
    }


def from_spec(spec: Mapping[str, Any]) -> PredictionModel:
    """Return the model that `to_spec` wrote down.

    Raises
    ------
    InputError
        The data are not such a model, or one of a later version.
    """
    try:
        if int(spec["version"]) > VERSION:
            raise InputError(
                "The model was written by a later version of this program.",
                hint="Update the program, or run the analysis again with this one.",
                code="model_version",
            )
        return _model(spec)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(
            f"The data do not describe a model to predict with ({type(error).__name__}: {error}).",
            hint="Give the analysis.json that the analyze command wrote.",
            code="not_a_model",
        ) from error


def _model(spec: Mapping[str, Any]) -> PredictionModel:
    domain = spec["domain"]
    size = len(spec["kept"])
    return PredictionModel(
        design=_design(spec["design"]),
        kept=np.array(spec["kept"], dtype=np.int64),
        coefficients=_array(spec["coefficients"]),
        covariance=_square(spec["covariance"], size, symmetric=True),
        cov_unscaled=_square(spec["cov_unscaled"], size, symmetric=True),
        dispersion=_float(spec["dispersion"]),
        df_resid=int(spec["df_resid"]),
        distribution=str(spec["distribution"]),
        domain=Domain(
            ranges={str(k): (_float(v[0]), _float(v[1])) for k, v in domain["ranges"].items()},
            levels={str(k): tuple(str(t) for t in v) for k, v in domain["levels"].items()},
            max_leverage=_float(domain["max_leverage"]),
        ),
        theta=None if spec["theta"] is None else _float(spec["theta"]),
        df_mean=None if spec.get("df_mean") is None else _float(spec["df_mean"]),
        kind=str(spec["kind"]),
        r_factor=_square(spec["r_factor"], size, symmetric=False),
        shift=_array(spec["shift"]),
        scale=_array(spec["scale"]),
        level_at_shift=_float(spec["level_at_shift"]),
        escape=_array(spec.get("escape", [])),
        standardised_covariance=_square(spec.get("standardised_covariance", []), size, symmetric=True),
        conformal=_conformal(spec.get("conformal")),
        outcomes=tuple(str(name) for name in spec.get("outcomes", ())),
        outcome_coefficients=np.asarray([_array(row) for row in spec.get("outcome_coefficients", ())]),
        outcomes_missing=str(spec.get("outcomes_missing", "")),
    )


def _conformal_spec(found: Conformal) -> Spec:
    return {
        "half_width": _number(found.half_width),
        "level": found.level,
        "n_obs": found.n_obs,
        "covered": [_number(v) for v in (found.covered, found.covered_low, found.covered_high)],
        "at": _numbers(found.at),
        "half_widths": _numbers(found.half_widths),
    }


def _conformal(spec: Mapping[str, Any] | None) -> Conformal | None:
    if spec is None:
        return None
    covered, low, high = (_float(v) for v in spec["covered"])
    return Conformal(
        half_width=_float(spec["half_width"]),
        level=_float(spec["level"]),
        n_obs=int(spec["n_obs"]),
        covered=covered,
        covered_low=low,
        covered_high=high,
        at=_array(spec["at"]),
        half_widths=_array(spec["half_widths"]),
    )


def _design_spec(design: Design) -> Spec:
    return {
        "target": design.target,
        "target_expression": design.target_expression,
        "target_factor": _factor_spec(design.target_factor),
        "family": design.family,
        "link": design.link,
        "event": design.event,
        "formula": design.formula,
        "intercept": design.intercept,
        "predictors": list(design.predictors),
        "terms": [
            {"name": t.name, "factors": [_factor_spec(f) for f in t.factors], "columns": list(t.columns)}
            for t in design.terms
        ],
        "columns": [[c.name, c.term, c.predictor, c.level] for c in design.columns],
        "n_obs": design.n_obs,
        "weights_column": design.weights_column,
        "offset": None if design.offset is None else _factor_spec(design.offset),
        "counts": None
        if design.counts is None
        else {"column": design.counts.column, "total": design.counts.total, "position": design.counts.position},
        "cluster_column": design.cluster_column,
        "time_column": design.time_column,
        "reference_levels": dict(design.reference_levels),
        "dispersion_estimated": design.dispersion_estimated,
    }


def _design(spec: Mapping[str, Any]) -> Design:
    offset = None if spec["offset"] is None else _factor(spec["offset"])
    if offset is not None and not isinstance(offset, Numeric):
        raise ValueError("the offset is no number")
    return Design(
        target=spec["target"],
        target_expression=spec["target_expression"],
        target_factor=_factor(spec["target_factor"]),
        family=spec["family"],
        link=spec["link"],
        event=spec["event"],
        formula=spec["formula"],
        intercept=bool(spec["intercept"]),
        predictors=tuple(spec["predictors"]),
        terms=tuple(
            Term(
                name=t["name"],
                factors=tuple(_factor(f) for f in t["factors"]),
                columns=tuple(int(c) for c in t["columns"]),
            )
            for t in spec["terms"]
        ),
        columns=tuple(DesignColumn(name=c[0], term=int(c[1]), predictor=c[2], level=c[3]) for c in spec["columns"]),
        n_obs=int(spec["n_obs"]),
        weights_column=spec["weights_column"],
        offset=offset,
        counts=_counts(spec.get("counts")),
        cluster_column=spec["cluster_column"],
        time_column=spec["time_column"],
        reference_levels=dict(spec["reference_levels"]),
        dispersion_estimated=bool(spec["dispersion_estimated"]),
    )


def _counts(spec: Mapping[str, Any] | None) -> Counts | None:
    if spec is None:
        return None
    return Counts(column=spec["column"], total=bool(spec["total"]), position=int(spec["position"]))


def _factor_spec(factor: Factor) -> Spec:
    if isinstance(factor, Numeric):
        return {
            "kind": "numeric",
            "column": factor.column,
            "position": factor.position,
            "transform": factor.transform,
            "parameters": [_number(v) for v in factor.parameters],
            "is_date": factor.is_date,
        }
    return {
        "kind": "categorical",
        "column": factor.column,
        "position": factor.position,
        "levels": list(factor.levels),
        "reference": factor.reference,
        "merged": list(factor.merged),
        "other": factor.other,
        "full": factor.full,
    }


def _factor(spec: Mapping[str, Any]) -> Factor:
    if spec["kind"] == "numeric":
        return Numeric(
            column=spec["column"],
            position=int(spec["position"]),
            transform=spec["transform"],
            parameters=tuple(_float(v) for v in spec["parameters"]),
            is_date=bool(spec["is_date"]),
        )
    return Categorical(
        column=spec["column"],
        position=int(spec["position"]),
        levels=tuple(spec["levels"]),
        reference=spec["reference"],
        merged=tuple(spec["merged"]),
        other=spec["other"],
        full=bool(spec["full"]),
    )


def _number(value: float) -> float | str:
    """Return a float as JSON can hold it."""
    return float(value) if math.isfinite(value) else repr(float(value))


def _float(value: float | str) -> float:
    return float(value)


def _numbers(values: FloatArray) -> list[float | str]:
    return [_number(v) for v in values.tolist()]


def _array(values: list[float | str]) -> FloatArray:
    return np.array([_float(v) for v in values], dtype=np.float64)


def _triangle(matrix: FloatArray) -> list[float | str]:
    """Return the upper triangle, row by row; the whole matrix where it is neither symmetric nor triangular."""
    if matrix.size == 0:
        return []
    if not (np.array_equal(matrix, matrix.T) or not np.tril(matrix, -1).any()):
        return _numbers(matrix.ravel())
    return _numbers(matrix[np.triu_indices(matrix.shape[0])])


def _square(values: list[float | str], size: int, *, symmetric: bool) -> FloatArray:
    if not values:
        return np.empty((size, size)) if size == 0 else np.empty(0)
    if len(values) == size * size and size > 1:
        return _array(values).reshape(size, size)
    matrix = np.zeros((size, size))
    upper = np.triu_indices(size)
    matrix[upper] = _array(values)
    if symmetric:
        matrix.T[upper] = matrix[upper]
    return matrix
