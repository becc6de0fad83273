"""What the first row and the first column of a table name, asked where the rules cannot tell which way it lies.

Nobody is asked which way that is: what each edge holds comes back as one of four words, and ``table.edges`` decides.
Below ``sample`` the first row alone is shown (the names of columns); the first column holds cells.
"""

from __future__ import annotations

import json
from typing import Any

from regression_analyzer.analysis import Options
from regression_analyzer.insight.forms import one_of, record
from regression_analyzer.insight.sharing import LONGEST_CELL, LONGEST_NAME, MOST_COLUMNS, SAMPLE_ROWS
from regression_analyzer.insight.texts import clean
from regression_analyzer.insight.value import Answer, Question, Share
from regression_analyzer.table.edges import ENTRIES, Edges, Taken

ROW, COLUMN = "first_row", "first_column"
OF_COLUMNS = frozenset({"target", "event", "unit_key", "time_column"})
"""Decisions about a column whose id does not hold its name; all others do, after a point."""
TASK = (
    "A table of names and values is about to be read. For each list in DATA say what its entries are: "
    "measured_things (each names something that is measured or recorded of every case, as age, price, Umsatz or a "
    "gene), cases (each names one person, place, product, sample or trial that something is measured of), "
    "times_or_numbers (dates, years, running numbers), or unsure. The corner is the cell above and left of both."
)


def orientation_question(edges: Edges, options: Options, share: Share) -> Question | None:
    """Return the question as it would be asked; None where nothing may be shown that could settle it.

    Where the user named a column, the header is the names of columns: nothing is asked. A first row that is shown
    alone settles it only where the rules found signs (``edges.leaning``).
    """
    if _names_columns(options):
        return None
    data: dict[str, Any] = {"said_by_the_user": options.context}
    if edges.first_row:
        data["corner"] = clean(edges.corner, LONGEST_NAME)
        data[ROW] = [clean(name, LONGEST_NAME) for name in edges.first_row[:MOST_COLUMNS]]
    if share == "sample":
        data[COLUMN] = [clean(cell, LONGEST_CELL) for cell in edges.first_column[:SAMPLE_ROWS]]
    elif not (edges.first_row and edges.leaning):
        return None
    schema = record(**{edge: one_of(ENTRIES) for edge in (ROW, COLUMN) if edge in data})
    message = f"{TASK}\n\nDATA\n{json.dumps(data, ensure_ascii=False)}"
    return Question(name="orientation", text=message, schema=schema)


def taken_from(said: Answer) -> Taken:
    """Return what an answer takes the edges for."""
    return Taken(first_row=said.content.get(ROW), first_column=said.content.get(COLUMN), by=said.by)


def _names_columns(options: Options) -> bool:
    """Return whether the user named a column, in an option or in an override."""
    named = (options.target, options.predictors, options.formula, options.weights, options.reference)
    covariance = options.overrides.get("covariance", options.covariance)
    ids = (name for name in options.overrides if not name.startswith("table."))
    return any(named) or covariance.startswith("cluster:") or any("." in name or name in OF_COLUMNS for name in ids)
