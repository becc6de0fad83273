"""What the straight line misses: curvature and interactions, proposed on one half of the rows, tested on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc

from regression_analyzer.design.value import Design
from regression_analyzer.explain.candidates import Candidate, candidates, formula_with
from regression_analyzer.explain.held_out import fold_models, held_out_predictions
from regression_analyzer.explain.rows import BoolArray, Rows, deal
from regression_analyzer.explain.scores import Estimate, losses, ratio
from regression_analyzer.explain.validation import Trial, overlap_of
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.second_pass import standardised_coefficients
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

MOST_TERMS = 4
SHARE_OF_GAP = 0.1
"""A further term has to close at least this share of the gap to the flexible model."""
MOST_ROWS = 20_000
"""Rows of each half that terms are sought and tested on."""
SIGNIFICANT = 0.05
FEWEST_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTerm:
    """A term found on one half of the rows and confirmed on the other.

    ``p_value`` is Holm's over the terms proposed; of a Wald F test with HC3 errors (clustered errors where units
    repeat) on ``df`` and ``df2`` degrees of freedom.
    """

    name: str
    kind: str
    predictors: tuple[str, ...]
    statistic: float
    df: int
    df2: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Proposal:
    """The regression with the terms that it missed.

    Attributes
    ----------
    formula : what to ask for to adopt them
    without, with_terms, flexible : share of what varies that is predicted on held-out rows of the half on which
        the terms were not found
    gain : ``with_terms - without``
    with_terms_all : the same as ``with_terms`` on all held-out rows, to set beside the validation's figures
    n_proposed_on, n_tested_on : rows
    """

    terms: tuple[ProposedTerm, ...]
    formula: str
    without: Estimate
    with_terms: Estimate
    flexible: Estimate
    gain: Estimate
    with_terms_all: Estimate
    n_proposed_on: int
    n_tested_on: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Working:
    """Weighted least squares that stands for the fit: its own, or the working one of a family at its estimates."""

    x: FloatArray
    u: FloatArray
    root_weight: FloatArray


def propose(
    design: Design, fit: Fit, rows: Rows, trial: Trial, ranked: Sequence[str], *, seed: int = 0
) -> Proposal | Skipped:
    """Find the fewest terms that close most of the gap to the flexible model, if there is one.

    Rows (whole units where they repeat) are split in halves by a seeded hash. On the first half terms enter one
    by one while the Bayesian information criterion falls and each closes a tenth of the gap. On the second half
    each is tested; those that hold are proposed.

    Parameters
    ----------
    ranked : predictors, the one that matters most to the flexible model first
    """
    gain = trial.validation.gain
    if gain is None:
        return Skipped(reason="there is no flexible model to compare with")
    if not trial.validation.wins:
        return Skipped(reason="a flexible model predicts unseen rows no better than the regression")
    if len(rows.y) < FEWEST_ROWS:
        return Skipped(reason=f"fewer than {FEWEST_ROWS} rows are too few to divide in two")
    first = _first_half(rows, seed)
    working = _working_rows(design, fit, rows)
    tried = candidates(design, fit, rows, ranked)
    places = _limited(first, seed)
    least = SHARE_OF_GAP * gain.value * fit.tss / fit.y_scale**2 * len(places) / fit.n_obs
    found = _forward(working, places, tried, least)
    if not found:
        return Skipped(reason="no square or product of two predictors closes a tenth of the gap")
    second = _limited(~first, seed)
    terms = _confirmed(working, second, found, rows)
    if not terms:
        return Skipped(reason="terms found on one half of the rows did not hold on the other half")
    names = {term.name for term in terms}
    kept = [candidate for candidate in found if candidate.name in names]
    return _compare(design, fit, rows, trial, kept=kept, terms=terms, clean=~first)


def _first_half(rows: Rows, seed: int) -> BoolArray:
    codes = rows.row if rows.group is None else np.where(rows.group >= 0, rows.group, -1 - rows.row)
    return np.asarray(deal(codes, 2, seed + 1) == 0)


def _limited(half: BoolArray, seed: int) -> IntArray:
    places = np.flatnonzero(half)
    if len(places) > MOST_ROWS:
        places = np.sort(np.random.default_rng(seed).choice(places, MOST_ROWS, replace=False))
    return places


def _working_rows(design: Design, fit: Fit, rows: Rows) -> _Working:
    """Return response and weights of the least squares step at the fit's estimates.

    One step from there is as good as a refit for testing further terms (a score test); for least squares it is
    the refit.
    """
    z = (rows.x - fit.shift) / fit.scale
    eta = z @ standardised_coefficients(fit)
    if design.family == "gaussian":
        y = rows.y if rows.offset is None else rows.y - rows.offset
        return _Working(x=z, u=(y - eta) / fit.y_scale, root_weight=np.sqrt(rows.weight))
    link, family = LINKS[design.link], FAMILIES[design.family]
    mu = link.inverse(eta if rows.offset is None else eta + rows.offset)
    slope = link.slope(eta, mu)
    weight = rows.weight * slope * slope / family.variance(mu, np.inf if fit.theta is None else fit.theta)
    return _Working(x=z, u=(rows.y - mu) / slope, root_weight=np.sqrt(np.maximum(weight, 0.0)))


def _forward(working: _Working, places: IntArray, tried: Sequence[Candidate], least: float) -> list[Candidate]:
    """Let terms enter while they are worth their columns and explain at least ``least`` of the squares."""
    root = working.root_weight[places]
    basis, _ = np.linalg.qr(working.x[places] * root[:, None])
    left = working.u[places] * root
    left = left - basis @ (basis.T @ left)
    waiting = {i: candidate.columns[places] * root[:, None] for i, candidate in enumerate(tried)}
    found: list[Candidate] = []
    n = len(places)
    while waiting and len(found) < MOST_TERMS:
        rss = float(left @ left)
        best, best_score, best_axes, best_gain = -1, 0.0, np.zeros((n, 0)), 0.0
        for i, columns in waiting.items():
            axes = _new_axes(columns, basis)
            explained = float(((axes.T @ left) ** 2).sum())
            if not 0.0 < explained < rss:
                continue
            score = n * float(np.log1p(-explained / rss)) + axes.shape[1] * float(np.log(n))
            if score < best_score:
                best, best_score, best_axes, best_gain = i, score, axes, explained
        if best < 0 or best_gain < least:
            break
        found.append(tried[best])
        del waiting[best]
        left = left - best_axes @ (best_axes.T @ left)
        basis = np.concatenate([basis, best_axes], axis=1)
    return found


def _new_axes(columns: FloatArray, basis: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what columns add to a basis."""
    left = columns - basis @ (basis.T @ columns)
    left = left - basis @ (basis.T @ left)
    sizes = np.sqrt((left * left).sum(axis=0))
    keep = sizes > 1e-8 * np.sqrt((columns * columns).sum(axis=0))
    if not keep.any():
        return np.zeros((len(columns), 0))
    q, r = np.linalg.qr(left[:, keep])
    lengths = np.abs(np.diag(r))
    return np.asarray(q[:, lengths > 1e-8 * lengths.max()])


