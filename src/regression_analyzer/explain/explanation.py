"""What matters, how well it predicts, and what the straight line misses: the stage that asks for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.conformal import Conformal, conformal
from regression_analyzer.explain.curves import Curve, curves
from regression_analyzer.explain.effects import MarginalEffects, marginal_effects
from regression_analyzer.explain.flexible import Flexible
from regression_analyzer.explain.folds import DECISION, choose_folds
from regression_analyzer.explain.fragility import Fragility, fragility
from regression_analyzer.explain.importance import Importance, importance
from regression_analyzer.explain.judgement import judge
from regression_analyzer.explain.permutation import Permutation, permutation
from regression_analyzer.explain.robustness import Robustness, robustness
from regression_analyzer.explain.rows import Rows, gather_rows
from regression_analyzer.explain.second_opinions import DECISION as OTHER_METHODS
from regression_analyzer.explain.second_opinions import SecondOpinions, second_opinions
from regression_analyzer.explain.shap import Shap, shap_summary
from regression_analyzer.explain.shape import Proposal, propose
from regression_analyzer.explain.validation import Trial, Validation, validate
from regression_analyzer.findings import Decision, Finding, Skipped
from regression_analyzer.fit.value import Fit, Inference
from regression_analyzer.progress import Progress, silent
from regression_analyzer.table.value import Table

NOT_TRIED = Skipped(reason="the model was not tried on rows it has not seen")
NOT_ASKED = Skipped(reason="not computed")
NO_SHARES = Importance(shares=(), skipped=Skipped(reason="not computed"))
SEED = 20_240_101
"""Of every draw here: folds, shuffles, samples and halves are the same every time."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Explanation:
    """What the explaining stage found; each part is a result or the reason why there is none.

    Attributes
    ----------
    effects : along each predictor, averaged over the rows
    importance : shares of R-squared (it holds its own reason)
    proposal : the terms that the straight line misses
    curves : the regression and the flexible model along one predictor; empty without a flexible model
    conformal : None for yes/no targets, for rows ordered in time or with weights, and for few rows
    fragility : how few rows decide on the leading clear coefficients
    second_opinions : what estimators say that rows far off cannot pull
    robustness : one entry a coefficient; empty for other families than least squares
    """

    validation: Validation | Skipped = NOT_TRIED
    effects: MarginalEffects | Skipped = NOT_ASKED
    importance: Importance = NO_SHARES
    permutation: Permutation | Skipped = NOT_TRIED
    shap: Shap | Skipped = NOT_TRIED
    proposal: Proposal | Skipped = NOT_TRIED
    curves: tuple[Curve, ...] = ()
    conformal: Conformal | None = None
    robustness: tuple[Robustness, ...] = ()
    fragility: tuple[Fragility, ...] | Skipped = ()
    second_opinions: SecondOpinions | Skipped = NOT_ASKED
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    seed: int = SEED


def explain(
    table: Table,
    design: Design,
    blocks: Blocks,
    fit: Fit,
    inference: Inference,
    *,
    steps: Mapping[str, tuple[float, float]] | None = None,
    overrides: Mapping[str, str] | None = None,
    on_progress: Progress = silent,
    seed: int = SEED,
) -> Explanation:
    """Try the model on unseen rows, weigh its predictors, and look for what it misses.

    Parameters
    ----------
    table : read once, for the predictors as they are
    steps : number -> ends of the step that its effect is told for
    overrides : ``validation.scheme`` -> ``"random"``, ``"grouped"`` or ``"forward"``; ``second_opinions`` ->
        ``"computed"`` or ``"skipped"``

    Raises
    ------
    UsageError
        An override that does not fit.
    """
    overrides = overrides or {}
    asked = overrides.get(DECISION)
    on_progress("explain", 0.0, "Trying the model on rows it has not seen")
    rows = gather_rows(table, design, fit, blocks, seed=seed)
    folds, decision = choose_folds(rows, binary=fit.family == "binomial", asked=asked, seed=seed)
    trial = validate(design, fit, rows, folds, seed=seed)
    on_progress("explain", 0.5, "Sharing out what is explained among the predictors")
    shares = importance(fit, blocks, design, seed=seed)
    names = tuple(design.columns[int(column)].name for column in fit.kept)
    others, other_decisions, other_findings = second_opinions(
        design, fit, inference, rows, asked=overrides.get(OTHER_METHODS), seed=seed
    )
    found = Explanation(
        effects=_guarded(lambda: marginal_effects(design, fit, inference, rows, steps=steps, seed=seed)),
        second_opinions=others,
        fragility=_guarded(lambda: fragility(fit, inference, rows, names)),
        importance=shares,
        robustness=robustness(fit, inference),
        decisions=(decision, *other_decisions),
        seed=seed,
        validation=NOT_TRIED,
    )
    if isinstance(trial, Skipped):
        found = replace(found, validation=trial, permutation=trial, shap=trial, proposal=trial)
        return replace(found, findings=(*judge(found, design, fit), *other_findings))
    found = _of_trial(found, design, fit, rows, trial, on_progress=on_progress)
    return replace(found, findings=(*judge(found, design, fit), *other_findings))


def _of_trial(
    found: Explanation, design: Design, fit: Fit, rows: Rows, trial: Trial, *, on_progress: Progress
) -> Explanation:
    seed = found.seed
    on_progress("explain", 0.7, "Shuffling predictors on unseen rows")
    summary: Shap | Skipped
    if isinstance(trial.flexible, Flexible):
        summary = shap_summary(rows, trial.folds, trial.flexible, seed=seed)
        ranked = [mean.predictor for mean in summary.means]
    else:
        summary, ranked = trial.flexible, []
    worths: Permutation | Skipped = Skipped(reason="the model has no predictors")
    if rows.factors:
        worths = _guarded(lambda: permutation(design, fit, rows, trial, ranked=ranked, seed=seed))
    on_progress("explain", 0.9, "Looking for what the straight line misses")
    proposal = _guarded(lambda: propose(design, fit, rows, trial, ranked, seed=seed))
    held = trial.validation.held_out
    alike = fit.family != "binomial" and rows.weights is None and trial.folds.scheme != "forward"
    return replace(
        found,
        validation=trial.validation,
        permutation=worths,
        shap=summary,
        proposal=proposal,
        curves=curves(design, fit, rows, trial, proposal=proposal, ranked=ranked),
        conformal=conformal(held.y, held.linear, held.fold) if alike else None,
    )


def _guarded(compute: Callable[[], T | Skipped]) -> T | Skipped:
    """Turn arithmetic that has no answer into a reason."""
    try:
        return compute()
    except InputError as error:
        return Skipped(reason=error.message)
    except np.linalg.LinAlgError:
        return Skipped(reason="the numbers are too close to being combinations of each other")
