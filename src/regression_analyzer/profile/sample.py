"""A sample of number columns as one array, for screens that need many columns at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from regression_analyzer.profile.columns import BATCH, as_number, sample_filter
from regression_analyzer.table.value import Column, FloatArray, Table

SAMPLE_CELLS = 4_000_000
"""Cells of the largest sample."""
SAMPLE_ROWS = 20_000
MIN_SAMPLE_ROWS = 500


def sample_rows(n_columns: int) -> int:
    """Rows of a sample of some columns."""
    return int(np.clip(SAMPLE_CELLS // max(n_columns, 1), MIN_SAMPLE_ROWS, SAMPLE_ROWS))


def sample_numbers(
    table: Table, columns: Sequence[Column], *, extra: tuple[str, Sequence[object]] | None = None
) -> FloatArray:
    """Read about ``sample_rows`` rows of columns, always the same rows; every row of a short table.

    Parameters
    ----------
    columns : number or date columns (dates become days since 1970-01-01)
    extra : SQL of one more number, with its parameters

    Returns
    -------
    array, shape (n, columns) or (n, columns + 1)
        NaN where a value is missing; rows in file order
    """
    where = sample_filter(table.n_rows, sample_rows(len(columns) + 1))
    parts: list[FloatArray] = []
    for start in range(0, len(columns), BATCH):
        parts += _read(table, [as_number(c) for c in columns[start : start + BATCH]], where, ())
    if extra is not None:
        parts += _read(table, [extra[0]], where, extra[1])
    if not parts:
        return np.empty((0, 0))
    values: FloatArray = np.column_stack(parts)
    values[~np.isfinite(values)] = np.nan
    return values


def _read(table: Table, expressions: Sequence[str], where: str, parameters: Sequence[object]) -> list[FloatArray]:
    listed = ", ".join(f"({e})::double as v{i}" for i, e in enumerate(expressions))
    query = table.narrowed(f"select {listed} from data where {where} order by row_number")
    result = table.connection.execute(query, list(parameters))
    return [np.ma.filled(np.ma.asarray(a, dtype=np.float64), np.nan) for a in result.fetchnumpy().values()]
