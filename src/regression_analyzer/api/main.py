"""The application. ``create_app`` makes one from settings; ``app`` is the one that servers load by name."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from regression_analyzer.api import (
    adopt,
    pages,
    pages_insight,
    pages_plan,
    pages_report,
    pages_start,
    routes_insight,
    routes_jobs,
    routes_results,
    routes_service,
)
from regression_analyzer.api.envelope import API, HEALTH, Envelope, Gate
from regression_analyzer.api.metrics import Metrics
from regression_analyzer.api.openapi import document_of
from regression_analyzer.api.preflight import check_folders
from regression_analyzer.api.problem import (
    Problem,
    on_analyzer_error,
    on_problem,
    on_validation_error,
)
from regression_analyzer.api.quota import Quota
from regression_analyzer.api.state import Service
from regression_analyzer.api.worker_process import WORKER_COMMAND, WorkerProcess
from regression_analyzer.errors import AnalyzerError, ConfigurationError
from regression_analyzer.jobs.files import Folders
from regression_analyzer.jobs.settings import Settings, read_settings
from regression_analyzer.version import __version__

EXIT_CONFIGURATION = 78
FORM_OVERHEAD_BYTES = 1_000_000
THREADS = 12
"""Threads for blocking work: few, so that the event loop seldom waits for its turn."""
TAGS = [
    {"name": "analyse", "description": "A table in, an analysis started."},
    {"name": "jobs", "description": "Where the analyses are."},
    {"name": "results", "description": "What came out."},
    {"name": "language model", "description": "What goes to one, and questions about a result."},
    {"name": "service", "description": "The server itself."},
]


def create_app(
    settings: Settings | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    worker_command: Sequence[str] = WORKER_COMMAND,
) -> FastAPI:
    """Make the application.

    Touches no folder and starts nothing: that happens when it is run.

    Parameters
    ----------
    settings : read from ``environ`` where not given
    environ : the process's environment by default
    worker_command : how the worker process is started; none is where ``WORKERS`` is 0

    Raises
    ------
    ConfigurationError
        A setting does not fit.
    """
    environ = dict(os.environ if environ is None else environ)
    settings = settings or read_settings(environ)
    service = Service(
        settings=settings,
        folders=Folders.of(settings),
        environ=environ,
        metrics=Metrics(),
        quota=Quota(settings),
        worker=WorkerProcess(settings, environ, worker_command),
    )
    service.metrics.watch(lambda: service.opened)
    app = FastAPI(
        title="regression-analyzer",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        openapi_tags=TAGS,
        lifespan=_running,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
    )
    app.state.service = service
    app.openapi = lambda: document_of(  # type: ignore[method-assign]
        app, open_to_all=HEALTH, needs_token=bool(settings.api_token)
    )
    _add_layers(app, service)
    for error, handler in (
        (Problem, on_problem),
        (AnalyzerError, on_analyzer_error),
        (RequestValidationError, on_validation_error),
        (HTTPException, pages.on_http_exception),
    ):
        app.add_exception_handler(error, handler)
    for router in (routes_jobs.router, routes_results.router, routes_insight.router, routes_service.router):
        app.include_router(router, prefix=API)
    app.include_router(routes_service.root_router)
    for module in (pages_start, pages_plan, pages_report, pages_insight, adopt):
        app.include_router(module.router)
    app.mount("/static", pages.static)
    return app


def _add_layers(app: FastAPI, service: Service) -> None:
    """Add the layers around the routes, innermost first."""
    settings = service.settings
    app.add_middleware(Gate, token=settings.api_token, origins=settings.cors_origins)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(
        Envelope,
        metrics=service.metrics,
        root_path=settings.root_path,
        max_body_bytes=settings.max_upload_bytes + FORM_OVERHEAD_BYTES,
    )


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """Open the store and run the worker while the application runs."""
    service: Service = app.state.service
    check_folders(service.settings)
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    service.stopped = False
    service.open()
    service.worker.start()
    try:
        yield
    finally:
        await service.worker.stop()
        service.close()


def __getattr__(name: str) -> Any:
    """Make ``app`` when it is first asked for, so that importing this module reads no settings."""
    if name != "app":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    try:
        globals()["app"] = made = create_app()
    except ConfigurationError as error:
        _say(error)
        raise SystemExit(EXIT_CONFIGURATION) from None
    made.add_middleware(_FoldersFirst, settings=made.state.service.settings)
    return made


class _FoldersFirst:
    """Checks the folders before a server that is not ours starts the application, and ends its process if need be.

    Such a server shows an exception of the start as a traceback and ends with a code of its own. An exit raised by
    a callback passes through its event loop instead.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                check_folders(self._settings)
            except ConfigurationError as error:
                _say(error)
                asyncio.get_running_loop().call_soon(sys.exit, EXIT_CONFIGURATION)
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
                return
        await self._app(scope, receive, send)


def _say(error: ConfigurationError) -> None:
    sys.stderr.write(f"regression-analyzer: {error}\n")
