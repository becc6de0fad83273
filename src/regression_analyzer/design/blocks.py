"""Rows of a design as arrays: in memory where they fit, else read from the table on every pass."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.ahead import ahead
from regression_analyzer.design.levels import number_text
from regression_analyzer.design.transforms import apply
from regression_analyzer.design.value import Block, Blocks, Categorical, Design, Factor, Numeric
from regression_analyzer.table.value import BLOCK_ROWS, FloatArray, IntArray, RawBlock, Table

IN_MEMORY_BYTES = 150_000_000
"""Designs up to this size are kept in memory between passes."""
BLOCK_CELLS = 4_000_000
"""Cells of X per block: wide designs are read in shorter blocks."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Encoded:
    """Arrays of one raw block, row by row, NaN where something is missing.

    Attributes
    ----------
    x : (n, k); y, weights, offset : (n,) or None where not asked for or not in the design
    """

    x: FloatArray
    y: FloatArray | None
    weights: FloatArray | None
    offset: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reading:
    """What to read from the table: positions, the levels that text is coded by, cluster codes."""

    positions: tuple[int, ...]
    levels: Mapping[int, tuple[str, ...]]
    weights: int | None = None
    cluster: int | None = None
    cluster_values: FloatArray | None = None
    time: int | None = None


def factors_of(design: Design, *, response: bool = True) -> Iterator[Factor]:
    """All factors of a design: of the terms, then the offset, then (if asked) the target."""
    for term in design.terms:
        yield from term.factors
    if design.offset is not None:
        yield design.offset
    if response:
        yield design.target_factor
        if design.counts is not None:
            yield Numeric(column=design.counts.column, position=design.counts.position)


def all_levels(factor: Categorical) -> tuple[str, ...]:
    """Every level a category knows, gathered ones last."""
    return (*(level for level in factor.levels if level != factor.other), *factor.merged)


def level_codes(factor: Categorical, values: FloatArray, *, numbers: bool) -> FloatArray:
    """Map cell values to indices in ``factor.levels``; NaN for missing or unseen.

    Parameters
    ----------
    values : (n,) indices in ``all_levels(factor)``, or the cells themselves where ``numbers``
    """
    known = all_levels(factor)
    if numbers:
        lookup = {level: i for i, level in enumerate(known)}
        unique, inverse = np.unique(values, return_inverse=True)
        codes = [lookup.get(number_text(float(u)), -1) if np.isfinite(u) else -1 for u in unique]
        values = np.asarray([np.nan if c < 0 else float(c) for c in codes], dtype=np.float64)[inverse]
    values = np.where(values < len(known), values, np.nan)
    if factor.other is None:
        return values
    index = {level: i for i, level in enumerate(factor.levels)}
    target = np.asarray([index.get(level, index[factor.other]) for level in known], dtype=np.float64)
    result = np.full(len(values), np.nan)
    there = np.isfinite(values)
    result[there] = target[values[there].astype(np.int64)]
    return result


def factor_columns(factor: Factor, values: FloatArray, *, numbers: bool = True) -> tuple[FloatArray, ...]:
    """Columns of one factor for raw cell values; NaN where the value is missing, unseen or not allowed."""
    if isinstance(factor, Numeric):
        return apply(factor, values)
    codes = level_codes(factor, values, numbers=numbers)
    missing = np.isnan(codes)
    any_missing = bool(missing.any())
    columns = []
    for index, level in enumerate(factor.levels):
        if level == factor.reference and not factor.full:
            continue
        column = (codes == index).astype(np.float64)
        if any_missing:
            column[missing] = np.nan
        columns.append(column)
    return tuple(columns)


def encode(
    design: Design,
    raw: RawBlock,
    *,
    numbers: frozenset[int] = frozenset(),
    response: bool = True,
    weights: int | None = None,
) -> Encoded:
    """Turn raw values into design columns.

    Parameters
    ----------
    raw : values by the positions in the design's factors
    numbers : positions whose categories come as cell values, not as indices of levels
    response : read the target too
    weights : position of the weights
    """
    n = len(raw.row)
    x = np.empty((n, len(design.columns)))
    if design.intercept:
        x[:, 0] = 1.0
    cache: dict[Factor, tuple[FloatArray, ...]] = {}

    def columns_of(factor: Factor) -> tuple[FloatArray, ...]:
        if factor not in cache:
            cache[factor] = factor_columns(factor, raw.values[factor.position], numbers=factor.position in numbers)
        return cache[factor]

    for term in design.terms:
        parts: tuple[FloatArray, ...] = columns_of(term.factors[0])
        for factor in term.factors[1:]:
            # the first factor varies fastest
            parts = tuple(left * right for right in columns_of(factor) for left in parts)
        for index, part in zip(term.columns, parts, strict=True):
            x[:, index] = part
    y = None
    if response:
        target = design.target_factor
        values = raw.values[target.position]
        if isinstance(target, Categorical):
            y = level_codes(target, values, numbers=target.position in numbers)
        else:
            y = apply(target, values)[0]
    prior = None if weights is None else raw.values[weights]
    if y is not None and design.counts is not None:
        other = raw.values[design.counts.position]
        prior = other if design.counts.total else y + other
        y = np.divide(y, prior, out=np.full(n, np.nan), where=prior > 0)
    return Encoded(
        x=x,
        y=y,
        weights=prior,
        offset=None if design.offset is None else columns_of(design.offset)[0],
    )


