"""The language model: what would be sent to it, what was sent, and questions about a finished analysis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response

from regression_analyzer.api.openapi import problems
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import WAIT_S, answer_of
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.schemas import AnalyzeChoices, AskAnswer, AskRequest, OutboundAnswer
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.insight.registry import PROVIDERS, is_available

router = APIRouter(tags=["language model"])
SENT = "outbound.jsonl"
LONGEST_LOG = 50_000_000


def provider_label(service: Service) -> str:
    """Return the name of the provider that would be asked; empty where there is none."""
    chosen = service.settings.llm_provider
    able = [p.label for p in PROVIDERS if is_available(service.environ, p) and (not chosen or p.name == chosen)]
    return able[0] if able else ""


@router.post(
    "/uploads/{upload_id}/outbound",
    response_model=OutboundAnswer,
    responses=problems(400, 404, 413, 429),
    dependencies=[Depends(spend)],
    summary="See what an analysis would send to a language model",
)
async def outbound(
    upload_id: str, request: Request, service: Served, body: Annotated[AnalyzeChoices | None, Body()] = None
) -> OutboundAnswer:
    """Give the exact requests that an analysis with these choices (as for ``/analyze``) would send. Nothing is sent.

    The second request follows the first one's answer; it is shown for the plan that the rules make.
    """
    options = body.model_dump(exclude_defaults=True) if body else {}
    return await outbound_of(service, request, upload_id, options)


async def outbound_of(service: Service, request: Request, upload_id: str, options: Mapping[str, Any]) -> OutboundAnswer:
    """Return what an analysis of an upload would send."""
    found = await upload_or_404(service, upload_id)
    share = service.settings.llm_share
    if not provider_label(service) or options.get("skip_llm"):
        return OutboundAnswer(upload_id=found.upload_id, share=share, requests=[])
    payload = {"upload_id": found.upload_id, "filename": found.filename, "options": dict(options)}
    path, _ = await answer_of(
        service, "outbound", payload, client=client_of(request), request_id=request_id_of(request.scope), cached=False
    )
    content = json.loads(await in_thread(path.read_bytes))
    return OutboundAnswer(upload_id=found.upload_id, share=share, requests=content["requests"])


@router.get(
    "/outbound/{job_id}",
    response_class=Response,
    responses={
        200: {
            "content": {"application/jsonl": {"schema": {"type": "string"}}},
            "description": "One JSON object a request.",
        },
        **problems(404),
    },
    summary="See what was sent to a language model",
)
async def sent(job_id: str, service: Served) -> Response:
    """Give every request that left for an analysis and for questions about it; empty where none did."""
    job = await service.finished(job_id)
    path = service.folders.result("analyze", job.id) / SENT
    content = await in_thread(path.read_bytes) if await in_thread(path.is_file) else b""
    return Response(content[-LONGEST_LOG:], media_type="application/jsonl")


@router.post(
    "/ask/{job_id}",
    response_model=AskAnswer,
    responses=problems(400, 403, 404, 429, 502, 503),
    dependencies=[Depends(spend)],
    summary="Ask about a finished analysis",
)
async def ask(job_id: str, body: AskRequest, request: Request, service: Served) -> AskAnswer:
    """Answer from the analysis document alone, in sentences that were checked; numbers are the document's."""
    return await answer_to(service, request, job_id, body)


async def answer_to(service: Service, request: Request, job_id: str, asked: AskRequest) -> AskAnswer:
    """Return the answer to a question about an analysis.

    Raises
    ------
    Problem
        503 where there is no language model, 502 where it gave no answer.
    """
    job = await service.finished(job_id)
    if not provider_label(service):
        raise Problem(
            503,
            "There is no language model to ask: no key is set on this server.",
            hint="Whoever runs this server can set one (see GET /api/v1/providers). The report needs none.",
            code="no_key",
        )
    payload = {"model_job": job.id, "question": asked.question, "model": asked.model, "language": asked.language}
    path, _ = await answer_of(
        service,
        "ask",
        payload,
        client=client_of(request),
        request_id=request_id_of(request.scope),
        cached=False,
        wait_s=WAIT_S + service.settings.llm_timeout_s,
    )
    return AskAnswer.model_validate_json(await in_thread(path.read_bytes))
