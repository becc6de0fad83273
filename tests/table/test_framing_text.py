"""Delimited text: delimiter, quotes, header, and the lines that are no rows of the table."""

from __future__ import annotations

import pytest

from regression_analyzer.errors import InputError, LimitError, UsageError
from regression_analyzer.table import delimited
from regression_analyzer.table.raw import Limits
from tests.table.reading import read

BODY = [["Ann", "1.5", "10"], ["Bob", "2.5", "20"], ["Cy", "3.5", "35"], ["Di", "4.5", "41"]]
PLAIN = "name,x,y\n" + "".join(",".join(r) + "\n" for r in BODY)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
def test_delimiter_is_recognised(delimiter: str) -> None:
    reading = read(PLAIN.replace(",", delimiter))
    assert reading.names == ["name", "x", "y"]
    assert reading.cells == BODY
    assert reading.raw.delimiter == delimiter


def test_decimal_commas_do_not_win_over_semicolons() -> None:
    reading = read("x;y;z\n1,5;2,5;3\n2,5;3,5;4\n3,5;4,5;5\n")
    assert reading.cells[0] == ["1,5", "2,5", "3"]


def test_decimal_commas_without_a_header() -> None:
    reading = read("1,5;2,5;3,5\n2,5;3,5;4,5\n9,1;8,2;7,3\n")
    assert reading.names == ["column_1", "column_2", "column_3"]
    assert reading.raw.source.header_row is None
    assert len(reading.cells) == 3


def test_times_do_not_make_the_colon_a_delimiter() -> None:
    reading = read("when,y\n2024-01-01 10:00:00,1\n2024-01-01 11:30:00,2\n2024-01-01 12:00:00,4\n")
    assert reading.names == ["when", "y"]


def test_separator_hint_of_spreadsheets() -> None:
    reading = read("sep=;\na;b\n1,2;3\n4,5;6\n")
    assert reading.names == ["a", "b"]
    assert reading.cells == [["1,2", "3"], ["4,5", "6"]]
    assert reading.lines == [3, 4]


def test_blanks_between_columns() -> None:
    reading = read("  x    y\n  1  2.0\n 10  3.0\n100 14.5\n")
    assert reading.cells == [["1", "2.0"], ["10", "3.0"], ["100", "14.5"]]


def test_fixed_width_with_blanks_inside_cells() -> None:
    text = "name            mpg   cyl\nMazda RX4       21.0  6\nHornet 4 Drive  21.4  6\nValiant         18.1  6\n"
    reading = read(text)
    assert reading.cells[1] == ["Hornet 4 Drive", "21.4", "6"]
    assert reading.decision("table.delimiter").chosen == "fixed width"


def test_single_column() -> None:
    reading = read("y\n1\n2\n3\n")
    assert reading.names == ["y"]
    assert reading.raw.delimiter is None


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir or Madam,\n\nplease find attached our figures; they are, as ever, late.\n\nYours\nA. Person\n",
        "It was the best of times, it was the worst of times.\nIt was the age of wisdom, or so they said.\n"
        "It was the epoch of belief, we are told.\n",
        "The quick brown fox jumps over the lazy dog\n",
    ],
)
def test_prose_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == "not_a_table"


def test_quoted_line_breaks_keep_line_numbers_right() -> None:
    reading = read('id,note,y\n1,"two\nlines",5\n2,"with, comma",6\n3,"say ""hi""",7\n')
    assert [r[1] for r in reading.cells] == ["two\nlines", "with, comma", 'say "hi"']
    assert reading.lines == [2, 4, 5]
    assert reading.numbers == [1, 2, 3]


def test_backslash_escapes() -> None:
    reading = read('name,y\n"a \\"b\\", c",1\n"d \\"e\\"",2\n"f",3\n')
    assert [r[0] for r in reading.cells] == ['a "b", c', 'd "e"', "f"]


def test_windows_paths_are_not_escapes() -> None:
    reading = read('path,y\n"C:\\data\\",1\n"C:\\more\\",2\n"C:\\",3\n')
    assert [r[0] for r in reading.cells] == ["C:\\data\\", "C:\\more\\", "C:\\"]


