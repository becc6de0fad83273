"""Terms as questions, the classical way: what a term adds to everything that does not contain it (type II).

Type II keeps to marginality: a main effect is tested beside all other terms but its own interactions; an interaction
beside everything else of its order and below. So the answer does not depend on the reference level. Fox (2016),
Applied Regression Analysis, 3rd ed., section 8.2.5; Langsrud (2003), doi:10.1023/A:1023260610025.
"""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.design.value import Blocks, Categorical, Design, Factor, Term
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.assembly import representable
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.irls import Model, iterate, plain_target, rows_of
from regression_analyzer.fit.least_squares import first_frame
from regression_analyzer.fit.second_pass import standardised_coefficients
from regression_analyzer.fit.state import Frame
from regression_analyzer.fit.tails import f_tail
from regression_analyzer.fit.value import Fit, FloatArray, TypeTwo

MOST_WORK = 3e8
"""Largest ``n r^2`` times the number of refits for which likelihoods of smaller models are worked out."""


def relatives(design: Design, term: Term) -> tuple[Term, ...]:
    """Return the terms that contain a term: its interactions."""
    own = {_identity(factor) for factor in term.factors}
    return tuple(other for other in design.terms if own < {_identity(factor) for factor in other.factors})


def _identity(factor: Factor) -> object:
    return factor.column if isinstance(factor, Categorical) else (factor.column, factor.transform, factor.parameters)


def type_two(fit: Fit, design: Design, blocks: Blocks | None) -> dict[str, TypeTwo | Skipped]:
    """Return the type II test of each term that has coefficients, by name.

    Parameters
    ----------
    blocks : the rows, for families other than the gaussian

    Notes
    -----
    Null hypothesis: the term's columns add nothing to the terms that do not contain it. Gaussian:
    ``F = (SS / df) / sigma^2`` with the residual degrees of freedom of the whole model. Other families: the
    likelihood ratio ``(D_without - D_with) / phi``, chi-square; phi is 1, or the whole model's Pearson dispersion
    where it is estimated. The negative binomial keeps the whole model's theta.
    """
    place = {int(column): j for j, column in enumerate(fit.kept)}
    found: dict[str, TypeTwo | Skipped] = {}
    deviances: dict[tuple[int, ...], float | None] = {}
    asked = [term for term in design.terms if any(column in place for column in term.columns)]
    reason = None if fit.family == "gaussian" else _unanswered(fit, blocks, asked)
    for term in asked:
        own = [place[c] for c in term.columns if c in place]
        hidden = {place[c] for other in relatives(design, term) for c in other.columns if c in place}
        rest = [j for j in range(len(fit.kept)) if j not in hidden and j not in own]
        if fit.family == "gaussian":
            found[term.name] = _added(fit, rest, own)
        elif reason is not None or blocks is None:
            found[term.name] = Skipped(reason=reason or "the rows are not at hand")
        else:
            found[term.name] = _likelihood_ratio(fit, design, blocks, rest=rest, own=own, known=deviances)
    return found


def _unanswered(fit: Fit, blocks: Blocks | None, asked: list[Term]) -> str | None:
    if blocks is None:
        return "the rows are not at hand"
    if fit.separation or not fit.converged:
        return "the likelihood has no maximum"
    if float(fit.n_obs) * len(fit.kept) ** 2 * len(asked) > MOST_WORK:
        return f"too large: {len(asked)} further fits of {fit.n_obs:,} rows; the Wald test asks the same"
    return None


def _added(fit: Fit, rest: list[int], own: list[int]) -> TypeTwo:
    """Sum of squares that columns add to others: all from the triangular factor, no row is read again."""
    projected = fit.r_factor @ (standardised_coefficients(fit) / fit.y_scale)
    q, _ = np.linalg.qr(fit.r_factor[:, [*rest, *own]])
    part = q[:, len(rest) :].T @ projected
    squares = float(part @ part)
    df = len(own)
    left = (fit.sigma / fit.y_scale) ** 2
    total = squares + left * fit.df_resid
    statistic = squares / df / left if left > 0 else math.inf
    return TypeTwo(
        test="F",
        df=df,
        df_resid=float(fit.df_resid),
        statistic=statistic,
        p_value=f_tail(statistic, df, float(fit.df_resid)),
        sum_of_squares=representable(squares, fit.y_scale),
        partial_eta_squared=squares / total if total > 0 else math.nan,
    )


def _likelihood_ratio(
    fit: Fit,
    design: Design,
    blocks: Blocks,
    *,
    rest: list[int],
    own: list[int],
    known: dict[tuple[int, ...], float | None],
) -> TypeTwo | Skipped:
    frame = first_frame(blocks, intercept=design.intercept)
    sides = []
    for chosen in (rest, sorted([*rest, *own])):
        key = tuple(chosen)
        if len(chosen) == len(fit.kept):
            known[key] = fit.deviance
        if key not in known:
            known[key] = _deviance(fit, blocks, frame, chosen)
        sides.append(known[key])
    without, with_term = sides
    if without is None or with_term is None:
        return Skipped(reason="a smaller model did not settle")
    phi = fit.pearson_dispersion if design.dispersion_estimated else 1.0
    statistic = max(0.0, (without - with_term) / phi) if phi > 0 else math.inf
    df = len(own)
    return TypeTwo(
        test="LR", df=df, df_resid=None, statistic=statistic, p_value=f_tail(statistic, df, None),
        sum_of_squares=None, partial_eta_squared=None,
    )  # fmt: skip


def _deviance(fit: Fit, blocks: Blocks, frame: Frame, chosen: list[int]) -> float | None:
    """Deviance of the model with some of the kept columns, None where it did not settle."""
    theta = math.inf if fit.theta is None else fit.theta
    kept = tuple(int(fit.kept[j]) for j in chosen)
    model = Model(family=FAMILIES[fit.family], link=LINKS[fit.link], frame=plain_target(frame, kept), kept=kept)
    if not kept:
        return _deviance_of_nothing(model, blocks, theta)
    estimate = iterate(model, blocks, theta=theta)
    return estimate.deviance if estimate.converged or estimate.runaway else None


def _deviance_of_nothing(model: Model, blocks: Blocks, theta: float) -> float:
    """Deviance where the linear predictor is the offset alone."""
    nothing: FloatArray = np.zeros(0)
    total = 0.0
    for block in blocks:
        rows = rows_of(model, block, nothing)
        total += float(rows.weights @ model.family.unit_deviance(rows.y, rows.mu, theta))
    return total
