"""One click adds the terms that a straight line misses: the same upload is analysed again with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from regression_analyzer.api.pages import go, trouble
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.state import Served, client_of, spend
from regression_analyzer.jobs.files import new_id
from regression_analyzer.jobs.value import NewJob

router = APIRouter(include_in_schema=False)


@router.post("/pages/adopt/{job_id}")
async def adopt(job_id: str, request: Request, service: Served) -> Response:
    """Start the analysis with the terms that a finished one proposes; a second click leads to the same one."""
    try:
        spend(request)
        job = await service.finished(job_id)
        missed = (job.result or {}).get("missed")
        if not missed:
            raise Problem(
                404,
                "This analysis proposes no term to add.",
                hint="A formula of your own can be given under “The model” in the plan.",
                code="nothing_to_adopt",
            )
        found = await upload_or_404(service, str(job.payload.get("upload_id")))
        wanted = NewJob(
            id=new_id(),
            kind="analyze",
            payload={
                "upload_id": found.upload_id,
                "filename": found.filename,
                "options": with_formula(job.payload.get("options") or {}, str(missed["formula"])),
                "earlier": job.id,
                "added": list(missed["terms"]),
            },
            client=client_of(request),
            idempotency_key=f"adopt:{job.id}",
            request_id=request_id_of(request.scope),
        )
        started, _ = await service.submit(wanted)
        if started.state in ("failed", "cancelled"):
            started, _ = await service.submit(replace(wanted, idempotency_key=None))
    except Problem as problem:
        return trouble(request, problem, back=f"/analyses/{job_id}", back_label="Back to the report")
    return go(request, f"/analyses/{started.id}")


def with_formula(options: Mapping[str, Any], formula: str) -> dict[str, Any]:
    """Return the options of an analysis with a formula in place of its choice of target and predictors."""
    kept = {name: value for name, value in options.items() if name not in {"target", "predictors", "overrides"}}
    overrides = {
        name: value
        for name, value in (options.get("overrides") or {}).items()
        if name != "target" and not name.startswith("predictor.")
    }
    return {**kept, "formula": formula} | ({"overrides": overrides} if overrides else {})
