"""Intervals for single new cases from the errors on unseen rows: they need no assumption on the errors' shape."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import fdtrc

from regression_analyzer.fit.value import EMPTY, FloatArray, IntArray

ROWS_A_BIN = 40
FEWEST_BINS, MOST_BINS = 3, 10
UNEVEN = 0.01
"""The width follows the prediction where equal spread along it has a smaller p-value than this ..."""
KEPT = (0.93, 0.97)
"""... and where, each fold judged by the others, this share of 95% intervals holds its row."""
LARGE = 0.9
"""The size of errors somewhere along the prediction is what this share of them stays below: near the width's own
level, so that skewed errors at one end do not set the width at the other."""
LEAST_SCALE = 0.05
"""Of the size over all rows: no width is scaled down further."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Conformal:
    """A half width that holds for new rows like these, whatever the errors' distribution.

    Attributes
    ----------
    half_width : of the interval around a prediction, in the unit of the target as modelled; where the width
        follows the prediction, the width that would be the same everywhere
    n_obs : held-out rows it comes from
    covered : share of held-out rows inside, each fold's width taken from the others; ``covered_low`` and
        ``covered_high`` the same in the lowest and the highest third of predictions
    at : (b,) predictions, ascending; ``half_widths`` (b,) the half width there, straight lines between and level
        beyond; empty where the width is the same everywhere
    """

    half_width: float
    level: float
    n_obs: int
    covered: float = math.nan
    covered_low: float = math.nan
    covered_high: float = math.nan
    at: FloatArray = field(default_factory=lambda: EMPTY)
    half_widths: FloatArray = field(default_factory=lambda: EMPTY)

    @property
    def local(self) -> bool:
        """Whether the width follows the prediction."""
        return self.at.size > 0

    def widths(self, predicted: FloatArray) -> FloatArray:
        """Return the half width at predictions, (m,)."""
        if not self.local:
            return np.where(np.isnan(predicted), np.nan, self.half_width)
        return np.asarray(np.interp(predicted, self.at, self.half_widths), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Scale:
    """The size of errors along the prediction: (b,) predictions and sizes."""

    at: FloatArray
    size: FloatArray

    def along(self, predicted: FloatArray) -> FloatArray:
        return np.asarray(np.interp(predicted, self.at, self.size), dtype=np.float64)


def conformal(y: FloatArray, predicted: FloatArray, fold: IntArray, *, level: float = 0.95) -> Conformal | None:
    """Return the half width that covers the wanted share of new cases; None where there are too few rows.

    The ``ceil((n + 1) level)``-th smallest absolute error of held-out rows. Where errors clearly spread unevenly
    along the prediction, errors are first divided by their size there (learnt without the row's fold), and
    the width is that size times the same order statistic; it is kept if 93% to 97% of held-out rows lie inside.

    Not valid for rows that are not exchangeable: ordered in time.

    Parameters
    ----------
    y, predicted : (n,) held-out rows; ``fold`` (n,) the fold that each was predicted in

    References
    ----------
    Vovk, Gammerman and Shafer (2005), doi:10.1007/b106715; Barber et al. (2021), doi:10.1214/20-AOS1965; Lei et al.
    (2018), doi:10.1080/01621459.2017.1307116, section 5.2, for the local widths.
    """
    n = len(y)
    if _place(n, level) > n:
        return None
    errors = np.abs(y - predicted)
    everywhere, low, high = _covered(errors, predicted, _others(errors, fold, level))
    plain = Conformal(
        half_width=_order_statistic(errors, level),
        level=level,
        n_obs=n,
        covered=everywhere,
        covered_low=low,
        covered_high=high,
    )
    bins = _bins(predicted)
    if bins is None or not _uneven(errors, bins):
        return plain
    return _local(plain, errors, predicted, fold)


def _local(plain: Conformal, errors: FloatArray, predicted: FloatArray, fold: IntArray) -> Conformal:
    """Return widths that follow the prediction; the plain one where they do not hold what they promise."""
    whole = _scale(errors, predicted)
    if whole is None:
        return plain
    relative = np.empty(len(errors))
    for k in np.unique(fold):
        others = _scale(errors[fold != k], predicted[fold != k])
        if others is None:
            return plain
        relative[fold == k] = errors[fold == k] / others.along(predicted[fold == k])
    everywhere, low, high = _covered(relative, predicted, _others(relative, fold, plain.level))
    if not KEPT[0] <= everywhere <= KEPT[1]:
        return plain
    return replace(
        plain,
        covered=everywhere,
        covered_low=low,
        covered_high=high,
        at=whole.at,
        half_widths=_order_statistic(relative, plain.level) * whole.size,
    )


def _place(n: int, level: float) -> int:
    return math.ceil((n + 1) * level)


def _order_statistic(errors: FloatArray, level: float) -> float:
    place = min(_place(len(errors), level), len(errors))
    return float(np.partition(errors, place - 1)[place - 1])


def _others(errors: FloatArray, fold: IntArray, level: float) -> FloatArray:
    """Return for each row the order statistic of the errors in the other folds, (n,)."""
    result = np.full(len(errors), np.nan)
    for k in np.unique(fold):
        rest = errors[fold != k]
        if rest.size:
            result[fold == k] = _order_statistic(rest, level)
    return result


def _covered(errors: FloatArray, predicted: FloatArray, widths: FloatArray) -> tuple[float, float, float]:
    """Return the share of errors within the widths: of all, and in the lowest and highest third of predictions."""
    inside = (errors <= widths).astype(np.float64)
    thirds = np.array_split(inside[np.argsort(predicted, kind="stable")], 3)
    return float(inside.mean()), float(thirds[0].mean()), float(thirds[-1].mean())


def _bins(predicted: FloatArray) -> IntArray | None:
    """Return the bin of each row along the prediction, (n,), in bins of like size; None where there are too few."""
    count = min(len(predicted) // ROWS_A_BIN, MOST_BINS)
    if count < FEWEST_BINS:
        return None
    edges = np.unique(np.quantile(predicted, np.arange(1, count) / count))
    _, code = np.unique(np.searchsorted(edges, predicted, side="right"), return_inverse=True)
    return code if int(code.max()) + 1 >= FEWEST_BINS else None


def _scale(errors: FloatArray, predicted: FloatArray) -> _Scale | None:
    code = _bins(predicted)
    if code is None:
        return None
    parts = [code == i for i in range(int(code.max()) + 1)]
    floor = LEAST_SCALE * float(np.quantile(errors, LARGE))
    if not floor > 0.0:
        return None
    return _Scale(
        at=np.array([predicted[part].mean() for part in parts]),
        size=np.array([max(float(np.quantile(errors[part], LARGE)), floor) for part in parts]),
    )


def _uneven(errors: FloatArray, code: IntArray) -> bool:
    """Say whether errors differ in size between bins: an F test on their ranks.

    References
    ----------
    Conover and Iman (1981), doi:10.1080/00031305.1981.10479327.
    """
    n, groups = len(errors), int(code.max()) + 1
    rank = np.empty(n)
    rank[np.argsort(errors, kind="stable")] = np.arange(n, dtype=np.float64)
    rank -= rank.mean()
    sums, count = np.bincount(code, weights=rank), np.bincount(code)
    between = float((sums * sums / count).sum())
    within = float(rank @ rank) - between
    if not within > 0.0:
        return True
    statistic = between / (groups - 1) / (within / (n - groups))
    return float(fdtrc(groups - 1, n - groups, statistic)) < UNEVEN
