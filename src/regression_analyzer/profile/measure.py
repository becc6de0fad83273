"""Columns in numbers: SQL aggregates over all columns, many columns to a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from regression_analyzer.profile.columns import aggregate, sample_filter
from regression_analyzer.profile.moments import EXACT_ROWS, Moments, finite, measure_numbers
from regression_analyzer.profile.tally import count_distinct, count_values
from regression_analyzer.profile.value import Level
from regression_analyzer.table.value import Column, Table

SHAPE_SAMPLE = 20_000
"""Rows in which the shape of texts is looked at."""
MAX_LEVELS = 200
COUNTED_DISTINCT = 5_000
"""Below this estimate, distinct values of long tables are counted exactly."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measures:
    """What one column holds, in numbers.

    Attributes
    ----------
    present : rows with a value
    distinct : different values; ``distinct_is_exact`` False where estimated
    numbers : of number and date columns, None for texts
    mean_length, max_length, mean_words : of texts, in characters and words
    hash_like, nested : share of texts that look like a hash or like JSON
    """

    present: int
    distinct: int
    distinct_is_exact: bool
    numbers: Moments | None = None
    mean_length: float = 0.0
    max_length: int = 0
    mean_words: float = 0.0
    hash_like: float = 0.0
    nested: float = 0.0


def _int(value: object) -> int:
    return int(cast("int", value)) if value is not None else 0


def _distinct(table: Table, present: Mapping[int, int], numbers: Mapping[int, Moments]) -> dict[int, tuple[int, bool]]:
    """Count different values; with each count whether it is exact.

    Short tables are counted exactly; long ones where the estimate is small, or where whole numbers may be
    consecutive.
    """
    if table.n_rows <= EXACT_ROWS:
        return {p: (n, True) for p, n in count_distinct(table, {c.position: c.sql for c in table.columns}).items()}
    estimated = aggregate(table, table.columns, lambda c: (f"approx_count_distinct({c.sql})",))
    counts = {p: (min(_int(v[0]), present[p]), False) for p, v in estimated.items()}

    def matters(c: Column) -> bool:
        m = numbers.get(c.position)
        if c.integer and m is not None and _width(m) == m.present:
            return True
        return counts[c.position][0] <= COUNTED_DISTINCT and (c.integer or c.kind != "number")

    exact = count_distinct(table, {c.position: c.sql for c in table.columns if matters(c)})
    return counts | {p: (n, True) for p, n in exact.items()}


def _width(m: Moments) -> float | None:
    """How many whole numbers the range holds."""
    return None if m.minimum is None or m.maximum is None else m.maximum - m.minimum + 1


def _text_shapes(table: Table, texts: Sequence[Column]) -> dict[int, tuple[object, ...]]:
    def expressions(c: Column) -> Sequence[str]:
        short = f"left({c.sql}, 2000)"
        return (
            f"avg(len(string_split(trim({short}), ' ')))",
            f"avg((regexp_full_match({short}, '[0-9a-fA-F-]{{16,}}|[A-Za-z0-9+/_-]{{27,}}={{0,2}}'))::int)",
            f"avg((regexp_matches({short}, '^\\s*[\\[{{].*[\\]}}]\\s*$', 's'))::int)",
        )

    return aggregate(table, texts, expressions, where=sample_filter(table.n_rows, SHAPE_SAMPLE))


def measure(table: Table) -> tuple[Measures, ...]:
    """Describe every column in a few statements; a statement on a long table is one scan.

    Returns
    -------
    tuple of Measures
        in column order
    """
    if table.n_rows == 0:
        return tuple(Measures(present=0, distinct=0, distinct_is_exact=True) for _ in table.columns)
    texts = [c for c in table.columns if c.kind in ("text", "yes_no")]
    numbers = measure_numbers(table, [c for c in table.columns if c.kind in ("number", "date")])
    lengths = aggregate(table, texts, lambda c: (f"count({c.sql})", f"avg(length({c.sql}))", f"max(length({c.sql}))"))
    shapes = _text_shapes(table, [c for c in texts if c.kind == "text"])
    present = {p: m.present for p, m in numbers.items()} | {p: _int(v[0]) for p, v in lengths.items()}
    distinct = _distinct(table, present, numbers)
    out = []
    for c in table.columns:
        p = c.position
        _, mean_length, max_length = lengths.get(p, (0, 0.0, 0))
        words, hashes, nested = (finite(v) or 0.0 for v in shapes.get(p, (1, 0, 0)))
        out.append(
            Measures(
                present=present[p],
                distinct=distinct[p][0],
                distinct_is_exact=distinct[p][1],
                numbers=numbers.get(p),
                mean_length=finite(mean_length) or 0.0,
                max_length=_int(max_length),
                mean_words=words,
                hash_like=hashes,
                nested=nested,
            )
        )
    return tuple(out)


def level_text(value: object) -> str:
    """A level's text: whole numbers without a decimal point."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)
    return str(value)


def levels(table: Table, columns: Sequence[Column], distinct: Mapping[int, int]) -> dict[int, tuple[Level, ...]]:
    """The most frequent values of columns, most frequent first, at most ``MAX_LEVELS``."""
    few = [c for c in columns if distinct[c.position] <= MAX_LEVELS]
    out: dict[int, tuple[Level, ...]] = {}
    for kinds in (("number",), ("text", "yes_no")):
        counted = count_values(table, {c.position: c.sql for c in few if c.kind in kinds})
        for position, counts in counted.items():
            pairs = sorted(counts.items(), key=lambda kv: (-kv[1], _order(kv[0])))
            out[position] = tuple(Level(value=level_text(v), rows=n) for v, n in pairs)
    for c in columns:
        if distinct[c.position] > MAX_LEVELS:
            rows = table.sql(
                f"select {c.sql}, count(*) from data where {c.sql} is not null "
                f"group by 1 order by 2 desc, 1 limit {MAX_LEVELS}"
            )
            out[c.position] = tuple(Level(value=level_text(v), rows=_int(n)) for v, n in rows)
    return out


def _order(value: object) -> tuple[float, str]:
    return (value, "") if isinstance(value, float) else (0.0, str(value))
