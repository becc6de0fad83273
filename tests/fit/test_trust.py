"""Where intervals are only about 95% ones, it is said; where they are, nothing is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from regression_analyzer.findings import Finding
from regression_analyzer.fit import infer

from .models import arrays, run


def told(columns: dict[str, Any], formula: str, *, kind: str = "auto", time: str | None = None) -> dict[str, Finding]:
    made = run(columns, formula, hac=time is not None)
    design = replace(made.design, time_column=time)
    return {finding.code: finding for finding in infer(made.fit, made.covariances, design, kind=kind).findings}


def rare_level(n: int, rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    level = np.where(np.arange(n) < rows, "rare", "usual")
    return {"x": rng.normal(size=n), "g": level.tolist(), "y": rng.normal(size=n)}


def series(n: int, memory: float) -> dict[str, Any]:
    rng = np.random.default_rng(6)
    error = np.zeros(n)
    for i in range(1, n):
        error[i] = memory * error[i - 1] + rng.normal()
    return {"t": np.arange(float(n)), "x": rng.normal(size=n), "y": error}


def test_few_rows_of_uneven_errors() -> None:
    rng = np.random.default_rng(7)
    x = rng.gamma(2.0, 1.0, 20)
    finding = told({"x": x, "y": x + (0.1 + x**2) * rng.normal(size=20)}, "y ~ x")["few_rows_for_intervals"]
    assert finding.facts["rows"] == 20
    assert finding.severity == "info"


def test_few_rows_with_classical_errors_cannot_show_an_uneven_spread() -> None:
    columns = {"x": np.tile([-1.0, 1.0], 10), "y": np.repeat([1.0, -1.0, -1.0, 1.0], 5)}
    made = run(columns, "y ~ x")
    found = infer(made.fit, made.covariances, made.design, kind="auto")
    assert found.kind == "classical"
    assert [f.facts for f in found.findings if f.code == "few_rows_for_intervals"] == [{"rows": 20, "robust": False}]


def test_a_rare_level_is_named() -> None:
    finding = told(rare_level(200, 4), "y ~ x + g")["few_rows_of_weight"]
    assert "g" in finding.subject
    freedom = finding.facts["freedom"]
    assert isinstance(freedom, float)
    assert 2.0 < freedom < 4.0


def test_a_short_series() -> None:
    finding = told(series(50, 0.6), "y ~ x", time="t")["short_series"]
    assert finding.severity == "attention"
    worth = finding.facts["worth"]
    assert isinstance(worth, float)
    assert worth < 30


def test_nothing_is_said_of_ordinary_tables() -> None:
    assert not told(arrays(500, 2, 8), "y ~ x0 + x1")
    assert not told(rare_level(200, 80), "y ~ x + g")
    assert not told(series(2000, 0.5), "y ~ x", time="t")


def test_errors_that_were_asked_for_are_not_doubted() -> None:
    assert not told(rare_level(200, 4), "y ~ x + g", kind="HC3")


def test_a_calm_rare_level_gets_errors_that_are_not_widened() -> None:
    """HC2 is large enough where the rows of weight scatter less than the rest; HC3 where they scatter more."""
    rng = np.random.default_rng(8)
    columns = rare_level(200, 6)
    noise = rng.normal(size=200)
    rare = np.arange(200) < 6
    for spread, kind in ((0.2, "HC2"), (4.0, "HC3")):
        made = run({**columns, "y": np.where(rare, spread, 1.0) * noise}, "y ~ g")
        assert infer(made.fit, made.covariances, made.design, kind="auto").kind == kind
