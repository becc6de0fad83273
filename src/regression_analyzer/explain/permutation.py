"""What each predictor is worth on unseen rows: how much worse predictions get when its values are shuffled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.flexible import Flexible, predict_flexible
from regression_analyzer.explain.folds import Folds
from regression_analyzer.explain.held_out import FoldModel, predict_fold
from regression_analyzer.explain.rows import Rows, columns_again, features_of
from regression_analyzer.explain.scores import Losses, losses, ratio
from regression_analyzer.explain.validation import Trial, overlap_of
from regression_analyzer.fit.families import FAMILIES
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

MOST_ROWS = 10_000
"""Held-out rows that are shuffled; more say the same."""
REPEATED_BELOW = 50_000
"""Cells of the design below which every predictor is shuffled three times."""
REPEATS = 3
MOST_PREDICTORS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One predictor's worth: what share of the target's variation is predicted no more without it.

    Negative where shuffling helped: noise.
    """

    predictor: str
    value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Permutation:
    """Worths, largest first, of the regression and of the flexible model (None where it was skipped).

    Attributes
    ----------
    n_obs : held-out rows used
    left_out : predictors beyond the first 40, which were not shuffled
    """

    linear: tuple[Worth, ...]
    flexible: tuple[Worth, ...] | None
    n_obs: int
    repeats: int
    left_out: int = 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Held:
    """Held-out rows: ``places`` among all rows, and their fold."""

    rows: Rows
    places: IntArray
    fold: IntArray
    folds: Folds

    def lost(self, predicted: FloatArray, fit: Fit) -> Losses:
        return losses(
            self.rows.y,
            predicted,
            self.rows.weight,
            self.fold,
            count=self.folds.count,
            family=fit.family,
            theta=fit.theta,
            overlap=overlap_of(self.folds),
        )


def permutation(
    design: Design, fit: Fit, rows: Rows, trial: Trial, *, ranked: Sequence[str] = (), seed: int = 0
) -> Permutation:
    """Shuffle each predictor's values among the held-out rows of each fold, and predict again.

    All terms that hold the predictor see the shuffled values. The worth is the loss gained over the baseline's
    loss: on the same scale as R-squared (deviance explained for other families).

    Parameters
    ----------
    ranked : predictors by what the flexible model makes of them: of more than 40 the first are shuffled

    Not valid as a predictor's worth on its own where predictors overlap: then others stand in for it.

    Raises
    ------
    InputError
        An inverse link whose means are not positive for shuffled values.

    References
    ----------
    Breiman (2001), doi:10.1023/A:1010933404324; Fisher, Rudin and Dominici (2019), arXiv:1801.01489.
    """
    held = _held_rows(rows, trial.folds, seed)
    rng = np.random.default_rng(seed)
    cells = held.rows.x.size
    repeats = REPEATS if cells < REPEATED_BELOW else 1
    positions = {factor.column: factor.position for factor in rows.factors}
    names = list(dict.fromkeys((*(name for name in ranked if name in positions), *positions)))[:MOST_PREDICTORS]
    before_linear = held.lost(trial.validation.held_out.linear[_within(trial, held)], fit)
    baseline = held.lost(trial.baseline[held.places], fit)
    flexible = trial.flexible if isinstance(trial.flexible, Flexible) else None
    linear_gain = np.zeros((len(names), trial.folds.count))
    flexible_gain = np.zeros_like(linear_gain)
    before_flexible = None if flexible is None else held.lost(flexible.predicted[held.places], fit)
    for index, name in enumerate(names):
        position = positions[name]
        for _ in range(repeats):
            values = {**held.rows.values, position: _shuffled(held.rows.values[position], held.fold, rng)}
            x = columns_again(design, fit.kept, held.rows, values)
            predicted = _by_fold(held, _linear(trial.models, x))
            if fit.link == "inverse" and not FAMILIES[fit.family].mean_allowed(predicted):
                raise InputError(f"with shuffled values the {fit.link} link gives means that cannot be")
            found = held.lost(predicted, fit)
            linear_gain[index] += (found.deviance - before_linear.deviance) / repeats
            if flexible is not None and before_flexible is not None:
                found = held.lost(_by_fold(held, _trees(flexible, features_of(held.rows, values))), fit)
                flexible_gain[index] += (found.deviance - before_flexible.deviance) / repeats
    return Permutation(
        linear=_worths(names, linear_gain, baseline),
        flexible=None if flexible is None else _worths(names, flexible_gain, baseline),
        n_obs=len(held.places),
        repeats=repeats,
        left_out=len(rows.factors) - len(names),
    )


def _held_rows(rows: Rows, folds: Folds, seed: int) -> _Held:
    places = np.flatnonzero(folds.of_row >= 0)
    if len(places) > MOST_ROWS:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST_ROWS, replace=False))
    return _Held(rows=rows.some(places), places=places, fold=folds.of_row[places], folds=folds)


def _within(trial: Trial, held: _Held) -> IntArray:
    """Return the places of held rows among the validation's predictions."""
    return np.searchsorted(np.flatnonzero(trial.folds.of_row >= 0), held.places)


def _shuffled(cells: FloatArray, fold: IntArray, rng: np.random.Generator) -> FloatArray:
    """Shuffle cells within each fold."""
    result = np.empty_like(cells)
    order = np.argsort(fold, kind="stable")
    mixed = np.lexsort((rng.random(len(cells)), fold))
    result[order] = cells[mixed]
    return result


_Predict = Callable[[int, IntArray, FloatArray | None], FloatArray]


def _linear(models: Sequence[FoldModel], x: FloatArray) -> _Predict:
    return lambda fold, here, offset: predict_fold(models[fold], x[here], offset)


def _trees(flexible: Flexible, features: FloatArray) -> _Predict:
    return lambda fold, here, offset: predict_flexible(flexible, fold, features[here], offset)


def _by_fold(held: _Held, predict: _Predict) -> FloatArray:
    result = np.empty(len(held.places))
    for fold in range(held.folds.count):
        here = np.flatnonzero(held.fold == fold)
        if len(here):
            result[here] = predict(fold, here, None if held.rows.offset is None else held.rows.offset[here])
    return result


def _worths(names: Sequence[str], gain: FloatArray, baseline: Losses) -> tuple[Worth, ...]:
    found = []
    for name, by_fold in zip(names, gain, strict=True):
        worth = ratio(by_fold, baseline.deviance, overlap=baseline.overlap)
        found.append(Worth(predictor=name, value=worth.value, ci_low=worth.ci_low, ci_high=worth.ci_high))
    return tuple(sorted(found, key=lambda worth: -worth.value))
