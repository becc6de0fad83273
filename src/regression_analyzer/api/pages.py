"""The pages for people: each reads what the API has and shows it; forms work without a script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from regression_analyzer.api.envelope import TOKEN_COOKIE, shows_token, wants_page
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.problem import on_http_exception as problem_on_http_exception
from regression_analyzer.api.quick import answer_of
from regression_analyzer.api.routes_insight import provider_label
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.api.upload import receive_upload
from regression_analyzer.jobs.files import Upload, new_id
from regression_analyzer.jobs.value import FOLLOWED_KINDS, Job, NewJob
from regression_analyzer.web import (
    EXAMPLES,
    STATIC,
    Example,
    Page,
    Plan,
    RecentJob,
    StartPage,
    TermNote,
    TroublePage,
    added_note,
    form_fields,
    missing_note,
    model_part,
    plan_of_form,
    plan_of_options,
    plan_of_query,
    preview_page,
    render,
    report_bar,
    running_page,
)

router = APIRouter(include_in_schema=False)


class _Static(StaticFiles):
    """Scripts and styles: a browser keeps them and asks whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


static = _Static(directory=STATIC)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\s*', re.IGNORECASE)
SKIP_LINK = re.compile(r'\s*<a class="skip"[^>]*>[^<]*</a>')
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
RECENT = 10
MOST_FIELDS = 20_000
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


