"""Bytes or data frames in, a typed table out. The only room that knows DuckDB and file formats."""

from __future__ import annotations

from regression_analyzer.table.raw import Limits
from regression_analyzer.table.read import from_frame, read_table
from regression_analyzer.table.value import Column, LeftOut, Source, Table

__all__ = ["Column", "LeftOut", "Limits", "Source", "Table", "from_frame", "read_table"]
