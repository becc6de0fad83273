"""What each column is, and what the analysis proposes to do with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.table.value import Kind

Role = Literal[
    "quantity", "count", "category", "yes_no", "date", "identifier", "constant", "empty", "text", "unit_key", "total"
]
"""``unit_key``: a key whose values recur (repeated measurements); ``total``: a sum of other columns."""

ELIGIBLE: frozenset[Role] = frozenset({"quantity", "count", "category", "yes_no", "date"})
"""Roles that may become predictors without being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One value of a category: its text and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ColumnProfile:
    """One column described.

    Attributes
    ----------
    role, reason : what it is taken for, and the evidence in a plain clause
    missing, distinct : rows without a value; different values (approximate above 100,000 rows, then
        ``distinct_is_exact`` is False)
    minimum, maximum, mean, std : numbers; dates as days since 1970-01-01; None for text. std divides by n - 1
    quantiles : at 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 (type 7), None for text
    histogram_edges, histogram_counts : up to 30 equal bins over the range, empty for text
    levels : categories, yes/no and low-cardinality whole numbers: the most frequent first (at most 200)
    """

    name: str
    position: int
    kind: Kind
    role: Role
    reason: str
    n_rows: int
    missing: int
    distinct: int
    distinct_is_exact: bool = True
    integer: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    quantiles: Mapping[str, float] | None = None
    histogram_edges: tuple[float, ...] = ()
    histogram_counts: tuple[int, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def middle_half(self) -> tuple[float, float]:
        """The quarter and three-quarter points; the range, or 0 to 1, where they are the same."""
        quantiles = self.quantiles or {}
        low, high = quantiles.get("0.25", math.nan), quantiles.get("0.75", math.nan)
        if low < high:
            return low, high
        if self.minimum is not None and self.maximum is not None and self.minimum < self.maximum:
            return self.minimum, self.maximum
        return 0.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutColumn:
    """A column that is not among the predictors, with its reason (plain words) and stable code."""

    name: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profile:
    """All columns described, with a proposal.

    Attributes
    ----------
    target : proposed (or asked for); None where no column can be one
    predictors : proposed (or asked for), in file order
    left_out : every other column, with its reason
    unit_key : column that names repeated units, or None
    time_column : column that orders the rows in time, or None
    """

    columns: tuple[ColumnProfile, ...]
    target: str | None
    predictors: tuple[str, ...]
    left_out: tuple[LeftOutColumn, ...] = ()
    unit_key: str | None = None
    time_column: str | None = None
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    by_name: Mapping[str, ColumnProfile] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns})
