"""Upper tails of the reference distributions, computed from the tail side.

``scipy.special`` only: importing ``scipy.stats`` would cost more time than all the checks together.
"""

from __future__ import annotations

from scipy import special


def chi2_upper(statistic: float, df: float) -> float:
    """P(X > statistic) for X chi-square with ``df`` degrees of freedom."""
    return float(special.chdtrc(df, max(statistic, 0.0)))


def f_upper(statistic: float, df: float, df2: float) -> float:
    """P(X > statistic) for X ~ F(df, df2)."""
    return float(special.fdtrc(df, df2, max(statistic, 0.0)))


def t_both(statistic: float, df: float) -> float:
    """P(abs(X) > abs(statistic)) for X ~ t(df)."""
    return float(2.0 * special.stdtr(df, -abs(statistic)))


def normal_upper(statistic: float) -> float:
    """P(X > statistic) for a standard normal X."""
    return float(special.ndtr(-statistic))


def normal_both(statistic: float) -> float:
    """P(abs(X) > abs(statistic)) for a standard normal X."""
    return float(2.0 * special.ndtr(-abs(statistic)))
