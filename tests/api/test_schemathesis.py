"""Schemathesis reads the OpenAPI document of a running server and tries to prove it wrong, call by call."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import REPOSITORY, analyze, running, upload
from tests.api.test_real import PENGUINS, SERVE
from tests.insight.fake_vendor import FakeVendor

TOKEN = "of-the-test"  # noqa: S105
CALLS = 20
CONFIGURATION = """
seed = 7
hooks = "tests.api.schemathesis_hooks"
headers = {{ Authorization = "Bearer {token}" }}

# A finished analysis for the calls that read one. What removes or cancels makes its own, step by step.
[[operations]]
include-name-regex = "^GET /api/v1/(jobs/|results|reports|charts/[^/]*$)"
parameters = {{ "path.job_id" = "{job_id}" }}

[[operations]]
include-name = "GET /api/v1/charts/{{job_id}}/{{name}}"
parameters = {{ "path.job_id" = "{job_id}", "path.name" = "{chart}" }}

# Below: what a schema calls valid and the contract refuses all the same, since it depends on a file's content.
# A file that is no table, whatever it is called, is 400.
[[operations]]
include-name = "POST /api/v1/upload"
checks.positive_data_acceptance.expected-statuses = [{usual}, "400"]

# A column that the table does not have, a decision that was never made, a table without a target, are 422.
[[operations]]
include-name = "GET /api/v1/uploads/{{upload_id}}/preview"
parameters = {{ "path.upload_id" = "{upload_id}" }}
checks.positive_data_acceptance.expected-statuses = [{usual}, "422"]

[[operations]]
include-name = "POST /api/v1/uploads/{{upload_id}}/outbound"
checks.positive_data_acceptance.expected-statuses = [{usual}, "422"]

[[operations]]
include-name = "POST /api/v1/predict/{{job_id}}"
parameters = {{ "path.job_id" = "{job_id}" }}
checks.positive_data_acceptance.expected-statuses = [{usual}, "400", "422"]

# A fake provider answers. A model that the server has no provider for is 503 and said so.
[[operations]]
include-name = "POST /api/v1/ask/{{job_id}}"
parameters = {{ "path.job_id" = "{job_id}" }}
checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]
checks.positive_data_acceptance.expected-statuses = [{usual}, "503"]

# An Idempotency-Key of an earlier, different call is 422.
[[operations]]
include-name = "POST /api/v1/analyze"
checks.positive_data_acceptance.expected-statuses = [{usual}, "422"]
"""
USUAL = ", ".join(f'"{status}"' for status in ("2xx", "3xx", "401", "403", "404", "409", "429"))


SELDOM = ("POST /api/v1/uploads/{upload_id}/outbound", 202)
"""Only where the work takes longer than the caller waits; tests/insight/test_page.py makes it wait."""


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with (
        FakeVendor() as vendor,
        running(
            tmp_path / "server",
            *SERVE,
            port=None,
            API_TOKEN=TOKEN,
            LOG_LEVEL="ERROR",
            RATE_LIMIT_PER_MINUTE="0",
            UPLOAD_QUOTA_MB_PER_HOUR="0",
            JOB_MEMORY_MB="1500",
            **vendor.environ("openai"),
        ) as server,
    ):
        with server.client(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            upload_id = upload(client, PENGUINS.read_bytes(), "penguins.csv")
            job_id = str(analyze(client, upload_id, wait=60, skip_llm=True)["job_id"])
            chart = client.get(f"/api/v1/charts/{job_id}").json()["charts"][0]
        configuration = tmp_path / "schemathesis.toml"
        text = CONFIGURATION.format(token=TOKEN, job_id=job_id, upload_id=upload_id, chart=chart, usual=USUAL)
        configuration.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
        command += ["--checks", "all", "--max-examples", "15", "--generation-database", "none", "--no-color"]
        command += [f"http://127.0.0.1:{server.port}/openapi.json"]
        env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
        said = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        with server.client(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            reached, promised = reached_routes(client), promised_routes(client)
        log = server.log
    assert said.returncode == 0, said.stdout + said.stderr
    assert re.search(rf"Tested: +{CALLS}\b", said.stdout), said.stdout
    assert sorted(promised - reached) in ([], [SELDOM])
    assert len({call for call, _ in promised}) == CALLS
    assert log == ""
    assert any('"asked"' in got.question for got in vendor.received)


def reached_routes(client: httpx.Client) -> set[tuple[str, int]]:
    """Return the calls that were answered with success, and the status of it."""
    pattern = r'^ra_http_request_seconds_count{method="(\w+)",route="(/api[^"]*)",status="(2\d\d)"}'
    found = re.findall(pattern, client.get("/metrics").text, re.MULTILINE)
    return {(f"{method} {route}", int(status)) for method, route, status in found}


def promised_routes(client: httpx.Client) -> set[tuple[str, int]]:
    """Return the calls that the description promises, and the status of their success."""
    paths = client.get("/openapi.json").json()["paths"]
    return {
        (f"{method.upper()} {path}", int(status))
        for path, item in paths.items()
        for method, operation in item.items()
        for status in operation["responses"]
        if status.startswith("2")
    }
