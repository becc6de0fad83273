"""New rows in, predictions with intervals and a word of warning out."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from regression_analyzer.errors import UsageError
from regression_analyzer.explain.intervals import case_interval, critical_value, target_inverse, turn_back
from regression_analyzer.explain.replay import Replayed, replay
from regression_analyzer.explain.value import PENALISED, PredictionModel, Predictions
from regression_analyzer.fit.families import LINKS
from regression_analyzer.fit.multinomial import probabilities
from regression_analyzer.fit.value import ALONG, FloatArray, IntArray
from regression_analyzer.table.edges import Edges, Entries, ReadEdges, Taken
from regression_analyzer.table.value import Table

BoolArray = npt.NDArray[np.bool_]
REACH = 1.0 + 1e-9
"""Rounding allowed before a row counts as further out than any row used."""
SETTLED = (
    "rows like this one all have the same outcome (separation): the end of what is possible is predicted, without an "
    "interval"
)
FAR = "a combination of values further out than any row the model has seen"


def edges_reader(model: PredictionModel) -> ReadEdges:
    """Return what tells, where rules cannot, which way a new table lies: the edge with the model's columns."""
    known = {factor.column for term in model.design.terms for factor in term.factors}

    def read(edges: Edges) -> Taken:
        row: Entries = "measured_things" if known.intersection(edges.first_row) else "cases"
        column: Entries = "measured_things" if known.intersection(edges.first_column) else "cases"
        return Taken(first_row=row if edges.first_row else None, first_column=column, by="the model's columns")

    return read


def predict(model: PredictionModel, table: Table, level: float = 0.95, *, turned_back: bool = True) -> Predictions:
    """Predict every row of a table.

    Parameters
    ----------
    table : columns are matched by name; others are ignored, the target need not be there
    level : of the intervals
    turned_back : give a transformed target (``log(price)``) on its own scale (price)

    Returns
    -------
    Predictions, one entry a row. A row with a missing value or an unseen level has NaN and the reason; a
    row outside what the model has seen is predicted, with the reason for doubt.

    Raises
    ------
    InputError
        The table lacks a column the model needs.
    UsageError
        The level is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise UsageError(f"The level of an interval lies between 0 and 1, not at {level}.", code="level")
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [_predict_rows(model, rows, level) for rows in replay(model.design, model.domain, table)]
    _, note = target_inverse(model.design.target_factor) if turned_back else ("", "")
    if model.outcomes_missing:
        note = f"the chance of one outcome against all others; there is none of each outcome: {model.outcomes_missing}"
    row = np.concatenate([rows for rows, _, _ in parts]) if parts else np.empty(0, dtype=np.int64)
    numbers = np.concatenate([values for _, values, _ in parts]) if parts else np.empty((0, 7 + len(model.outcomes)))
    reasons = tuple(text for _, _, texts in parts for text in texts)
    if turned_back:
        numbers = turn_back(model.design.target_factor, numbers)
    return Predictions(
        row=row,
        predicted=numbers[:, 0],
        ci_low=numbers[:, 1],
        ci_high=numbers[:, 2],
        pi_low=numbers[:, 3],
        pi_high=numbers[:, 4],
        conformal_low=numbers[:, 5],
        conformal_high=numbers[:, 6],
        in_domain=tuple(not text for text in reasons),
        reason=reasons,
        level=level,
        note=note,
        outcomes=model.outcomes,
        probabilities=numbers[:, 7:],
    )


def linear_predictor(model: PredictionModel, x: FloatArray) -> FloatArray:
    """Return the linear predictor of rows, (n,), without offset.

    Parameters
    ----------
    x : (n, r) kept columns
    """
    if model.shift.any():
        return np.asarray(model.level_at_shift + (x - model.shift) @ _slopes(model), dtype=np.float64)
    return np.asarray(x @ model.coefficients, dtype=np.float64)


def _slopes(model: PredictionModel) -> FloatArray:
    """Return the coefficients with the intercept's place at 0: the level stands for it."""
    constant = [i for i, c in enumerate(model.kept) if model.design.columns[int(c)].term < 0]
    slopes = model.coefficients.copy()
    slopes[constant] = 0.0
    return slopes


def reach_of(model: PredictionModel, x: FloatArray) -> FloatArray:
    """Return ``x' (X'WX)^-1 x`` of rows, (n,): their leverage, had they been among the rows used.

    0 where the model has no such form.
    """
    if model.kind == PENALISED:
        return np.zeros(len(x))
    if model.r_factor.size:
        z = (x - model.shift) / model.scale
        rows = solve_triangular(model.r_factor, z.T, trans="T", check_finite=False)
        return np.asarray((rows * rows).sum(axis=0), dtype=np.float64)
    return np.asarray(((x @ model.cov_unscaled) * x).sum(axis=1), dtype=np.float64)


def variance_of_predictor(model: PredictionModel, x: FloatArray, reach: FloatArray) -> FloatArray:
    """Return the variance of the linear predictor of rows under the chosen covariance, (n,)."""
    if model.kind == PENALISED:
        return np.full(len(x), np.nan)
    if model.kind == "classical":
        return model.dispersion * reach
    if model.standardised_covariance.size:
        z = (x - model.shift) / model.scale
        return np.asarray(np.maximum(((z @ model.standardised_covariance) * z).sum(axis=1), 0.0), dtype=np.float64)
    return np.asarray(np.maximum(((x @ model.covariance) * x).sum(axis=1), 0.0), dtype=np.float64)


