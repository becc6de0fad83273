"""The design where some predictors take cells of our choosing and all others stay as they are in the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regression_analyzer.design.blocks import all_levels, factor_columns
from regression_analyzer.design.transforms import slopes
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric, Term
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.value import Fit, FloatArray

Columns = Mapping[int, FloatArray]
"""Place among the kept columns -> its cells, (n,) or (1,) where they are the same in all rows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Along:
    """A design over rows; the columns of factors that stay as they are get computed once."""

    design: Design
    rows: Rows
    place: Mapping[int, int]
    untouched: dict[Factor, tuple[FloatArray, ...]] = field(default_factory=dict)

    def columns(self, cells: Mapping[int, FloatArray]) -> Columns:
        """Return the columns that hold any of the given table positions, with these cells in their place.

        Parameters
        ----------
        cells : position -> (n,) or (1,) cells
        """
        found: dict[int, FloatArray] = {}
        for term in self._terms_of(cells):
            parts = [self._given(factor, cells) for factor in term.factors]
            found.update(self._kept(term, _products(parts)))
        return found

    def slopes(self, position: int, cells: Mapping[int, FloatArray]) -> Columns:
        """Return the derivatives of the same columns by the number at ``position`` (the product rule).

        Parameters
        ----------
        cells : holds ``position``
        """
        found: dict[int, FloatArray] = {}
        for term in self._terms_of({position: cells[position]}):
            parts = [self._given(factor, cells) for factor in term.factors]
            for i, factor in enumerate(term.factors):
                if factor.position != position or not isinstance(factor, Numeric):
                    continue
                turned = [*parts[:i], slopes(factor, cells[position]), *parts[i + 1 :]]
                for at, column in self._kept(term, _products(turned)).items():
                    found[at] = found[at] + column if at in found else column
        return found

    def _terms_of(self, cells: Mapping[int, FloatArray]) -> list[Term]:
        return [term for term in self.design.terms if any(factor.position in cells for factor in term.factors)]

    def _given(self, factor: Factor, cells: Mapping[int, FloatArray]) -> tuple[FloatArray, ...]:
        number = factor.position in self.rows.numbers
        if factor.position in cells:
            return factor_columns(factor, cells[factor.position], numbers=number)
        if factor not in self.untouched:
            self.untouched[factor] = factor_columns(factor, self.rows.values[factor.position], numbers=number)
        return self.untouched[factor]

    def _kept(self, term: Term, parts: Sequence[FloatArray]) -> dict[int, FloatArray]:
        columns = zip(term.columns, parts, strict=True)
        return {self.place[column]: part for column, part in columns if column in self.place}


def along(design: Design, fit: Fit, rows: Rows) -> Along:
    """Return the design over rows."""
    return Along(design=design, rows=rows, place={int(column): i for i, column in enumerate(fit.kept)})


def cell_of(factor: Categorical, level: str, rows: Rows) -> float:
    """Return a cell that has a level; of the level that gathers rare ones, a cell of one of these."""
    name = factor.merged[0] if level == factor.other else level
    return float(name) if factor.position in rows.numbers else float(all_levels(factor).index(name))


def _products(parts: Sequence[tuple[FloatArray, ...]]) -> tuple[FloatArray, ...]:
    """Multiply columns of factors; the first factor varies fastest, as in the design."""
    found = parts[0]
    for more in parts[1:]:
        found = tuple(left * right for right in more for left in found)
    return found
