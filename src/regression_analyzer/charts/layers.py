"""From marks to shapes: how points, lines, bands, intervals, bars, rules and gathered points look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.charts.scale import Scale, day_text
from regression_analyzer.charts.scene import Area, Dots, Shape, Stroke
from regression_analyzer.charts.text import number
from regression_analyzer.charts.theme import Role
from regression_analyzer.charts.value import Emphasis, Mark, MarkKind
from regression_analyzer.fit.value import FloatArray

EMPTY: FloatArray = np.empty(0)
CELL = 11.0
"""Distance of gathered points, in units of the picture."""
ROLES: Mapping[Emphasis, Role] = {"data": "data", "model": "model", "quiet": "muted", "warn": "ink"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The two scales of a picture, the rectangle they span, and the names of the rows where y is no number."""

    x: Scale
    y: Scale
    left: float
    right: float
    top: float
    bottom: float
    categories: tuple[str, ...] = ()


def mark_shapes(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    """Return the shapes of one mark, bottom first."""
    return _MAKERS[mark.kind](mark, frame)


def places_of(mark: Mark, frame: Frame) -> tuple[FloatArray, FloatArray]:
    """Return where the points of a mark stand: two arrays of one length."""
    x = frame.x.place(mark.x if mark.x is not None else EMPTY)
    y = frame.y.place(mark.y if mark.y is not None else EMPTY)
    n = min(x.size, y.size)
    return x[:n], y[:n]


def _points(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    x, y = places_of(mark, frame)
    if mark.emphasis == "warn":
        return (Dots(x=x, y=y, radius=4.2, role="ink", ring=True),)
    n = x.size
    radius, alpha = (4.5, 0.9) if n <= 40 else (3.6, 0.65) if n <= 300 else (2.8, 0.5) if n <= 1000 else (2.3, 0.4)
    rows = None if mark.rows is None else mark.rows[:n]
    return (Dots(x=x, y=y, radius=radius, role=ROLES[mark.emphasis], alpha=alpha, rows=rows),)


def _line(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    x, y = places_of(mark, frame)
    quiet = mark.emphasis == "quiet"
    return (Stroke(x=x, y=y, role=ROLES[mark.emphasis], width=1.2 if quiet else 2.4, dashed=quiet, cased=not quiet),)


def _band(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    if mark.x is None or mark.low is None or mark.high is None:
        return ()
    usable = np.isfinite(mark.x) & np.isfinite(mark.low) & np.isfinite(mark.high)
    if usable.sum() < 2:
        return ()
    x = frame.x.place(mark.x[usable])
    low, high = frame.y.place(mark.low[usable]), frame.y.place(mark.high[usable])
    role = ROLES[mark.emphasis]
    return (
        Area(x=np.concatenate([x, x[::-1]]), y=np.concatenate([low, high[::-1]]), role=role, alpha=0.16),
        Stroke(x=x, y=low, role=role, width=1.0),
        Stroke(x=x, y=high, role=role, width=1.0),
    )


def _interval(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    if mark.low is None or mark.high is None:
        return ()
    x, y = places_of(mark, frame)
    low, high = frame.x.place(mark.low), frame.x.place(mark.high)
    role = ROLES[mark.emphasis]
    shapes: list[Shape] = []
    for x_at, y_at, left, right in zip(x, y, low, high, strict=False):
        if not np.isfinite([x_at, y_at]).all():
            continue
        ends = (
            max(left, frame.left) if np.isfinite(left) else frame.left,
            min(right, frame.right) if np.isfinite(right) else frame.right,
        )
        if ends[0] < ends[1]:
            shapes.append(Stroke(x=np.asarray(ends), y=np.full(2, y_at), role=role, width=2.6))
        if not left >= frame.left - 0.5:
            shapes.append(_arrow(frame.left, y_at, 1.0, role))
        if not right <= frame.right + 0.5:
            shapes.append(_arrow(frame.right, y_at, -1.0, role))
    shapes.append(
        Dots(x=x, y=y, radius=4.6, role=role, ring=mark.emphasis == "quiet", notes=_interval_notes(mark, frame))
    )
    return tuple(shapes)


def _interval_notes(mark: Mark, frame: Frame) -> tuple[str, ...]:
    """Return what a pointer is told of each interval."""
    if mark.x is None or mark.y is None or mark.low is None or mark.high is None:
        return ()
    names = [frame.categories[int(y)] if 0 <= y < len(frame.categories) else mark.name for y in mark.y.tolist()]
    return tuple(
        f"{name}: {number(float(x))} ({number(float(low))} to {number(float(high))})"
        for name, x, low, high in zip(names, mark.x, mark.low, mark.high, strict=False)
    )


def _arrow(x: float, y: float, inwards: float, role: Role) -> Area:
    return Area(
        x=np.asarray([x, x + 8 * inwards, x + 8 * inwards]), y=np.asarray([y, y - 5, y + 5]), role=role, alpha=1.0
    )


def _bars(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    if mark.x is None or mark.high is None or mark.y is None:
        return ()
    left, right, top = frame.x.place(mark.x), frame.x.place(mark.high), frame.y.place(mark.y)
    base = frame.y.at(0.0)
    shapes: list[Shape] = []
    notes = _bar_notes(mark, is_date=frame.x.is_date)
    for a, b, h, note in zip(left, right, top, notes, strict=False):
        if np.isfinite([a, b, h]).all() and h < base:
            gap = min(1.0, (b - a) * 0.1)
            x = np.asarray([a + gap, b - gap, b - gap, a + gap])
            shapes.append(Area(x=x, y=np.asarray([base, base, h, h]), role=ROLES[mark.emphasis], alpha=0.75, note=note))
    return tuple(shapes)


def _bar_notes(mark: Mark, *, is_date: bool) -> tuple[str, ...]:
    """Return what a pointer is told of each bar."""
    if mark.x is None or mark.high is None or mark.y is None:
        return ()
    ends = [[day_text(v) if is_date else number(v) for v in side.tolist()] for side in (mark.x, mark.high)]
    return tuple(f"{low} to {high}: {number(float(y))}" for low, high, y in zip(*ends, mark.y, strict=False))


def _rule(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    quiet = mark.emphasis == "quiet"
    role, width = ROLES[mark.emphasis], 1.3 if quiet else 2.4
    if len(mark.values) == 1:
        x = np.full(2, frame.x.at(mark.values[0]))
        return (Stroke(x=x, y=np.asarray([frame.top, frame.bottom]), role=role, width=width, dashed=quiet),)
    intercept, slope = mark.values
    ends = np.asarray([frame.x.low, frame.x.high])
    y = frame.y.place(intercept + slope * ends)
    return (Stroke(x=frame.x.place(ends), y=y, role=role, width=width, dashed=quiet, cased=not quiet),)


def _hexbin(mark: Mark, frame: Frame) -> tuple[Shape, ...]:
    """Gather points in a hexagonal grid; one dot a cell, its area the number in it (few sizes, for small files)."""
    x, y = places_of(mark, frame)
    usable = np.isfinite(x) & np.isfinite(y)
    x, y = x[usable], y[usable]
    if not x.size:
        return ()
    row = np.rint(y / (CELL * 0.866)).astype(np.int64)
    column = np.rint(x / CELL - 0.5 * (row % 2)).astype(np.int64)
    cells, counts = np.unique(np.column_stack([row, column]), axis=0, return_counts=True)
    at_x, at_y = (cells[:, 1] + 0.5 * (cells[:, 0] % 2)) * CELL, cells[:, 0] * CELL * 0.866
    largest = float(np.quantile(counts, 0.98))
    size = np.rint(np.clip(np.sqrt(counts / max(largest, 1.0)), 0.24, 1.0) * 8) / 8
    return tuple(
        Dots(x=at_x[size == s], y=at_y[size == s], radius=float(s) * CELL * 0.52, role=ROLES[mark.emphasis], alpha=0.7)
        for s in np.unique(size)
    )


_MAKERS: Mapping[MarkKind, Callable[[Mark, Frame], tuple[Shape, ...]]] = {
    "points": _points,
    "line": _line,
    "band": _band,
    "interval": _interval,
    "bars": _bars,
    "rule": _rule,
    "hexbin": _hexbin,
}
