"""Categories and codes whose values fix a number target almost exactly, group by group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

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
    z = f"(({target.sql} - {literal(middle)}) / {literal(scale)})"
    columns = [c for c in table.columns if c is not target and _has_groups(measures[c.position])]
    categories = [c for c in columns if c.kind in ("text", "yes_no")][:MAX_CATEGORIES]
    codes = [c for c in columns if c.kind == "number" and c.position not in quantities][:MAX_CATEGORIES]
    found = {c.position: _correlation_ratio(_groups(table, c, z)) for c in categories}
    for c in codes:
        groups = _groups(table, c, z)
        if _are_codes(groups):
            found[c.position] = _correlation_ratio(groups)
    return {position: eta for position, eta in found.items() if eta >= NEAR}


def _has_groups(m: Measures) -> bool:
    return 2 <= m.distinct <= min(MAX_GROUPS, m.present // ROWS_PER_GROUP)


def _groups(table: Table, c: Column, z: str) -> FloatArray:
    """Return, (4, groups): the value (0 for words), the rows, and mean and variance of the scaled target."""
    value = f"{c.sql}::double" if c.kind == "number" else "0.0"
    rows = table.sql(
        f"select {value}, count(*)::double, avg({z}), var_pop({z}) from data where {c.sql} is not null and "
        f"{z} is not null and {sample_filter(table.n_rows, LOOKED_AT)} group by {c.sql} order by {c.sql}"
    )
    return np.asarray(rows, dtype=np.float64).reshape(-1, 4).T


def _correlation_ratio(groups: FloatArray) -> float:
    """Return the correlation ratio of the scaled target with its groups; 0 where the target does not vary."""
    _, n, _, variance = groups
    within, between = float(n @ variance), float(n @ _from_the_middle(groups) ** 2)
    return math.sqrt(between / (within + between)) if within + between > 0.0 else 0.0


def _are_codes(groups: FloatArray) -> bool:
    """Say whether the numbers of groups are whole and the means of the target in no order along them."""
    code, n, _, _ = groups
    if code.size < MIN_CODES or not bool((code == np.floor(code)).all()):
        return False
    middle = _from_the_middle(groups)
    place = (code - code[0]) / (code[-1] - code[0])
    curve = np.polynomial.Polynomial.fit(place, middle, CODE_BEND, w=np.sqrt(n))
    return bool(n @ (middle - curve(place)) ** 2 >= CODE_LEFT * (n @ middle**2))


def _from_the_middle(groups: FloatArray) -> FloatArray:
    """Return the groups' means less the mean of all rows."""
    n, mean = groups[1], groups[2]
    return np.asarray(mean - np.average(mean, weights=n) if n.size else mean, dtype=np.float64)
