"""What lies between the file formats and the cell types: text cells in rows, with line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.table.value import LeftOut, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may cost.

    Attributes
    ----------
    unpacked_bytes : of a compressed or zipped file, counted while unpacking (a header's word is not taken)
    text_bytes : of a plain text file
    cells : rows x columns of a workbook
    columns : of any table
    cell_characters : of one cell
    memory_mb : DuckDB's own limit; beyond ``in_memory_bytes`` of input the table is on disk
    """

    unpacked_bytes: int = 100_000_000
    text_bytes: int = 20_000_000_000
    cells: int = 20_000_000
    columns: int = 16_384
    cell_characters: int = 2_000_000
    memory_mb: int = 400
    in_memory_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RawTable:
    """Rows of cells before any cell has a type.

    Attributes
    ----------
    relation : SQL that can stand after FROM on the table's connection; it yields ``row_number`` BIGINT,
        ``line_number`` BIGINT and ``c0``, ``c1`` ...; VARCHAR cells, or native types where ``native`` says
        so. May be read more than once (a file scan or a materialised table)
    names : header texts as found, one a column; "" where the header cell is empty
    native : by position, the DuckDB type of a column that is typed already (Parquet, frames, numbers and
        dates of a workbook); absent for text
    decimal : decimal mark where the format fixes it (``"."`` for workbooks and JSON), else None
    delimiter : of a text file, else None: a comma cannot be a bare decimal mark where it separates cells
    rows_in_file : data rows in the file, rows in ``left_out`` included
    left_out : rows not in the relation (ragged lines, repeated headers, notes and totals ...)
    first_column_names_rows : the table was turned, or its first column has names of rows
    """

    relation: str
    names: tuple[str, ...]
    source: Source
    rows_in_file: int
    native: Mapping[int, str]
    decimal: str | None = None
    delimiter: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    transposed: bool = False
    in_memory: bool = True
