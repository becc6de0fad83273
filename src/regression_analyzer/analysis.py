"""The one orchestrator: a table and options in, a frozen Analysis out. It does no arithmetic."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from threadpoolctl import threadpool_limits

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.formula import parse_formula
from regression_analyzer.design.value import Design
from regression_analyzer.diagnose.examine import diagnose
from regression_analyzer.diagnose.value import Diagnostics
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.explain import Explanation, PredictionModel, explain, prediction_model
from regression_analyzer.explain.outcomes import AllOutcomes, all_outcomes, with_outcomes
from regression_analyzer.explain.selection import Selection, penalised_prediction, select
from regression_analyzer.explain.suspects import with_and_without
from regression_analyzer.findings import SEVERITY_ORDER, Decision, Finding, Skipped, answered
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.fit.value import Fit, Inference
from regression_analyzer.languages import AUTO
from regression_analyzer.profile import Profile, describe
from regression_analyzer.profile.language import decide_language
from regression_analyzer.progress import Progress, part, silent
from regression_analyzer.table import LeftOut, Source, Table

MINIMUM_ROWS = 3
"""Fewer rows leave no degree of freedom for even one predictor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for. Everything may be left to the program.

    Attributes
    ----------
    target, predictors, formula : ``formula`` (Wilkinson) replaces the other two
    family : ``"auto"`` or a family's name
    reference : column -> reference level
    covariance : ``"auto"``, ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster:COLUMN"``, ``"HAC"``
    context : what the user said about the business behind the data
    language : that a language model tells the result in; ``"auto"``: the file's own, see ``profile.language``
    overrides : decision id -> replacement
    """

    target: str | None = None
    predictors: tuple[str, ...] | None = None
    formula: str | None = None
    family: str = "auto"
    reference: Mapping[str, str] = field(default_factory=dict)
    covariance: str = "auto"
    weights: str | None = None
    context: str | None = None
    skip_llm: bool = False
    model: str | None = None
    language: str = AUTO
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Analysis:
    """A finished analysis: every fact that any report, chart or page tells.

    ``left_out`` is the whole ledger: rows left out while reading and rows the model cannot use;
    with ``fit.n_obs`` they sum to ``rows_in_file``.
    """

    options: Options
    source: Source
    columns: tuple[str, ...]
    rows_in_file: int
    left_out: tuple[LeftOut, ...]
    transposed: bool
    profile: Profile
    design: Design
    fit: Fit
    inference: Inference
    diagnostics: Diagnostics
    prediction: PredictionModel
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    explanation: Explanation | None = None
    selection: Selection | None = None
    outcomes: AllOutcomes | Skipped | None = None
    context: str | None = None
    narrative: Narrative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """The answer told by someone else than the rules: sentences that were checked, and how many fell.

    ``None`` in an analysis means that the rules tell it; ``by`` names who wrote the sentences, ``language`` in what.
    """

    text: str
    by: str
    sentences: int
    dropped: int
    language: str = "en"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Advice:
    """What an adviser makes of a described table: the profile to go on with, and what was said of the data."""

    profile: Profile
    context: str | None = None
    findings: tuple[Finding, ...] = ()


Advise = Callable[[Table, Profile], Advice]
"""Asked once, between the description of the columns and the model."""


def analyze(
    table: Table, options: Options | None = None, *, advise: Advise | None = None, on_progress: Progress = silent
) -> Analysis:
    """Describe, specify, estimate, check: the whole analysis of one table.

    Parameters
    ----------
    table : as read
    options : what the user asked for; everything else is decided here, on the record
    advise : asked once the columns are described; may settle what the rules left open
    on_progress : told of every stage

    Returns
    -------
    Analysis

    Raises
    ------
    UsageError
        A column, level, formula or override that does not fit the table.
    InputError
        Data that no regression can be made of, with the reason and the remedy.
    """
    # One BLAS thread: the same bits on every machine and through every door, and no spinning on busy ones.
    # Results that are not finite are told as such where they arise; NumPy need not warn of them as well.
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _analyze(table, options or Options(), advise, on_progress)


def _analyze(table: Table, options: Options, advise: Advise | None, on_progress: Progress) -> Analysis:
    started = time.perf_counter()
    on_progress("profile", 0.3, "Describing the columns")
    profile = describe(
        table,
        target=options.target or _target_of(options.formula),
        predictors=options.predictors,
        overrides=options.overrides,
        on_progress=part(on_progress, 0.3, 0.4),
    )
    require_a_model(table, profile, options)
    advice = advise(table, profile) if advise is not None else Advice(profile=profile)
    profile = advice.profile
    language = decide_language(profile, options.language, options.overrides)

    on_progress("specify", 0.4, f"Specifying the model of {profile.target}")
    design = specify(
        table,
        profile,
        target=profile.target,
        predictors=options.predictors,
        formula=options.formula,
        family=options.family,
        reference=options.reference,
        weights=options.weights,
        covariance=options.covariance,
        overrides=options.overrides,
    )
    blocks = open_blocks(design, table)
    selection = select(table, design, blocks, overrides=options.overrides, on_progress=part(on_progress, 0.42, 0.45))
    if selection is not None:
        design, blocks = selection.design, selection.blocks

    on_progress("estimate", 0.45, f"Estimating {len(design.columns)} coefficients from {design.n_obs:,} rows")
    fit = fit_model(design, blocks, on_progress=part(on_progress, 0.45, 0.6))
    kind = options.overrides.get("covariance", options.covariance)
    errors = covariances(fit, blocks, hac=True if kind.upper().startswith("HAC") else None)

    on_progress("check", 0.6, "Checking the model")
    diagnostics = diagnose(fit, blocks, design, on_progress=part(on_progress, 0.6, 0.75))
    inference = infer(
        fit,
        errors,
        design,
        kind=kind,
        evidence=diagnostics.extra,
        blocks=blocks,
        intervals=options.overrides.get("intervals", "auto"),
    )

    on_progress("explain", 0.75, "Preparing predictions")
    if selection is not None:
        prediction = penalised_prediction(table, selection)
    else:
        prediction = prediction_model(table, design, fit, inference, diagnostics)
    explanation = explain(
        table,
        design,
        blocks,
        fit,
        inference,
        steps={column.name: column.middle_half for column in profile.columns if column.kind in {"number", "date"}},
        overrides=options.overrides,
        on_progress=part(on_progress, 0.76, 0.9),
    )

    if selection is None:
        prediction = replace(prediction, conformal=explanation.conformal)
    outcomes = all_outcomes(table, design, fit)
    prediction = with_outcomes(prediction, outcomes)
    decisions = (
        *table.decisions,
        *profile.decisions,
        *design.decisions,
        *(selection.decisions if selection is not None else ()),
        *inference.decisions,
        *explanation.decisions,
        language,
    )
    require_known(options.overrides, decisions)
    seen = tuple(found for found in profile.findings if selection is None or found.code != "small_sample")
    if selection is None and options.formula is None:
        seen = with_and_without(seen, table, profile, design, fit=fit, inference=inference, overrides=options.overrides)
    findings = (
        *table.findings,
        *seen,
        *advice.findings,
        *design.findings,
        *(selection.findings if selection is not None else ()),
        *fit.findings,
        *inference.findings,
        *diagnostics.findings,
        *explanation.findings,
    )
    if inference.change is not None:
        findings = answered(findings, "standard_errors", inference.change.facts)
    return Analysis(
        options=options,
        source=table.source,
        columns=tuple(column.name for column in table.columns),
        rows_in_file=table.rows_in_file,
        left_out=(*table.left_out, *design.left_out),
        transposed=table.transposed,
        profile=profile,
        design=design,
        fit=fit,
        inference=inference,
        diagnostics=diagnostics,
        prediction=prediction,
        explanation=explanation,
        selection=selection,
        outcomes=outcomes,
        decisions=decisions,
        findings=tuple(sorted(findings, key=lambda finding: SEVERITY_ORDER[finding.severity])),
        seconds=time.perf_counter() - started,
        context=advice.context,
    )


def _target_of(formula: str | None) -> str | None:
    """Return the column on a formula's left-hand side, if it names one."""
    target = parse_formula(formula).target if formula is not None and "." not in formula.split() else None
    return target.column if target is not None else None


