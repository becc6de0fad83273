"""Results: the document, the reports, the charts, and predictions."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError

from regression_analyzer.api.files import file_answer
from regression_analyzer.api.openapi import ETAG, FILE_BODY, IF_NONE_MATCH, NOT_CHANGED, of_shape, problems
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import answer_of
from regression_analyzer.api.routes_jobs import error_of
from regression_analyzer.api.schemas import ChartsAnswer, PendingAnswer, PredictAnswer, PredictRequest, RowsAnswer
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.api.upload import receive_upload, write_rows
from regression_analyzer.jobs.files import DOCUMENT, ROWS, Upload
from regression_analyzer.jobs.value import Job

router = APIRouter()
Form = Literal["html", "md", "json", "py"]
FORMS: dict[Form, tuple[str, str]] = {
    "html": ("report.html", "text/html; charset=utf-8"),
    "md": ("report.md", "text/markdown; charset=utf-8"),
    "json": (DOCUMENT, "application/json"),
    "py": ("reproduce.py", "text/x-python; charset=utf-8"),
}
DOWNLOAD = Query(description="Offer the file for saving.")


@router.get(
    "/results/{job_id}",
    responses={
        200: {"headers": ETAG, "content": of_shape("Analysis", "PendingAnswer")},
        **NOT_CHANGED,
        **problems(404),
    },
    openapi_extra=IF_NONE_MATCH,
    tags=["results"],
    summary="The analysis document",
)
async def results(job_id: str, request: Request, service: Served) -> Response:
    """Give the analysis document of a completed job; before that its state, and of a failed job its error."""
    job = await service.job(job_id)
    if job.state == "completed":
        return _file(request, service, job, DOCUMENT, "application/json", download=False)
    pending = PendingAnswer(
        job_id=job.id,
        status=job.state,
        stage=job.stage,
        progress=job.fraction,
        error=error_of(job.error) if job.error else None,
    )
    return Response(pending.model_dump_json(exclude_none=True), media_type="application/json")


@router.get(
    "/results/{job_id}/rows",
    response_model=RowsAnswer,
    responses={200: {"headers": ETAG}, **NOT_CHANGED, **problems(404)},
    openapi_extra=IF_NONE_MATCH,
    tags=["results"],
    summary="The rows behind the points of the charts",
)
async def rows(job_id: str, request: Request, service: Served) -> Response:
    """Give the cells, of target and predictors, of every row of the file that has a point in a chart."""
    job = await service.finished(job_id)
    return _file(request, service, job, ROWS, "application/json", download=False)


@router.get(
    "/reports/{job_id}.{form}",
    response_class=Response,
    responses={
        200: {
            "content": {
                **{kind.partition(";")[0]: {"schema": {"type": "string"}} for _, kind in FORMS.values()},
                **of_shape("Analysis"),
            },
            "description": "The report.",
            "headers": ETAG,
        },
        **NOT_CHANGED,
        **problems(404),
    },
    openapi_extra=IF_NONE_MATCH,
    tags=["results"],
    summary="The report as HTML, Markdown, JSON or a script",
)
async def report(
    job_id: str, form: Form, request: Request, service: Served, download: Annotated[bool, DOWNLOAD] = False
) -> Response:
    """Give the report in one form."""
    job = await service.finished(job_id)
    name, media_type = FORMS[form]
    return _file(request, service, job, name, media_type, download=download)


@router.get(
    "/charts/{job_id}",
    response_model=ChartsAnswer,
    responses=problems(404),
    tags=["results"],
    summary="The names of the charts",
)
async def charts(job_id: str, service: Served) -> ChartsAnswer:
    """List the charts of a completed job."""
    job = await service.finished(job_id)
    return ChartsAnswer(job_id=job.id, charts=_charts(job))


@router.get(
    "/charts/{job_id}/{name}",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {}, "image/svg+xml": {}}, "description": "The chart.", "headers": ETAG},
        **NOT_CHANGED,
        **problems(404),
    },
    openapi_extra=IF_NONE_MATCH,
    tags=["results"],
    summary="One chart",
)
async def chart(
    job_id: str, name: str, request: Request, service: Served, download: Annotated[bool, DOWNLOAD] = False
) -> Response:
    """Give a chart as PNG (the default) or SVG: ``NAME``, ``NAME.png`` or ``NAME.svg``."""
    job = await service.finished(job_id)
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in ("png", "svg"):
        stem, suffix = name, "png"
    if stem not in _charts(job):
        raise Problem(404, "Chart not found", hint=f"/api/v1/charts/{job.id} lists the charts.")
    media_type = "image/png" if suffix == "png" else "image/svg+xml"
    return _file(request, service, job, f"charts/{stem}.{suffix}", media_type, download=download)


@router.post(
    "/predict/{job_id}",
    response_model=PredictAnswer,
    responses=problems(400, 404, 413, 429),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/PredictRequest"}},
                **FILE_BODY,
            },
        }
    },
    dependencies=[Depends(spend)],
    tags=["results"],
    summary="Predict new rows",
)
async def predict(job_id: str, request: Request, service: Served) -> Response:
    """Predict rows (JSON, or a file) with the model of a completed job: intervals, and a flag where outside."""
    job = await service.finished(job_id)
    upload = await _rows(request, service)
    try:
        payload = {"upload_id": upload.upload_id, "filename": upload.filename, "model_job": job.id}
        path, answered = await answer_of(
            service,
            "predict",
            payload,
            client=client_of(request),
            request_id=request_id_of(request.scope),
            cached=False,
        )
        content = await in_thread(path.read_bytes)
    finally:
        await in_thread(service.folders.remove_upload, upload.upload_id)
    del answered
    return Response(content, media_type="application/json")


async def _rows(request: Request, service: Service) -> Upload:
    """Store what is to be predicted."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        client = client_of(request)
        return await receive_upload(
            request,
            service.folders,
            max_bytes=service.settings.max_upload_bytes,
            check_quota=lambda size: service.quota.spend_bytes(client, size),
        )
    try:
        wanted = PredictRequest.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])[:200]
        detail = f"{place}: {first['msg'][:300]}." if place else f"The body: {first['msg'][:300]}."
        hint = 'Send {"rows": [{"COLUMN": value}]} as application/json, or a file as multipart/form-data.'
        raise Problem(422, detail, hint=hint, code="validation") from None
    return await in_thread(write_rows, service.folders, json.dumps(wanted.rows, ensure_ascii=False))


def _charts(job: Job) -> list[str]:
    return [str(name) for name in (job.result or {}).get("charts", [])]


def _file(request: Request, service: Service, job: Job, name: str, media_type: str, *, download: bool) -> Response:
    etag = f"{(job.result or {}).get('etag', job.id)}"
    if name != DOCUMENT:
        etag = f"{etag}-{name.rpartition('/')[2]}"
    path = service.folders.result("analyze", job.id) / name
    stem = str(job.payload.get("filename") or "analysis").rpartition(".")[0] or "analysis"
    saved_as = f"{stem}-{name.rpartition('/')[2]}" if download else None
    return file_answer(request, path, media_type=media_type, etag=etag, download_as=saved_as)
