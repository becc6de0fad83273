"""A figure as data: drawn as PNG or SVG, drawn on the page, read aloud, or shown as a table.

A figure names what it shows; only ``layout.py`` and what it calls know how that looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from regression_analyzer.fit.value import FloatArray, IntArray

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
        hexbin uses x and y of many points, gathered when drawn: the area of a dot is the number in its cell
    name : what the layer is, for direct labels and the data table
    labels : one text a point, for pointers and direct labels of marked points
    rows : data row of the file behind each point (1-based), for a page that answers to the pointer
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
    rows: IntArray | None = None


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
    notes : one text a category, written at the right end of its row (the estimate), else empty
    reference : a quiet line at ``"x"`` or ``"y"`` (no effect, zero)
    x_is_date : x is in days since 1970-01-01
    x_log : x is positive and its axis logarithmic
    x_range, y_range : what the axes show; None to hold all data. An interval that leaves the range ends in an arrow
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
    notes: tuple[str, ...] = ()
    x_log: bool = False
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
