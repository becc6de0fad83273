"""A picture as simple shapes in place: what a figure becomes before it is written as PNG or SVG.

Coordinates run from the top left, y downwards, in units of ``theme.WIDTH``. Arrays may hold NaN: a line is
interrupted there, a dot left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from regression_analyzer.charts.scale import Scale
from regression_analyzer.charts.theme import Role
from regression_analyzer.fit.value import FloatArray, IntArray

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dots:
    """Equal discs at (x, y); ``ring`` draws their outline over a disc of the ground.

    ``rows`` are the data rows behind them; ``notes``, one a disc, are said by a page under the pointer.
    """

    x: FloatArray
    y: FloatArray
    radius: float
    role: Role
    alpha: float = 1.0
    ring: bool = False
    rows: IntArray | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stroke:
    """A line through points; ``cased`` puts a wider line of the ground under it, to part it from dots."""

    x: FloatArray
    y: FloatArray
    role: Role
    width: float = 1.0
    dashed: bool = False
    cased: bool = False


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Area:
    """A filled closed outline; ``note`` is said by a page under the pointer."""

    x: FloatArray
    y: FloatArray
    role: Role
    alpha: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One line of text at its baseline; ``plate`` clears the ground behind it."""

    x: float
    y: float
    text: str
    size: float
    role: Role = "ink"
    anchor: Anchor = "start"
    bold: bool = False
    plate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """What follows is cut to this rectangle, until the next one; None of its numbers set means no cut."""

    left: float
    top: float
    right: float
    bottom: float


Shape = Dots | Stroke | Area | Label | Clip


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scene:
    """All shapes of a picture, bottom first, and what a person who cannot see it is told.

    ``axes`` are the scales of x and y, by which a page turns a place back into values; None where y is no number.
    """

    name: str
    title: str
    alt: str
    height: float
    shapes: tuple[Shape, ...]
    width: float
    axes: tuple[Scale, Scale] | None = None
