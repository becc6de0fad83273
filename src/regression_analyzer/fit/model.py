"""``fit_model``: a design's blocks -> ``Fit``, whatever the family."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Blocks, Categorical, Design
from regression_analyzer.errors import InputError
from regression_analyzer.findings import Finding
from regression_analyzer.fit.assembly import (
    SMALLEST_NORMAL,
    frozen,
    frozen_index,
    representable,
    solution_findings,
    unscaled,
)
from regression_analyzer.fit.least_squares import Pass, column_statistics, least_squares, need_freedom
from regression_analyzer.fit.likelihood import fit_likelihood
from regression_analyzer.fit.rank import DATA_ROUNDOFF, scaled_condition, unshifted
from regression_analyzer.fit.solve import Solution
from regression_analyzer.fit.state import add, empty_state
from regression_analyzer.fit.value import Fit
from regression_analyzer.progress import Progress, silent

SPARE = 2.0**-10
"""Of the smallest number with all its digits, for errors that are far smaller than what they are made of."""
PERFECT_ROUNDINGS = 32.0
"""Residuals no larger than this many roundings of the numbers are no residuals."""
ALMOST_PERFECT = 1e-10
"""Share left unexplained below which a fit is called perfect."""


def fit_model(design: Design, blocks: Blocks, on_progress: Progress = silent) -> Fit:
    """Estimate a model.

    Parameters
    ----------
    design : family, link and columns
    blocks : its rows

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        As many coefficients as rows, numbers too large to multiply, no start for an iteration.
    """
    on_progress("estimate", 0.0, f"Fitting {design.n_obs:,} rows")
    constant = spans_constant(design)
    if design.family == "gaussian":
        return _gaussian(design, blocks, constant=constant)
    return fit_likelihood(design, blocks, constant=constant, on_progress=on_progress)


def spans_constant(design: Design) -> bool:
    """Whether the columns add up to a constant: an intercept, or every level of a category."""
    return design.intercept or any(
        all(isinstance(f, Categorical) and f.full for f in term.factors) for term in design.terms
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Residual and total sums of squares in units of ``y_scale`` squared."""

    rss: float
    tss: float


def _gaussian(design: Design, blocks: Blocks, *, constant: bool) -> Fit:
    weighted = design.weighted
    passed, solution = least_squares(blocks, intercept=design.intercept, spread=weighted or not design.intercept)
    rank, n = len(solution.reduced.kept), passed.state.n
    need_freedom(n, rank)
    _need_units(design, solution, passed.state.frame.y_scale)
    x_mean, x_std, y_mean, y_std = column_statistics(passed, solution)
    sums = _sums(passed, solution, design.intercept, constant)
    frame = passed.state.frame
    unit = frame.y_scale
    df_resid = n - rank
    sigma = math.sqrt(sums.rss / df_resid) * unit
    log_likelihood = _log_likelihood(sums.rss, unit, n, passed.state.weight_log_sum)
    deviance, null = representable(sums.rss, unit), representable(sums.tss, unit)
    kept = list(solution.reduced.kept)
    r_squared = 1.0 - sums.rss / sums.tss if sums.tss > 0 else 0.0
    return Fit(
        family="gaussian",
        link="identity",
        kept=frozen_index(solution.reduced.kept),
        aliases=solution.reduced.aliases,
        coefficients=frozen(solution.coefficients),
        cov_unscaled=frozen(unscaled(solution.basis, solution.unit)),
        r_factor=frozen(solution.r_factor),
        shift=frozen(frame.shift[kept]),
        scale=frozen(frame.scale[kept]),
        has_intercept=constant,
        n_obs=n,
        df_model=rank - int(constant),
        df_resid=df_resid,
        rss=deviance,
        tss=null,
        dispersion=representable(sums.rss / df_resid, unit),
        deviance=deviance,
        null_deviance=null,
        log_likelihood=log_likelihood,
        aic=-2.0 * log_likelihood + 2.0 * (rank + 1),
        bic=-2.0 * log_likelihood + math.log(n) * (rank + 1),
        condition_number=_condition(blocks, passed, solution) if weighted else solution.condition_raw,
        digits=solution.digits,
        y_mean=y_mean,
        x_mean=frozen(x_mean),
        x_std=frozen(x_std),
        y_std=y_std,
        sigma=sigma,
        r_squared=r_squared,
        y_shift=frame.y_shift,
        y_scale=unit,
        level_at_shift=solution.level_at_shift,
        basis=frozen(solution.basis),
        unit=frozen(solution.unit),
        vif=frozen(solution.vif),
        x_min=frozen(passed.moments.low[kept]),
        x_max=frozen(passed.moments.high[kept]),
        pearson_dispersion=representable(sums.rss / df_resid, unit),
        weighted=weighted,
        findings=_findings(design, solution, sums),
    )


