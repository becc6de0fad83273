"""Which rows are held out together: folds at random, by repeated unit, or forward in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from regression_analyzer.errors import UsageError
from regression_analyzer.explain.rows import Rows
from regression_analyzer.findings import Decision
from regression_analyzer.fit.value import FloatArray, IntArray

Scheme = Literal["random", "grouped", "forward"]
FOLDS = 10
FOLDS_OF_MANY = 5
MANY_CELLS = 100_000
"""Rows times predictors from which on 5 folds say as much as 10 and take half the time."""
FEWEST_GROUPS = 5
"""With fewer repeated units than this, folds of whole units leave too little to learn from."""
FEWEST_TIMES = 20
FIRST_LEARNT = 0.4
"""Share of the rows, the earliest ones, that are only learnt from when later ones are predicted."""
GREEDY_GROUPS = 5_000
"""Up to this many units are dealt by size, so that folds are even; more even out by themselves."""
DECISION = "validation.scheme"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Folds:
    """How rows are held out.

    Attributes
    ----------
    scheme : ``"random"``; ``"grouped"`` (all rows of a unit in one fold); ``"forward"`` (each fold is predicted
        from earlier rows only)
    of_row : (n,) fold of each row, 0 to ``count - 1``; -1: only learnt from, -2: not used
    count : folds that are predicted
    """

    scheme: Scheme
    of_row: IntArray
    count: int

    def test(self, fold: int) -> IntArray:
        """Return the rows predicted in a fold."""
        return np.flatnonzero(self.of_row == fold)

    def train(self, fold: int) -> IntArray:
        """Return the rows learnt from in a fold."""
        if self.scheme == "forward":
            return np.flatnonzero((self.of_row < fold) & (self.of_row > -2))
        return np.flatnonzero(self.of_row != fold)


def choose_folds(rows: Rows, *, binary: bool, asked: str | None = None, seed: int = 0) -> tuple[Folds, Decision]:
    """Choose how rows are held out, and say why.

    Parameters
    ----------
    binary : the target has two outcomes: their shares are kept equal over random folds
    asked : ``"random"``, ``"grouped"``, ``"forward"`` or None

    Raises
    ------
    UsageError
        The scheme asked for does not exist or does not fit these rows.
    """
    usable = _usable(rows)
    if asked is not None and asked not in usable:
        raise UsageError(
            f'"{DECISION}" cannot be "{asked}" here.', hint=f"Use {', '.join(usable)}.", code="unknown_override"
        )
    chosen = asked or next(iter(usable))
    cells = len(rows.y) * len(rows.factors)
    count = min(FOLDS if cells < MANY_CELLS else FOLDS_OF_MANY, len(rows.y))
    rng = np.random.default_rng(seed)
    if chosen == "grouped" and rows.group is not None:
        folds = _grouped(rows.group, count, rng)
    elif chosen == "forward" and rows.time is not None:
        folds = _forward(rows.time, count)
    else:
        folds = _random(rows.y if binary else np.zeros(len(rows.y)), count, rng)
    decision = Decision(
        id=DECISION,
        what="How rows are held out to test predictions",
        chosen=chosen,
        because="asked for" if asked else usable[chosen],
        rejected=tuple(name for name in usable if name != chosen),
        overridden=asked is not None,
    )
    return folds, decision


def _usable(rows: Rows) -> dict[str, str]:
    """Return the schemes that fit, the best first, each with its reason."""
    usable = {}
    if rows.group is not None:
        groups = len(np.unique(rows.group[rows.group >= 0]))
        if FEWEST_GROUPS <= groups < len(rows.group):
            usable["grouped"] = f"{groups:,} units have several rows: all rows of a unit are held out together"
    if rows.time is not None:
        times = len(np.unique(rows.time[np.isfinite(rows.time)]))
        if times >= FEWEST_TIMES:
            usable["forward"] = "rows are ordered in time: later rows are predicted from earlier ones"
    usable["random"] = "nothing in the rows ties them together: they are held out at random"
    return usable


def _random(strata: FloatArray, count: int, rng: np.random.Generator) -> Folds:
    shuffled = rng.permutation(len(strata))
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    of_row = np.empty(len(strata), dtype=np.int64)
    of_row[order] = np.arange(len(strata)) % count
    return Folds(scheme="random", of_row=of_row, count=count)


def _grouped(group: IntArray, count: int, rng: np.random.Generator) -> Folds:
    """Deal units to the fold that has fewest rows, large units first; rows without a unit stand alone."""
    alone = group < 0
    codes = np.where(alone, group.max() + 1 + np.cumsum(alone), group)
    _, unit, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    count = min(count, len(sizes))
    shuffled = rng.permutation(len(sizes))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    fold = np.empty(len(sizes), dtype=np.int64)
    if len(sizes) > GREEDY_GROUPS:
        fold[order] = np.arange(len(sizes)) % count
    else:
        filled = np.zeros(count)
        for index in order:
            place = int(np.argmin(filled))
            fold[index] = place
            filled[place] += sizes[index]
    return Folds(scheme="grouped", of_row=fold[unit], count=count)


def _forward(time: FloatArray, count: int) -> Folds:
    """Learn from the first 40% of the rows at least; cut the others into pieces; a moment's rows stay together."""
    of_row = np.full(len(time), -2, dtype=np.int64)
    there = np.flatnonzero(np.isfinite(time))
    order = there[np.argsort(time[there], kind="stable")]
    moments = time[order]
    first = np.searchsorted(moments, moments, side="left")
    start = FIRST_LEARNT * len(order)
    piece = np.where(first < start, 0, 1 + np.floor((first - start) / (len(order) - start) * count))
    _, even = np.unique(piece, return_inverse=True)
    of_row[order] = even - 1
    return Folds(scheme="forward", of_row=of_row, count=int(even.max()))
