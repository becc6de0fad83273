"""What the cells of one column are taken for, and what is said about it."""

from __future__ import annotations

import pytest

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.table import Table, read_table
from regression_analyzer.table.missing import sentinel_values, text_codes
from regression_analyzer.table.names import unique_names, unit_in_name


def read(cells: list[str], overrides: dict[str, str] | None = None) -> Table:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    text = "row,x\n" + "".join(f"r{i},{c}\n" for i, c in enumerate(quoted))
    return read_table(text.encode(), overrides=overrides)


def values(table: Table) -> list[object]:
    return [row[0] for row in table.sql("select c1 from data order by row_number")]


def finding(table: Table, code: str) -> Finding:
    (found,) = [f for f in table.findings if f.code == code]
    return found


def decision(table: Table, decision_id: str) -> Decision:
    (found,) = [d for d in table.decisions if d.id == decision_id]
    return found


NUMBERS = [str(n) for n in range(10, 30)]

KINDS = [
    (["00123", "04512", "10230"], "text"),
    (["+41791234567", "+41791234568", "+4479123456789"], "text"),
    (["12 kg", "3.5 kg", "7 kg"], "number"),
    (["12 kg", "3 lb", "7 kg", "9 lb"], "text"),
    (["$5", "€6", "$7", "€8"], "text"),
    (["<=50K", ">50K", "<=50K", ">50K"], "text"),
    (["0", "1", "2", "3+", "0", "1", "2", "3+"], "text"),
    (["1+", "2", "3-", "1-"], "text"),
    (["1990", "2005", "2030"], "number"),
    (["20230105", "20230212", "20231130"], "date"),
    (["20230105", "20239912", "20231130"], "number"),
    (["2023-01", "2023-02", "2023-03"], "date"),
    (["0x1F", "0x2A", "0x3B"], "text"),
    (["1_000", "2_000", "3_000"], "text"),
    (["0", "1", "1", "0"], "number"),
    (["Y", "n", "y", "N"], "yes_no"),
    (["ja", "nein", "JA"], "yes_no"),
    (["yes", "yes", "yes"], "text"),
    (["yes", "no", "maybe"], "text"),
    (["male", "female", "male"], "text"),
    (["25-29", "30-35", "<25", ">35"], "text"),
    (["12:30", "13:45", "01:10"], "number"),
    (["00:50:23", "1:02:03.5", "12:00:00"], "number"),
    (["12:30", "13:75", "01:10"], "text"),
    (["1-2", "3-4", "5-6"], "text"),
    (["555-1234", "555-9876", "555-1111"], "text"),
    (["192.168.0.1", "10.0.0.1", "8.8.8.8"], "text"),
    (["99999999999999999999", "1" * 41, "12"], "number"),
]


CLOCKS = [
    (["0:30", "01:30", "-2:15"], [0.5, 1.5, -2.25]),
    (["00:50:24", "1:00:00", "10:30:00.9"], [0.84, 1.0, 10.50025]),
    (["12:30 AM", "1:15 PM", "12:00 pm"], [0.5, 13.25, 12.0]),
    (["75:30", "3:15", "10:00"], [75.5, 3.25, 10.0]),
]


@pytest.mark.parametrize(("cells", "expected"), CLOCKS)
def test_times_are_numbers(cells: list[str], expected: list[float]) -> None:
    table = read(cells)
    assert values(table) == pytest.approx(expected, rel=1e-15)
    assert finding(table, "clock_read").facts["unit"] == ("minutes" if "75:30" in cells else "hours")


def test_the_first_part_of_times_is_the_users_choice() -> None:
    table = read(["1:30", "2:45", "0:15"], overrides={"column.x.clock": "minutes"})
    assert values(table) == pytest.approx([1.5, 2.75, 0.25])
    assert table.columns[1].unit == "minutes"
    assert decision(table, "column.x.clock").overridden


def test_a_cell_among_times_that_is_none_is_told() -> None:
    cells = ["1:30", "late", "2:45", "0:15", "3:15", "4:45", "5:15", "6:30", "7:00"]
    assert finding(read(cells), "odd_cells").facts["cells"] == 1


@pytest.mark.parametrize(("cells", "kind"), KINDS, ids=[c[0][0] for c in KINDS])
def test_a_column_is_of_one_kind(cells: list[str], kind: str) -> None:
    assert read(cells).columns[1].kind == kind


def test_a_few_unreadable_cells_are_missing_and_named() -> None:
    table = read([*NUMBERS, "see note", "~97", "n/a", "-"])
    assert table.columns[1].kind == "number"
    assert values(table)[-4:] == [None] * 4
    assert finding(table, "odd_cells").facts["lines"] == (22, 23)
    assert finding(table, "missing_codes").facts["lines"] == (24, 25)


def test_many_unreadable_cells_make_text_and_are_said() -> None:
    table = read([*NUMBERS, *(f"about {n}" for n in range(8))])
    assert table.columns[1].kind == "text"
    assert finding(table, "mostly_numbers").facts["numbers"] == 20


