"""The penalised model of a table: its penalty by cross-validation, how it predicts, how steady its choice is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.fit.families import FAMILIES
from regression_analyzer.fit.penalised_likelihood import SURE
from regression_analyzer.fit.penalised_path import (
    Path,
    Sample,
    deviances,
    df_of,
    flat_means,
    means,
    null_predictor,
    path_of,
    penalties_of,
    prepared,
)
from regression_analyzer.fit.value import FloatArray, IntArray

FOLDS = 10
RESAMPLES = 50
FEWER_RESAMPLES = 20
COSTLY_CELLS = 1_000_000
"""Rows times columns from which on the choice is repeated on fewer resamples."""
ROWS_A_COLUMN = 5
"""Of the rows that test, for each column that is chosen; of their events where rows have events (Vittinghoff and
McCulloch 2007, doi:10.1093/aje/kwk052: problems are frequent below five events a coefficient)."""
STRIDE = 5
"""Every fifth penalty of the path leads resamples of a likelihood to the last one."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Curve:
    """Errors on held-out rows along the path.

    Attributes
    ----------
    penalties, error, std_error : (m,) penalty, mean deviance (squared error for least squares), its standard error
        over the folds
    best, sparse : index of the smallest error; of the largest penalty within one standard error of it
    optimism : what choosing the best index on the same rows makes the smallest error too small by, estimated
    null_error : mean deviance of the average
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
    estimator : ``"lasso"`` or ``"ridge"``; ``family`` of its likelihood
    penalty : in use; ``asked``: not the one of the smallest error
    intercept, coefficients : scalar, (k,) of the columns as they are
    standardised : (k,) of the standardised columns
    df : columns taken (lasso), effective degrees of freedom (ridge)
    curve : errors on held-out rows
    held_out, fold : (n,) means of all rows, each by a model that has not seen it, at the penalty in use; its part
    unseen_error, unseen_explained : mean deviance (squared error) on held-out rows, and the share that it is less than
        that of the average; with the optimism of choosing the penalty added
    unseen_mse, null_mse : mean squared error on the same rows, with the same share added; that of the average
    dispersion : mean Pearson statistic on held-out rows; for least squares the variance of a case of weight 1
    stability : (k,) share of the resamples (half of the rows each) in which a column is taken; None for ridge
    resamples, folds, n_obs
    """

    estimator: str
    family: str
    penalty: float
    asked: bool
    intercept: float
    coefficients: FloatArray
    standardised: FloatArray
    df: float
    curve: Curve
    held_out: FloatArray
    fold: IntArray
    unseen_error: float
    unseen_explained: float
    unseen_mse: float
    null_mse: float
    dispersion: float
    stability: FloatArray | None
    resamples: int
    folds: int
    n_obs: int


