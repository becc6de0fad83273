"""A formula, a list of columns or the profile's proposal, brought to one form and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from regression_analyzer.design.draft import Draft, Written
from regression_analyzer.design.family import parse_family
from regression_analyzer.design.formula import Atom, AtomTerm, Formula, parse_formula
from regression_analyzer.design.value import Counts
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.findings import Decision


def family_override(family: str, overrides: Mapping[str, str]) -> str:
    """Return the family asked for; one that does not exist is refused."""
    wanted = overrides.get("family", family)
    parse_family(wanted)
    return wanted


def write_model(draft: Draft, target: str | None, predictors: Sequence[str] | None, formula: str | None) -> Written:
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
    counts = None if parsed.counts is None else _counts(draft, chosen, parsed.counts, terms)
    return Written(target=chosen, terms=terms, intercept=parsed.intercept, offset=parsed.offset, counts=counts)


def _counts(draft: Draft, target: Atom, counts: Counts, terms: Sequence[AtomTerm]) -> Counts:
    """Check that successes and what they are counted among are two columns of numbers, none of them a predictor."""
    for name in (target.column, counts.column):
        if draft.column(name).kind != "number":
            raise UsageError(f'"{name}" in cbind() holds no numbers.', code="counts_not_numbers")
    if counts.column in {target.column, *(atom.column for term in terms for atom in term)}:
        raise UsageError(
            f'"{counts.column}" belongs to the target and cannot explain it as well.',
            hint="Leave it out of the predictors.",
            code="target_among_predictors",
        )
    return replace(counts, position=draft.column(counts.column).position)


def _target_atom(draft: Draft, target: str | None) -> Atom:
    name = target if target is not None else draft.profile.target
    if name is None:
        raise UsageError(
            "No column of the table looks like something to explain.",
            hint="Name the target.",
            code="no_target",
        )
    return Atom(column=name)


def _categorised(draft: Draft, term: AtomTerm, *, typed: bool) -> AtomTerm:
    """Number columns that the profile takes for codes are categories in automatic mode (or when overridden)."""
    return tuple(_category_atom(draft, atom, typed=typed) for atom in term)


def _category_atom(draft: Draft, atom: Atom, *, typed: bool) -> Atom:
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


def _check_columns(draft: Draft, target: Atom, terms: Sequence[AtomTerm], offset: Atom | None) -> None:
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


def too_many_columns(columns: int, rows: int, *, plain: str, unfit: str) -> InputError:
    """The error for a model with more coefficients than rows.

    Parameters
    ----------
    plain : the estimator that has no answer (``"least_squares"``)
    unfit : why the lasso cannot take its place, "" where it can
    """
    lasso = f"The lasso cannot choose among them: {unfit}."
    return InputError(
        f"The model has {columns:,} coefficients and only {rows:,} rows: {plain.replace('_', ' ')} has no single "
        "answer.",
        hint=(
            "Name fewer predictors than there are rows (at least ten rows, or events, for each is a good habit). "
            + (lasso if unfit else f"Without --override estimator={plain}, the lasso chooses among them.")
        ),
        code="more_predictors_than_rows",
    )
