"""Rows of totals among the others, and copies of rows, told from what is natural."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from regression_analyzer.profile import describe
from regression_analyzer.table import Table, read_table

RNG = np.random.default_rng(7)
AREA, STAFF = RNG.gamma(3.0, 40.0, 40).round(1), RNG.integers(10, 90, 40)


def rows(lines: Sequence[tuple[object, ...]], header: str = "region,area,staff") -> bytes:
    return (header + "\n" + "\n".join(",".join(map(str, line)) for line in lines) + "\n").encode()


def cities(start: int = 0, stop: int = 40) -> list[tuple[object, ...]]:
    return [(f"city {i}", AREA[i], STAFF[i]) for i in range(start, stop)]


def total(label: str, start: int = 0, stop: int = 40) -> tuple[object, ...]:
    return label, round(float(AREA[start:stop].sum()), 1), int(STAFF[start:stop].sum())


def codes(table: Table) -> dict[str, str]:
    return {f.code: f.severity for f in table.findings}


@pytest.mark.parametrize("label", ["Subtotal", "Zwischensumme", "Sous-total", "Subtotal north"])
def test_subtotals_below_their_rows(label: str) -> None:
    lines = [*cities(0, 20), total(label, 0, 20), *cities(20, 39), total(label, 20, 39), ("city 39", 5.0, 11)]
    table = read_table(rows(lines))
    assert table.n_rows == 40
    left = next(part for part in table.left_out if "total" in part.reason)
    assert left.lines == (22, 42)
    assert table.rows_in_file == 42


def test_a_total_above_all_rows_and_its_override() -> None:
    data = rows([total("Total"), *cities()])
    assert read_table(data).n_rows == 40
    kept = read_table(data, overrides={"table.total_rows": "keep"})
    assert kept.n_rows == 41
    finding = next(f for f in kept.findings if f.code == "total_rows")
    assert finding.facts["mean_before"] == pytest.approx(2 * AREA.sum() / 41)
    assert finding.facts["mean_after"] == pytest.approx(AREA.mean())


@pytest.mark.parametrize("label", ["Total Wine", "Total", "All inclusive", "Sum 41"])
def test_a_name_alone_makes_no_total(label: str) -> None:
    table = read_table(rows([*cities(0, 20), (label, 80.5, 44), *cities(20, 40)]))
    assert table.n_rows == 41
    assert "total_rows" not in codes(table)


def test_a_brand_called_total_something_at_the_end() -> None:
    assert read_table(rows([*cities(), ("Total Wine", 80.5, 44)])).n_rows == 41


def test_equal_answers_are_natural() -> None:
    q = RNG.integers(1, 6, (400, 2))
    lines = [(a, b, min(5, max(1, a + int(RNG.integers(-1, 2))))) for a, b in q]
    assert codes(read_table(rows(lines, "q1,q2,score")))["duplicate_rows"] == "info"


def test_copies_of_measurements_are_not() -> None:
    lines = [(i % 3, *line[1:]) for i, line in enumerate(cities())]
    assert codes(read_table(rows([*lines, *lines[:8]], "kind,area,staff")))["duplicate_rows"] == "attention"


def test_copies_of_answers_to_many_questions_are_not() -> None:
    answers = [tuple(line) for line in RNG.integers(1, 6, (300, 12))]
    header = ",".join(f"q{i}" for i in range(12))
    assert codes(read_table(rows([*answers, *answers[:40]], header)))["duplicate_rows"] == "attention"


def test_copies_apart_from_a_row_number() -> None:
    once = [(i % 3, *line[1:]) for i, line in enumerate(cities())]
    data = rows([(i + 1, *line) for i, line in enumerate([*once, *once[:8]])], "id,kind,area,staff")
    finding = next(f for f in describe(read_table(data), target="staff").findings if f.code == "duplicate_rows")
    assert finding.facts["copies"] == 8
    assert finding.facts["apart_from"] == ("id",)
    assert finding.facts["lines"] == tuple(range(42, 50))