def shrink(sample: Sample, estimator: str, *, penalty: float | None = None, seed: int = 0) -> Shrunken:
    """Fit the penalised model of all rows.

    Parameters
    ----------
    penalty : None for the one with the smallest error on held-out rows

    Raises
    ------
    UsageError
        The penalty asked for is so small that the path ends before it.

    References
    ----------
    Error of the chosen penalty: Tibshirani and Tibshirani (2009), doi:10.1214/08-AOAS224. Shares of resamples:
    Meinshausen and Buehlmann (2010), doi:10.1111/j.1467-9868.2010.00740.x.
    """
    rows = prepared(sample)
    values = penalties_of(rows, estimator)
    tried = _cross_validation(sample, values, estimator, seed=seed, extra=penalty)
    curve = tried.curve
    at = len(curve.penalties) - 1 if penalty is not None else curve.best
    chosen = float(curve.penalties[at])
    wanted = np.append(values[values > chosen], chosen)
    found = path_of(rows, wanted, estimator)
    at = min(at, len(found.slopes) - 1)
    chosen = float(curve.penalties[at])
    if penalty is not None and chosen != penalty:
        raise UsageError(
            f"Under the penalty {penalty:g} the {estimator} takes more columns than these rows can tell apart.",
            hint=f"Use {chosen:.3g} or more, or leave the penalty out.",
            code="bad_penalty",
        )
    wanted = wanted[: at + 1]
    error = float(curve.error[at]) + (curve.optimism if penalty is None else 0.0)
    held_out, flat, fold = tried.held_out(at)
    share = sample.rows_of_weight / sample.rows_of_weight.sum()
    mse = float(share @ (sample.y - held_out) ** 2) * (error / float(curve.error[at]) if curve.error[at] > 0 else 1.0)
    steady, count = None, 0
    if estimator == "lasso":
        count = RESAMPLES if sample.x.size < COSTLY_CELLS else FEWER_RESAMPLES
        steady = _stability(sample, wanted, count, seed)
    return Shrunken(
        estimator=estimator,
        family=sample.family,
        penalty=chosen,
        asked=penalty is not None,
        intercept=float(found.intercepts[-1]),
        coefficients=found.slopes[-1],
        standardised=found.standardised[-1],
        df=df_of(rows, found, -1, chosen, estimator),
        curve=curve,
        held_out=held_out,
        fold=fold,
        unseen_error=error,
        unseen_explained=1.0 - error / curve.null_error if curve.null_error > 0 else math.nan,
        unseen_mse=mse,
        null_mse=float(share @ (sample.y - flat) ** 2),
        dispersion=mse * float(sample.rows_of_weight.mean())
        if sample.family == "gaussian"
        else pearson(sample, held_out),
        stability=steady,
        resamples=count,
        folds=len(tried.parts),
        n_obs=len(sample.y),
    )


def pearson(sample: Sample, mean: FloatArray) -> float:
    """Return the mean of ``w (y - mean)^2 / variance`` over rows; shares are kept from 0 and 1."""
    family = FAMILIES[sample.family]
    inside = np.clip(mean, SURE, 1.0 - SURE) if sample.family == "binomial" else np.maximum(mean, SURE)
    return float((sample.rows_of_weight * (sample.y - mean) ** 2 / family.variance(inside, math.inf)).mean())


