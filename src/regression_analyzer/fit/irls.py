"""Iteratively reweighted least squares: the same mergeable state, once an iteration.

One pass takes the current coefficients, forms working responses and weights row by row, and leaves the
factor for the next coefficients, the deviance and the largest move of any linear predictor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.value import Block, Blocks
from regression_analyzer.errors import InputError
from regression_analyzer.fit.families import Family, Link
from regression_analyzer.fit.solve import Solution, solve
from regression_analyzer.fit.state import Frame, LeastSquaresState, add, empty_state
from regression_analyzer.fit.value import FloatArray

MOST_ITERATIONS = 100
STEP_TOLERANCE = 1e-9
"""Stop when no linear predictor moves by more than this share of (1 + its size)."""
SLOW, STILL_FALLING, ROUNDING = 1e-3, 0.5, 1e-13
"""Past that point steps go on that shrink slowly (by less than the first factor, more than the second), to here."""
DEVIANCE_TOLERANCE = 1e-9
SETTLED_STEPS = 4
"""Deviance at rest for this many steps while predictors still move: they move to infinity."""
RUNAWAY_MOVE = 0.05
LEAST_WEIGHT = 1e-290


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Model:
    """What IRLS fits: family and link, the kept columns (None: all), and where they are measured from.

    ``frame`` is of the kept columns, with the working response neither shifted nor scaled.
    ``ones`` replaces X by a constant (null model).
    """

    family: Family
    link: Link
    frame: Frame
    kept: tuple[int, ...] | None = None
    ones: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rows:
    """One block under the current coefficients: arrays (n,), and z (n, r) standardised columns."""

    z: FloatArray
    y: FloatArray
    weights: FloatArray
    offset: FloatArray | float
    eta: FloatArray
    mu: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Estimate:
    """Where IRLS stopped.

    Attributes
    ----------
    standardised : (r,) coefficients of the standardised columns
    step : (r,) its last step
    runaway : predictors moved off to infinity
    """

    standardised: FloatArray
    step: FloatArray
    deviance: float
    iterations: int
    converged: bool
    runaway: bool


def plain_target(frame: Frame, kept: tuple[int, ...]) -> Frame:
    """The frame of some columns, with the target as it is."""
    index = list(kept)
    return replace(frame, shift=frame.shift[index], scale=frame.scale[index], y_shift=0.0, y_scale=1.0)


def constant_frame() -> Frame:
    """The frame of a single constant column."""
    return Frame(intercept=True, shift=np.zeros(1), scale=np.ones(1), y_shift=0.0, y_scale=1.0)


def columns_of(model: Model, block: Block) -> FloatArray:
    """The columns of X that the model uses, (n, r)."""
    if model.ones:
        return np.ones((len(block.y), 1))
    if model.kept is None or len(model.kept) == block.x.shape[1]:
        return block.x
    return block.x[:, list(model.kept)]


def rows_of(model: Model, block: Block, standardised: FloatArray | None) -> Rows:
    """Evaluate linear predictor and mean of a block; without coefficients, the family's first guess."""
    z = model.frame.standardise(columns_of(model, block))
    weights = np.ones(len(block.y)) if block.weights is None else block.weights
    offset: FloatArray | float = 0.0 if block.offset is None else block.offset
    if standardised is None:
        mu = np.asarray(model.family.start(block.y, weights), dtype=np.float64)
        eta = model.link.function(mu)
    else:
        eta = z @ standardised + offset
        mu = model.link.inverse(eta)
    return Rows(z=z, y=block.y, weights=weights, offset=offset, eta=eta, mu=mu)


def working(model: Model, rows: Rows, theta: float) -> tuple[FloatArray, FloatArray]:
    """Working response (offset taken off) and working weights, (n,) each."""
    slope = model.link.slope(rows.eta, rows.mu)
    response = rows.eta - rows.offset + (rows.y - rows.mu) / slope
    weight = rows.weights * slope * slope / model.family.variance(rows.mu, theta)
    return response, np.maximum(weight, LEAST_WEIGHT)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Sweep:
    """``move`` is the largest change of a linear predictor beside its size, ``reach`` the largest change."""

    state: LeastSquaresState
    deviance: float
    move: float
    reach: float
    allowed: bool


