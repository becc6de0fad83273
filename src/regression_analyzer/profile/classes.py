"""Texts that are ranges of a number target ("low", "middle", "high")."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import numpy as np

from regression_analyzer.profile.columns import as_number, sample_filter
from regression_analyzer.profile.copies import is_cut
from regression_analyzer.profile.measure import Measures
from regression_analyzer.profile.sample import SAMPLE_ROWS
from regression_analyzer.table.value import Column, FloatArray, Table

MAX_CLASSES = 50
MAX_SCREENED = 300


def class_copies(
    table: Table, target: Column, columns: Sequence[Column], measures: Sequence[Measures]
) -> list[tuple[Column, str]]:
    """Find text columns whose values are ranges of the target.

    Returns
    -------
    list of (column, reason)
    """
    few = [c for c in columns if 2 <= measures[c.position].distinct <= MAX_CLASSES][:MAX_SCREENED]
    where = sample_filter(table.n_rows, SAMPLE_ROWS)
    suspects = [c for c in few if _contiguous(table, target, c, where)]
    if not suspects:
        return []
    fine = _fine(table, target, suspects, where)
    return [
        (c, f'its values are ranges of "{target.name}"')
        for c in suspects
        if is_cut(*fine[c.position]) and (where == "true" or _contiguous(table, target, c, "true"))
    ]


def _contiguous(table: Table, target: Column, c: Column, where: str) -> bool:
    y = as_number(target)
    rows = table.sql(
        f"select min({y}), max({y}) from data where {where} and {c.sql} is not null and {y} is not null "
        f"group by {c.sql} order by 1, 2"
    )
    ranges = [(float(cast("float", low)), float(cast("float", high))) for low, high in rows]
    return len(ranges) >= 2 and all(a[1] < b[0] for a, b in pairwise(ranges))


def _fine(
    table: Table, target: Column, suspects: Sequence[Column], where: str
) -> dict[int, tuple[FloatArray, FloatArray]]:
    """The target with the rank of its class, by suspect."""
    out = {}
    y = as_number(target)
    for c in suspects:
        got = table.connection.execute(
            f"select dense_rank() over (order by low)::double as g, v from (select {y} as v, "
            f"min({y}) over (partition by {c.sql}) as low from data "
            f"where {where} and {c.sql} is not null and {y} is not null)"
        ).fetchnumpy()
        out[c.position] = (np.asarray(got["g"], dtype=np.float64), np.asarray(got["v"], dtype=np.float64))
    return out
