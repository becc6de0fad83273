"""Parts that every kind of fit is put together from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.findings import Finding
from regression_analyzer.fit.extended import AnyFloats
from regression_analyzer.fit.solve import Solution
from regression_analyzer.fit.value import FloatArray, IntArray

SMALLEST_NORMAL = 2.0**-1022
"""Below, a double has fewer digits the smaller it is."""
FEW_DIGITS = 6.0
"""Fewer correct digits than this are reported."""


def frozen(array: AnyFloats) -> FloatArray:
    """A read-only double copy."""
    result = np.array(array, dtype=np.float64)
    result.flags.writeable = False
    return result


def frozen_index(indices: Sequence[int]) -> IntArray:
    """A read-only array of indices."""
    result = np.asarray(indices, dtype=np.int64)
    result.flags.writeable = False
    return result


def representable(square: float, unit: float) -> float:
    """``square * unit^2``; NaN where a double cannot hold it, though its root may be an ordinary number."""
    result = square * unit * unit
    return result if square == 0.0 or SMALLEST_NORMAL <= result < math.inf else math.nan


def unscaled(basis: FloatArray, unit: FloatArray) -> FloatArray:
    """``(X'WX)^-1`` on the original scale; may overflow where the scales are extreme."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        rows = basis * unit[:, None]
        return np.asarray(rows @ rows.T)


def solution_findings(design: Design, solution: Solution) -> list[Finding]:
    """One finding for every column that is an exact combination of others; one where digits are lost."""
    names = [column.name for column in design.columns]
    found = [
        Finding(
            code="aliased",
            severity="attention",
            subject=names[alias.column],
            facts={
                "others": tuple(names[i] for i, _ in alias.combination),
                "weights": tuple(weight for _, weight in alias.combination),
            },
        )
        for alias in solution.reduced.aliases
    ]
    if solution.digits < FEW_DIGITS:
        facts = {"digits": solution.digits, "condition": solution.condition_raw}
        found.append(Finding(code="digits_lost", severity="problem", facts=facts))
    return found
