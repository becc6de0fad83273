"""Delimited and fixed-width text -> framed rows on the connection."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from regression_analyzer.errors import LimitError
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.dialect import Trial, choose_dialect, shown
from regression_analyzer.table.encoding import Encoding
from regression_analyzer.table.framing import Streamed, frame
from regression_analyzer.table.inplace import read_in_place
from regression_analyzer.table.layout import HEAD_ROWS
from regression_analyzer.table.raw import Limits
from regression_analyzer.table.records import RecordReader, Trouble, read_lines
from regression_analyzer.table.store import Read, relation_of, store_framed, write_rows
from regression_analyzer.table.workspace import new_path

if TYPE_CHECKING:
    import duckdb

SMALL_BYTES = 8_000_000
"""Below this a text is framed in memory, where every row can be compared with every other."""
COPY_BYTES = 4_000_000
SAMPLE_CHARACTERS = 1 << 18
SAMPLE_LINES = 2_000


def read_delimited(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    encoding: Encoding,
    choices: Choices,
    limits: Limits,
    *,
    transpose: bool | None,
) -> Read:
    """Frame a text of any size.

    Raises
    ------
    InputError, LimitError, UsageError
    """
    trouble = Trouble()
    lines = read_lines(path, encoding.codec, trouble)
    sample = _sample(lines)
    trial = choose_dialect(sample, choices)
    whole = path.stat().st_size <= SMALL_BYTES or transpose is True or choices.override("table.transpose") == "yes"
    if not whole:
        plain = _as_utf8(connection, path, encoding)
        placed = read_in_place(connection, plain, trial, sample, choices=choices, limits=limits)
        if placed is not None:
            return _upright(placed, choices)
    reader = RecordReader(chain(sample, lines), trial.dialect, cell_characters=limits.cell_characters, trouble=trouble)
    reader.width = trial.width if trial.width > 1 else None
    if whole:
        read = _whole(connection, reader, trial, choices=choices, limits=limits, transpose=transpose)
    else:
        read = _streamed(connection, reader, trial, choices=choices, limits=limits)
    _tell(trouble, trial, choices)
    return read


def _sample(lines: Iterator[str]) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line) + 1
        if (size > SAMPLE_CHARACTERS and len(sample) > 20) or len(sample) >= SAMPLE_LINES:
            break
    return sample


def _whole(
    connection: duckdb.DuckDBPyConnection,
    reader: RecordReader,
    trial: Trial,
    *,
    choices: Choices,
    limits: Limits,
    transpose: bool | None,
) -> Read:
    records = []
    cells = 0
    for record in reader:
        records.append(record)
        cells += len(record[1])
        if cells > limits.cells:
            raise LimitError(
                f"The table has more than {limits.cells:,} cells, too many to turn it.", code="too_many_cells"
            )
    framed = frame(
        records,
        choices,
        max_columns=limits.columns,
        transpose=transpose,
        delimiter=trial.dialect.delimiter,
        physical=trial.dialect.cuts == (),
    )
    return store_framed(connection, framed, delimiter=trial.dialect.delimiter or None, format_name="csv")


def _streamed(
    connection: duckdb.DuckDBPyConnection,
    reader: RecordReader,
    trial: Trial,
    *,
    choices: Choices,
    limits: Limits,
) -> Read:
    records = iter(reader)
    head = list(islice(records, HEAD_ROWS))
    table = Streamed(head, records, choices, max_columns=limits.columns, delimiter=trial.dialect.delimiter)
    stored = write_rows(connection, table.rows())
    relation = relation_of(connection, stored, table.layout.width, native={}, keep_file=True)
    read = Read(
        relation=relation,
        names=table.layout.names,
        left_out=table.left_out,
        rows_in_file=table.rows_in_file,
        header_line=table.layout.header_line,
        delimiter=trial.dialect.delimiter or None,
        format="csv",
    )
    return _upright(read, choices)


def _upright(read: Read, choices: Choices) -> Read:
    choices.override("table.transpose", ("yes", "no"))
    choices.record("table.transpose", "Table lies on its side", "no", "it is too large to lie on its side", ("yes",))
    return read


def _as_utf8(connection: duckdb.DuckDBPyConnection, path: Path, encoding: Encoding) -> Path:
    """Return a path to the text in UTF-8: the file itself, or a copy."""
    if encoding.is_utf8:
        return path
    target = new_path(connection, ".txt")
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    with path.open("rb") as source, target.open("wb") as sink:
        source.seek(encoding.mark)
        while data := source.read(COPY_BYTES):
            sink.write(decoder.decode(data).encode("utf-8", "replace"))
        sink.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    return target


def _tell(trouble: Trouble, trial: Trial, choices: Choices) -> None:
    if trouble.unbalanced:
        lines = tuple(dict.fromkeys(trouble.unbalanced))
        quote = trial.dialect.quote or '"'
        choices.find("unbalanced_quote", "attention", rows=len(lines), lines=lines[:20], quote=quote)
    if trouble.stray:
        choices.find("stray_quotes", "info", cells=trouble.stray)
    if trouble.nul:
        choices.find("nul_characters", "attention", count=trouble.nul)
    if trouble.undecodable:
        encoding = choices.decisions["table.encoding"].chosen
        choices.find("undecodable_bytes", "attention", count=trouble.undecodable, encoding=encoding)
    if trial.dialect.cuts:
        choices.find("fixed_width", "info", columns=len(trial.dialect.cuts), delimiter=shown(trial.dialect))
