"""The search for terms on one half of the rows: they enter one by one while each is worth its columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.explain.candidates import Candidate
from regression_analyzer.explain.rows import Rows
from regression_analyzer.fit.families import FAMILIES, LINKS
from regression_analyzer.fit.value import Fit, FloatArray

MOST_TERMS = 4
SIMPLE_ENOUGH = 0.8
"""A square, logarithm or root that explains this share of what a spline does is taken instead."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Working:
    """Weighted least squares that stands for the fit: its own, or the working one of a family at its estimates."""

    x: FloatArray
    u: FloatArray
    fitted: FloatArray
    root_weight: FloatArray


def working_at(design: Design, fit: Fit, rows: Rows, x: FloatArray, eta: FloatArray) -> Working:
    """Return response and weights of the least squares step at a linear predictor.

    At the estimates, what the step says of one more column is its score test; for least squares, its refit.

    Parameters
    ----------
    x : (n, k) columns; eta : (n,) without offset
    """
    if design.family == "gaussian":
        y = rows.y if rows.offset is None else rows.y - rows.offset
        root = np.sqrt(rows.weight)
        return Working(x=x, u=(y - eta) / fit.y_scale, fitted=eta / fit.y_scale, root_weight=root)
    link, family = LINKS[design.link], FAMILIES[design.family]
    at = eta if rows.offset is None else eta + rows.offset
    mu = link.inverse(at)
    slope = link.slope(at, mu)
    weight = rows.weight * slope * slope / family.variance(mu, np.inf if fit.theta is None else fit.theta)
    return Working(x=x, u=(rows.y - mu) / slope, fitted=eta, root_weight=np.sqrt(np.maximum(weight, 0.0)))


def search(working: Working, tried: Sequence[Candidate], least: float) -> list[Candidate]:
    """Let terms enter while they are worth their columns and explain at least ``least`` of the squares.

    The worth is the Bayesian information criterion (Schwarz 1978, doi:10.1214/aos/1176344136). A curve then takes
    the place of the straight line where the line adds nothing beside it.

    Parameters
    ----------
    working : of the rows to search on; the candidates' columns likewise
    """
    root = working.root_weight
    basis, _ = np.linalg.qr(working.x * root[:, None])
    left = working.u * root
    left = left - basis @ (basis.T @ left)
    waiting = dict(enumerate(tried))
    found: list[Candidate] = []
    while waiting and len(found) < MOST_TERMS:
        axes = {i: new_axes(each.columns * root[:, None], basis) for i, each in waiting.items()}
        rss = float(left @ left)
        worths = {i: squares_worth(along, left, rss) for i, along in axes.items()}
        best = best_of(worths, waiting)
        if best is None or worths[best].explained < least:
            break
        found.append(tried[best])
        waiting = {i: each for i, each in waiting.items() if i != best and go_together(tried[best], each)}
        left = left - axes[best] @ (axes[best].T @ left)
        basis = np.concatenate([basis, axes[best]], axis=1)
    return [_in_place(working, candidate, found) for candidate in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a term explains, and by how much it moves the criterion (negative: better)."""

    explained: float
    criterion: float


def squares_worth(axes: FloatArray, left: FloatArray, rss: float) -> Worth:
    """Return what orthonormal columns explain of what is left."""
    n, explained = len(left), float(((axes.T @ left) ** 2).sum())
    if not 0.0 < explained < rss:
        return Worth(explained=0.0, criterion=math.inf)
    return Worth(
        explained=explained, criterion=n * float(np.log1p(-explained / rss)) + axes.shape[1] * float(np.log(n))
    )


def best_of(worths: Mapping[int, Worth], waiting: Mapping[int, Candidate]) -> int | None:
    """Return the term that lowers the criterion most, None where none does; a simple curve goes before a spline."""
    worth = {i: found.criterion for i, found in worths.items() if found.criterion < 0.0}
    if not worth:
        return None
    best = min(worth, key=lambda i: worth[i])
    if not waiting[best].spans:
        return best
    simple = [i for i in worth if waiting[i].kind == "curvature" and waiting[i].predictors == waiting[best].predictors]
    simplest = min((i for i in simple if not waiting[i].spans), key=lambda i: worth[i], default=best)
    return simplest if worths[simplest].explained >= SIMPLE_ENOUGH * worths[best].explained else best


def go_together(one: Candidate, other: Candidate) -> bool:
    """Say whether two terms may both enter: one curve a predictor, and no product with a number that is a spline."""
    if not set(one.predictors) & set(other.predictors):
        return True
    curves = {one.kind, other.kind} == {"curvature"}
    return not curves and not one.spans and not other.spans


def stays(curve: Candidate, found: Sequence[Candidate]) -> bool:
    """Say whether the straight line has to stay: a product that holds it would mean something else without it."""
    return any(curve is not other and set(curve.predictors) & set(other.predictors) for other in found)


def _in_place(working: Working, curve: Candidate, found: Sequence[Candidate]) -> Candidate:
    """Let a curve take the straight line's place where the line adds nothing beside it, by the same criterion."""
    if curve.instead_of is None or curve.spans:
        return curve
    if stays(curve, found):
        return replace(curve, instead_of=None)
    root, n = working.root_weight, len(working.u)
    columns = np.concatenate([working.x, *(candidate.columns for candidate in found)], axis=1) * root[:, None]
    u = (working.u + working.fitted) * root
    with_line = _rest(columns, u)
    without = _rest(np.delete(columns, curve.instead_of[1], axis=1), u)
    if not with_line > 0.0 or n * float(np.log(without / with_line)) > float(np.log(n)):
        return replace(curve, instead_of=None)
    return curve


def _rest(columns: FloatArray, u: FloatArray) -> float:
    basis, _ = np.linalg.qr(columns)
    left = u - basis @ (basis.T @ u)
    return float(left @ left)


def new_axes(columns: FloatArray, basis: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what columns add to a basis."""
    left = columns - basis @ (basis.T @ columns)
    left = left - basis @ (basis.T @ left)
    sizes = np.sqrt((left * left).sum(axis=0))
    keep = sizes > 1e-8 * np.sqrt((columns * columns).sum(axis=0))
    if not keep.any():
        return np.zeros((len(columns), 0))
    q, r = np.linalg.qr(left[:, keep])
    lengths = np.abs(np.diag(r))
    return np.asarray(q[:, lengths > 1e-8 * lengths.max()])
