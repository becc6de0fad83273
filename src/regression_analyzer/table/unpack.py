"""Compressed files: the real bytes are counted while they are unpacked, whatever the headers say."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from regression_analyzer.errors import InputError, LimitError

CHUNK_BYTES = 1 << 20
MAX_ENTRIES = 10_000
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError, NotImplementedError)
_OPENERS: dict[str, Callable[[Path], gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]] = {
    "gzip": gzip.GzipFile,
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


def unpack_stream(path: Path, kind: str, target: Path, *, limit: int) -> None:
    """Unpack a gzip, bzip2 or xz file, no further than `limit` bytes.

    Raises
    ------
    LimitError
        It unpacks to more than `limit` bytes (code ``unpacked_too_large``).
    InputError
        It is damaged or cut short (code ``file_damaged``).
    """
    try:
        with _OPENERS[kind](path) as stream, target.open("wb") as sink:
            _copy(stream, sink, limit, f"The {kind} file")
    except _DAMAGED as error:
        raise InputError(
            f"The {kind} file is damaged or cut short and cannot be unpacked.",
            hint="Fetch or make it anew.",
            code="file_damaged",
        ) from error


def _copy(
    stream: IO[bytes] | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile, sink: IO[bytes] | None, limit: int, what: str
) -> int:
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise LimitError(
                f"{what} unpacks to more than {limit:,} bytes, the most that is allowed.",
                hint="Give the table unpacked, or fewer rows or columns of it.",
                code="unpacked_too_large",
            )
        if sink is not None:
            sink.write(chunk)
    return size


def zip_names(path: Path) -> list[str]:
    """Return the names in a zip file.

    Raises
    ------
    InputError
        It is damaged (code ``file_damaged``).
    LimitError
        It has more than 10,000 entries.
    """
    with _open_zip(path) as archive:
        return archive.namelist()


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise InputError(
            "The file is damaged or cut short: it begins as a zip file or workbook, but its directory is missing.",
            hint="Fetch it anew, or open it in the program that made it and save it again.",
            code="file_damaged",
        ) from error
    if len(archive.infolist()) > MAX_ENTRIES:
        archive.close()
        raise LimitError(f"The zip file has more than {MAX_ENTRIES:,} entries.", code="too_many_entries")
    return archive


def check_workbook(path: Path, *, limit: int) -> None:
    """Unpack every part of a zipped workbook to nowhere, counting, and refuse XML with a document type.

    Raises
    ------
    LimitError
        The parts unpack to more than `limit` bytes.
    InputError
        A part is damaged, encrypted, or declares entities (codes ``file_damaged``, ``encrypted``, ``xml_entities``).
    """
    left = limit
    with _open_zip(path) as archive:
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise encrypted()
            try:
                with archive.open(entry) as stream:
                    left -= _count_part(
                        stream, left, xml=entry.filename.lower().endswith((".xml", ".rels")), limit=limit
                    )
            except _DAMAGED as error:
                raise InputError(
                    f"The workbook is damaged: its part {entry.filename[:80]} cannot be unpacked.",
                    hint="Fetch it anew, or open it in the program that made it and save it again.",
                    code="file_damaged",
                ) from error


def _count_part(stream: IO[bytes], left: int, *, xml: bool, limit: int) -> int:
    size, tail = 0, b""
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > left:
            raise LimitError(
                f"The workbook unpacks to more than {limit:,} bytes, the most that is allowed.",
                hint="Save the one sheet that holds the table as CSV.",
                code="unpacked_too_large",
            )
        if xml:
            plain = (tail + chunk).replace(b"\0", b"")
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise InputError(
                    "The workbook holds an XML document type with entities, which no spreadsheet program "
                    "writes; it is not read.",
                    hint="Open it in a spreadsheet program and save it again.",
                    code="xml_entities",
                )
            tail = chunk[-32:]
    return size


def encrypted() -> InputError:
    """Return the error for a workbook or archive with a password."""
    return InputError(
        "The file is protected by a password.", hint="Save it without the password and try again.", code="encrypted"
    )


def unpack_only_table(path: Path, target: Path, *, limit: int) -> str:
    """Unpack the one table inside a zip file and return its base name. Entry names are never used as paths.

    Raises
    ------
    InputError
        The archive is empty, damaged, encrypted, or holds several files.
    LimitError
        The table unpacks to more than `limit` bytes.
    """
    with _open_zip(path) as archive:
        entries = [e for e in archive.infolist() if not e.is_dir() and not _is_litter(e.filename)]
        safe = [e for e in entries if _is_inside(e.filename)]
        if not safe:
            raise InputError("The zip file holds no table.", code="no_table_in_archive")
        if len(safe) > 1:
            names = ", ".join(PurePosixPath(e.filename).name[:60] for e in safe[:5])
            more = f" and {len(safe) - 5} more" if len(safe) > 5 else ""
            raise InputError(
                f"The zip file holds {len(safe)} files ({names}{more}); it is not clear which one is meant.",
                hint="Unpack it and give one table.",
                code="several_tables_in_archive",
            )
        if safe[0].flag_bits & 1:
            raise encrypted()
        try:
            with archive.open(safe[0]) as stream, target.open("wb") as sink:
                _copy(stream, sink, limit, "The zip file")
        except (*_DAMAGED, RuntimeError) as error:
            raise InputError(
                "The zip file is damaged and cannot be unpacked.", hint="Fetch or make it anew.", code="file_damaged"
            ) from error
        return PurePosixPath(safe[0].filename).name


def _is_litter(name: str) -> bool:
    base = PurePosixPath(name).name.lower()
    return name.startswith("__MACOSX/") or base in (".ds_store", "thumbs.db", "desktop.ini") or base.startswith("._")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in name
