"""Generalized linear models: IRLS over blocks, then one pass for everything the fit is described by."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.findings import Finding
from regression_analyzer.fit.assembly import frozen, frozen_index, solution_findings, unscaled
from regression_analyzer.fit.families import FAMILIES, LINKS, Family
from regression_analyzer.fit.irls import Estimate, Model, constant_frame, iterate, plain_target, rows_of, working
from regression_analyzer.fit.least_squares import Pass, column_statistics, least_squares, need_freedom
from regression_analyzer.fit.negative_binomial import fit_negative_binomial
from regression_analyzer.fit.solve import Solution, solve
from regression_analyzer.fit.state import add, empty_state
from regression_analyzer.fit.value import ALONG, EMPTY, Fit, FloatArray
from regression_analyzer.progress import Progress

EXACT_SHARE = 1e-20
"""Of the deviance of a constant model: what is left is rounding."""
RUNAWAY_SHARE = 1e-3
"""A coefficient whose last step moves predictors by more than this (in one standard deviation) has no end."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Totals:
    """Sums over all rows at the final coefficients."""

    solution: Solution
    deviance: float
    null_deviance: float
    pearson: float
    null_pearson: float
    log_density: float
    weight_sum: float
    settled: int


def fit_likelihood(design: Design, blocks: Blocks, *, constant: bool, on_progress: Progress) -> Fit:
    """Fit a family other than the gaussian. Rank, means and spreads come from a pass on X itself."""
    passed, plain = least_squares(blocks, intercept=design.intercept, spread=True)
    kept = plain.reduced.kept
    need_freedom(passed.state.n, len(kept))
    frame = plain_target(passed.state.frame, kept)
    model = Model(family=FAMILIES[design.family], link=LINKS[design.link], frame=frame, kept=kept)

    def told(step: int) -> None:
        on_progress("estimate", min(0.9, 0.1 * step), f"Step {step}")

    theta, bounded, theta_error = math.inf, True, math.nan
    if design.family == "negative-binomial":
        poisson = replace(model, family=FAMILIES["poisson"])
        sized = fit_negative_binomial(model, blocks, poisson, on_step=told)
        estimate, theta, bounded, theta_error = sized.estimate, sized.theta, sized.bounded, sized.error
    else:
        estimate = iterate(model, blocks, on_step=told)
    null = _null(design, model, blocks, passed, constant=constant, theta=theta)
    totals = _totals(model, blocks, estimate, null, theta)
    fit = _fit(
        design,
        passed,
        plain,
        model=model,
        estimate=estimate,
        totals=totals,
        theta=theta,
        bounded=bounded,
        constant=constant,
    )
    return replace(fit, theta_error=theta_error) if design.family == "negative-binomial" else fit


_Null = tuple[Model | None, FloatArray]


def _null(design: Design, model: Model, blocks: Blocks, passed: Pass, *, constant: bool, theta: float) -> _Null:
    """The model without predictors: the mean (IRLS with an offset), or the offset alone without a constant."""
    flat = replace(model, frame=constant_frame(), kept=None, ones=True)
    if not constant:
        return flat, np.zeros(1)
    if design.offset is not None:
        return flat, iterate(flat, blocks, theta=theta).standardised
    mean = passed.moments.weighted_y / passed.moments.weight_sum
    with np.errstate(divide="ignore"):
        return flat, model.link.function(np.asarray([mean]))


