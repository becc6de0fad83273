"""What the pages for people share: how they answer, where they lead, and what is shown where something is wrong."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from regression_analyzer.api.envelope import wants_page
from regression_analyzer.api.problem import Problem, request_id_of
from regression_analyzer.api.problem import on_http_exception as problem_on_http_exception
from regression_analyzer.web import STATIC, Page, Plan, TroublePage, render

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MOST_FIELDS = 20_000
"""Fields of a form: a few for each column of a wide table."""
FOR_PEOPLE = {
    "Job not found": ("This analysis is not here.", "It may have been removed. The start page lists the latest ones."),
    "Upload not found": ("This table is not here.", "It may have been removed. Give the file again."),
}
"""What the API says to programs -> the same, and what to do about it, for people."""


class _Static(StaticFiles):
    """Scripts and styles: a browser keeps them and asks whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


static = _Static(directory=STATIC)


def page(content: Page, *, status: int = 200, policy: str = POLICY) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(render(content), status_code=status, headers={"content-security-policy": policy})


def root_of(request: Request) -> str:
    """Return the path prefix before every address."""
    return str(request.scope.get("root_path", ""))


def go(request: Request, path: str) -> RedirectResponse:
    """Send the browser on, after a form."""
    return RedirectResponse(f"{root_of(request)}{path}", status_code=303)


def trouble(
    request: Request,
    problem: Problem,
    *,
    title: str = "That did not work",
    name: str = "",
    back: str = "",
    back_label: str = "",
) -> HTMLResponse:
    """Show what was wrong, and what to do."""
    message, hint = FOR_PEOPLE.get(problem.detail, (problem.detail, problem.hint))
    content = TroublePage(
        title=title,
        root=root_of(request),
        message=message,
        name=name,
        hint=hint,
        back=back,
        back_label=back_label,
        request_id=request_id_of(request.scope),
    )
    return page(content, status=problem.status)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework raises: a page to a browser that asks for one, the API's error to a program."""
    if not isinstance(error, HTTPException) or not wants_page(request.scope, request.headers):
        return await problem_on_http_exception(request, error)
    detail = {
        404: "There is no such page.",
        405: "This address is not a page.",
        413: "The file is larger than this server takes.",
    }.get(error.status_code, "The server could not answer that.")
    title = {404: "Nothing is here", 413: "Too large"}.get(error.status_code, "That did not work")
    return trouble(
        request, Problem(error.status_code, detail, hint="Begin again with a file, or go back."), title=title
    )


def address_of_plan(upload_id: str, plan: Plan) -> str:
    """Return the address of the page on which a plan is made."""
    query = plan.query()
    return f"/tables/{upload_id}?{query}" if query else f"/tables/{upload_id}"
