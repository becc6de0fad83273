"""The one error shape of the API: problem+json (RFC 9457) with a hint and the request's id."""

from __future__ import annotations

import http
import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from regression_analyzer.errors import (
    AnalyzerError,
    ConfigurationError,
    InputError,
    LimitError,
    NoSuchFileError,
    OutputError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[AnalyzerError], int], ...] = (
    (NoSuchFileError, 404),
    (LimitError, 413),
    (InputError, 422),
    (UsageError, 422),
    (OutputError, 507),
    (ConfigurationError, 500),
    (AnalyzerError, 422),
)
"""Error class -> status, first match. The only place where the two meet."""

HINTS: Mapping[int, str] = {
    404: "See /docs for the addresses this service knows.",
    405: "See /docs for the methods this address knows.",
    413: "Send less, or ask the operator to raise MAX_UPLOAD_BYTES.",
    500: "Please report it with the request_id; the operator's log says where it happened.",
}


class Problem(Exception):  # noqa: N818  it is the answer as much as an error
    """An answer that is an error.

    Parameters
    ----------
    status : HTTP status
    detail : one plain sentence
    hint : what the caller can do
    code : stable identifier; the last part of ``type``
    """

    def __init__(
        self, status: int, detail: str, *, hint: str = "", code: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.hint = hint
        self.code = code
        self.headers = dict(headers or {})


def request_id_of(scope: Scope) -> str:
    """Return the id of the request."""
    state = scope.get("state") or {}
    return str(state.get("request_id", ""))


def problem_body(scope: Scope, status: int, detail: str, hint: str, code: str) -> dict[str, Any]:
    """Return the body of an error."""
    return {
        "type": f"urn:regression-analyzer:problem:{code}" if code else "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "hint": hint,
        "request_id": request_id_of(scope),
    }


def problem_response(
    scope: Scope, status: int, detail: str, *, hint: str = "", code: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return an error as a response."""
    body = problem_body(scope, status, detail, hint or HINTS.get(status, ""), code)
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer a ``Problem``."""
    if not isinstance(error, Problem):
        raise error
    return problem_response(
        request.scope, error.status, error.detail, hint=error.hint, code=error.code, headers=error.headers
    )


async def on_analyzer_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the analysis."""
    if not isinstance(error, AnalyzerError):
        raise error
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    return problem_response(request.scope, status, error.message, hint=error.hint, code=error.code)


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework raises: unknown addresses, wrong methods, bodies that are too large."""
    if not isinstance(error, HTTPException):
        raise error
    detail = {
        404: f"There is nothing at {request.url.path[:200]}.",
        405: f"{request.method} is not possible at {request.url.path[:200]}.",
        413: "The body of the request is too large.",
    }.get(error.status_code, str(error.detail).rstrip(".") + ".")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods_at(request))) or headers.get("Allow", "")
    return problem_response(request.scope, error.status_code, detail, headers=headers)


def _methods_at(request: Request) -> set[str]:
    """Return every method that an address knows (the framework names those of one route only)."""
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    methods: set[str] = set()
    for template, item in request.app.openapi()["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            methods |= {method.upper() for method in item}
    return methods | ({"HEAD"} if "GET" in methods else set())


async def on_validation_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that does not have the form it should, naming the first place that is wrong."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0] if error.errors() else {"loc": (), "msg": "it is not valid"}
    place = ".".join(str(part) for part in first["loc"] if part != "body")[:200]
    said = str(first["msg"])[:300].rstrip(".")
    detail = f"{place}: {said}." if place else f"The body of the request: {said}."
    return problem_response(
        request.scope, 422, detail, hint="See /docs for the fields and their types.", code="validation"
    )
