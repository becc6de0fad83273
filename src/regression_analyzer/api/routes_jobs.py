"""Uploads, analyses, jobs and their progress."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from pydantic import StringConstraints
from sse_starlette import EventSourceResponse, ServerSentEvent

from regression_analyzer.api.files import file_answer
from regression_analyzer.api.openapi import (
    ETAG,
    EVENTS,
    FILE_BODY,
    IF_NONE_MATCH,
    JOB_HEADERS,
    JOB_LINKS,
    NOT_CHANGED,
    UPLOAD_LINKS,
    of_shape,
    problems,
)
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import answer_of
from regression_analyzer.api.schemas import (
    AnalyzeAnswer,
    AnalyzeRequest,
    ErrorOfJob,
    JobAnswer,
    JobsAnswer,
    RemovedAnswer,
    UploadAnswer,
)
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.api.upload import receive_upload
from regression_analyzer.api.watch import face_of
from regression_analyzer.jobs.files import Upload, new_id
from regression_analyzer.jobs.sweep import remove_job
from regression_analyzer.jobs.value import Job, JobError, NewJob

router = APIRouter()
LONGEST_WAIT_S = 60
EVENT_PAUSE_S = 15.0
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


async def upload_or_404(service: Service, upload_id: str) -> Upload:
    """Return an upload, or answer 404."""
    upload = await in_thread(service.folders.find_upload, upload_id)
    if upload is None:
        raise Problem(404, "Upload not found", hint="It may have been removed; upload the file again.")
    return upload


@router.post(
    "/upload",
    response_model=UploadAnswer,
    responses={200: {"links": UPLOAD_LINKS}, **problems(400, 413, 429)},
    openapi_extra={"requestBody": {"required": True, "content": FILE_BODY}},
    dependencies=[Depends(spend)],
    tags=["analyse"],
    summary="Upload a table",
)
async def upload(request: Request, service: Served) -> UploadAnswer:
    """Store a table: CSV, TSV, Excel, OpenDocument, Parquet or JSON. What it is, is seen from its content."""
    client = client_of(request)
    stored = await receive_upload(
        request,
        service.folders,
        max_bytes=service.settings.max_upload_bytes,
        check_quota=lambda size: service.quota.spend_bytes(client, size),
    )
    service.metrics.uploaded.inc(stored.size)
    return UploadAnswer(upload_id=stored.upload_id, filename=stored.filename, size=stored.size)


@router.get(
    "/uploads/{upload_id}/preview",
    responses={200: {"headers": ETAG, "content": of_shape("Preview")}, **NOT_CHANGED, **problems(404, 413, 429)},
    openapi_extra=IF_NONE_MATCH,
    dependencies=[Depends(spend)],
    tags=["analyse"],
    summary="See a table as it would be read",
)
async def preview(  # noqa: PLR0917
    upload_id: str,
    request: Request,
    service: Served,
    sheet: Annotated[str | None, Query(max_length=1000, description="Sheet of a workbook.")] = None,
    target: Annotated[str | None, Query(max_length=1000, description="Column to explain.")] = None,
    override: Annotated[
        list[Annotated[str, StringConstraints(pattern="^[^=]+=")]] | None,
        Query(description="ID=VALUE, replacing an automatic decision."),
    ] = None,
) -> Response:
    """Columns with their roles, the first rows, every guess, and the proposed target and predictors."""
    found = await upload_or_404(service, upload_id)
    overrides = {}
    for text in override or ():
        name, _, value = text.partition("=")
        overrides[name] = value
    options = {name: value for name, value in (("sheet", sheet), ("target", target)) if value is not None}
    payload = {
        "upload_id": found.upload_id,
        "filename": found.filename,
        "options": {**options, "overrides": overrides},
    }
    path, job = await answer_of(
        service,
        "preview",
        payload,
        client=client_of(request),
        request_id=request_id_of(request.scope),
        cached=True,
    )
    return file_answer(request, path, media_type="application/json", etag=_etag(job))


@router.post(
    "/analyze",
    status_code=202,
    response_model=AnalyzeAnswer,
    responses={202: {"links": JOB_LINKS, "headers": JOB_HEADERS}, **problems(400, 404, 429)},
    dependencies=[Depends(spend)],
    tags=["analyse"],
    summary="Start an analysis",
)
async def analyze(  # noqa: PLR0917
    body: Annotated[AnalyzeRequest, Body()],
    request: Request,
    response: Response,
    service: Served,
    prefer: Annotated[str, Header(description="wait=N: answer when done, or after N seconds (60 at most).")] = "",
    idempotency_key: Annotated[
        str | None, Header(description="The same key and body again give the same job, not another.")
    ] = None,
) -> AnalyzeAnswer:
    """Queue an analysis of an upload. Only ``upload_id`` is needed; everything else is chosen, with reasons."""
    found = await upload_or_404(service, body.upload_id)
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise Problem(400, "Idempotency-Key must be 1 to 255 visible ASCII characters.", code="bad_idempotency_key")
    payload = {
        "upload_id": found.upload_id,
        "filename": found.filename,
        "options": body.model_dump(exclude={"upload_id"}, exclude_defaults=True),
    }
    job, created = await service.submit(
        NewJob(
            id=new_id(),
            kind="analyze",
            payload=payload,
            client=client_of(request),
            idempotency_key=f"key:{idempotency_key}" if idempotency_key else None,
            request_id=request_id_of(request.scope),
        )
    )
    if not created and dict(job.payload) != payload:
        raise Problem(
            422,
            "This Idempotency-Key was used for another request.",
            hint="Use a new key for every different request.",
            code="idempotency_key_reused",
        )
    if seconds := wanted_wait(prefer):
        job = await service.watch.wait_for(job.id, seconds=seconds) or job
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/api/v1/jobs/{job.id}"
    return AnalyzeAnswer(job_id=job.id, status=job.state)


@router.get("/jobs", response_model=JobsAnswer, responses=problems(), tags=["jobs"], summary="List the jobs")
async def jobs(
    service: Served,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[
        str | None,
        Query(description="Only jobs made before this time (ISO 8601).", json_schema_extra={"format": "date-time"}),
    ] = None,
) -> JobsAnswer:
    """Analyses, newest first."""
    moment = seconds_of(before) if before is not None else None
    found = await in_thread(service.store.recent, kind="analyze", limit=limit, before=moment)
    return JobsAnswer(jobs=[job_answer(job) for job in found])


@router.get(
    "/jobs/{job_id}", response_model=JobAnswer, responses=problems(404), tags=["jobs"], summary="See where a job is"
)
async def job(job_id: str, service: Served) -> JobAnswer:
    """State, stage and progress of a job."""
    return job_answer(await service.job(job_id))


@router.delete(
    "/jobs/{job_id}",
    response_model=RemovedAnswer,
    responses=problems(404),
    tags=["jobs"],
    summary="Cancel and remove a job",
)
async def remove(job_id: str, service: Served) -> RemovedAnswer:
    """Stop the job if it runs, and remove it with its results and its upload (unless another job uses that)."""
    found = await service.job(job_id)
    await in_thread(service.store.cancel, found.id)
    await in_thread(remove_job, service.store, service.folders, found)
    return RemovedAnswer(job_id=found.id)


@router.post(
    "/jobs/{job_id}/cancel",
    response_model=JobAnswer,
    responses=problems(404),
    tags=["jobs"],
    summary="Cancel a job",
)
async def cancel(job_id: str, service: Served) -> JobAnswer:
    """Stop a job that waits or runs; it stays in the list. A job that has ended stays as it is."""
    found = await service.job(job_id)
    now: Job | None = await in_thread(service.store.cancel, found.id)
    return job_answer(found if now is None else now)


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "`progress` events, then one `end`.",
            "content": EVENTS,
        },
        **problems(404),
    },
    tags=["jobs"],
    summary="Follow a job",
)
async def events(job_id: str, service: Served) -> EventSourceResponse:
    """Server-sent events: ``progress`` with stage, fraction and message; ``end`` when the job has ended."""
    found = await service.job(job_id)
    return EventSourceResponse(_events(service, found), ping=15)


async def _events(service: Service, first: Job) -> AsyncIterator[ServerSentEvent]:
    current: Job | None = first
    while current is not None and not current.ended:
        yield _event("progress", progress_of(current))
        seen = face_of(current)
        current = await service.watch.wait_for(current.id, seconds=EVENT_PAUSE_S, since=seen)
        while current is not None and not current.ended and face_of(current) == seen:
            current = await service.watch.wait_for(current.id, seconds=EVENT_PAUSE_S, since=seen)
    ended: Mapping[str, Any] = {"job_id": first.id, "status": "removed"} if current is None else progress_of(current)
    yield _event("end", ended)


def _event(name: str, data: Mapping[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(data, ensure_ascii=False), event=name)


def progress_of(job: Job) -> dict[str, Any]:
    """Return a job's progress as an event tells it."""
    told: dict[str, Any] = {
        "job_id": job.id,
        "status": job.state,
        "stage": job.stage,
        "fraction": job.fraction,
        "message": job.message,
    }
    if job.error:
        told["error"] = error_of(job.error).model_dump()
    return told


