"""How a number becomes a verdict: by its size; a p-value only says whether it is there at all."""

from __future__ import annotations

from regression_analyzer.diagnose.value import Verdict


def by_size(size: float, *, attention: float, problem: float) -> Verdict:
    """Judge a number that is worse the larger it is; NaN is fine."""
    if size >= problem:
        return "problem"
    return "attention" if size >= attention else "ok"


def by_shortage(size: float, *, attention: float, problem: float) -> Verdict:
    """Judge a number that is worse the smaller it is; NaN is fine."""
    if size < problem:
        return "problem"
    return "attention" if size < attention else "ok"


def by_size_if_there(size: float, p: float, *, attention: float, problem: float, alpha: float = 0.01) -> Verdict:
    """Judge by size what chance does not explain (p below ``alpha``)."""
    return by_size(size, attention=attention, problem=problem) if p < alpha else "ok"
