"""How many rows and columns of an xlsx sheet are hidden; a note for the reader, nothing is left out for it."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path, PurePosixPath

_HIDDEN = re.compile(rb"<(row|col)\b[^>]*\bhidden=\"(?:1|true)\"[^>]*>")
_SPAN = re.compile(rb"\b(min|max)=\"(\d+)\"")
MAX_PART_BYTES = 50_000_000


def hidden_lines(path: Path, sheet: str) -> tuple[int, int]:
    """Return the numbers of hidden rows and hidden columns; zeros where that cannot be told.

    Parameters
    ----------
    path : an xlsx file that was checked already
    sheet : name of the sheet
    """
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            if part is None or archive.getinfo(part).file_size > MAX_PART_BYTES:
                return 0, 0
            text = archive.read(part)
    except (KeyError, OSError, zipfile.BadZipFile):
        return 0, 0
    rows = columns = 0
    for match in _HIDDEN.finditer(text):
        if match.group(1) == b"row":
            rows += 1
            continue
        span = {key: int(value) for key, value in _SPAN.findall(match.group(0))}
        width = span.get(b"max", 0) - span.get(b"min", 0) + 1
        columns += width if width < 1000 else 0
    return rows, columns


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds a sheet."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name = re.search(r"\bname=\"([^\"]*)\"", tag)
        link = re.search(r"\b\w+:id=\"([^\"]*)\"", tag)
        if name is None or link is None or unescape(name.group(1)) != sheet:
            continue
        for relation in re.findall(r"<Relationship\b[^>]*>", links):
            target = re.search(r"\bTarget=\"([^\"]*)\"", relation)
            if f'Id="{link.group(1)}"' in relation and target is not None:
                part = PurePosixPath(target.group(1).removeprefix("/"))
                return str(part) if part.parts[0] == "xl" else str("xl" / part)
    return None
