"""Where other than classical errors are in use, the report says what they were before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import regression_analyzer as ra


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(3)
    x = rng.gamma(2.0, 1.0, 300)
    y = 5.0 + x + (0.2 + x) * rng.normal(size=300)
    path = tmp_path_factory.mktemp("uneven") / "uneven.csv"
    lines = [f"{a:.6f},{i // 10},{b:.6f}" for i, (a, b) in enumerate(zip(x, y, strict=True))]
    path.write_text("x,unit,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["HC3", "cluster:unit", "HAC"])
def test_the_largest_change_is_said(table: Path, kind: str) -> None:
    analysis = ra.analyze(table, formula="y ~ x", covariance=kind)
    row = next(c for c in analysis.inference.coefficients if c.term == "x")
    ratio = row.std_error / row.std_error_by_kind["classical"]
    text = analysis.to_html()
    assert "the error of x changes from" in text
    assert f"({ratio:.2g} times)" in text


def test_classical_errors_have_no_before(table: Path) -> None:
    assert "changes from" not in ra.analyze(table, formula="y ~ x", covariance="classical").to_html()
