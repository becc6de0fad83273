"""Categories and codes whose values fix a number target almost exactly, group by group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import cast

import numpy as np

from regression_analyzer.profile.columns import literal, sample_filter
from regression_analyzer.profile.copies import NEAR
from regression_analyzer.profile.measure import Measures
from regression_analyzer.table.value import Column, FloatArray, Table

MAX_GROUPS = 50
MAX_CATEGORIES = 100
"""Categories that are looked at, in file order."""
ROWS_PER_GROUP = 5
"""Fewer rows for each value on average say little about what is left within."""
MIN_CODES = 6
CODE_BEND, CODE_LEFT = 3, 0.1
"""A code is told from a quantity by its lack of order: a curve of this degree through the group means leaves at least
this share of their variation, and there are enough values to see it. A law of nature bends less."""
LOOKED_AT = 250_000
"""Rows of a large table that are looked at."""


def near_groups(
    table: Table,
    target: Column,
    y: FloatArray,
    measures: Sequence[Measures],
    *,
    quantities: AbstractSet[int] = frozenset(),
) -> dict[int, float]:
    """Return, by position, the correlation ratio of the target with categories and codes that almost fix it.

    Parameters
    ----------
    y : (n,) the target in the sample, for its level and scale
    quantities : positions of numbers that are known to be none of codes: times, and what follows the target itself

    Notes
    -----
    ``eta = sqrt(1 - W / T)``, W and T the sums of squares of the target within the groups and in all; named from the
    same size on as a correlation (`copies.NEAR`). Cohen (1988), Statistical Power Analysis,
    section 8.2, doi:10.4324/9780203771587.
    """
    known = y[np.isfinite(y)]
    middle = float(np.median(known)) if known.size else 0.0
    scale = float(np.abs(known - middle).max(initial=0.0))
    if not 0.0 < scale < math.inf:
        return {}
    asked = [c for c in table.columns if c is not target and _has_groups(c, measures[c.position])][:MAX_CATEGORIES]
    z = f"(({target.sql} - {literal(middle)}) / {literal(scale)})"
    found = {c.position: _correlation_ratio(table, c, z) for c in asked}
    coded = [c for c in table.columns if c is not target and c.position not in quantities]
    coded = [c for c in coded if c.kind == "number" and _few(measures[c.position])][:MAX_CATEGORIES]
    found |= {c.position: _code_ratio(table, c, z) for c in coded}
    return {position: eta for position, eta in found.items() if eta >= NEAR}


def _has_groups(c: Column, m: Measures) -> bool:
    return c.kind in ("text", "yes_no") and _few(m)


def _few(m: Measures) -> bool:
    return 2 <= m.distinct <= min(MAX_GROUPS, m.present // ROWS_PER_GROUP)


def _code_ratio(table: Table, c: Column, z: str) -> float:
    """Return the correlation ratio of the scaled target with whole numbers in no order; 0 for any other number."""
    rows = table.sql(
        f"select {c.sql}::double, count(*)::double, avg({z}), var_pop({z}) from data where {c.sql} is not null and "
        f"{z} is not null and {sample_filter(table.n_rows, LOOKED_AT)} group by 1 order by 1"
    )
    if len(rows) < MIN_CODES:
        return 0.0
    code, n, mean, variance = np.asarray(rows, dtype=np.float64).T
    if not bool((code == np.floor(code)).all()):
        return 0.0
    middle = mean - np.average(mean, weights=n)
    between, within = float(n @ middle**2), float(n @ variance)
    if not between > 0.0:
        return 0.0
    place = (code - code[0]) / (code[-1] - code[0])
    curve = np.polynomial.Polynomial.fit(place, middle, CODE_BEND, w=np.sqrt(n))
    left = float(n @ (middle - curve(place)) ** 2)
    return math.sqrt(between / (within + between)) if left >= CODE_LEFT * between else 0.0


def _correlation_ratio(table: Table, c: Column, z: str) -> float:
    """Return the correlation ratio of the scaled target with one category; 0 where the target does not vary."""
    rows = table.sql(
        f"select sum(n * v), sum(n * m * m) - sum(n * m) * sum(n * m) / sum(n) from (select count(*)::double as n, "
        f"avg({z}) as m, var_pop({z}) as v from data where {c.sql} is not null and {z} is not null and "
        f"{sample_filter(table.n_rows, LOOKED_AT)} group by {c.sql})"
    )
    within, between = (float(cast("float", value or 0.0)) for value in rows[0])
    return math.sqrt(max(between, 0.0) / (within + between)) if within + between > 0.0 else 0.0
