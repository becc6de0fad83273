"""The rows of the file behind the points of the charts, for a page that shows a row where its point is touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from regression_analyzer.charts import Figure
from regression_analyzer.design.value import Design
from regression_analyzer.report.numbers import shorten
from regression_analyzer.table import Table

MOST_COLUMNS = 30
CELL_CHARACTERS = 100


def rows_behind(table: Table, design: Design, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return the cells of every row that has a point in a chart: of the target and of the predictors.

    Returns
    -------
    dict
        JSON-ready: ``columns``, the names; ``more_columns``, predictors beyond those; ``rows``, from the data row
        (1-based, as text) to ``[line, cell, ...]``, a missing cell None
    """
    names = list(dict.fromkeys([design.target, *design.predictors]))
    columns = {column.name: column for column in table.columns}
    known = [columns[name] for name in names if name in columns]
    shown = known[:MOST_COLUMNS]
    marked = [mark.rows for figure in figures for mark in figure.marks if mark.rows is not None]
    wanted = np.unique(np.concatenate(marked)).tolist() if marked else []
    cells = ", ".join(f"cast({column.sql} as varchar)" for column in shown)
    found = table.sql(
        f"select row_number, line_number, {cells} from data where row_number in (select unnest(?)) order by row_number",
        [wanted],
    )
    return {
        "columns": [column.name for column in shown],
        "more_columns": len(known) - len(shown),
        "rows": {str(row[0]): [row[1], *(_cell(cell) for cell in row[2:])] for row in found},
    }


def _cell(cell: object) -> str | None:
    return None if cell is None else shorten(str(cell).removesuffix(".0"), CELL_CHARACTERS)
