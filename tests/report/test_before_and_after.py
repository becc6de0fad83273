"""Where other than classical errors are in use, the report says what they were before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import regression_analyzer as ra
from regression_analyzer.report.numbers import fmt


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


def test_the_finding_holds_before_and_after(table: Path) -> None:
    analysis = ra.analyze(table, formula="y ~ x", covariance="HC3")
    row = next(c for c in analysis.inference.coefficients if c.term == "x")
    found = next(f for f in analysis.to_dict()["findings"] if f["code"] == "heteroscedasticity")
    assert found["facts"]["errors_term"] == "x"
    assert found["facts"]["errors_before"] == row.std_error_by_kind["classical"]
    assert found["facts"]["errors_after"] == row.std_error
    assert found["facts"]["errors_verdicts"] == analysis.inference.verdicts_changed
    done = f"the error of x, which differs most, goes from {fmt(row.std_error_by_kind['classical'])} (classical)"
    assert done in found["advice"]
    assert done in analysis.to_html()


def test_where_classical_errors_stay_the_finding_says_what_others_would_change(table: Path) -> None:
    analysis = ra.analyze(table, formula="y ~ x", covariance="classical")
    found = next(f for f in analysis.to_dict()["findings"] if f["code"] == "heteroscedasticity")
    row = next(c for c in analysis.inference.coefficients if c.term == "x")
    assert found["facts"]["errors_after"] == row.std_error_by_kind["HC3"]
    assert f"would take the error of x from {fmt(row.std_error)} to" in found["advice"]


def test_errors_in_the_order_of_time_are_answered_by_hac_only(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    noise = np.zeros(200)
    for i in range(1, 200):
        noise[i] = 0.7 * noise[i - 1] + rng.normal()
    x = np.cumsum(rng.normal(size=200))
    path = tmp_path / "series.csv"
    rows = [f"{a:.6f},{b:.6f}" for a, b in zip(x, 2.0 + 0.5 * x + noise, strict=True)]
    path.write_text("x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    for kind, said in (("HAC", True), ("HC3", False), ("classical", False)):
        found = ra.analyze(path, formula="y ~ x", covariance=kind).to_dict()["findings"]
        advice = next(f["advice"] for f in found if f["code"] == "autocorrelation")
        assert ("the error of x, which differs most" in advice) is said
