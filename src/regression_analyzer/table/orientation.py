"""Tables that lie on their side: variables in rows, cases in columns."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from regression_analyzer.table.sift import DataRow
from regression_analyzer.table.values import is_missing, is_number, is_value, to_float

MAX_VARIABLES = 500
_CORNERS = frozenset({
    "variable", "variables", "var", "feature", "features", "field", "fields", "attribute", "attributes", "measure",
    "measures", "metric", "metrics", "parameter", "parameters", "indicator", "indicators", "merkmal", "merkmale",
    "variablen", "kennzahl", "kennzahlen", "indicateur", "characteristic", "statistic",
})  # fmt: skip
"""What the corner cell says where the first column holds the names of variables."""
_NUMBERED = re.compile(r"(.*?)[ _.-]?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How the table lies.

    Attributes
    ----------
    on_side : the variables are in the rows
    because : what tells it
    doubtful : it could lie on its side, but that is not sure
    """

    on_side: bool
    because: str
    doubtful: bool = False


def how_it_lies(names: Sequence[str], rows: Sequence[DataRow]) -> Side:
    """Decide whether a table lies on its side.

    Two signs are enough: (1) every row holds cells of one type while the columns mix types; (2) the rows
    differ in size and the columns do not. Both ask for distinct names in the first column, header cells
    that are no values, and more columns than rows.

    Parameters
    ----------
    names : header texts (made-up names where there is no header)
    rows : all rows
    """
    upright = Side(on_side=False, because="each row is a case: the columns are of one type each")
    n_columns = len(names) - 1
    if not 2 <= len(rows) <= MAX_VARIABLES or n_columns < 3:
        return upright
    labels = [r[2][0].strip() for r in rows]
    if len(set(labels)) < len(labels) or any(not label or is_value(label) for label in labels):
        return upright
    body = [r[2][1:] for r in rows]
    kinds = [_kind(cells) for cells in body]
    if "mixed" in kinds or n_columns <= len(rows):
        return upright
    headed = not any(is_value(n) for n in names[1:])
    if "number" in kinds and "text" in kinds and all(_kind(c) == "mixed" for c in zip(*body, strict=True)):
        because = "the first column holds names, every row is of one type and every column mixes types"
        return Side(on_side=True, because=because)
    if set(kinds) == {"number"} and headed and n_columns >= 2 * len(rows):
        return _by_size(names, body)
    return upright


def _by_size(names: Sequence[str], body: Sequence[Sequence[str]]) -> Side:
    """Decide on a wide table of numbers only, by where their sizes differ.

    A corner that says "variable" needs less evidence. Without it the rows must also be measured differently (some
    whole, some not) and differ a hundredfold, and the columns must not be numbered (``q1, q2 ...``), because
    questionnaires and tables of countries by years differ between rows as well.
    """
    table = [[_number(c) for c in cells] for cells in body]
    by_row, by_column = _explained(table)
    named = names[0].strip().lower() in _CORNERS
    whole = {all(float(to_float(c) or 0).is_integer() for c in cells) for cells in body}
    medians = [statistics.median([v for v in row if v is not None] or [0.0]) for row in table]
    unlike = len(whole) == 2 and max(medians) - min(medians) > math.log(100)
    strong = by_row > 0.6 and by_row > by_column + 0.3
    clear = strong and unlike and not _numbered(names[1:])
    if clear or (named and by_row > 0.3 and by_row > 2 * by_column):
        because = (
            f"the first column holds names, and the size of a value depends on its row ({by_row:.0%} of the "
            f"variation of sizes), not on its column ({by_column:.0%})"
        )
        return Side(on_side=True, because=because)
    because = "it cannot be told from its numbers that the variables are in the rows"
    return Side(on_side=False, because=because, doubtful=named or (strong and unlike))


def _numbered(names: Sequence[str]) -> bool:
    """Tell whether column names are one word with running numbers."""
    matches = [_NUMBERED.fullmatch(n.strip()) for n in names]
    return all(matches) and len({m.group(1) for m in matches if m is not None}) == 1


def turn(names: Sequence[str], rows: Sequence[DataRow], *, headed: bool) -> tuple[list[str], list[DataRow]]:
    """Turn a table: the first column becomes the header, each other column a row.

    The line of a turned row is the position of its column in the file, 1-based.
    """
    columns = list(zip(*(r[2] for r in rows), strict=True)) if rows else []
    if headed:
        turned_names = [names[0], *columns[0]] if columns else list(names[:1])
        body = [[name, *cells] for name, cells in zip(names[1:], columns[1:], strict=True)]
    else:
        turned_names = list(columns[0]) if columns else []
        body = [list(cells) for cells in columns[1:]]
    return turned_names, [(i + 1, i + 2, cells) for i, cells in enumerate(body)]


def _kind(cells: Sequence[str]) -> str:
    filled = [c for c in cells if not is_missing(c)]
    numbers = sum(map(is_number, filled))
    if not filled or numbers == 0:
        return "text"
    return "number" if numbers >= 0.95 * len(filled) else "mixed"


def _number(text: str) -> float | None:
    value = to_float(text)
    return None if value is None or not math.isfinite(value) else math.log1p(abs(value))


def _explained(table: Sequence[Sequence[float | None]]) -> tuple[float, float]:
    """Return the shares of the variation of log(1 + abs(x)) that lie between rows and between columns."""
    values = [v for row in table for v in row if v is not None]
    if len(values) < 6:
        return 0.0, 0.0
    mean = sum(values) / len(values)
    total = sum((v - mean) ** 2 for v in values)
    if total <= 0:
        return 0.0, 0.0
    return _between(table, mean) / total, _between(list(zip(*table, strict=True)), mean) / total


def _between(groups: Sequence[Sequence[float | None]], mean: float) -> float:
    found = 0.0
    for group in groups:
        values = [v for v in group if v is not None]
        if values:
            found += len(values) * (sum(values) / len(values) - mean) ** 2
    return found
