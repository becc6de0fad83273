"""What 95% and 5% are worth: intervals under the chosen errors, and claims about noise.

Small, seeded versions of `benchmarks/coverage.py` and `benchmarks/noise.py`, which look at every cell.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from benchmarks import coverage, coverage_tables, noise

TABLES = 250
SPREAD = 3.5
"""Standard deviations of a share of 250 tables: 4.8 points; chance alone passes once in 2,000 looks."""
MARGIN = SPREAD * math.sqrt(0.05 * 0.95 / TABLES)

CELLS = {cell.name: cell for cell in coverage_tables.CELLS}
HARD = (
    ("spread grows with a skewed number", 50),
    ("rare level, three times the spread", 200),
    ("heavy-tailed predictor, spread grows", 50),
    ("5 units of 10, half treated", 50),
    ("50 units, sizes 2 to 60, a tenth treated", 1550),
    ("series, memory 0.6", 50),
    ("series, memory 0.8, slow predictor", 50),
    ("overdispersed counts, Poisson model", 50),
    ("overdispersed counts, negative binomial", 50),
)
"""Cells in which the usual errors hold the truth in 60 to 90 of 100 tables."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rows"), HARD)
def test_intervals_hold_the_truth(name: str, rows: int) -> None:
    count = coverage.cover(CELLS[name], rows, TABLES, seed=1)
    assert count.tables == TABLES
    assert (count.coverage >= coverage.LOW - MARGIN).all(), count.coverage
    assert (count.coverage <= 1.0).all()


@pytest.mark.slow
def test_an_even_spread_is_not_answered_with_wide_intervals() -> None:
    count = coverage.cover(CELLS["even spread"], 200, TABLES, seed=2)
    assert np.abs(count.coverage - 0.95).max() <= MARGIN
    assert count.kinds["classical"] > TABLES / 2


@pytest.mark.slow
def test_noise_is_told_as_noise() -> None:
    seen = noise.look(noise.noise, 80, seed=3)
    assert seen.tables == 80
    # 5% of 80 tables are 4; more than 11 come once in 1,000 times
    assert seen.coefficient <= 11
    assert np.mean(np.asarray(seen.p_values) < 0.05) < 0.09


@pytest.mark.slow
def test_straight_lines_are_left_alone() -> None:
    """The errors of a fifth of the tables are skewed, which is said of them; nothing else is there to be seen."""
    seen = noise.look(noise.line, 40, seed=4)
    for code in ("terms_missed", "curvature", "heteroscedasticity", "autocorrelation", "line_misses_something"):
        for severity in ("problem", "attention"):
            assert seen.findings[f"{severity}: {code}"] <= 4, (severity, code)


def test_a_cell_outside_is_said_with_its_direction() -> None:
    assert not coverage.outside(np.array([0.95, 0.93]), 1000)
    assert "only 88.0%" in coverage.outside(np.array([0.95, 0.88]), 1000)
    assert "99.4%" in coverage.outside(np.array([0.994, 0.95]), 1000)
