"""No cell leaves by the doors that come after an analysis, and none at all at ``names``."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

import httpx
import pytest

import regression_analyzer as ra
from regression_analyzer.insight.ask import make_ask
from regression_analyzer.insight.forms import record, text
from regression_analyzer.insight.value import Answer, Question
from tests.api.conftest import Server, analyze, upload

from .documents import charges_csv
from .fake_vendor import KEY, FakeVendor
from .replies import sensible
from .test_doors import COMMAND, assert_no_canary, canaries, clean_environment

SETTINGS = {"LLM_SHARE": "names"}
PROVIDERS = ("anthropic", "openai", "google", "groq")


def test_no_cell_leaves_with_a_question_about_a_result(tmp_path: Path) -> None:
    content, cells = canaries()
    stored = tmp_path / "analysis.json"
    stored.write_text(ra.analyze(content, skip_llm=True).to_json())
    with FakeVendor(sensible) as vendor:
        command = [COMMAND, "ask", str(stored), "What goes with it?"]
        environ = clean_environment(vendor.environ("openai"))
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert len(vendor.received) == 1
    assert_no_canary(vendor, cells)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_log_holds_a_key_a_password_or_a_question(caplog: pytest.LogCaptureFixture, provider: str) -> None:
    caplog.set_level(logging.DEBUG)
    question = Question(name="q", text="the question itself", schema=record(words=text()))
    with FakeVendor() as vendor:
        environ = {
            name: value.replace("http://", "http://user:hunter2@") for name, value in vendor.environ(provider).items()
        }
        said = make_ask(environ)(question)
    assert isinstance(said, Answer)
    assert "hunter2" not in said.sent[0].url
    for secret in (KEY, "hunter2", question.text):
        assert secret not in caplog.text


def test_no_cell_leaves_at_names_by_a_job_and_its_preview(server: Server, vendor: FakeVendor) -> None:
    content, cells = canaries()
    with server.client() as client:
        client.timeout = httpx.Timeout(90)
        upload_id = upload(client, content, "t.csv")
        seen = client.post(f"/api/v1/uploads/{upload_id}/outbound", json={})
        assert seen.status_code == 200, seen.text
        assert vendor.received == []
        job_id = analyze(client, upload_id, wait=60)["job_id"]
        asked = client.post(f"/api/v1/ask/{job_id}", json={"question": "What goes with it?"})
        page = client.get(f"/analyses/{job_id}")
    assert page.status_code == 200
    assert asked.status_code >= 400
    assert len(vendor.received) == 1
    assert_no_canary(vendor, cells)
    assert [cell for cell in cells if cell in seen.text] == []


def test_skipping_reaches_no_provider_in_any_process(tmp_path: Path) -> None:
    """Every provider's address leads to a server that counts connections; child processes inherit the addresses."""
    (tmp_path / "t.csv").write_bytes(charges_csv(60))
    with FakeVendor(sensible) as vendor:
        environ: dict[str, str] = {}
        for provider in PROVIDERS:
            environ |= vendor.environ(provider)
        command = [COMMAND, "analyze", str(tmp_path / "t.csv"), "-o", str(tmp_path / "out")]
        for arguments, wanted in ((("--skip-llm",), False), ((), True)):
            done = subprocess.run(
                [*command, *arguments], env=clean_environment(environ), capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            assert KEY not in done.stdout + done.stderr
            assert (vendor.connections > 0) == wanted
