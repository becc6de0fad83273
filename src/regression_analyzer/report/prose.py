"""Text with emphasis: what templates print as ``<strong>`` and Markdown as ``**``, free of either's syntax."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text; ``strong`` where it should stand out."""

    text: str
    strong: bool = False


Prose = tuple[Span, ...]


def strong(text: str) -> Span:
    """Return a run that stands out."""
    return Span(text=text, strong=True)


def prose(*parts: str | Span) -> Prose:
    """Join plain texts and runs."""
    return tuple(Span(text=part) if isinstance(part, str) else part for part in parts)


def plain_text(text: Prose) -> str:
    """Return the words without their emphasis."""
    return "".join(span.text for span in text)
