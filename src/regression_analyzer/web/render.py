"""A page's context in, HTML out: autoescaped, and an undefined name is an error."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from regression_analyzer.web.contexts import Page

HERE = Path(__file__).parent
STATIC = HERE / "static"
EXAMPLES = HERE / "examples"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(page: Page) -> str:
    """Return a page as HTML."""
    return _environment().get_template(f"{page.template}.html.j2").render(page=page)
