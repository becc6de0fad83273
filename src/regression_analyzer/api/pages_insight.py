"""The pages about the language model: what would be sent, and questions about a finished analysis."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from regression_analyzer.api.pages import MOST_FIELDS, address_of_plan, go, page, root_of, trouble
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.routes_insight import answer_to, begin_outbound, outbound_answer, provider_label
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.schemas import AskRequest
from regression_analyzer.api.state import Served, Service, spend
from regression_analyzer.insight.value import LONGEST_ASKED, too_long
from regression_analyzer.web import (
    AnswerPage,
    OutboundPage,
    Plan,
    form_fields,
    model_part,
    note_of,
    plan_of_form,
    plan_of_options,
    running_page,
    shown_requests,
)

router = APIRouter(include_in_schema=False)
SOON_S = 2.0
"""How long a page waits before it shows how far the work is."""


@router.post("/pages/outbound/{upload_id}")
async def outbound(upload_id: str, request: Request, service: Served) -> Response:
    """Find every byte that the analysis of the plan would send to a language model, and go where it is shown."""
    plan = plan_of_form(form_fields((await request.form(max_fields=MOST_FIELDS)).multi_items()), final=True)
    back = address_of_plan(upload_id, plan)
    try:
        spend(request)
        found = await upload_or_404(service, upload_id)
        job = await begin_outbound(service, request, upload_id, plan.options())
    except Problem as problem:
        return trouble(request, problem, back=back, back_label="Back to the plan")
    if job is not None:
        return go(request, f"/outbound/{job.id}")
    return _shown(request, service, found.filename, plan, back=back, requests=[])


@router.get("/outbound/{job_id}")
async def shown_outbound(job_id: str, request: Request, service: Served) -> Response:
    """Show what would be sent, or how far the work is that finds it."""
    try:
        job = await service.job(job_id, ("outbound",))
    except Problem as problem:
        return trouble(request, problem)
    job = await service.watch.wait_for(job.id, seconds=SOON_S) or job
    name = str(job.payload.get("filename") or "Table")
    if not job.ended:
        return page(
            running_page(
                root=root_of(request),
                job_id=job.id,
                name=f"What would be sent for {name}",
                stage=job.stage,
                fraction=job.fraction,
                message=job.message,
                here=f"/outbound/{job.id}",
            )
        )
    plan = plan_of_options(job.payload.get("options") or {})
    back = address_of_plan(str(job.payload.get("upload_id") or ""), plan)
    try:
        answer = await outbound_answer(service, job)
    except Problem as problem:
        return trouble(request, problem, back=back, back_label="Back to the plan")
    requests = [(each.url, each.body) for each in answer.requests]
    return _shown(request, service, name, plan, back=back, requests=requests)


def _shown(
    request: Request, service: Service, name: str, plan: Plan, *, back: str, requests: Sequence[tuple[str, str]]
) -> Response:
    part = model_part(provider_label(service), service.settings.llm_share, plan)
    content = OutboundPage(
        title=name,
        root=root_of(request),
        name=name,
        back=back,
        provider=part.provider,
        share=part.share,
        shared=part.shared,
        requests=shown_requests(requests),
    )
    return page(content)


@router.post("/pages/ask/{job_id}")
async def ask(job_id: str, request: Request, service: Served) -> Response:
    """Answer a question about a finished analysis, and offer another one."""
    question = str((await request.form()).get("question", "")).strip()
    try:
        job = await service.finished(job_id)
    except Problem as problem:
        return trouble(request, problem)
    name, provider = str(job.payload.get("filename") or "Analysis"), provider_label(service)
    shown = {"title": name, "root": root_of(request), "job_id": job.id, "name": name, "provider": provider}
    try:
        spend(request)
        said = await answer_to(service, request, job.id, AskRequest(question=question, model=None, language="auto"))
    except ValidationError:
        if not question:
            return page(AnswerPage(**shown, question=""))
        refused = too_long(question)
        told = AnswerPage(**shown, question=question[:LONGEST_ASKED], trouble=refused.message, hint=refused.hint or "")
        return page(told, status=422)
    except Problem as problem:
        content = AnswerPage(**shown, question=question, trouble=problem.detail, hint=problem.hint)
        return page(content, status=problem.status)
    note = note_of(said.by, said.dropped)
    return page(AnswerPage(**shown, question=question, answer=said.answer, language=said.language, note=note))