def _confirmed(working: _Working, places: IntArray, found: Sequence[Candidate], rows: Rows) -> tuple[ProposedTerm, ...]:
    """Test each term on rows it was not found on, all of them in the model; keep those that hold."""
    root = working.root_weight[places]
    basis, _ = np.linalg.qr(working.x[places] * root[:, None])
    tested = []
    axes = [_new_axes(candidate.columns[places] * root[:, None], basis) for candidate in found]
    for i, candidate in enumerate(found):
        others = [basis, *(a for j, a in enumerate(axes) if j != i)]
        around = np.linalg.qr(np.concatenate(others, axis=1))[0]
        own = _new_axes(candidate.columns[places] * root[:, None], around)
        if own.shape[1] and len(places) > own.shape[1] + around.shape[1] + 1:
            group = None if rows.group is None else rows.group[places]
            tested.append((candidate, *_wald(own, around, working.u[places] * root, group)))
    tested.sort(key=lambda each: each[4])
    result, adjusted = [], 0.0
    for rank, (candidate, statistic, df, df2, p) in enumerate(tested):
        adjusted = max(adjusted, min(1.0, (len(tested) - rank) * p))
        if adjusted < SIGNIFICANT:
            result.append(
                ProposedTerm(
                    name=candidate.name,
                    kind=candidate.kind,
                    predictors=candidate.predictors,
                    statistic=statistic,
                    df=df,
                    df2=df2,
                    p_value=adjusted,
                )
            )
    return tuple(result)


