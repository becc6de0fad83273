"""Every language but English through the command line, a job and its page: told well, and told badly."""

from __future__ import annotations

import html
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from regression_analyzer.insight.check import Sentence, filled
from regression_analyzer.insight.languages import TELLABLE
from regression_analyzer.report.wording.abroad import AROUND
from tests.api.conftest import Server, analyze, upload

from .documents import charges_csv
from .fake_vendor import FakeVendor, Reply
from .replies import points_answer, sensible
from .test_doors import COMMAND, by_command_line, clean_environment
from .test_languages import story_in
from .tongues import TONGUES

CODES = ("fr", "es", "it")


def well(code: str) -> Reply:
    """Return a model that answers with true sentences of a language."""

    def reply(question: str, schema: Mapping[str, Any]) -> object:
        if "sentences" not in schema["properties"]:
            return sensible(question, schema)
        return {"sentences": [{"text": text, "claims": []} for text in TONGUES[code].true[:3]]} | points_answer(schema)

    return reply


def badly(code: str) -> Reply:
    """Return a model that answers with bent ones alone."""

    def reply(question: str, schema: Mapping[str, Any]) -> object:
        if "sentences" not in schema["properties"]:
            return sensible(question, schema)
        return {"sentences": [{"text": text, "claims": []} for _, text in TONGUES[code].bent()[:5]]} | points_answer(
            schema
        )

    return reply


def story(code: str) -> str:
    return " ".join(
        filled(Sentence(text=text), story_in(code), TELLABLE[code].words) for text in TONGUES[code].true[:3]
    )


def answer(code: str) -> str:
    return f"{story(code)} {AROUND[code].association.format(target='charges')}"


@pytest.mark.parametrize("code", CODES)
def test_the_command_line_tells_and_answers_in_it(tmp_path: Path, code: str) -> None:
    with FakeVendor(well(code)) as vendor:
        environ = vendor.environ("anthropic")
        folder = by_command_line(tmp_path, charges_csv(), environ, "-t", "charges", "--language", code)
        asked = subprocess.run(
            [COMMAND, "ask", str(folder / "analysis.json"), "?", "--language", code],
            env=clean_environment(environ), capture_output=True, text=True, check=False,
        )  # fmt: skip
    document = json.loads((folder / "analysis.json").read_text())
    assert document["narrative"]["text"].startswith(story(code))
    assert document["narrative"]["language"] == code
    assert asked.stdout.strip() == answer(code)
    assert AROUND[code].heading.strip() in (folder / "report.md").read_text()


@pytest.mark.parametrize("code", CODES)
def test_where_nothing_holds_the_rules_tell_it_in_english_and_say_so(tmp_path: Path, code: str) -> None:
    with FakeVendor(badly(code)) as vendor:
        environ = vendor.environ("google")
        folder = by_command_line(tmp_path, charges_csv(), environ, "-t", "charges", "--language", code)
    document = json.loads((folder / "analysis.json").read_text())
    assert document["narrative"]["by"] == "rules"
    assert {"llm_narrative_dropped", "llm_language"} <= {finding["code"] for finding in document["findings"]}
    assert TELLABLE[code].name in (folder / "report.md").read_text()


@pytest.mark.parametrize("code", CODES)
def test_a_job_and_its_page_tell_it(server: Server, vendor: FakeVendor, code: str) -> None:
    vendor.reply = well(code)
    with server.client() as client:
        client.timeout = httpx.Timeout(90)
        choices = {"target": "charges", "language": code}
        job_id = analyze(client, upload(client, charges_csv(), "t.csv"), wait=60, **choices)["job_id"]
        document = client.get(f"/api/v1/results/{job_id}").json()
        page = html.unescape(client.get(f"/analyses/{job_id}").text)
        asked = client.post(f"/api/v1/ask/{job_id}", json={"question": "?"}).json()
    assert document["narrative"]["text"].startswith(story(code))
    assert story(code)[:60] in page
    assert (asked["answer"], asked["language"]) == (answer(code), code)
