"""Ordinary and weighted least squares over blocks: one pass, a second in extended precision where needed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.value import Block, Blocks
from regression_analyzer.errors import InputError
from regression_analyzer.fit.extended import SOFTWARE_FORMAT
from regression_analyzer.fit.moments import Moments, add_moments, no_moments
from regression_analyzer.fit.solve import Solution, solve
from regression_analyzer.fit.state import (
    FIRST_ROWS,
    Frame,
    LeastSquaresState,
    add,
    choose_frame,
    empty_state,
    power_of_two,
)

EXTENDED_AT_ONCE = 2e5 if SOFTWARE_FORMAT else 2e7
"""Problems with n k^2 up to this are solved in extended precision straight away (some 0.1 s)."""
EXTENDED_AT_MOST = 5e7 if SOFTWARE_FORMAT else 3e9
"""Beyond this only hopeless condition numbers are worth the extended pass."""
FAR_OFF = 100.0
"""Powers of two between a unit and the size of its column, beyond which squares come near the ends of the doubles."""
CONDITION_FOR_EXTENDED = 1e4
CONDITION_HOPELESS = 1e8


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pass:
    """What one pass over the rows leaves."""

    state: LeastSquaresState
    moments: Moments


def first_frame(blocks: Blocks, *, intercept: bool) -> Frame:
    """Fix shifts and scales from the first rows of the first block.

    Raises
    ------
    InputError
        There are no rows.
    """
    for block in blocks:
        return choose_frame(block.x[:FIRST_ROWS], block.y[:FIRST_ROWS], intercept=intercept)
    raise InputError("No row is left for the model.", code="no_complete_rows")


def gather(blocks: Iterable[Block], frame: Frame, *, extended: bool, spread: bool) -> Pass:
    """Run one pass: the factor, the ranges and (with ``spread``) means and standard deviations."""
    state = empty_state(frame, extended=extended)
    moments = no_moments(origin=np.append(frame.shift, frame.y_shift), unit=np.append(frame.scale, frame.y_scale))
    for block in blocks:
        y = block.y if block.offset is None else block.y - block.offset
        state = add(state, block.x, y, block.weights)
        moments = add_moments(moments, block.x, block.y, block.weights, spread=spread)
    return Pass(state=state, moments=moments)


def _fitting_units(frame: Frame, moments: Moments) -> Frame | None:
    """Return other units where the first rows made them far too small or large, as where a column is constant there."""
    shift, scale = np.append(frame.shift, frame.y_shift), np.append(frame.scale, frame.y_scale)
    sizes = np.maximum(np.abs(moments.low - shift), np.abs(moments.high - shift))
    better = np.asarray([power_of_two(float(size)) for size in sizes])
    off = np.abs(np.log2(better) - np.log2(scale)) > FAR_OFF
    if frame.intercept:
        off[0] = False
    if not off.any():
        return None
    scale = np.where(off, better, scale)
    return replace(frame, scale=scale[:-1], y_scale=float(scale[-1]))


def least_squares(blocks: Blocks, *, intercept: bool, spread: bool = False) -> tuple[Pass, Solution]:
    """Solve weighted least squares of ``y - offset`` on X.

    Parameters
    ----------
    spread : gather means and standard deviations too (not needed where the factor has them)
    """
    frame = first_frame(blocks, intercept=intercept)
    work = blocks.n_obs * (blocks.n_columns + 1.0) ** 2
    at_once = work <= EXTENDED_AT_ONCE
    passed = gather(blocks, frame, extended=at_once, spread=spread)
    better = _fitting_units(frame, passed.moments)
    if better is not None:
        frame = better
        passed = gather(blocks, frame, extended=at_once, spread=spread)
    solution = solve(passed.state)
    limit = CONDITION_FOR_EXTENDED if work <= EXTENDED_AT_MOST else CONDITION_HOPELESS
    if not at_once and solution.condition > limit:
        passed = gather(blocks, frame, extended=True, spread=spread)
        solution = solve(passed.state)
    return passed, solution


def need_freedom(n_obs: int, rank: int) -> None:
    """Refuse a model with as many coefficients as rows.

    Raises
    ------
    InputError
    """
    if n_obs <= rank:
        raise InputError(
            f"The model has {rank:,} coefficients and {n_obs:,} rows: no row is left to tell how far off it is.",
            hint="Name fewer predictors.",
            code="too_few_rows",
        )


def column_statistics(passed: Pass, solution: Solution) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Means and standard deviations (n - 1) of the kept columns and of y: ``(x_mean, x_std, y_mean, y_std)``.

    From the factor where rows have equal weights and there is an intercept, else from the gathered moments.
    """
    kept = list(solution.reduced.kept)
    moments, frame, n = passed.moments, passed.state.frame, passed.state.n
    if moments.mean.any() or moments.squares.any():
        mean, std = moments.means(), moments.std()
        return mean[kept], std[kept], float(mean[-1]), float(std[-1])
    r = solution.r_factor
    head = r[0] / r[0, 0]
    x_mean = frame.shift[kept] + frame.scale[kept] * head
    x_std = np.sqrt((r[1:] ** 2).sum(axis=0) / max(n - 1, 1)) * frame.scale[kept]
    x_mean[0], x_std[0] = 1.0, 0.0
    qty = np.asarray(solution.reduced.qty, dtype=np.float64)
    y_mean = frame.y_shift + frame.y_scale * qty[0] / r[0, 0]
    y_std = math.sqrt((float(qty[1:] @ qty[1:]) + solution.rest**2) / max(n - 1, 1)) * frame.y_scale
    return x_mean, x_std, y_mean, y_std
