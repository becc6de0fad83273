"""Terms found on one half of the rows, tested on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc

from regression_analyzer.design.value import Design
from regression_analyzer.explain.candidates import Candidate
from regression_analyzer.explain.held_out import linear_predictor_of
from regression_analyzer.explain.rows import Rows
from regression_analyzer.explain.search import Working, new_axes, working_at
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTerm:
    """A term found on one half of the rows and confirmed on the other.

    ``instead_of`` names the term whose place it takes, "" where it stands beside the others. ``p_value`` is Holm's
    over the terms proposed; of a Wald F test with HC3 errors (clustered errors where units repeat) on ``df`` and
    ``df2`` degrees of freedom. Of a curve it tests what goes beyond the straight line.
    """

    name: str
    kind: str
    predictors: tuple[str, ...]
    statistic: float
    df: int
    df2: int
    p_value: float
    instead_of: str = ""


def confirmed(design: Design, fit: Fit, rows: Rows, found: Sequence[Candidate]) -> tuple[ProposedTerm, ...]:
    """Test each term with all of them in the model; keep those that hold.

    Parameters
    ----------
    rows : on which the terms were not found; the candidates' columns likewise
    """
    working = _fitted(design, fit, rows, found)
    root = working.root_weight
    response = (working.u + working.fitted) * root
    basis, _ = np.linalg.qr(working.x * root[:, None])
    axes = [new_axes(candidate.columns * root[:, None], basis) for candidate in found]
    tested = []
    for i, candidate in enumerate(found):
        others = [basis, *(a for j, a in enumerate(axes) if j != i)]
        around = np.linalg.qr(np.concatenate(others, axis=1))[0]
        own = new_axes(candidate.columns * root[:, None], around)
        if own.shape[1] and len(rows.y) > own.shape[1] + around.shape[1] + 1:
            tested.append((candidate, *_wald(own, around, response, rows.group)))
    return _holm(tested)


def _fitted(design: Design, fit: Fit, rows: Rows, found: Sequence[Candidate]) -> Working:
    """Return the least squares step at the estimates from these rows, all terms in the model."""
    z = (rows.x - fit.shift) / fit.scale
    if design.family == "gaussian":
        return working_at(design, fit, rows, z, np.zeros(len(rows.y)))
    more = replace(rows, x=np.concatenate([rows.x, *(candidate.columns for candidate in found)], axis=1))
    return working_at(design, fit, rows, z, linear_predictor_of(design, more, theta=fit.theta))


def _holm(tested: Sequence[tuple[Candidate, float, int, int, float]]) -> tuple[ProposedTerm, ...]:
    result, adjusted = [], 0.0
    for rank, (candidate, statistic, df, df2, p) in enumerate(sorted(tested, key=lambda each: each[4])):
        adjusted = max(adjusted, min(1.0, (len(tested) - rank) * p))
        if adjusted < SIGNIFICANT:
            result.append(
                ProposedTerm(
                    name=candidate.name,
                    kind=candidate.kind,
                    predictors=candidate.predictors,
                    statistic=statistic,
                    df=df,
                    df2=df2,
                    p_value=adjusted,
                    instead_of="" if candidate.instead_of is None else candidate.instead_of[0].text,
                )
            )
    return tuple(result)


def _wald(own: FloatArray, around: FloatArray, u: FloatArray, group: IntArray | None) -> tuple[float, int, int, float]:
    """Test that the coefficients of orthonormal columns are 0: F = b' V^-1 b / df.

    b = own' u; V = sum of e^2 q q' / (1 - h)^2 (HC3: MacKinnon and White 1985,
    doi:10.1016/0304-4076(85)90158-7), or of the outer products of the units' score sums.
    """
    b = own.T @ u
    left = u - own @ b - around @ (around.T @ u)
    leverage = (own * own).sum(axis=1) + (around * around).sum(axis=1)
    n, df = own.shape
    if group is None:
        scores = own * (left / np.maximum(1.0 - leverage, 1e-8))[:, None]
        df2 = n - df - around.shape[1]
    else:
        _, unit = np.unique(np.where(group >= 0, group, group.max() + 1 + np.arange(n)), return_inverse=True)
        count = int(unit.max()) + 1
        by_row = (own * left[:, None]).T
        scores = np.column_stack([np.bincount(unit, weights=column, minlength=count) for column in by_row])
        scores *= np.sqrt(count / max(count - 1, 1))
        df2 = count - 1
    variance = scores.T @ scores
    if df2 < 1 or not np.linalg.det(variance / max(float(np.trace(variance)), 1e-300)) > 0.0:
        return 0.0, df, max(df2, 1), 1.0
    statistic = float(b @ np.linalg.solve(variance, b)) / df
    return statistic, df, df2, float(fdtrc(df, df2, statistic))
