"""Every finding that the source can make has words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from regression_analyzer.findings import Finding
from regression_analyzer.report import wording
from regression_analyzer.report.questions import QUESTIONS
from regression_analyzer.report.wording import room_of, wording_by_room, words_for

SOURCE = Path(__file__).parents[2] / "src" / "regression_analyzer"
CAUSAL = re.compile(r"\b(causes|caused by|leads? to|led to|impacts?|due to|drives?)\b", re.IGNORECASE)


def codes_in_source() -> set[str]:
    """Return every literal code of a finding: ``Finding(code="...")`` and ``find("...", "severity", ...)``."""
    codes = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                codes |= _codes_of(node)
    return codes


def _codes_of(call: ast.Call) -> set[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    values: list[ast.expr] = []
    if name == "Finding":
        values = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    elif name in {"find", "finding"} and len(call.args) > 1:
        values = [call.args[0]]
    return {code for value in values for code in _texts_of(value)}


def _texts_of(value: ast.expr) -> set[str]:
    """Return the texts that an expression can be: a literal, or either side of a choice."""
    if isinstance(value, ast.IfExp):
        return _texts_of(value.body) | _texts_of(value.orelse)
    return {value.value} if isinstance(value, ast.Constant) and isinstance(value.value, str) else set()


def test_the_source_makes_findings() -> None:
    assert len(codes_in_source()) > 20


def test_every_code_has_words() -> None:
    assert sorted(code for code in codes_in_source() if not room_of(code)) == []


def test_no_code_has_words_in_two_rooms() -> None:
    codes = [code for room in wording_by_room().values() for code in room]
    assert len(codes) == len(set(codes))


def test_a_code_without_words_is_still_told() -> None:
    words = words_for(Finding(code="new_thing", severity="info", subject="age", facts={"rows": 3, "share": 0.25}))
    assert words.evidence == "New thing (age): rows: 3; share: 0.25."


@pytest.mark.parametrize("room", wording.ROOMS)
def test_no_words_claim_that_one_thing_brings_about_another(room: str) -> None:
    path = Path(wording.__file__).parent / f"{room}.py"
    literals = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in literals if CAUSAL.search(text)] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_asks(name: str) -> None:
    assert QUESTIONS[name].question.endswith("?")
