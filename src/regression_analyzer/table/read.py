"""A file, bytes or a data frame in, a typed ``Table`` out."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_analyzer.errors import InputError, LimitError, UsageError
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.progress import Progress, silent
from regression_analyzer.table import settle, totals
from regression_analyzer.table.cells import Rule
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.columns import decide_columns, number_unit
from regression_analyzer.table.edges import ReadEdges
from regression_analyzer.table.frames import is_frame, read_frame
from regression_analyzer.table.framing import KEEP, LEAVE_OUT, TOTALS
from regression_analyzer.table.materialise import OddCells, drop_odd
from regression_analyzer.table.missing import is_number_code
from regression_analyzer.table.names import unique_names, unit_in_name
from regression_analyzer.table.raw import Limits, RawTable
from regression_analyzer.table.source import read_raw
from regression_analyzer.table.value import PART_COLUMNS, Column, LeftOut, Table
from regression_analyzer.table.workspace import clear

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 5
LINES_KEPT = 20
EXCEL_SERIAL = (20_000.0, 60_000.0)
"""Serial numbers of the dates from 1954 to 2064 in a workbook."""
_DATE_WORDS = ("date", "datum", "fecha", "day", "tag", "time", "zeit", "jour")
FINER = ("type", "decimal", "date_order", "missing", "percent", "censored", "clock")
"""The choices a column has; ``column.<name>.<one of these>`` is the id of a decision."""


def read_table(
    source: object,
    *,
    name: str | None = None,
    sheet: str | None = None,
    transpose: bool | None = None,
    overrides: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    read_edges: ReadEdges | None = None,
    on_progress: Progress = silent,
) -> Table:
    """Read a table from anything that holds one.

    Parameters
    ----------
    source : a path, bytes, a file opened in binary mode, or a data frame of any kind (Arrow stream, pandas,
        polars, DuckDB relation)
    name : what to call the source; the file's base name by default
    sheet : sheet of a workbook
    transpose : turn the table (True), leave it (False), or decide (None)
    overrides : the user's choices by decision id; ids of other rooms are left alone
    limits : what a file may cost
    read_edges : asked which way the table lies where the rules are not sure
    on_progress : told where the reading is

    Returns
    -------
    Table

    Raises
    ------
    NoSuchFileError, LimitError, InputError
        The source cannot be read; the message says why.
    UsageError
        An override names a column that is not there, or a value that does not fit.
    """
    import duckdb  # noqa: PLC0415

    limits = limits or Limits()
    chosen = dict(overrides or {})
    connection = open_connection(source, limits)
    try:
        if is_frame(source):
            raw = read_frame(connection, source, name=name or "data frame")
        else:
            raw = read_raw(
                connection,
                source,  # type: ignore[arg-type]
                name=name,
                sheet=sheet,
                transpose=transpose,
                overrides=chosen,
                limits=limits,
                read_edges=read_edges,
                on_progress=on_progress,
            )
        return type_table(connection, raw, overrides=chosen, on_progress=on_progress)
    except duckdb.OutOfMemoryException as error:
        raise LimitError(
            f"The table needs more than the {limits.memory_mb} MB of memory it may use.",
            hint="Give fewer columns or rows, or allow more memory.",
            code="memory",
        ) from error


def from_frame(frame: object, *, name: str | None = None, overrides: Mapping[str, str] | None = None) -> Table:
    """Read a data frame of any kind; the same as `read_table` but nothing else is taken.

    Raises
    ------
    InputError
        The object is no data frame.
    """
    if not is_frame(frame):
        raise InputError(
            f"A data frame was expected, not an object of type {type(frame).__name__}.",
            hint="Pass a pandas or polars data frame, an Arrow table or a DuckDB relation.",
            code="not_a_frame",
        )
    return read_table(frame, name=name, overrides=overrides)


def open_connection(source: object, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory, or in a private folder that goes with the connection when the source is large."""
    import duckdb  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="regression-analyzer-"))
    large = _size(source) > limits.in_memory_bytes
    connection = duckdb.connect(
        str(folder / "table.duckdb") if large else ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{limits.memory_mb}MB",
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "true",
            "threads": str(max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))),
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    weakref.finalize(connection, shutil.rmtree, folder, True)
    return connection