def _totals(model: Model, blocks: Blocks, estimate: Estimate, null: _Null, theta: float) -> _Totals:
    """Add up all rows; ``settled`` counts those whose mean goes to the end of what is possible (separation)."""
    family = model.family
    still = replace(model.frame, shift=np.zeros_like(model.frame.shift), scale=np.ones_like(model.frame.scale))
    state = empty_state(still)
    deviance = null_deviance = pearson = null_pearson = density = weight_sum = 0.0
    settled = 0
    flat, level = null
    for block in blocks:
        rows = rows_of(model, block, estimate.standardised)
        if estimate.runaway:
            settled += int(np.count_nonzero(np.abs(rows.z @ estimate.step) > ALONG))
        response, weight = working(model, rows, theta)
        state = add(state, rows.z, response, weight)
        w = rows.weights
        weight_sum += float(w.sum())
        deviance += float(w @ family.unit_deviance(rows.y, rows.mu, theta))
        pearson += float(w @ ((rows.y - rows.mu) ** 2 / family.variance(rows.mu, theta)))
        density += float(family.log_density(rows.y, rows.mu, w, theta).sum())
        if flat is not None:
            mean = rows_of(flat, block, level).mu
            null_deviance += float(w @ family.unit_deviance(rows.y, mean, theta))
            null_pearson += float(w @ ((rows.y - mean) ** 2 / family.variance(mean, theta)))
    return _Totals(
        solution=solve(state, all_columns=True),
        deviance=deviance,
        null_deviance=null_deviance,
        pearson=pearson,
        null_pearson=null_pearson,
        log_density=density,
        weight_sum=weight_sum,
        settled=settled,
    )


def _log_likelihood(family: Family, totals: _Totals) -> float:
    """Log-likelihood; the gamma at dispersion deviance / sum of weights, as R's AIC has it."""
    if family.name != "gamma":
        return totals.log_density
    phi = totals.deviance / totals.weight_sum
    if phi <= 0:
        return math.inf
    shape, total = 1.0 / phi, totals.weight_sum
    body = shape * (-totals.deviance / 2.0 - total) + total * (shape * math.log(shape) - float(gammaln(shape)))
    return totals.log_density + body


def _fit(
    design: Design,
    passed: Pass,
    plain: Solution,
    *,
    model: Model,
    estimate: Estimate,
    totals: _Totals,
    theta: float,
    bounded: bool,
    constant: bool,
) -> Fit:
    frame, kept = model.frame, plain.reduced.kept
    rank, n = len(kept), passed.state.n
    x_mean, x_std, y_mean, y_std = column_statistics(passed, plain)
    coefficients, level = original_scale(frame.shift, frame.scale, estimate.standardised, intercept=design.intercept)
    basis, unit = _error_basis(totals.solution, frame.shift, frame.scale, intercept=design.intercept)
    exact = design.family != "binomial" and totals.deviance <= EXACT_SHARE * totals.null_deviance
    pearson = 0.0 if exact and design.dispersion_estimated else totals.pearson / (n - rank)
    dispersion = pearson if design.dispersion_estimated else 1.0
    log_likelihood = _log_likelihood(model.family, totals)
    counted = rank + model.family.counted
    separated = _separated(estimate, x_std, frame.shift, frame.scale, kept) if estimate.runaway else ()
    findings = solution_findings(design, plain)
    findings += _findings(
        design, estimate, separated, settled=totals.settled, theta=theta, pearson=pearson, bounded=bounded
    )
    if exact:
        facts = {"unexplained": totals.deviance / totals.null_deviance if totals.null_deviance > 0 else 0.0}
        findings.append(Finding(code="perfect_fit", severity="problem", subject=design.target, facts=facts))
    return Fit(
        family=design.family,
        link=design.link,
        kept=frozen_index(kept),
        aliases=plain.reduced.aliases,
        coefficients=frozen(coefficients),
        cov_unscaled=frozen(unscaled(basis, unit)),
        r_factor=frozen(totals.solution.r_factor),
        shift=frozen(frame.shift),
        scale=frozen(frame.scale),
        has_intercept=constant,
        n_obs=n,
        df_model=rank - int(constant),
        df_resid=n - rank,
        rss=totals.pearson,
        tss=totals.null_pearson,
        dispersion=dispersion,
        deviance=totals.deviance,
        null_deviance=totals.null_deviance,
        log_likelihood=log_likelihood,
        aic=-2.0 * log_likelihood + 2.0 * counted,
        bic=-2.0 * log_likelihood + math.log(n) * counted,
        condition_number=plain.condition_raw,
        digits=min(plain.digits, totals.solution.digits),
        y_mean=y_mean,
        x_mean=frozen(x_mean),
        x_std=frozen(x_std),
        y_std=y_std,
        theta=theta if design.family == "negative-binomial" else None,
        iterations=estimate.iterations,
        converged=estimate.converged or estimate.runaway,
        separation=separated,
        escape=frozen(estimate.step if separated else EMPTY),
        sigma=math.sqrt(dispersion),
        y_scale=1.0,
        level_at_shift=level,
        basis=frozen(basis),
        unit=frozen(unit),
        vif=frozen(totals.solution.vif),
        x_min=frozen(passed.moments.low[list(kept)]),
        x_max=frozen(passed.moments.high[list(kept)]),
        pearson_dispersion=pearson,
        weighted=design.weighted,
        findings=tuple(findings),
    )


