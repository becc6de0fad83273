"""A large text seen as bytes: which records are not cut into the usual number of cells.

One pass with vector operations; the records themselves stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

CHUNK_BYTES = 16_000_000
MAX_ODD = 400
TAIL_RECORDS = 40
_LF, _CR = 10, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a regular record looks like.

    Attributes
    ----------
    start : byte at which the first data record begins
    delimiter, quote : single bytes
    width : cells of a record
    header : the header line's bytes without line end, to find it repeated; empty where there is none
    comment : first byte of a comment line, or None
    """

    start: int
    delimiter: int
    quote: int
    width: int
    header: bytes = b""
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that is not regular: its index from 0, and where its bytes lie."""

    index: int
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Survey:
    """What the pass found.

    Attributes
    ----------
    records : number of records from ``Shape.start`` on
    odd : the records that are not regular
    tail_start, tail_index : byte and index of the first of the last records
    longest : bytes of the longest record
    """

    records: int = 0
    odd: list[Odd] = field(default_factory=list)
    tail_start: int = 0
    tail_index: int = 0
    longest: int = 0


class TooOddError(Exception):
    """The text is not regular enough to be read as it lies."""


def survey(path: Path, shape: Shape) -> Survey:
    """Look at every record of a UTF-8 text.

    Raises
    ------
    TooOddError
        Line breaks inside quotes, mixed line ends, zero bytes, invalid UTF-8, or too many odd records.
    """
    found = Survey()
    crlf: bool | None = None
    last_starts: list[npt.NDArray[np.int64]] = []
    for offset, chunk in _pieces(path, shape.start):
        crlf = _check(chunk, crlf)
        codes = np.frombuffer(chunk, dtype=np.uint8)
        at, cells, suspicious = _records(codes, shape)
        starts = np.concatenate([[0], at[:-1] + 1])
        odd = (cells != shape.width) | (at - starts <= shape.width) | suspicious
        if shape.comment is not None:
            odd |= codes[starts] == shape.comment
        if shape.header and shape.header in chunk:
            odd |= _equal_to(chunk, starts, shape.header)
        positions = np.flatnonzero(odd)
        if len(found.odd) + len(positions) > MAX_ODD:
            raise TooOddError
        found.odd += [Odd(found.records + int(i), offset + int(starts[i]), offset + int(at[i]) + 1) for i in positions]
        found.records += len(at)
        found.longest = max(found.longest, int(np.max(at - starts)))
        last_starts = [*last_starts[-1:], offset + starts]
    ends = np.concatenate(last_starts)[-TAIL_RECORDS:] if last_starts else np.array([shape.start])
    found.tail_start, found.tail_index = int(ends[0]), max(0, found.records - len(ends))
    found.odd = [o for o in found.odd if o.index < found.tail_index]
    return found


def _pieces(path: Path, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the text in pieces that end at a line end, with the byte at which each begins."""
    with path.open("rb") as stream:
        stream.seek(start)
        rest, offset = b"", start
        while data := stream.read(CHUNK_BYTES):
            data = rest + data
            cut = data.rfind(b"\n") + 1
            if not cut and len(data) > 8 * CHUNK_BYTES:
                raise TooOddError
            if cut:
                yield offset, data[:cut]
            offset, rest = offset + cut, data[cut:]
        if rest:
            yield offset, rest + b"\n"


def _check(chunk: bytes, crlf: bool | None) -> bool | None:
    if 0 in chunk:
        raise TooOddError
    if not chunk.isascii():
        try:
            chunk.decode("utf-8")
        except UnicodeDecodeError as error:
            raise TooOddError from error
    returns = chunk.count(b"\r")
    if returns == 0 and not crlf:
        return False if b"\n" in chunk else crlf
    pairs = chunk.count(b"\r\n")
    unfinished = 1 if not chunk.endswith(b"\r\n") else 0
    if returns != pairs or crlf is False or pairs < chunk.count(b"\n") - unfinished:
        raise TooOddError
    return True


def _records(
    codes: npt.NDArray[np.uint8], shape: Shape
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the position of each record's end, its number of cells, and whether its quotes look strange."""
    marks = (codes == shape.delimiter) | (codes == _LF)
    quotes = codes == shape.quote
    quoted = bool(quotes.any())
    at = np.flatnonzero(marks | quotes if quoted else marks)
    kinds = codes[at]
    strange = np.empty(0, dtype=np.int64)
    if quoted:
        is_quote = kinds == shape.quote
        inside = (np.cumsum(is_quote) & 1).astype(bool)
        if bool((inside & (kinds == _LF)).any()):
            raise TooOddError
        where = at[is_quote]
        strange = where[~(_is_edge(codes, where - 1, shape) | _is_edge(codes, where + 1, shape))]
        keep = ~inside & ~is_quote
        at, kinds = at[keep], kinds[keep]
    ends = np.flatnonzero(kinds == _LF)
    cells = np.diff(ends, prepend=-1)
    line_ends = at[ends]
    suspicious = np.zeros(len(ends), dtype=np.bool_)
    if strange.size:
        suspicious[np.searchsorted(line_ends, strange)] = True
    return line_ends, cells, suspicious


def _is_edge(codes: npt.NDArray[np.uint8], where: npt.NDArray[np.int64], shape: Shape) -> npt.NDArray[np.bool_]:
    near = codes[np.clip(where, 0, len(codes) - 1)]
    edge = (near == shape.delimiter) | (near == _LF) | (near == _CR) | (near == shape.quote)
    found: npt.NDArray[np.bool_] = edge | (where < 0)
    return found


def _equal_to(chunk: bytes, starts: npt.NDArray[np.int64], header: bytes) -> npt.NDArray[np.bool_]:
    """Tell which records begin with the header's bytes."""
    found = np.zeros(len(starts), dtype=np.bool_)
    at = chunk.find(header)
    while at >= 0:
        i = int(np.searchsorted(starts, at))
        if i < len(starts) and starts[i] == at:
            found[i] = True
        at = chunk.find(header, at + len(header))
    return found
