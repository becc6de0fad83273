"""The pages for people: each reads what the API has and shows it; forms work without a script."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from regression_analyzer.api.envelope import TOKEN_COOKIE, shows_token
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import answer_of
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.api.upload import receive_upload
from regression_analyzer.jobs.files import Upload, new_id
from regression_analyzer.jobs.value import Job, NewJob
from regression_analyzer.web import (
    EXAMPLES,
    STATIC,
    Example,
    RecentJob,
    StartPage,
    TroublePage,
    preview_page,
    render,
    report_bar,
    running_page,
)
from regression_analyzer.web.contexts import Page

router = APIRouter(include_in_schema=False)
static = StaticFiles(directory=STATIC)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
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


def page(content: Page, *, status: int = 200, policy: str = POLICY) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(render(content), status_code=status, headers={"content-security-policy": policy})


def root_of(request: Request) -> str:
    """Return the path prefix before every address."""
    return str(request.scope.get("root_path", ""))


def go(request: Request, path: str) -> RedirectResponse:
    """Send the browser on, after a form."""
    return RedirectResponse(f"{root_of(request)}{path}", status_code=303)


def trouble(request: Request, problem: Problem, *, back: str = "", back_label: str = "") -> HTMLResponse:
    """Show what was wrong, and what to do."""
    content = TroublePage(
        title="That did not work",
        root=root_of(request),
        message=problem.detail,
        hint=problem.hint,
        back=back,
        back_label=back_label,
        request_id=request_id_of(request.scope),
    )
    return page(content, status=problem.status)


@router.get("/")
async def start(request: Request, service: Served) -> Response:
    """Show where to give a file."""
    locked = bool(service.settings.api_token) and not shows_token(request.headers, service.settings.api_token)
    jobs = [] if locked else await in_thread(service.store.recent, kind="analyze", limit=RECENT)
    content = StartPage(
        title="Start",
        root=root_of(request),
        limit=f"{service.settings.max_upload_bytes / 1_048_576:,.0f} MB",
        examples=SHOWN,
        recent=[_recent(job) for job in jobs],
        needs_token=locked,
    )
    return page(content)


def _recent(job: Job) -> RecentJob:
    when = datetime.fromtimestamp(job.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    title = str(job.payload.get("filename") or "table")
    target = (job.payload.get("options") or {}).get("target")
    return RecentJob(
        id=job.id,
        title=f"{title}: {target}" if target else title,
        state=job.state,
        mark=MARKS.get(job.state, "info"),
        when=when,
    )


@router.post("/pages/token")
async def token(request: Request, service: Served) -> Response:
    """Keep the token in a cookie that no script can read and no other site can send."""
    given = str((await request.form()).get("token", ""))
    answer = go(request, "/")
    if shows_token({"authorization": f"Bearer {given}"}, service.settings.api_token):
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


@router.get("/tables/{upload_id}")
async def table(
    upload_id: str,
    request: Request,
    service: Served,
    override: Annotated[list[str] | None, Query()] = None,
    target: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """Show how a table is read, and the plan."""
    chosen = [text for text in override or () if "=" in text]
    try:
        found = await upload_or_404(service, upload_id)
        options: dict[str, object] = {"overrides": dict(text.split("=", 1) for text in chosen)}
        if target:
            options["target"] = target
        path, _ = await answer_of(
            service,
            "preview",
            {"upload_id": found.upload_id, "filename": found.filename, "options": options},
            client=client_of(request),
            request_id=request_id_of(request.scope),
            cached=True,
        )
        document = json.loads(await in_thread(path.read_bytes))
    except Problem as problem:
        back = f"/tables/{upload_id}" if chosen or target else ""
        return trouble(request, problem, back=back, back_label="Read it as before")
    return page(
        preview_page(document, root=root_of(request), upload_id=upload_id, name=found.filename, overrides=chosen)
    )


@router.post("/pages/analyze/{upload_id}")
async def analyze(upload_id: str, request: Request, service: Served) -> Response:
    """Start the analysis that the plan describes."""
    form = await request.form()
    try:
        spend(request)
        found = await upload_or_404(service, upload_id)
        job, _ = await service.submit(
            NewJob(
                id=new_id(),
                kind="analyze",
                payload={
                    "upload_id": found.upload_id,
                    "filename": found.filename,
                    "options": options_of(form),
                },
                client=client_of(request),
                request_id=request_id_of(request.scope),
            )
        )
    except Problem as problem:
        return trouble(request, problem, back=f"/tables/{upload_id}", back_label="Back to the plan")
    return go(request, f"/analyses/{job.id}")


def options_of(form: FormData) -> dict[str, object]:
    """Return the plan of the form as the options of an analysis; what is automatic is left out."""
    options: dict[str, object] = {}
    for name in ("formula", "context", "family", "covariance"):
        value = str(form.get(name) or "").strip()
        if value and value != "auto":
            options[name] = value
    target = str(form.get("target") or "")
    if "formula" not in options and target:
        options["target"] = target
        options["predictors"] = [str(name) for name in form.getlist("predictor") if name != target]
    overrides = dict(str(text).split("=", 1) for text in form.getlist("override") if "=" in str(text))
    if overrides:
        options["overrides"] = overrides
    return options


@router.post("/pages/cancel/{job_id}")
async def cancel(job_id: str, request: Request, service: Served) -> Response:
    """Stop an analysis."""
    try:
        job = await service.job(job_id)
    except Problem as problem:
        return trouble(request, problem)
    await in_thread(service.store.cancel, job.id)
    return go(request, f"/analyses/{job.id}")


@router.get("/analyses/{job_id}")
async def analysis(job_id: str, request: Request, service: Served) -> Response:
    """Show an analysis: on its way, what went wrong, or its report."""
    try:
        job = await service.job(job_id)
    except Problem as problem:
        return trouble(request, problem)
    root, name = root_of(request), str(job.payload.get("filename") or "Analysis")
    upload_id = str(job.payload.get("upload_id") or "")
    if not job.ended:
        return page(
            running_page(
                root=root, job_id=job.id, name=name, stage=job.stage, fraction=job.fraction, message=job.message
            )
        )
    if job.state != "completed":
        message = job.error.message if job.error else "The analysis was cancelled."
        hint = job.error.hint if job.error else ""
        ended = Problem(200, message, hint=hint)
        return trouble(request, ended, back=f"/tables/{upload_id}", back_label="Back to the plan")
    path = service.folders.result("analyze", job.id) / "report.html"
    try:
        report = await in_thread(partial(path.read_text, encoding="utf-8"))
    except FileNotFoundError:
        return trouble(request, Problem(404, "The report is gone.", hint="Run the analysis again."))
    bar = render(report_bar(root=root, job_id=job.id, upload_id=upload_id, name=name))
    return HTMLResponse(with_bar(report, bar, root), headers={"content-security-policy": REPORT_POLICY})


def with_bar(report: str, bar: str, root: str) -> str:
    """Put the page's bar, style and script around a report, which stays as it is otherwise."""
    head = (
        f'<link rel="stylesheet" href="{root}/static/report.css">'
        f'<script src="{root}/static/report.js" defer></script></head>'
    )
    before, tag, rest = report.replace("</head>", head, 1).partition("<body")
    attributes, close, body = rest.partition(">")
    return f"{before}{tag}{attributes}{close}{bar}{body}"
