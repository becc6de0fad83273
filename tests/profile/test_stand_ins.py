"""Values that may stand for no value are pointed out, and real ones left alone."""

from __future__ import annotations

import numpy as np
import pytest

from regression_analyzer.profile import describe
from regression_analyzer.report.wording import words_for
from tests.profile.tables import Values, table_of

N = 150


def found(name: str, values: Values, **overrides: str) -> list[str]:
    y = np.random.default_rng(3).normal(100.0, 10.0, N)
    profile = describe(table_of({name: values, "y": y}), target="y", overrides={**overrides})
    return [f.severity for f in profile.findings if f.code == "maybe_missing_code"]


def with_codes(values: np.ndarray, code: float, cells: int = 5) -> np.ndarray:
    out = values.astype(float)
    out[3 : 3 + cells] = code
    return out


RNG = np.random.default_rng(1)
AGES, WEIGHTS, SCALE = RNG.integers(18, 80, N), RNG.normal(70.0, 9.0, N).round(1), RNG.integers(1, 6, N)
INSULIN = RNG.gamma(2.0, 70.0, N).round(0) + 14.0


@pytest.mark.parametrize(
    ("name", "values", "severity"),
    [
        ("bmi", with_codes(WEIGHTS, 0.0), "attention"),
        ("insulin", with_codes(INSULIN, 0.0, 40), "attention"),
        ("rent", with_codes(WEIGHTS, 0.0), "info"),
        ("age", with_codes(AGES, -1.0), "attention"),
        ("q1", with_codes(SCALE, 9.0), "attention"),
    ],
)
def test_pointed_out(name: str, values: Values, severity: str) -> None:
    assert found(name, values) == [severity]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("weight_change", RNG.normal(0.0, 3.0, N).round(0)),
        ("children", RNG.poisson(1.0, N)),
        ("temperature", np.r_[[-9.0, -9.0, -9.0], RNG.integers(-8, 31, N - 3)]),
        ("paid", np.where(RNG.uniform(size=N) < 0.5, 0.0, RNG.gamma(2.0, 10.0, N))),
        ("grade", RNG.integers(1, 10, N)),
        ("bmi", with_codes(WEIGHTS, 0.0, 1)),
    ],
)
def test_left_alone(name: str, values: Values) -> None:
    assert found(name, values) == []


@pytest.mark.parametrize("code", ["1900-01-01", "9999-12-31"])
def test_default_dates(code: str) -> None:
    days = np.datetime64("2015-01-01") + np.arange(N).astype("timedelta64[D]")
    days[[3, 9, 40]] = np.datetime64(code)
    assert found("hired", days) == ["attention"]


def test_the_reader_is_told_before_and_after() -> None:
    table = table_of({"bmi": with_codes(WEIGHTS, 0.0), "y": RNG.normal(size=N)})
    finding = next(f for f in describe(table, target="y").findings if f.code == "maybe_missing_code")
    words = words_for(finding)
    assert finding.facts["mean_after"] == pytest.approx(WEIGHTS[np.r_[:3, 8:N]].mean())
    assert "--override 'column.bmi.missing=0'" in words.advice
    assert words.reference
