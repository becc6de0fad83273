"""Reads facts of a finding as the types that words are made of."""

from __future__ import annotations

import math

from regression_analyzer.findings import Fact


def number(fact: Fact) -> float:
    """Return a fact as a number; NaN where it is none."""
    return float(fact) if isinstance(fact, int | float) else math.nan


def whole(fact: Fact) -> int:
    """Return a fact as a whole number; 0 where it is none."""
    return int(fact) if isinstance(fact, int | float) else 0


def items(fact: Fact) -> tuple[Fact, ...]:
    """Return the parts of a fact; none where it has no parts."""
    return fact if isinstance(fact, tuple) else ()


def names(fact: Fact) -> tuple[str, ...]:
    """Return the parts of a fact as texts."""
    return tuple(str(part) for part in items(fact))
