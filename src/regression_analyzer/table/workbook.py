"""Workbooks (xlsx, xlsm, xlsb, xls, ods) -> framed rows on the connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
    XmlError,
    ZipError,
)

from regression_analyzer.errors import AnalyzerError, InputError, LimitError, UsageError
from regression_analyzer.table.cellvalues import CellValue, native_types, text_of
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.framing import frame
from regression_analyzer.table.hidden import hidden_lines
from regression_analyzer.table.layout import is_blank
from regression_analyzer.table.raw import Limits
from regression_analyzer.table.records import Row
from regression_analyzer.table.store import Read, store_framed
from regression_analyzer.table.unpack import check_workbook, encrypted

if TYPE_CHECKING:
    import duckdb

WORKBOOK_PARTS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_DAMAGED = (CalamineError, XmlError, ZipError, OSError, ValueError, IndexError)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Sheet:
    """One sheet's cells: as text with sheet rows, and typed by sheet row."""

    name: str
    records: list[Row]
    values: dict[int, list[CellValue]]


def read_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    format_name: str,
    choices: Choices,
    limits: Limits,
    *,
    transpose: bool | None,
) -> Read:
    """Frame the table on one sheet of a workbook.

    Raises
    ------
    InputError
        Damaged, protected by a password, or without a table (codes ``file_damaged``, ``encrypted``,
        ``empty_sheet``, ``not_a_table``).
    LimitError
        It unpacks to too much, or has too many cells.
    UsageError
        There is no such sheet.
    """
    if format_name == "xls":
        _refuse_other_ole(path)
    else:
        check_workbook(path, limit=limits.unpacked_bytes)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            chart_like = {m.name for m in book.sheets_metadata if m.typ != SheetTypeEnum.WorkSheet}
            hidden = {m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible}
            names = [n for n in book.sheet_names if n not in chart_like]
            sheet = _choose(book, names, hidden, choices, limits)
    except PasswordError as error:
        raise encrypted() from error
    except _DAMAGED as error:
        raise InputError(
            "The workbook is damaged or of a kind that cannot be read.",
            hint="Open it in the program that made it and save it again as xlsx.",
            code="file_damaged",
        ) from error
    framed = frame(
        sheet.records, choices, max_columns=limits.columns, transpose=transpose, delimiter=None, physical=False
    )
    _tell_hidden(path, format_name, sheet.name, choices)
    native = native_types(framed, sheet.values)
    return store_framed(
        connection, framed, format_name=format_name, decimal=".", native=native, sheet=sheet.name, sheets=tuple(names)
    )


def _refuse_other_ole(path: Path) -> None:
    data = path.read_bytes()[:4_000_000]
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise encrypted()
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise InputError(
            "The file is an old Office document (such as Word), not a workbook.",
            hint="Save the table as CSV or xlsx.",
            code="wrong_type",
        )


def _choose(book: CalamineWorkbook, names: Sequence[str], hidden: set[str], choices: Choices, limits: Limits) -> _Sheet:
    """Read the sheet the user names, or the first one that is shown and holds a table."""
    shown = [n for n in names if n not in hidden]
    order = [*shown, *(n for n in names if n in hidden)]
    chosen = choices.override("table.sheet")
    if chosen is not None:
        sheet = _named(book, chosen, names, limits)
        choices.record("table.sheet", "Sheet", sheet.name, "", order)
        if all(is_blank(cells) for _, cells in sheet.records):
            raise InputError(f'The sheet "{sheet.name[:60]}" is empty.', code="empty_sheet")
        return sheet
    filled: list[_Sheet] = []
    passed = []
    for name in order:
        sheet = _read(book, name, limits)
        if not sheet.records:
            passed.append(name)
            continue
        if _holds_table(sheet, limits):
            because = (
                "it is the first sheet that is shown and holds a table"
                if name in shown
                else "no shown sheet holds a table"
            )
            choices.record("table.sheet", "Sheet", name, because, [n for n in order if n != name])
            if len(names) > 1:
                others = tuple(n for n in order if n != name)
                choices.find("several_sheets", "attention", name, sheets=others, hidden=tuple(sorted(hidden)))
            return sheet
        filled.append(sheet)
    if not filled:
        what = (
            "The workbook's only sheet is empty."
            if len(names) == 1
            else f"All {len(names)} sheets of the workbook are empty."
        )
        raise InputError(what, hint="Give a workbook with a table on one of its sheets.", code="empty_sheet")
    choices.record("table.sheet", "Sheet", filled[0].name, "it is the first sheet with anything on it", order)
    return filled[0]


def _named(book: CalamineWorkbook, chosen: str, names: Sequence[str], limits: Limits) -> _Sheet:
    exact = [n for n in names if n == chosen] or [n for n in names if n.strip().lower() == chosen.strip().lower()]
    if not exact and chosen.isdigit() and 1 <= int(chosen) <= len(names):
        exact = [names[int(chosen) - 1]]
    if not exact:
        listed = ", ".join(f'"{n[:60]}"' for n in names[:20])
        raise UsageError(f'There is no sheet "{chosen[:60]}" in the workbook; it has {listed}.', code="no_such_sheet")
    return _read(book, exact[0], limits)


def _read(book: CalamineWorkbook, name: str, limits: Limits) -> _Sheet:
    try:
        sheet = book.get_sheet_by_name(name)
    except WorksheetNotFound:
        return _Sheet(name=name, records=[], values={})
    if sheet.start is None:
        return _Sheet(name=name, records=[], values={})
    if sheet.height * sheet.width > limits.cells:
        raise LimitError(
            f'The sheet "{name[:60]}" has {sheet.height:,} rows and {sheet.width:,} columns, '
            f"more than {limits.cells:,} cells.",
            hint="Save it as CSV, which has no such limit.",
            code="too_many_cells",
        )
    top = sheet.start[0] + 1
    records: list[Row] = []
    values: dict[int, list[CellValue]] = {}
    for i, cells in enumerate(sheet.to_python(skip_empty_area=True)):
        texts = [text_of(c) for c in cells]
        if max(map(len, texts), default=0) > limits.cell_characters:
            raise LimitError(
                f"Row {top + i} holds a cell of more than {limits.cell_characters:,} characters.", code="cell_too_long"
            )
        records.append((top + i, texts))
        values[top + i] = list(cells)
    while records and is_blank(records[-1][1]):
        records.pop()
    return _Sheet(name=name, records=records, values=values)


def _holds_table(sheet: _Sheet, limits: Limits) -> bool:
    """Tell a table from a page of notes: two columns or more, filled, with values or several full rows."""
    try:
        framed = frame(
            sheet.records, Choices(), max_columns=limits.columns, transpose=False, delimiter=None, physical=False
        )
    except AnalyzerError:
        return False
    if len(framed.names) < 2 or not framed.rows:
        return False
    native = native_types(framed, sheet.values)
    filled = sum(1 for _, _, cells in framed.rows for c in cells if c.strip())
    share = filled / (len(framed.rows) * len(framed.names))
    return share >= 0.3 and (bool(native) or (share >= 0.6 and len(framed.rows) >= 3))


def _tell_hidden(path: Path, format_name: str, sheet: str, choices: Choices) -> None:
    if format_name != "xlsx":
        return
    rows, columns = hidden_lines(path, sheet)
    if rows or columns:
        choices.find("hidden_cells", "info", sheet, rows=rows, columns=columns)
