"""Reading ahead: reading rows and reckoning with them take about as long, and need not wait for each other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from regression_analyzer.design.value import Block


def ahead(blocks: Iterator[Block]) -> Generator[Block, None, None]:
    """Hand on blocks in their order; a thread makes the next one while this one is used.

    The first is made on the spot: a look at the first rows then reads no more than them. At most two blocks are
    there at a time, and the thread ends with the pass, also where the pass is left early.
    """
    first = next(blocks, None)
    if first is None:
        return
    yield first
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, blocks, None)
            yield block
