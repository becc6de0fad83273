"""Tables that lie on their side: variables in rows, cases in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from regression_analyzer.table.edges import Edges
from regression_analyzer.table.measure_names import CASES, CORNERS, share_of_measures
from regression_analyzer.table.orientation_shares import Shares, shares_of_decimals, shares_of_size
from regression_analyzer.table.sift import DataRow
from regression_analyzer.table.values import is_missing, is_number, is_value

MAX_VARIABLES = 500
ENOUGH, DOUBTFUL = 2.0, 1.0
"""Evidence that turns a table of numbers, and evidence that is worth a note."""
UPRIGHT_FOR_SURE = -1.0
"""Evidence up to which a table of numbers stands beyond doubt: real tables with names of their cases have -2."""
_NUMBERED = re.compile(r"(.*?)[ _.-]?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How the table lies.

    Attributes
    ----------
    on_side : the variables are in the rows
    because : what tells it
    doubtful : it could lie on its side, and so much so that it is worth a note
    open : what a reader of words may settle it by; None where the rules are sure
    """

    on_side: bool
    because: str
    doubtful: bool = False
    open: Edges | None = None


UPRIGHT = Side(on_side=False, because="each row is a case: the columns are of one type each")


def how_it_lies(names: Sequence[str], rows: Sequence[DataRow], *, headed: bool = True) -> Side:
    """Decide whether a table lies on its side.

    The first column must hold distinct names. Where cells are numbers and texts, types decide: a row of numbers
    and a row of texts, and no row that mixes them. Where all are numbers, signs are added up: the sizes and the
    decimals of numbers differ between rows rather than columns, the first column names measures, the header
    does not.

    Parameters
    ----------
    names : header texts (made-up names where there is no header)
    rows : all rows
    headed : there is a header
    """
    labels = [r[2][0].strip() for r in rows]
    body = [[cell.strip() for cell in r[2][1:]] for r in rows]
    if headed and _repeats(names[1:]):
        labels, body, headed = [names[0].strip(), *labels], [[n.strip() for n in names[1:]], *body], False
    if not 2 <= len(body) <= MAX_VARIABLES or len(names) < 4:
        return UPRIGHT
    if len(set(labels)) < len(labels) or any(not label or is_value(label) for label in labels):
        return UPRIGHT
    kinds = [_kind(cells) for cells in body]
    if "mixed" in kinds or "number" not in kinds:
        return UPRIGHT
    edges = Edges(
        corner=names[0].strip() if headed else "",
        first_row=tuple(n.strip() for n in names[1:]) if headed else (),
        first_column=tuple(labels),
        leaning=True,
    )
    return _by_types(body, kinds, edges) if "text" in kinds else _by_numbers(body, edges)


def _repeats(cells: Sequence[str]) -> bool:
    """Tell whether header cells are the values of a category rather than names: most occur more than once."""
    filled = [cell.strip() for cell in cells if not is_missing(cell)]
    return len(filled) >= 4 and len(set(filled)) <= len(filled) / 2


def _by_types(body: Sequence[Sequence[str]], kinds: Sequence[str], edges: Edges) -> Side:
    """Decide on rows of one type each, of both types.

    In a table that is not wide, a single row of texts may be one of units, or of a case that was not measured;
    there it must hold a category.
    """
    texts = [cells for cells, kind in zip(body, kinds, strict=True) if kind == "text"]
    categories = [cells for cells in texts if _repeats(cells) and len({*filter(None, cells)}) > 1]
    wide = len(body[0]) > len(body)
    units = edges.first_row and kinds[0] == "text" and len(texts) == 1
    if (wide and not units) or categories:
        because = "the first column holds names, every row is of one type and every column mixes types"
        return Side(on_side=True, because=because)
    because = "a row of texts among rows of numbers may be one of units, or of a case that was not measured"
    return Side(on_side=False, because=because, open=edges)


def _by_numbers(body: Sequence[Sequence[str]], edges: Edges) -> Side:
    """Decide on a table of numbers only, by adding up signs.

    Tables of countries by years and of questionnaires differ in size between rows as well. So sizes alone are
    never enough, and under a header of years or running numbers the first column must name measures.
    """
    header, headed = edges.first_row, bool(edges.first_row)
    size, decimals = shares_of_size(body), shares_of_decimals(body)
    measures = share_of_measures(edges.first_column) - share_of_measures(header)
    named = edges.corner.casefold() in CORNERS
    cases = headed and _stem(header) in CASES
    evidence = (
        size.difference
        + decimals.difference
        + 2 * measures
        + 1.5 * named
        + 1.5 * cases
        + 0.5 * (not headed)
        + (0.25 if len(body[0]) > len(body) else -0.25)
    )
    told = measures > 0.25 or named or cases or not (headed and _runs(header))
    if evidence >= ENOUGH and size.by_row > size.by_column and told:
        return Side(on_side=True, because=_said(size, decimals, measures, named=named or cases))
    if evidence <= UPRIGHT_FOR_SURE:
        return UPRIGHT
    leaning = evidence > 0
    because = "it cannot be told from its numbers that the variables are in the rows" if leaning else UPRIGHT.because
    return Side(on_side=False, because=because, doubtful=evidence >= DOUBTFUL, open=replace(edges, leaning=leaning))


def _said(size: Shares, decimals: Shares, measures: float, *, named: bool) -> str:
    signs = [
        f"the size of a number depends on its row ({max(0.0, size.by_row):.0%} of what differs) rather than its "
        f"column ({max(0.0, size.by_column):.0%})"
    ]
    if decimals.difference > 0.25:
        signs.append("so does its number of decimals")
    if measures > 0.25:
        signs.append("names in the first column are those of measures")
    if named:
        signs.append("the header says so")
    return f"the first column holds names: {', and '.join(signs)}"


def _runs(names: Sequence[str]) -> bool:
    """Tell whether column names are values (years, dates), or one word with running numbers."""
    return all(is_value(n) for n in names) or _stem(names) is not None


def _stem(names: Sequence[str]) -> str | None:
    """Return the one word that all names are, with running numbers; None where they are not."""
    matches = [_NUMBERED.fullmatch(n.strip()) for n in names]
    stems = {m.group(1).casefold().strip(" _.-") for m in matches if m is not None}
    return next(iter(stems)) if all(matches) and len(stems) == 1 else None


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
        return "text" if filled else "none"
    return "number" if numbers >= 0.95 * len(filled) else "mixed"
