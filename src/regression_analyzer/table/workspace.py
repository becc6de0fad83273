"""One temporary folder for each connection; it goes when the connection goes."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_FOLDERS: weakref.WeakKeyDictionary[duckdb.DuckDBPyConnection, Path] = weakref.WeakKeyDictionary()
_NUMBERS = count(1)


def folder_of(connection: duckdb.DuckDBPyConnection) -> Path:
    """Return the temporary folder of a connection, made on first use.

    The folder is removed when the connection object is collected, or at the end of the process.
    """
    known = _FOLDERS.get(connection)
    if known is not None and known.is_dir():
        return known
    folder = Path(tempfile.mkdtemp(prefix="regression-analyzer-"))
    _FOLDERS[connection] = folder
    weakref.finalize(connection, shutil.rmtree, folder, True)
    return folder


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the temporary files of a connection now; relations that scan them cannot be read afterwards."""
    folder = _FOLDERS.pop(connection, None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def new_path(connection: duckdb.DuckDBPyConnection, suffix: str) -> Path:
    """Return an unused path in the connection's temporary folder."""
    return folder_of(connection) / f"part{next(_NUMBERS)}{suffix}"


def new_relation_name() -> str:
    """Return an unused table name (made of a fixed word and a number)."""
    return f"framed_{next(_NUMBERS)}"


def sql_text(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
