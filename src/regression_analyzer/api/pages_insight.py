"""The pages about the language model: what would be sent, and questions about a finished analysis."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from regression_analyzer.api.pages import MOST_FIELDS, address_of_plan, page, root_of, trouble
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.routes_insight import answer_to, outbound_of, provider_label
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.schemas import AskRequest
from regression_analyzer.api.state import Served, spend
from regression_analyzer.web import (
    AnswerPage,
    OutboundPage,
    form_fields,
    model_part,
    note_of,
    plan_of_form,
    shown_requests,
)

router = APIRouter(include_in_schema=False)


@router.post("/pages/outbound/{upload_id}")
async def outbound(upload_id: str, request: Request, service: Served) -> Response:
    """Show every byte that the analysis of the plan would send to a language model."""
    plan = plan_of_form(form_fields((await request.form(max_fields=MOST_FIELDS)).multi_items()), final=True)
    back = address_of_plan(upload_id, plan)
    try:
        spend(request)
        found = await upload_or_404(service, upload_id)
        answer = await outbound_of(service, request, upload_id, plan.options())
    except Problem as problem:
        return trouble(request, problem, back=back, back_label="Back to the plan")
    part = model_part(provider_label(service), answer.share, plan)
    content = OutboundPage(
        title=found.filename,
        root=root_of(request),
        name=found.filename,
        back=back,
        provider=part.provider,
        share=part.share,
        shared=part.shared,
        requests=shown_requests([(each.url, each.body) for each in answer.requests]),
    )
    return page(content)


@router.post("/pages/ask/{job_id}")
async def ask(job_id: str, request: Request, service: Served) -> Response:
    """Answer a question about a finished analysis, and offer another one."""
    question = str((await request.form()).get("question", "")).strip()[:1000]
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
        return page(AnswerPage(**shown, question=""))
    except Problem as problem:
        content = AnswerPage(**shown, question=question, trouble=problem.detail, hint=problem.hint)
        return page(content, status=problem.status)
    note = note_of(said.by, said.dropped)
    return page(AnswerPage(**shown, question=question, answer=said.answer, language=said.language, note=note))