def _size(source: object) -> int:
    if isinstance(source, str | Path):
        path = Path(source)
        return path.stat().st_size if path.is_file() else 0
    return len(source) if isinstance(source, bytes | bytearray | memoryview) else 0


def type_table(
    connection: duckdb.DuckDBPyConnection,
    raw: RawTable,
    *,
    overrides: Mapping[str, str] | None = None,
    on_progress: Progress = silent,
) -> Table:
    """Give every cell of a raw table its type.

    Raises
    ------
    InputError
        There are no columns or no data rows.
    UsageError
        An override does not fit.
    """
    overrides = overrides or {}
    names, name_findings = unique_names(raw.names)
    _check_overrides(names, overrides)
    if not names:
        raise InputError("The file holds no columns.", hint="A table needs a header and rows.", code="no_columns")
    if raw.rows_in_file == 0:
        raise InputError(
            "The file has a header but no data rows.", hint="Add the rows, or check the sheet.", code="no_data_rows"
        )
    on_progress("read", 0.02, "Reading the cells")
    decided = decide_columns(connection, raw, names, overrides)
    on_progress("read", 0.08, "Checking the cells")
    left_out = list(raw.left_out)
    empty = settle.leave_out_empty_rows(connection, len(names))
    if empty is not None:
        left_out.append(empty)
    drop_odd(connection, raw)
    n_rows = int((connection.execute("select count(*) from data").fetchone() or (0,))[0])
    if n_rows == 0:
        raise InputError(
            "The file has no data rows with a value in them.",
            hint="Check the sheet and the header.",
            code="no_data_rows",
        )
    findings = [*raw.findings, *name_findings]
    choices = Choices(overrides)
    summed = _leave_out_totals(connection, names, decided.rules, choices, n_rows=n_rows)
    if summed is not None:
        left_out.append(summed)
        n_rows -= summed.rows
    findings += choices.findings
    columns, decisions, found = _columns(connection, raw, names, decided.rules, overrides)
    for position, rule in enumerate(decided.rules):
        findings += rule.findings
        findings += _cell_findings(names[position], rule, decided.odd.get(position))
    findings += found
    copies = settle.find_copies(connection, len(names), n_rows)
    if copies is not None:
        findings.append(copies)
    _close_the_doors(connection)
    return Table(
        connection=connection,
        source=dataclasses.replace(raw.source, decimal=raw.source.decimal or raw.decimal or decided.decimal),
        columns=columns,
        n_rows=n_rows,
        rows_in_file=raw.rows_in_file,
        left_out=tuple(left_out),
        decisions=(*_told_once(raw.decisions, choices), *decided.decisions, *decisions),
        findings=tuple(findings),
        transposed=raw.transposed,
        in_memory=raw.in_memory,
        in_parts=len(columns) > PART_COLUMNS,
    )


def _leave_out_totals(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    rules: Sequence[Rule],
    choices: Choices,
    *,
    n_rows: int,
) -> LeftOut | None:
    """Leave out rows among the others that are sums of them; return which, None where there are none."""
    kinds = {kind: [p for p, rule in enumerate(rules) if rule.kind == kind] for kind in ("text", "number")}
    found = totals.find_totals(connection, kinds["text"], kinds["number"], n_rows)
    if found is None:
        return None
    left = choices.override(TOTALS, (LEAVE_OUT, KEEP)) != KEEP
    because = f'{len(found.rows):,} labelled "{found.label[:40]}", equal to sums of other rows'
    choices.record(TOTALS, "Rows of totals", LEAVE_OUT if left else KEEP, because, (LEAVE_OUT, KEEP))
    facts: dict[str, Any] = {**totals.facts_of(connection, found, kinds["number"], names), "left_out": left}
    choices.find("total_rows", "attention", **facts)
    if not left:
        return None
    totals.leave_out(connection, found, len(rules))
    return LeftOut(reason="a total of other rows", rows=len(found.rows), lines=found.lines[:LINES_KEPT])


