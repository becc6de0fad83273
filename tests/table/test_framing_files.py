"""What the bytes are: containers, hostile files, and files that are no table."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import zipfile
from pathlib import Path

import pytest

from regression_analyzer.errors import InputError, LimitError, NoSuchFileError, UsageError
from regression_analyzer.table.raw import Limits
from tests.table.reading import read

CSV = b"name,x,y\nAnn,1,2\nBob,3,4\nCy,5,7\n"


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda d: zipped({"t.csv": d})])
def test_packed_tables_are_unpacked(pack: object) -> None:
    reading = read(pack(CSV))  # type: ignore[operator]
    assert len(reading.cells) == 3
    assert reading.raw.source.compression in ("gzip", "bzip2", "xz", "zip")


def test_source_describes_the_bytes_as_given(tmp_path: Path) -> None:
    path = tmp_path / "some table.csv"
    path.write_bytes(CSV)
    source = read(path).raw.source
    assert source.name == "some table.csv"
    assert source.sha256 == hashlib.sha256(CSV).hexdigest()
    assert source.n_bytes == len(CSV)
    assert source.header_row == 1


def test_a_path_with_a_quote_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "it's; drop table x --"
    folder.mkdir()
    path = folder / "o'neil.csv"
    path.write_bytes(CSV)
    assert len(read(path).cells) == 3


def test_open_files_and_bytes() -> None:
    assert read(CSV).cells == [["Ann", "1", "2"], ["Bob", "3", "4"], ["Cy", "5", "7"]]
    connection_input = io.BytesIO(CSV)
    assert read(connection_input, name="../../etc/passwd").raw.source.name == "passwd"  # type: ignore[arg-type]


def test_files_opened_as_text_are_refused() -> None:
    with pytest.raises(UsageError):
        read(io.StringIO("a,b\n1,2\n"))  # type: ignore[arg-type]


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFileError):
        read(tmp_path / "nothing.csv")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert caught.value.code == "is_folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(CSV)
    path.chmod(0)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "no_permission"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "image"),
        (b"GIF89a" + b"\0" * 50, "image"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"MZ\x90\0\3\0\0\0" + b"\0" * 100, "Windows program"),
        (b"\x7fELF\2\1\1" + b"\0" * 100, "program"),
        (b"SQLite format 3\0" + b"\0" * 50, "database"),
        (b"<!DOCTYPE html>\n<html><body><table></table></body></html>", "HTML"),
        (b"<table border=1><tr><td>1</td></tr></table>", "HTML"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"{\\rtf1 text}", "RTF"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "7-Zip"),
    ],
)
def test_other_kinds_of_files_are_named(data: bytes, word: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.code == "wrong_type"
    assert word in caught.value.message


def test_a_header_may_begin_like_a_program() -> None:
    assert read(b"MZ,intensity\n100.5,3\n200.5,4\n300.5,9\n").names == ["MZ", "intensity"]
    assert read(b"BM,y\n1,3\n2,4\n3,9\n").names == ["BM", "y"]
    assert read(b"ID3,y\n1,3\n2,4\n3,9\n").names == ["ID3", "y"]


def test_random_bytes_are_no_table() -> None:
    data = b"".join(hashlib.sha256(bytes([i])).digest() for i in range(200))
    with pytest.raises(InputError):
        read(b"\x07\x01" + data)


@pytest.mark.parametrize("data", [b"", b"   \n\n\t\n", b"\xef\xbb\xbf"])
def test_empty_files(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.code == "file_empty"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda d: zipped({"t.csv": d})])
def test_bombs_are_stopped_while_unpacking(pack: object) -> None:
    data = pack(b"1,2\n" * 500_000)  # type: ignore[operator]
    with pytest.raises(LimitError) as caught:
        read(data, limits=Limits(unpacked_bytes=1_000_000))
    assert caught.value.code == "unpacked_too_large"


def test_truncated_gzip_is_damaged() -> None:
    with pytest.raises(InputError) as caught:
        read(gzip.compress(CSV * 100)[:-20])
    assert caught.value.code == "file_damaged"


def test_zip_with_several_tables_names_them() -> None:
    with pytest.raises(InputError) as caught:
        read(zipped({"a.csv": CSV, "b.csv": CSV}))
    assert "a.csv, b.csv" in caught.value.message


def test_zip_entries_never_lead_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "one" / "two"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    reading = read(zipped({"good.csv": CSV, "../../escape.csv": b"a\n1\n", "/tmp/escape.csv": b"a\n1\n"}))
    assert len(reading.cells) == 3
    assert not list(tmp_path.rglob("escape*"))


def test_empty_and_nested_archives() -> None:
    with pytest.raises(InputError):
        read(zipped({}))
    packed = CSV
    for _ in range(6):
        packed = gzip.compress(packed)
    with pytest.raises(InputError) as caught:
        read(packed)
    assert caught.value.code == "nested_archive"


def test_word_documents_are_named() -> None:
    with pytest.raises(InputError) as caught:
        read(zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}))
    assert "Word" in caught.value.message


def test_file_larger_than_the_limit() -> None:
    with pytest.raises(LimitError) as caught:
        read(CSV * 100, limits=Limits(text_bytes=1000))
    assert caught.value.code == "file_too_large"
