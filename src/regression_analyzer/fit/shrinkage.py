"""The penalised model of a table: its penalty by cross-validation, how it predicts, how steady its choice is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.dealing import deal_evenly
from regression_analyzer.fit.penalised import (
    Standardised,
    effective_df,
    on_original_scale,
    path,
    penalties,
    standardise,
)
from regression_analyzer.fit.value import FloatArray, IntArray

FOLDS = 10
RESAMPLES = 50
FEWER_RESAMPLES = 20
COSTLY_CELLS = 1_000_000
"""Rows times columns from which on the choice is repeated on fewer resamples."""
ROWS_A_COLUMN = 5
"""Of the rows that test, for each column that is chosen."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sample:
    """Rows in memory: x (n, k) without the intercept, y (n,), group (n,) codes of repeated units or None."""

    x: FloatArray
    y: FloatArray
    group: IntArray | None

    def some(self, keep: IntArray) -> Sample:
        """Return some of the rows."""
        return Sample(x=self.x[keep], y=self.y[keep], group=None if self.group is None else self.group[keep])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """Errors on held-out rows along the path.

    Attributes
    ----------
    penalties, error, std_error : (m,) penalty, mean squared error, its standard error over the folds
    best, sparse : index of the smallest error; of the largest penalty within one standard error of it
    optimism : what choosing the best index on the same rows makes the smallest error too small by, estimated
    null_error : mean squared error of the average
    """

    penalties: FloatArray
    error: FloatArray
    std_error: FloatArray
    best: int
    sparse: int
    optimism: float
    null_error: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shrunken:
    """The penalised model of all rows. Nothing in it has a p-value: its columns were chosen on these rows.

    Attributes
    ----------
    estimator : ``"lasso"`` or ``"ridge"``
    penalty : in use; ``asked``: not the one of the smallest error
    intercept, coefficients : scalar, (k,) of the columns as they are
    standardised : (k,) of the standardised columns
    df : columns taken (lasso), effective degrees of freedom (ridge)
    curve : errors on held-out rows
    unseen_mse, unseen_r_squared : on held-out rows, with the optimism of choosing the penalty added
    stability : (k,) share of the resamples (half of the rows each) in which a column is taken; None for ridge
    resamples, folds, n_obs
    """

    estimator: str
    penalty: float
    asked: bool
    intercept: float
    coefficients: FloatArray
    standardised: FloatArray
    df: float
    curve: Curve
    unseen_mse: float
    unseen_r_squared: float
    stability: FloatArray | None
    resamples: int
    folds: int
    n_obs: int


def shrink(sample: Sample, estimator: str, *, penalty: float | None = None, seed: int = 0) -> Shrunken:
    """Fit the penalised model of all rows.

    Parameters
    ----------
    penalty : None for the one with the smallest error on held-out rows

    References
    ----------
    Error of the chosen penalty: Tibshirani and Tibshirani (2009), doi:10.1214/08-AOAS224. Shares of resamples:
    Meinshausen and Buehlmann (2010), doi:10.1111/j.1467-9868.2010.00740.x.
    """
    rows = standardise(sample.x, sample.y)
    values = penalties(rows, estimator)
    curve = cross_validate(sample, values, estimator, seed=seed, extra=penalty)
    at = len(curve.penalties) - 1 if penalty is not None else curve.best
    chosen = float(curve.penalties[at])
    wanted = np.append(values[values > chosen], chosen)
    standardised = path(rows, wanted, estimator)[-1]
    intercept, slopes = on_original_scale(rows, standardised[None, :])
    mse = float(curve.error[at]) + (curve.optimism if penalty is None else 0.0)
    steady, count = None, 0
    if estimator == "lasso":
        count = RESAMPLES if sample.x.size < COSTLY_CELLS else FEWER_RESAMPLES
        steady = _stability(sample, wanted, count, seed)
    return Shrunken(
        estimator=estimator,
        penalty=chosen,
        asked=penalty is not None,
        intercept=float(intercept[0]),
        coefficients=slopes[0],
        standardised=standardised,
        df=float(np.count_nonzero(standardised)) if estimator == "lasso" else effective_df(rows, chosen),
        curve=curve,
        unseen_mse=mse,
        unseen_r_squared=1.0 - mse / curve.null_error if curve.null_error > 0 else math.nan,
        stability=steady,
        resamples=count,
        folds=_fold_count(sample),
        n_obs=len(sample.y),
    )


