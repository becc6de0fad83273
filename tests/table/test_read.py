"""From bytes to typed columns: whole tables."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.table import Limits, Table, read_table


def column(table: Table, name: str) -> list[object]:
    return [row[0] for row in table.sql(f"select {table.by_name[name].sql} from data order by row_number")]


def kinds(text: str) -> dict[str, str]:
    return {c.name: c.kind for c in read_table(text.encode()).columns}


def codes(table: Table) -> dict[str, str]:
    return {f.code: f.severity for f in table.findings}


def csv_of(name: str, cells: list[str]) -> bytes:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    return ("row," + name + "\n" + "".join(f"r{i},{c}\n" for i, c in enumerate(quoted))).encode()


def test_a_plain_table_has_typed_columns() -> None:
    table = read_table(b"name,x,smoker,day\nAnn,1.5,yes,2023-01-05\nBob,2,no,2023-02-05\nCid,3,yes,2023-03-05\n")
    assert [(c.name, c.kind) for c in table.columns] == [
        ("name", "text"),
        ("x", "number"),
        ("smoker", "yes_no"),
        ("day", "date"),
    ]
    assert column(table, "x") == [1.5, 2.0, 3.0]
    assert (table.n_rows, table.rows_in_file) == (3, 3)


def test_every_row_has_its_number_and_line() -> None:
    table = read_table(b"a,b\n1,2\n3,4\n5,6\n")
    assert table.sql("select row_number, line_number from data order by 1") == [(1, 2), (2, 3), (3, 4)]
    assert table.lines_of([3, 1]) == (4, 2)


def test_empty_rows_are_left_out_and_counted() -> None:
    table = read_table(b"a,b\n1,2\n,\n3,4\n")
    assert table.n_rows + sum(out.rows for out in table.left_out) == table.rows_in_file
    assert column(table, "a") == [1.0, 3.0]


def test_a_header_without_rows_is_refused() -> None:
    with pytest.raises(InputError, match="no data rows"):
        read_table(b"a,b\n")


def test_duplicate_and_empty_names_are_told_apart() -> None:
    table = read_table(b"score, score ,,x\n1,2,3,4\n5,6,7,8\n")
    assert [c.name for c in table.columns] == ["score", "score_2", "column_3", "x"]
    assert codes(table)["names_repeated"] == "attention"


def test_rows_keep_their_order_when_a_large_file_is_read_in_parallel(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = 300_000
    with path.open("w") as file:
        file.write("id,group,answer,note\n")
        for i in range(rows):
            file.write(f"{i},{'abcdefg'[i % 7]},{'yes' if i % 3 else 'no'},{'padding' * 20}\n")
    table = read_table(path, limits=Limits(in_memory_bytes=1000))
    assert table.sql("select count(*) from data where c0 + 1 <> row_number or line_number <> row_number + 1") == [(0,)]
    seen = [value for block in table.blocks([0], block_rows=70_000) for value in (block.values[0][0], block.row[-1])]
    assert seen == [0, 70_000, 70_000, 140_000, 140_000, 210_000, 210_000, 280_000, 280_000, 300_000]


def test_a_column_that_changes_below_the_sample_is_decided_again() -> None:
    cells = [str(i) for i in range(30_000)] + ["word", "other", "third"] * 5_000
    body = "".join(f"{cell},{i}\n" for i, cell in enumerate(cells))
    table = read_table(("a,b\n" + body).encode())
    assert table.by_name["a"].kind == "text"
    assert table.by_name["b"].kind == "number"


def test_a_rare_late_word_is_named_with_its_line() -> None:
    body = "".join(f"{'see note' if i == 25_001 else i * 0.5},{i}\n" for i in range(30_000))
    table = read_table(("a,b\n" + body).encode())
    (odd,) = [f for f in table.findings if f.code == "odd_cells"]
    assert (odd.subject, odd.facts["texts"], odd.facts["lines"]) == ("a", ("see note",), (25_003,))


def test_copies_of_rows_are_found() -> None:
    table = read_table(b"a,b,c\n" + b"1,2,x\n3,4,y\n5,6,z\n" * 2)
    (found,) = [f for f in table.findings if f.code == "duplicate_rows"]
    assert (found.facts["copies"], found.facts["lines"], found.severity) == (3, (5, 6, 7), "attention")


def test_a_column_without_values_stays_and_is_text() -> None:
    table = read_table(b"a,b,c\n1,,2\n3,,4\n")
    assert table.by_name["b"].kind == "text"
    assert column(table, "b") == [None, None]
    assert table.n_rows == 2


def test_an_override_of_an_unknown_column_is_refused() -> None:
    with pytest.raises(UsageError, match="no choice"):
        read_table(b"a,b\n1,2\n", overrides={"column.zz.type": "text"})


def test_an_override_with_a_wrong_value_is_refused() -> None:
    with pytest.raises(UsageError, match="number"):
        read_table(b"a,b\n1,2\n", overrides={"column.a.type": "colour"})


def test_overrides_of_other_rooms_are_left_alone() -> None:
    assert read_table(b"a,b\n1,2\n3,4\n", overrides={"target": "a"}).n_rows == 2


def test_every_decision_can_be_replayed() -> None:
    text = b'when;price;share\n01/02/2023;"1.234";12,5%\n03/02/2023;"2.345";7%\n05/04/2023;"950";1%\n'
    first = read_table(text)
    again = read_table(text, overrides={d.id: d.chosen for d in first.decisions if d.id.startswith("column.")})
    assert [(d.id, d.chosen) for d in again.decisions] == [(d.id, d.chosen) for d in first.decisions]
    assert column(again, "price") == column(first, "price")


def test_a_very_wide_table_is_read() -> None:
    width, rows = 700, 12
    header = ",".join(f"v{i}" for i in range(width))
    body = "\n".join(",".join(str(r * i + 0.5) for i in range(width)) for r in range(rows))
    table = read_table(f"{header}\n{body}\n".encode())
    assert {c.kind for c in table.columns} == {"number"}
    assert table.sql("select c1, c450, c699 from data where row_number = 4") == [(3.5, 1350.5, 2097.5)]
    (block,) = table.blocks([0, 699])
    assert block.values[699][-1] == 11 * 699 + 0.5


def test_the_connection_reads_no_files_afterwards(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    table = read_table(b"a,b\n1,2\n3,4\n")
    with pytest.raises(Exception, match="disabled"):
        table.sql(f"select * from read_text('{secret}')")


def test_the_decimal_mark_of_the_file_is_recorded() -> None:
    assert read_table(b"a;b\n1,5;x\n2,5;y\n").source.decimal == ","


def test_nan_and_infinite_numbers_are_missing() -> None:
    table = read_table(csv_of("x", ["1", "2", "1e400", "3.5", "4", "5", "6", "7", "8", "nan"]))
    values = column(table, "x")
    assert values[2] is None
    assert values[9] is None
    assert codes(table)["infinite_numbers"] == "attention"


def test_minus_zero_is_zero() -> None:
    values = column(read_table(csv_of("x", ["-0", "-0.0", "0", "1.5"])), "x")
    assert [math.copysign(1, float(str(v))) for v in values] == [1.0, 1.0, 1.0, 1.0]
