"""Tell an analysis: as a document, a page, Markdown, a script, a summary. Computes nothing new.

Names are loaded when first used: rooms that only write numbers must not load all that a report needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_analyzer.report.analysis_document import document
    from regression_analyzer.report.blocks import ReportView
    from regression_analyzer.report.cells import predictions_csv, safe_cell
    from regression_analyzer.report.chart_rows import rows_behind
    from regression_analyzer.report.html import render_html
    from regression_analyzer.report.json_values import to_json
    from regression_analyzer.report.markdown import render_markdown
    from regression_analyzer.report.report_view import view
    from regression_analyzer.report.script import reproduce_script
    from regression_analyzer.report.table_preview import preview
    from regression_analyzer.report.text_summary import summary

_HOME = {
    "ReportView": "blocks",
    "document": "analysis_document",
    "predictions_csv": "cells",
    "preview": "table_preview",
    "render_html": "html",
    "render_markdown": "markdown",
    "reproduce_script": "script",
    "rows_behind": "chart_rows",
    "safe_cell": "cells",
    "summary": "text_summary",
    "to_json": "json_values",
    "view": "report_view",
}

__all__ = [
    "ReportView",
    "document",
    "predictions_csv",
    "preview",
    "render_html",
    "render_markdown",
    "reproduce_script",
    "rows_behind",
    "safe_cell",
    "summary",
    "to_json",
    "view",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
