"""The service itself: health, readiness, providers, metrics, documentation."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from fastapi import APIRouter, Request, Response

from regression_analyzer.api.docs_page import POLICY, docs_page
from regression_analyzer.api.metrics import MEDIA_TYPE
from regression_analyzer.api.openapi import problems
from regression_analyzer.api.preflight import folder_trouble
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.schemas import HealthAnswer, ProviderRow, ProvidersAnswer, ReadyAnswer
from regression_analyzer.api.state import Served, Service, in_thread
from regression_analyzer.insight.registry import PROVIDERS, is_available, listed
from regression_analyzer.jobs.store import StoreError
from regression_analyzer.version import __version__

router = APIRouter(tags=["service"])
root_router = APIRouter()
LEAST_FREE_MB = 100
WORKER_SILENT_S = 20.0


@router.get("/health", response_model=HealthAnswer, responses=problems(), summary="Is the server alive?")
async def health(service: Served) -> HealthAnswer:
    """Answer at once, touching neither the disk nor numeric code."""
    names = [provider.name for provider in PROVIDERS if is_available(service.environ, provider)]
    chosen = service.settings.llm_provider
    return HealthAnswer(version=__version__, llm_available=chosen in names if chosen else bool(names), providers=names)


@router.get("/ready", response_model=ReadyAnswer, responses=problems(), summary="Can the server take work?")
async def ready(service: Served) -> ReadyAnswer:
    """Check the folders, the disk, the job store and the worker; 503 with the reason."""
    checks = await in_thread(_checks, service)
    if wrong := [said for said in checks.values() if said != "ok"]:
        raise Problem(503, " ".join(wrong), code="not_ready", headers={"Retry-After": "5"})
    return ReadyAnswer(checks=checks)


def _checks(service: Service) -> dict[str, str]:
    settings = service.settings
    checks = {}
    for name, folder in (("data_dir", settings.data_dir), ("output_dir", settings.output_dir)):
        trouble = folder_trouble(folder)
        checks[name] = f"{name.upper()} is not writable: {trouble.reason}." if trouble else "ok"
        checks[f"{name}_space"] = _space(folder) if not trouble else "ok"
    try:
        service.store.queue()
        checks["store"] = "ok"
        seen = service.store.last_worker_seen()
    except StoreError as error:
        checks["store"] = str(error)
        seen = None
    if settings.workers > 0:
        alive = seen is not None and time.time() - seen < WORKER_SILENT_S
        checks["worker"] = "ok" if alive else "No worker has shown itself yet or for 20 seconds."
    return checks


def _space(folder: Path) -> str:
    free = shutil.disk_usage(folder).free // 1_000_000
    return "ok" if free >= LEAST_FREE_MB else f"Only {free} MB are free in {folder}."


@router.get("/providers", response_model=ProvidersAnswer, responses=problems(), summary="Language model providers")
async def providers(service: Served) -> ProvidersAnswer:
    """List the providers, whether each has a key here, and the models known of it."""
    return ProvidersAnswer(providers=[ProviderRow.model_validate(row) for row in listed(service.environ)])


@root_router.get("/metrics", include_in_schema=False)
async def metrics(service: Served) -> Response:
    """Give the metrics in Prometheus' text form."""
    return Response(await in_thread(service.metrics.text), media_type=MEDIA_TYPE)


@root_router.get("/docs", include_in_schema=False)
@root_router.get("/redoc", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Show the OpenAPI document as a page, without any script or outside resource."""
    page = docs_page(request.app.openapi(), root_path=str(request.scope.get("root_path", "")))
    return Response(page, media_type="text/html; charset=utf-8", headers={"content-security-policy": POLICY})