def _fold_count(sample: Sample) -> int:
    units = len(sample.y) if sample.group is None else len(np.unique(sample.group))
    return max(2, min(FOLDS, units))


def cross_validate(
    sample: Sample, values: FloatArray, estimator: str, *, seed: int = 0, extra: float | None = None
) -> Curve:
    """Try every penalty on rows held out; columns are standardised anew on the rows learnt from.

    Parameters
    ----------
    extra : a penalty that is tried too, and is the last of the curve
    """
    count = _fold_count(sample)
    fold = deal_evenly(len(sample.y), sample.group, count, np.random.default_rng(seed))
    tried = values if extra is None else np.append(values[values > extra], extra)
    sums, sizes, null = [], [], 0.0
    for code in range(count):
        train, test = np.flatnonzero(fold != code), np.flatnonzero(fold == code)
        rows = standardise(sample.x[train], sample.y[train])
        intercept, slopes = on_original_scale(rows, path(rows, tried, estimator))
        off = sample.y[test] - intercept[:, None] - slopes @ sample.x[test].T
        sums.append((off * off).sum(axis=1))
        sizes.append(len(test))
        null += float(((sample.y[test] - rows.y_mean) ** 2).sum())
    # a fold's path may end early: what is compared ends where the first of them does
    shortest = min(len(part) for part in sums)
    squared, n = np.stack([part[:shortest] for part in sums]), np.asarray(sizes, dtype=np.float64)
    error = squared.sum(axis=0) / n.sum()
    by_fold = squared / n[:, None]
    std_error = by_fold.std(axis=0, ddof=1) / math.sqrt(count)
    best = int(error.argmin())
    within = np.flatnonzero(error <= error[best] + std_error[best])
    return Curve(
        penalties=tried[:shortest],
        error=error,
        std_error=std_error,
        best=best,
        sparse=int(within[0]),
        optimism=float((n * (by_fold[:, best] - by_fold.min(axis=1))).sum() / n.sum()),
        null_error=null / float(n.sum()),
    )


def _stability(sample: Sample, values: FloatArray, count: int, seed: int) -> FloatArray:
    """Return how often each column is taken on halves of the rows, (k,)."""
    rng = np.random.default_rng(seed + 1)
    taken = np.zeros(sample.x.shape[1])
    for _ in range(count):
        half = np.flatnonzero(deal_evenly(len(sample.y), sample.group, 2, rng) == 0)
        rows = standardise(sample.x[half], sample.y[half])
        taken += path(rows, values, "lasso")[-1] != 0.0
    return np.asarray(taken / count)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Halves:
    """Which rows chose, and what they chose.

    Attributes
    ----------
    choosing, testing : indices of the rows of the sample
    columns : of x, that the first half chose (lasso, smallest error on held-out rows)
    penalty : under which they were chosen
    limited : more columns had the smallest error than the other half can test
    """

    choosing: IntArray
    testing: IntArray
    columns: IntArray
    penalty: float
    limited: bool


def choose_on_half(sample: Sample, term_of: IntArray, *, seed: int = 0) -> Halves:
    """Choose columns on one half of the rows; the other half has no part in the choice and may test them.

    Parameters
    ----------
    term_of : (k,) term of each column: the columns of a term are chosen together

    References
    ----------
    Cox (1975), doi:10.1093/biomet/62.2.441; Wasserman and Roeder (2009), doi:10.1214/08-AOS646.
    """
    side = deal_evenly(len(sample.y), sample.group, 2, np.random.default_rng(seed + 2))
    choosing, testing = np.flatnonzero(side == 0), np.flatnonzero(side == 1)
    half = sample.some(choosing)
    rows: Standardised = standardise(half.x, half.y)
    values = penalties(rows, "lasso")
    curve = cross_validate(half, values, "lasso", seed=seed + 3)
    found = path(rows, values[: curve.best + 1], "lasso")
    most = max(1, len(testing) // ROWS_A_COLUMN - 1)
    at = len(found) - 1
    while at > 0 and np.isin(term_of, term_of[found[at] != 0.0]).sum() > most:
        at -= 1
    columns = np.flatnonzero(np.isin(term_of, term_of[found[at] != 0.0]))
    if len(columns) > most:
        columns = columns[:0]
    return Halves(
        choosing=choosing,
        testing=testing,
        columns=columns,
        penalty=float(values[at]),
        limited=at < len(found) - 1,
    )
