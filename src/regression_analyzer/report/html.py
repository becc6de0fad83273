"""The report as one self-contained page: no script, no request, readable in the dark, on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from regression_analyzer.charts.theme import STYLESHEET
from regression_analyzer.report.blocks import ReportView

TEMPLATES = Path(__file__).parent / "templates"
ACTIVE = re.compile(
    r"<\s*(script|foreignobject|iframe|object|embed|image|a|style|use|animate|set)\b|\bon\w+\s*=|javascript:|<!|<\?",
    re.IGNORECASE,
)
"""What a drawing of ours never holds; one that does is not put in."""
BLANK_LINES = re.compile(r"\n\s*\n+")


def render_html(view: ReportView, svgs: Mapping[str, str | bytes]) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    view : the report as ready texts; all of it is escaped
    svgs : figure name (``"coefficients"`` or ``"coefficients.svg"``) -> drawing, put inline
    """
    drawings = {name.removesuffix(".svg"): _drawing(content) for name, content in svgs.items()}
    usable = {name: drawing for name, drawing in drawings.items() if drawing is not None}
    page = _environment().get_template("report.html.j2").render(view=view, drawings=usable, style=_style())
    return BLANK_LINES.sub("\n", page).strip() + "\n"


def load_templates() -> None:
    """Compile the templates now, which the first page would do otherwise."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> Markup:
    return Markup(f"{STYLESHEET}\n{(TEMPLATES / 'report.css').read_text(encoding='utf-8')}")  # noqa: S704  our own text


def _drawing(content: str | bytes) -> Markup | None:
    """Return a drawing for the page, without its prolog; None for one that holds more than shapes and texts."""
    text = content.decode("utf-8") if isinstance(content, bytes) else content
    start = text.find("<svg")
    if start < 0:
        return None
    body = text[start:].strip()
    markup = re.sub(r">[^<]*<", "><", body)
    return None if ACTIVE.search(markup) else Markup(body)  # noqa: S704  drawn by us, names escaped there
