"""The page of an analysis: on its way, what went wrong, or its report with what the page adds to it."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from regression_analyzer.api.pages import POLICY, address_of_plan, go, page, root_of, trouble
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.routes_insight import provider_label
from regression_analyzer.api.state import Served, Service, in_thread
from regression_analyzer.jobs.value import Job
from regression_analyzer.web import (
    TermNote,
    added_note,
    missing_note,
    plan_of_options,
    render,
    report_bar,
    running_page,
)

router = APIRouter(include_in_schema=False)
OWN_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\s*', re.IGNORECASE)
SKIP_LINK = re.compile(r'\s*<a class="skip"[^>]*>[^<]*</a>')
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


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
    if not job.ended:
        return page(
            running_page(
                root=root, job_id=job.id, name=name, stage=job.stage, fraction=job.fraction, message=job.message
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
