"""The search for terms where the family is iterated: the most promising are fitted, the deviance decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError
from regression_analyzer.explain.candidates import Candidate
from regression_analyzer.explain.held_out import linear_predictor_of
from regression_analyzer.explain.rows import Rows
from regression_analyzer.explain.scores import possible
from regression_analyzer.explain.search import (
    MOST_TERMS,
    Worth,
    best_of,
    go_together,
    new_axes,
    squares_worth,
    stays,
    working_at,
)
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.value import Fit, FloatArray

FITTED = 4
"""Terms that are fitted in each step: those with the best score tests, and all curves along their predictors."""


def search_by_deviance(
    design: Design, fit: Fit, rows: Rows, tried: Sequence[Candidate], least: float
) -> list[Candidate]:
    """Let terms enter while they are worth their columns and lower the deviance by at least ``least``.

    A score test at the straight line ranks badly what bends far from it, so it only draws up the short list. The
    criterion is ``-drop / dispersion + columns log n``, the dispersion that of the fit.

    Parameters
    ----------
    rows : to search on; the candidates' columns likewise
    """
    dispersion = 1.0 if fit.family == "binomial" else max(fit.pearson_dispersion, 1e-12)
    x, n = rows.x, len(rows.y)
    eta = linear_predictor_of(design, rows, theta=fit.theta)
    now = _deviance(design, fit, rows, eta)
    waiting = dict(enumerate(tried))
    found: list[Candidate] = []
    while waiting and len(found) < MOST_TERMS:
        drops = {
            i: now - _with(design, fit, rows, np.concatenate([x, waiting[i].columns], axis=1))
            for i in _short_list(design, fit, replace(rows, x=x), waiting, eta=eta)
        }
        worths = {i: _worth(drop, _width(waiting[i]), dispersion, n) for i, drop in drops.items()}
        best = best_of(worths, waiting)
        if best is None or drops[best] < least:
            break
        found.append(tried[best])
        waiting = {i: each for i, each in waiting.items() if i != best and go_together(tried[best], each)}
        x = np.concatenate([x, tried[best].columns], axis=1)
        eta = linear_predictor_of(design, replace(rows, x=x), theta=fit.theta)
        now = _deviance(design, fit, rows, eta)
    allowed = dispersion * math.log(n)
    return [_in_place(design, fit, rows, curve, found, most=now + allowed) for curve in found]


def _worth(drop: float, width: int, dispersion: float, n: int) -> Worth:
    return Worth(explained=max(drop, 0.0), criterion=-drop / dispersion + width * math.log(n))


def _width(candidate: Candidate) -> int:
    """Return the columns that a term adds to the straight line."""
    return int(candidate.columns.shape[1]) - int(candidate.spans)


def _with(design: Design, fit: Fit, rows: Rows, x: FloatArray) -> float:
    """Return the deviance with other columns; infinite where they cannot be fitted."""
    try:
        return _deviance(design, fit, rows, linear_predictor_of(design, replace(rows, x=x), theta=fit.theta))
    except InputError:
        return math.inf


def _deviance(design: Design, fit: Fit, rows: Rows, eta: FloatArray) -> float:
    mu = possible(LINKS[design.link].inverse(eta if rows.offset is None else eta + rows.offset), fit.family)
    parts = FAMILIES[fit.family].unit_deviance(rows.y, mu, math.inf if fit.theta is None else fit.theta)
    return float(rows.weight @ parts)


def _short_list(
    design: Design, fit: Fit, rows: Rows, waiting: Mapping[int, Candidate], *, eta: FloatArray
) -> list[int]:
    """Return the terms with the best score tests, and all curves along the predictors of these."""
    x = rows.x
    working = working_at(design, fit, rows, x, eta)
    root = working.root_weight
    basis, _ = np.linalg.qr(x * root[:, None])
    left = working.u * root
    left = left - basis @ (basis.T @ left)
    rss = float(left @ left)
    scores = {
        i: squares_worth(new_axes(each.columns * root[:, None], basis), left, rss).criterion
        for i, each in waiting.items()
    }
    first = sorted(scores, key=lambda i: scores[i])[:FITTED]
    along = {waiting[i].predictors for i in first if waiting[i].kind == "curvature"}
    return [i for i, each in waiting.items() if i in first or each.predictors in along]


def _in_place(
    design: Design, fit: Fit, rows: Rows, curve: Candidate, found: Sequence[Candidate], *, most: float
) -> Candidate:
    """Let a curve take the straight line's place where the deviance without the line is at most ``most``."""
    if curve.instead_of is None or curve.spans:
        return curve
    if stays(curve, found):
        return replace(curve, instead_of=None)
    x = np.concatenate([np.delete(rows.x, curve.instead_of[1], axis=1), *(each.columns for each in found)], axis=1)
    return curve if _with(design, fit, rows, x) <= most else replace(curve, instead_of=None)
