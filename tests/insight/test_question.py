"""Questions about a stored analysis."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from regression_analyzer.errors import InputError
from regression_analyzer.insight.value import nobody
from regression_analyzer.service import ask_file

from .documents import charges_document
from .fake_vendor import FakeVendor
from .replies import data_of, sensible
from .test_doors import COMMAND, clean_environment

CAUTION = (
    "Each effect is for rows alike in all other predictors. What rows differ in goes together with charges; the data "
    "cannot say that changing one changes the other."
)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(charges_document()))
    return path


def asked(path: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "ask", str(path), "Does smoking matter?"]
    return subprocess.run(command, env=clean_environment(environ), capture_output=True, text=True, check=False)


def reply(question: str, _schema: Mapping[str, Any]) -> object:
    assert data_of(question)["asked"] == "Does smoking matter?"
    true = "Where {name.smoker} is {level.smoker[yes]}, {target} is {coef.smoker[yes].estimate} higher."
    return {"sentences": [{"text": true, "claims": []}, {"text": "It causes 5 more.", "claims": []}], "points": []}


def test_a_question_is_answered_in_checked_sentences(stored: Path) -> None:
    with FakeVendor(reply) as vendor:
        done = asked(stored, vendor.environ("anthropic"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Where smoker is yes, charges is 22,940 higher. {CAUTION}\n"
    bodies = [json.loads(line)["body"].encode() for line in (stored.parent / "outbound.jsonl").read_text().splitlines()]
    assert bodies == [got.body for got in vendor.received]


def test_what_cannot_be_checked_is_not_said(stored: Path) -> None:
    with FakeVendor(lambda *_: {"sentences": [{"text": "Yes, 5 more.", "claims": []}], "points": []}) as vendor:
        done = asked(stored, vendor.environ("openai"))
    assert "no answer could be checked" in done.stdout


@pytest.mark.parametrize(("behaviour", "said"), [("401", "wrong key"), ("refusal", "refused")])
def test_trouble_is_one_line(stored: Path, behaviour: str, said: str) -> None:
    with FakeVendor(behaviours=(behaviour,)) as vendor:
        done = asked(stored, vendor.environ("groq"))
    assert done.returncode == 78
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_key_it_says_what_to_set(stored: Path) -> None:
    done = asked(stored, {})
    assert done.returncode == 78
    assert "no key is set" in done.stderr


def test_names_alone_allow_no_question(stored: Path) -> None:
    with FakeVendor(reply) as vendor:
        done = asked(stored, vendor.environ("openai") | {"LLM_SHARE": "names"})
    assert done.returncode == 78
    assert vendor.received == []


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"prediction": ' + "9" * 5_000 + "}", "", "null", "{}", "[]", '"x"']
)
def test_a_file_that_is_no_analysis_is_said_to_be_none(stored: Path, content: str) -> None:
    other = stored.with_name("other.json")
    other.write_text(content)
    with pytest.raises(InputError) as refused:
        ask_file(other, "What matters?", ask=nobody)
    assert refused.value.code == "not_an_analysis"


@pytest.mark.parametrize(("behaviour", "requests"), [("401", 1), ("refusal", 1), ("violation", 2)])
def test_what_left_for_an_answer_that_never_came_is_logged(stored: Path, behaviour: str, requests: int) -> None:
    with FakeVendor(reply, behaviours=(behaviour,)) as vendor:
        done = asked(stored, vendor.environ("openai"))
    assert done.returncode == 78
    lines = (stored.parent / "outbound.jsonl").read_text().splitlines()
    assert len(lines) == requests
    assert [json.loads(line)["body"].encode() for line in lines] == [got.body for got in vendor.received]


def test_what_left_of_an_analysis_that_fails_is_logged(tmp_path: Path) -> None:
    rows = [f"{row},constant,{row % 3}" for row in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(["price,kind,size", *rows]))
    with FakeVendor(sensible) as vendor:
        command = [COMMAND, "analyze", str(tmp_path / "t.csv"), "-f", "price ~ size + log(kind)", "-o", str(tmp_path)]
        environ = clean_environment(vendor.environ("openai"))
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode in {2, 65}, done.stderr
    lines = (tmp_path / "outbound.jsonl").read_text().splitlines()
    assert [json.loads(line)["body"].encode() for line in lines] == [got.body for got in vendor.received]
    assert lines
