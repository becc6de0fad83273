"""A design met by a new table: columns found by name, cells read, and what is wrong with each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.blocks import all_levels, encode, factors_of
from regression_analyzer.design.levels import number_text
from regression_analyzer.design.transforms import allowed
from regression_analyzer.design.value import Categorical, Design, Factor, Numeric
from regression_analyzer.errors import InputError
from regression_analyzer.explain.value import Domain
from regression_analyzer.table.value import Column, FloatArray, IntArray, RawBlock, Table

BoolArray = npt.NDArray[np.bool_]
ROWS_PER_BLOCK = 50_000
MAX_NAMED_LEVELS = 10_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Replayed:
    """Rows of a new table in a design's columns.

    Attributes
    ----------
    row : (n,) 1-based rows of the new table
    x : (n, k), NaN where something is missing or unseen
    offset : (n,) or None
    weights : (n,) prior weights, NaN where there is none; None where the model has no weights
    reasons : by row index, why the row is not (or not safely) predicted
    """

    row: IntArray
    x: FloatArray
    offset: FloatArray | None
    weights: FloatArray | None
    reasons: dict[int, list[str]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Source:
    """Where a design's column comes from in the new table.

    Attributes
    ----------
    position : in the design; ``column`` in the new table
    words : for a column of words, its texts in the order of their codes: the design's levels first
    number_of : for words that stand where numbers are wanted, the number of each, NaN where it is none
    usable : the column can give what the design wants (a date for a date)
    """

    position: int
    column: Column
    factors: tuple[Factor, ...]
    words: tuple[str, ...]
    number_of: FloatArray | None
    usable: bool


def replay(design: Design, domain: Domain, table: Table) -> Iterator[Replayed]:
    """Read a new table as the design would have.

    Raises
    ------
    InputError
        The new table lacks a column; a row never raises.
    """
    sources = _sources(design, table)
    levels = {s.column.position: s.words for s in sources if s.column.kind in {"text", "yes_no"}}
    weight = table.by_name.get(design.weights_column or "")
    if weight is not None and weight.kind != "number":
        weight = None
    positions = [s.column.position for s in sources]
    if weight is not None and weight.position not in positions:
        positions.append(weight.position)
    if not sources:
        yield from _constant(design, table)
        return
    for raw in table.blocks(positions, levels, block_rows=ROWS_PER_BLOCK):
        yield _replay_block(design, domain, sources, raw, weight)


def _constant(design: Design, table: Table) -> Iterator[Replayed]:
    """Rows for a design without predictors."""
    for start in range(0, table.n_rows, ROWS_PER_BLOCK):
        row = np.arange(start + 1, min(table.n_rows, start + ROWS_PER_BLOCK) + 1, dtype=np.int64)
        yield Replayed(row=row, x=np.ones((row.size, len(design.columns))), offset=None, weights=None, reasons={})


def _sources(design: Design, table: Table) -> tuple[_Source, ...]:
    wanted: dict[int, list[Factor]] = {}
    for factor in factors_of(design, response=False):
        wanted.setdefault(factor.position, []).append(factor)
    missing = list(dict.fromkeys(f[0].column for f in wanted.values() if f[0].column not in table.by_name))
    if missing:
        named = ", ".join(f'"{name}"' for name in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise InputError(
            f"The new table has no column {named}{more}, which the model needs.",
            hint="Columns are matched by name: rename the column in the new file.",
            code="missing_column",
        )
    return tuple(_source(p, tuple(f), table.by_name[f[0].column], table) for p, f in wanted.items())


def _source(position: int, factors: tuple[Factor, ...], column: Column, table: Table) -> _Source:
    known: Sequence[str] = next((all_levels(f) for f in factors if isinstance(f, Categorical)), ())
    numeric = [f for f in factors if isinstance(f, Numeric)]
    dates = any(f.is_date for f in numeric)
    words: tuple[str, ...] = ()
    number_of = None
    usable = not numeric or dates == (column.kind == "date")
    if column.kind in {"text", "yes_no"}:
        found = table.sql(
            f"select distinct {column.sql} from data where {column.sql} is not null order by 1 limit {MAX_NAMED_LEVELS}"
        )
        seen = set(known)
        words = (*known, *(str(v) for (v,) in found if str(v) not in seen)) or ("",)
        if numeric:
            number_of = np.array([_number(w) for w in words], dtype=np.float64)
            usable = not dates and bool(np.isfinite(number_of).any())
    return _Source(position=position, column=column, factors=factors, words=words, number_of=number_of, usable=usable)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def _replay_block(
    design: Design, domain: Domain, sources: Sequence[_Source], raw: RawBlock, weight: Column | None
) -> Replayed:
    reasons: dict[int, list[str]] = {}
    values: dict[int, FloatArray] = {}
    numbers = set()
    for source in sources:
        cells = np.array(raw.values[source.column.position], dtype=np.float64)
        if not source.usable:
            cells = np.full(cells.shape, np.nan)
            _note(reasons, np.arange(cells.size), f"{source.column.name} holds another kind of value than before")
        elif source.number_of is not None:
            cells = _words_as_numbers(source, cells, reasons)
        else:
            absent = "no value that is known" if len(source.words) > MAX_NAMED_LEVELS else "no value"
            _note(reasons, np.flatnonzero(np.isnan(cells)), f"{absent} in {source.column.name}")
        values[source.position] = cells
        if source.column.kind not in {"text", "yes_no"} or source.number_of is not None:
            numbers.add(source.position)
        if source.usable:
            _look(source, cells, domain, reasons, coded=source.position not in numbers)
    encoded = encode(design, RawBlock(row=raw.row, values=values), numbers=frozenset(numbers), response=False)
    weights = None
    if design.weights_column is not None:
        given = None if weight is None else raw.values[weight.position]
        weights = np.full(raw.row.size, np.nan) if given is None else np.where(given > 0.0, given, np.nan)
    return Replayed(row=raw.row, x=encoded.x, offset=encoded.offset, weights=weights, reasons=reasons)


def _note(reasons: dict[int, list[str]], rows: IntArray, text: str) -> None:
    for i in rows:
        reasons.setdefault(int(i), []).append(text)


def _words_as_numbers(source: _Source, codes: FloatArray, reasons: dict[int, list[str]]) -> FloatArray:
    """Read words as numbers where numbers are wanted (a single odd cell makes a whole column words)."""
    result = np.full(codes.shape, np.nan)
    there = np.isfinite(codes)
    if source.number_of is not None:
        result[there] = source.number_of[codes[there].astype(np.int64)]
    _note(reasons, np.flatnonzero(~there), f"no value in {source.column.name}")
    for i in np.flatnonzero(there & np.isnan(result)):
        word = source.words[int(codes[i])]
        reasons.setdefault(int(i), []).append(f'{source.column.name} is "{_short(word)}", not a number')
    return result


def _look(source: _Source, cells: FloatArray, domain: Domain, reasons: dict[int, list[str]], *, coded: bool) -> None:
    """Note values outside what the model has seen."""
    name = source.column.name
    for factor in source.factors:
        if isinstance(factor, Categorical):
            _look_at_levels(name, factor, source, cells, reasons, coded=coded)
        elif factor.transform in {"log", "sqrt", "exp", "power"}:
            limits = allowed(factor.transform, *factor.parameters)
            with np.errstate(invalid="ignore"):
                _note(reasons, np.flatnonzero(limits.outside(cells)), f"{name} is {limits.words}")
    if name in domain.ranges and any(isinstance(f, Numeric) for f in source.factors):
        low, high = domain.ranges[name]
        date = any(isinstance(f, Numeric) and f.is_date for f in source.factors)
        with np.errstate(invalid="ignore"):
            outside = np.flatnonzero((cells < low) | (cells > high))
        seen = f"{_shown(low, date=date)} to {_shown(high, date=date)}"
        for i in outside:
            value = _shown(float(cells[i]), date=date)
            reasons.setdefault(int(i), []).append(f"{name} is {value}, outside {seen}")


def _look_at_levels(
    name: str, factor: Categorical, source: _Source, cells: FloatArray, reasons: dict[int, list[str]], *, coded: bool
) -> None:
    known = set(all_levels(factor))
    there = np.flatnonzero(np.isfinite(cells))
    unique, inverse = np.unique(cells[there], return_inverse=True)
    texts = [source.words[int(u)] if coded else number_text(float(u)) for u in unique]
    unseen = np.array([text not in known for text in texts], dtype=bool)
    if not unseen.any():
        return
    for place in np.flatnonzero(unseen[inverse]):
        word = _short(texts[int(inverse[place])])
        reasons.setdefault(int(there[place]), []).append(f'{name} is "{word}", which the model has not seen')


def _shown(value: float, *, date: bool) -> str:
    if date:
        return str(np.datetime64(0, "D") + np.timedelta64(int(np.clip(np.floor(value), -3e6, 3e6)), "D"))
    return f"{value:.6g}"


def _short(text: str) -> str:
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= 40 else clean[:39] + "…"
