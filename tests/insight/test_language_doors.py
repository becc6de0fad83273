"""Every door takes the language, tells the result in it, and refuses another one."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

import regression_analyzer as ra
from regression_analyzer.errors import ConfigurationError, UsageError
from regression_analyzer.report.wording.abroad import AROUND
from tests.api.conftest import Server, analyze, running, upload
from tests.api.test_real import SERVE

from .documents import charges_csv, charges_document
from .fake_vendor import FakeVendor
from .replies import columns_answer, data_of, narrative_answer, points_answer
from .test_doors import COMMAND, assert_no_canary, by_command_line, canaries, clean_environment, in_library

HIGHER = "{name.age} geht mit höherem {target} einher."
TOLD = "age geht mit höherem charges einher."
ANSWER = "Bei {name.smoker} ist {target} für {level.smoker[yes]} um etwa {coef.smoker[yes].estimate} höher."
ANSWERED = "Bei smoker ist charges für yes um etwa 22.940 höher. " + AROUND["de"].association.format(target="charges")
CAUTION = "die Daten können nicht sagen, dass eine Änderung des einen das andere ändert."


def in_german(question: str, schema: Mapping[str, Any]) -> object:
    """Answer in German where German is asked for, else in English; some of it cannot pass."""
    data = data_of(question)
    if "columns" in schema["properties"]:
        return columns_answer(data)
    if "in German" not in question:
        return narrative_answer(data) | points_answer(schema)
    wanted = ANSWER if "asked" in data else HIGHER
    slots = re.findall(r"\{([^{}]*)\}", wanted)
    named = wanted if all(f"{{{slot}}}" in question for slot in slots) else _first(data)
    said = {"sentences": [{"text": text, "claims": []} for text in (named, "Das macht drei mehr.")]}
    return said | points_answer(schema)


def _first(data: Mapping[str, Any]) -> str:
    verdicts = {row["slot"]: row["verdict"] for row in data["predictors"]}
    name = next(iter(verdicts))
    return (
        f"Für {name} ist die Richtung unsicher."
        if verdicts[name] == "open"
        else f"{name} hängt mit {{target}} zusammen."
    )


@pytest.fixture(scope="module")
def vendor() -> Iterator[FakeVendor]:
    with FakeVendor(in_german) as made:
        yield made


@pytest.fixture
def caller(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        client.timeout = httpx.Timeout(120)
        yield client


def assert_german(document: Mapping[str, Any]) -> None:
    told = document["narrative"]
    assert told["text"].startswith(TOLD)
    assert told["text"].endswith(CAUTION)
    assert told["language"] == "de"
    assert told["checked"] == {"sentences": 2, "dropped": 1}
    assert next(d["chosen"] for d in document["decisions"] if d["id"] == "language") == "de"


def test_the_command_line_tells_it_in_german(tmp_path: Path) -> None:
    with FakeVendor(in_german) as vendor:
        folder = by_command_line(
            tmp_path, charges_csv(), vendor.environ("anthropic"), "-t", "charges", "--language", "de"
        )
    assert_german(json.loads((folder / "analysis.json").read_text()))
    log = (folder / "outbound.jsonl").read_text()
    assert "Write each sentence in German" in log
    page = (folder / "report.html").read_text()
    assert '<p lang="de"><strong>In anderen Worten: </strong>' in page
    assert "jeder Satz wurde mit den Ergebnissen abgeglichen" in page
    assert TOLD in (folder / "report.md").read_text()


@pytest.mark.parametrize(
    ("environ", "choices"),
    [
        ({}, {"language": "de"}),
        ({"LLM_LANGUAGE": "DE"}, {}),
        ({}, {"overrides": {"language": "de"}}),
        ({"LLM_LANGUAGE": "en"}, {"language": "de"}),
    ],
)
def test_the_library_tells_it_in_german(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], choices: dict[str, Any]
) -> None:
    with FakeVendor(in_german) as vendor:
        in_library(monkeypatch, vendor.environ("openai") | environ)
        assert_german(ra.analyze(charges_csv(), "charges", **choices).to_dict())


def test_a_file_in_german_is_told_in_german(monkeypatch: pytest.MonkeyPatch) -> None:
    content = charges_csv().replace(
        b"age,bmi,children,smoker,region,discount,charges", b"Alter,BMI,Kinder,Raucher,Ort,Rabatt,Kosten"
    )
    with FakeVendor(in_german) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        told = ra.analyze(content, "Kosten").to_dict()
        assert told["narrative"]["language"] == "de"
        assert ra.analyze(content, "Kosten", language="en").to_dict()["narrative"]["language"] == "en"


def test_without_a_model_it_stays_in_english_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    in_library(monkeypatch, {})
    plain = charges_document()
    analysis = ra.analyze(charges_csv(), "charges", language="de")
    told = analysis.to_dict()
    assert told["narrative"] == plain["narrative"]
    (note,) = [f for f in told["findings"] if f["code"] == "llm_language"]
    assert note["evidence"].startswith("The result was asked for in German; it is told in English")
    assert note["evidence"] in html.unescape(analysis.to_html())
    assert not [f for f in plain["findings"] if f["code"] == "llm_language"]


@pytest.mark.parametrize("command", [("analyze", "t.csv"), ("ask", "analysis.json", "What matters?")])
def test_another_language_is_a_usage_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_bytes(charges_csv(60))
    (tmp_path / "analysis.json").write_text(json.dumps(charges_document()))
    for extra, arguments, code in (({}, ("--language", "xx"), 2), ({"LLM_LANGUAGE": "xx"}, (), 78)):
        done = subprocess.run(
            [COMMAND, *command, *arguments],
            cwd=tmp_path,
            env=clean_environment(extra),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "'xx'" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_the_library_refuses_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="'xx'"):
        ra.analyze(charges_csv(60), language="xx")
    in_library(monkeypatch, {"LLM_LANGUAGE": "xx"})
    with pytest.raises(ConfigurationError, match="LLM_LANGUAGE"):
        ra.analyze(charges_csv(60))


@pytest.mark.parametrize("arguments", [("--language", "de"), ()])
def test_a_question_is_answered_in_the_language_of_the_analysis(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Without a choice of its own, a question takes the language that was decided for the analysis."""
    document = json.loads(json.dumps(charges_document()))
    if not arguments:
        next(d for d in document["decisions"] if d["id"] == "language")["chosen"] = "de"
    (tmp_path / "analysis.json").write_text(json.dumps(document))
    with FakeVendor(in_german) as vendor:
        done = subprocess.run(
            [COMMAND, "ask", str(tmp_path / "analysis.json"), "Was zählt?", *arguments],
            env=clean_environment(vendor.environ("openai")),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout == f"{ANSWERED}\n", done.stderr
    assert "in German" in (tmp_path / "outbound.jsonl").read_text()


def test_a_job_is_told_and_asked_in_german(caller: httpx.Client) -> None:
    job = analyze(caller, upload(caller, charges_csv(), "t.csv"), wait=60, target="charges", language="de")["job_id"]
    assert_german(caller.get(f"/api/v1/results/{job}").json())
    assert "in German" in caller.get(f"/api/v1/outbound/{job}").text
    said = caller.post(f"/api/v1/ask/{job}", json={"question": "Was zählt?"}).json()
    assert (said["answer"], said["language"]) == (ANSWERED, "de")
    page = caller.post(f"/pages/ask/{job}", data={"question": "Was zählt?"}).text
    assert f'<p class="lead" id="answer" lang="de">{ANSWERED}</p>' in page
    in_english = caller.post(f"/api/v1/ask/{job}", json={"question": "What?", "language": "en"}).json()
    assert (in_english["language"], "charges" in in_english["answer"]) == ("en", True)


def test_the_page_offers_the_languages_and_keeps_the_choice(caller: httpx.Client) -> None:
    upload_id = upload(caller, charges_csv(), "t.csv")
    assert '<option value="de">German</option>' in caller.get(f"/tables/{upload_id}").text
    assert '<option value="de" selected>German</option>' in caller.get(f"/tables/{upload_id}?language=de").text
    went = caller.post(f"/pages/outbound/{upload_id}", data={"target": "charges", "language": "de"})
    job_id = went.headers["location"].rpartition("/")[2]
    assert "event: end" in caller.get(f"/api/v1/jobs/{job_id}/events").text
    assert "Write each sentence in German" in html.unescape(caller.get(went.headers["location"]).text)


@pytest.mark.parametrize("path", ["/api/v1/analyze", "/api/v1/ask/{job}", "/api/v1/uploads/{upload}/outbound"])
def test_the_api_refuses_another_language(caller: httpx.Client, path: str) -> None:
    upload_id = upload(caller, charges_csv(60), "t.csv")
    body = {"upload_id": upload_id} if path.endswith("analyze") else {"question": "a"} if "ask" in path else {}
    answer = caller.post(path.format(job="x", upload=upload_id), json={**body, "language": "xx"})
    assert answer.status_code == 422
    assert "language" in answer.json()["detail"]


def test_a_server_can_be_set_to_a_language(tmp_path: Path, vendor: FakeVendor) -> None:
    settings = {"JOB_MEMORY_MB": "1500", "LLM_LANGUAGE": "de", **vendor.environ("openai")}
    with running(tmp_path, *SERVE, port=None, **settings) as german, german.client() as client:
        client.timeout = httpx.Timeout(120)
        job = analyze(client, upload(client, charges_csv(), "t.csv"), wait=60, target="charges")["job_id"]
        assert_german(client.get(f"/api/v1/results/{job}").json())


@pytest.mark.parametrize("share", ["names", "summary"])
def test_no_cell_leaves_in_another_language(tmp_path: Path, share: str) -> None:
    content, cells = canaries()
    with FakeVendor(in_german) as vendor:
        environ = vendor.environ("openai") | {"LLM_SHARE": share}
        by_command_line(tmp_path, content, environ, "--language", "de")
    assert_no_canary(vendor, cells)