def test_inch_marks_are_plain_text() -> None:
    reading = read('size,y\n5" pipe,1\n6" hose,2\n7",3\n')
    assert [r[0] for r in reading.cells] == ['5" pipe', '6" hose', '7"']


def test_single_quotes() -> None:
    reading = read("name,y\n'Smith, J',1\n'Doe, A',2\n'Roe, B',3\n")
    assert [r[0] for r in reading.cells] == ["Smith, J", "Doe, A", "Roe, B"]


def test_apostrophes_are_no_quotes() -> None:
    reading = read("name,y\nO'Neil,1\nd'Or,2\nL'Est,3\nD'Arcy,4\n")
    assert reading.cells[0] == ["O'Neil", "1"]


@pytest.mark.parametrize("at", [1, 2, 4])
def test_quote_that_never_closes_swallows_nothing(at: int) -> None:
    lines = ["name,x,y", *(",".join(r) for r in BODY)]
    lines[at] = '"' + lines[at]
    reading = read("\n".join(lines))
    assert len(reading.cells) == 4
    assert reading.finding("unbalanced_quote").facts["lines"] == (at + 1,)


def test_unbalanced_quote_before_quoted_cells() -> None:
    reading = read('a,b\n"x,1\n"y",2\n"z",3\n')
    assert reading.cells == [["x", "1"], ["y", "2"], ["z", "3"]]
    assert reading.finding("unbalanced_quote").facts["lines"] == (2,)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    reading = read(PLAIN.replace("\n", end))
    assert reading.cells == BODY
    assert reading.lines == [2, 3, 4, 5]


def test_zero_bytes_are_removed_and_told() -> None:
    reading = read(PLAIN.replace("Bob", "B\0ob"))
    assert reading.cells == BODY
    assert reading.finding("nul_characters").facts["count"] == 1


def test_ragged_rows_are_named_by_line() -> None:
    reading = read("a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15\n")
    assert reading.numbers == [1, 3, 5]
    assert reading.lines == [2, 4, 6]
    assert reading.raw.left_out[0].lines == (3, 5)
    assert reading.raw.rows_in_file == 5


@pytest.mark.parametrize("header", ["a,b,c", "a,b,c,"])
def test_rows_that_end_in_a_delimiter_do_not_shift(header: str) -> None:
    reading = read(header + "\n1,2,3,\n4,5,6,\n7,8,9,\n")
    assert reading.names == ["a", "b", "c"]
    assert reading.cells[0] == ["1", "2", "3"]


def test_some_rows_with_empty_cells_too_many_are_harmless() -> None:
    reading = read("a,b,c\n1,2,3\n4,5,6,,\n7,8,9\n")
    assert reading.cells[1] == ["4", "5", "6"]
    assert not reading.raw.left_out


def test_row_names_without_a_header_cell() -> None:
    reading = read("mpg cyl\nMazda 21 6\nDatsun 22.8 4\nValiant 18.1 6\n")
    assert reading.names == ["", "mpg", "cyl"]


def test_header_cells_may_be_empty_or_doubled() -> None:
    reading = read("a,,y,\n1,2,3,4\n5,6,7,8\n9,1,2,3\n")
    assert reading.names == ["a", "", "y", ""]
    assert read("x,x,y\n1,2,3\n4,5,6\n").names == ["x", "x", "y"]


def test_index_column_without_a_name() -> None:
    assert read(",value\n0,1.5\n1,2.5\n2,3.5\n").names == ["", "value"]


def test_title_rows_above_and_notes_below() -> None:
    reading = read("Sales report 2024\nAll regions\n\nname,x,y\nAnn,1,2\nBob,3,4\nCy,5,6\n\nSource: own figures\n")
    assert reading.names == ["name", "x", "y"]
    assert reading.raw.source.header_row == 4
    assert reading.lines == [5, 6, 7]
    assert reading.finding("title_rows").facts["lines"] == (1, 2)
    assert reading.finding("notes_below").facts["lines"] == (9,)
    assert reading.raw.rows_in_file == 3


