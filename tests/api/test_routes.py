"""Every route of the contract, against a running server with a stub worker."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from regression_analyzer.version import __version__
from tests.api.conftest import TABLE, Server, analyze, upload


def finished(client: httpx.Client) -> str:
    answer = analyze(client, upload(client))
    assert answer["status"] == "completed"
    return str(answer["job_id"])


def script(**acts: object) -> str:
    return json.dumps(acts)


def test_health(client: httpx.Client) -> None:
    body = client.get("/api/v1/health").json()
    assert body == {"status": "healthy", "version": __version__, "llm_available": False, "providers": []}


def test_ready(client: httpx.Client) -> None:
    until = time.monotonic() + 20  # a busy machine: the worker says that it is there once it runs
    while (answer := client.get("/api/v1/ready")).status_code == 503 and time.monotonic() < until:
        assert "worker" in answer.json()["detail"].lower()
        time.sleep(0.2)
    body = answer.json()
    assert body["status"] == "ready"
    assert set(body["checks"].values()) == {"ok"}


def test_providers(client: httpx.Client) -> None:
    rows = client.get("/api/v1/providers").json()["providers"]
    assert [row["name"] for row in rows] == ["anthropic", "openai", "google", "groq", "local"]
    assert not any(row["available"] for row in rows)


def test_upload_answers_as_agreed(client: httpx.Client) -> None:
    body = client.post("/api/v1/upload", files={"file": ("prices.csv", TABLE)}).json()
    assert len(body.pop("upload_id")) == 32
    assert body == {"filename": "prices.csv", "size": len(TABLE), "status": "uploaded"}


def test_a_name_in_any_script_is_kept(client: httpx.Client) -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="größe – 日本.csv"'
    body = f"--B\r\n{head}\r\n\r\n".encode() + TABLE + b"\r\n--B--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert client.post("/api/v1/upload", content=body, headers=headers).json()["filename"] == "größe – 日本.csv"


def test_a_wrong_method_names_all_right_ones(client: httpx.Client) -> None:
    assert client.put("/api/v1/jobs/x").headers["allow"] == "DELETE, GET, HEAD"


def test_preview(client: httpx.Client) -> None:
    answer = client.get(f"/api/v1/uploads/{upload(client)}/preview")
    assert answer.json() == {"kind": "preview", "bytes": len(TABLE), "model": False}


def test_a_preview_is_made_once(client: httpx.Client) -> None:
    address = f"/api/v1/uploads/{upload(client)}/preview"
    assert client.get(address).json() == client.get(address).json()


def test_analyze_answers_at_once(client: httpx.Client) -> None:
    answer = client.post("/api/v1/analyze", json={"upload_id": upload(client), "context": script(sleep=0.3)})
    assert answer.status_code == 202
    assert answer.json()["status"] in ("queued", "processing")
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['job_id']}"


def test_analyze_waits_if_preferred(client: httpx.Client) -> None:
    assert analyze(client, upload(client), wait=10)["status"] == "completed"


def test_analyze_waits_no_longer_than_preferred(client: httpx.Client) -> None:
    started = time.monotonic()
    body = analyze(client, upload(client), wait=1, context=script(sleep=3))
    assert 0.9 < time.monotonic() - started < 2
    assert body["status"] == "processing"


def test_the_same_idempotency_key_gives_the_same_job(client: httpx.Client) -> None:
    body = {"upload_id": upload(client)}
    jobs = {
        client.post("/api/v1/analyze", json=body, headers={"Idempotency-Key": "one"}).json()["job_id"] for _ in range(3)
    }
    assert len(jobs) == 1


def test_the_same_key_for_another_request_is_refused(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "two"}
    client.post("/api/v1/analyze", json={"upload_id": upload(client)}, headers=headers)
    answer = client.post("/api/v1/analyze", json={"upload_id": upload(client)}, headers=headers)
    assert answer.status_code == 422


def test_the_job_tells_where_it_is(client: httpx.Client) -> None:
    body = client.get(f"/api/v1/jobs/{finished(client)}").json()
    assert (body["status"], body["progress"], body["filename"]) == ("completed", 1.0, "table.csv")
    assert body["created_at"] <= body["started_at"] <= body["finished_at"]


def test_jobs_are_listed_newest_first(client: httpx.Client) -> None:
    first, second = finished(client), finished(client)
    listed = [row["job_id"] for row in client.get("/api/v1/jobs", params={"limit": 2}).json()["jobs"]]
    assert listed == [second, first]


def test_results_are_the_documents_very_bytes(server: Server, client: httpx.Client) -> None:
    job_id = finished(client)
    answer = client.get(f"/api/v1/results/{job_id}")
    assert answer.content == (server.folder / "output" / job_id / "analysis.json").read_bytes()
    assert answer.headers["content-type"] == "application/json"


def test_results_have_an_entity_tag(client: httpx.Client) -> None:
    address = f"/api/v1/results/{finished(client)}"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_results_of_a_running_job_tell_its_stage(client: httpx.Client) -> None:
    job_id = analyze(client, upload(client), wait=1, context=script(sleep=3))["job_id"]
    body = client.get(f"/api/v1/results/{job_id}").json()
    assert (body["status"], body["stage"], body["progress"]) == ("processing", "read", 0.1)


def test_results_of_a_failed_job_tell_why_with_200(client: httpx.Client) -> None:
    job_id = analyze(client, upload(client), context=script(acts=["refuse"]))["job_id"]
    answer = client.get(f"/api/v1/results/{job_id}")
    assert answer.status_code == 200
    assert answer.json()["status"] == "failed"
    assert answer.json()["error"] == {
        "code": "bad_cell",
        "message": "Line 7 of the file has no number in price.",
        "hint": "Correct it.",
    }


def test_charts_are_listed(client: httpx.Client) -> None:
    job_id = finished(client)
    assert client.get(f"/api/v1/charts/{job_id}").json() == {"job_id": job_id, "charts": ["one"]}


@pytest.mark.parametrize(
    ("name", "kind"), [("one", "image/png"), ("one.png", "image/png"), ("one.svg", "image/svg+xml")]
)
def test_a_chart_is_served(client: httpx.Client, name: str, kind: str) -> None:
    answer = client.get(f"/api/v1/charts/{finished(client)}/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize("name", ["two", "one.pdf", "..%2fanalysis.json", "one.png.svg"])
def test_another_chart_is_not(client: httpx.Client, name: str) -> None:
    assert client.get(f"/api/v1/charts/{finished(client)}/{name}").status_code == 404


@pytest.mark.parametrize("form", ["html", "md", "json", "py"])
def test_the_report_comes_in_every_form_and_can_do_nothing(client: httpx.Client, form: str) -> None:
    answer = client.get(f"/api/v1/reports/{finished(client)}.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_report_can_be_saved_under_the_files_name(client: httpx.Client) -> None:
    answer = client.get(f"/api/v1/reports/{finished(client)}.html", params={"download": "true"})
    assert 'attachment; filename="table-report.html"' in answer.headers["content-disposition"]


def test_rows_are_predicted(client: httpx.Client) -> None:
    answer = client.post(f"/api/v1/predict/{finished(client)}", json={"rows": [{"x": 1, "y": "a"}]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] is True


def test_a_file_is_predicted_and_not_kept(server: Server, client: httpx.Client) -> None:
    job_id = finished(client)
    before = len(list((server.folder / "data" / "uploads").iterdir()))
    answer = client.post(f"/api/v1/predict/{job_id}", files={"file": ("new.csv", TABLE)})
    assert answer.json()["bytes"] == len(TABLE)
    assert len(list((server.folder / "data" / "uploads").iterdir())) == before


def test_events_tell_the_progress_and_the_end(client: httpx.Client) -> None:
    job_id = analyze(client, upload(client), wait=0, context=script(sleep=0.4))["job_id"]
    events: list[tuple[str, dict[str, object]]] = []
    with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                events.append((line.removeprefix("event: "), {}))
            elif line.startswith("data: "):
                events[-1] = (events[-1][0], json.loads(line.removeprefix("data: ")))
    assert events[-1][0] == "end"
    assert events[-1][1]["status"] == "completed"
    assert any(name == "progress" and data["stage"] == "read" for name, data in events)


def test_cancelling_stops_a_job_and_keeps_it_in_the_list(client: httpx.Client) -> None:
    job_id = analyze(client, upload(client), wait=1, context=script(sleep=30))["job_id"]
    assert client.post(f"/api/v1/jobs/{job_id}/cancel").json()["status"] == "cancelled"
    assert client.get(f"/api/v1/results/{job_id}").json()["status"] == "cancelled"


def test_deleting_removes_everything_of_a_job(server: Server, client: httpx.Client) -> None:
    upload_id = upload(client)
    job_id = analyze(client, upload_id)["job_id"]
    client.get(f"/api/v1/uploads/{upload_id}/preview")
    assert client.delete(f"/api/v1/jobs/{job_id}").json() == {"job_id": job_id, "status": "removed"}
    assert client.get(f"/api/v1/jobs/{job_id}").status_code == 404
    assert not [path for path in server.folder.rglob("*") if path.name in (job_id, upload_id)]


def test_deleting_keeps_an_upload_that_another_job_uses(client: httpx.Client) -> None:
    upload_id = upload(client)
    first, second = analyze(client, upload_id)["job_id"], analyze(client, upload_id)["job_id"]
    client.delete(f"/api/v1/jobs/{first}")
    assert client.get(f"/api/v1/results/{second}").status_code == 200
    assert client.get(f"/api/v1/uploads/{upload_id}/preview").status_code == 200


def test_metrics_tell_of_requests_queue_and_stages(client: httpx.Client) -> None:
    job_id = finished(client)
    client.get(f"/api/v1/jobs/{job_id}")
    text = client.get("/metrics").text
    for name in (
        'ra_http_request_seconds_count{method="GET",route="/api/v1/jobs/{job_id}",status="200"}',
        "ra_queue_depth 0.0",
        "ra_queue_oldest_seconds",
        'ra_job_seconds_count{kind="analyze",outcome="completed"}',
        'ra_stage_seconds_sum{kind="analyze",stage="read"}',
    ):
        assert name in text
    assert job_id not in text


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
def test_the_documentation_needs_nothing_from_outside(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert "/api/v1/analyze" in answer.text
    assert "<script" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_documentation_leads_to_the_shape_of_every_document(client: httpx.Client) -> None:
    text = client.get("/docs").text
    for name in ("Analysis", "PendingAnswer", "Preview", "PredictAnswer"):
        assert f"<a href='#{name}'>" in text
        assert f"<details id='{name}'>" in text


def test_every_answer_has_the_security_headers(client: httpx.Client) -> None:
    for address in ("/api/v1/health", "/docs", "/nothing", "/api/v1/jobs"):
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_a_sane_request_id_is_kept_and_another_replaced(client: httpx.Client) -> None:
    given = client.get("/api/v1/health", headers={"X-Request-ID": "abc-1.2"}).headers["x-request-id"]
    replaced = client.get("/api/v1/health", headers={"X-Request-ID": "a b<script>"}).headers["x-request-id"]
    assert given == "abc-1.2"
    assert len(replaced) == 32


def test_no_other_origin_is_let_in(client: httpx.Client) -> None:
    answer = client.get("/api/v1/health", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_another_sites_page_cannot_upload(client: httpx.Client) -> None:
    answer = client.post("/api/v1/upload", files={"file": ("a.csv", TABLE)}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_child_sees_no_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.api.conftest import running

    settings = {
        "ANTHROPIC_API_KEY": "key-1",
        "GEMINI_API_KEY": "key-2",
        "OPENAI_API_KEY_FILE": "/nowhere",
        "API_TOKEN": "token-1",
    }
    folder = tmp_path_factory.mktemp("keys")
    with running(folder, port=None, **settings) as server, server.client() as client:
        client.headers["Authorization"] = "Bearer token-1"
        job_id = analyze(client, upload(client))["job_id"]
        seen = client.get(f"/api/v1/results/{job_id}").json()["environment"]
    assert not set(settings) & set(seen)
    assert "key-1" not in str(seen)
    assert "token-1" not in str(seen)
