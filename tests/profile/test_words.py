"""Every finding of this room has words."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import regression_analyzer.profile
from regression_analyzer.profile import Profile, describe
from regression_analyzer.report.wording.profile import WORDING
from tests.profile.tables import table_of

RNG = np.random.default_rng(51)
A, B, C = RNG.gamma(3.0, 40.0, size=(3, 60))


def profiles() -> list[Profile]:
    skewed = np.exp(2 * C / C.mean())
    return [
        describe(table_of({"k": [1.0] * 9})),
        describe(table_of({"y": A})),
        describe(
            table_of({"a": A, "b": B, "total": A + B, "g": C, "final_x": B**0.5, "Price": skewed}), target="price"
        ),
        describe(table_of({"a": A, "b": B, "cnt": A + B, "town": [f"t{i % 25}" for i in range(60)]})),
        describe(table_of({"a": A, "b": B, "revenue": A * B, "near": A * B + C})),
        describe(table_of({"a": A, "b": A + C / 1e4, "x": np.where(A > 100, A, np.nan), "price": B})),
        describe(table_of({"x": 2 * A, "y": A})),
        describe(table_of({"bmi": np.where(A > 200, 0.0, 20.0 + B / 30), "y": A})),
        describe(table_of({f"x{i}": RNG.normal(size=20) for i in range(9)})),
        describe(
            table_of({"firm": np.repeat(np.arange(12.0), 5), "year": np.tile(np.arange(5.0), 12), "x": A, "y": B})
        ),
    ]


def test_codes_and_words_agree() -> None:
    folder = Path(regression_analyzer.profile.__file__).parent
    used = {c for path in folder.glob("*.py") for c in re.findall(r'Finding\(\s*code="(\w+)"', path.read_text())}
    assert used - {"duplicate_rows"} == set(WORDING)  # worded with the cells, where most of them are found


def test_every_finding_can_be_told() -> None:
    seen = set()
    for profile in profiles():
        for finding in profile.findings:
            words = WORDING[finding.code](finding)
            seen.add(finding.code)
            assert words.evidence.endswith(".")
            assert words.advice.endswith(".")
            assert "None" not in words.evidence
            assert "!" not in words.evidence + words.advice
    assert seen >= set(WORDING) - {"time_order", "mostly_missing", "many_levels", "duplicate_rows"}


@pytest.mark.parametrize("word", ["cause", "impact", "leads to"])
def test_nothing_is_said_to_cause_anything(word: str) -> None:
    texts = [WORDING[f.code](f) for p in profiles() for f in p.findings]
    assert not any(word in t.evidence + t.advice for t in texts)
