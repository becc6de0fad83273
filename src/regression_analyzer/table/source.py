"""The one way in: a path, bytes or an open file -> ``RawTable``."""

from __future__ import annotations

import codecs
import errno
import hashlib
import io
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING

from regression_analyzer.errors import InputError, LimitError, NoSuchFileError, UsageError
from regression_analyzer.progress import Progress, silent
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.columnar import read_json, read_parquet
from regression_analyzer.table.delimited import read_delimited
from regression_analyzer.table.detect import HEAD_BYTES, container_of, json_kind, refuse_markup
from regression_analyzer.table.edges import ReadEdges
from regression_analyzer.table.encoding import SAMPLE_BYTES, check_readable, choose_encoding
from regression_analyzer.table.raw import Limits, RawTable
from regression_analyzer.table.store import Read
from regression_analyzer.table.unpack import unpack_only_table, unpack_stream, zip_names
from regression_analyzer.table.value import Source
from regression_analyzer.table.workbook import WORKBOOK_PARTS, read_workbook
from regression_analyzer.table.workspace import new_path

if TYPE_CHECKING:
    import duckdb

CHUNK_BYTES = 1 << 20
MAX_NESTING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    path: Path
    name: str
    sha256: str
    n_bytes: int


def read_raw(
    connection: duckdb.DuckDBPyConnection,
    source: Path | str | bytes | bytearray | memoryview | IO[bytes],
    *,
    name: str | None = None,
    sheet: str | None = None,
    transpose: bool | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    read_edges: ReadEdges | None = None,
    on_progress: Progress = silent,
) -> RawTable:
    """Frame the table in a file of any supported format.

    Temporary files lie in one folder that is removed when `connection` is collected
    (``table.workspace``); keep the connection as long as the relation is read.

    Parameters
    ----------
    connection : DuckDB connection on which the relation is made
    source : path, bytes, or file opened in binary mode (read to its end)
    name : base name to show; of the path by default
    sheet : sheet of a workbook; the same as the override ``table.sheet``
    transpose : turn the table (True), leave it (False), or decide (None)
    overrides : the user's choices by decision id
    limits : what the file may cost
    read_edges : asked which way a table lies where the rules are not sure
    on_progress : told where the reading is

    Raises
    ------
    NoSuchFileError
        There is no such file.
    LimitError
        The file is larger than a limit.
    InputError
        The bytes hold no table that can be read; the code says why.
    UsageError
        An override or a sheet's name does not fit.
    """
    limits = limits or Limits()
    chosen = dict(overrides or {})
    if sheet is not None:
        chosen["table.sheet"] = sheet
    choices = Choices(chosen, read_edges)
    on_progress("read", 0.0, "Looking at the file")
    taken = _take(connection, source, name, limits)
    path, kind, compression = _unpacked(connection, taken.path, limits)
    on_progress("read", 0.02, "Finding the table")
    if kind == "text":
        read, encoding = _read_text(connection, path, choices, limits, transpose)
    else:
        read, encoding = _read_typed(connection, path, kind, choices=choices, limits=limits, transpose=transpose), None
    on_progress("read", 0.05, "Found the table")
    return RawTable(
        relation=read.relation,
        names=read.names,
        source=_described(taken, read, encoding, compression),
        rows_in_file=read.rows_in_file,
        native=read.native,
        decimal=read.decimal,
        delimiter=read.delimiter,
        left_out=read.left_out,
        decisions=tuple(choices.decisions.values()),
        findings=tuple(choices.findings),
        transposed=read.transposed,
        in_memory=path.stat().st_size <= limits.in_memory_bytes,
    )


def _described(taken: _Taken, read: Read, encoding: str | None, compression: str | None) -> Source:
    return Source(
        name=taken.name,
        sha256=taken.sha256,
        n_bytes=taken.n_bytes,
        format=read.format,
        compression=compression,
        encoding=encoding,
        delimiter=read.delimiter,
        decimal=read.decimal,
        header_row=read.header_line,
        sheet=read.sheet,
        sheets=read.sheets,
    )


def _take(
    connection: duckdb.DuckDBPyConnection,
    source: Path | str | bytes | bytearray | memoryview | IO[bytes],
    name: str | None,
    limits: Limits,
) -> _Taken:
    """Bring the bytes to a path, hashing and counting them on the way."""
    if isinstance(source, str | Path):
        path = Path(source).absolute()
        _check_path(path)
        try:
            with path.open("rb") as stream:
                sha256, size = _hashed(stream, None, limits)
        except OSError as error:
            raise _unreadable(path, error) from error
        return _Taken(path=path, name=name or path.name, sha256=sha256, n_bytes=size)
    path = new_path(connection, ".in")
    incoming: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    with path.open("wb") as sink:
        sha256, size = _hashed(incoming, sink, limits)
    return _Taken(path=path, name=PurePath(name or "input").name, sha256=sha256, n_bytes=size)


