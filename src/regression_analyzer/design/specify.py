"""A table, its profile and the user's choices -> a Design: what is explained, by which columns, on which rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regression_analyzer.design.draft import Draft, Written, numeric_factor
from regression_analyzer.design.estimator import choose_estimator
from regression_analyzer.design.events import count_events
from regression_analyzer.design.formula import Atom, formula_text
from regression_analyzer.design.left_out_rows import compare_left_out
from regression_analyzer.design.levels import choose_levels, level_counts
from regression_analyzer.design.missing import ledger, usable
from regression_analyzer.design.response import response
from regression_analyzer.design.terms import lay_out
from regression_analyzer.design.used_rows import need_rows, row_findings, used_rows
from regression_analyzer.design.value import Categorical, Design, Factor
from regression_analyzer.design.writing import family_override, write_model
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Finding
from regression_analyzer.profile.value import Profile
from regression_analyzer.table.value import Table


def specify(
    table: Table,
    profile: Profile,
    *,
    target: str | None = None,
    predictors: Sequence[str] | None = None,
    formula: str | None = None,
    family: str = "auto",
    reference: Mapping[str, str] | None = None,
    weights: str | None = None,
    covariance: str = "auto",
    overrides: Mapping[str, str] | None = None,
) -> Design:
    """Specify the model.

    Parameters
    ----------
    target, predictors : columns; the profile's proposal where not given
    formula : Wilkinson text; replaces the other two (a target may still be given for ``"~ a + b"``)
    family : ``"auto"``, a family, a family with its link (``"gamma(inverse)"``), or ``"quasi-poisson"``
    reference : column -> level to compare with
    weights : column of prior weights (numbers of trials for shares in the binomial family)
    covariance : ``"cluster:COLUMN"`` makes that column the cluster key; other kinds change nothing here
    overrides : decision id -> replacement

    Raises
    ------
    UsageError
        An unknown column or level, a formula that does not parse, a family that does not fit.
    InputError
        No usable row, nothing to explain, or more columns than rows.
    """
    overrides = dict(overrides or {})
    draft = Draft(table, profile, predictors is not None or formula is not None, overrides)
    written = write_model(draft, target, predictors, formula)
    wanted = family_override(family, overrides)
    causes, patterns, written = used_rows(draft, written, weights)
    n_obs = table.n_rows - sum(p.rows for p in patterns)
    need_rows(draft, written, causes, patterns, n_obs)
    condition = usable(causes)
    factor, choice = response(draft, written, wanted, condition, weighted=weights is not None)
    references = {**(reference or {}), **{k[10:]: v for k, v in overrides.items() if k.startswith("reference.")}}
    factors = _factors(draft, written, condition, references)
    layout = lay_out(written.terms, factors, intercept=written.intercept)
    if not layout.columns:
        raise UsageError(
            f"The formula leaves nothing to estimate: {written.target_text()} ~ 0 has neither an intercept nor a "
            "predictor.",
            hint=f"Add a predictor, or estimate the mean alone: {written.target_text()} ~ 1.",
            code="empty_model",
        )
    estimator, how = choose_estimator(
        choice,
        written,
        events=count_events(draft, written, factor, choice, condition, weights=weights),
        columns=len(layout.columns),
        n_obs=n_obs,
        overrides=overrides,
    )
    offset = None if written.offset is None else numeric_factor(draft, written.offset, condition)
    cluster, time = _dependence(draft, overrides.get("covariance", covariance))
    left_out = ledger(table, causes, patterns)
    row_findings(draft, causes, patterns, n_obs)
    compare_left_out(draft, factor, causes, patterns)
    used = {f.column: f for term in layout.terms for f in term.factors if isinstance(f, Categorical)}
    return Design(
        target=written.target.column,
        target_expression=written.target_text(),
        target_factor=factor,
        family=choice.family,
        link=choice.link,
        event=choice.event,
        formula=formula_text(
            written.target,
            written.terms,
            intercept=written.intercept,
            offset=written.offset,
            counts=written.counts,
        ),
        intercept=written.intercept,
        predictors=tuple(dict.fromkeys(f.column for term in layout.terms for f in term.factors)),
        terms=layout.terms,
        columns=layout.columns,
        n_obs=n_obs,
        left_out=left_out,
        weights_column=weights,
        offset=offset,
        counts=written.counts,
        cluster_column=cluster,
        time_column=time,
        decisions=(*draft.decisions, *choice.decisions, *how),
        findings=tuple(draft.findings),
        reference_levels={name: f.reference for name, f in used.items() if not f.full},
        dispersion_estimated=choice.dispersion_estimated,
        estimator=estimator,
        outcomes=choice.outcomes,
    )


def _factors(draft: Draft, written: Written, condition: str, references: Mapping[str, str]) -> dict[Atom, Factor]:
    """Make every atom a factor; unknown reference columns are refused."""
    categories = {
        atom.column
        for atom in written.atoms()
        if atom.transform == "category"
        or (atom.transform == "identity" and draft.column(atom.column).kind in {"text", "yes_no"})
    }
    for name in references:
        draft.column(name)
        if name not in categories:
            raise UsageError(
                f'A reference level was given for "{name}", which is not a category of the model.',
                hint=f"The categories are: {', '.join(sorted(categories)) or 'none'}.",
                code="reference_of_number",
            )
    made: dict[str, Categorical] = {}
    factors: dict[Atom, Factor] = {}
    for atom in written.atoms():
        if atom.column not in categories or atom.transform not in {"identity", "category"}:
            factors[atom] = numeric_factor(draft, atom, condition)
            continue
        if atom.column not in made:
            made[atom.column] = _category(draft, atom.column, condition, references.get(atom.column))
        factors[atom] = made[atom.column]
    return factors


def _category(draft: Draft, name: str, condition: str, reference: str | None) -> Categorical:
    column = draft.column(name)
    counts = level_counts(draft.table, column, condition)
    if len(counts) == 1:
        draft.findings.append(
            Finding(code="single_level", severity="attention", subject=name, facts={"level": counts[0].level})
        )
    factor, decisions = choose_levels(
        column, counts, asked=draft.asked, reference=reference, merge=draft.overrides.get(f"levels.{name}")
    )
    draft.decisions.extend(decisions)
    return factor


def _dependence(draft: Draft, covariance: str) -> tuple[str | None, str | None]:
    """The cluster key (asked for, or repeated units in the profile) and the time order."""
    cluster = draft.profile.unit_key
    kind, _, named = covariance.partition(":")
    if named and kind.lower() in {"cluster", "cluster-adjusted"}:
        cluster = named
    if cluster is not None:
        draft.column(cluster)
    time = draft.profile.time_column
    if time is not None and draft.column(time).kind not in {"date", "number"}:
        time = None
    return cluster, time
