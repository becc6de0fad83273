"""Every error has the one shape, whatever causes it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from regression_analyzer.api.main import create_app
from regression_analyzer.errors import AnalyzerError, LimitError, NoSuchFileError, UsageError
from regression_analyzer.jobs.settings import Settings
from tests.api.conftest import Server, upload

CASES = {
    "no such address": ("GET", "/api/v1/nothing", None, 404),
    "wrong method": ("DELETE", "/api/v1/health", None, 405),
    "wrong method on upload": ("GET", "/api/v1/upload", None, 405),
    "no such upload": ("POST", "/api/v1/analyze", {"upload_id": "0" * 32}, 404),
    "an upload id that leaves the folder": ("GET", "/api/v1/uploads/..%2f..%2fetc/preview", None, 404),
    "no body": ("POST", "/api/v1/analyze", None, 422),
    "an unknown field": ("POST", "/api/v1/analyze", {"upload_id": "x", "colour": "red"}, 422),
    "a wrong type": ("POST", "/api/v1/analyze", {"upload_id": "x", "overrides": {"a": 1}}, 422),
    "a wrong family": ("POST", "/api/v1/analyze", {"upload_id": "x", "family": "weibull"}, 422),
    "no such job": ("GET", "/api/v1/jobs/" + "0" * 32, None, 404),
    "no such result": ("GET", "/api/v1/results/nope", None, 404),
    "no such chart list": ("GET", "/api/v1/charts/nope", None, 404),
    "no such report": ("GET", "/api/v1/reports/nope.html", None, 404),
    "no such form of report": ("GET", "/api/v1/reports/nope.docx", None, 422),
    "no such job to predict with": ("POST", "/api/v1/predict/nope", {"rows": [{"x": 1}]}, 404),
    "a job list that is too long": ("GET", "/api/v1/jobs?limit=100000", None, 422),
    "no form": ("POST", "/api/v1/upload", {"file": "x"}, 400),
    "no such job to cancel": ("POST", "/api/v1/jobs/nope/cancel", None, 404),
    "no such job to follow": ("GET", "/api/v1/jobs/nope/events", None, 404),
}


def assert_problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "hint", "request_id"}
    assert body["status"] == status
    assert body["detail"]
    assert body["request_id"] == answer.headers["x-request-id"]
    return dict(body)


@pytest.mark.parametrize("name", CASES)
def test_every_error_has_the_one_shape(client: httpx.Client, name: str) -> None:
    method, address, body, status = CASES[name]
    assert_problem(client.request(method, address, json=body), status)


@pytest.mark.parametrize("address", ["/", "/docs", "/metrics", "/api/v1/health", "/api/v1/jobs", "/static/app.css"])
def test_head_is_get_without_the_body(client: httpx.Client, address: str) -> None:
    got, asked = client.get(address), client.head(address)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]


def test_head_of_what_is_not_there_is_404_and_of_what_cannot_be_got_405(client: httpx.Client) -> None:
    assert client.head("/nothing").status_code == 404
    answer = client.head("/api/v1/upload")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert client.post("/api/v1/health").headers["allow"] == "GET, HEAD"


def test_an_unknown_upload_is_called_so(client: httpx.Client) -> None:
    body = assert_problem(client.post("/api/v1/analyze", json={"upload_id": "nope"}), 404)
    assert body["detail"] == "Upload not found"


def test_an_unknown_job_is_called_so(client: httpx.Client) -> None:
    assert assert_problem(client.get("/api/v1/results/nope"), 404)["detail"] == "Job not found"


def test_an_empty_file_is_called_so(client: httpx.Client) -> None:
    body = assert_problem(client.post("/api/v1/upload", files={"file": ("a.csv", b"")}), 400)
    assert body["detail"] == "The file a.csv is empty."


def test_a_file_over_the_limit_is_413_with_its_length_announced(client: httpx.Client) -> None:
    assert_problem(client.post("/api/v1/upload", files={"file": ("a.csv", b"1,2\n" * 60_000)}), 413)


def test_a_file_over_the_limit_is_413_without_its_length(client: httpx.Client) -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(30):
            yield b"1,2\n" * 2000

    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert_problem(client.post("/api/v1/upload", content=body(), headers=headers), 413)


def test_a_body_over_the_limit_is_413_on_any_route(client: httpx.Client) -> None:
    assert_problem(client.post("/api/v1/analyze", json={"upload_id": "x", "context": "y" * 1_200_000}), 413)


def test_a_broken_form_is_400(client: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert_problem(client.post("/api/v1/upload", content=b"--Bnonsense", headers=headers), 400)


def test_a_form_cut_short_is_400_and_leaves_nothing(server: Server, client: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    content = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1,2'
    assert_problem(client.post("/api/v1/upload", content=content, headers=headers), 400)
    assert list((server.folder / "data" / "uploads" / ".incoming").iterdir()) == []


def test_what_the_preview_finds_wrong_is_told(client: httpx.Client) -> None:
    upload_id = upload(client, b"x,y\nrefuse,1\n")
    body = assert_problem(client.get(f"/api/v1/uploads/{upload_id}/preview"), 422)
    assert body["detail"] == "Line 3 has no number in x."
    assert body["hint"] == "Correct it."
    assert body["type"] == "urn:regression-analyzer:problem:bad_cell"


def test_a_malformed_override_is_422(client: httpx.Client) -> None:
    upload_id = upload(client)
    assert_problem(client.get(f"/api/v1/uploads/{upload_id}/preview", params={"override": "novalue"}), 422)


def in_process(tmp_path: Path, error: Exception) -> httpx.Response:
    app = create_app(Settings(data_dir=tmp_path, output_dir=tmp_path, workers=0), environ={})

    async def falls() -> None:
        raise error

    app.add_api_route("/falls", falls)

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            return await caller.get("/falls")

    return asyncio.run(call())


def test_a_defect_is_500_and_leaks_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    answer = in_process(tmp_path, KeyError("secret cell content"))
    assert_problem(answer, 500)
    assert "secret" not in answer.text
    assert "KeyError" in str([vars(record) for record in caplog.records])
    assert "secret cell" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("No column is called z."), 422),
        (LimitError("Too many columns."), 413),
        (NoSuchFileError("There is no such file."), 404),
        (AnalyzerError("Something else."), 422),
    ],
)
def test_errors_of_the_analysis_are_mapped_once(tmp_path: Path, error: AnalyzerError, status: int) -> None:
    assert assert_problem(in_process(tmp_path, error), status)["detail"] == error.message
