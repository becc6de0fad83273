"""Rows read from the table on every pass: the same blocks as in memory, one of them ahead of its use."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Generator

import numpy as np
import pytest

from regression_analyzer.design import blocks as rows
from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.ahead import ahead
from regression_analyzer.design.value import Block
from regression_analyzer.profile import describe
from regression_analyzer.table import read_table


def test_streamed_blocks_are_the_held_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"{i % 17}.5,{i},{'abc'[i % 3]}\n" for i in range(2_000))
    table = read_table(f"y,x,kind\n{lines}".encode())
    design = specify(table, describe(table, target="y"), target="y", formula="y ~ x + kind")
    held = open_blocks(design, table, block_rows=300)
    monkeypatch.setattr(rows, "IN_MEMORY_BYTES", 0)
    streamed = open_blocks(design, table, block_rows=300)
    assert isinstance(held, rows.HeldBlocks)
    assert isinstance(streamed, rows.StreamedBlocks)
    for kept, (read, inner) in zip(held, zip(streamed, streamed, strict=True), strict=True):
        assert np.array_equal(kept.row, read.row)
        assert kept.x.tobytes() == read.x.tobytes() == inner.x.tobytes()
        assert kept.y.tobytes() == read.y.tobytes() == inner.y.tobytes()


def _numbered(made: list[int], *, broken_at: int = -1) -> Generator[Block]:
    for number in range(5):
        if number == broken_at:
            raise MemoryError(f"block {number}")
        made.append(number)
        yield Block(row=np.array([number]), x=np.ones((1, 1)), y=np.zeros(1))


def test_a_look_at_the_first_block_makes_no_other() -> None:
    made: list[int] = []
    blocks = ahead(_numbered(made))
    next(blocks)
    assert made == [0]


def test_one_block_is_made_ahead_and_no_thread_is_left() -> None:
    made: list[int] = []
    before = threading.active_count()
    blocks = ahead(_numbered(made))
    next(blocks)
    assert next(blocks).row[0] == 1
    blocks.close()
    assert made == [0, 1, 2]
    assert threading.active_count() == before


def test_what_breaks_while_reading_ahead_reaches_the_reader() -> None:
    blocks = ahead(_numbered([], broken_at=3))
    assert [int(next(blocks).row[0]) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(MemoryError, match="block 3"):
        next(blocks)


def test_the_thread_warns_of_what_the_caller_asked_for() -> None:
    def undefined() -> Generator[Block]:
        for number in range(4):
            yield Block(row=np.array([number]), x=np.log(np.array([[-1.0]])), y=np.zeros(1))

    with np.errstate(invalid="ignore"):
        assert sum(1 for _ in ahead(undefined())) == 4


def _counted(alive: list[int], ended: list[bool], blocks: int, broken_at: int) -> Generator[Block]:
    refs: list[weakref.ref[object]] = []
    try:
        for number in range(blocks):
            if number == broken_at:
                raise ValueError("broken")
            x = np.full((50, 2), float(number))
            refs.append(weakref.ref(x))
            alive.append(sum(ref() is not None for ref in refs))
            block = Block(row=np.array([number]), x=x, y=np.zeros(50))
            del x
            yield block
            del block
    finally:
        ended.append(True)


def test_many_passes_that_end_in_every_way_leave_nothing_behind() -> None:
    rng = np.random.default_rng(5)
    before = threading.active_count()
    for _ in range(400):
        alive: list[int] = []
        ended: list[bool] = []
        left_at, broken_at, raised_at = (int(v) for v in rng.integers(0, 12, 3))
        seen = []
        try:
            blocks = ahead(_counted(alive, ended, 8, broken_at))
            for block in blocks:
                seen.append(int(block.row[0]))
                if len(seen) > left_at:
                    break
                if len(seen) > raised_at:
                    raise KeyError("reader")
        except (KeyError, ValueError):
            pass
        finally:
            blocks.close()
        assert seen == list(range(len(seen)))
        assert len(seen) == min(8, broken_at, left_at + 1, raised_at + 1)
        assert ended == [True]
        assert max(alive, default=0) <= 3
        assert threading.active_count() == before
