"""Numbers as people write them, to the last bit."""

from __future__ import annotations

import math
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_analyzer.table import Table, read_table
from regression_analyzer.table.numbers import NumberRule, number_sql, survey_numbers


def read(cells: list[str], *, delimiter: str = ",", overrides: dict[str, str] | None = None) -> Table:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    text = f"row{delimiter}x\n" + "".join(f"r{i}{delimiter}{c}\n" for i, c in enumerate(quoted))
    return read_table(text.encode(), overrides=overrides)


def values(table: Table) -> list[object]:
    return [row[0] for row in table.sql("select c1 from data order by row_number")]


WRITTEN = [
    (["1,234.5", "12.5", "1,234,567"], [1234.5, 12.5, 1234567.0]),
    (["1.234,5", "12,5", "1.234.567"], [1234.5, 12.5, 1234567.0]),
    (["1 234,5", "1\u00a0234,5", "1\u202f234,5", "1\u2009234,5"], [1234.5] * 4),
    (["1'234.50", "1\u2019234.50", "12.5"], [1234.5, 1234.5, 12.5]),
    (["1,23,456", "12,34,567.5", "3.5"], [123456.0, 1234567.5, 3.5]),
    (["(1,234.50)", "5-", "\u22127", "+8", "9.5"], [-1234.5, -5.0, -7.0, 8.0, 9.5]),
    (["-$5.00", "$ 1,200.00", "($3.50)", "$7"], [-5.0, 1200.0, -3.5, 7.0]),
    (["5 EUR", "1.234,50 EUR", "-2,5 EUR"], [5.0, 1234.5, -2.5]),
    (["CHF 5.20", "CHF 1'000.00", "CHF -3.50"], [5.2, 1000.0, -3.5]),
    (["1,5E+03", "2,5e-3", "7"], [1500.0, 0.0025, 7.0]),
    (["3.5 m²", "12 m²", "7.25 m²"], [3.5, 12.0, 7.25]),
    (["12.5%", "14.9 %", "-11.4%", "(5%)"], [0.125, 0.149, -0.114, -0.05]),
    ([".5", "5.", "-.25"], [0.5, 5.0, -0.25]),
]


@pytest.mark.parametrize(("cells", "expected"), WRITTEN, ids=[w[0][0] for w in WRITTEN])
def test_a_way_of_writing_numbers(cells: list[str], expected: list[float]) -> None:
    table = read(cells)
    assert table.columns[1].kind == "number"
    assert values(table) == expected


@pytest.mark.parametrize(("cells", "unit"), [(["$5", "$6", "$7.5"], "$"), (["1 kg", "2 kg", "3 kg"], "kg")])
def test_units_in_cells_are_kept(cells: list[str], unit: str) -> None:
    assert read(cells).columns[1].unit == unit


def test_percent_can_stay_percent() -> None:
    table = read(["12.5%", "14.9%", "3%"], overrides={"column.x.percent": "percent"})
    assert values(table) == [12.5, 14.9, 3.0]
    assert table.columns[1].unit == "%"


def test_limits_enter_as_the_bound_and_are_said() -> None:
    table = read(["<1.0", "2.5", "3.5", "4.5", ">100"])
    assert values(table) == [1.0, 2.5, 3.5, 4.5, 100.0]
    assert [f.facts["cells"] for f in table.findings if f.code == "bounds_read"] == [2]


def test_limits_can_be_missing() -> None:
    table = read(["<1.0", *(f"{n}.5" for n in range(2, 30))], overrides={"column.x.censored": "missing"})
    assert values(table)[:2] == [None, 2.5]


def ambiguous(table: Table) -> list[object]:
    return [f.facts["other_reading"] for f in table.findings if f.code == "decimal_ambiguous"]


def test_an_open_decimal_mark_is_said_with_both_readings() -> None:
    table = read(["1,234", "2,345", "3,456"])
    assert values(table) == [1234.0, 2345.0, 3456.0]
    assert ambiguous(table) == [1.234]


def test_an_open_decimal_mark_follows_the_semicolon() -> None:
    table = read(["1,234", "2,345", "3,456"], delimiter=";")
    assert values(table) == [1.234, 2.345, 3.456]
    assert ambiguous(table) == [1234.0]