def trouble(
    request: Request,
    problem: Problem,
    *,
    title: str = "That did not work",
    name: str = "",
    back: str = "",
    back_label: str = "",
) -> HTMLResponse:
    """Show what was wrong, and what to do."""
    content = TroublePage(
        title=title,
        root=root_of(request),
        message=problem.detail,
        name=name,
        hint=problem.hint,
        back=back,
        back_label=back_label,
        request_id=request_id_of(request.scope),
    )
    return page(content, status=problem.status)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework raises: a page to a browser that asks for one, the API's error to a program."""
    if not isinstance(error, HTTPException) or not wants_page(request.scope, request.headers):
        return await problem_on_http_exception(request, error)
    detail = {
        404: "There is no such page.",
        405: "This address is not a page.",
        413: "The file is larger than this server takes.",
    }.get(error.status_code, "The server could not answer that.")
    title = {404: "Nothing is here", 413: "Too large"}.get(error.status_code, "That did not work")
    return trouble(
        request, Problem(error.status_code, detail, hint="Begin again with a file, or go back."), title=title
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


@router.get("/tables/{upload_id}")
async def table(upload_id: str, request: Request, service: Served) -> Response:
    """Show how a table is read, and the plan."""
    plan = plan_of_query(request.query_params.multi_items())
    try:
        found, document = await _read(request, service, upload_id, plan)
    except Problem as problem:
        if plan.overrides:
            return trouble(request, problem, back=f"/tables/{upload_id}", back_label="Read it as at first")
        return trouble(request, problem)
    shown = preview_page(document, root=root_of(request), upload_id=upload_id, name=found.filename, plan=plan)
    return page(replace(shown, llm=model_part(provider_label(service), service.settings.llm_share, plan)))


async def _read(request: Request, service: Service, upload_id: str, plan: Plan) -> tuple[Upload, Mapping[str, Any]]:
    """Return an upload and its preview under a plan."""
    found = await upload_or_404(service, upload_id)
    path, _ = await answer_of(
        service,
        "preview",
        {"upload_id": found.upload_id, "filename": found.filename, "options": plan.reading()},
        client=client_of(request),
        request_id=request_id_of(request.scope),
        cached=True,
    )
    return found, json.loads(await in_thread(path.read_bytes))


@router.post("/pages/read/{upload_id}")
async def read_again(upload_id: str, request: Request, service: Served) -> Response:
    """Read the table as the form says, and go to the plan that this gives.

    A new reading may have other columns: choices about columns that are gone are dropped then.
    """
    fields = form_fields((await request.form(max_fields=MOST_FIELDS)).multi_items())
    plan = plan_of_form(fields, final=False)
    before = plan_of_query(parse_qsl(dict(fields).get("before", "")))
    try:
        spend(request)
        plan = await _readable(request, service, upload_id, plan, before)
    except Problem as problem:
        return trouble(
            request, problem, back=address_of_plan(upload_id, before), back_label="Back to the plan as it was"
        )
    return go(request, address_of_plan(upload_id, plan))


async def _readable(request: Request, service: Service, upload_id: str, plan: Plan, before: Plan) -> Plan:
    """Return the plan, or the part of it about the whole table where only that can be read."""
    try:
        await _read(request, service, upload_id, plan)
    except Problem:
        whole = plan.of_table()
        if whole == plan or whole.overrides == before.of_table().overrides:
            raise
        await _read(request, service, upload_id, whole)
        return whole
    return plan


def address_of_plan(upload_id: str, plan: Plan) -> str:
    """Return the address of the page on which a plan is made."""
    query = plan.query()
    return f"/tables/{upload_id}?{query}" if query else f"/tables/{upload_id}"


@router.post("/pages/analyze/{upload_id}")
async def analyze(upload_id: str, request: Request, service: Served) -> Response:
    """Start the analysis that the plan describes."""
    plan = plan_of_form(form_fields((await request.form(max_fields=MOST_FIELDS)).multi_items()), final=True)
    try:
        spend(request)
        found = await upload_or_404(service, upload_id)
        job, _ = await service.submit(
            NewJob(
                id=new_id(),
                kind="analyze",
                payload={"upload_id": found.upload_id, "filename": found.filename, "options": plan.options()},
                client=client_of(request),
                request_id=request_id_of(request.scope),
            )
        )
    except Problem as problem:
        return trouble(request, problem, back=address_of_plan(upload_id, plan), back_label="Back to the plan")
    return go(request, f"/analyses/{job.id}")


@router.post("/pages/cancel/{job_id}")
async def cancel(job_id: str, request: Request, service: Served) -> Response:
    """Stop an analysis, or the search for what it would send."""
    try:
        job = await service.job(job_id, FOLLOWED_KINDS)
    except Problem as problem:
        return trouble(request, problem)
    await in_thread(service.store.cancel, job.id)
    return go(request, f"/{'outbound' if job.kind == 'outbound' else 'analyses'}/{job.id}")


@router.get("/analyses/{job_id}")
async def analysis(job_id: str, request: Request, service: Served) -> Response:
    """Show an analysis: on its way, what went wrong, or its report."""
    try:
        job = await service.job(job_id)
    except Problem as problem:
        return trouble(request, problem)
    root, name = root_of(request), str(job.payload.get("filename") or "Analysis")
    if not job.ended:
        return page(
            running_page(
                root=root,
                job_id=job.id,
                name=name,
                stage=job.stage,
                fraction=job.fraction,
                message=job.message,
                here=f"/analyses/{job.id}",
            )
        )
    upload_id = str(job.payload.get("upload_id") or "")
    plan = plan_of_options(job.payload.get("options") or {})
    if job.state != "completed":
        message = job.error.message if job.error else "The analysis was cancelled."
        hint = job.error.hint if job.error else "Nothing of it was kept; the file is still here."
        ended = Problem(200, message, hint=hint)
        title = "That did not work" if job.error else "Cancelled"
        back = address_of_plan(upload_id, plan)
        return trouble(request, ended, title=title, name=name, back=back, back_label="Back to the plan")
    path = service.folders.result("analyze", job.id) / "report.html"
    try:
        report = await in_thread(partial(path.read_text, encoding="utf-8"))
    except FileNotFoundError:
        return trouble(request, Problem(404, "The report is gone.", hint="Run the analysis again."))
    charts = [str(chart) for chart in (job.result or {}).get("charts", [])]
    bar = render(
        report_bar(
            root=root,
            job_id=job.id,
            upload_id=upload_id,
            name=name,
            plan=plan.query(),
            charts=charts,
            asks=provider_label(service),
            notes=await _term_notes(service, job),
        )
    )
    headers = {"content-security-policy": report_policy(report)}
    return HTMLResponse(with_bar(report, bar, root), headers=headers)


async def _term_notes(service: Service, job: Job) -> list[TermNote]:
    """Return what is to be said of terms that the model was given, and that it misses."""
    result = job.result or {}
    earlier_id = str(job.payload.get("earlier") or "")
    earlier = await in_thread(service.store.get, earlier_id) if earlier_id else None
    notes = (added_note(job.payload, result, earlier.result if earlier else None), missing_note(job.id, result))
    return [note for note in notes if note is not None]


def with_bar(report: str, bar: str, root: str) -> str:
    """Put the page's bar, style and script around a report, which stays as it is otherwise.

    The report's own content policy is for the file that stands alone (it forbids every script) and makes way for
    that of the page, which goes in the header.
    """
    additions = (
        f'<link rel="icon" href="{root}/static/icon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{root}/static/report.css">'
        f'<script src="{root}/static/report.js" type="module"></script></head>'
    )
    head, _, rest = report.partition("</head>")
    head = OWN_POLICY.sub("", head)
    before, tag, rest = rest.partition("<body")
    attributes, close, body = rest.partition(">")
    skip = SKIP_LINK.match(body)
    first, rest = (skip.group(), body[skip.end() :]) if skip else ("", body)
    return f"{head}{additions}{before}{tag}{attributes}{close}{first}{bar}{rest}"


def report_policy(report: str) -> str:
    """Return the content policy of a report's page: its own style, known by digest, and our script; nothing else."""
    head = report.partition("</head>")[0]
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in STYLE.findall(head)]
    allowed = " ".join(["style-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return POLICY.replace("style-src 'self'", allowed)
