"""The rows that models are tried on: the design's columns and the predictors as they are, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.blocks import encode, factors_of, level_codes, numbers_among, what_to_read
from regression_analyzer.design.value import Block, Blocks, Categorical, Design, Factor
from regression_analyzer.fit.value import Fit, FloatArray, IntArray
from regression_analyzer.table.value import RawBlock, Table

BoolArray = npt.NDArray[np.bool_]
Cell = TypeVar("Cell", np.float64, np.int64)
MOST_ROWS = 200_000
"""Beyond this many rows models are tried on a sample ..."""
SAMPLE_ROWS = 100_000
"""... of this many."""
MOST_CELLS = 40_000_000
"""Cells of X that are held at once; wide designs are sampled earlier."""
SHUFFLE = np.uint64(0x9E3779B97F4A7C15)
FINE = 1 << 30


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rows:
    """Rows that have everything the model needs.

    Attributes
    ----------
    row : (n,) 1-based data rows of the file
    x : (n, r) the design columns that the fit kept
    y : (n,) target as modelled
    weights, offset : (n,) or None
    group : (n,) codes of repeated units, -1 where missing, or None
    time : (n,) days, NaN where missing, or None
    values : by table position, (n,) cells of the predictors: numbers, or indices of levels
    factors : one a predictor: how the predictor enters first
    numbers : positions of categories whose cells are numbers
    n_obs : rows the sample stands for; n where it is everything
    """

    row: IntArray
    x: FloatArray
    y: FloatArray
    weights: FloatArray | None
    offset: FloatArray | None
    group: IntArray | None
    time: FloatArray | None
    values: Mapping[int, FloatArray]
    factors: tuple[Factor, ...]
    numbers: frozenset[int]
    n_obs: int

    @property
    def weight(self) -> FloatArray:
        """Weights, ones where there are none."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    def some(self, keep: BoolArray | IntArray) -> Rows:
        """Return some of the rows, by mask or index."""
        return replace(
            self,
            row=self.row[keep],
            x=self.x[keep],
            y=self.y[keep],
            weights=None if self.weights is None else self.weights[keep],
            offset=None if self.offset is None else self.offset[keep],
            group=None if self.group is None else self.group[keep],
            time=None if self.time is None else self.time[keep],
            values={position: cells[keep] for position, cells in self.values.items()},
        )

    def block(self) -> Block:
        """Return the rows as one block of the design."""
        return Block(row=self.row, x=self.x, y=self.y, weights=self.weights, offset=self.offset)


def deal(codes: IntArray, count: int, seed: int) -> IntArray:
    """Deal rows (or units) into groups by a hash of their number: the same for any split into blocks."""
    with np.errstate(over="ignore"):
        mixed = (codes.astype(np.uint64) + np.uint64(seed)) * SHUFFLE
        mixed ^= mixed >> np.uint64(29)
        mixed *= SHUFFLE
        return ((mixed >> np.uint64(33)) % np.uint64(count)).astype(np.int64)


def gather_rows(table: Table, design: Design, fit: Fit, blocks: Blocks, *, seed: int = 0) -> Rows:
    """Read the rows of a design, or a sample of them where there are too many.

    Rows are sampled by a hash of their number, so the sample is the same however they are read; where units
    repeat, whole units are sampled.

    Parameters
    ----------
    table : read once more, for the predictors as they are
    seed : of the sample
    """
    limit = min(MOST_ROWS, MOST_CELLS // max(len(fit.kept), 1))
    share = 1.0 if design.n_obs <= limit else min(limit, SAMPLE_ROWS) / design.n_obs
    parts = [_kept(block, fit.kept, share, seed) for block in blocks]
    row = np.concatenate([part.row for part in parts])
    factors = _first_factors(design)
    return Rows(
        row=row,
        x=np.concatenate([part.x for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        weights=_joined([part.weights for part in parts]),
        offset=_joined([part.offset for part in parts]),
        group=_joined([part.group for part in parts]),
        time=_joined([part.time for part in parts]),
        values=_cells(table, design, row),
        factors=factors,
        numbers=numbers_among(design, table),
        n_obs=design.n_obs,
    )


def features_of(rows: Rows, values: Mapping[int, FloatArray] | None = None) -> FloatArray:
    """Return one column a predictor (n, p): numbers as they are, categories as codes."""
    cells = rows.values if values is None else values
    columns = []
    for factor in rows.factors:
        here = cells[factor.position]
        if isinstance(factor, Categorical):
            here = level_codes(factor, here, numbers=factor.position in rows.numbers)
        columns.append(here)
    return np.column_stack(columns) if columns else np.zeros((len(rows.y), 0))


def columns_again(design: Design, kept: IntArray, rows: Rows, values: Mapping[int, FloatArray]) -> FloatArray:
    """Return the design columns (m, r) that other cells give."""
    raw = RawBlock(row=rows.row, values=values)
    return encode(design, raw, numbers=rows.numbers, response=False).x[:, kept]


def _kept(block: Block, kept: IntArray, share: float, seed: int) -> Block:
    x = block.x if len(kept) == block.x.shape[1] else block.x[:, kept]
    if share >= 1.0:
        return replace(block, x=x)
    codes = block.row if block.group is None else np.where(block.group >= 0, block.group, -1 - block.row)
    keep = deal(codes, FINE, seed) < share * FINE
    return Block(
        row=block.row[keep],
        x=x[keep],
        y=block.y[keep],
        weights=None if block.weights is None else block.weights[keep],
        offset=None if block.offset is None else block.offset[keep],
        group=None if block.group is None else block.group[keep],
        time=None if block.time is None else block.time[keep],
    )


def _joined(parts: list[npt.NDArray[Cell] | None]) -> npt.NDArray[Cell] | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


def _first_factors(design: Design) -> tuple[Factor, ...]:
    first: dict[str, Factor] = {}
    for term in design.terms:
        for factor in term.factors:
            first.setdefault(factor.column, factor)
    return tuple(first.values())


def _cells(table: Table, design: Design, row: IntArray) -> Mapping[int, FloatArray]:
    """Return the cells of every factor's column in the given rows (ascending)."""
    reading = what_to_read(design, table)
    positions = tuple(dict.fromkeys(factor.position for factor in factors_of(design, response=False)))
    if not positions:
        return {}
    levels = {position: names for position, names in reading.levels.items() if position in positions}
    found: dict[int, list[FloatArray]] = {position: [] for position in positions}
    for raw in table.blocks(positions, levels):
        start, stop = np.searchsorted(row, (raw.row[0], raw.row[-1] + 1)) if len(raw.row) else (0, 0)
        here = np.searchsorted(raw.row, row[start:stop])
        for position in positions:
            found[position].append(raw.values[position][here])
    return {position: np.concatenate(parts) for position, parts in found.items()}
