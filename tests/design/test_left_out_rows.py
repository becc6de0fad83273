"""Rows left out for a missing predictor: are they like the others?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from regression_analyzer.design import specify
from regression_analyzer.findings import Finding
from regression_analyzer.profile import describe
from regression_analyzer.report.numbers import fmt_pct
from regression_analyzer.report.wording.design import WORDING
from regression_analyzer.table import read_table


def differing(y: Sequence[float | str], x: Sequence[float | None], z: Sequence[float]) -> list[Finding]:
    lines = ["y,x,z", *(f"{a},{'' if b is None else b},{c}" for a, b, c in zip(y, x, z, strict=True))]
    table = read_table("\n".join(lines).encode())
    design = specify(table, describe(table, target="y"), target="y")
    return [f for f in design.findings if f.code == "left_out_rows_differ"]


def sample(shift: float, scale: float = 1.0) -> tuple[list[float], list[float | None], list[float]]:
    rng = np.random.default_rng(4)
    y = rng.normal(50, 10, 200)
    x: list[float | None] = [float(v) for v in rng.normal(5, 2, 200).round(3)]
    for i in range(0, 200, 5):
        x[i] = None
        y[i] += shift
    return [float(v) * scale for v in y], x, [float(v) for v in rng.normal(0, 1, 200).round(3)]


def test_rows_that_differ_are_reported_with_welchs_test() -> None:
    y, x, z = sample(15.0)
    (finding,) = differing(y, x, z)
    out = np.array([a for a, b in zip(y, x, strict=True) if b is None])
    used = np.array([a for a, b in zip(y, x, strict=True) if b is not None])
    assert finding.subject == "x"
    assert finding.facts["mean_left_out"] == pytest.approx(out.mean(), rel=1e-12)
    assert finding.facts["mean_used"] == pytest.approx(used.mean(), rel=1e-12)
    assert finding.facts["size"] == pytest.approx((out.mean() - used.mean()) / used.std(ddof=1), rel=1e-12)
    expected = stats.ttest_ind(out, used, equal_var=False).pvalue
    assert finding.facts["p_value"] == pytest.approx(expected, rel=1e-9)
    assert "x" in WORDING[finding.code](finding).evidence


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_the_unit_does_not_matter(scale: float) -> None:
    (finding,) = differing(*sample(15.0, scale))
    (plain,) = differing(*sample(15.0))
    assert finding.facts["size"] == pytest.approx(plain.facts["size"], rel=1e-9)


def test_rows_that_are_alike_are_not_reported() -> None:
    assert differing(*sample(0.0)) == []


def test_a_yes_no_target_is_told_as_shares() -> None:
    y, x, z = sample(15.0)
    (finding,) = differing(["yes" if v > 55 else "no" for v in y], x, z)
    assert finding.facts["event"] == "yes"
    assert "% of them" in WORDING[finding.code](finding).evidence


@pytest.mark.parametrize(("low", "high"), [(0, 1), ("no", "yes")])
def test_two_numbers_are_told_as_shares_like_two_words(low: float | str, high: float | str) -> None:
    _, x, z = sample(0.0)
    rng = np.random.default_rng(3)
    y = [high if rng.uniform() < (0.8 if v is None else 0.2) else low for v in x]
    (finding,) = differing(y, x, z)
    told = WORDING[finding.code](finding).evidence
    share = np.mean([a == high for a, b in zip(y, x, strict=True) if b is None])
    assert f"y is {high} in {fmt_pct(float(share))} of them" in told
    assert "on average" not in told