def _told_once(decisions: tuple[Decision, ...], choices: Choices) -> tuple[Decision, ...]:
    """Put together what the frame of the table and its rows say of totals."""
    return (*(d for d in decisions if d.id not in choices.decisions), *choices.decisions.values())


def _check_overrides(names: Sequence[str], overrides: Mapping[str, str]) -> None:
    known = {f"column.{name}.{finer}" for name in names for finer in FINER}
    for key in overrides:
        if key.startswith("column.") and key not in known:
            listed = ", ".join(names[:EXAMPLES]) + (" ..." if len(names) > EXAMPLES else "")
            raise UsageError(
                f'There is no choice "{key[:80]}" in this table; its columns are {listed}.',
                hint=f"A choice is written column.NAME.WHAT, where WHAT is one of {', '.join(FINER)}.",
                code="override_unknown",
            )


def _columns(
    connection: duckdb.DuckDBPyConnection,
    raw: RawTable,
    names: Sequence[str],
    rules: Sequence[Rule],
    overrides: Mapping[str, str],
) -> tuple[tuple[Column, ...], list[Decision], list[Finding]]:
    """Describe the columns, after numbers that mean "no value" are gone."""
    choices = Choices(overrides)
    numbers = [p for p, rule in enumerate(rules) if rule.kind == "number"]
    facts = settle.number_facts(connection, numbers)
    cleared, findings = settle.clear_not_finite(connection, facts, names)
    facts.update(settle.number_facts(connection, cleared))
    suspects = [p for p in numbers if settle.has_sentinel(facts[p]) or rules[p].declared]
    changed = [
        p
        for p in suspects
        if settle.clear_sentinels(connection, p, names[p], rules[p], choices, whole=facts[p].integer)
    ]
    facts.update(settle.number_facts(connection, changed))
    columns = []
    for position, rule in enumerate(rules):
        fact = facts.get(position)
        columns.append(
            Column(
                name=names[position],
                original_name=raw.names[position],
                position=position,
                kind=rule.kind,
                integer=fact.integer if fact is not None else False,
                unit=number_unit(rule, raw.native.get(position))
                or (unit_in_name(raw.names[position]) if fact else None),
                native=raw.native.get(position),
            )
        )
        if fact is not None and _maybe_serial_dates(names[position], fact):
            findings.append(Finding(code="maybe_serial_dates", severity="info", subject=names[position], facts={
                "minimum": fact.minimum, "maximum": fact.maximum}))  # fmt: skip
    return tuple(columns), list(choices.decisions.values()), findings + choices.findings


def _maybe_serial_dates(name: str, fact: settle.NumberFacts) -> bool:
    if not fact.integer or fact.minimum is None or fact.maximum is None:
        return False
    low, high = EXCEL_SERIAL
    return low <= fact.minimum <= fact.maximum <= high and any(word in name.casefold() for word in _DATE_WORDS)


def _cell_findings(name: str, rule: Rule, odd: OddCells | None) -> list[Finding]:
    """Say which cells of a column were read as missing, with their lines."""
    if odd is None:
        return []
    codes, strange = Counter[str](), Counter[str]()
    for text, rows in odd.counts.items():
        if rule.kind in {"text", "yes_no"} or is_number_code(text):
            codes[text] = rows
        else:
            strange[text] = rows
    findings = []
    for code, severity, counts in (("missing_codes", "info", codes), ("odd_cells", "attention", strange)):
        if not counts:
            continue
        lines = sorted({line for text in counts for line in odd.lines[text]})[:LINES_KEPT]
        facts = {
            "texts": tuple(t for t, _ in counts.most_common(EXAMPLES)),
            "kinds": len(counts),
            "cells": sum(counts.values()),
            "lines": tuple(lines),
            "decision": f"column.{name}.missing" if code == "missing_codes" else f"column.{name}.type",
            "kind": rule.kind,
        }
        findings.append(Finding(code=code, severity=severity, subject=name, facts=facts))  # type: ignore[arg-type]
    return findings


def _close_the_doors(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on the connection reads nothing but its own table: no files, no network, no settings."""
    clear(connection)
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
