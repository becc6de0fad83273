"""A table described before anything is fitted: what was read, what was guessed, what is proposed."""

from __future__ import annotations

from typing import Any

from regression_analyzer.design.levels import MERGE_ABOVE, in_order, usual_reference
from regression_analyzer.findings import SEVERITY_ORDER, Finding
from regression_analyzer.profile import Profile
from regression_analyzer.report.document_data import columns_part, decision_part, ledger_part, source_part
from regression_analyzer.report.numbers import shorten
from regression_analyzer.report.wording import words_for
from regression_analyzer.table import Table

FIRST_ROWS = 20
SHOWN_COLUMNS = 200
CELL_CHARACTERS = 200


def preview(table: Table, profile: Profile) -> dict[str, Any]:
    """Return what the preview page and call show: JSON-ready, cells as text.

    ``column_analysis``, ``decisions``, ``source`` and ``ledger`` have the form they have in the analysis
    document; ``first_rows`` holds the first 20 rows as read, ``findings`` what the reader should know, and
    ``references`` the level that the others would be compared with, for each column whose levels are all known.
    """
    findings = sorted((*table.findings, *profile.findings), key=lambda finding: SEVERITY_ORDER[finding.severity])
    return {
        "source": source_part(table.source),
        "rows": table.rows_in_file,
        "transposed": table.transposed,
        "ledger": ledger_part(table.rows_in_file, table.n_rows, table.left_out),
        "column_analysis": columns_part(profile),
        "first_rows": _first_rows(table),
        "decisions": [decision_part(decision) for decision in (*table.decisions, *profile.decisions)],
        "references": _references(profile),
        "findings": [_finding(finding) for finding in findings],
    }


def _references(profile: Profile) -> dict[str, str]:
    known = [c for c in profile.columns if c.levels and len(c.levels) == c.distinct <= MERGE_ABOVE]
    return {c.name: usual_reference(c.kind, in_order([level.value for level in c.levels]))[0] for c in known}


def _finding(finding: Finding) -> dict[str, Any]:
    words = words_for(finding)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "evidence": words.evidence,
        "advice": words.advice,
    }


def _first_rows(table: Table) -> list[dict[str, Any]]:
    columns = ", ".join(f"cast({column.sql} as varchar)" for column in table.columns[:SHOWN_COLUMNS])
    rows = table.sql(f"select row_number, line_number, {columns} from data order by row_number limit {FIRST_ROWS}")
    return [
        {
            "row": row[0],
            "line": row[1],
            "cells": [
                None if cell is None else shorten(str(cell).removesuffix(".0"), CELL_CHARACTERS) for cell in row[2:]
            ],
        }
        for row in rows
    ]
