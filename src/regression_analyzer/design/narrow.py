"""A design with fewer terms, on fewer rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.blocks import rows_of
from regression_analyzer.design.formula import Atom, formula_text
from regression_analyzer.design.value import Block, Blocks, Design, Numeric
from regression_analyzer.table.value import IntArray, LeftOut


def narrowed(
    design: Design, terms: Sequence[int], *, n_obs: int | None = None, left_out: Sequence[LeftOut] = ()
) -> Design:
    """Return the design with some of its terms, coded as they were.

    Parameters
    ----------
    terms : indices, ascending
    n_obs, left_out : rows used, and what is left out beyond the rows that were
    """
    columns = columns_of(design, terms)
    place = {int(column): i for i, column in enumerate(columns)}
    renumbered = {term: i for i, term in enumerate(terms)}
    kept = tuple(replace(design.terms[t], columns=tuple(place[c] for c in design.terms[t].columns)) for t in terms)
    names = tuple(dict.fromkeys(f.column for term in kept for f in term.factors))
    target = _atom(design.target, design.target_factor) if isinstance(design.target_factor, Numeric) else None
    offset = None if design.offset is None else _atom(design.offset.column, design.offset)
    formula = formula_text(
        target or Atom(column=design.target), (), intercept=True, offset=offset, counts=design.counts
    )
    parts = [term.source for term in kept]
    if parts:
        head, _, tail = formula.rpartition(" ~ ")
        formula = f"{head} ~ {' + '.join([*parts, *([] if offset is None else [tail])])}"
    return replace(
        design,
        formula=formula,
        predictors=names,
        terms=kept,
        columns=tuple(replace(design.columns[c], term=renumbered.get(design.columns[c].term, -1)) for c in columns),
        n_obs=design.n_obs if n_obs is None else n_obs,
        left_out=(*design.left_out, *left_out),
        reference_levels={name: level for name, level in design.reference_levels.items() if name in names},
    )


def columns_of(design: Design, terms: Sequence[int]) -> tuple[int, ...]:
    """Return the columns of some terms, the intercept before them."""
    wanted = set(terms)
    return tuple(i for i, column in enumerate(design.columns) if column.term < 0 or column.term in wanted)


def _atom(column: str, factor: Numeric) -> Atom:
    parameter = factor.parameters[0] if factor.transform == "power" else None
    return Atom(column=column, transform=factor.transform, parameter=parameter)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PartOfBlocks:
    """Some columns and rows of blocks.

    Attributes
    ----------
    columns : of X; rows : 1-based data rows, ascending
    """

    blocks: Blocks
    columns: tuple[int, ...]
    rows: IntArray

    @property
    def n_obs(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def n_columns(self) -> int:
        """Columns of X."""
        return len(self.columns)

    def __iter__(self) -> Iterator[Block]:
        for block in self.blocks:
            keep = np.isin(block.row, self.rows, assume_unique=True)
            if keep.any():
                part = rows_of(block, keep)
                yield replace(part, x=np.ascontiguousarray(part.x[:, list(self.columns)]))
