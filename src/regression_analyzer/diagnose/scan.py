"""The one pass over all rows that every check draws on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Block, Blocks
from regression_analyzer.diagnose.cases import Cases, case_statistics, outlier_threshold, spread_of
from regression_analyzer.diagnose.counts import NO_COUNTS, CountSums, count_sums
from regression_analyzer.diagnose.gaussian_sums import GaussianSums, gaussian_start, gaussian_step
from regression_analyzer.diagnose.link import LinkSums, link_step
from regression_analyzer.diagnose.quantile_residuals import quantile_residuals
from regression_analyzer.diagnose.sampling import Contest, Kept, enter, lottery, winners
from regression_analyzer.fit.second_pass import (
    FULL_LEVERAGE,
    inverse_factor,
    observe,
    pieces,
    rotate,
    standardised_coefficients,
)
from regression_analyzer.fit.value import Fit, FloatArray, IntArray, Observed

TOP = 20
MAX_OUTLIERS = 100
SAMPLE_ROWS = 50_000
SAMPLE_CELLS = 4_000_000
WHOLE_CELLS = 8_000_000
"""Rows x columns up to which the whole design is held for checks that need all of it at once."""

PIECE_CELLS = 200_000
"""Cells of X worked on at a time: they stay near the processor."""

COUNT_FAMILIES = frozenset({"poisson", "negative-binomial"})

DRAWN = ("y", "fitted", "residual", "standardized", "leverage", "cooks_distance", "normal", "working", "weighted")
"""Values kept of a selected row, before its row of X: ``normal`` is what the Q-Q picture shows, ``working`` the
residual on the scale of the linear predictor, ``weighted`` the Pearson residual."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Whole:
    """All rows at once, for small tables.

    Attributes
    ----------
    q : (n, r) orthonormal weighted design
    x : (n, r) the kept columns of the design, as they are
    residual : (n,) weighted residuals over sigma
    fitted : (n,); time, weights : (n,) or None
    """

    q: FloatArray
    x: FloatArray
    residual: FloatArray
    fitted: FloatArray
    time: FloatArray | None = None
    weights: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Selected:
    """Rows picked out. Each selection's values are `DRAWN`, then the kept columns of X.

    Attributes
    ----------
    sample : a seeded simple random sample, or all rows where there are few
    leverage, cooks : the top 20; the key is the value
    studentized, dffits : the top 20 by size; the first value is signed, the others as above
    outliers : rows beyond the Bonferroni threshold, at most 100; the first value is the studentised residual
    """

    sample: Kept
    leverage: Kept
    cooks: Kept
    studentized: Kept
    dffits: Kept
    outliers: Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of rows: all; outliers; leverage above 2 r / n; Cook's distance above 4 / n; leverage 1; binomial events.

    ``largest_form`` is the largest ``x' (X'WX)^-1 x``: how far out the rows used reach.
    """

    rows: int = 0
    outliers: int = 0
    high_leverage: int = 0
    high_cooks: int = 0
    full_leverage: int = 0
    events: float = 0.0
    trials: float = 0.0
    largest_weight: float = 1.0
    largest_form: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scan:
    """What one pass saw; ``gaussian``, ``counts``, ``whole`` and ``link`` are None where they do not apply."""

    selected: Selected
    tally: Tally
    gaussian: GaussianSums | None
    counts: CountSums | None
    whole: Whole | None
    complete: bool
    link: LinkSums | None = None


def sample_size_for(r: int) -> int:
    """Return how many rows the sample holds for a design of r columns."""
    return max(2_000, min(SAMPLE_ROWS, SAMPLE_CELLS // max(r, 1)))


def scan(fit: Fit, blocks: Blocks, *, seed: int, after_rows: Callable[[int], None]) -> Scan:
    """Read all rows once.

    Parameters
    ----------
    seed : of the sample and of the randomised residuals
    after_rows : told the number of rows seen, after each block
    """
    r = fit.kept.size
    gaussian = gaussian_start(r) if fit.family == "gaussian" else None
    counts = NO_COUNTS if fit.family in COUNT_FAMILIES else None
    link = None if fit.family == "gaussian" else LinkSums(v_q=np.zeros(r))
    contests, tally = _nothing(r), Tally()
    threshold, sigma = outlier_threshold(fit), spread_of(fit)
    keep_whole = gaussian is not None and fit.n_obs * max(r, 1) <= WHOLE_CELLS
    inverse, coefficients = inverse_factor(fit), standardised_coefficients(fit)
    held: list[Whole] = []
    seen = 0
    for block in (piece for whole in blocks for piece in pieces(whole, max(PIECE_CELLS // max(r, 1), 1_000))):
        if gaussian is not None:
            rotated = rotate(fit, block, inverse, coefficients)
            observed = _gaussian_view(block, rotated.fitted, rotated.leverage)
            part = Whole(
                q=rotated.q,
                x=block.x[:, fit.kept] if keep_whole else block.x,
                residual=observed.pearson / sigma,
                fitted=rotated.fitted,
                time=block.time,
                weights=block.weights,
            )
            gaussian = gaussian_step(
                gaussian,
                fit,
                q=part.q,
                weights=block.weights,
                e=part.residual,
                y=block.y,
                fitted=part.fitted,
                time=part.time,
            )
            if keep_whole:
                held.append(part)
        else:
            observed = observe(fit, block)
        if link is not None:
            link = link_step(link, fit, rotate(fit, block, inverse, coefficients))
        cases = case_statistics(fit, observed)
        contests = _select(contests, fit, block, observed, cases, threshold=threshold, seed=seed)
        tally = _count(tally, fit, block, observed, cases, threshold=threshold)
        if counts is not None:
            counts = counts + count_sums(observed.y, observed.fitted, fit.theta)
        seen += observed.row.size
        after_rows(seen)
    return Scan(
        selected=_decided(contests, r),
        tally=tally,
        gaussian=gaussian if seen else None,
        counts=counts if seen else None,
        whole=_joined(held),
        complete=seen <= sample_size_for(r),
        link=link if seen else None,
    )


def _gaussian_view(block: Block, fitted: FloatArray, leverage: FloatArray) -> Observed:
    """Return what least squares says of a block, from its rotated rows."""
    residual = block.y - fitted
    weights = np.ones(fitted.size) if block.weights is None else block.weights
    weighted = residual if block.weights is None else residual * np.sqrt(weights)
    return Observed(
        row=block.row,
        y=block.y,
        fitted=fitted,
        linear_predictor=fitted,
        residual=residual,
        working_weight=weights,
        leverage=leverage,
        pearson=weighted,
        deviance_residual=weighted,
    )


def _joined(held: list[Whole]) -> Whole | None:
    if not held:
        return None
    times = [w.time for w in held if w.time is not None]
    weights = [w.weights for w in held if w.weights is not None]
    return Whole(
        q=np.concatenate([w.q for w in held]),
        x=np.concatenate([w.x for w in held]),
        residual=np.concatenate([w.residual for w in held]),
        fitted=np.concatenate([w.fitted for w in held]),
        time=None if len(times) < len(held) else np.concatenate(times),
        weights=np.concatenate(weights) if weights else None,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Contests:
    """The selections of `Selected`, on the way."""

    sample: Contest
    leverage: Contest
    cooks: Contest
    studentized: Contest
    dffits: Contest
    outliers: Contest


def _nothing(r: int) -> _Contests:
    top = Contest(count=TOP)
    return _Contests(
        sample=Contest(count=sample_size_for(r)),
        leverage=top,
        cooks=top,
        studentized=top,
        dffits=top,
        outliers=Contest(count=MAX_OUTLIERS),
    )


def _decided(contests: _Contests, r: int) -> Selected:
    width = len(DRAWN) + r
    return Selected(
        sample=winners(contests.sample, width),
        leverage=winners(contests.leverage, width),
        cooks=winners(contests.cooks, width),
        studentized=winners(contests.studentized, width + 1),
        dffits=winners(contests.dffits, width + 1),
        outliers=winners(contests.outliers, width + 1),
    )


def _select(
    contests: _Contests, fit: Fit, block: Block, observed: Observed, cases: Cases, *, threshold: float, seed: int
) -> _Contests:
    """Let the rows of a block compete for a place in each selection."""
    row = observed.row

    def drawn(i: IntArray) -> FloatArray:
        working = observed.pearson[i] / np.sqrt(np.maximum(observed.working_weight[i], 1e-300))
        columns = [
            observed.y[i],
            observed.fitted[i],
            observed.residual[i],
            cases.standardized[i],
            cases.leverage[i],
            cases.cooks_distance[i],
            _normal_scores(fit, observed, cases, i, seed=seed),
            working,
            observed.pearson[i],
        ]
        return np.concatenate([np.column_stack(columns), block.x[np.ix_(i, fit.kept)]], axis=1)

    def led_by(values: FloatArray) -> Callable[[IntArray], FloatArray]:
        return lambda i: np.concatenate([values[i, None], drawn(i)], axis=1)

    size = np.abs(cases.studentized)
    far = np.where(size >= threshold, size, np.nan)
    studentized, dffits = led_by(cases.studentized), led_by(cases.dffits)
    return _Contests(
        sample=enter(contests.sample, lottery(row, seed=seed), row, drawn),
        leverage=enter(contests.leverage, cases.leverage, row, drawn),
        cooks=enter(contests.cooks, cases.cooks_distance, row, drawn),
        studentized=enter(contests.studentized, size, row, studentized),
        dffits=enter(contests.dffits, np.abs(cases.dffits), row, dffits),
        outliers=enter(contests.outliers, far, row, studentized),
    )


def _normal_scores(fit: Fit, observed: Observed, cases: Cases, i: IntArray, *, seed: int) -> FloatArray:
    """Return residuals that are about standard normal if the model is right."""
    if fit.family == "gaussian":
        return cases.standardized[i]
    return quantile_residuals(
        fit.family,
        observed.y[i],
        observed.fitted[i],
        uniform=lottery(observed.row[i], seed=seed + 1),
        theta=fit.theta,
        dispersion=fit.dispersion,
    )


def _count(tally: Tally, fit: Fit, block: Block, observed: Observed, cases: Cases, *, threshold: float) -> Tally:
    n, r = fit.n_obs, fit.kept.size
    weight = np.ones(observed.row.size) if block.weights is None else block.weights
    binomial = fit.family == "binomial"
    inner = observed.working_weight > 0.0
    return Tally(
        rows=tally.rows + observed.row.size,
        outliers=tally.outliers + int(np.count_nonzero(np.abs(cases.studentized) >= threshold)),
        high_leverage=tally.high_leverage + int(np.count_nonzero(cases.leverage > 2.0 * r / n)),
        high_cooks=tally.high_cooks + int(np.count_nonzero(cases.cooks_distance > 4.0 / n)),
        full_leverage=tally.full_leverage + int(np.count_nonzero(cases.leverage >= FULL_LEVERAGE)),
        events=tally.events + (float(weight @ observed.y) if binomial else 0.0),
        trials=tally.trials + (float(weight.sum()) if binomial else 0.0),
        largest_weight=max(tally.largest_weight, float(weight.max(initial=0.0))),
        largest_form=max(
            tally.largest_form, float((cases.leverage[inner] / observed.working_weight[inner]).max(initial=0.0))
        ),
    )
