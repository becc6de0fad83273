"""Tail probabilities and quantiles from the tail's own side, and Holm's adjustment."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit


def two_sided(statistic: float, df: float | None) -> float:
    """Two-sided p-value of a t (df given) or normal statistic."""
    size = -abs(statistic)
    if math.isnan(size):
        return math.nan
    if math.isinf(size):
        return 0.0
    return 2.0 * float(ndtr(size) if df is None else stdtr(df, size))


def critical(level: float, df: float | None) -> float:
    """Half-width in standard errors of a two-sided interval."""
    tail = 0.5 * (1.0 - level)
    return -float(ndtri(tail) if df is None else stdtrit(df, tail))


def f_tail(statistic: float, df: float, df_resid: float | None) -> float:
    """Upper tail of F (or of chi-square where ``df_resid`` is None)."""
    if math.isnan(statistic):
        return math.nan
    if math.isinf(statistic):
        return 0.0
    return float(chdtrc(df, statistic) if df_resid is None else fdtrc(df, df_resid, statistic))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values so that the chance of any false finding is bounded (Holm 1979, jstor 4615733).

    NaN stays NaN and does not count.
    """
    p = np.asarray(p_values, dtype=np.float64)
    result = np.full(len(p), np.nan)
    order = [int(i) for i in np.argsort(p) if not math.isnan(p[i])]
    reached = 0.0
    for rank, i in enumerate(order):
        reached = max(reached, min(1.0, (len(order) - rank) * float(p[i])))
        result[i] = reached
    return [float(v) for v in result]
