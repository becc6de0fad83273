"""Read bytes with the framing side alone and look at the cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from regression_analyzer.findings import Decision, Finding
from regression_analyzer.table.raw import RawTable
from regression_analyzer.table.source import read_raw

CONNECTION = duckdb.connect()


@dataclass(frozen=True)
class Reading:
    raw: RawTable
    numbers: list[int]
    lines: list[int]
    cells: list[list[Any]]

    @property
    def names(self) -> list[str]:
        return list(self.raw.names)

    def finding(self, code: str) -> Finding:
        return next(f for f in self.raw.findings if f.code == code)

    def codes(self) -> set[str]:
        return {f.code for f in self.raw.findings}

    def decision(self, decision_id: str) -> Decision:
        return next(d for d in self.raw.decisions if d.id == decision_id)


def read(source: bytes | str | Path, **options: Any) -> Reading:
    """Frame a source; check that every data row is accounted for."""
    given = source.encode() if isinstance(source, str) else source
    raw = read_raw(CONNECTION, given, **options)
    found = CONNECTION.execute(f"select * from {raw.relation} order by row_number").fetchall()
    reading = Reading(
        raw=raw,
        numbers=[r[0] for r in found],
        lines=[r[1] for r in found],
        cells=[["" if c is None else c for c in r[2:]] for r in found],
    )
    assert len(found) + sum(g.rows for g in raw.left_out) == raw.rows_in_file
    assert all(len(r) == len(raw.names) for r in reading.cells)
    return reading
