"""The first row and the first column of a table that rules cannot tell the way of, and what a reader makes of them.

A reader says what the entries are; whether the table is turned is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Entries = Literal["measured_things", "cases", "times_or_numbers", "unsure"]
ENTRIES: tuple[Entries, ...] = ("measured_things", "cases", "times_or_numbers", "unsure")
WORDS = {"measured_things": "measured things", "cases": "cases", "times_or_numbers": "times or numbers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What stands at the top and at the left of a table.

    Attributes
    ----------
    corner : the cell of both, "" where there is no header
    first_row : the rest of the header, empty where there is none
    first_column : the rest of the first column; cells, where the table stands upright
    leaning : what signs the rules found say that it lies on its side, though not enough of them
    """

    corner: str
    first_row: tuple[str, ...]
    first_column: tuple[str, ...]
    leaning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a reader takes the entries for, and who it is; None where it was not shown them."""

    first_row: Entries | None
    first_column: Entries | None
    by: str


ReadEdges = Callable[[Edges], Taken | None]
"""Asked where the rules are not sure; None where there is nobody to ask."""


def is_turned(edges: Edges, taken: Taken) -> bool | None:
    """Decide whether the table lies on its side: True or False, or None where the reader settles nothing.

    A table is turned where its first column names measured things and its first row does not. Where the reader
    saw the first row alone, cases there must agree with the signs that the rules found. A table stands where its
    first row names measured things and its first column does not, or where its first column names cases and its
    first row times.
    """
    row, column = taken.first_row, taken.first_column
    if column == "measured_things":
        return True if row in {None, "cases", "times_or_numbers"} else None
    if row == "measured_things" or (column == "cases" and row == "times_or_numbers"):
        return False
    return True if column is None and row == "cases" and edges.leaning else None


def reason_of(taken: Taken) -> str:
    """Return what decided, for the record."""
    said = [
        f"the {where} names {WORDS.get(entries, 'nothing that is clear')}"
        for where, entries in (("first row", taken.first_row), ("first column", taken.first_column))
        if entries is not None
    ]
    return f"{taken.by}: {' and '.join(said)}, and no rule was sure"
