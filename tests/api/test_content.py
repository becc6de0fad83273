"""A file's content, not its name, says whether it may be a table."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest

from regression_analyzer.api.content import refusal
from regression_analyzer.api.upload import base_name
from tests.api.conftest import Server, upload


def zipped(*names: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return memory.getvalue()


TABLES = {
    "comma separated": b"a,b\n1,2\n",
    "semicolons and a decimal comma": b"a;b\n1,5;2,5\n",
    "one column": b"a\n1\n2\n",
    "UTF-8 with a mark": b"\xef\xbb\xbfa,b\n1,2\n",
    "UTF-16 with a mark": "a,b\n1,2\n".encode("utf-16"),
    "UTF-16 without a mark": "a,b\n1,2\n3,4\n".encode("utf-16-le"),
    "Windows letters": "Größe,Preis\n1,2\n".encode("cp1252"),
    "old Mac line ends": b"a,b\r1,2\r",
    "JSON": b'[{"a":1}]',
    "JSON lines": b'{"a":1}\n{"a":2}\n',
    "Parquet": b"PAR1\x15\x04\x00\x00PAR1",
    "gzip": b"\x1f\x8b\x08\x00",
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "Excel": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "OpenDocument": zipped("mimetype", "content.xml"),
    "a zipped table": zipped("data.csv"),
    "a header that begins like a bitmap": b"BMI,age\n22,30\n",
    "a header that begins like a program": b"MZ,age\n22,30\n",
}

OTHERS = {
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
    "GIF": (b"GIF89a\x01\x00", "a GIF image"),
    "program": (b"\x7fELF\x02\x01\x01\x00", "a program"),
    "Windows program": (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\xff\x01\x02" * 30, "a program"),
    "web page": (b"<!DOCTYPE html><html><table></table></html>\n<p>\n", "a web page"),
    "XML": (b"<?xml version='1.0'?>\n<a/>\n", "marked-up"),
    "script": (b"#!/bin/sh\necho 1\n", "a script"),
    "SQLite": (b"SQLite format 3\x00\x10\x00", "a SQLite database"),
    "Word": (zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
    "archive": (zipped("photo.jpg"), "no table in it"),
    "damaged archive": (b"PK\x03\x04 and then nothing", "damaged"),
    "noise": (bytes(range(256)) * 20, "binary"),
    "white space": (b" \n\t\r\n", "white space"),
    "one line": (b"hello", "one line"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_passes(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(TABLES[name])
    assert refusal(tmp_path / "file", "data.csv") is None


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    content, said = OTHERS[name]
    (tmp_path / "file").write_bytes(content)
    assert said in (refusal(tmp_path / "file", "data.csv") or "")


def test_a_foreign_name_with_text_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"some words\nand some more words, here\n")
    assert ".pdf" in (refusal(tmp_path / "file", "paper.pdf") or "")


def test_a_foreign_name_with_a_table_in_it_passes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(TABLES["comma separated"])
    assert refusal(tmp_path / "file", "table.pdf") is None


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("prices.csv", "prices.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\prices.csv", "prices.csv"),
        ("a\x00b\n\x1b[31mc.csv", "ab[31mc.csv"),
        ("\u202egnp.csv", "gnp.csv"),
        ("..", "table"),
        ("", "table"),
        ("x" * 500 + ".csv", "x" * 196 + ".csv"),
        ("größe – 日本.csv", "größe – 日本.csv"),
    ],
)
def test_a_name_becomes_a_harmless_base_name(raw: str, kept: str) -> None:
    assert base_name(raw) == kept


def test_the_reason_is_in_the_answer(client: httpx.Client) -> None:
    answer = client.post("/api/v1/upload", files={"file": ("paper.csv", OTHERS["PDF"][0])})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "paper.csv cannot be analysed: it is a PDF document."


def test_the_clients_name_never_reaches_the_disk(server: Server, client: httpx.Client) -> None:
    upload_id = upload(client, name="../../../evil-name.csv")
    assert not [path for path in server.folder.rglob("*") if "evil" in path.name]
    assert (server.folder / "data" / "uploads" / upload_id / "data").is_file()


def test_what_was_sent_is_what_is_stored(server: Server, client: httpx.Client) -> None:
    content = b"a,b\r\n" + b"1,--B\r\n2,\r\n--\r\n" * 4000
    upload_id = upload(client, content)
    assert (server.folder / "data" / "uploads" / upload_id / "data").read_bytes() == content
