"""The typed relation as arrays."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pytest

from regression_analyzer.errors import UsageError
from regression_analyzer.table import Table, read_table


@pytest.fixture(scope="module")
def table() -> Table:
    rows = "".join(f"{i},{'xyz'[i % 3]},{'yes' if i % 2 else 'no'},2023-01-{1 + i % 28:02d}\n" for i in range(1000))
    return read_table(f"a,b,c,d\n{rows},z,no,2023-01-01\n".encode())


def test_blocks_follow_the_rows(table: Table) -> None:
    rows = np.concatenate([block.row for block in table.blocks([0], block_rows=300)])
    assert np.array_equal(rows, np.arange(1, 1002))


def test_the_block_size_changes_nothing(table: Table) -> None:
    def whole(size: int) -> np.ndarray:
        return np.concatenate([block.values[0] for block in table.blocks([0], block_rows=size)])

    assert np.array_equal(whole(7), whole(100_000), equal_nan=True)


def test_rows_that_come_in_another_order_are_sorted(table: Table) -> None:
    connection = duckdb.connect()
    connection.execute("create table kept as select i + 1 as row_number, i * 1.0 as c0 from range(1000) as t(i)")
    connection.execute("create view data as select *, rowid from kept order by hash(row_number)")
    assert connection.execute("select row_number from data limit 3").fetchall() != [(1,), (2,), (3,)]
    blocks = list(replace(table, connection=connection).blocks([0], block_rows=300))
    assert np.array_equal(np.concatenate([block.row for block in blocks]), np.arange(1, 1001))
    assert np.array_equal(np.concatenate([block.values[0] for block in blocks]), np.arange(1000.0))


def test_missing_numbers_are_nan(table: Table) -> None:
    (block,) = table.blocks([0])
    assert np.isnan(block.values[0][-1])
    assert np.array_equal(block.values[0][:-1], np.arange(1000.0))


def test_categories_are_level_indices(table: Table) -> None:
    (block,) = table.blocks([1], {1: ["z", "y", "x"]})
    assert block.values[1][:4].tolist() == [2.0, 1.0, 0.0, 2.0]


def test_a_level_not_listed_is_nan(table: Table) -> None:
    (block,) = table.blocks([1], {1: ["x"]})
    assert np.isnan(block.values[1][1])
    assert block.values[1][0] == 0.0


def test_yes_no_is_read_like_a_category(table: Table) -> None:
    (block,) = table.blocks([2], {2: ["no", "yes"]})
    assert block.values[2][:3].tolist() == [0.0, 1.0, 0.0]


def test_dates_are_days_since_1970(table: Table) -> None:
    (block,) = table.blocks([3])
    assert block.values[3][0] == (np.datetime64("2023-01-01") - np.datetime64("1970-01-01")).astype(int)


def test_hostile_levels_are_only_texts() -> None:
    hostile = "x'); drop table typed_0; --"
    table = read_table(f'a,b\n"{hostile}",1\nother,2\nthird,3\n'.encode())
    (block,) = table.blocks([0], {0: ["other", hostile]})
    assert block.values[0].tolist()[:2] == [1.0, 0.0]


def test_one_pass_can_run_inside_another(table: Table) -> None:
    pairs = [(a.row[0], b.row[0]) for a in table.blocks([0], block_rows=600) for b in table.blocks([0], block_rows=600)]
    assert pairs == [(1, 1), (1, 601), (601, 1), (601, 601)]


def test_arrays_are_read_only(table: Table) -> None:
    (block,) = table.blocks([0])
    assert not block.values[0].flags.writeable


def test_words_need_levels(table: Table) -> None:
    with pytest.raises(UsageError, match="levels"):
        table.blocks([1])


def test_levels_differ_by_their_list(table: Table) -> None:
    first = next(table.blocks([1], {1: ["x", "y"]})).values[1][:2].tolist()
    second = next(table.blocks([1], {1: ["y", "x"]})).values[1][:2].tolist()
    assert (first, second) == ([0.0, 1.0], [1.0, 0.0])