def require_a_model(table: Table, profile: Profile, options: Options) -> None:
    """Refuse a table in which nothing can be explained by anything, and say why."""
    if table.n_rows < MINIMUM_ROWS:
        raise InputError(
            f"The table has {table.n_rows} data {'row' if table.n_rows == 1 else 'rows'}; "
            f"at least {MINIMUM_ROWS} are needed for a regression.",
            hint="Give a file with more rows.",
            code="too_few_rows",
        )
    if options.formula is not None:
        return
    if profile.target is None:
        raise InputError(
            "No column can be explained: a target needs numbers that vary, or two outcomes.",
            hint="Name one with --target, or check how the columns were read.",
            code="no_target",
        )
    if not profile.predictors:
        kept_out = "; ".join(f"{column.name}: {column.reason}" for column in profile.left_out[:5])
        raise InputError(
            f"There is no predictor for {profile.target}: a regression needs a target and at least one other column."
            + (f" Left out: {kept_out}." if kept_out else ""),
            hint="Name predictors with --predictor, or give a file with more columns.",
            code="no_predictors",
        )


def require_known(overrides: Mapping[str, str], decisions: tuple[Decision, ...]) -> None:
    """Refuse an override that names no decision of this analysis: it would have changed nothing, silently."""
    known = {decision.id for decision in decisions}
    for name in overrides:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3)
            raise UsageError(
                f"There is no decision {name!r} to override.",
                hint=f"Did you mean {', '.join(close)}?" if close else "The report lists the decisions with their ids.",
                code="unknown_override",
            )
