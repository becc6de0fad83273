"""Tables that lie on their side are turned; those that stand are not."""

from __future__ import annotations

import pytest

from tests.table.reading import read

CASES = [f"case{i}" for i in range(12)]
ON_SIDE = (
    "variable," + ",".join(CASES) + "\n"
    + "height," + ",".join(str(150 + 3 * i) for i in range(12)) + "\n"
    + "sex," + ",".join("fm"[i % 2] for i in range(12)) + "\n"
    + "weight," + ",".join(str(50.5 + i) for i in range(12)) + "\n"
)  # fmt: skip


def test_rows_of_one_type_and_mixed_columns_are_turned() -> None:
    reading = read(ON_SIDE)
    assert reading.raw.transposed
    assert reading.names == ["variable", "height", "sex", "weight"]
    assert reading.cells[0] == ["case0", "150", "f", "50.5"]
    assert reading.raw.rows_in_file == 12
    assert reading.decision("table.transpose").chosen == "yes"
    assert "table_turned" in reading.codes()


TOWNS = ["Bonn", "Kiel", "Ulm", "Trier", "Jena", "Worms", "Hof", "Gera", "Celle", "Emden", "Lahr", "Suhl"]


@pytest.mark.parametrize(("corner", "cases"), [("variable", CASES), ("", TOWNS)])
def test_rows_that_differ_in_size_are_turned(corner: str, cases: list[str]) -> None:
    text = f"{corner}," + ",".join(cases) + "\n"
    for name, scale in (("income", 40_000), ("age", 40), ("share", 0.4)):
        text += name + "," + ",".join(f"{scale * (1 + i / 20):.{0 if scale > 1 else 3}f}" for i in range(12)) + "\n"
    assert read(text).raw.transposed


@pytest.mark.parametrize("how", [{"transpose": False}, {"overrides": {"table.transpose": "no"}}])
def test_turning_can_be_refused(how: dict[str, object]) -> None:
    reading = read(ON_SIDE, **how)
    assert not reading.raw.transposed
    assert len(reading.cells) == 3


@pytest.mark.parametrize("how", [{"transpose": True}, {"overrides": {"table.transpose": "yes"}}])
def test_turning_can_be_asked_for(how: dict[str, object]) -> None:
    reading = read("k,p,q\na,1,2\nb,3,4\nc,5,6\nd,7,8\n", **how)
    assert reading.names == ["k", "a", "b", "c", "d"]
    assert reading.cells == [["p", "1", "3", "5", "7"], ["q", "2", "4", "6", "8"]]


@pytest.mark.parametrize(
    "text",
    [
        "name,age,city,pay\nAnn,31,Paris,2000\nBob,25,Rome,1800\n",
        "country,1990,1991,1992,1993,1994,1995\nA,100,101,102,103,104,105\nB,5,6,7,8,9,10\nC,900,910,920,930,940,950\n",
        "sample," + ",".join(f"g{i}" for i in range(40)) + "\n"
        + "".join(f"s{k}," + ",".join(str(10 ** (i % 6) + k) for i in range(40)) + "\n" for k in range(8)),
        "student," + ",".join(f"q{i}" for i in range(20)) + "\n"
        + "".join(f"s{k}," + ",".join(str(10 * k + i % 3) for i in range(20)) + "\n" for k in range(1, 8)),
        "name,YR1990,YR1991,YR1992,YR1993,YR1994,YR1995\nA,100,101,102,103,104,105\nB,0.5,0.6,0.7,0.8,0.9,0.95\n",
        "g,x,y,z\nunit,kg,cm,m\na,1,2,3\nb,4,5,6\nc,7,8,9\nd,1,5,9\n",
    ],
)  # fmt: skip
def test_standing_tables_stay(text: str) -> None:
    assert not read(text).raw.transposed