def _check_path(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise NoSuchFileError(f"There is no file {path.name[:200]!r}.", hint="Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise InputError(f"{path.name[:200]!r} is a folder, not a file.", hint="Name a file in it.", code="is_folder")


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    if isinstance(error, PermissionError):
        return InputError(
            f"The file {path.name[:200]!r} may not be read by this user.",
            hint="Change its permissions.",
            code="no_permission",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EINVAL):
        return NoSuchFileError("There is no such file.", hint="Check the name and the folder.")
    return InputError(f"The file {path.name[:200]!r} cannot be read.", code="unreadable")


def _hashed(stream: IO[bytes], sink: IO[bytes] | None, limits: Limits) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        if not isinstance(chunk, bytes):
            raise UsageError("The file was opened as text; open it in binary mode.", code="not_binary")
        digest.update(chunk)
        size += len(chunk)
        if size > limits.text_bytes:
            raise LimitError(f"The file has more than {limits.text_bytes:,} bytes.", code="file_too_large")
        if sink is not None:
            sink.write(chunk)
    return digest.hexdigest(), size


def _unpacked(connection: duckdb.DuckDBPyConnection, path: Path, limits: Limits) -> tuple[Path, str, str | None]:
    """Take off gzip and zip; return the bytes' path, their kind, and the first compression met."""
    compression: str | None = None
    for _ in range(MAX_NESTING + 1):
        with path.open("rb") as stream:
            kind: str = container_of(stream.read(HEAD_BYTES))
        if kind in ("gzip", "bzip2", "xz"):
            target = new_path(connection, ".out")
            unpack_stream(path, kind, target, limit=limits.unpacked_bytes)
        elif kind == "zip":
            names = zip_names(path)
            book = next((WORKBOOK_PARTS[n] for n in WORKBOOK_PARTS if n in names), None)
            if book is not None:
                return path, book, compression
            _refuse_documents(names)
            target = new_path(connection, ".out")
            unpack_only_table(path, target, limit=limits.unpacked_bytes)
        else:
            return path, "xls" if kind == "ole" else kind, compression
        path, compression = target, compression or kind
    raise InputError(
        "The file is packed several times over.", hint="Unpack it and give the table.", code="nested_archive"
    )


def _refuse_documents(names: list[str]) -> None:
    for part, what in (
        ("word/", "a Word document"),
        ("ppt/", "a presentation"),
        ("META-INF/MANIFEST.MF", "a Java archive"),
    ):
        if any(n.startswith(part) for n in names):
            raise InputError(
                f"The file is {what}, not a table.", hint="Save the table as CSV or xlsx.", code="wrong_type"
            )


def _beyond_ascii(stream: IO[bytes]) -> bytes:
    """Return the lines of the first part of the file that holds a character beyond ASCII."""
    rest = b""
    while chunk := stream.read(CHUNK_BYTES):
        if not chunk.isascii():
            lines = (rest[-4096:] + chunk).split(b"\n")
            return (
                b"\n"
                + b"\n".join(line for line in lines[1:-1] if not line.isascii())[:SAMPLE_BYTES].rpartition(b"\n")[0]
            )
        rest = chunk
    return b""


def _read_typed(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    kind: str,
    *,
    choices: Choices,
    limits: Limits,
    transpose: bool | None,
) -> Read:
    choices.override("table.format", (kind,))
    choices.record("table.format", "File format", kind, "its first bytes say so")
    if kind == "parquet":
        return read_parquet(connection, path, choices, limits, transpose=transpose)
    return read_workbook(connection, path, kind, choices, limits, transpose=transpose)


def _read_text(
    connection: duckdb.DuckDBPyConnection, path: Path, choices: Choices, limits: Limits, transpose: bool | None
) -> tuple[Read, str]:
    """Read text of any encoding: delimited, JSON or JSON lines."""
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
        complete = not stream.read(1)
        beyond = b"" if complete or not sample.isascii() else _beyond_ascii(stream)
    encoding = choose_encoding(sample + beyond, choices, complete=complete)
    text = codecs.getincrementaldecoder(encoding.codec)("replace").decode(sample[encoding.mark :])
    if complete and not text.strip("\ufeff \t\r\n\0"):
        raise InputError("The file is empty: it holds only blanks.", code="file_empty")
    check_readable(text)
    refuse_markup(text)
    found = json_kind(text) or "csv"
    kind = choices.override("table.format", ("csv", "json", "jsonl")) or found
    because = "its text begins as JSON does" if found != "csv" else "it is text in lines"
    choices.record("table.format", "File format", kind, because, ("csv",) if found != "csv" else ())
    if kind != "csv":
        return read_json(
            connection, path, encoding, kind, choices=choices, limits=limits, transpose=transpose
        ), encoding.name
    return read_delimited(connection, path, encoding, choices, limits, transpose=transpose), encoding.name