def wanted_wait(prefer: str) -> int:
    """Return the seconds of ``Prefer: wait=N``, at most 60; 0 where there is none."""
    found = _WAIT.search(prefer)
    return min(LONGEST_WAIT_S, int(found.group(1))) if found else 0


def error_of(error: JobError) -> ErrorOfJob:
    """Return a job's error as it goes over the wire."""
    return ErrorOfJob(code=error.code, message=error.message, hint=error.hint)


def job_answer(job: Job) -> JobAnswer:
    """Return a job as it goes over the wire."""
    return JobAnswer(
        job_id=job.id,
        status=job.state,
        stage=job.stage,
        progress=job.fraction,
        message=job.message,
        filename=job.payload.get("filename"),
        upload_id=job.payload.get("upload_id"),
        created_at=moment_of(job.created_at) or "",
        started_at=moment_of(job.started_at),
        finished_at=moment_of(job.finished_at),
        error=error_of(job.error) if job.error else None,
    )


def seconds_of(moment: str) -> float:
    """Return an ISO 8601 time as seconds since 1970; 422 where it is none."""
    try:
        parsed = datetime.fromisoformat(moment.strip())
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError):
        raise Problem(
            422, "before: it is not a time.", hint="Write it as in 2026-01-31T12:00:00Z.", code="validation"
        ) from None


def moment_of(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _etag(job: Job) -> str:
    return str((job.result or {}).get("etag", job.id))