def predict_rows(
    model: PredictionModel,
    x: FloatArray,
    *,
    level: float = 0.95,
    offset: FloatArray | None = None,
    weights: FloatArray | None = None,
) -> FloatArray:
    """Predict rows of the design.

    Parameters
    ----------
    x : (n, r) kept columns
    offset, weights : (n,) or None

    Returns
    -------
    (n, 7): predicted, ends of the interval of the mean, of a single case, and of a single case by the errors on
    unseen rows, on the scale of the mean
    """
    eta = linear_predictor(model, x)
    if offset is not None:
        eta = eta + offset
    variance = variance_of_predictor(model, x, reach_of(model, x))
    numbers = _with_intervals(model, eta, variance, level, weights=weights)
    numbers[settled_rows(model, x), 1:] = np.nan
    return np.column_stack([numbers, _by_unseen_errors(model, numbers[:, 0], level)])


def settled_rows(model: PredictionModel, x: FloatArray) -> BoolArray:
    """Return the mask of rows whose mean has no finite linear predictor, because outcomes are separated.

    Parameters
    ----------
    x : (n, r) kept columns
    """
    if not model.escape.size:
        return np.zeros(len(x), dtype=bool)
    return np.asarray(np.abs((x - model.shift) / model.scale @ model.escape) > ALONG)


def _by_unseen_errors(model: PredictionModel, predicted: FloatArray, level: float) -> FloatArray:
    """Return the ends of the conformal interval, (n, 2): whole numbers for counts, nothing below 0 for amounts."""
    found = model.conformal
    if found is None or level != found.level:
        return np.full((predicted.size, 2), np.nan)
    half = found.widths(predicted)
    ends = np.column_stack([predicted - half, predicted + half])
    if model.design.family in {"poisson", "negative-binomial"}:
        ends = np.column_stack([np.ceil(ends[:, 0]), np.floor(ends[:, 1])])
    return ends if model.design.family == "gaussian" else np.maximum(ends, 0.0)


def _predict_rows(model: PredictionModel, rows: Replayed, level: float) -> tuple[IntArray, FloatArray, list[str]]:
    """Return row numbers, (n, 7) predictions with intervals and the probabilities of outcomes, and the reasons."""
    design = model.design
    complete = np.isfinite(rows.x.sum(axis=1))
    if rows.offset is not None:
        complete &= np.isfinite(rows.offset)
    x = rows.x[complete][:, model.kept]
    reach = reach_of(model, x)
    numbers = np.full((rows.row.size, 7 + len(model.outcomes)), np.nan)
    offset = None if rows.offset is None else rows.offset[complete]
    weights = None if rows.weights is None else rows.weights[complete]
    numbers[complete, :7] = predict_rows(model, x, level=level, offset=offset, weights=weights)
    if model.outcomes:
        numbers[complete, 7:] = probabilities(x, model.outcome_coefficients)
    places = np.flatnonzero(complete)
    for i in places[reach > model.domain.max_leverage * REACH]:
        rows.reasons.setdefault(int(i), [FAR])
    for i in places[settled_rows(model, x)]:
        rows.reasons.setdefault(int(i), []).append(SETTLED)
    texts = ["; ".join(dict.fromkeys(rows.reasons.get(i, ()))) for i in range(rows.row.size)]
    for i in np.flatnonzero(~complete):
        texts[i] = texts[i] or f"{design.target} cannot be predicted: a value is not defined"
    return rows.row, numbers, texts


def _with_intervals(
    model: PredictionModel, eta: FloatArray, variance: FloatArray, level: float, *, weights: FloatArray | None
) -> FloatArray:
    """Return predicted, ci_low, ci_high, pi_low, pi_high, (n, 5), on the scale of the mean.

    In a weighted least squares fit a single case varies by ``dispersion / weight``: without a weight it has no
    interval.
    """
    freedom = model.df_resid if model.df_mean is None else model.df_mean
    width = critical_value(level, model.distribution, freedom) * np.sqrt(variance)
    family, link = model.design.family, LINKS[model.design.link]
    # what errors on unseen rows show holds the uncertainty of a penalised model already
    unsure = np.zeros(len(eta)) if model.kind == PENALISED else variance
    if family == "gaussian" and link.name == "identity":
        t = critical_value(level, "t", model.df_resid)
        case = t * np.sqrt(unsure + model.dispersion / (1.0 if weights is None else weights))
        return np.column_stack([eta, eta - width, eta + width, eta - case, eta + case])
    mean = link.inverse(eta)
    ends = np.sort(np.column_stack([link.inverse(eta - width), link.inverse(eta + width)]), axis=1)
    if link.name == "inverse":
        # the interval of 1 / mean that reaches 0 leaves the mean without an upper end
        ends[(eta - width) * (eta + width) <= 0.0, 1] = math.inf
    slope = link.slope(eta, mean)
    low, high = case_interval(
        family, mean, unsure * slope * slope, level=level, dispersion=model.dispersion, theta=model.theta
    )
    return np.column_stack([mean, ends, low, high])
