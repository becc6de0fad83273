"""A figure as data: drawn as PNG or SVG, drawn on the page, read aloud, or shown as a table.

A figure names what it shows; only ``draw.py`` knows how that looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from regression_analyzer.fit.value import FloatArray

MarkKind = Literal["points", "line", "band", "interval", "bars", "rule", "hexbin"]
Emphasis = Literal["data", "model", "quiet", "warn"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mark:
    """One layer of a figure.

    Attributes
    ----------
    kind : points and line use x, y; band uses x, low, high; interval uses y as position, x as centre,
        low and high (horizontal); bars use x (left edges), high (right edges), y (heights); rule is a line
        ``y = intercept + slope x`` (``values = (intercept, slope)``) or a vertical at ``values = (x,)``;
        hexbin uses x and y of many points
    name : what the layer is, for direct labels and the data table
    labels : one text a point, for pointers and direct labels of marked points
    """

    kind: MarkKind
    name: str
    x: FloatArray | None = None
    y: FloatArray | None = None
    low: FloatArray | None = None
    high: FloatArray | None = None
    values: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    emphasis: Emphasis = "data"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Figure:
    """One picture.

    Attributes
    ----------
    name : file name without suffix, stable (``"coefficients"``)
    title : the question it answers or what it shows, plain text
    x_label, y_label : with units
    caption : one sentence on what to see
    alt : what a person who cannot see it should know, with numbers
    categories : texts of the positions on the y axis, top first (interval figures), else empty
    """

    name: str
    title: str
    x_label: str
    y_label: str
    caption: str
    alt: str
    marks: tuple[Mark, ...]
    categories: tuple[str, ...] = ()
    reference: Mapping[str, float] = field(default_factory=dict)
    x_is_date: bool = False
    zero_line: bool = False