def open_blocks(design: Design, table: Table, *, block_rows: int = BLOCK_ROWS) -> Blocks:
    """Return the design's rows, readable as often as needed, in row order.

    Kept in memory where X takes at most 150 MB, else streamed from the table on every pass.
    """
    k = len(design.columns)
    rows = max(1, min(block_rows, BLOCK_CELLS // max(k, 1)))
    streamed = StreamedBlocks(design=design, table=table, block_rows=rows, n_obs=design.n_obs, n_columns=k)
    if design.n_obs * k * 8 <= IN_MEMORY_BYTES:
        return HeldBlocks(blocks=tuple(streamed), n_obs=design.n_obs, n_columns=k)
    return streamed


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HeldBlocks:
    """Blocks in memory."""

    blocks: tuple[Block, ...]
    n_obs: int
    n_columns: int

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StreamedBlocks:
    """Blocks read from the table on every pass, each while the one before it is used."""

    design: Design
    table: Table
    block_rows: int
    n_obs: int
    n_columns: int

    def __iter__(self) -> Iterator[Block]:
        return ahead(self._read())

    def _read(self) -> Generator[Block]:
        reading = what_to_read(self.design, self.table)
        numbers = numbers_among(self.design, self.table)
        for raw in self.table.blocks(reading.positions, reading.levels, block_rows=self.block_rows):
            block = _complete(self.design, raw, reading, numbers)
            if len(block.row):
                yield block


def numbers_among(design: Design, table: Table) -> frozenset[int]:
    """Positions of number columns: their categories come as cell values."""
    positions = {f.position for f in factors_of(design) if isinstance(f, Categorical)}
    return frozenset(p for p in positions if table.columns[p].kind == "number")


def what_to_read(design: Design, table: Table) -> Reading:
    """Collect positions and level lists of everything a design needs."""
    levels: dict[int, tuple[str, ...]] = {}
    positions: dict[int, None] = {}
    for factor in factors_of(design):
        positions[factor.position] = None
        if isinstance(factor, Categorical) and table.columns[factor.position].kind != "number":
            levels[factor.position] = all_levels(factor)
    found: dict[str, int | None] = {"weights": None, "cluster": None, "time": None}
    names = {"weights": design.weights_column, "cluster": design.cluster_column, "time": design.time_column}
    for use, name in names.items():
        if name is not None:
            position = table.by_name[name].position
            found[use] = position
            positions[position] = None
    cluster_values = None
    if found["cluster"] is not None:
        cluster_values = _cluster_levels(table, found["cluster"], levels)
    return Reading(
        positions=tuple(positions),
        levels=levels,
        weights=found["weights"],
        cluster=found["cluster"],
        cluster_values=cluster_values,
        time=found["time"],
    )


def _cluster_levels(table: Table, position: int, levels: dict[int, tuple[str, ...]]) -> FloatArray | None:
    """Sorted values of a numeric key; for a text key add its levels (known ones first, so that codes agree)."""
    column = table.columns[position]
    if column.kind in {"number", "date"}:
        value = column.sql if column.kind == "number" else f"epoch({column.sql}) / 86400.0"
        found = table.sql(f"select distinct {value} from data where {column.sql} is not null order by 1")
        return np.asarray([v for (v,) in found], dtype=np.float64)
    known = levels.get(position, ())
    seen = set(known)
    found = table.sql(f"select distinct {column.sql} from data where {column.sql} is not null order by 1")
    levels[position] = (*known, *(str(v) for (v,) in found if str(v) not in seen))
    return None


def _complete(design: Design, raw: RawBlock, reading: Reading, numbers: frozenset[int]) -> Block:
    """Encode a block and keep the rows that have everything."""
    encoded = encode(design, raw, numbers=numbers, weights=reading.weights)
    y = encoded.y if encoded.y is not None else np.zeros(len(raw.row))
    keep = ~np.isnan(encoded.x.sum(axis=1)) & ~np.isnan(y)
    if encoded.offset is not None:
        keep &= ~np.isnan(encoded.offset)
    if encoded.weights is not None:
        keep &= encoded.weights > 0
    group = None
    if reading.cluster is not None:
        group = _group_codes(raw.values[reading.cluster], reading.cluster_values)
    time = None if reading.time is None else raw.values[reading.time]
    block = Block(row=raw.row, x=encoded.x, y=y, weights=encoded.weights, offset=encoded.offset, group=group, time=time)
    return block if bool(keep.all()) else rows_of(block, keep)


def _group_codes(values: FloatArray, known: FloatArray | None) -> IntArray:
    codes = values if known is None else np.searchsorted(known, values).astype(np.float64)
    return np.where(np.isnan(values), -1.0, codes).astype(np.int64)


def rows_of(block: Block, keep: npt.NDArray[np.bool_]) -> Block:
    """Return some rows of a block."""
    return replace(
        block,
        row=block.row[keep],
        x=block.x[keep],
        y=block.y[keep],
        weights=None if block.weights is None else block.weights[keep],
        offset=None if block.offset is None else block.offset[keep],
        group=None if block.group is None else block.group[keep],
        time=None if block.time is None else block.time[keep],
    )
