"""Shapley contributions in the flexible model: how far each predictor moves the prediction of unseen rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Numeric
from regression_analyzer.explain.flexible import Flexible, contributions
from regression_analyzer.explain.folds import Folds
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.value import FloatArray

MOST_ROWS = 1_000
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanShap:
    """One predictor: the mean size of its contributions, with a 95% interval over rows.

    ``correlation`` of contributions with the predictor's values: its sign is the direction (None for categories
    and where either does not vary).
    """

    predictor: str
    value: float
    ci_low: float
    ci_high: float
    correlation: float | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shap:
    """A summary over held-out rows, largest first.

    Attributes
    ----------
    predictors : in the order of the columns of ``contributions`` and ``features``
    contributions, features : (m, p) of the rows used: in the unit of the linear predictor; values or codes
    """

    means: tuple[MeanShap, ...]
    predictors: tuple[str, ...]
    contributions: FloatArray
    features: FloatArray


def shap_summary(rows: Rows, folds: Folds, flexible: Flexible, *, seed: int = 0) -> Shap:
    """Explain up to 1,000 held-out rows, each by the trees that have not seen it."""
    places = np.flatnonzero(folds.of_row >= 0)
    if len(places) > MOST_ROWS:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST_ROWS, replace=False))
    features = flexible.features[places]
    found = np.empty_like(features)
    for fold in range(folds.count):
        here = np.flatnonzero(folds.of_row[places] == fold)
        if len(here):
            found[here] = contributions(flexible, fold, features[here])
    means = [_mean(rows, j, found[:, j], features[:, j]) for j in range(features.shape[1])]
    return Shap(
        means=tuple(sorted(means, key=lambda mean: -mean.value)),
        predictors=tuple(factor.column for factor in rows.factors),
        contributions=found,
        features=features,
    )


def _mean(rows: Rows, j: int, moved: FloatArray, cells: FloatArray) -> MeanShap:
    size = np.abs(moved)
    value = float(size.mean())
    half = NORMAL_95 * float(size.std(ddof=1)) / math.sqrt(len(size)) if len(size) > 1 else math.nan
    factor = rows.factors[j]
    correlation = None
    if isinstance(factor, Numeric) and cells.std() > 0.0 and moved.std() > 0.0:
        correlation = float(np.corrcoef(moved, cells)[0, 1])
    return MeanShap(
        predictor=factor.column,
        value=value,
        ci_low=max(value - half, 0.0),
        ci_high=value + half,
        correlation=correlation,
    )
