"""Direct labels: the names of lines and of marked points, placed where nothing else is written."""

from __future__ import annotations

import numpy as np

from regression_analyzer.charts import text as words
from regression_analyzer.charts.layers import ROLES, Frame, places_of
from regression_analyzer.charts.scene import Label, Shape
from regression_analyzer.charts.theme import TICK_SIZE, WIDTH, Role
from regression_analyzer.charts.value import Mark

FEW = 60
"""Up to so many points keep labels away."""
Box = tuple[float, float, float, float]
Place = tuple[float, float]


def pointers(marks: tuple[Mark, ...], frame: Frame) -> tuple[Shape, ...]:
    """Return the labels of marked points and lines, each beside its point, none on top of another."""
    taken: list[Box] = []
    shapes: list[Shape] = []
    for mark in marks:
        taken.extend(_obstacles(mark, frame))
    for mark in marks:
        if not mark.labels or mark.kind not in {"points", "line", "rule"}:
            continue
        role: Role = "ink" if mark.kind == "points" else ROLES[mark.emphasis]
        texts = [words.shorten(label, 40) for label in mark.labels]
        if mark.kind == "points":
            x, y = places_of(mark, frame)
            tries = [_beside(a, b, text) for a, b, text in zip(x, y, texts, strict=False)]
        else:
            texts = texts[:1]
            tries = [_along(mark, frame, texts[0])]
        for text, places in zip(texts, tries, strict=False):
            found = _free_place(places, text, frame, taken, role=role)
            if found is not None:
                shapes.append(found)
    return tuple(shapes)


def _obstacles(mark: Mark, frame: Frame) -> list[Box]:
    """Return what no label may cover: labelled points, points that are few, and single strokes (intervals)."""
    x, y = places_of(mark, frame)
    if mark.kind == "line" and x.size == 2 and not mark.labels:
        return [(float(x.min()) - 3, float(y.min()), float(x.max()) + 3, float(y.max()))]
    if mark.kind == "points" and (mark.labels or x.size <= FEW):
        return [(a - 5, b - 5, a + 5, b + 5) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return []


def _beside(x: float, y: float, text: str) -> list[Place]:
    """Return places (left end, baseline) around a point: right, left, above, below, and the corners."""
    wide, high = words.width(text, TICK_SIZE), TICK_SIZE * 0.8
    return [
        (x + 8, y + high / 2),
        (x - 8 - wide, y + high / 2),
        (x - wide / 2, y - 8),
        (x - wide / 2, y + 8 + high),
        (x - 4 - wide, y - 7),
        (x - 4 - wide, y + 7 + high),
    ]


def _along(mark: Mark, frame: Frame, text: str) -> list[Place]:
    """Return places for the name of a line: past its end, else beside it on the side it leaves free."""
    wide, high = words.width(text, TICK_SIZE), TICK_SIZE * 0.8
    if mark.kind == "rule" and len(mark.values) == 1:
        x = frame.x.at(mark.values[0])
        rows = (frame.top + 10 + 16 * i for i in range(4))
        return [place for y in rows for place in ((x + 6, y), (x - 6 - wide, y))]
    if mark.kind == "rule":
        ends = np.linspace(frame.x.low, frame.x.high, 201)
        x_at, y_at = frame.x.place(ends), frame.y.place(mark.values[0] + mark.values[1] * ends)
    else:
        x_at, y_at = places_of(mark, frame)
        if x_at.size > 1:
            dense = np.linspace(0, x_at.size - 1, 201)
            x_at, y_at = (np.interp(dense, np.arange(x_at.size), v) for v in (x_at, y_at))
    usable = np.isfinite(x_at + y_at) & (y_at >= frame.top) & (y_at <= frame.bottom)
    x_at, y_at = x_at[usable], y_at[usable]
    if x_at.size < 2:
        return []
    places: list[Place] = [(float(x_at[-1]) + 6, float(y_at[-1]) + high / 2)]
    for right in np.linspace(x_at[-1], max(x_at[0] + wide, frame.left), 8):
        over = (x_at >= right - wide - 6) & (x_at <= right + 6)
        if over.any():
            top, bottom = float(y_at[over].min()), float(y_at[over].max())
            rising = y_at[over][-1] <= y_at[over][0]
            above, below = (float(right) - wide, top - 6), (float(right) - wide, bottom + 7 + high)
            places += [below, above] if rising else [above, below]
    return places


def _free_place(places: list[Place], text: str, frame: Frame, taken: list[Box], *, role: Role) -> Label | None:
    """Return a label at the first place inside the picture where nothing is written yet; None without room."""
    wide, high = words.width(text, TICK_SIZE), TICK_SIZE * 0.8
    for left, base in places:
        if not text or not np.isfinite([left, base]).all():
            continue
        box = (left - 2, base - high - 2, left + wide + 2, base + 3)
        inside = box[0] >= frame.left and box[2] <= WIDTH - 4 and box[1] >= frame.top and box[3] <= frame.bottom
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return Label(x=left, y=base, text=text, size=TICK_SIZE, role=role, plate=True)
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
