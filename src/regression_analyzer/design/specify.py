"""A table, its profile and the user's choices -> a Design: what is explained, by which columns, on which rows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from regression_analyzer.design.basis import fix_basis
from regression_analyzer.design.family import FamilyChoice, choose_family, parse_family
from regression_analyzer.design.formula import Atom, AtomTerm, Formula, formula_text, parse_formula
from regression_analyzer.design.levels import LevelCount, choose_levels, level_counts
from regression_analyzer.design.missing import (
    Cause,
    Pattern,
    absent,
    count_patterns,
    ledger,
    undefined,
    usable,
    without,
)
from regression_analyzer.design.terms import Layout, lay_out
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.profile.value import ColumnProfile, Profile
from regression_analyzer.table.value import Column, Table

FEWEST_COMPLETE = 0.5
"""Automatic mode gives up predictors with many missing values until this share of the rows is complete."""
FEW_ROWS_LEFT = 0.7
"""A finding is made when fewer of the table's rows than this are used."""


@dataclass(slots=True)
class _Draft:
    """What is known so far; filled from top to bottom by ``specify``."""

    table: Table
    profile: Profile
    asked: bool
    overrides: Mapping[str, str]
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def column(self, name: str) -> Column:
        found = self.table.by_name.get(name)
        if found is not None:
            return found
        close = difflib.get_close_matches(name, list(self.table.by_name), n=3, cutoff=0.6)
        names = close or list(self.table.by_name)[:10]
        shown = ", ".join(f'"{n}"' for n in names)
        raise UsageError(
            f'There is no column "{name}" in the table.',
            hint=f"Did you mean {shown}?" if close else f"Its columns are {shown}{' ...' if len(names) == 10 else ''}.",
            code="unknown_column",
        )


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
    draft = _Draft(table, profile, predictors is not None or formula is not None, overrides)
    written = _written(draft, target, predictors, formula)
    wanted = _family_override(family, overrides)
    causes, patterns, written = _rows(draft, written, weights)
    n_obs = table.n_rows - sum(p.rows for p in patterns)
    _need_rows(draft, written, causes, patterns, n_obs)
    condition = usable(causes)
    assert_target = written.target
    factor, choice = _target(draft, assert_target, wanted, condition, weights is not None)
    references = {**(reference or {}), **{k[10:]: v for k, v in overrides.items() if k.startswith("reference.")}}
    factors = _factors(draft, written, condition, references)
    layout = lay_out(written.terms, factors, intercept=written.intercept)
    _need_columns(layout, n_obs)
    offset = None if written.offset is None else _numeric(draft, written.offset, condition)
    cluster, time = _dependence(draft, covariance)
    left_out = ledger(table, causes, patterns)
    _row_findings(draft, causes, patterns, n_obs)
    used = {f.column: f for term in layout.terms for f in term.factors if isinstance(f, Categorical)}
    return Design(
        target=written.target.column,
        target_expression=written.target.text,
        target_factor=factor,
        family=choice.family,
        link=choice.link,
        event=choice.event,
        formula=formula_text(written.target, written.terms, intercept=written.intercept, offset=written.offset),
        intercept=written.intercept,
        predictors=tuple(dict.fromkeys(f.column for term in layout.terms for f in term.factors)),
        terms=layout.terms,
        columns=layout.columns,
        n_obs=n_obs,
        left_out=left_out,
        weights_column=weights,
        offset=offset,
        cluster_column=cluster,
        time_column=time,
        decisions=(*draft.decisions, choice.decision),
        findings=tuple(draft.findings),
        reference_levels={name: f.reference for name, f in used.items() if not f.full},
        dispersion_estimated=choice.dispersion_estimated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """The model as written: a formula with a target."""

    target: Atom
    terms: tuple[AtomTerm, ...]
    intercept: bool
    offset: Atom | None

    def atoms(self) -> tuple[Atom, ...]:
        return tuple(dict.fromkeys(atom for term in self.terms for atom in term))


def _family_override(family: str, overrides: Mapping[str, str]) -> str:
    wanted = overrides.get("family", family)
    parse_family(wanted)
    link = overrides.get("link")
    if link is not None and "(" not in wanted and wanted != "auto":
        wanted = f"{wanted}({link})"
        parse_family(wanted)
    return wanted


def _written(draft: _Draft, target: str | None, predictors: Sequence[str] | None, formula: str | None) -> _Written:
    """Bring a formula, or a target and a list, or the profile's proposal, to one form."""
    proposed = draft.profile.predictors
    if formula is not None:
        names = proposed or tuple(c.name for c in draft.table.columns)
        parsed = parse_formula(formula, dot=names)
        chosen = parsed.target or _target_atom(draft, target)
        terms = tuple(_categorised(draft, term, typed=True) for term in parsed.terms)
    else:
        chosen = _target_atom(draft, target)
        wanted = predictors if predictors is not None else tuple(name for name in proposed if name != chosen.column)
        terms = tuple(
            _categorised(draft, (Atom(column=name),), typed=predictors is not None) for name in dict.fromkeys(wanted)
        )
        parsed = Formula(target=chosen, terms=terms, intercept=True, offset=None)
    _check_columns(draft, chosen, terms, parsed.offset)
    return _Written(target=chosen, terms=terms, intercept=parsed.intercept, offset=parsed.offset)


def _target_atom(draft: _Draft, target: str | None) -> Atom:
    name = target if target is not None else draft.profile.target
    if name is None:
        raise UsageError(
            "No column of the table looks like something to explain.",
            hint="Name the target.",
            code="no_target",
        )
    return Atom(column=name)


def _categorised(draft: _Draft, term: AtomTerm, *, typed: bool) -> AtomTerm:
    """Number columns that the profile takes for codes are categories in automatic mode (or when overridden)."""
    return tuple(_category_atom(draft, atom, typed=typed) for atom in term)


def _category_atom(draft: _Draft, atom: Atom, *, typed: bool) -> Atom:
    column = draft.column(atom.column)
    described = draft.profile.by_name.get(atom.column)
    if atom.transform != "identity" or column.kind != "number" or described is None:
        return atom
    forced = draft.overrides.get(f"role.{atom.column}")
    is_code = forced == "category" or (forced is None and not typed and described.role in {"category", "yes_no"})
    if not is_code or (described.distinct <= 2 and described.distinct_is_exact and forced is None):
        return atom
    draft.decisions.append(
        Decision(
            id=f"coding.{atom.column}",
            what=f"How {atom.column} enters",
            chosen="category",
            because=f"its numbers stand for groups: {described.reason}",
            rejected=("number",),
            overridden=forced is not None,
        )
    )
    return Atom(column=atom.column, transform="category")


def _check_columns(draft: _Draft, target: Atom, terms: Sequence[AtomTerm], offset: Atom | None) -> None:
    draft.column(target.column)
    for atom in [*(a for term in terms for a in term), *([offset] if offset else [])]:
        column = draft.column(atom.column)
        if atom.column == target.column:
            raise UsageError(
                f'"{atom.column}" is the target and cannot explain itself.',
                hint="Leave it out of the predictors.",
                code="target_among_predictors",
            )
        if column.kind in {"text", "yes_no"} and (atom.transform not in {"identity", "category"} or atom is offset):
            raise UsageError(
                f'{atom.text} needs a number, and "{atom.column}" holds text.',
                hint="Use the column as it is; it enters as a category.",
                code="transform_of_text",
            )
    if target.transform in {"poly", "bs", "category"}:
        raise UsageError(f"{target.text} cannot be a target.", hint="Use the column, or log, sqrt, exp of it.")


def _rows(
    draft: _Draft, written: _Written, weights: str | None
) -> tuple[tuple[Cause, ...], tuple[Pattern, ...], _Written]:
    """Find the rows that cannot be used; in automatic mode give up predictors that cost too many."""
    fixed = _causes(draft, [written.target, *([written.offset] if written.offset else [])])
    if weights is not None:
        fixed += _weight_causes(draft, weights)
    causes = tuple(dict.fromkeys(fixed + _causes(draft, written.atoms())))
    patterns = count_patterns(draft.table, causes)
    if draft.asked:
        return causes, patterns, written
    given_up = _too_empty(draft.table.n_rows, causes, patterns, frozenset(range(len(fixed))))
    if not given_up:
        return causes, patterns, written
    missing = {causes[i].column: sum(p.rows for p in patterns if i in p.causes) for i in given_up}
    for name, rows in sorted(missing.items(), key=lambda item: -item[1]):
        share = rows / draft.table.n_rows
        draft.findings.append(
            Finding(
                code="predictor_too_empty",
                severity="attention",
                subject=name,
                facts={"missing": rows, "rows": draft.table.n_rows, "share": share},
            )
        )
        draft.decisions.append(
            Decision(
                id=f"predictor.{name}",
                what=f"Whether {name} is a predictor",
                chosen="left out",
                because=f"it is empty in {share:.0%} of the rows, and a row counts only if every predictor has a value",
                rejected=("used",),
            )
        )
    dropped = frozenset(i for i, cause in enumerate(causes) if cause.column in missing)
    keep = [i for i in range(len(causes)) if i not in dropped]
    renumbered = {old: new for new, old in enumerate(keep)}
    patterns = tuple(
        replace(p, causes=frozenset(renumbered[i] for i in p.causes)) for p in without(patterns, dropped)
    )
    terms = tuple(t for t in written.terms if not any(atom.column in missing for atom in t))
    return tuple(causes[i] for i in keep), patterns, replace(written, terms=terms)


def _causes(draft: _Draft, atoms: Sequence[Atom]) -> tuple[Cause, ...]:
    found: list[Cause] = []
    for atom in atoms:
        column = draft.column(atom.column)
        found.append(absent(column))
        domain = undefined(column, atom)
        if domain is not None:
            found.append(domain)
    return tuple(dict.fromkeys(found))


def _weight_causes(draft: _Draft, weights: str) -> tuple[Cause, ...]:
    column = draft.column(weights)
    if column.kind != "number":
        raise UsageError(f'The weights "{weights}" are not numbers.', code="weights_not_numbers")
    negative = draft.table.sql(f"select count(*) from data where {column.sql} < 0")[0][0]
    if negative:
        raise InputError(f'The weights "{weights}" are negative in {negative} rows.', code="negative_weights")
    zero = Cause(
        column=weights, condition=f"coalesce({column.sql} = 0, false)", words=f"a weight of 0 in {weights}", missing=False
    )
    return absent(column), zero


def _too_empty(n_rows: int, causes: Sequence[Cause], patterns: Sequence[Pattern], fixed: frozenset[int]) -> set[int]:
    """Causes (of predictors) to give up so that half of the rows that have a target are complete."""
    hopeless = sum(p.rows for p in patterns if p.causes & fixed)
    possible = n_rows - hopeless
    rest = [p for p in patterns if not p.causes & fixed]
    given_up: set[int] = set()
    while rest and possible - sum(p.rows for p in rest) < FEWEST_COMPLETE * possible:
        costs: dict[int, int] = {}
        for p in rest:
            for i in p.causes:
                costs[i] = costs.get(i, 0) + p.rows
        worst = max(costs, key=lambda i: (costs[i], -i))
        given_up.add(worst)
        rest = list(without(rest, frozenset({worst})))
    return given_up


def _need_rows(
    draft: _Draft, written: _Written, causes: Sequence[Cause], patterns: Sequence[Pattern], n_obs: int
) -> None:
    if n_obs > 0:
        return
    if draft.table.n_rows == 0:
        raise InputError("The table has no rows.", code="no_rows")
    costs = sorted(
        ((sum(p.rows for p in patterns if i in p.causes), cause) for i, cause in enumerate(causes)),
        key=lambda pair: -pair[0],
    )
    rows, worst = costs[0]
    raise InputError(
        f"No row has a usable value in every column of the model: {worst.words} in {rows:,} of {draft.table.n_rows:,} rows.",
        hint=f'Leave "{worst.column}" out, or choose another target.'
        if worst.column == written.target.column
        else f'Leave "{worst.column}" out of the predictors.',
        code="no_complete_rows",
    )


def _target(
    draft: _Draft, atom: Atom, family: str, condition: str, weighted: bool
) -> tuple[Factor, FamilyChoice]:
    """Choose the family and how the target becomes a number."""
    column = draft.column(atom.column)
    described = draft.profile.by_name.get(atom.column)
    if column.kind == "date":
        raise InputError(f'"{column.name}" holds dates; a regression explains a number or a yes/no.', code="date_target")
    levels: tuple[LevelCount, ...] = ()
    few = column.kind != "number" or (described is not None and described.distinct <= 3)
    if few or family.startswith(("binomial", "quasi-binomial")):
        levels = level_counts(draft.table, column, f"({condition})")
    if column.kind == "number" and len(levels) == 1:
        raise InputError(
            f'Every row used has the same value in "{column.name}", so there is nothing to explain.',
            hint="Choose another target.",
            code="constant_target",
        )
    choice = choose_family(
        family,
        column,
        described or _undescribed(column, draft.table.n_rows),
        levels=levels,
        transformed=atom.transform != "identity",
        weighted=weighted,
    )
    _check_range(draft, column, choice, condition)
    if choice.event is None:
        return _numeric(draft, atom, condition), choice
    other = next(c.level for c in levels if c.level != choice.event)
    coded = Categorical(
        column=column.name, position=column.position, levels=(other, choice.event), reference=other
    )
    return coded, choice


def _undescribed(column: Column, rows: int) -> ColumnProfile:
    return ColumnProfile(
        name=column.name,
        position=column.position,
        kind=column.kind,
        role="quantity",
        reason="not described",
        n_rows=rows,
        missing=0,
        distinct=rows,
    )


def _check_range(draft: _Draft, column: Column, choice: FamilyChoice, condition: str) -> None:
    """Refuse targets that a family cannot have."""
    bad = {"gamma": f"{column.sql} <= 0", "poisson": f"{column.sql} < 0", "negative-binomial": f"{column.sql} < 0"}
    if choice.family not in bad:
        return
    rows = draft.table.sql(f"select count(*) from data where ({condition}) and {bad[choice.family]}")[0][0]
    if rows:
        words = "0 or less" if choice.family == "gamma" else "negative"
        raise InputError(
            f'A {choice.family} model needs {"positive" if choice.family == "gamma" else "non-negative"} values; '
            f'"{column.name}" is {words} in {rows} rows.',
            hint="Use the gaussian family.",
            code="target_out_of_range",
        )


def _numeric(draft: _Draft, atom: Atom, condition: str) -> Numeric:
    column = draft.column(atom.column)
    parameters = () if atom.parameter is None else (atom.parameter,)
    factor = Numeric(
        column=column.name,
        position=column.position,
        transform=atom.transform,
        parameters=parameters,
        is_date=column.kind == "date",
    )
    return fix_basis(draft.table, factor, condition) if atom.transform in {"poly", "bs"} else factor


def _factors(
    draft: _Draft, written: _Written, condition: str, references: Mapping[str, str]
) -> dict[Atom, Factor]:
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
            factors[atom] = _numeric(draft, atom, condition)
            continue
        if atom.column not in made:
            made[atom.column] = _category(draft, atom.column, condition, references.get(atom.column))
        factors[atom] = made[atom.column]
    return factors


def _category(draft: _Draft, name: str, condition: str, reference: str | None) -> Categorical:
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


def _need_columns(layout: Layout, n_obs: int) -> None:
    k = len(layout.columns)
    if k <= n_obs:
        return
    raise InputError(
        f"The model has {k:,} coefficients and only {n_obs:,} rows: least squares has no single answer.",
        hint="Name fewer predictors than there are rows (at least ten rows for each is a good habit).",
        code="more_predictors_than_rows",
    )


def _dependence(draft: _Draft, covariance: str) -> tuple[str | None, str | None]:
    """The cluster key (asked for, or repeated units in the profile) and the time order."""
    cluster = draft.profile.unit_key
    if covariance.lower().startswith("cluster:"):
        cluster = covariance[len("cluster:") :]
    if cluster is not None:
        draft.column(cluster)
    time = draft.profile.time_column
    if time is not None and draft.column(time).kind not in {"date", "number"}:
        time = None
    return cluster, time


def _row_findings(draft: _Draft, causes: Sequence[Cause], patterns: Sequence[Pattern], n_obs: int) -> None:
    for i, cause in enumerate(causes):
        rows = sum(p.rows for p in patterns if i in p.causes)
        if rows and not cause.missing:
            facts = {"rows": rows, "words": cause.words, "n_rows": draft.table.n_rows}
            draft.findings.append(
                Finding(code="undefined_transform", severity="attention", subject=cause.column, facts=facts)
            )
    if n_obs < FEW_ROWS_LEFT * draft.table.n_rows:
        draft.findings.append(
            Finding(
                code="many_rows_left_out",
                severity="attention" if n_obs >= 0.3 * draft.table.n_rows else "problem",
                facts={"used": n_obs, "rows": draft.table.n_rows},
            )
        )
