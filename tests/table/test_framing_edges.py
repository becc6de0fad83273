"""Where rules cannot tell which way a table lies, a reader of its edges settles it; where they can, nobody is asked."""

from __future__ import annotations

from itertools import product

import pytest

from regression_analyzer.table.edges import ENTRIES, Edges, Entries, Taken, is_turned
from tests.table.reading import read
from tests.table.sideways import made
from tests.table.undecided import KINDS, Undecided, undecided

HOW_MANY = 10 * 2 * len(KINDS)
RIGHT_FROM_BOTH, RIGHT_FROM_THE_ROW = 0.98, 0.75
"""Shares decided rightly with a careful reader; 1 and 0.81 when this was written, 0.5 by rules alone."""
SURE_TABLES = (
    "name,age,city,pay\nAnn,31,Paris,2000\nBob,25,Rome,1800\n",
    "name,length_cm,mass\nBonn,1.25,40000\nKiel,2.5,31000\nUlm,3.75,90000\n",
    "a,b,c,d\n1,2,3,4\n2,3,4,5\n",
)


class Reader:
    """Takes edges for what it is told to, and keeps what it was shown."""

    def __init__(self, row: str, column: str | None) -> None:
        self.shown: list[Edges] = []
        self._said = (row, column)

    def __call__(self, edges: Edges) -> Taken | None:
        self.shown.append(edges)
        row = self._said[0] if edges.first_row else None
        if row is None and self._said[1] is None:
            return None
        return Taken(first_row=row, first_column=self._said[1], by="a reader")  # type: ignore[arg-type]


def is_right(table: Undecided, *, both: bool) -> bool:
    reader = Reader(table.first_row, table.first_column if both else None)
    raw = read(table.text, read_edges=reader).raw
    held = [name.strip() for name in raw.names if name.strip()]
    return raw.transposed == table.on_side and (not table.on_side or held == table.variables)


def test_a_careful_reader_of_both_edges_settles_them() -> None:
    tables = [undecided(number) for number in range(HOW_MANY)]
    assert sum(read(table.text).raw.transposed == table.on_side for table in tables) == HOW_MANY / 2
    assert sum(is_right(table, both=True) for table in tables) >= RIGHT_FROM_BOTH * HOW_MANY


def test_a_careful_reader_of_the_first_row_settles_most() -> None:
    tables = [undecided(number) for number in range(HOW_MANY)]
    right = [is_right(table, both=False) for table in tables]
    assert sum(right) >= RIGHT_FROM_THE_ROW * HOW_MANY
    assert all(ok for ok, table in zip(right, tables, strict=True) if not table.on_side)


@pytest.mark.parametrize("text", [*SURE_TABLES, *(made(number).text for number in range(40))])
def test_nobody_is_asked_where_a_rule_is_sure(text: str) -> None:
    reader = Reader("cases", "measured_things")
    read(text, read_edges=reader)
    assert reader.shown == []


@pytest.mark.parametrize("how", [{"transpose": False}, {"transpose": True}, {"overrides": {"table.transpose": "no"}}])
def test_nobody_is_asked_where_the_user_says_it(how: dict[str, object]) -> None:
    reader = Reader("cases", "measured_things")
    read(undecided(1).text, read_edges=reader, **how)
    assert reader.shown == []


def test_the_decision_names_the_reader_and_can_be_overridden() -> None:
    table = undecided(1)
    reading = read(table.text, read_edges=Reader("cases", "measured_things"))
    decision = reading.decision("table.transpose")
    assert (decision.chosen, decision.rejected, decision.overridden) == ("yes", ("no",), False)
    said = "a reader: the first row names cases and the first column names measured things, and no rule was sure"
    assert decision.because == said
    assert reading.finding("table_turned").facts["by"] == "a reader"
    back = read(table.text, overrides={"table.transpose": "no"}, read_edges=Reader("cases", "measured_things"))
    assert not back.raw.transposed


def test_a_reader_who_is_sure_that_it_stands_takes_the_note_away() -> None:
    table = next(t for t in map(undecided, range(1, 40, 2)) if t.kind == "sizes")
    assert "maybe_on_its_side" in read(table.text).codes()
    assert "maybe_on_its_side" in read(table.text, read_edges=Reader("unsure", "unsure")).codes()
    stands = read(table.text, read_edges=Reader("measured_things", "cases"))
    assert "maybe_on_its_side" not in stands.codes()
    assert not stands.raw.transposed


@pytest.mark.parametrize("leaning", [True, False])
def test_what_follows_from_every_pair_of_words(leaning: bool) -> None:
    edges = Edges(corner="", first_row=("a",), first_column=("b",), leaning=leaning)
    entries: tuple[Entries | None, ...] = (*ENTRIES, None)
    found = {
        (row, column): is_turned(edges, Taken(first_row=row, first_column=column, by="x"))
        for row, column in product(entries, entries)
    }
    turned = {pair for pair, so in found.items() if so}
    both = {(row, "measured_things") for row in ("cases", "times_or_numbers", None)}
    assert turned == both | ({("cases", None)} if leaning else set())
    stands = {pair for pair, so in found.items() if so is False}
    assert stands == {("measured_things", c) for c in entries if c != "measured_things"} | {
        ("times_or_numbers", "cases")
    }
