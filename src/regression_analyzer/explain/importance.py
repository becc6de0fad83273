"""What matters: each term's share of the explained variation, with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.explain.shares import lmg
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit, FloatArray, IntArray

GROUPS = 200
"""Random groups of rows whose triangular factors stand for the rows in the bootstrap."""
REPLICATES = 200
REPLICATE_EXACT_TERMS = 8
REPLICATE_ORDERS = 40
"""In a replicate all orders are averaged up to 8 terms, else 40 sampled ones: its error is small beside the spread."""
MOST_COLUMNS = 120
"""Designs with more columns get no shares: the answer would take longer than it is worth."""
SHUFFLE = np.uint64(0x9E3779B97F4A7C15)


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
    """

    shares: tuple[TermShare, ...]
    exact: bool = True
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
    factors = _group_factors(blocks, columns, min(GROUPS, fit.n_obs), seed)
    whole = lmg(_centred(np.concatenate(factors)), groups, seed=seed)
    drawn = np.array(
        [
            lmg(_centred(rows), groups, seed=seed, exact_terms=REPLICATE_EXACT_TERMS, orders=REPLICATE_ORDERS).shares
            for rows in _replicates(factors, seed)
        ]
    )
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    order = np.argsort(-whole.shares, kind="stable")
    return Importance(
        shares=tuple(
            TermShare(term=terms[i], share=float(whole.shares[i]), ci_low=float(low[i]), ci_high=float(high[i]))
            for i in order
        ),
        exact=whole.exact,
    )


def _why_not(fit: Fit) -> str:
    if fit.family != "gaussian":
        return "shares of R-squared are defined for least squares only"
    if not fit.has_intercept:
        return "the model has no intercept, so R-squared has no common meaning to divide"
    if len(fit.kept) > MOST_COLUMNS:
        return f"the design has more than {MOST_COLUMNS} columns"
    if not fit.tss > 0.0:
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


def _group_factors(blocks: Blocks, columns: IntArray, count: int, seed: int) -> list[FloatArray]:
    """Return a triangular factor of ``[1, X - x0, y - y0]`` (weighted) for each random group of rows."""
    factors: list[FloatArray] = [np.zeros((0, len(columns) + 2))] * count
    origin: FloatArray | None = None
    for block in blocks:
        rows = np.column_stack([block.x[:, columns], block.y])
        if block.offset is not None:
            rows[:, -1] -= block.offset
        if origin is None:
            origin = rows.mean(axis=0)
        augmented = np.column_stack([np.ones(len(rows)), rows - origin])
        if block.weights is not None:
            augmented *= np.sqrt(block.weights)[:, None]
        group = _deal(block.row, count, seed)
        order = np.argsort(group, kind="stable")
        edges = np.searchsorted(group[order], np.arange(count + 1))
        for index in range(count):
            mine = augmented[order[edges[index] : edges[index + 1]]]
            if len(mine):
                factors[index] = _triangle(np.concatenate([factors[index], mine]))
    return factors


def _deal(row: IntArray, count: int, seed: int) -> IntArray:
    """Deal rows into groups: a multiplicative hash, the same for any split into blocks."""
    mixed = (row.astype(np.uint64) + np.uint64(seed)) * SHUFFLE
    mixed ^= mixed >> np.uint64(29)
    mixed *= SHUFFLE
    return ((mixed >> np.uint64(33)) % np.uint64(count)).astype(np.int64)


def _replicates(factors: list[FloatArray], seed: int) -> Iterator[FloatArray]:
    rng = np.random.default_rng(seed)
    for _ in range(REPLICATES):
        counts = rng.multinomial(len(factors), np.full(len(factors), 1.0 / len(factors)))
        yield np.concatenate([np.sqrt(times) * factors[i] for i, times in enumerate(counts) if times])


def _centred(rows: FloatArray) -> FloatArray:
    """Return the factor of the columns about their means: what is left after the column of ones."""
    return _triangle(rows)[1:, 1:]


def _triangle(rows: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.qr(rows, mode="r"), dtype=np.float64)