def test_title_padded_with_delimiters() -> None:
    reading = read("Report;;\n;;\nname;x;y\nAnn;1;2\nBob;3;4\nCy;5;7\n")
    assert reading.names == ["name", "x", "y"]
    assert reading.raw.source.header_row == 3


def test_comments_are_passed_over() -> None:
    reading = read("# made today\nname,x\nAnn,1\n# checked, fine\nBob,2\nCy,3\n")
    assert reading.names == ["name", "x"]
    assert reading.lines == [3, 5, 6]
    assert reading.finding("comment_lines").facts["lines"] == (1, 4)


def test_a_header_may_begin_with_a_hash() -> None:
    assert read("#id\tx\ty\n1\t2\t3\n2\t5\t6\n3\t8\t9\n").names == ["id", "x", "y"]


def test_hash_cells_are_data() -> None:
    reading = read("tag,x\n#red,1\n#blue,2\n#green,3\n#red,4\n")
    assert len(reading.cells) == 4


def test_repeated_header_is_no_row() -> None:
    reading = read(PLAIN + PLAIN)
    assert len(reading.cells) == 8
    assert reading.finding("repeated_header").facts["lines"] == (6,)
    assert reading.raw.rows_in_file == 8


@pytest.mark.parametrize(
    "label", ["Total", "TOTAL:", "Sum", "Gesamt", "Summe", "Somme", "Average", "Grand total", "合計"]
)
def test_labelled_totals_are_left_out(label: str) -> None:
    reading = read(PLAIN + f"{label},12,106\n")
    assert reading.cells == BODY
    assert reading.raw.left_out[0].lines == (6,)
    assert reading.finding("total_rows").facts["left_out"] is True


def test_total_without_a_label() -> None:
    reading = read("g,x,y\na,1,2\nb,3,4\nc,5,6\nd,2,9\n,11,21\n")
    assert len(reading.cells) == 4
    assert reading.raw.left_out[0].rows == 1


def test_total_can_be_kept() -> None:
    reading = read(PLAIN + "Total,12,106\n", overrides={"table.total_rows": "keep"})
    assert len(reading.cells) == 5
    assert reading.decision("table.total_rows").overridden


def test_a_level_called_total_is_no_total() -> None:
    rows = "".join(f"{g},{i},{2 * i}\n" for i in range(1, 5) for g in ("north", "south", "total"))
    assert len(read("region,x,y\n" + rows).cells) == 12


def test_two_tables_of_a_year_header() -> None:
    reading = read("country,2019,2020,2021\nA,1.5,2.5,3.5\nB,4.5,5.5,6.5\nC,7.5,8.5,9.5\n")
    assert reading.names == ["country", "2019", "2020", "2021"]


def test_all_text_table_has_a_header() -> None:
    reading = read("size,colour\nsmall,red\nlarge,blue\nsmall,blue\n")
    assert reading.names == ["size", "colour"]


def test_first_row_with_missing_values_is_data() -> None:
    reading = read("name,x,y\nAnn,NA,NA\nBob,1,2\nCy,3,4\nDi,5,6\n")
    assert reading.names == ["name", "x", "y"]
    assert len(reading.cells) == 4


@pytest.mark.parametrize(
    ("override", "names", "rows"),
    [
        ({"table.header_row": "none"}, ["column_1", "column_2", "column_3"], 5),
        ({"table.header_row": "2"}, ["Ann", "1.5", "10"], 3),
        ({"table.delimiter": ";"}, ["name,x,y"], 4),
        ({"table.delimiter": "comma"}, ["name", "x", "y"], 4),
    ],
)
def test_overrides(override: dict[str, str], names: list[str], rows: int) -> None:
    reading = read(PLAIN, overrides=override)
    assert reading.names == names
    assert len(reading.cells) == rows


