"""What a file is, by its content: tables pass, anything else is refused with the reason. Loads no parser."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

HEAD_BYTES = 65_536
READABLE = "CSV, TSV, Excel, OpenDocument, Parquet or JSON"

FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (0, b"BM", "a BMP image"),
    (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (4, b"ftyp", "a video or an image"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\x00asm", "a program"),
    (0, b"#!", "a script"),
    (0, b"{\\rtf", "a text document (RTF)"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"SQLite format 3\x00", "a SQLite database"),
    (0, b"\x89HDF\r\n", "an HDF5 file"),
    (0, b"ARROW1", "an Arrow file"),
    (0, b"OggS", "a sound"),
    (0, b"ID3", "a sound"),
    (0, b"RIFF", "a sound or a video"),
)
"""Position, bytes there, what it is. Short marks that text could begin with count only with binary content."""

MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<?php")
ARCHIVES = {"word/": "a Word document", "ppt/": "a PowerPoint document", "META-INF/MANIFEST.MF": "a Java program"}
FOREIGN_SUFFIXES = frozenset(
    (
        *(".pdf", ".doc", ".docx", ".ppt", ".pptx", ".rtf", ".md", ".html", ".htm", ".xml"),
        *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".mp3", ".mp4"),
        *(".exe", ".dll", ".so", ".py", ".js", ".sh", ".zip"),
    )
)
TABLE_SUFFIXES_IN_ZIP = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xls", ".ods")


def refusal(path: Path, filename: str) -> str | None:
    """Return why a file cannot be a table, as the end of a sentence; None where it may be one.

    A cheap look at the first bytes (and at an archive's list of names). Whether a table can be read
    from it is found out by the child that reads it.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        return "it holds nothing but white space"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_refusal(path)
    if head.startswith((b"PAR1", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return None  # Parquet, gzip, and Excel before 2007
    text = _as_text(head)
    for position, mark, name in FOREIGN:
        if head[position : position + len(mark)] == mark and (text is None or _is_telling(mark)):
            return f"it is {name}"
    if text is None:
        return "its content is binary, of no known kind"
    if text.lstrip("\ufeff \t\r\n").lower().encode()[:40].startswith(MARKUP):
        return "it is a web page or another marked-up document"
    return _text_refusal(text, filename, whole=len(head) < HEAD_BYTES)


def _is_telling(mark: bytes) -> bool:
    """Return whether no table would begin with a mark: it is long, or no text."""
    return len(mark) > 3 or mark == b"#!" or any(byte < 9 or byte > 126 for byte in mark)


def _as_text(head: bytes) -> str | None:
    """Return the beginning as text, or None where it is binary."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    if head.count(0) > len(head) // 5:  # UTF-16 without a mark: every other byte is 0
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if min(even, odd) * 20 > max(even, odd):
            return None
        return head.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    controls = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127))
    if controls + head.count(0) > max(8, len(head) // 100):
        return None
    return head.decode("utf-8", "replace")


def _text_refusal(text: str, filename: str, *, whole: bool) -> str | None:
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return None
    if whole and len(lines) < 2:
        return "it holds one line of text, and a table needs a header and rows"
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix in FOREIGN_SUFFIXES and not _looks_tabular(lines):
        return f"its name says {suffix} and its text is no table"
    return None


def _looks_tabular(lines: list[str]) -> bool:
    """Return whether some delimiter occurs equally often in most lines."""
    for delimiter in (",", ";", "\t", "|"):
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count)
        if usual > 0 and counts.count(usual) * 5 >= len(counts) * 4:
            return True
    return False


def _archive_refusal(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:5000]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return "it is a damaged archive or workbook"
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return None
    for beginning, what in ARCHIVES.items():
        if any(name.startswith(beginning) for name in names):
            return f"it is {what}"
    if any(name.lower().endswith(TABLE_SUFFIXES_IN_ZIP) for name in names):
        return None
    return "it is an archive with no table in it"