def _need_units(design: Design, solution: Solution, y_scale: float) -> None:
    """Refuse a coefficient that a double cannot hold.

    Raises
    ------
    InputError
    """
    sizes = np.abs(solution.unit) * y_scale
    lost = ~((sizes > SMALLEST_NORMAL / SPARE) & (np.abs(solution.coefficients) < math.inf) & (sizes < math.inf))
    if lost.any():
        name = design.columns[solution.reduced.kept[int(np.flatnonzero(lost)[0])]].name
        raise InputError(
            f'The coefficient of "{name}" is too large or too small for a number of the computer: it and '
            f'"{design.target}" are of very different sizes.',
            hint="Give one of them in another unit.",
            code="overflow",
        )


def _condition(blocks: Blocks, passed: Pass, solution: Solution) -> float:
    """Condition number of X itself, its rows unweighted, for a weighted fit."""
    state = empty_state(passed.state.frame)
    for block in blocks:
        state = add(state, block.x, block.y)
    kept = solution.reduced.kept
    rank = len(kept)
    factor = np.linalg.qr(state.r[:, list(kept)].astype(np.float64), mode="r")
    return scaled_condition(unshifted(np.asarray(factor)[:rank], state.frame, kept))


def _sums(passed: Pass, solution: Solution, intercept: bool, constant: bool) -> _Sums:
    """Sums of squares; a residual within rounding of the numbers is none."""
    frame = passed.state.frame
    qty = np.asarray(solution.reduced.qty, dtype=np.longdouble)
    rest = solution.reduced.rest
    noise = PERFECT_ROUNDINGS * DATA_ROUNDOFF * _sizes(passed, solution)
    rss = 0.0 if float(rest) <= noise else float(rest**2)
    total = (qty[1 if intercept else 0 :] ** 2).sum() + rest**2
    if constant and not intercept and passed.moments.weight_sum > 0:
        total -= np.longdouble(passed.moments.weighted_y / frame.y_scale) ** 2 / passed.moments.weight_sum
    return _Sums(rss=rss, tss=float(total))


def _sizes(passed: Pass, solution: Solution) -> float:
    """Length of the numbers that the residuals are made of, in units of ``y_scale``."""
    frame, kept = passed.state.frame, list(solution.reduced.kept)
    r = solution.r_factor
    root = abs(float(r[0, 0])) if frame.intercept and len(r) else math.sqrt(passed.state.n)
    lengths = np.sqrt((r**2).sum(axis=0)) + root * np.abs(frame.shift[kept] / frame.scale[kept])
    if frame.intercept and len(lengths):
        lengths[0] = 0.0
    qty = np.asarray(solution.reduced.qty, dtype=np.float64)
    y_length = math.sqrt(float(qty @ qty) + solution.rest**2) + root * abs(frame.y_shift / frame.y_scale)
    return y_length + float(np.abs(solution.standardised) @ lengths)


def _log_likelihood(rss: float, unit: float, n: int, weight_log_sum: float) -> float:
    """Gaussian log-likelihood at the maximum-likelihood variance ``rss / n``; infinite for a perfect fit."""
    if rss <= 0:
        return math.inf
    log_variance = math.log(rss / n) + 2.0 * math.log(unit)
    return 0.5 * weight_log_sum - 0.5 * n * (math.log(2.0 * math.pi) + 1.0 + log_variance)


def _findings(design: Design, solution: Solution, sums: _Sums) -> tuple[Finding, ...]:
    found = solution_findings(design, solution)
    if sums.tss <= 0:
        found.append(Finding(code="constant_target", severity="problem", subject=design.target))
    elif sums.rss <= ALMOST_PERFECT * sums.tss:
        share = sums.rss / sums.tss
        found.append(
            Finding(code="perfect_fit", severity="problem", subject=design.target, facts={"unexplained": share})
        )
    return tuple(found)