def _fold_count(sample: Sample) -> int:
    units = len(sample.y) if sample.group is None else len(np.unique(sample.group))
    if sample.family == "binomial":
        units = min(units, *(int(np.count_nonzero(side)) for side in (sample.y > 0.0, sample.y < 1.0)))
    return max(2, min(FOLDS, units))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Tried:
    """A cross-validation: its curve, and the parts with the models that have not seen them, and their average."""

    curve: Curve
    sample: Sample
    parts: tuple[tuple[IntArray, Path, float], ...]

    def held_out(self, at: int) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return, for all rows, the mean at one penalty by a model that has not seen it, the average, and the part."""
        n = len(self.sample.y)
        mean, flat, fold = np.empty(n), np.empty(n), np.empty(n, dtype=np.int64)
        for code, (test, found, level) in enumerate(self.parts):
            unseen = self.sample.some(test)
            mean[test] = means(unseen, found.intercepts[[at]], found.slopes[[at]])[0]
            flat[test] = flat_means(unseen, level)
            fold[test] = code
        return mean, flat, fold


def cross_validate(
    sample: Sample, values: FloatArray, estimator: str, *, seed: int = 0, extra: float | None = None
) -> Curve:
    """Try every penalty on rows held out; columns are standardised anew on the rows learnt from.

    Parameters
    ----------
    extra : a penalty that is tried too, and is the last of the curve
    """
    return _cross_validation(sample, values, estimator, seed=seed, extra=extra).curve


def _cross_validation(
    sample: Sample, values: FloatArray, estimator: str, *, seed: int, extra: float | None = None
) -> _Tried:
    count = _fold_count(sample)
    fold = sample.deal(count, np.random.default_rng(seed))
    tried = values if extra is None else np.append(values[values > extra], extra)
    sums, sizes, parts, null = [], [], [], 0.0
    for code in range(count):
        train, test = np.flatnonzero(fold != code), np.flatnonzero(fold == code)
        rows, unseen = prepared(sample.some(train)), sample.some(test)
        found = path_of(rows, tried, estimator)
        weight = unseen.rows_of_weight
        sums.append(deviances(unseen, means(unseen, found.intercepts, found.slopes)) @ weight)
        sizes.append(float(weight.sum()))
        level = null_predictor(rows)
        null += float(deviances(unseen, flat_means(unseen, level)) @ weight)
        parts.append((test, found, level))
    # a fold's path may end early: what is compared ends where the first of them does
    shortest = min(len(part) for part in sums)
    total, n = np.stack([part[:shortest] for part in sums]), np.asarray(sizes, dtype=np.float64)
    return _Tried(
        curve=_curve(tried[:shortest], total, n, null_error=null / float(n.sum())), sample=sample, parts=tuple(parts)
    )


def _curve(tried: FloatArray, total: FloatArray, n: FloatArray, *, null_error: float) -> Curve:
    """Return the curve from sums of deviances by fold and penalty, (K, m), and weights of the folds, (K,)."""
    error = total.sum(axis=0) / n.sum()
    by_fold = total / n[:, None]
    std_error = by_fold.std(axis=0, ddof=1) / math.sqrt(len(n))
    best = int(error.argmin())
    within = np.flatnonzero(error <= error[best] + std_error[best])
    return Curve(
        penalties=tried,
        error=error,
        std_error=std_error,
        best=best,
        sparse=int(within[0]),
        optimism=float((n * (by_fold[:, best] - by_fold.min(axis=1))).sum() / n.sum()),
        null_error=null_error,
    )


def _stability(sample: Sample, values: FloatArray, count: int, seed: int) -> FloatArray:
    """Return how often each column is taken on halves of the rows, (k,)."""
    rng = np.random.default_rng(seed + 1)
    taken = np.zeros(sample.x.shape[1])
    led = values if sample.family == "gaussian" else np.append(values[:-1:STRIDE], values[-1])
    for _ in range(count):
        half = np.flatnonzero(sample.deal(2, rng) == 0)
        taken += path_of(prepared(sample.some(half)), led, "lasso").standardised[-1] != 0.0
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

    Raises
    ------
    InputError
        One half has a single outcome.

    References
    ----------
    Cox (1975), doi:10.1093/biomet/62.2.441; Wasserman and Roeder (2009), doi:10.1214/08-AOS646.
    """
    side = sample.deal(2, np.random.default_rng(seed + 2))
    choosing, testing = np.flatnonzero(side == 0), np.flatnonzero(side == 1)
    half = sample.some(choosing)
    need_both_sides(half, sample.some(testing))
    rows = prepared(half)
    values = penalties_of(rows, "lasso")
    curve = cross_validate(half, values, "lasso", seed=seed + 3)
    found = path_of(rows, values[: curve.best + 1], "lasso").standardised
    most = columns_testable(sample.some(testing))
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


def columns_testable(testing: Sample) -> int:
    """Return how many columns some rows can test: one coefficient for every five rows, or events where there are."""
    most = len(testing.y)
    if testing.family != "gaussian":
        most = min(most, events_of(testing))
    return max(1, most // ROWS_A_COLUMN - 1)


def events_of(sample: Sample) -> int:
    """Return events: of the rarer of two outcomes (trials count one by one), or rows with a count above 0."""
    if sample.family == "poisson":
        return int(np.count_nonzero(sample.y > 0.0))
    trials = np.ones(len(sample.y)) if bool(np.isin(sample.y, (0.0, 1.0)).all()) else sample.rows_of_weight
    return round(min(float(trials @ sample.y), float(trials @ (1.0 - sample.y))))


def need_both_sides(*halves: Sample) -> None:
    """Refuse halves of which one has nothing to tell apart.

    Raises
    ------
    InputError
        All events lie in a few units, which stay together.
    """
    if any(half.family != "gaussian" and events_of(half) == 0 for half in halves):
        raise InputError(
            "The rows cannot be halved: whole units stay together, and one half would have a single outcome.",
            hint="Name fewer predictors, so that no columns have to be chosen, or collect more units.",
            code="halves_without_events",
        )
