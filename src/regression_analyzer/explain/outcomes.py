"""All outcomes of a target at once, each against a reference, beside the model of one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from regression_analyzer.design.blocks import open_blocks
from regression_analyzer.design.value import Categorical, Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.value import PredictionModel
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.dealing import deal_evenly
from regression_analyzer.fit.multinomial import Multinomial, fit_multinomial, probabilities, wald
from regression_analyzer.fit.tails import holm
from regression_analyzer.fit.value import Fit, FloatArray, IntArray
from regression_analyzer.table.value import Table

LEVEL = 0.95
FOLDS = 5
MOST_WORK = 2e10
"""Multiplications of one step that are still worth the wait."""
ROWS_A_COEFFICIENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCoefficient:
    """Log odds of an outcome against the reference, for one unit more of a column."""

    outcome: str
    term: str
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    p_value_holm: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTest:
    """Wald test that a term has no part in any outcome."""

    term: str
    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AllOutcomes:
    """The multinomial model.

    Attributes
    ----------
    outcomes : the reference first; ``counts`` rows of each
    coefficients : outcome by outcome
    tests : one a term, over all outcomes
    deviance, null_deviance, aic, mcfadden
    accuracy : share of the rows whose most probable outcome is theirs, on the rows fitted to
    accuracy_unseen : the same on rows held out, or why there is none
    majority : share of the most frequent outcome, what guessing it always would get right
    fitted : the estimates
    """

    outcomes: tuple[str, ...]
    counts: tuple[int, ...]
    n_obs: int
    coefficients: tuple[OutcomeCoefficient, ...]
    tests: tuple[OutcomeTest, ...]
    deviance: float
    null_deviance: float
    aic: float
    mcfadden: float
    accuracy: float
    accuracy_unseen: float | Skipped
    majority: float
    iterations: int
    fitted: Multinomial


def all_outcomes(table: Table, design: Design, fit: Fit, *, seed: int = 0) -> AllOutcomes | Skipped | None:
    """Fit the multinomial model of a design that names several outcomes; None for any other design.

    Parameters
    ----------
    table : read once more, for the outcomes
    fit : of one outcome against the others; its columns are used
    """
    if not design.outcomes:
        return None
    k, m = len(fit.kept), len(design.outcomes) - 1
    if design.weighted or design.offset is not None:
        return Skipped(reason="it takes neither weights nor an offset")
    if design.n_obs < ROWS_A_COEFFICIENT * k * m:
        return Skipped(reason=f"{design.n_obs:,} rows are too few for {k * m:,} coefficients")
    if 2.0 * design.n_obs * m * (k * m) ** 2 > MOST_WORK:
        return Skipped(reason=f"{design.n_obs:,} rows of {k * m:,} coefficients would take too long")
    x, outcome, group = _rows(table, design, fit)
    try:
        found = fit_multinomial(x, outcome, m + 1)
    except InputError as error:
        return Skipped(reason=error.message)
    right = probabilities(x, found.coefficients).argmax(axis=1) == outcome
    return AllOutcomes(
        outcomes=design.outcomes,
        counts=tuple(int(c) for c in found.counts),
        n_obs=found.n_obs,
        coefficients=_coefficients(design, fit, found),
        tests=_tests(design, fit, found),
        deviance=-2.0 * found.log_likelihood,
        null_deviance=-2.0 * found.null_log_likelihood,
        aic=-2.0 * found.log_likelihood + 2.0 * k * m,
        mcfadden=1.0 - found.log_likelihood / found.null_log_likelihood,
        accuracy=float(right.mean()),
        accuracy_unseen=_unseen(x, outcome, group, m + 1, seed),
        majority=float(found.counts.max() / found.n_obs),
        iterations=found.iterations,
        fitted=found,
    )


def with_outcomes(model: PredictionModel, found: AllOutcomes | Skipped | None) -> PredictionModel:
    """Return a prediction model that gives the probability of every outcome too, where they were fitted.

    Where they were not, it keeps the reason, and says it with every prediction.
    """
    if isinstance(found, Skipped):
        return replace(model, outcomes_missing=found.reason)
    if not isinstance(found, AllOutcomes):
        return model
    return replace(model, outcomes=found.outcomes, outcome_coefficients=found.fitted.coefficients)


def _rows(table: Table, design: Design, fit: Fit) -> tuple[FloatArray, IntArray, IntArray | None]:
    target = design.target_factor
    several = Categorical(
        column=target.column, position=target.position, levels=design.outcomes, reference=design.outcomes[0]
    )
    blocks = list(open_blocks(replace(design, target_factor=several), table))
    groups = [block.group for block in blocks if block.group is not None]
    return (
        np.concatenate([block.x[:, fit.kept] for block in blocks]),
        np.concatenate([block.y for block in blocks]).astype(np.int64),
        np.concatenate(groups) if groups else None,
    )


def _coefficients(design: Design, fit: Fit, found: Multinomial) -> tuple[OutcomeCoefficient, ...]:
    names = [design.columns[int(c)] for c in fit.kept]
    z = found.coefficients / found.std_errors
    p = 2.0 * ndtr(-np.abs(z))
    slopes = [j for j, column in enumerate(names) if column.term >= 0]
    adjusted = np.full(p.shape, np.nan)
    adjusted[:, slopes] = np.asarray(holm([float(v) for v in p[:, slopes].ravel()])).reshape(len(p), len(slopes))
    width = float(-ndtri((1.0 - LEVEL) / 2.0)) * found.std_errors
    return tuple(
        OutcomeCoefficient(
            outcome=outcome,
            term=column.name,
            estimate=float(found.coefficients[a, j]),
            std_error=float(found.std_errors[a, j]),
            statistic=float(z[a, j]),
            p_value=float(p[a, j]),
            p_value_holm=None if math.isnan(adjusted[a, j]) else float(adjusted[a, j]),
            ci_low=float(found.coefficients[a, j] - width[a, j]),
            ci_high=float(found.coefficients[a, j] + width[a, j]),
        )
        for a, outcome in enumerate(design.outcomes[1:])
        for j, column in enumerate(names)
    )


def _tests(design: Design, fit: Fit, found: Multinomial) -> tuple[OutcomeTest, ...]:
    tests = []
    for index, term in enumerate(design.terms):
        columns = [j for j, c in enumerate(fit.kept) if design.columns[int(c)].term == index]
        if columns:
            statistic, df, p_value = wald(found, columns)
            tests.append(OutcomeTest(term=term.name, statistic=statistic, df=df, p_value=p_value))
    return tuple(tests)


def _unseen(x: FloatArray, outcome: IntArray, group: IntArray | None, count: int, seed: int) -> float | Skipped:
    """Return the share of rows guessed right by models that have not seen them."""
    fold = deal_evenly(len(outcome), group, FOLDS, np.random.default_rng(seed))
    right = 0
    for code in range(FOLDS):
        train, test = fold != code, fold == code
        if len(np.unique(outcome[train])) < count or np.linalg.matrix_rank(x[train]) < x.shape[1]:
            return Skipped(reason="without a part of the rows an outcome or a level is gone")
        try:
            model = fit_multinomial(x[train], outcome[train], count)
        except InputError as error:
            return Skipped(reason=f"without a part of the rows {error.message}")
        right += int((probabilities(x[test], model.coefficients).argmax(axis=1) == outcome[test]).sum())
    return right / len(outcome)
