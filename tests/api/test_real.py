"""The server with the real analysis behind it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.api.conftest import REPOSITORY, Server, analyze, running, upload
from tests.api.schemathesis_hooks import penguins
from tests.api.test_server import patience

SERVE = ("-c", "import sys; from regression_analyzer.api.server import serve; sys.exit(serve())")
PENGUINS = REPOSITORY / "examples" / "penguins.csv"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("real"), *SERVE, JOB_MEMORY_MB="1500") as server:
        yield server


@pytest.fixture(scope="module")
def caller(real: Server) -> Iterator[httpx.Client]:
    with real.client() as client:
        client.timeout = httpx.Timeout(90)
        yield client


@pytest.fixture(scope="module")
def job_id(caller: httpx.Client) -> str:
    answer = analyze(caller, upload(caller, PENGUINS.read_bytes(), "penguins.csv"), wait=60, skip_llm=True)
    assert answer["status"] == "completed"
    return str(answer["job_id"])


def test_the_preview_tells_columns_rows_and_proposals(caller: httpx.Client) -> None:
    upload_id = upload(caller, PENGUINS.read_bytes(), "penguins.csv")
    body = caller.get(f"/api/v1/uploads/{upload_id}/preview").json()
    assert body["upload_id"] == upload_id
    assert len(body["column_analysis"]["columns"]) == 8
    assert body["column_analysis"]["recommended_target"] == "body_mass_g"
    assert len(body["first_rows"]) == 20
    assert body["decisions"]


@pytest.fixture(scope="module")
def shapes(caller: httpx.Client) -> dict[str, Any]:
    return {"components": caller.get("/openapi.json").json()["components"]}


def fits(content: dict[str, Any], shape: str, shapes: dict[str, Any]) -> list[str]:
    """Return where a content does not have its shape."""
    checker = jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{shape}", **shapes})
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(content)]


def test_every_document_has_the_shape_that_is_described(
    caller: httpx.Client, job_id: str, shapes: dict[str, Any]
) -> None:
    upload_id = caller.get(f"/api/v1/jobs/{job_id}").json()["upload_id"]
    preview = caller.get(f"/api/v1/uploads/{upload_id}/preview").json()
    result = caller.get(f"/api/v1/results/{job_id}").json()
    rows = penguins(random.Random(7))  # noqa: S311
    predicted = caller.post(f"/api/v1/predict/{job_id}", json={"rows": rows}).json()
    assert fits(preview, "Preview", shapes) == []
    assert fits(result, "Analysis", shapes) == []
    assert fits(predicted, "PredictAnswer", shapes) == []
    assert fits({**result, "model": {}}, "Analysis", shapes)
    assert fits(preview | {"decisions": [{}]}, "Preview", shapes)


def test_the_document_is_the_same_through_every_door(caller: httpx.Client, job_id: str, tmp_path: Path) -> None:
    arguments = ["regression-analyzer", "analyze", str(PENGUINS), "--skip-llm", "-j"]
    code = f"import sys; sys.argv = {arguments!r}; from regression_analyzer.cli import main; main()"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    from_command = without_environment(json.loads(said.stdout))
    assert without_environment(caller.get(f"/api/v1/results/{job_id}").json()) == from_command


def without_environment(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "environment"}


@pytest.mark.parametrize(("form", "begins"), [("html", "<!doctype html"), ("md", "#"), ("json", "{"), ("py", "")])
def test_every_form_of_the_report_is_there(caller: httpx.Client, job_id: str, form: str, begins: str) -> None:
    text = caller.get(f"/api/v1/reports/{job_id}.{form}").text
    assert len(text) > 500
    assert text.lstrip().lower().startswith(begins)


def test_every_chart_is_there_as_png_and_svg(caller: httpx.Client, job_id: str) -> None:
    names = caller.get(f"/api/v1/charts/{job_id}").json()["charts"]
    assert names
    for name in names:
        assert caller.get(f"/api/v1/charts/{job_id}/{name}.png").content.startswith(b"\x89PNG")
        assert "<svg" in caller.get(f"/api/v1/charts/{job_id}/{name}.svg").text


def test_the_documents_charts_are_the_charts(caller: httpx.Client, job_id: str) -> None:
    document = caller.get(f"/api/v1/results/{job_id}").json()
    assert sorted(document["charts"]) == caller.get(f"/api/v1/charts/{job_id}").json()["charts"]


def test_rows_and_files_are_predicted_alike(caller: httpx.Client, job_id: str) -> None:
    from_file = caller.post(f"/api/v1/predict/{job_id}", files={"file": ("p.csv", PENGUINS.read_bytes())}).json()
    header, first = PENGUINS.read_text(encoding="utf-8").splitlines()[:2]
    row = dict(zip(header.split(","), first.split(","), strict=True))
    from_row = caller.post(f"/api/v1/predict/{job_id}", json={"rows": [row]}).json()
    assert len(from_file["predictions"]) == 344
    one, other = from_row["predictions"][0], from_file["predictions"][0]
    assert one["predicted"] == pytest.approx(other["predicted"], rel=1e-12)
    assert one["pi_low"] < one["ci_low"] < one["predicted"] < one["ci_high"] < one["pi_high"]
    assert one["in_domain"] is True


def test_a_column_that_is_not_there_fails_the_job_with_the_reason(caller: httpx.Client) -> None:
    upload_id = upload(caller, PENGUINS.read_bytes(), "penguins.csv")
    job = analyze(caller, upload_id, target="wingspan")["job_id"]
    body = caller.get(f"/api/v1/results/{job}").json()
    assert body["status"] == "failed"
    assert "wingspan" in body["error"]["message"]


def test_a_file_that_cannot_be_read_is_told_in_the_preview(caller: httpx.Client) -> None:
    upload_id = upload(caller, b"PAR1 this is no parquet file PAR1", "broken.parquet")
    answer = caller.get(f"/api/v1/uploads/{upload_id}/preview")
    assert answer.status_code in (413, 422)
    assert answer.json()["detail"]


def test_a_warm_server_has_the_report_soon_after_the_drop(caller: httpx.Client, job_id: str) -> None:
    assert job_id
    times = []
    for _ in range(3):
        started = time.monotonic()
        upload_id = upload(caller, PENGUINS.read_bytes(), "penguins.csv")
        analyze(caller, upload_id, skip_llm=True)
        times.append(time.monotonic() - started)
    assert min(times) < 1.5 * patience()  # 1.0 s on a quiet machine


def test_every_outcome_of_several_is_predicted(caller: httpx.Client) -> None:
    upload_id = upload(caller, PENGUINS.read_bytes(), "penguins.csv")
    job = analyze(caller, upload_id, wait=60, skip_llm=True, target="island", predictors=["body_mass_g"])["job_id"]
    answer = caller.post(f"/api/v1/predict/{job}", files={"file": ("p.csv", PENGUINS.read_bytes())}).json()
    chances = answer["predictions"][0]["probabilities"]
    assert set(chances) == {"Biscoe", "Dream", "Torgersen"}
    assert sum(chances.values()) == pytest.approx(1.0, abs=1e-9)
