"""What the bytes are: content decides, not the name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from regression_analyzer.errors import InputError

HEAD_BYTES = 1 << 16
Container = Literal["text", "gzip", "bzip2", "xz", "zip", "ole", "parquet"]
TABLE_FORMATS = "CSV or other delimited text, Excel (xlsx, xlsm, xlsb, xls), OpenDocument (ods), Parquet or JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foreign:
    """A kind of file that holds no table this program reads."""

    what: str
    starts: tuple[bytes, ...]
    test: Callable[[bytes], bool] | None = None
    remedy: str = f"Give the table itself: {TABLE_FORMATS}."


def _has_zero(head: bytes) -> bool:
    return 0 in head[:512]


_SAVE_AS = "Open it in the program that made it and save the table as CSV, xlsx or Parquet."
_FOREIGN = (
    _Foreign(what="an image (PNG)", starts=(b"\x89PNG",)),
    _Foreign(what="an image (JPEG)", starts=(b"\xff\xd8\xff",)),
    _Foreign(what="an image (GIF)", starts=(b"GIF87a", b"GIF89a")),
    _Foreign(what="an image (TIFF)", starts=(b"II*\0", b"MM\0*")),
    _Foreign(what="an image (BMP)", starts=(b"BM",), test=_has_zero),
    _Foreign(what="an image (WebP)", starts=(b"RIFF",), test=lambda h: h[8:12] == b"WEBP"),
    _Foreign(what="a sound or film", starts=(b"RIFF", b"ID3", b"OggS", b"\x1aE\xdf\xa3", b"fLaC"), test=_has_zero),
    _Foreign(what="a film", starts=(b"\0\0\0",), test=lambda h: h[4:8] == b"ftyp"),
    _Foreign(what="an icon", starts=(b"\0\0\1\0",)),
    _Foreign(what="a PDF document", starts=(b"%PDF",)),
    _Foreign(what="a PostScript document", starts=(b"%!PS",)),
    _Foreign(what="a rich text document (RTF)", starts=(b"{\\rtf",)),
    _Foreign(what="a program (ELF)", starts=(b"\x7fELF",)),
    _Foreign(what="a Windows program", starts=(b"MZ",), test=_has_zero),
    _Foreign(what="a program (Mach-O)", starts=(b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce")),
    _Foreign(what="a shell script", starts=(b"#!/",)),
    _Foreign(what="an archive (7-Zip)", starts=(b"7z\xbc\xaf\x27\x1c",), remedy="Unpack it and give the table inside."),
    _Foreign(what="an archive (RAR)", starts=(b"Rar!",), remedy="Unpack it and give the table inside."),
    _Foreign(what="a Zstandard file", starts=(b"\x28\xb5\x2f\xfd",), remedy="Unpack it and give the table inside."),
    _Foreign(what="a database (SQLite)", starts=(b"SQLite format 3\0",), remedy=_SAVE_AS),
    _Foreign(what="an HDF5 file", starts=(b"\x89HDF",), remedy=_SAVE_AS),
    _Foreign(what="a Feather or Arrow file", starts=(b"ARROW1", b"FEA1"), remedy="Save it as Parquet or CSV."),
    _Foreign(what="an ORC file", starts=(b"ORC",), test=_has_zero, remedy="Save it as Parquet or CSV."),
    _Foreign(what="an Avro file", starts=(b"Obj\x01",), remedy="Save it as Parquet or CSV."),
    _Foreign(what="an SPSS file", starts=(b"$FL2", b"$FL3"), remedy=_SAVE_AS),
    _Foreign(what="a Stata file", starts=(b"<stata_dta>",), remedy=_SAVE_AS),
    _Foreign(
        what="a Python pickle", starts=(b"\x80\x02", b"\x80\x03", b"\x80\x04\x95", b"\x80\x05\x95"), remedy=_SAVE_AS
    ),
    _Foreign(what="a NumPy array", starts=(b"\x93NUMPY",), remedy=_SAVE_AS),
    _Foreign(what="an R data file", starts=(b"RDX2\n", b"RDX3\n", b"X\n\0\0\0"), remedy=_SAVE_AS),
)
_CONTAINERS: tuple[tuple[bytes, Container], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
)


def container_of(head: bytes) -> Container:
    """Recognise the outermost form of a file by its first bytes.

    Raises
    ------
    InputError
        The file is empty, or is of a kind that holds no table (code ``wrong_type``).
    """
    if not head:
        raise InputError("The file is empty (0 bytes).", code="file_empty")
    for start, container in _CONTAINERS:
        if head.startswith(start) and not (container == "bzip2" and not _has_zero(head) and head.isascii()):
            return container
    for foreign in _FOREIGN:
        if head.startswith(foreign.starts) and (foreign.test is None or foreign.test(head)):
            raise InputError(f"The file is {foreign.what}, not a table.", hint=foreign.remedy, code="wrong_type")
    return "text"


def refuse_markup(text: str) -> None:
    """Refuse HTML and XML.

    Raises
    ------
    InputError
        The text is markup (code ``wrong_type``).
    """
    start = text[:4000].lstrip("\ufeff \t\r\n").lower()
    if re.match(r"<(?:!doctype html|html|head|body|table|div|!--)[\s>\-]", start):
        raise InputError(
            "The file is a web page (HTML), not a table.",
            hint="If a spreadsheet program opens it, save it there as xlsx or CSV.",
            code="wrong_type",
        )
    if start.startswith("<?xml"):
        what = "an Excel 2003 XML workbook" if "spreadsheet" in start else "an XML document"
        raise InputError(f"The file is {what}, not a table.", hint="Save the table as xlsx or CSV.", code="wrong_type")


def json_kind(text: str) -> Literal["json", "jsonl"] | None:
    """Tell JSON (one document) and JSON lines from delimited text, by the beginning of the text."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] not in ("{", "["):
        return None
    second = start[1:].lstrip()[:1]
    first, _, rest = start.partition("\n")
    whole = _is_json(first)
    if whole:
        return "jsonl" if rest.lstrip()[:1] == start[0] else (None if rest.strip() else "json")
    if start[0] == "{":
        return "json" if second == '"' else None
    begins = second in ("{", "[") or (first.strip() == "[" and bool(re.match(r'["\d.\-tfn]', second)))
    return "json" if begins and not _is_bracketed_line(start) else None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_bracketed_line(start: str) -> bool:
    """Tell text lines such as ``[[a],2``, which are no JSON, from arrays of arrays or objects."""
    return re.match(r'\[\s*(?:\{\s*["}]|\[\s*[\]\["\d.\-tfn{])', start) is None
