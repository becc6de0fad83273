"""What the straight line misses: curvature and interactions, proposed on one half of the rows, tested on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.explain.candidates import Candidate, candidates, formula_with
from regression_analyzer.explain.confirmation import ProposedTerm, confirmed
from regression_analyzer.explain.deviance_search import search_by_deviance
from regression_analyzer.explain.held_out import fold_models, held_out_predictions
from regression_analyzer.explain.rows import BoolArray, Rows, deal
from regression_analyzer.explain.scores import Estimate, losses, one_sided, ratio
from regression_analyzer.explain.search import search, working_at
from regression_analyzer.explain.validation import GAIN_THAT_MATTERS, NOISE, Trial, overlap_of
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.second_pass import standardised_coefficients
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

SHARE_OF_GAP = 0.1
"""A further term has to close at least this share of the gap to the flexible model."""
MOST_ROWS = 20_000
"""Rows of each half that terms are sought and tested on."""
MOST_ITERATED = 6_000
"""The same where each fit is iterated."""
FEWEST_ROWS = 100
NOTHING = (
    "a flexible model predicts unseen rows no better than the regression, and no curve and no product of two "
    "predictors does"
)


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


def propose(
    design: Design, fit: Fit, rows: Rows, trial: Trial, ranked: Sequence[str], *, seed: int = 0
) -> Proposal | Skipped:
    """Find the fewest terms that close most of the gap to the flexible model, if there is one.

    Rows (whole units where they repeat) are split in halves by a seeded hash. On the first half terms enter one
    by one while the Bayesian information criterion falls and each closes a tenth of the gap. On the second half
    each is tested; those that hold are proposed. Where the flexible model does no better (trees are poor at long
    tails and faint curves), each term has to explain a hundredth of what varies, and together they have to predict
    the second half better by more than noise.

    Parameters
    ----------
    ranked : predictors, the one that matters most to the flexible model first
    """
    gain = trial.validation.gain
    if gain is None:
        return Skipped(reason="there is no flexible model to compare with")
    if len(rows.y) < FEWEST_ROWS:
        return Skipped(reason=f"fewer than {FEWEST_ROWS} rows are too few to divide in two")
    first = _first_half(rows, seed)
    wins = trial.validation.wins
    tried = candidates(design, fit, rows, ranked)
    share = SHARE_OF_GAP * gain.value if wins else GAIN_THAT_MATTERS
    found = _found(design, fit, rows, tried, first, share=share, seed=seed)
    if not found:
        return Skipped(
            reason="no curve and no product of two predictors closes a tenth of the gap" if wins else NOTHING
        )
    second = _limited(~first, seed, MOST_ROWS)
    terms = confirmed(design, fit, rows.some(second), [_some(candidate, second) for candidate in found])
    if not terms:
        return Skipped(reason="terms found on one half of the rows did not hold on the other half" if wins else NOTHING)
    names = {term.name for term in terms}
    kept = [candidate for candidate in found if candidate.name in names]
    found_with = _compare(design, fit, rows, trial, kept=kept, terms=terms, clean=~first)
    more = found_with.gain
    clear = more.value > GAIN_THAT_MATTERS and one_sided(more, trial.folds.count) < NOISE
    return found_with if wins or clear else Skipped(reason=NOTHING)


def _first_half(rows: Rows, seed: int) -> BoolArray:
    codes = rows.row if rows.group is None else np.where(rows.group >= 0, rows.group, -1 - rows.row)
    return np.asarray(deal(codes, 2, seed + 1) == 0)


def _limited(half: BoolArray, seed: int, most: int) -> IntArray:
    places = np.flatnonzero(half)
    if len(places) > most:
        places = np.sort(np.random.default_rng(seed).choice(places, most, replace=False))
    return places


def _some(candidate: Candidate, places: IntArray) -> Candidate:
    return replace(candidate, columns=candidate.columns[places])


def _found(
    design: Design, fit: Fit, rows: Rows, tried: Sequence[Candidate], first: BoolArray, *, share: float, seed: int
) -> list[Candidate]:
    """Return the terms that the first half speaks for, with the columns of all rows."""
    gaussian = design.family == "gaussian"
    places = _limited(first, seed, MOST_ROWS if gaussian else MOST_ITERATED)
    here, some = [_some(candidate, places) for candidate in tried], rows.some(places)
    part = share * len(places) / fit.n_obs
    if gaussian:
        z = (some.x - fit.shift) / fit.scale
        working = working_at(design, fit, some, z, z @ standardised_coefficients(fit))
        found = search(working, here, part * fit.tss / fit.y_scale**2)
    else:
        found = search_by_deviance(design, fit, some, here, part * fit.null_deviance)
    whole = {candidate.name: candidate for candidate in tried}
    return [replace(candidate, columns=whole[candidate.name].columns) for candidate in found]


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
    taken = [candidate.instead_of[1] for candidate in kept if candidate.instead_of is not None]
    left = np.delete(rows.x, taken, axis=1)
    more = replace(rows, x=np.concatenate([left, *(candidate.columns for candidate in kept)], axis=1))
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
        formula=formula_with(
            design,
            [candidate.term for candidate in kept if candidate.instead_of is None],
            {candidate.instead_of[0]: candidate.term[0] for candidate in kept if candidate.instead_of is not None},
        ),
        without=ratio(naive - without, naive, overlap=overlap),
        with_terms=ratio(naive - with_terms, naive, overlap=overlap),
        flexible=ratio(naive - trees, naive, overlap=overlap),
        gain=ratio(without - with_terms, naive, overlap=overlap),
        with_terms_all=ratio(naive_all - lost(predicted, held), naive_all, overlap=overlap),
        n_proposed_on=int((~clean).sum()),
        n_tested_on=int(clean.sum()),
    )