@pytest.mark.parametrize(
    "override",
    [
        {"table.header_row": "99"},
        {"table.header_row": "first"},
        {"table.delimiter": "ab"},
        {"table.encoding": "klingon"},
        {"table.transpose": "perhaps"},
        {"table.total_rows": "maybe"},
        {"table.comments": "word"},
        {"table.format": "xlsx"},
    ],
)
def test_impossible_overrides_say_what_is_allowed(override: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        read(PLAIN, overrides=override)
    assert next(iter(override)) in caught.value.message
    assert "takes" in caught.value.message


def test_too_many_columns() -> None:
    with pytest.raises(LimitError) as caught:
        read("a,b,c,d\n1,2,3,4\n", limits=Limits(columns=3))
    assert caught.value.code == "too_many_columns"


def test_cell_too_long() -> None:
    with pytest.raises(LimitError) as caught:
        read("a,b\n1," + "x" * 200 + "\n", limits=Limits(cell_characters=100))
    assert caught.value.code == "cell_too_long"


def test_header_only_has_no_rows() -> None:
    reading = read("a,b,c\n")
    assert reading.names == ["a", "b", "c"]
    assert reading.cells == []


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
        " a | b\n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n",
        "a  b\n-- --\n.  2\n3  4\n",
    ],
)
def test_tables_drawn_in_text(text: str) -> None:
    reading = read(text)
    assert [n.strip() for n in reading.names] == ["a", "b"]
    assert [c.strip() for c in reading.cells[-1]] == ["3", "4"]


def test_names_that_are_numbers() -> None:
    assert read("id,2,3\n1,2.5,3.5\n2,2.6,3.6\n3,2.8,4.0\n").names == ["id", "2", "3"]


def test_preamble_with_delimiters_is_no_header() -> None:
    reading = read("Station: Oslo\nUnits: mm,C\n\ntime,rain,temp\n1,2.5,3\n2,3.5,4\n3,4.5,5\n")
    assert reading.names == ["time", "rain", "temp"]
    assert reading.finding("title_rows").facts["lines"] == (1, 2)


def test_notes_with_as_many_delimiters_as_rows() -> None:
    reading = read("a,b,c\n1,2,3\n4,5,6\n7,8,9\n\n* p is, in general, small\nNote: see, for all, the manual\n")
    assert len(reading.cells) == 3
    assert reading.finding("notes_below").facts["lines"] == (6, 7)


def test_old_end_of_file_mark_is_no_row() -> None:
    assert read("a,b\n1,2\n3,4\n\x1a").raw.rows_in_file == 2


MESSY = (
    "name,x,y\n"
    + "".join(f"n{i},{i},{i * 2}\n" for i in range(300))
    + "short,1\n\n"
    + "".join(f'"m, {i}",{i},{i * 3}\n' for i in range(300))
    + 'name,x,y\nlong,1,2,3\n5" pipe,7,8\ntrail,1,2,,\n'
    + "".join(f"k{i},{i},{i * 4}\n" for i in range(300))
    + "Total,5,6\n\nSource: somewhere else\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
def test_large_texts_are_read_as_small_ones(end: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = MESSY.replace("n7,", "nä7,").replace("\n", end).encode(encoding)
    small = read(data)
    monkeypatch.setattr(delimited, "SMALL_BYTES", 0)
    large = read(data)
    assert "framed_" not in large.raw.relation
    assert large.cells == small.cells
    assert large.lines == small.lines
    assert large.numbers == small.numbers
    assert [(g.rows, g.lines) for g in large.raw.left_out] == [(g.rows, g.lines) for g in small.raw.left_out]
    assert large.codes() == small.codes()


def test_large_text_with_quoted_line_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "id,note,y\n" + "".join(f'{i},"line\nbreak",{i}\n' for i in range(200))
    small = read(data)
    monkeypatch.setattr(delimited, "SMALL_BYTES", 0)
    large = read(data)
    assert large.lines == small.lines == list(range(2, 402, 2))
    assert large.cells == small.cells


def test_large_regular_text_is_scanned_where_it_lies(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "SMALL_BYTES", 0)
    reading = read(PLAIN * 1 + "".join(f"z{i},{i},{i}\n" for i in range(500)))
    assert len(reading.cells) == 504
    assert reading.lines[-1] == 505
