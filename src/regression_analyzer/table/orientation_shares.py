"""How much of what differs between cells differs between rows, and how much between columns."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from regression_analyzer.table.values import is_missing, to_float

FEWEST_CELLS = 6
_DECIMALS = re.compile(r"[.,](\d+)\s*%?$")
Cell = TypeVar("Cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of variation, each at most 1; below 0 where a grouping says less than chance would.

    Attributes
    ----------
    by_row, by_column : 1 - (within / (n - groups)) / (total / (n - 1)), the adjusted R squared of one-way groups
    """

    by_row: float
    by_column: float

    @property
    def difference(self) -> float:
        """How much more the rows say than the columns, from -1 to 1."""
        return max(0.0, self.by_row) - max(0.0, self.by_column)


def shares_of_size(body: Sequence[Sequence[str]]) -> Shares:
    """Return where the sizes of numbers differ: log(1 + abs(x)), with the sign of x."""
    table = [[_size(cell) for cell in cells] for cells in body]
    return Shares(by_row=_adjusted(table), by_column=_adjusted(list(zip(*table, strict=True))))


def shares_of_decimals(body: Sequence[Sequence[str]]) -> Shares:
    """Return where the number of decimals differs: columns of a table are written with one number each."""
    table = [[None if is_missing(cell) else _decimals(cell) for cell in cells] for cells in body]
    kinds = sorted({each for row in table for each in row if each is not None})
    if len(kinds) < 2:
        return Shares(by_row=0.0, by_column=0.0)
    turned = list(zip(*table, strict=True))
    return Shares(by_row=_adjusted_kinds(table), by_column=_adjusted_kinds(turned))


def _size(text: str) -> float | None:
    value = to_float(text)
    if value is None or not math.isfinite(value):
        return None
    return math.copysign(math.log1p(abs(value)), value)


def _decimals(text: str) -> int:
    found = _DECIMALS.search(text.strip())
    return len(found.group(1)) if found else 0


def _adjusted(groups: Sequence[Sequence[float | None]]) -> float:
    kept = [[v for v in group if v is not None] for group in groups]
    kept = [group for group in kept if group]
    n = sum(map(len, kept))
    if n < FEWEST_CELLS or n <= len(kept):
        return 0.0
    mean = sum(map(sum, kept)) / n
    total = sum((v - mean) ** 2 for group in kept for v in group)
    if total <= 0:
        return 0.0
    within = sum((v - sum(group) / len(group)) ** 2 for group in kept for v in group)
    return 1 - (within / (n - len(kept))) / (total / (n - 1))


def _adjusted_kinds(groups: Sequence[Sequence[Hashable | None]]) -> float:
    """Return the same for kinds: variation is the chance that two cells differ (Gini's impurity)."""
    kept = [[v for v in group if v is not None] for group in groups]
    kept = [group for group in kept if group]
    n = sum(map(len, kept))
    if n < FEWEST_CELLS or n <= len(kept):
        return 0.0
    total = _impurity([v for group in kept for v in group])
    if total <= 0:
        return 0.0
    return 1 - (sum(map(_impurity, kept)) / (n - len(kept))) / (total / (n - 1))


def _impurity(values: Sequence[Hashable]) -> float:
    """Return n times the chance that two values, drawn with replacement, differ."""
    counts: dict[Hashable, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return len(values) - sum(count * count for count in counts.values()) / len(values)
