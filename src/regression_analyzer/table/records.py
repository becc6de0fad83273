"""Text -> records: physical lines, fields, quotes; each record knows the line on which it starts."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regression_analyzer.errors import LimitError

Row = tuple[int, list[str]]
"""The line on which a record starts (1-based) and its cells."""

CHUNK_BYTES = 1 << 20
LINE_CHARACTERS = 128_000_000
LOOKAHEAD_LINES = 20_000
LOOKAHEAD_TRIES = 200
BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a line is cut into cells.

    Attributes
    ----------
    delimiter : one character; ``" "`` means runs of blanks; ``""`` a single column or fixed width
    quote : quote character, None where quotes are plain text
    backslash : a backslash escapes the quote inside a quoted cell
    cuts : start positions of the columns of a fixed-width table, else empty
    edged : lines begin and end with the delimiter
    """

    delimiter: str = ","
    quote: str | None = '"'
    backslash: bool = False
    cuts: tuple[int, ...] = ()
    edged: bool = False


@dataclass(slots=True)
class Trouble:
    """What was met while records were cut.

    Attributes
    ----------
    unbalanced : lines on which a quote opens and never closes
    stray : quoted cells with text after the closing quote
    nul : NUL characters removed
    undecodable : bytes that are not of the encoding
    multiline : records with line breaks inside quotes
    """

    unbalanced: list[int] = field(default_factory=list)
    stray: int = 0
    nul: int = 0
    undecodable: int = 0
    multiline: int = 0


def lines_of_text(text: str) -> list[str]:
    """Cut a text at CR LF, LF and CR only (not at form feeds or Unicode separators)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def read_lines(path: Path, encoding: str, trouble: Trouble) -> Iterator[str]:
    """Yield the physical lines of a file without their ends, decoding as it goes."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest, first = "", True
    with path.open("rb") as stream:
        while True:
            data = stream.read(CHUNK_BYTES)
            text = rest + decoder.decode(data, final=not data)
            if not data:
                break
            if "\ufffd" in text:
                trouble.undecodable += text.count("\ufffd") - rest.count("\ufffd")
            if "\0" in text:
                trouble.nul += text.count("\0")
                text = text.replace("\0", "")
            if first:
                text, first = text.removeprefix("\ufeff"), False
            held = text.endswith("\r")
            if "\r" in text:
                text = (text[:-1] if held else text).replace("\r\n", "\n").replace("\r", "\n")
            *lines, rest = text.split("\n")
            yield from lines
            rest = rest + "\r" if held else rest
            if len(rest) > LINE_CHARACTERS:
                raise LimitError(
                    "A line of the file is longer than 128 million characters: this is not a table with rows.",
                    code="line_too_long",
                )
    text = text.replace("\0", "")
    yield from lines_of_text(text)


def _closing(quote: str, *, backslash: bool) -> re.Pattern[str]:
    q = re.escape(quote)
    inner = rf"[^{q}\\]++|\\.|{q}{q}" if backslash else rf"[^{q}]++|{q}{q}"
    return re.compile(rf"((?:{inner})*+){q}", re.DOTALL)


