"""Means, spreads, quantiles and histograms of number and date columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from regression_analyzer.profile.columns import aggregate, as_number, literal, sample_filter
from regression_analyzer.profile.tally import count_values, stacked
from regression_analyzer.table.value import Column, Table

EXACT_ROWS = 100_000
"""Up to here quantiles (and distinct values) are exact; beyond, quantiles are those of a sample."""
QUANTILE_SAMPLE = 200_000
MAX_BINS = 30
SIGNIFICANT_WHEN_LONG = 12
"""Digits kept of sums over long tables: threads add in no fixed order, and the last digits would vary."""
PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_QUANTILES = f"quantile_cont(v, [{', '.join(str(p) for p in PROBABILITIES)}])"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Moments:
    """One column of numbers; all but ``present`` are None or empty where no finite value is there.

    Attributes
    ----------
    std : divides by n - 1
    quantiles : by probability as text, type 7
    histogram_edges, histogram_counts : b + 1 edges, b counts
    """

    present: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    quantiles: Mapping[str, float] | None = None
    histogram_edges: tuple[float, ...] = ()
    histogram_counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    present: int
    low: float
    high: float
    mean: float

    @property
    def scale(self) -> float:
        return max(self.high - self.mean, self.mean - self.low) or 1.0


def measure_numbers(table: Table, numbers: Sequence[Column]) -> dict[int, Moments]:
    """Describe number and date columns (dates in days since 1970-01-01).

    Means are compensated sums. The standard deviation is ``sqrt((sum(z^2) - sum(z)^2 / n) / (n - 1))`` with
    z = x - mean scaled to at most 1, from a second pass (Chan, Golub and LeVeque 1983,
    doi:10.1080/00031305.1983.10483115), so that no digit is lost on a large offset. Quantiles interpolate
    linearly between order statistics (type 7 of Hyndman and Fan 1996, doi:10.2307/2684934).

    Returns
    -------
    dict
        position -> Moments
    """
    short = table.n_rows <= EXACT_ROWS
    first = _first_short(table, numbers) if short else _first_long(table, numbers)
    ranges: dict[int, _Range] = {}
    out: dict[int, Moments] = {}
    for position, (present, low, high, mean, _) in first.items():
        values = [finite(v) for v in (low, high, mean)]
        n = int(cast("int", present or 0))
        if None in values:
            out[position] = Moments(present=n)
            continue
        lo, hi, mid = cast("list[float]", values)
        ranges[position] = _Range(present=n, low=lo, high=hi, mean=min(max(mid, lo), hi))
    usable = [c for c in numbers if c.position in ranges]
    spread = _spread_short(table, usable, ranges) if short else _spread_long(table, usable, ranges)
    edges = {c.position: bin_edges(c, ranges[c.position]) for c in usable}
    binned = {c.position: _bin_of(c, edges[c.position]) for c in usable if len(edges[c.position]) > 2}
    counts = count_values(table, binned)
    for c in usable:
        p, r = c.position, ranges[c.position]
        by_bin: Mapping[object, int] = counts.get(p) or {0: r.present}
        quantiles = cast("Sequence[float] | None", first[p][4])
        out[p] = Moments(
            present=r.present,
            minimum=r.low,
            maximum=r.high,
            mean=_steady(r.mean, short=short),
            std=_steady(_std(r, spread[p]), short=short),
            quantiles=None if quantiles is None
            else {str(q): float(v) for q, v in zip(PROBABILITIES, quantiles, strict=True)},
            histogram_edges=edges[p],
            histogram_counts=tuple(by_bin.get(i, 0) for i in range(len(edges[p]) - 1)),
        )  # fmt: skip
    return out


def finite(value: object) -> float | None:
    """A number of a result row, None where it is missing or not finite."""
    if value is None:
        return None
    number = float(cast("float", value))
    return number if math.isfinite(number) else None


def _first_short(table: Table, numbers: Sequence[Column]) -> dict[int, tuple[object, ...]]:
    return stacked(
        table, {c.position: as_number(c) for c in numbers}, f"count(v), min(v), max(v), favg(v), {_QUANTILES}"
    )


def _first_long(table: Table, numbers: Sequence[Column]) -> dict[int, tuple[object, ...]]:
    def expressions(c: Column) -> Sequence[str]:
        x = as_number(c)
        return (f"count({x})", f"min({x})", f"max({x})", f"favg({x})")

    first = aggregate(table, numbers, expressions)
    quantiles = aggregate(
        table,
        numbers,
        lambda c: (_QUANTILES.replace("(v,", f"({as_number(c)},"),),
        where=sample_filter(table.n_rows, QUANTILE_SAMPLE),
    )
    return {p: (*values, *quantiles[p]) for p, values in first.items()}


def _spread_short(
    table: Table, numbers: Sequence[Column], ranges: Mapping[int, _Range]
) -> dict[int, tuple[object, ...]]:
    constants = {
        "m": {c.position: literal(ranges[c.position].mean) for c in numbers},
        "s": {c.position: literal(ranges[c.position].scale) for c in numbers},
    }
    return stacked(
        table,
        {c.position: as_number(c) for c in numbers},
        "fsum(((v - m) / s) * ((v - m) / s)), fsum((v - m) / s)",
        constants=constants,
    )


def _spread_long(
    table: Table, numbers: Sequence[Column], ranges: Mapping[int, _Range]
) -> dict[int, tuple[object, ...]]:
    def expressions(c: Column) -> Sequence[str]:
        r = ranges[c.position]
        z = f"(({as_number(c)}-{literal(r.mean)})/{literal(r.scale)})"
        return (f"fsum({z}*{z})", f"fsum({z})")

    return aggregate(table, numbers, expressions)


def _std(r: _Range, sums: tuple[object, ...]) -> float | None:
    square, total = finite(sums[0]), finite(sums[1])
    if r.present < 2 or square is None or total is None:
        return None
    return r.scale * math.sqrt(max(square - total * total / r.present, 0.0) / (r.present - 1))


def _steady(x: float | None, *, short: bool) -> float | None:
    return x if short or x is None else float(f"{x:.{SIGNIFICANT_WHEN_LONG - 1}e}")


def bin_edges(column: Column, r: _Range) -> tuple[float, ...]:
    """Edges of equal bins over the range; whole numbers get bins of whole width."""
    if not r.high > r.low:
        return (r.low, r.high)
    if column.kind == "number" and column.integer and max(abs(r.low), abs(r.high)) < 2**50:
        width = math.ceil((r.high - r.low + 1) / MAX_BINS)
        count = math.ceil((r.high - r.low + 1) / width)
        return tuple(r.low - 0.5 + width * i for i in range(count + 1))
    count = min(MAX_BINS, max(5, math.ceil(math.sqrt(r.present))))
    step = (r.high - r.low) / count
    if not 1e-300 < step < 1e300 or r.low + step == r.low:
        return (r.low, r.high)
    return (*(r.low + step * i for i in range(count)), r.high)


def _bin_of(c: Column, edges: Sequence[float]) -> str:
    """SQL of a value's bin, 0 to ``len(edges) - 2``."""
    count = len(edges) - 1
    at = f"floor(({as_number(c)}-{literal(edges[0])})*{literal(count / (edges[-1] - edges[0]))})"
    return f"case when {c.sql} is not null then greatest(0,least({count - 1},{at}))::utinyint end"
