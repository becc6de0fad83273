"""A flexible model beside the regression: boosted trees, which bend and combine predictors as the rows ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regression_analyzer.design.value import Categorical, Design
from regression_analyzer.explain.folds import Folds
from regression_analyzer.explain.rows import Rows, features_of
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.families import LINKS
from regression_analyzer.fit.value import FloatArray

FEWEST_ROWS = 60
"""Trees learnt from fewer rows say more of their settings than of the data."""
TREES = 100
LEAVES = ((2_000, 7), (20_000, 15))
MOST_LEAVES = 31
OBJECTIVES = {
    "gaussian": "regression",
    "binomial": "binary",
    "poisson": "poisson",
    "negative-binomial": "poisson",
    "gamma": "gamma",
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Flexible:
    """Boosted trees learnt without each fold.

    Attributes
    ----------
    boosters : one a fold
    centre, unit : the target was learnt as ``(y - centre) / unit``
    link : name of the link from the trees' sum to the mean
    features : (n, p) predictors of all rows
    predicted : (n,) means of held-out rows, NaN for rows that are only learnt from
    """

    boosters: tuple[Any, ...]
    centre: float
    unit: float
    link: str
    features: FloatArray
    predicted: FloatArray


def fit_flexible(design: Design, rows: Rows, folds: Folds, *, seed: int = 0) -> Flexible | Skipped:
    """Learn boosted trees without each fold.

    Settings are fixed, not tuned: 100 trees, learning rate 0.1, 7 to 31 leaves by the number of rows. One thread
    and fixed seeds: the same trees every time.

    References
    ----------
    Friedman (2001), doi:10.1214/aos/1013203451; Ke et al. (2017), LightGBM.
    """
    if len(rows.y) < FEWEST_ROWS:
        return Skipped(reason=f"fewer than {FEWEST_ROWS} rows are too few for a flexible model")
    if not rows.factors:
        return Skipped(reason="the model has no predictors")
    try:
        import lightgbm  # noqa: PLC0415  0.3 s, and absent where its OpenMP library is
    except (ImportError, OSError):
        return Skipped(reason="the library for the flexible model (LightGBM, with libgomp) is not installed")
    features = features_of(rows)
    objective, link = OBJECTIVES[design.family], "identity" if design.family == "gaussian" else "log"
    if design.family == "binomial":
        link = "logit"
        objective = objective if np.all((rows.y == 0.0) | (rows.y == 1.0)) else "cross_entropy"
    y, centre, unit = _target(design, rows)
    settings = _settings(objective, len(y), seed)
    shifted = rows.offset is not None and design.family != "gaussian"
    data = {"data": features, "label": y, "weight": rows.weights, "init_score": rows.offset if shifted else None}
    try:
        boosters = _boosters(lightgbm, rows, folds, data, settings)
    except lightgbm.basic.LightGBMError as error:
        return Skipped(reason=f"the flexible model could not be learnt: {error}")
    made = Flexible(
        boosters=boosters,
        centre=centre,
        unit=unit,
        link=link,
        features=features,
        predicted=np.full(len(y), np.nan),
    )
    for fold in range(folds.count):
        test = folds.test(fold)
        offset = None if rows.offset is None else rows.offset[test]
        made.predicted[test] = predict_flexible(made, fold, features[test], offset)
    made.predicted.flags.writeable = False
    return made


def predict_flexible(model: Flexible, fold: int, features: FloatArray, offset: FloatArray | None = None) -> FloatArray:
    """Return what a fold's trees say of rows, (m,), on the response scale."""
    raw = np.asarray(model.boosters[fold].predict(features, raw_score=True, num_threads=1), dtype=np.float64)
    eta = model.centre + model.unit * raw
    if offset is not None:
        eta = eta + offset
    return np.asarray(LINKS[model.link].inverse(eta), dtype=np.float64)


def contributions(model: Flexible, fold: int, features: FloatArray) -> FloatArray:
    """Return the exact Shapley contributions of each predictor, (m, p), on the scale of the linear predictor.

    References
    ----------
    Lundberg et al. (2020), doi:10.1038/s42256-019-0138-9.
    """
    found = model.boosters[fold].predict(features, pred_contrib=True, num_threads=1)
    return model.unit * np.asarray(found, dtype=np.float64)[:, :-1]


def _boosters(
    library: Any,
    rows: Rows,
    folds: Folds,
    arrays: Mapping[str, FloatArray | None],
    settings: Mapping[str, object],
) -> tuple[Any, ...]:
    """Learn trees without each fold; numbers are gathered into bins once, for all folds."""
    data = library.Dataset(
        **arrays,
        categorical_feature=[i for i, factor in enumerate(rows.factors) if isinstance(factor, Categorical)],
        params=dict(settings),
        free_raw_data=False,
    ).construct()
    return tuple(
        library.train(dict(settings), data.subset(folds.train(fold)), num_boost_round=TREES)
        for fold in range(folds.count)
    )


def _settings(objective: str, n: int, seed: int) -> dict[str, object]:
    return {
        "objective": objective,
        "num_leaves": next((leaves for rows, leaves in LEAVES if n < rows), MOST_LEAVES),
        "learning_rate": 0.1,
        "min_data_in_leaf": 20 if n >= 400 else 10,
        "min_data_per_group": 20,
        "lambda_l2": 1.0,
        "max_bin": 63 if n < LEAVES[-1][0] else 127,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbose": -1,
    }


def _target(design: Design, rows: Rows) -> tuple[FloatArray, float, float]:
    """Return the target as learnt: trees hold it in single precision, so least squares learns it standardised."""
    if design.family != "gaussian":
        return rows.y, 0.0, 1.0
    y = rows.y if rows.offset is None else rows.y - rows.offset
    centre, unit = float(y.mean()), float(y.std())
    unit = unit if unit > 0.0 else 1.0
    return (y - centre) / unit, centre, unit
