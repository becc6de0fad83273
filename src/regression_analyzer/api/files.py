"""Answers that are files: with an entity tag, in a sandbox, never guessed at by a browser."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from regression_analyzer.api.envelope import SANDBOX_POLICY
from regression_analyzer.api.problem import Problem

HEADERS = {"content-security-policy": SANDBOX_POLICY, "cache-control": "private, no-cache"}


def file_answer(
    request: Request, path: Path, *, media_type: str, etag: str, download_as: str | None = None
) -> Response:
    """Return a file of a finished job; 304 where the caller has it already, 404 where it is gone."""
    tag = f'"{etag}"'
    headers = {**HEADERS, "etag": tag}
    if _has_it(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if not path.is_file():
        raise Problem(404, "The file is gone.", hint="Run the analysis again.", code="gone")
    return FileResponse(path, media_type=media_type, headers=headers, filename=download_as)


def _has_it(if_none_match: str, tag: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return tag in known or "*" in known