def test_an_open_decimal_mark_follows_another_column() -> None:
    table = read_table(b"a;b\n1.234;1,5\n2.345;2,25\n3.456;3\n")
    assert table.sql("select c0 from data order by row_number") == [(1234.0,), (2345.0,), (3456.0,)]
    assert ambiguous(table) == []


def test_ungrouped_thousands_speak_for_a_decimal_mark() -> None:
    assert values(read(["1.234", "1500", "2.345"])) == [1.234, 1500.0, 2.345]


def test_the_decimal_mark_can_be_chosen() -> None:
    table = read(["1.234", "2.345"], overrides={"column.x.decimal": ","})
    assert values(table) == [1234.0, 2345.0]


def test_the_decimal_mark_can_be_chosen_for_the_file() -> None:
    assert values(read(["1.234", "2.345"], overrides={"table.decimal": ","})) == [1234.0, 2345.0]


def random_texts(seed: int, n: int) -> list[str]:
    generator = random.Random(seed)  # noqa: S311
    texts = []
    for i in range(n):
        kind = i % 4
        if kind == 0:
            value = struct.unpack("d", generator.randbytes(8))[0]
            texts.append(repr(value) if math.isfinite(value) else "0")
        elif kind == 1:
            texts.append(f"{generator.gauss(0, 10 ** generator.randint(-10, 10)):.17g}")
        elif kind == 2:
            texts.append(f"{generator.randint(0, 10**12)}.{generator.randint(0, 10**18):018d}")
        else:
            texts.append(f"{generator.gauss(0, 1):.{generator.randint(0, 25)}e}")
    return texts


def test_the_value_is_the_nearest_double() -> None:
    texts = random_texts(seed=20, n=8_000)
    assert values(read(texts)) == [float(t) for t in texts]


def test_the_value_is_the_nearest_double_with_decimal_commas() -> None:
    texts = [t for t in random_texts(seed=21, n=4_000) if "e" not in t]
    assert values(read([t.replace(".", ",") for t in texts], delimiter=";")) == [float(t) for t in texts]


LOCALES = {
    "plain": ("", "."),
    "us": (",", "."),
    "german": (".", ","),
    "french": ("\u202f", ","),
    "old_french": ("\u00a0", ","),
    "swiss": ("'", "."),
    "si": ("\u2009", "."),
    "plain_comma": ("", ","),
}


def write(value: float, thousands: str, decimal: str) -> str:
    return f"{value:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-(10**9), 10**9).map(lambda cents: cents / 100), min_size=4, max_size=12, unique=True))
def test_one_table_in_eight_locales_gives_the_same_numbers(numbers: list[float]) -> None:
    encodings = ("utf-8", "utf-16", "cp1252")
    for place, (name, (thousands, decimal)) in enumerate(LOCALES.items()):
        delimiter = ",;\t|"[place % 4]
        cells = [write(n, thousands, decimal) for n in numbers]
        text = f"città{delimiter}x\n" + "".join(f'città{i}{delimiter}"{c}"\n' for i, c in enumerate(cells))
        encoding = encodings[place % 3] if thousands not in {"\u202f", "\u2009"} else "utf-8"
        assert values(read_table(text.encode(encoding))) == [n + 0.0 for n in numbers], name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("locale", list(LOCALES))
def test_every_locale_encoding_and_delimiter(locale: str, delimiter: str, encoding: str) -> None:
    thousands, decimal = LOCALES[locale]
    if encoding == "cp1252" and thousands in {"\u202f", "\u2009"}:
        thousands = "\u00a0"
    numbers = [1234.5, -56789.25, 0.75, 1234567.0, 12.5, -3.0]
    text = f"Größe{delimiter}x\n" + "".join(
        f'Fläche {i}{delimiter}"{write(n, thousands, decimal)}"\n' for i, n in enumerate(numbers)
    )
    assert values(read_table(text.encode(encoding))) == numbers


def test_a_plain_column_costs_one_cast() -> None:
    assert number_sql(NumberRule(), "c0") == "try_cast(c0 as double) + 0.0"


def test_the_survey_counts_marks() -> None:
    survey = survey_numbers({"1.5": 2, "1,5": 1, "1.234": 3, "see": 1})
    assert (survey.dot, survey.comma, survey.ambiguous, dict(survey.odd)) == (2, 1, 3, {"see": 1})
