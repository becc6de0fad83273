"""Neither unit nor offset of a column changes what is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .models import Result, run

SAME = 1e-9
OFFSET = 1e-6
"""A column of 1e9 + x keeps x to nine digits, of which a t statistic keeps seven."""


def table() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    x, z = rng.normal(size=80), rng.gamma(2.0, 1.0, 80)
    return {"x": x, "z": z, "y": 2 + x - 0.5 * z + rng.normal(size=80)}


def said(result: Result, term: str) -> tuple[float, float, float, float]:
    row = result.by_term[term]
    return row.statistic, row.p_value, row.std_estimate or 0.0, row.vif or 0.0


@pytest.mark.parametrize("kind", ["classical", "HC3", "HC3-adjusted"])
@pytest.mark.parametrize("unit", [1e-200, 1e-9, 1e9, 1e200])
@pytest.mark.parametrize("column", ["x", "y"])
def test_the_unit_does_not_matter(column: str, unit: float, kind: str) -> None:
    columns = table()
    first = run(columns, "y ~ x + z", kind=kind)
    other = run({**columns, column: columns[column] * unit}, "y ~ x + z", kind=kind)
    for term in ("x", "z"):
        assert said(other, term) == pytest.approx(said(first, term), rel=SAME)
    scale = unit if column == "y" else 1.0 / unit
    assert other.by_term["x"].estimate == pytest.approx(first.by_term["x"].estimate * scale, rel=SAME)
    types = [(test.type_two, again.type_two) for test, again in zip(
        first.inference.term_tests, other.inference.term_tests, strict=True
    )]  # fmt: skip
    for test, again in types:
        assert again.statistic == pytest.approx(test.statistic, rel=SAME)  # type: ignore[union-attr]


@pytest.mark.parametrize("offset", [1e8, 1.7e9])
@pytest.mark.parametrize("column", ["x", "y"])
def test_the_offset_does_not_matter(column: str, offset: float) -> None:
    columns = table()
    first = run(columns, "y ~ x + z", kind="HC3")
    other = run({**columns, column: columns[column] + offset}, "y ~ x + z", kind="HC3")
    for term in ("x", "z"):
        assert said(other, term) == pytest.approx(said(first, term), rel=OFFSET)


def test_seconds_since_1970_and_their_square() -> None:
    rng = np.random.default_rng(2)
    seconds = 1.7e9 + np.arange(200) * 86_400.0
    day = np.arange(200.0)
    y = 5 + 0.1 * day - 0.0004 * day**2 + rng.normal(size=200)
    by_day = run({"t": day, "y": y}, "y ~ t + I(t^2)").by_term["I(t^2)"]
    by_second = run({"t": seconds, "y": y}, "y ~ t + I(t^2)").by_term["I(t^2)"]
    assert by_second.statistic == pytest.approx(by_day.statistic, rel=1e-5)
