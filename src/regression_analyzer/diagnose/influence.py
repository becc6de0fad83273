"""The rows that weigh most, and what their absence would change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.diagnose.cases import outlier_p
from regression_analyzer.diagnose.checks import intercept_of
from regression_analyzer.diagnose.removal import Change, verdict_changes
from regression_analyzer.diagnose.sampling import Kept
from regression_analyzer.diagnose.scan import DRAWN, Scan
from regression_analyzer.diagnose.value import CaseValue, Influence
from regression_analyzer.fit.value import Fit, FloatArray

REMOVED = 5
"""Rows with the largest Cook's distances whose absence is worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What the absence of one row would change; ``changes`` is not empty."""

    row: int
    changes: tuple[Change, ...]


def _values(kept: Kept, values: FloatArray, p: FloatArray | None = None) -> tuple[CaseValue, ...]:
    chances = [None] * kept.row.size if p is None else [float(v) for v in p]
    return tuple(
        CaseValue(row=int(row), value=float(value), p_value=chance)
        for row, value, chance in zip(kept.row, values, chances, strict=True)
    )


def influence_of(fit: Fit, seen: Scan) -> Influence:
    """Return the top rows of each measure, and how many pass the customary marks."""
    picked, tally = seen.selected, seen.tally
    studentized, outliers = picked.studentized, picked.outliers
    tested = fit.n_obs - tally.full_leverage
    return Influence(
        leverage=_values(picked.leverage, picked.leverage.key),
        cooks_distance=_values(picked.cooks, picked.cooks.key),
        studentized_residual=_values(
            studentized, studentized.values[:, 0], outlier_p(studentized.values[:, 0], fit, tested=tested)
        ),
        dffits=_values(picked.dffits, picked.dffits.values[:, 0]),
        outliers=_values(outliers, outliers.values[:, 0], outlier_p(outliers.values[:, 0], fit, tested=tested)),
        n_high_leverage=tally.high_leverage,
        n_high_cooks=tally.high_cooks,
        mean_leverage=fit.kept.size / fit.n_obs,
        n_full_leverage=tally.full_leverage,
        n_outliers=tally.outliers,
    )


def removals(fit: Fit, design: Design, seen: Scan) -> tuple[Removal, ...]:
    """Find which of the most influential rows would take a verdict with it.

    Worked out from leverages and residuals, exactly, under classical errors; least squares only.
    """
    if fit.family != "gaussian" or not np.isfinite(fit.basis).all():
        return ()
    cooks = seen.selected.cooks
    skip = intercept_of(fit, design)
    found = []
    for row, values in zip(cooks.row[:REMOVED], cooks.values[:REMOVED], strict=True):
        changes = verdict_changes(
            fit,
            values[len(DRAWN) :],
            weighted_residual=float(values[DRAWN.index("weighted")]),
            leverage=float(values[DRAWN.index("leverage")]),
            skip=skip,
        )
        if changes:
            found.append(Removal(row=int(row), changes=changes))
    return tuple(found)
