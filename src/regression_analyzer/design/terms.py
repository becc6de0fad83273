"""Terms and columns of X from atoms: treatment coding, and full coding where a margin is absent."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regression_analyzer.design.formula import Atom, AtomTerm
from regression_analyzer.design.transforms import width
from regression_analyzer.design.value import Categorical, DesignColumn, Factor, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The right-hand side: terms in order, and the columns they make (the intercept first)."""

    terms: tuple[Term, ...]
    columns: tuple[DesignColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One column of one factor: its part of the name and, for a category, its level."""

    name: str
    level: str | None


def lay_out(terms: Sequence[AtomTerm], factors: Mapping[Atom, Factor], *, intercept: bool) -> Layout:
    """Name the columns of every term.

    A category is coded by contrasts with its reference inside a term if the term without it is in the
    model too, and by all its levels otherwise (Chambers and Hastie 1992, section 2.4.1), which is what
    keeps ``a:b`` without ``a`` and models without an intercept the same for every reference level.
    In an interaction the first factor varies fastest.
    """
    present = {frozenset(term) for term in terms}
    if intercept:
        present.add(frozenset())
    columns: list[DesignColumn] = []
    if intercept:
        columns.append(DesignColumn(name="(Intercept)", term=-1, predictor=None))
    built: list[Term] = []
    for term in terms:
        coded = tuple(_coded(atom, term, factors[atom], present) for atom in term)
        if any(len(pieces(atom, factor)) == 0 for atom, factor in zip(term, coded, strict=True)):
            continue
        start = len(columns)
        columns += _columns(term, coded, len(built))
        indices = tuple(range(start, len(columns)))
        name, source = (":".join(texts) for texts in ([a.text for a in term], [a.source for a in term]))
        built.append(Term(name=name, factors=coded, columns=indices, source=source))
    return Layout(terms=tuple(built), columns=tuple(columns))


def _coded(atom: Atom, term: AtomTerm, factor: Factor, present: set[frozenset[Atom]]) -> Factor:
    if not isinstance(factor, Categorical):
        return factor
    margin = frozenset(other for other in term if other != atom)
    if margin in present:
        return factor
    # The margin is spanned from now on: later terms with the same margin are coded by contrasts.
    present.add(margin)
    return replace(factor, full=True)


def pieces(atom: Atom, factor: Factor) -> list[_Piece]:
    """Columns of one factor on its own."""
    if isinstance(factor, Categorical):
        levels = [level for level in factor.levels if factor.full or level != factor.reference]
        return [_Piece(name=f"{atom.text}[{level}]", level=level) for level in levels]
    count = width(factor)
    if count == 1:
        return [_Piece(name=atom.text, level=None)]
    return [_Piece(name=f"{atom.text}[{i + 1}]", level=None) for i in range(count)]


def _columns(term: AtomTerm, coded: Sequence[Factor], index: int) -> list[DesignColumn]:
    parts = [pieces(atom, factor) for atom, factor in zip(term, coded, strict=True)]
    predictor = ":".join(dict.fromkeys(atom.column for atom in term))
    result = []
    for choice in itertools.product(*reversed(parts)):
        chosen = choice[::-1]
        levels = [piece.level for piece in chosen if piece.level is not None]
        result.append(
            DesignColumn(
                name=":".join(piece.name for piece in chosen),
                term=index,
                predictor=predictor,
                level=":".join(levels) or None,
            )
        )
    return result
