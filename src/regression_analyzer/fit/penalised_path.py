"""Penalised paths of a sample, whatever its family: least squares, or a likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.dealing import deal_evenly
from regression_analyzer.fit.families import FAMILIES
from regression_analyzer.fit.penalised import (
    Standardised,
    effective_df,
    on_original_scale,
    path,
    penalties,
    standardise,
)
from regression_analyzer.fit.penalised_likelihood import (
    CANONICAL,
    SURE,
    LikelihoodRows,
    likelihood_df,
    likelihood_path,
    likelihood_penalties,
    likelihood_rows,
)
from regression_analyzer.fit.value import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sample:
    """Rows in memory.

    Attributes
    ----------
    x : (n, k) without the intercept
    y : (n,)
    group : (n,) codes of repeated units or None
    weights, offset : (n,) or None
    family : ``"gaussian"`` (identity), ``"binomial"`` (logit) or ``"poisson"`` (log)
    """

    x: FloatArray
    y: FloatArray
    group: IntArray | None
    weights: FloatArray | None = None
    offset: FloatArray | None = None
    family: str = "gaussian"

    def some(self, keep: IntArray) -> Sample:
        """Return some of the rows."""
        return Sample(
            x=self.x[keep],
            y=self.y[keep],
            group=None if self.group is None else self.group[keep],
            weights=None if self.weights is None else self.weights[keep],
            offset=None if self.offset is None else self.offset[keep],
            family=self.family,
        )

    @property
    def rows_of_weight(self) -> FloatArray:
        """Weights, (n,): 1 for each row where there are none."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    def deal(self, parts: int, rng: np.random.Generator) -> IntArray:
        """Deal the rows into parts of even size, and rows with an event (a count above 0) evenly among them."""
        events = None if self.family == "gaussian" else self.y > 0.0
        return deal_evenly(len(self.y), self.group, parts, rng, events=events)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Path:
    """Coefficients along a path of penalties.

    Attributes
    ----------
    intercepts, slopes : (m,), (m, k) of the columns as they are
    standardised : (m, k) of the standardised columns
    levels : (m,) intercepts that belong to the standardised columns
    """

    intercepts: FloatArray
    slopes: FloatArray
    standardised: FloatArray
    levels: FloatArray


Prepared = Standardised | LikelihoodRows


def prepared(sample: Sample) -> Prepared:
    """Standardise the rows of a sample."""
    if sample.family == "gaussian":
        y = sample.y if sample.offset is None else sample.y - sample.offset
        return standardise(sample.x, y, sample.weights)
    return likelihood_rows(sample.x, sample.y, sample.family, weights=sample.weights, offset=sample.offset)


def penalties_of(rows: Prepared, estimator: str) -> FloatArray:
    """Return 100 penalties, the largest first."""
    return likelihood_penalties(rows, estimator) if isinstance(rows, LikelihoodRows) else penalties(rows, estimator)


def path_of(rows: Prepared, values: FloatArray, estimator: str) -> Path:
    """Return the coefficients under each penalty; a lasso's path may end before the last."""
    if isinstance(rows, LikelihoodRows):
        levels, standardised = likelihood_path(rows, values, estimator)
        slopes = standardised / rows.scale
        return Path(intercepts=levels - slopes @ rows.mean, slopes=slopes, standardised=standardised, levels=levels)
    standardised = path(rows, values, estimator)
    intercepts, slopes = on_original_scale(rows, standardised)
    return Path(
        intercepts=intercepts, slopes=slopes, standardised=standardised, levels=np.full(len(intercepts), rows.y_mean)
    )


def null_predictor(rows: Prepared) -> float:
    """Return the linear predictor of the model without columns, less the offset."""
    return rows.null if isinstance(rows, LikelihoodRows) else rows.y_mean


def df_of(rows: Prepared, found: Path, at: int, penalty: float, estimator: str) -> float:
    """Return degrees of freedom: columns taken (lasso), effective ones (ridge)."""
    if estimator == "lasso":
        return float(np.count_nonzero(found.standardised[at]))
    if isinstance(rows, LikelihoodRows):
        return likelihood_df(rows, float(found.levels[at]), found.standardised[at], penalty)
    return effective_df(rows, penalty)


def means(sample: Sample, intercepts: FloatArray, slopes: FloatArray) -> FloatArray:
    """Return the means of a sample's rows under m models, (m, n)."""
    return _mean_of(sample, intercepts[:, None] + slopes @ sample.x.T)


def flat_means(sample: Sample, level: float) -> FloatArray:
    """Return the means of a sample's rows under a model without columns, (n,)."""
    return _mean_of(sample, np.full(len(sample.y), level))


def _mean_of(sample: Sample, eta: FloatArray) -> FloatArray:
    if sample.offset is not None:
        eta = eta + sample.offset
    return eta if sample.family == "gaussian" else CANONICAL[sample.family].mean(eta)


def deviances(sample: Sample, mean: FloatArray) -> FloatArray:
    """Return the unit deviances of rows, (m, n) or (n,) like their means: squared errors for least squares.

    Shares are kept from 0 and 1, so that one sure mistake does not decide everything.
    """
    if sample.family == "binomial":
        mean = np.clip(mean, SURE, 1.0 - SURE)
    if sample.family == "poisson":
        mean = np.maximum(mean, np.finfo(np.float64).tiny)
    return FAMILIES[sample.family].unit_deviance(sample.y, mean, math.inf)
