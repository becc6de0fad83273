"""The part of the world a model has seen, and what it needs to predict beyond its own rows."""

from __future__ import annotations

import math

from regression_analyzer.design.blocks import all_levels, factors_of
from regression_analyzer.design.transforms import allowed
from regression_analyzer.design.value import Categorical, Design, Numeric
from regression_analyzer.diagnose.value import Diagnostics
from regression_analyzer.explain.value import Domain, PredictionModel
from regression_analyzer.fit.value import Fit, Inference
from regression_analyzer.table.value import Table


def prediction_model(
    table: Table, design: Design, fit: Fit, inference: Inference, diagnostics: Diagnostics
) -> PredictionModel:
    """Gather everything that predicting new rows needs.

    Parameters
    ----------
    table : the table the model was fitted on; read once, for the ranges of predictors
    """
    return PredictionModel(
        design=design,
        kept=fit.kept,
        coefficients=fit.coefficients,
        covariance=inference.covariance,
        standardised_covariance=inference.standardised_covariance * _squared(fit.y_scale),
        cov_unscaled=fit.cov_unscaled,
        dispersion=fit.dispersion,
        df_resid=fit.df_resid,
        distribution=inference.distribution,
        domain=domain_of(table, design, reach=(diagnostics.extra or {}).get("max_form", math.inf)),
        theta=fit.theta,
        df_mean=_freedom_of_mean(inference),
        kind=inference.column if inference.column in inference.covariances.by_kind else inference.kind,
        r_factor=fit.r_factor,
        shift=fit.shift,
        scale=fit.scale,
        level_at_shift=fit.level_at_shift,
        escape=fit.escape,
    )


def _freedom_of_mean(inference: Inference) -> float | None:
    count = inference.covariances.n_clusters
    clustered = inference.kind == "cluster" and inference.distribution == "t"
    return count - 1.0 if clustered and count is not None else None


def _squared(unit: float) -> float:
    """Return the square of a unit; NaN where a double cannot hold it: there are no intervals then."""
    square = unit * unit
    return square if 0.0 < square < math.inf else math.nan


def domain_of(table: Table, design: Design, *, reach: float) -> Domain:
    """Return ranges and levels of the predictors over the rows that have everything the model needs.

    Parameters
    ----------
    reach : largest ``x' (X'WX)^-1 x`` among those rows
    """
    factors = tuple(factors_of(design))
    numbers = {f.column: f for f in factors_of(design, response=False) if isinstance(f, Numeric)}
    levels = {f.column: all_levels(f) for f in factors_of(design, response=False) if isinstance(f, Categorical)}
    conditions = [condition for factor in factors for condition in _usable(table, factor)]
    if design.counts is not None:
        successes, other = (table.columns[p].sql for p in (design.target_factor.position, design.counts.position))
        conditions.append(f"{other if design.counts.total else f'{successes} + {other}'} > 0")
    if design.weights_column is not None:
        conditions.append(f"{table.by_name[design.weights_column].sql} > 0")
    ranges = {}
    if numbers:
        sides = ", ".join(f"min({cell}), max({cell})" for cell in (_cell(table, f) for f in numbers.values()))
        where = " and ".join(dict.fromkeys(conditions)) or "true"
        found = table.sql(f"select {sides} from data where {where}")[0]
        for i, name in enumerate(numbers):
            low, high = found[2 * i], found[2 * i + 1]
            if isinstance(low, (int, float)) and isinstance(high, (int, float)):
                ranges[name] = (float(low), float(high))
    return Domain(ranges=ranges, levels=levels, max_leverage=reach)


def _cell(table: Table, factor: Numeric) -> str:
    sql = table.columns[factor.position].sql
    return f"epoch_us({sql}) / 86400000000.0" if factor.is_date else sql


def _usable(table: Table, factor: Numeric | Categorical) -> tuple[str, ...]:
    """Return SQL conditions under which a factor has a value."""
    there = f"{table.columns[factor.position].sql} is not null"
    if isinstance(factor, Categorical) or factor.transform not in {"log", "sqrt", "exp", "power"}:
        return (there,)
    outside = allowed(factor.transform, *factor.parameters).sql_outside(_cell(table, factor))
    return (there, f"not ({outside})") if outside else (there,)
