"""The language model: what would be sent to it, what was sent, and questions about a finished analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Request, Response

from regression_analyzer.api.openapi import problems
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import WAIT_S, answer_of, begin, file_of
from regression_analyzer.api.routes_jobs import upload_or_404, wanted_wait
from regression_analyzer.api.schemas import AnalyzeChoices, AskAnswer, AskRequest, OutboundAnswer
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.insight.registry import ADDRESS_VARIABLES, PROVIDERS, is_available
from regression_analyzer.jobs.value import Job
from regression_analyzer.version import __version__

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
    responses={202: {"model": OutboundAnswer, "description": "Not ready yet: make the same call again."},
               **problems(400, 404, 413, 429)},
    dependencies=[Depends(spend)],
    summary="See what an analysis would send to a language model",
)  # fmt: skip
async def outbound(  # noqa: PLR0917
    upload_id: str,
    request: Request,
    response: Response,
    service: Served,
    body: Annotated[AnalyzeChoices | None, Body()] = None,
    prefer: Annotated[str, Header(description="wait=N: answer after N seconds, not after a minute.")] = "",
) -> OutboundAnswer:
    """Give the exact requests that an analysis with these choices (as for ``/analyze``) would send. Nothing is sent.

    Each request follows the answers to those before; it is shown for the plan that the rules make. The last one tells
    of the results, so this takes as long as the analysis: after a minute the answer is 202 with the ``job_id``, which
    ``/jobs`` follows, and the same call again waits on for the same work.
    """
    options = body.model_dump(exclude_defaults=True) if body else {}
    job = await begin_outbound(service, request, upload_id, options)
    share = service.settings.llm_share
    if job is None:
        return OutboundAnswer(upload_id=upload_id, share=share, requests=[])
    job = await service.watch.wait_for(job.id, seconds=wanted_wait(prefer) or WAIT_S) or job
    if not job.ended:
        response.status_code = 202
        response.headers["Retry-After"] = "5"
        return OutboundAnswer(upload_id=upload_id, share=share, requests=[], status=job.state, job_id=job.id)
    return await outbound_answer(service, job)


async def begin_outbound(service: Service, request: Request, upload_id: str, options: Mapping[str, Any]) -> Job | None:
    """Return the job that finds what an analysis of an upload would send; None where it would send nothing.

    The same question about the same upload, of a server with the same settings, is the same job.
    """
    found = await upload_or_404(service, upload_id)
    if not provider_label(service) or options.get("skip_llm"):
        return None
    variables = ("LLM_PROVIDER", "LLM_MODEL", "LLM_LANGUAGE", *ADDRESS_VARIABLES)
    whom = [__version__, provider_label(service), *(service.environ.get(name, "") for name in variables)]
    payload = {
        "upload_id": found.upload_id,
        "filename": found.filename,
        "options": dict(options),
        "share": service.settings.llm_share,
        "whom": hashlib.sha256("\n".join(whom).encode()).hexdigest(),  # an address may hold a password
    }
    return await begin(
        service, "outbound", payload, client=client_of(request), request_id=request_id_of(request.scope), cached=True
    )


async def outbound_answer(service: Service, ended: Job) -> OutboundAnswer:
    """Return what a job that has ended found would be sent.

    Raises
    ------
    Problem
        With what the work said was wrong.
    """
    if ended.state == "cancelled":
        raise Problem(404, "It was cancelled before it was ready.", hint="Ask again.", code="cancelled")
    content = json.loads(await in_thread(file_of(service, ended).read_bytes))
    share = str(ended.payload["share"])
    return OutboundAnswer(
        upload_id=str(ended.payload["upload_id"]), share=share, requests=content["requests"], job_id=ended.id
    )


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