class RecordReader:
    """Cuts lines into records.

    Parameters
    ----------
    lines : physical lines without line ends
    dialect : how to cut
    cell_characters : longest cell allowed
    trouble : where to note what was met

    Attributes
    ----------
    width : number of cells expected, once known; tells a quote that never closes from a cell with line breaks
    """

    def __init__(self, lines: Iterator[str], dialect: Dialect, *, cell_characters: int, trouble: Trouble) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._number = 0
        self._dialect = dialect
        self._limit = cell_characters
        self._trouble = trouble
        self._closing = _closing(dialect.quote, backslash=dialect.backslash) if dialect.quote else None
        self.width: int | None = None

    def __iter__(self) -> Iterator[Row]:
        dialect = self._dialect
        quote, delimiter, limit = dialect.quote, dialect.delimiter, self._limit
        while True:
            line = self._next()
            if line is None:
                return
            number = self._number
            if dialect.edged:
                line = line.strip().removeprefix(delimiter).removesuffix(delimiter)
            if dialect.cuts:
                cells = cut_fixed(line, dialect.cuts)
            elif quote is not None and quote in line:
                cells = self._quoted(number, line)
            elif delimiter == " ":
                cells = line.split()
            else:
                cells = line.split(delimiter) if delimiter else [line]
            if len(line) > limit and max(map(len, cells), default=0) > limit:
                raise LimitError(
                    f"Line {number} holds a cell of more than {limit:,} characters.",
                    hint="Leave that column out of the file.",
                    code="cell_too_long",
                )
            yield number, cells

    def _next(self) -> str | None:
        line = self._back.popleft() if self._back else next(self._lines, None)
        if line is not None:
            self._number += 1
        return line

    def _quoted(self, number: int, line: str) -> list[str]:
        cells, is_open, stray = self._parse(line)
        if not is_open:
            self._trouble.stray += stray
            return cells
        taken, text, size = [line], [line], len(line)
        quote = self._dialect.quote or '"'
        quotes, tries = line.count(quote), 0
        while size <= self._limit * 2 and len(taken) < LOOKAHEAD_LINES:
            following = self._next()
            if following is None:
                break
            taken.append(following)
            text.append(following)
            size += len(following) + 1
            quotes += following.count(quote)
            if quote in following and tries < LOOKAHEAD_TRIES and (quotes % 2 == 0 or self._dialect.backslash):
                tries += 1
                cells, is_open, stray = self._parse("\n".join(text))
                if not is_open:
                    break
        if not is_open and not stray and self.width in (None, len(cells)):
            self._trouble.multiline += 1
            return cells
        literal = self._parse(line, give_up=True)[0]
        if not is_open and not stray and len(literal) != self.width:
            self._trouble.multiline += 1
            return cells
        self._trouble.unbalanced.append(number)
        self._back.extendleft(reversed(taken[1:]))
        self._number = number
        return literal

    def _parse(self, text: str, *, give_up: bool = False) -> tuple[list[str], bool, int]:
        """Cut one logical line; tell whether it ends inside quotes, and count stray text after quotes."""
        closing, quote, delimiter = self._closing, self._dialect.quote, self._dialect.delimiter
        cells: list[str] = []
        position, length, stray = 0, len(text), 0
        blanks = delimiter == " "
        while True:
            start = position
            while start < length and text[start] == " ":
                start += 1
            if blanks and start >= length:
                return cells, False, stray
            if start < length and text[start] == quote and closing is not None:
                match = closing.match(text, start + 1)
                if match is None and not give_up:
                    return cells, True, stray
                if match is None:
                    end = self._find(text, start + 1)
                    cells.append(text[start + 1 : end])
                else:
                    end = self._find(text, match.end())
                    tail = text[match.end() : end].strip()
                    stray += bool(tail)
                    cells.append(self._unescape(match.group(1)) + tail)
            else:
                start = start if blanks else position
                end = self._find(text, start)
                cells.append(text[start:end].strip() if blanks else text[start:end])
            if end >= length:
                return cells, False, stray
            position = end + 1

    def _find(self, text: str, start: int) -> int:
        delimiter = self._dialect.delimiter
        if not delimiter:
            return len(text)
        if delimiter == " ":
            match = BLANKS.search(text, start)
            return len(text) if match is None else match.end() - 1
        end = text.find(delimiter, start)
        return len(text) if end < 0 else end

    def _unescape(self, text: str) -> str:
        quote = self._dialect.quote or '"'
        if self._dialect.backslash and "\\" in text:
            text = re.sub(r"\\([\"'\\])", r"\1", text)
        return text.replace(quote * 2, quote) if quote * 2 in text else text


def cut_fixed(line: str, cuts: Sequence[int]) -> list[str]:
    """Cut a line of a fixed-width table at the given start positions."""
    if not line.strip():
        return [""]
    ends = [*cuts[1:], max(len(line), cuts[-1])]
    return [line[a:b].strip() for a, b in zip(cuts, ends, strict=True)]
