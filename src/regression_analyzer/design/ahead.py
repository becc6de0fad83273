"""Reading ahead: reading rows and reckoning with them take about as long, and need not wait for each other."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from regression_analyzer.design.value import Block


def ahead(blocks: Generator[Block]) -> Generator[Block, None, None]:
    """Hand on blocks in their order; a thread makes the next one while this one is used.

    The first is made on the spot: a look at the first rows then reads no more than them. At most two blocks are
    there at a time (and a third while one is handed on); the thread and the reading end with the pass, also where it
    is left early. The thread works under the caller's settings, such as what NumPy warns of.
    """

    def following() -> Block | None:
        return next(blocks, None)

    try:
        block = following()
        if block is None:
            return
        yield block
        context = copy_context()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading-ahead") as reader:
            coming = reader.submit(context.run, following)
            while (block := coming.result()) is not None:
                coming = reader.submit(context.run, following)
                yield block
    finally:
        blocks.close()
