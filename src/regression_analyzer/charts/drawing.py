"""Figures drawn as PNG and SVG bytes."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Literal

from regression_analyzer.charts.layout import scene
from regression_analyzer.charts.png import quiet_matplotlib, write_png
from regression_analyzer.charts.svg import write_svg
from regression_analyzer.charts.theme import ThemeName
from regression_analyzer.charts.value import Figure

ImageKind = Literal["png", "svg"]
CHILD_SECONDS = 60.0
"""How long to wait for the pictures of the child process before drawing them here."""


def draw(figure: Figure, kind: ImageKind, *, theme: ThemeName = "light", caption: bool | None = None) -> bytes:
    """Draw one figure; the same bytes for the same figure.

    Parameters
    ----------
    kind : ``"png"`` (1204 pixels wide, 150 dpi) or ``"svg"`` (scales to its place; classes for recolouring)
    caption : write the caption under the title; by default in PNG, which stand alone, and not in SVG, which stand
        in a page that prints it

    Returns
    -------
    bytes of the image file
    """
    placed = scene(figure, caption=kind == "png" if caption is None else caption)
    return write_png(placed, theme) if kind == "png" else write_svg(placed, theme)


def draw_all(
    figures: Sequence[Figure],
    kinds: Sequence[ImageKind] = ("png", "svg"),
    *,
    theme: ThemeName = "light",
    processes: int = 1,
) -> dict[str, bytes]:
    """Draw figures in every kind.

    Parameters
    ----------
    processes : 2 draws half of the PNG in a forked child (Linux, a process with one thread); anything that
        prevents this, or goes wrong there, is made good here

    Returns
    -------
    file name (``"coefficients.png"``) -> bytes, in the order of the figures
    """
    drawn: dict[str, bytes] = {}
    if "png" in kinds and processes > 1 and len(figures) > 2 and _may_fork():
        drawn = _draw_forked(figures, theme)
    wanted = [(f"{figure.name}.{kind}", figure, kind) for figure in figures for kind in kinds]
    return {name: drawn[name] if name in drawn else draw(figure, kind, theme=theme) for name, figure, kind in wanted}


def _may_fork() -> bool:
    """Say whether forking is safe: Linux, the main thread alone, not already a daemonic child."""
    return sys.platform == "linux" and threading.active_count() == 1 and not multiprocessing.current_process().daemon


def _draw_forked(figures: Sequence[Figure], theme: ThemeName) -> dict[str, bytes]:
    """Draw every second PNG in a child while the others are drawn here; return what was drawn."""
    with quiet_matplotlib():
        from matplotlib.backends import backend_agg  # noqa: F401, PLC0415 - before the fork, so that both have it
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_send_pngs, args=(sender, tuple(figures[1::2]), theme), daemon=True)
    try:
        with quiet_matplotlib():
            child.start()
    except OSError:
        return {}
    sender.close()
    drawn = {f"{figure.name}.png": draw(figure, "png", theme=theme) for figure in figures[::2]}
    try:
        if receiver.poll(CHILD_SECONDS):
            drawn |= receiver.recv()
    except (EOFError, OSError):
        pass
    finally:
        receiver.close()
        if child.is_alive():
            child.join(0.2)
            child.kill()
        child.join()
    return drawn


def _send_pngs(sender: Connection, figures: tuple[Figure, ...], theme: ThemeName) -> None:
    sender.send({f"{figure.name}.png": draw(figure, "png", theme=theme) for figure in figures})
    sender.close()
