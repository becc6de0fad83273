"""How well the target of unseen rows is predicted: by the mean, by the regression, by a flexible model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.calibration import Calibration, calibration
from regression_analyzer.explain.flexible import Flexible, fit_flexible
from regression_analyzer.explain.folds import Folds
from regression_analyzer.explain.held_out import FoldModel, baseline_folds, fold_models, held_out_predictions
from regression_analyzer.explain.rows import Rows
from regression_analyzer.explain.scores import Estimate, Losses, Scores, losses, one_sided, ratio, scores
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

FEWEST_ROWS = 10
NOISE = 0.05
"""The flexible model wins where a gain of 0 has a smaller one-sided p-value than this ..."""
GAIN_THAT_MATTERS = 0.01
"""... and the gain is more than a hundredth of what varies."""
SMALLEST_SIZE, LARGEST_SIZE = 1e-30, 1e100
"""Trees take anything nearer to 0 than 1e-35 for 0; the square of anything beyond 1e154 is no number."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HeldOut:
    """Held-out rows with what each model said of them, (m,) each; ``flexible`` None where it was skipped."""

    row: IntArray
    y: FloatArray
    linear: FloatArray
    flexible: FloatArray | None
    fold: IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Validation:
    """Three models tried on the same held-out rows.

    Attributes
    ----------
    scheme : ``"random"``, ``"grouped"`` or ``"forward"``
    folds : how many; ``n_obs`` rows were predicted, a sample of ``n_total``
    gain : share of what varies that the flexible model predicts beyond the regression
    gain_p_value : one-sided, that there is no gain
    wins : the gain is more than noise, and large enough to matter
    within : share explained by the regression on the rows it was fitted to; None where it has none
    held_out : predictions of all rows tried
    calibration : of the regression; None where it is not known
    """

    scheme: str
    folds: int
    n_obs: int
    n_total: int
    baseline: Scores
    linear: Scores
    flexible: Scores | Skipped
    gain: Estimate | None
    gain_p_value: float | None
    wins: bool
    held_out: HeldOut
    within: float | None = None
    calibration: Calibration | None = None

    @property
    def bends(self) -> bool:
        """The flexible model wins, and not only because the regression knows its own rows by heart."""
        if not self.wins or isinstance(self.flexible, Skipped):
            return False
        return self.within is None or self.within < self.flexible.explained.value


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trial:
    """What was learnt without each fold, for the questions that follow."""

    validation: Validation
    folds: Folds
    models: tuple[FoldModel, ...]
    flexible: Flexible | Skipped
    baseline: FloatArray


def validate(design: Design, fit: Fit, rows: Rows, folds: Folds, *, seed: int = 0) -> Trial | Skipped:
    """Try the mean, the regression and a flexible model on rows they have not seen.

    References
    ----------
    Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x; for the uncertainty over folds see ``scores.ratio``.
    """
    reason = _why_not(fit, rows, folds)
    if reason:
        return Skipped(reason=reason)
    try:
        models = fold_models(design, rows, folds, theta=fit.theta)
    except InputError as error:
        return Skipped(reason=error.message)
    linear = held_out_predictions(models, rows, folds)
    baseline = baseline_folds(design, rows, folds)
    flexible = fit_flexible(design, rows, folds, seed=seed)
    return Trial(
        validation=_compare(fit, rows, folds, baseline=baseline, linear=linear, flexible=flexible),
        folds=folds,
        models=models,
        flexible=flexible,
        baseline=baseline,
    )


def _why_not(fit: Fit, rows: Rows, folds: Folds) -> str:
    if len(rows.y) < FEWEST_ROWS:
        return f"fewer than {FEWEST_ROWS} rows are too few to hold some out"
    if folds.count < 2:
        return "the rows cannot be divided into parts"
    fewest = min(len(folds.train(fold)) for fold in range(folds.count))
    if fewest <= len(fit.kept):
        return f"without a part of the rows, {fewest:,} are left for {len(fit.kept):,} coefficients"
    if not fit.y_std > 0.0:
        return "the target does not vary"
    return _beyond(fit)


def _beyond(fit: Fit) -> str:
    """Return a reason where numbers are so large or small that their squares and trees of them mean nothing."""
    sizes = np.maximum(np.abs(fit.x_max), np.abs(fit.x_min))
    sizes = np.append(sizes[sizes > 0.0], fit.y_std)
    if sizes.min() >= SMALLEST_SIZE and sizes.max() <= LARGEST_SIZE:
        return ""
    return (
        f"errors on unseen rows are not worked out for numbers below {SMALLEST_SIZE:g} or above {LARGEST_SIZE:g}: "
        "take another unit"
    )


def _compare(
    fit: Fit, rows: Rows, folds: Folds, *, baseline: FloatArray, linear: FloatArray, flexible: Flexible | Skipped
) -> Validation:
    tested = np.flatnonzero(folds.of_row >= 0)
    fold, y = folds.of_row[tested], rows.y[tested]
    overlap = overlap_of(folds)
    if fit.df_model == 0 and np.allclose(linear[tested], baseline[tested], rtol=1e-6, atol=0.0):
        linear = baseline  # the same average, but for rounding

    def lost(predicted: FloatArray) -> Losses:
        return losses(
            y,
            predicted[tested],
            rows.weight[tested],
            fold,
            count=folds.count,
            family=fit.family,
            theta=fit.theta,
            overlap=overlap,
        )

    def scored(found: Losses, predicted: FloatArray) -> Scores:
        return scores(found, naive, family=fit.family, y=y, predicted=predicted[tested], fold=fold)

    naive, ours = lost(baseline), lost(linear)
    gain, p_value, trees = None, None, None
    if isinstance(flexible, Flexible):
        trees = lost(flexible.predicted)
        gain = ratio(ours.deviance - trees.deviance, naive.deviance, overlap=overlap)
        p_value = one_sided(gain, folds.count)
    return Validation(
        scheme=folds.scheme,
        folds=folds.count,
        n_obs=len(tested),
        n_total=rows.n_obs,
        baseline=scored(naive, baseline),
        linear=scored(ours, linear),
        flexible=scored(trees, flexible.predicted) if isinstance(flexible, Flexible) and trees else _skipped(flexible),
        gain=gain,
        gain_p_value=p_value,
        wins=gain is not None and p_value is not None and p_value < NOISE and gain.value > GAIN_THAT_MATTERS,
        within=within_rows(fit),
        calibration=None
        if linear is baseline
        else calibration(
            y,
            linear[tested],
            rows.weight[tested],
            fold,
            family=fit.family,
            link=fit.link,
            theta=fit.theta,
            overlap=overlap,
        ),
        held_out=HeldOut(
            row=rows.row[tested],
            y=y,
            linear=linear[tested],
            flexible=flexible.predicted[tested] if isinstance(flexible, Flexible) else None,
            fold=fold,
        ),
    )


def within_rows(fit: Fit) -> float | None:
    """Return the share explained on the rows that the model was fitted to; separated outcomes are all explained."""
    if fit.separation:
        return 1.0
    if fit.family == "gaussian":
        return fit.r_squared
    return 1.0 - fit.deviance / fit.null_deviance if fit.null_deviance > 0.0 else None


def overlap_of(folds: Folds) -> float:
    """Return rows predicted over rows learnt from, on average."""
    return float(np.mean([len(folds.test(k)) / max(len(folds.train(k)), 1) for k in range(folds.count)]))


def _skipped(flexible: Flexible | Skipped) -> Skipped:
    return flexible if isinstance(flexible, Skipped) else Skipped(reason="not computed")
