"""What matters: each term's share of the explained variation, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Block, Blocks, Design
from regression_analyzer.explain.rows import deal
from regression_analyzer.explain.share_draws import draw_shares
from regression_analyzer.explain.shares import lmg
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

GROUPS = 100
"""Random groups of rows whose triangular factors stand for the rows in the bootstrap."""
REPLICATES = 200
EXACT_TERMS_OF_A_DRAW = 8
ORDERS_OF_A_DRAW = 16
"""In a draw all orders are averaged up to 8 terms, else the same 16 for all draws."""
WIDE = 40
"""Designs with more columns get half the groups, a quarter of the draws and half the orders."""
MOST_COLUMNS = 120
"""Designs with more columns get no shares: the answer would take longer than it is worth."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TermShare:
    """One term's share of R-squared.

    Attributes
    ----------
    share : of the target's variation (all shares sum to R-squared)
    ci_low, ci_high : 95% percentile bootstrap interval
    """

    term: str
    share: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Importance:
    """Shares of all terms, largest first, or why there are none.

    Attributes
    ----------
    exact : all orders of entry were averaged, not a sample
    sampling_error : the largest standard error of a share that comes from sampling the orders, 0 where exact
    """

    shares: tuple[TermShare, ...]
    exact: bool = True
    sampling_error: float = 0.0
    skipped: Skipped | None = None


def importance(fit: Fit, blocks: Blocks, design: Design, *, seed: int = 0) -> Importance:
    """Divide R-squared among the terms of a least squares fit.

    Rows are dealt at random into groups; a group's rows are replaced by their triangular factor, which
    keeps every cross-product. A bootstrap replicate draws groups with replacement, so its cost does not
    grow with the number of rows.

    Parameters
    ----------
    fit, blocks, design : of one gaussian model with an intercept
    seed : of the dealing, the replicates and the sampled orders

    References
    ----------
    Groemping (2007), doi:10.1198/000313007X188252, for LMG and its bootstrap.
    """
    reason = _why_not(fit)
    if reason:
        return Importance(shares=(), skipped=Skipped(reason=reason))
    columns, terms, groups = _terms_in_use(fit, design)
    if not terms:
        return Importance(shares=(), skipped=Skipped(reason="the model has no terms"))
    narrow = len(columns) <= WIDE
    factors = _group_factors(fit, blocks, columns, min(GROUPS if narrow else GROUPS // 2, fit.n_obs), seed)
    centred = _centred(np.concatenate(factors))
    whole = lmg(centred, groups, seed=seed)
    drawn = _replicates(factors, REPLICATES if narrow else REPLICATES // 4, seed)
    low, high = _interval(np.stack([centred, *drawn]), groups, whole.shares, wide=not narrow, seed=seed)
    order = np.argsort(-whole.shares, kind="stable")
    return Importance(
        shares=tuple(
            TermShare(term=terms[i], share=float(whole.shares[i]), ci_low=float(low[i]), ci_high=float(high[i]))
            for i in order
        ),
        exact=whole.exact,
        sampling_error=float(whole.sampling_error.max()),
    )


def _why_not(fit: Fit) -> str:
    if fit.family != "gaussian":
        return "shares of R-squared are defined for least squares only"
    if not fit.has_intercept:
        return "the model has no intercept, so R-squared has no common meaning to divide"
    if len(fit.kept) > MOST_COLUMNS:
        return f"the design has more than {MOST_COLUMNS} columns"
    if not fit.y_std > 0.0:
        return "the target does not vary"
    return ""


def _terms_in_use(fit: Fit, design: Design) -> tuple[IntArray, list[str], list[IntArray]]:
    """Return the columns to read, the names of the terms, and each term's columns among those read."""
    kept = [int(column) for column in fit.kept if design.columns[int(column)].term >= 0]
    place = {column: index for index, column in enumerate(kept)}
    terms, groups = [], []
    for term in design.terms:
        members = np.array([place[column] for column in term.columns if column in place], dtype=np.int64)
        if len(members):
            terms.append(term.name)
            groups.append(members)
    return np.array(kept, dtype=np.int64), terms, groups


def _group_factors(fit: Fit, blocks: Blocks, columns: IntArray, count: int, seed: int) -> list[FloatArray]:
    """Return a triangular factor of ``[1, X - x0, y - y0]`` (weighted, in the fit's units) for each group of rows."""
    place = {int(column): j for j, column in enumerate(fit.kept)}
    scale = fit.scale[[place[int(column)] for column in columns]]
    factors: list[FloatArray] = [np.zeros((0, len(columns) + 2))] * count
    origin: FloatArray | None = None
    for block in blocks:
        rows = np.column_stack([block.x[:, columns] / scale, block.y / fit.y_scale])
        if block.offset is not None:
            rows[:, -1] -= block.offset / fit.y_scale
        if origin is None:
            origin = rows.mean(axis=0)
        augmented = np.column_stack([np.ones(len(rows)), rows - origin])
        if block.weights is not None:
            augmented *= np.sqrt(block.weights)[:, None]
        group = deal(block.row if block.group is None else _units(block), count, seed)
        order = np.argsort(group, kind="stable")
        edges = np.searchsorted(group[order], np.arange(count + 1))
        for index in range(count):
            mine = augmented[order[edges[index] : edges[index + 1]]]
            if len(mine):
                factors[index] = _triangle(np.concatenate([factors[index], mine]))
    return factors


def _units(block: Block) -> IntArray:
    """Return a code for each repeated unit: its rows are drawn together. A row without a unit stands alone."""
    codes = block.row if block.group is None else np.where(block.group >= 0, block.group, -1 - block.row)
    return np.asarray(codes, dtype=np.int64)


def _replicates(factors: list[FloatArray], count: int, seed: int) -> Iterator[FloatArray]:
    """Draw groups with replacement; return the centred factor of each draw."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        counts = rng.multinomial(len(factors), np.full(len(factors), 1.0 / len(factors)))
        yield _centred(np.concatenate([np.sqrt(times) * factors[i] for i, times in enumerate(counts) if times]))


def _interval(
    draws: FloatArray, groups: list[IntArray], shares: FloatArray, *, wide: bool, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Return 2.5% and 97.5% quantiles of the draws' shares, (t,) each.

    Where draws average a few orders only, they are moved by what these orders make of all rows (``draws[0]``).
    """
    found = draw_shares(
        draws,
        groups,
        exact_terms=0 if wide else EXACT_TERMS_OF_A_DRAW,
        orders=ORDERS_OF_A_DRAW // 2 if wide else ORDERS_OF_A_DRAW,
        seed=seed,
    )
    low, high = np.quantile(found[1:] + (shares - found[0]), (0.025, 0.975), axis=0)
    return np.maximum(low, 0.0), np.maximum(high, 0.0)


def _centred(rows: FloatArray) -> FloatArray:
    """Return the factor of the columns about their means: what is left after the column of ones."""
    return _triangle(rows)[1:, 1:]


def _triangle(rows: FloatArray) -> FloatArray:
    """Return the (c, c) triangular factor of rows with c columns; zero rows are added where there are fewer."""
    r = np.asarray(np.linalg.qr(rows, mode="r"), dtype=np.float64)
    missing = rows.shape[1] - len(r)
    return np.concatenate([r, np.zeros((missing, rows.shape[1]))]) if missing > 0 else r