def original_scale(
    shift: FloatArray, scale: FloatArray, standardised: FloatArray, *, intercept: bool
) -> tuple[FloatArray, float]:
    """Coefficients of the columns as the file has them, and the linear predictor at the shifts."""
    result = (standardised.astype(np.longdouble) / scale).astype(np.longdouble)
    level = 0.0
    if intercept and len(result):
        level = float(result[0])
        result[0] -= result[1:] @ shift[1:].astype(np.longdouble)
    return result.astype(np.float64), level


def _error_basis(
    solution: Solution, shift: FloatArray, scale: FloatArray, *, intercept: bool
) -> tuple[FloatArray, FloatArray]:
    """Bring the error basis from standardised columns to the original ones."""
    rows = (solution.basis * solution.unit[:, None]).astype(np.longdouble) / scale[:, None]
    if intercept and len(rows):
        rows[0] -= shift[1:].astype(np.longdouble) @ rows[1:]
    largest = np.abs(rows).max(axis=1)
    unit = np.asarray([math.ldexp(1.0, math.frexp(float(v))[1]) if v > 0 else 1.0 for v in largest])
    return (rows / unit[:, None]).astype(np.float64), unit


def _separated(
    estimate: Estimate, x_std: FloatArray, shift: FloatArray, scale: FloatArray, kept: tuple[int, ...]
) -> tuple[int, ...]:
    """Design columns whose coefficients were still moving when the deviance had come to rest."""
    step = estimate.step / scale
    reach = np.abs(step) * x_std
    if kept and kept[0] == 0 and x_std[0] == 0:
        reach[0] = abs(float(estimate.step[0] - step[1:] @ shift[1:]))
    return tuple(j for j, moved in zip(kept, reach, strict=True) if moved > RUNAWAY_SHARE)


def _findings(
    design: Design,
    estimate: Estimate,
    separated: tuple[int, ...],
    *,
    settled: int,
    theta: float,
    pearson: float,
    bounded: bool,
) -> list[Finding]:
    found: list[Finding] = []
    if separated:
        names = tuple(design.columns[j].name for j in separated if design.columns[j].term >= 0)
        complete = estimate.deviance < 1e-6
        found.append(
            Finding(
                code="separation" if design.family == "binomial" else "runaway_coefficient",
                severity="problem",
                subject=design.target,
                facts={"columns": names, "complete": complete, "settled": settled, "n_rows": design.n_obs},
            )
        )
    elif not estimate.converged:
        found.append(
            Finding(
                code="not_converged",
                severity="problem",
                subject=design.target,
                facts={"iterations": estimate.iterations},
            )
        )
    if not bounded:
        found.append(Finding(code="no_overdispersion", severity="info", subject=design.target, facts={"theta": theta}))
    if design.family == "poisson" and not design.dispersion_estimated and pearson > 1.5:
        found.append(
            Finding(
                code="overdispersed",
                severity="attention",
                subject=design.target,
                facts={"dispersion": pearson},
                remedy="standard_errors",
            )
        )
    return found
