"""The page and the REST calls about the language model, on a running server."""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import Server, analyze, running, upload
from tests.api.test_real import SERVE

from .documents import charges_csv
from .fake_vendor import KEY, FakeVendor
from .replies import data_of, sensible
from .test_doors import BELOW_SAMPLE, assert_no_canary, by_command_line, canaries
from .test_question import CAUTION

TRUE = "Where {name.smoker} is {level.smoker[yes]}, {target} is {coef.smoker[yes].estimate} higher."
HOSTILE = "<script>alert(1)</script> what matters most?"


def reply(question: str, schema: Mapping[str, object]) -> object:
    if "asked" not in data_of(question):
        return sensible(question, schema)
    return {"sentences": [{"text": TRUE, "claims": []}, {"text": "It causes 5 more.", "claims": []}], "points": []}


@pytest.fixture(scope="module")
def vendor() -> Iterator[FakeVendor]:
    with FakeVendor(reply) as made:
        yield made


@pytest.fixture(scope="module")
def caller(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        client.timeout = httpx.Timeout(120)
        yield client


@pytest.fixture(scope="module")
def job_id(caller: httpx.Client) -> str:
    upload_id = upload(caller, charges_csv(), "t.csv")
    answer = analyze(caller, upload_id, wait=60, target="charges", skip_llm=True)
    assert answer["status"] == "completed"
    return str(answer["job_id"])


def shown_by_page(client: httpx.Client, upload_id: str, data: Mapping[str, str]) -> httpx.Response:
    """Return the page of what would be sent, once it is there."""
    answer = client.post(f"/pages/outbound/{upload_id}", data=data, follow_redirects=True)
    while 'id="running"' in answer.text:
        answer = client.get(answer.request.url.path)
    return answer


def test_a_preview_gives_the_bytes_of_the_command_line_and_sends_nothing(
    caller: httpx.Client, vendor: FakeVendor, tmp_path: Path
) -> None:
    upload_id = upload(caller, charges_csv(), "t.csv")
    before = len(vendor.received)
    answer = caller.post(f"/api/v1/uploads/{upload_id}/outbound", json={"target": "charges"}).json()
    folder = by_command_line(tmp_path, charges_csv(), vendor.environ("openai"), "-t", "charges", "--llm-preview")
    printed = [json.loads(line) for line in (folder / "stdout.txt").read_text().splitlines()]
    assert answer["requests"] == printed
    assert answer["share"] == "summary"
    assert len(vendor.received) == before
    assert KEY not in json.dumps(answer)


def test_the_page_shows_the_same_bytes(caller: httpx.Client, vendor: FakeVendor) -> None:
    upload_id = upload(caller, charges_csv(), "t.csv")
    before = len(vendor.received)
    plan = caller.get(f"/tables/{upload_id}").text
    assert "LLM_SHARE=summary" in plan
    shown = shown_by_page(caller, upload_id, {"target": "charges"}).text
    wanted = caller.post(f"/api/v1/uploads/{upload_id}/outbound", json={"target": "charges"}).json()["requests"]
    bodies = [html.unescape(text) for text in re.findall(r'<pre class="sent">(.*?)</pre>', shown, re.DOTALL)]
    assert bodies == [each["body"] for each in wanted]
    assert len(vendor.received) == before


def test_no_cell_is_in_what_the_page_would_send(caller: httpx.Client) -> None:
    content, cells = canaries()
    answer = caller.post(f"/api/v1/uploads/{upload(caller, content, 't.csv')}/outbound")
    assert answer.json()["requests"]
    assert [cell for cell in cells if cell in answer.text] == []


def test_what_takes_long_is_a_job_that_can_be_followed_and_cancelled(tmp_path: Path, vendor: FakeVendor) -> None:
    """Without a worker it takes for ever: the call answers all the same, and asking again starts nothing new."""
    address = vendor.root.replace("http://", "http://user:hunter2@")
    settings = {"WORKERS": "0", **vendor.environ("openai"), "OPENAI_BASE_URL": f"{address}/v1"}
    with running(tmp_path, *SERVE, port=None, **settings) as idle, idle.client() as client:
        upload_id = upload(client, charges_csv(60), "t.csv")
        calls = [
            client.post(f"/api/v1/uploads/{upload_id}/outbound", json=body, headers={"Prefer": "wait=1"})
            for body in ({}, {}, {"target": "charges"})
        ]
        assert [(call.status_code, call.json()["status"], call.json()["requests"]) for call in calls] == [
            (202, "queued", [])
        ] * 3
        first, again, other = (call.json()["job_id"] for call in calls)
        assert first == again != other
        assert client.get(f"/api/v1/jobs/{first}").json()["upload_id"] == upload_id
        assert client.get("/api/v1/jobs").json()["jobs"] == []
        assert client.get(f"/api/v1/results/{first}").status_code == 404
        went = client.post(f"/pages/outbound/{upload_id}", data={})
        assert (went.status_code, went.headers["location"]) == (303, f"/outbound/{first}")
        page = client.get(f"/outbound/{first}").text
        assert f"/api/v1/jobs/{first}/events" in page
        assert f'href="/outbound/{first}"' in page
        left = client.post(f"/pages/cancel/{first}")
        assert left.headers["location"] == f"/outbound/{first}"
        assert "It was cancelled" in client.get(f"/outbound/{first}").text
        assert "event: end" in client.get(f"/api/v1/jobs/{first}/events").text
        anew = client.post(f"/api/v1/uploads/{upload_id}/outbound", json={}, headers={"Prefer": "wait=1"}).json()
        assert anew["job_id"] not in {first, other}
    assert not any(b"hunter2" in path.read_bytes() for path in (tmp_path / "data").glob("jobs.db*"))


def test_a_finished_preview_is_not_made_again(caller: httpx.Client) -> None:
    upload_id = upload(caller, charges_csv(60), "t.csv")
    path = f"/api/v1/uploads/{upload_id}/outbound"
    first, again = (caller.post(path, json={"target": "charges"}).json() for _ in range(2))
    assert first == again
    assert (first["status"], len(first["requests"])) == ("completed", 2)


def test_the_switch_of_the_page_sends_nothing(caller: httpx.Client, vendor: FakeVendor) -> None:
    upload_id = upload(caller, charges_csv(60), "t.csv")
    before = len(vendor.received)
    form = {"target": "charges", "skip_llm": "yes"}
    assert "Nothing would be sent" in caller.post(f"/pages/outbound/{upload_id}", data=form).text
    started = caller.post(f"/pages/analyze/{upload_id}", data=form)
    job = started.headers["location"].rpartition("/")[2]
    while caller.get(f"/api/v1/jobs/{job}").json()["status"] in {"queued", "processing"}:
        threading.Event().wait(0.1)
    assert caller.get(f"/api/v1/results/{job}").json()["narrative"]["by"] == "rules"
    assert caller.get(f"/api/v1/outbound/{job}").content == b""
    assert len(vendor.received) == before


def test_a_question_is_answered_in_checked_sentences_and_logged(
    caller: httpx.Client, vendor: FakeVendor, job_id: str
) -> None:
    before = len(vendor.received)
    said = caller.post(f"/api/v1/ask/{job_id}", json={"question": HOSTILE}).json()
    assert said["answer"] == f"Where smoker is yes, charges is 22,940 higher. {CAUTION}"
    assert (said["job_id"], said["question"], said["dropped"]) == (job_id, HOSTILE, 1)
    assert said["by"].startswith("openai/")
    lines = caller.get(f"/api/v1/outbound/{job_id}").text.splitlines()
    assert [json.loads(line)["body"].encode() for line in lines] == [g.body for g in vendor.received[before:]]


def test_the_page_shows_question_and_answer_as_text(caller: httpx.Client, job_id: str) -> None:
    assert f"/pages/ask/{job_id}" in caller.get(f"/analyses/{job_id}").text
    page = caller.post(f"/pages/ask/{job_id}", data={"question": HOSTILE})
    assert page.status_code == 200
    assert "22,940 higher" in page.text
    assert "<script>alert" not in page.text
    assert html.escape(HOSTILE) in page.text


@pytest.mark.parametrize(("length", "status"), [(1000, 200), (1001, 422), (200_000, 422)])
def test_a_long_question_is_refused_and_not_cut(
    caller: httpx.Client, vendor: FakeVendor, job_id: str, length: int, status: int
) -> None:
    before = len(vendor.received)
    page = caller.post(f"/pages/ask/{job_id}", data={"question": "x" * length})
    assert page.status_code == status
    assert (f"The question has {length:,} characters; at most 1,000 are taken." in page.text) == (status == 422)
    assert (len(vendor.received) > before) == (status == 200)
    assert len(page.text) < 20_000


@pytest.mark.parametrize("body", [{}, {"question": "  "}, {"question": "x" * 1001}, {"question": "a", "tool": "b"}])
def test_a_question_that_does_not_fit_is_refused(caller: httpx.Client, job_id: str, body: dict[str, str]) -> None:
    assert caller.post(f"/api/v1/ask/{job_id}", json=body).status_code == 422


def test_questions_count_against_the_rate(tmp_path: Path, vendor: FakeVendor) -> None:
    settings = {"RATE_LIMIT_PER_MINUTE": "2", "WORKERS": "0", **vendor.environ("openai")}
    with running(tmp_path, *SERVE, port=None, **settings) as limited, limited.client() as client:
        codes = [client.post("/api/v1/ask/x", json={"question": "a"}).status_code for _ in range(3)]
    assert codes == [404, 404, 429]


def test_without_a_key_the_page_says_how_and_offers_nothing(tmp_path: Path) -> None:
    with running(tmp_path, *SERVE, port=None, JOB_MEMORY_MB="1500") as bare, bare.client() as client:
        client.timeout = httpx.Timeout(120)
        upload_id = upload(client, charges_csv(60), "t.csv")
        plan = client.get(f"/tables/{upload_id}").text
        assert 'id="no-language-model"' in plan
        assert "/pages/outbound/" not in plan
        assert client.post(f"/api/v1/uploads/{upload_id}/outbound").json()["requests"] == []
        job = analyze(client, upload_id, wait=60, target="charges")["job_id"]
        assert "/pages/ask/" not in client.get(f"/analyses/{job}").text
        answer = client.post(f"/api/v1/ask/{job}", json={"question": "What matters?"})
        assert answer.status_code == 503
        assert "no key is set" in answer.json()["detail"]


def test_a_provider_in_trouble_is_told_and_delays_nothing_else(tmp_path: Path) -> None:
    with FakeVendor(behaviours=("timeout",), slow_s=6) as slow:
        settings = {"JOB_MEMORY_MB": "1500", "LLM_TIMEOUT_S": "1", **slow.environ("openai")}
        with running(tmp_path, *SERVE, port=None, **settings) as stuck, stuck.client() as client:
            client.timeout = httpx.Timeout(120)
            job = analyze(client, upload(client, charges_csv(60), "t.csv"), wait=60, target="charges")["job_id"]
            document = client.get(f"/api/v1/results/{job}").json()
            answer = client.post(f"/api/v1/ask/{job}", json={"question": "What matters?"})
    assert document["narrative"]["by"] == "rules"
    note = next(f for f in document["findings"] if f["code"] == "llm_unavailable")
    assert note["facts"]["reason"] == "timeout"
    assert len(slow.received) == 2  # one for the analysis, one for the question: a timeout is not tried again
    assert answer.status_code == 502
    assert "timeout" in answer.json()["detail"]


@pytest.mark.parametrize("share", BELOW_SAMPLE)
def test_no_cell_leaves_by_the_page(tmp_path: Path, share: str) -> None:
    """What the page shows beforehand, what an analysis sends, and a question asked on the page."""
    content, cells = canaries()
    with FakeVendor(reply) as vendor:
        settings = {"JOB_MEMORY_MB": "1500", "LLM_SHARE": share, **vendor.environ("openai")}
        with running(tmp_path, *SERVE, port=None, **settings) as kept, kept.client() as client:
            client.timeout = httpx.Timeout(120)
            upload_id = upload(client, content, "t.csv")
            seen = shown_by_page(client, upload_id, {})
            assert seen.status_code == 200, seen.text
            assert vendor.received == []
            job = analyze(client, upload_id, wait=60)["job_id"]
            asked = client.post(f"/pages/ask/{job}", data={"question": "What goes with it?"})
            assert asked.status_code == (403 if share == "names" else 200), asked.text
            log = client.get(f"/api/v1/outbound/{job}").text
    assert "ticket" in html.unescape(seen.text)
    assert len(vendor.received) == {"names": 1, "summary": 4}[share]
    assert_no_canary(vendor, cells)
    assert [cell for cell in cells if cell in html.unescape(seen.text) or cell in log] == []
