"""A scene drawn as PNG with matplotlib's Agg renderer, the only module that needs it.

Shapes are in place already, so no axes, ticks or layout of matplotlib's are made: the renderer is used directly.
This halves both the import (no ``matplotlib.figure``, no projections) and the drawing. No text is ever parsed as
mathematics: ``draw_text`` with ``ismath=False`` draws the characters as they are.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_analyzer.charts.png_file import png_file
from regression_analyzer.charts.scene import Area, Clip, Dots, Label, Scene, Shape, Stroke
from regression_analyzer.charts.text import width
from regression_analyzer.charts.theme import DPI, PIXELS, Role, ThemeName, colour
from regression_analyzer.fit.value import FloatArray

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

POINTS = PIXELS * 72 / DPI
"""Points (1/72 inch), in which the renderer takes line widths and sizes of type, per unit of the scene."""
FALLBACK_FAMILIES = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "WenQuanYi Zen Hei",
    "IPAGothic",
    "Hiragino Sans",
    "Yu Gothic",
    "Microsoft YaHei",
    "Malgun Gothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Emoji",
    "Symbola",
)
"""Faces tried, where the machine has them, for characters that the bundled face lacks."""


def write_png(scene: Scene, theme: ThemeName) -> bytes:
    """Return a scene as PNG bytes: the same for the same scene and fonts; the only metadata is the resolution."""
    with quiet_matplotlib(), _unhinted():
        return _Painter(scene, theme).png()


@contextmanager
def quiet_matplotlib() -> Iterator[None]:
    """Keep matplotlib from warning or logging: about characters no face has, and about folders it cannot write."""
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


@contextmanager
def _unhinted() -> Iterator[None]:
    """Draw letters in their true shape: at 150 dpi fitting them to the grid shows little and takes a quarter longer."""
    from matplotlib import rcParams  # noqa: PLC0415

    usual = rcParams["text.hinting"]
    rcParams["text.hinting"] = "no_hinting"
    try:
        yield
    finally:
        rcParams["text.hinting"] = usual


class _Painter:
    """One canvas, and the few things needed to put shapes on it (matplotlib's y runs upwards)."""

    def __init__(self, scene: Scene, theme: ThemeName) -> None:
        from matplotlib.backends import backend_agg  # noqa: PLC0415
        from matplotlib.path import Path  # noqa: PLC0415
        from matplotlib.transforms import Affine2D, Bbox, IdentityTransform  # noqa: PLC0415

        self.path, self.affine, self.bbox, self.same = Path, Affine2D, Bbox, IdentityTransform()
        self.scene, self.theme = scene, theme
        self.high = round(scene.height * PIXELS)
        canvas: Any = backend_agg.RendererAgg
        self.renderer: Any = canvas(round(scene.width * PIXELS), self.high, DPI)
        self.clip: Any = None

    def png(self) -> bytes:
        edge_x, edge_y = np.asarray([0, 1, 1, 0]) * self.scene.width, np.asarray([0, 0, 1, 1]) * self.scene.height
        self._area(Area(x=edge_x, y=edge_y, role="ground"))
        for shape in self.scene.shapes:
            self._shape(shape)
        return png_file(np.asarray(self.renderer.buffer_rgba()), dpi=DPI)

    def _shape(self, shape: Shape) -> None:
        match shape:
            case Clip():
                self.clip = self.bbox.from_extents(
                    shape.left * PIXELS,
                    self.high - shape.bottom * PIXELS,
                    shape.right * PIXELS,
                    self.high - shape.top * PIXELS,
                )
            case Dots():
                self._dots(shape)
            case Stroke():
                self._stroke(shape)
            case Area():
                self._area(shape)
            case Label():
                self._label(shape)

    def _points(self, x: FloatArray, y: FloatArray) -> FloatArray:
        return np.column_stack([x * PIXELS, self.high - y * PIXELS])

    def _paint(self, role: Role, alpha: float, width_in_units: float) -> Any:
        paint = self.renderer.new_gc()
        red, green, blue = _rgb(colour(role, self.theme))
        paint.set_foreground((red, green, blue, alpha), isRGBA=True)
        paint.set_linewidth(width_in_units * POINTS)
        paint.set_antialiased(True)
        if self.clip is not None:
            paint.set_clip_rectangle(self.clip)
        return paint

    def _dots(self, shape: Dots) -> None:
        usable = np.isfinite(shape.x) & np.isfinite(shape.y)
        if not usable.any():
            return
        places = self.path(self._points(shape.x[usable], shape.y[usable]))
        face = (*_rgb(colour("ground" if shape.ring else shape.role, self.theme)), shape.alpha)
        paint = self._paint(shape.role, shape.alpha, 1.8 if shape.ring else 0.0)
        disc = self.affine().scale(shape.radius * PIXELS)
        self.renderer.draw_markers(paint, self.path.unit_circle(), disc, places, self.same, face)

    def _stroke(self, shape: Stroke) -> None:
        if np.isfinite(shape.x + shape.y).sum() < 2:
            return
        path = self.path(self._points(shape.x, shape.y))
        if shape.cased:
            casing = self._paint("ground", 1.0, shape.width + 2)
            self.renderer.draw_path(casing, path, self.same)
        paint = self._paint(shape.role, 1.0, shape.width)
        paint.set_joinstyle("round")
        if shape.dashed:
            paint.set_dashes(0, [5 * POINTS, 4 * POINTS])
        self.renderer.draw_path(paint, path, self.same)

    def _area(self, shape: Area) -> None:
        usable = np.isfinite(shape.x) & np.isfinite(shape.y)
        points = self._points(shape.x[usable], shape.y[usable])
        if len(points) < 3:
            return
        outline = self.path(np.vstack([points, points[:1]]), closed=True)
        face = (*_rgb(colour(shape.role, self.theme)), shape.alpha)
        self.renderer.draw_path(self._paint(shape.role, 0.0, 0.0), outline, self.same, face)

    def _label(self, shape: Label) -> None:
        font = _font(shape.bold, _uncovered(shape.text)).copy()
        font.set_size(shape.size * POINTS)
        wide = 0.0
        if shape.plate or shape.anchor != "start":
            wide = self.renderer.get_text_width_height_descent(shape.text, font, ismath=False)[0] / PIXELS
        left = shape.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
        if shape.plate:
            wide = max(wide, width(shape.text, shape.size) * 0.9)
            x = np.asarray([left - 1, left + wide + 1])
            y = np.asarray([shape.y - shape.size * 0.85, shape.y + shape.size * 0.25])
            self._area(Area(x=x[[0, 1, 1, 0]], y=y[[0, 0, 1, 1]], role="ground", alpha=0.75))
        paint = self._paint(shape.role, 1.0, 1.0)
        self.renderer.draw_text(paint, left * PIXELS, shape.y * PIXELS, shape.text, font, 0, ismath=False)


def _rgb(text: str) -> tuple[float, float, float]:
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


@cache
def _bundled(*, bold: bool) -> str:
    from matplotlib import get_data_path  # noqa: PLC0415

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _covered() -> frozenset[int]:
    from matplotlib.font_manager import get_font  # noqa: PLC0415

    return frozenset(get_font(_bundled(bold=False)).get_charmap())


def _uncovered(text: str) -> bool:
    return not text.isascii() and any(ord(character) not in _covered() for character in text)


@cache
def _font(bold: bool, fallback: bool) -> FontProperties:
    """Return the bundled face by its file (no search); with ``fallback`` the faces of the machine behind it."""
    from matplotlib.font_manager import FontProperties, fontManager  # noqa: PLC0415

    if fallback:
        known = set(fontManager.get_font_names())
        families = ["DejaVu Sans", *(family for family in FALLBACK_FAMILIES if family in known)]
        return FontProperties(family=families, weight="bold" if bold else "normal")
    return FontProperties(fname=_bundled(bold=bold))