def _wald(own: FloatArray, around: FloatArray, u: FloatArray, group: IntArray | None) -> tuple[float, int, int, float]:
    """Test that the coefficients of orthonormal columns are 0: F = b' V^-1 b / df.

    b = own' u; V = sum of e^2 q q' / (1 - h)^2 (HC3: MacKinnon and White 1985,
    doi:10.1016/0304-4076(85)90158-7), or of the outer products of the units' score sums.
    """
    b = own.T @ u
    left = u - own @ b - around @ (around.T @ u)
    leverage = (own * own).sum(axis=1) + (around * around).sum(axis=1)
    n, df = own.shape
    if group is None:
        scores = own * (left / np.maximum(1.0 - leverage, 1e-8))[:, None]
        df2 = n - df - around.shape[1]
    else:
        _, unit = np.unique(np.where(group >= 0, group, group.max() + 1 + np.arange(n)), return_inverse=True)
        count = int(unit.max()) + 1
        by_row = (own * left[:, None]).T
        scores = np.column_stack([np.bincount(unit, weights=column, minlength=count) for column in by_row])
        scores *= np.sqrt(count / max(count - 1, 1))
        df2 = count - 1
    variance = scores.T @ scores
    if df2 < 1 or not np.linalg.det(variance / max(float(np.trace(variance)), 1e-300)) > 0.0:
        return 0.0, df, max(df2, 1), 1.0
    statistic = float(b @ np.linalg.solve(variance, b)) / df
    return statistic, df, df2, float(fdtrc(df, df2, statistic))


def _compare(
    design: Design,
    fit: Fit,
    rows: Rows,
    trial: Trial,
    *,
    kept: Sequence[Candidate],
    terms: tuple[ProposedTerm, ...],
    clean: BoolArray,
) -> Proposal:
    """Predict held-out rows with and without the terms; score them on rows the terms were not found on."""
    more = replace(rows, x=np.concatenate([rows.x, *(candidate.columns for candidate in kept)], axis=1))
    models = fold_models(design, more, trial.folds, theta=fit.theta)
    predicted = held_out_predictions(models, more, trial.folds)
    before = held_out_predictions(trial.models, rows, trial.folds)
    held = trial.folds.of_row >= 0
    overlap = overlap_of(trial.folds)

    def lost(values: FloatArray, which: BoolArray) -> FloatArray:
        return losses(
            rows.y[which],
            values[which],
            rows.weight[which],
            trial.folds.of_row[which],
            count=trial.folds.count,
            family=design.family,
            theta=fit.theta,
            overlap=overlap,
        ).deviance

    naive, without, with_terms = (lost(values, held & clean) for values in (trial.baseline, before, predicted))
    trees = naive if isinstance(trial.flexible, Skipped) else lost(trial.flexible.predicted, held & clean)
    naive_all = lost(trial.baseline, held)
    return Proposal(
        terms=terms,
        formula=formula_with(design, [candidate.source for candidate in kept]),
        without=ratio(naive - without, naive, overlap=overlap),
        with_terms=ratio(naive - with_terms, naive, overlap=overlap),
        flexible=ratio(naive - trees, naive, overlap=overlap),
        gain=ratio(without - with_terms, naive, overlap=overlap),
        with_terms_all=ratio(naive_all - lost(predicted, held), naive_all, overlap=overlap),
        n_proposed_on=int((~clean).sum()),
        n_tested_on=int(clean.sum()),
    )
