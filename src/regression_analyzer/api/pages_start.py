"""The pages where an analysis begins: a file, an example, or one that was made before."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from regression_analyzer.api.envelope import TOKEN_COOKIE, shows_token
from regression_analyzer.api.pages import go, page, root_of, trouble
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.api.upload import receive_upload
from regression_analyzer.jobs.files import Upload, new_id
from regression_analyzer.jobs.value import Job
from regression_analyzer.web import EXAMPLES, Example, RecentJob, StartPage

router = APIRouter(include_in_schema=False)
RECENT = 10
MARKS = {"completed": "ok", "failed": "problem", "cancelled": "attention"}
SHOWN = (
    Example(
        id="penguins",
        title="Penguins",
        about="344 birds of three species: what goes with their body mass? (Horst, Hill and Gorman, CC0)",
    ),
    Example(id="health-charges", title="Health charges", about="600 invented people: what goes with their charges?"),
)


@router.get("/")
async def start(request: Request, service: Served, refused: bool = False) -> Response:
    """Show where to give a file."""
    locked = bool(service.settings.api_token) and not shows_token(request.headers, service.settings.api_token)
    jobs = [] if locked else await in_thread(service.store.recent, kind="analyze", limit=RECENT)
    content = StartPage(
        title="Start",
        root=root_of(request),
        limit=f"{service.settings.max_upload_bytes / 1_048_576:,.0f} MB",
        examples=SHOWN,
        recent=[_recent(job) for job in jobs],
        shows_rows=service.settings.llm_share == "sample",
        locked=locked,
        refused=locked and refused,
    )
    return page(content)


def _recent(job: Job) -> RecentJob:
    moment = datetime.fromtimestamp(job.created_at, UTC)
    title = str(job.payload.get("filename") or "table")
    target = (job.result or {}).get("target") or (job.payload.get("options") or {}).get("target")
    return RecentJob(
        id=job.id,
        title=f"{title}: {target}" if target else title,
        state=job.state,
        mark=MARKS.get(job.state, "info"),
        when=moment.strftime("%Y-%m-%d %H:%M UTC"),
        moment=moment.isoformat(timespec="seconds"),
    )


@router.post("/pages/token")
async def token(request: Request, service: Served) -> Response:
    """Keep the token in a cookie that no script can read and no other site can send."""
    given = str((await request.form()).get("token", ""))
    expected = service.settings.api_token
    if not expected or not shows_token({"authorization": f"Bearer {given}"}, expected):
        return go(request, "/?refused=true" if expected else "/")
    answer = go(request, "/")
    secure = request.url.scheme == "https"
    answer.set_cookie(TOKEN_COOKIE, given, httponly=True, samesite="strict", secure=secure)
    return answer


@router.post("/pages/upload")
async def upload(request: Request, service: Served) -> Response:
    """Take a file from the form and show how it is read."""
    try:
        spend(request)
        stored = await receive_upload(
            request,
            service.folders,
            max_bytes=service.settings.max_upload_bytes,
            check_quota=partial(service.quota.spend_bytes, client_of(request)),
        )
    except Problem as problem:
        return trouble(request, problem)
    return go(request, f"/tables/{stored.upload_id}")


@router.post("/pages/examples/{name}")
async def example(name: str, request: Request, service: Served) -> Response:
    """Take an example as if it had been uploaded."""
    if name not in {shown.id for shown in SHOWN}:
        return trouble(request, Problem(404, "There is no such example."))
    stored = await in_thread(_store_example, service, EXAMPLES / f"{name}.csv")
    return go(request, f"/tables/{stored.upload_id}")


def _store_example(service: Service, path: Path) -> Upload:
    content = path.read_bytes()
    stored = Upload(upload_id=new_id(), filename=path.name, size=len(content), created_at=time.time())
    folder = service.folders.incoming / stored.upload_id
    folder.mkdir(parents=True)
    (folder / "data").write_bytes(content)
    service.folders.keep_upload(stored)
    return stored
