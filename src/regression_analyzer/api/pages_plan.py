"""The page of the plan: how a table is read, and what is to be explained by what; forms work without a script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from starlette.responses import Response

from regression_analyzer.api.pages import MOST_FIELDS, address_of_plan, go, page, root_of, trouble
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.quick import answer_of
from regression_analyzer.api.routes_insight import provider_label
from regression_analyzer.api.routes_jobs import upload_or_404
from regression_analyzer.api.state import Served, Service, client_of, in_thread, spend
from regression_analyzer.jobs.files import Upload, new_id
from regression_analyzer.jobs.value import NewJob
from regression_analyzer.web import (
    Plan,
    form_fields,
    model_part,
    plan_of_form,
    plan_of_query,
    preview_page,
)

router = APIRouter(include_in_schema=False)


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
