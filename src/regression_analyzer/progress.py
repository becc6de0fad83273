"""How long work reports where it is."""

from __future__ import annotations

from collections.abc import Callable

STAGES = ("read", "profile", "specify", "estimate", "check", "explain", "draw", "tell")
"""The stages in the order in which they run."""

Progress = Callable[[str, float, str], None]
"""``on_progress(stage, fraction, message)``: fraction of the whole, 0 to 1; message for people."""


def silent(stage: str, fraction: float, message: str) -> None:
    """Report nothing."""


def part(on_progress: Progress, start: float, end: float) -> Progress:
    """Return a progress whose 0 to 1 is one part of the whole."""

    def told(stage: str, fraction: float, message: str) -> None:
        on_progress(stage, start + (end - start) * min(1.0, max(0.0, fraction)), message)

    return told
