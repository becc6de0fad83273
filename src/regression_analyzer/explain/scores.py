"""How far predictions of unseen rows are off, with the uncertainty over folds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from regression_analyzer.fit.families import FAMILIES
from regression_analyzer.fit.value import FloatArray, IntArray

SURE = 1e-6
"""Predicted shares are kept this far from 0 and 1, so that one sure mistake does not decide everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number over folds, its standard error and interval (NaN with fewer than two folds)."""

    value: float
    std_error: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well a model predicts rows it has not seen.

    Attributes
    ----------
    rmse, mae : in the unit of the target as modelled
    r_squared : 1 - squared error / squared error of the baseline (the mean of the rows learnt from)
    deviance_explained : the same with the family's deviance; None for least squares
    auc, brier : yes/no targets: probability that a row with the event is ranked above one without; mean squared
        error of the predicted share
    """

    rmse: Estimate
    mae: Estimate
    r_squared: Estimate
    deviance_explained: Estimate | None = None
    auc: Estimate | None = None
    brier: Estimate | None = None

    @property
    def explained(self) -> Estimate:
        """Share of what varies that is predicted: R-squared, or deviance explained for other families."""
        return self.r_squared if self.deviance_explained is None else self.deviance_explained


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Losses:
    """Sums of losses by fold, (K,) each.

    Attributes
    ----------
    weight : sums of weights
    overlap : rows predicted over rows learnt from, for the correction of the variance
    """

    squared: FloatArray
    absolute: FloatArray
    deviance: FloatArray
    weight: FloatArray
    overlap: float


def losses(
    y: FloatArray,
    predicted: FloatArray,
    weight: FloatArray,
    fold: IntArray,
    *,
    count: int,
    family: str,
    theta: float | None,
    overlap: float,
) -> Losses:
    """Sum the losses of each fold.

    Parameters
    ----------
    y, predicted, weight : (m,)
    fold : (m,) 0 to ``count - 1``
    """
    mean = possible(predicted, family)
    deviance = FAMILIES[family].unit_deviance(y, mean, math.inf if theta is None else theta)

    def summed(values: FloatArray) -> FloatArray:
        return np.bincount(fold, weights=weight * values, minlength=count).astype(np.float64)

    off = y - predicted
    return Losses(
        squared=summed(off * off),
        absolute=summed(np.abs(off)),
        deviance=summed(deviance),
        weight=summed(np.ones(len(y))),
        overlap=overlap,
    )


def possible(predicted: FloatArray, family: str) -> FloatArray:
    """Return predictions that the family's deviance can take."""
    if family == "binomial":
        return np.clip(predicted, SURE, 1.0 - SURE)
    return predicted if family == "gaussian" else np.maximum(predicted, 1e-300)


def ratio(above: FloatArray, below: FloatArray, *, overlap: float, level: float = 0.95) -> Estimate:
    """Return sum(above) / sum(below) over folds, with its uncertainty.

    The ratio's variance is that of ``(above - ratio * below) / mean(below)`` over K folds, times
    ``1 / K + overlap``: the models share most of the rows they learnt from, so folds are not independent.

    Parameters
    ----------
    above, below : (K,)
    overlap : rows predicted over rows learnt from

    References
    ----------
    Nadeau and Bengio (2003), doi:10.1023/A:1024068626366.
    """
    total, count = float(below.sum()), len(below)
    if not total > 0.0:
        return Estimate(value=math.nan, std_error=math.nan, ci_low=math.nan, ci_high=math.nan)
    value = float(above.sum()) / total
    if count < 2:
        return Estimate(value=value, std_error=math.nan, ci_low=math.nan, ci_high=math.nan)
    moved = (above - value * below) * count / total
    error = math.sqrt(float(moved @ moved) / (count - 1) * (1.0 / count + overlap))
    half = -float(stdtrit(count - 1, (1.0 - level) / 2.0)) * error
    return Estimate(value=value, std_error=error, ci_low=value - half, ci_high=value + half)


def one_sided(estimate: Estimate, count: int) -> float:
    """Return the p-value of ``value <= 0`` on count - 1 degrees of freedom; 1 where it is not known."""
    if not estimate.std_error > 0.0:
        return 1.0 if not estimate.value > 0.0 or math.isnan(estimate.std_error) else 0.0
    return float(stdtr(count - 1, -estimate.value / estimate.std_error))


def scores(
    found: Losses,
    baseline: Losses,
    *,
    family: str,
    y: FloatArray | None = None,
    predicted: FloatArray | None = None,
    fold: IntArray | None = None,
) -> Scores:
    """Turn losses into scores; for two outcomes ``y``, ``predicted`` and ``fold`` give the AUC too."""
    overlap, weight = found.overlap, found.weight
    binary = family == "binomial"
    brier = _within(ratio(found.squared, weight, overlap=overlap), 0.0, 1.0) if binary else None
    auc = None
    if binary and y is not None and predicted is not None and fold is not None:
        auc = _auc_over_folds(y, predicted, fold, len(weight), overlap)
    explained = None
    if family != "gaussian":
        explained = ratio(baseline.deviance - found.deviance, baseline.deviance, overlap=overlap)
    return Scores(
        rmse=_root(ratio(found.squared, weight, overlap=overlap)),
        mae=_within(ratio(found.absolute, weight, overlap=overlap), 0.0, math.inf),
        r_squared=_within(ratio(baseline.squared - found.squared, baseline.squared, overlap=overlap), -math.inf, 1.0),
        deviance_explained=None if explained is None else _within(explained, -math.inf, 1.0),
        auc=auc,
        brier=brier,
    )


def auc_parts(y: FloatArray, predicted: FloatArray) -> tuple[float, float]:
    """Return won pairs (ties count half) and all pairs of a row with and a row without the event."""
    _, place, ties = np.unique(predicted, return_inverse=True, return_counts=True)
    last = np.cumsum(ties)
    rank = (last - 0.5 * (ties - 1))[place]
    events = y > 0.5
    n_events = float(events.sum())
    pairs = n_events * (len(y) - n_events)
    return float(rank[events].sum()) - n_events * (n_events + 1.0) / 2.0, pairs


def _auc_over_folds(
    y: FloatArray, predicted: FloatArray, fold: IntArray, count: int, overlap: float
) -> Estimate | None:
    if not np.all((y == 0.0) | (y == 1.0)):
        return None
    parts = np.array([auc_parts(y[fold == k], predicted[fold == k]) for k in range(count)])
    if not parts[:, 1].sum() > 0.0:
        return None
    return _within(ratio(parts[:, 0], parts[:, 1], overlap=overlap), 0.0, 1.0)


def _within(estimate: Estimate, low: float, high: float) -> Estimate:
    """Cut an interval at the values that its number can have."""
    if math.isnan(estimate.ci_low):
        return estimate
    return replace(estimate, ci_low=max(estimate.ci_low, low), ci_high=min(estimate.ci_high, high))


def _root(square: Estimate) -> Estimate:
    """Return the root of an estimate; its error by the delta method."""
    root = math.sqrt(square.value) if square.value >= 0.0 else math.nan
    error = square.std_error / (2.0 * root) if root > 0.0 else math.nan
    return Estimate(
        value=root,
        std_error=error,
        ci_low=math.sqrt(max(square.ci_low, 0.0)),
        ci_high=math.sqrt(max(square.ci_high, 0.0)),
    )
