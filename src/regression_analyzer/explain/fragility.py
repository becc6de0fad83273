"""How few rows decide a verdict: left out, they would turn a clear coefficient into an open one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from regression_analyzer.explain.rows import Rows
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Coefficient, Fit, FloatArray, Inference, IntArray

ALPHA = 0.05
HEADLINES = 3
"""Clear coefficients that are tried: those that move the target most."""
MOST_CELLS = 400_000
"""Cells of X up to which refits are cheap; in larger tables a few rows seldom decide."""
LARGEST_SHARE = 0.1
"""A verdict that outlives a tenth of the rows is not called fragile, and the search ends."""
SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragility:
    """One clear coefficient.

    Attributes
    ----------
    n_removed : rows whose removal makes it open, verified by a refit; the fewest found, there may be fewer. None
        where it stays clear without the tenth of the rows that speak for it most
    rows : the first 20 of them, 1-based data rows of the file
    n_obs : rows of the model
    """

    term: str
    n_removed: int | None
    rows: tuple[int, ...]
    n_obs: int


def fragility(fit: Fit, inference: Inference, rows: Rows, names: tuple[str, ...]) -> tuple[Fragility, ...] | Skipped:
    """Find few rows whose removal takes a coefficient's verdict away.

    Rows are ranked by what each adds to the estimate, ``x_i' (X'X)^-1 e_j residual_i / (1 - h_i)``; the
    fewest from the top that change the verdict are found by bisection, each step a real refit with the errors in use
    (classical or HC3).

    Parameters
    ----------
    names : of the columns of ``rows.x``

    References
    ----------
    Broderick, Giordano and Meager (2020), arXiv:2011.14999.
    """
    if fit.family != "gaussian":
        return Skipped(reason="looked for in least squares only")
    if inference.kind in {"cluster", "HAC"}:
        return Skipped(reason="rows that belong together cannot be left out one by one")
    if rows.x.size > MOST_CELLS or len(rows.y) < fit.n_obs:
        return Skipped(reason="the table is large: a few rows seldom decide")
    y = rows.y if rows.offset is None else rows.y - rows.offset
    root = np.sqrt(rows.weight)
    z = (rows.x - fit.shift) / fit.scale * root[:, None]
    place = {name: i for i, name in enumerate(names)}
    u, robust = y / fit.y_scale * root, inference.kind != "classical"
    return tuple(
        Fragility(
            term=row.term, n_obs=len(u), n_removed=count, rows=tuple(int(rows.row[i]) for i in which[:SHOWN_ROWS])
        )
        for row in _headlines(inference)
        for count, which in [_search(z, u, place[row.term], robust=robust)]
    )


def _headlines(inference: Inference) -> list[Coefficient]:
    clear = [row for row in inference.coefficients if row.predictor is not None and row.p_value < ALPHA]
    usable = [row for row in clear if row.std_estimate is not None and math.isfinite(row.std_estimate)]
    return sorted(usable, key=lambda row: -abs(row.std_estimate or 0.0))[:HEADLINES]


def _search(x: FloatArray, y: FloatArray, j: int, *, robust: bool) -> tuple[int | None, IntArray]:
    """Return how many rows take the verdict away (None: more than a tenth), and which."""
    n = len(y)
    order = _by_push(x, y, j)
    most = max(1, int(LARGEST_SHARE * n))

    def still_clear(count: int) -> bool:
        keep = np.ones(n, dtype=bool)
        keep[order[:count]] = False
        return _is_clear(x[keep], y[keep], j, robust=robust)

    low, high = 0, 1
    while high < most and still_clear(high):
        low, high = high, min(2 * high, most)
    if high >= most and still_clear(most):
        return None, order[:0]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if still_clear(middle) else (low, middle)
    return high, order[:high]


def _by_push(x: FloatArray, y: FloatArray, j: int) -> IntArray:
    """Return the rows, the one that speaks most for the coefficient's sign first."""
    q, r = np.linalg.qr(x)
    b = np.linalg.solve(r, q.T @ y)
    unit = np.zeros(len(r))
    unit[j] = 1.0
    along = q @ np.linalg.solve(r.T, unit)
    leverage = (q * q).sum(axis=1)
    push = along * (y - x @ b) / np.maximum(1.0 - leverage, 1e-8) * np.sign(b[j])
    return np.argsort(-push, kind="stable")


def _is_clear(x: FloatArray, y: FloatArray, j: int, *, robust: bool) -> bool:
    """Refit and judge at 5%; a coefficient that can no longer be estimated is not clear."""
    q, r = np.linalg.qr(x)
    size = np.abs(np.diag(r))
    df = len(y) - x.shape[1]
    if df < 1 or size.min() <= 1e-10 * size.max():
        return False
    b = np.linalg.solve(r, q.T @ y)
    unit = np.zeros(len(r))
    unit[j] = 1.0
    along = q @ np.linalg.solve(r.T, unit)
    left = y - x @ b
    if robust:
        leverage = (q * q).sum(axis=1)
        variance = float(((along * left / np.maximum(1.0 - leverage, 1e-8)) ** 2).sum())
    else:
        variance = float(along @ along) * float(left @ left) / df
    return bool(abs(b[j]) > -float(stdtrit(df, ALPHA / 2)) * math.sqrt(variance))
