"""What surrounds every answer: request id, security headers, one log line, one measurement, no leaked error."""

from __future__ import annotations

import hmac
import logging
import re
import time
import uuid
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regression_analyzer.api.metrics import Metrics
from regression_analyzer.api.problem import problem_response, request_id_of
from regression_analyzer.jobs.journal import log, place_of

API = "/api/v1"
HEALTH = f"{API}/health"
STATIC = "/static/"
PAGE_ROOT = "/"
TOKEN_PAGE = "/pages/token"  # noqa: S105
TOKEN_COOKIE = "regression_analyzer_token"  # noqa: S105

STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Content policy of everything that does not state its own."""
SANDBOX_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""Content policy of what was made from a stranger's file: it is looked at, and does nothing."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "content-security-policy": STRICT_POLICY,
    "cache-control": "no-store",
}
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

access = logging.getLogger("regression_analyzer.access")


def path_of(scope: Scope) -> str:
    """Return the path without the prefix of a proxy."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] or "/" if root and path.startswith(f"{root}/") else path


def shows_token(headers: Mapping[str, str], token: str) -> bool:
    """Return whether a request shows the token: as a bearer, or in the cookie of the pages."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    cookie = cookie_parser(headers.get("cookie", "")).get(TOKEN_COOKIE, "")
    return hmac.compare_digest(cookie.encode(), token.encode())


def wants_page(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Return whether a browser asks for a page, not a program for an answer."""
    return not path_of(scope).startswith(API) and "text/html" in headers.get("accept", "")


class Envelope:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, root_path: str, max_body_bytes: int) -> None:
        self._app = app
        self._metrics = metrics
        self._root_path = root_path
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        asked = scope["method"]
        scope = placed(scope, self._root_path)
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        status, ended = 0, False

        async def dressed(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["x-request-id"] = request_id
            elif asked == "HEAD":
                if ended:
                    return
                message, ended = {"type": "http.response.body", "body": b"", "more_body": False}, True
            await send(message)

        error: Exception | None = None
        try:
            await self._app(scope, limited(receive, self._max_body_bytes), dressed)
        except Exception as raised:  # noqa: BLE001  the last line of defence: told to the log, never to the caller
            error = raised
            if not status:
                answer = problem_response(scope, 500, "A defect of this program stopped the request.", code="defect")
                await answer(scope, receive, dressed)
        self._record(scope, error, asked=asked, status=status, seconds=time.perf_counter() - started)

    def _record(self, scope: Scope, error: Exception | None, *, asked: str, status: int, seconds: float) -> None:
        path = path_of(scope)
        route = getattr(scope.get("route"), "path", None) or (STATIC if path.startswith(STATIC) else "(none)")
        if route.startswith("/") and not route.startswith(API) and path.startswith(API):
            route = API + route
        method = asked if asked in {"GET", "POST", "DELETE", "HEAD", "OPTIONS"} else "(other)"
        self._metrics.requests.labels(method, route, str(status)).observe(seconds)
        level = logging.ERROR if error else logging.DEBUG if route in (HEALTH, "/metrics") else logging.INFO
        facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        if error:
            facts["error"] = place_of(error)
        log(access, level, "request", **facts, request_id=request_id_of(scope))


def placed(scope: Scope, root_path: str) -> Scope:
    """Return a request as the routes expect it.

    The path begins with the prefix, whether or not a proxy took it off; HEAD is asked as GET (RFC 9110, 9.3.2: the
    same answer without its body, which is dropped on the way out).
    """
    path, raw = str(scope["path"]), scope.get("raw_path")
    root_path = root_path or str(scope.get("root_path", ""))
    if root_path and path == root_path:
        path, raw = f"{path}/", None
    elif root_path and not path.startswith(f"{root_path}/"):
        path, raw = root_path + path, root_path.encode() + raw if raw else None
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "method": method, "path": path, "raw_path": raw or path.encode(), "root_path": root_path}


def limited(receive: Receive, most: int) -> Receive:
    """Return ``receive`` with a limit on the bytes of the body, announced or not."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise HTTPException(413)
        return message

    return counting


class Gate:
    """Lets in who shows the token, and turns away what another site's page sends.

    Without a token set everyone may come in; a browser's cross-site request that would change something
    is turned away all the same, so that no page on the net can use a server on the reader's own machine.
    """

    def __init__(self, app: ASGIApp, *, token: str, origins: tuple[str, ...]) -> None:
        self._app = app
        self._token = token
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or answer 401 or 403."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if self._needs_token(path_of(scope)) and not shows_token(headers, self._token):
                if wants_page(scope, headers):
                    start = RedirectResponse(f"{scope.get('root_path', '')}{PAGE_ROOT}", status_code=303)
                    await start(scope, receive, send)
                    return
                answer = problem_response(
                    scope,
                    401,
                    "This call needs a token.",
                    hint="Send the header Authorization: Bearer TOKEN.",
                    code="token_needed",
                    headers={"WWW-Authenticate": "Bearer"},
                )
                await answer(scope, receive, send)
                return
            if (
                scope["method"] not in SAFE_METHODS
                and headers.get("sec-fetch-site") == "cross-site"
                and headers.get("origin", "") not in self._origins
            ):
                answer = problem_response(
                    scope,
                    403,
                    "Another site's page may not do this.",
                    hint="The operator can allow its origin with CORS_ORIGINS.",
                    code="cross_site",
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _needs_token(self, path: str) -> bool:
        return bool(self._token) and path not in (HEALTH, PAGE_ROOT, TOKEN_PAGE) and not path.startswith(STATIC)