def test_none_is_a_category_among_words() -> None:
    table = read(["BrkFace", "None", "Stone", "None"])
    assert values(table) == ["BrkFace", "None", "Stone", "None"]
    assert decision(table, "column.x.missing").chosen == "keep"


def test_na_is_missing_among_words() -> None:
    table = read(["male", "NA", "female", "male"])
    assert values(table) == ["male", None, "female", "male"]
    assert decision(table, "column.x.missing").chosen == "NA"


def test_na_can_be_kept() -> None:
    assert values(read(["male", "NA", "female"], {"column.x.missing": "keep"})) == ["male", "NA", "female"]


def test_a_category_can_be_declared_missing() -> None:
    assert values(read(["a", "unknown", "b"], {"column.x.missing": "unknown"})) == ["a", None, "b"]


def test_na_among_region_codes_is_a_region() -> None:
    assert "NA" not in text_codes(["EU", "NA", "AS", "AF"])


def test_minus_beside_plus_is_a_category() -> None:
    assert text_codes(["+", "-"]) == frozenset()


def test_the_commoner_spelling_of_each_side_is_kept() -> None:
    assert values(read(["Y", "Y", "y", "n", "N", "n"])) == ["Y", "Y", "Y", "n", "n", "n"]


def test_outer_blanks_of_categories_go_and_case_stays() -> None:
    table = read(["A", " A", "A\u00a0", "a", "B"])
    assert values(table) == ["A", "A", "A", "a", "B"]
    assert finding(table, "look_alike_levels").facts["levels"] == ("A", "a")


def test_minus_999_is_read_as_missing_and_said() -> None:
    table = read(["1.5", "2.5", "-999", "3.5"])
    assert values(table) == [1.5, 2.5, None, 3.5]
    said = finding(table, "sentinel_missing")
    assert (said.severity, said.facts["cells"], said.facts["lines"]) == ("attention", 1, (4,))


def test_a_code_beside_huge_numbers_has_no_average_to_tell() -> None:
    table = read(["1.5e308", "1.6e308", "-999", "1.7e308"], {"column.x.missing": "-999"})
    assert values(table) == [1.5e308, 1.6e308, None, 1.7e308]
    said = finding(table, "sentinel_missing").facts
    assert (said["mean_before"], said["mean_after"]) == (None, None)


def test_minus_999_can_be_kept() -> None:
    assert values(read(["1.5", "2.5", "-999"], {"column.x.missing": "keep"})) == [1.5, 2.5, -999.0]


def test_a_number_can_be_declared_missing() -> None:
    assert values(read(["1.5", "0", "2.5"], {"column.x.missing": "0"})) == [1.5, None, 2.5]


SENTINELS = [
    ({99.0: 3}, (1.0, 5.0), (99.0,)),
    ({99.0: 1}, (18.0, 80.0), ()),
    ({99.0: 4}, (18.0, 98.5), ()),
    ({999.0: 2}, (18.0, 80.0), (999.0,)),
    ({999.0: 2}, (1.0, 5000.0), ()),
    ({-9.0: 2}, (0.0, 4.0), (-9.0,)),
    ({-9.0: 2}, (-8.0, 12.0), ()),
    ({-99.0: 1}, (-98.0, 100.0), ()),
    ({-999.0: 1}, (-20.0, 40.0), (-999.0,)),
    ({98.0: 2, 99.0: 2}, (1.0, 7.0), (98.0, 99.0)),
    ({999.0: 5}, None, ()),
]


@pytest.mark.parametrize(("counts", "rest", "expected"), SENTINELS)
def test_sentinels_stand_far_outside(
    counts: dict[float, int], rest: tuple[float, float] | None, expected: tuple[float, ...]
) -> None:
    assert sentinel_values(counts, rest) == expected


def test_two_digit_codes_are_looked_for_among_whole_numbers() -> None:
    assert sentinel_values({99.0: 3}, (9.99, 19.99), whole=False) == ()


def test_text_can_be_asked_for() -> None:
    assert values(read(["1", "2", "3"], {"column.x.type": "text"})) == ["1", "2", "3"]


def test_numbers_can_be_asked_for() -> None:
    assert values(read(["007", "008", "word"], {"column.x.type": "number"})) == [7.0, 8.0, None]


def test_names_are_only_trimmed() -> None:
    names, _ = unique_names([" ⛽ mpg ", "z\u200bw", "قوة"])
    assert names == ("⛽ mpg", "z\u200bw", "قوة")


def test_a_new_name_does_not_take_another_columns_name() -> None:
    assert unique_names(["a", "a", "a_2"])[0] == ("a", "a_3", "a_2")


@pytest.mark.parametrize(
    ("name", "unit"),
    [("height (cm)", "cm"), ("body_mass_g", "g"), ("Preis €", "€"), ("group", None), ("time (see note)", None)],
)
def test_units_in_names(name: str, unit: str | None) -> None:
    assert unit_in_name(name) == unit