def _sweep(model: Model, blocks: Blocks, current: FloatArray | None, before: FloatArray | None, theta: float) -> _Sweep:
    frame = replace(model.frame, shift=np.zeros_like(model.frame.shift), scale=np.ones_like(model.frame.scale))
    state = empty_state(frame)
    deviance, move, reach = 0.0, 0.0, 0.0
    for block in blocks:
        rows = rows_of(model, block, current)
        if not model.family.mean_allowed(rows.mu):
            return _Sweep(state=state, deviance=math.inf, move=math.inf, reach=math.inf, allowed=False)
        deviance += float(rows.weights @ model.family.unit_deviance(rows.y, rows.mu, theta))
        response, weight = working(model, rows, theta)
        state = add(state, rows.z, response, weight)
        if current is not None and before is not None:
            moved = np.abs(rows.z @ (current - before))
            reach = max(reach, float(moved.max()))
            move = max(move, float((moved / (1.0 + np.abs(rows.eta))).max()))
    if before is None:
        move = reach = math.inf
    return _Sweep(state=state, deviance=deviance, move=move, reach=reach, allowed=math.isfinite(deviance))


def iterate(
    model: Model,
    blocks: Blocks,
    *,
    theta: float = math.inf,
    start: FloatArray | None = None,
    on_step: Callable[[int], None] | None = None,
    tolerance: float = STEP_TOLERANCE,
) -> Estimate:
    """Run IRLS to convergence.

    Returns
    -------
    Estimate
        ``runaway`` where the deviance rests and linear predictors still move: the maximum of the
        likelihood is at infinity (Albert and Anderson 1984, doi:10.1093/biomet/71.1.1).
    """
    current = start
    last, resting, moved = math.inf, 0, math.inf
    sweep = _sweep(model, blocks, current, None, theta)
    step = np.zeros(len(model.frame.shift))
    for iteration in range(1, MOST_ITERATIONS + 1):
        if on_step is not None:
            on_step(iteration)
        proposed = _coefficients(solve(sweep.state), current, len(model.frame.shift))
        sweep, proposed = _guarded(model, blocks, sweep, current=current, proposed=proposed, theta=theta)
        rest = abs(sweep.deviance - last) <= DEVIANCE_TOLERANCE * (abs(sweep.deviance) + 0.1)
        step = proposed - (0.0 if current is None else current)
        current, last = proposed, sweep.deviance
        resting = resting + 1 if rest and sweep.reach > RUNAWAY_MOVE else 0
        settled = rest and sweep.move <= tolerance
        # scoring with another link than the family's own closes in by a constant factor: the last step is no bound
        slow = tolerance <= STEP_TOLERANCE and SLOW * moved < sweep.move < STILL_FALLING * moved
        done, runaway = settled and not (slow and sweep.move > ROUNDING), resting >= SETTLED_STEPS
        moved = sweep.move
        if done or runaway:
            break
    else:
        done = runaway = False
    return Estimate(
        standardised=step if current is None else current,
        step=step,
        deviance=last,
        iterations=iteration,
        converged=done,
        runaway=runaway,
    )


def _coefficients(solution: Solution, current: FloatArray | None, size: int) -> FloatArray:
    """Coefficients of all columns; one that the weights have made an alias stays where it was."""
    result = np.zeros(size) if current is None else current.copy()
    result[list(solution.reduced.kept)] = solution.standardised
    return result


def _guarded(
    model: Model,
    blocks: Blocks,
    sweep: _Sweep,
    *,
    current: FloatArray | None,
    proposed: FloatArray,
    theta: float,
) -> tuple[_Sweep, FloatArray]:
    """Halve a step that makes a mean impossible or the deviance larger."""
    following = _sweep(model, blocks, proposed, current, theta)
    if current is None:
        if following.allowed:
            return following, proposed
        current = _constant_start(model, blocks)
        sweep = _sweep(model, blocks, current, None, theta)
    for _ in range(40):
        worse = following.deviance > sweep.deviance * (1 + 1e-7) + 1e-7
        if following.allowed and not worse:
            break
        proposed = 0.5 * (proposed + current)
        following = _sweep(model, blocks, proposed, current, theta)
    return following, proposed


def _constant_start(model: Model, blocks: Blocks) -> FloatArray:
    """The coefficients of a model that predicts the mean for everyone.

    Raises
    ------
    InputError
        There is no intercept to carry it.
    """
    if not model.frame.intercept:
        raise InputError(
            f"No starting point was found for the {model.family.name} model without an intercept.",
            hint="Add the intercept, or use another link.",
            code="no_start",
        )
    rows, total = 0, 0.0
    for block in blocks:
        rows += len(block.y)
        total += float(block.y.sum())
    result = np.zeros(len(model.frame.shift))
    result[0] = float(model.link.function(np.asarray([total / rows]))[0])
    return result
