"""Tables of so many columns that they are kept in parts."""

from __future__ import annotations

import pytest

from regression_analyzer.profile import describe
from regression_analyzer.table import Table, read_table

COLUMNS = 350
ROWS = 40


@pytest.fixture(scope="module")
def wide() -> Table:
    header = ",".join(f"v{j}" for j in range(COLUMNS))
    rows = (",".join(str((i * (j + 3) * 7919) % 9973) for j in range(COLUMNS)) for i in range(ROWS))
    return read_table("\n".join([header, *rows, ""]).encode(), name="wide.csv")


def test_a_query_over_several_parts_sees_the_same_rows(wide: Table) -> None:
    query = "select row_number, c5, c120, c349 from data where c120 > 3000 order by row_number"
    assert "data_3" in wide.narrowed(query)
    assert "data_2" not in wide.narrowed(query)
    wanted = [
        (i + 1, *(float((i * (j + 3) * 7919) % 9973) for j in (5, 120, 349)))
        for i in range(ROWS)
        if (i * 123 * 7919) % 9973 > 3000
    ]
    assert wide.sql(query) == wanted


def test_rows_are_counted_without_a_column(wide: Table) -> None:
    assert wide.sql("select count(*), max(line_number) from data") == [(ROWS, ROWS + 1)]


def test_every_column_is_described(wide: Table) -> None:
    profile = describe(wide, target="v0")
    means = [sum((i * (j + 3) * 7919) % 9973 for i in range(ROWS)) / ROWS for j in (0, 100, 349)]
    assert [profile.by_name[f"v{j}"].mean for j in (0, 100, 349)] == pytest.approx(means, rel=1e-12)
