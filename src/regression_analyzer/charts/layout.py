"""From a figure to a scene: the frame (title, axes, ticks, labels) with margins made for the texts at hand."""

from __future__ import annotations

import numpy as np

from regression_analyzer.charts import text as words
from regression_analyzer.charts.labels import pointers
from regression_analyzer.charts.layers import Frame, mark_shapes
from regression_analyzer.charts.scale import Scale, finite_range, padded
from regression_analyzer.charts.scene import Clip, Label, Scene, Shape, Stroke
from regression_analyzer.charts.theme import CAPTION_SIZE, LABEL_SIZE, LINE_HEIGHT, TICK_SIZE, TITLE_SIZE, WIDTH
from regression_analyzer.charts.value import Figure, Mark

EDGE = 12.0
PLOT_HEIGHT = 300.0
ROW_HEIGHT = 27.0
CATEGORY_SHARE = 0.40
"""The most of the width that the names of categories take."""


def scene(figure: Figure, *, caption: bool) -> Scene:
    """Lay a figure out.

    Parameters
    ----------
    caption : write the caption under the title (a picture that stands alone)
    """
    shapes: list[Shape] = []
    top = _heading(figure, shapes, caption=caption)
    frame = _frame(figure, top)
    _grid(figure, frame, shapes)
    shapes.append(Clip(left=frame.left - 1, top=frame.top - 1, right=frame.right + 1, bottom=frame.bottom + 1))
    _reference(figure, frame, shapes)
    for mark in figure.marks:
        shapes.extend(mark_shapes(mark, frame))
    height = frame.bottom + TICK_SIZE + LABEL_SIZE + 24
    shapes.append(Clip(left=0, top=0, right=WIDTH, bottom=height))
    shapes.extend(pointers(figure.marks, frame))
    _ticks(figure, frame, shapes)
    return Scene(
        name=figure.name,
        title=words.plain(figure.title),
        alt=words.plain(figure.alt),
        height=height,
        width=WIDTH,
        shapes=tuple(shapes),
        axes=None if figure.categories else (frame.x, frame.y),
    )


def _heading(figure: Figure, shapes: list[Shape], *, caption: bool) -> float:
    y = EDGE + TITLE_SIZE
    for line in words.wrap(figure.title, WIDTH - 2 * EDGE, TITLE_SIZE, lines=2, bold=True):
        shapes.append(Label(x=EDGE, y=y, text=line, size=TITLE_SIZE, bold=True))
        y += TITLE_SIZE * LINE_HEIGHT
    if caption and figure.caption:
        for line in words.wrap(figure.caption, WIDTH - 2 * EDGE, CAPTION_SIZE, lines=3):
            shapes.append(Label(x=EDGE, y=y, text=line, size=CAPTION_SIZE, role="muted"))
            y += CAPTION_SIZE * LINE_HEIGHT
    y += 2
    if figure.y_label and not figure.categories:
        label = words.fit(figure.y_label, WIDTH - 2 * EDGE, LABEL_SIZE)
        shapes.append(Label(x=EDGE, y=y + 4, text=label, size=LABEL_SIZE, role="muted"))
        y += LABEL_SIZE * LINE_HEIGHT
    return y


def _frame(figure: Figure, top: float) -> Frame:
    low, high = _x_range(figure)
    if figure.categories:
        room = WIDTH * CATEGORY_SHARE
        names = max(words.width(words.fit(c, room, TICK_SIZE), TICK_SIZE) for c in figure.categories)
        notes = max((words.width(note, TICK_SIZE, bold=True) for note in figure.notes), default=0.0)
        left, right = EDGE + names + 12, WIDTH - EDGE - (notes + 8 if notes else 0)
        bottom = top + ROW_HEIGHT * len(figure.categories) + 6
        vertical = Scale(low=-0.6, high=len(figure.categories) - 0.4, start=top, end=bottom)
    else:
        y_low, y_high = _y_range(figure)
        bottom = top + PLOT_HEIGHT
        vertical = Scale(low=y_low, high=y_high, start=bottom, end=top)
        ticks = max((words.width(t, TICK_SIZE) for _, t in _y_ticks(figure, vertical)), default=10.0)
        left, right = EDGE + ticks + 8, WIDTH - EDGE - 8
    horizontal = Scale(low=low, high=high, start=left, end=right, log=figure.x_log, is_date=figure.x_is_date)
    return Frame(x=horizontal, y=vertical, left=left, right=right, top=top, bottom=bottom, categories=figure.categories)


def _x_range(figure: Figure) -> tuple[float, float]:
    if figure.x_range is not None:
        return padded(figure.x_range, share=0.0 if figure.categories else 0.04, log=figure.x_log)
    parts = [array for mark in figure.marks for array in _x_of(mark)]
    if "x" in figure.reference:
        parts.append(np.asarray([figure.reference["x"]]))
    return padded(finite_range(*parts), log=figure.x_log)


def _x_of(mark: Mark) -> tuple[np.typing.NDArray[np.float64] | None, ...]:
    if mark.kind == "interval":
        return mark.x, mark.low, mark.high
    return (mark.x, mark.high) if mark.kind == "bars" else (mark.x,)


def _y_range(figure: Figure) -> tuple[float, float]:
    if figure.y_range is not None:
        return padded(figure.y_range)
    parts = []
    for mark in figure.marks:
        parts += [mark.low, mark.high] if mark.kind == "band" else [mark.y]
    span = finite_range(*parts)
    bars = any(mark.kind == "bars" for mark in figure.marks)
    if bars and span is not None:
        return 0.0, padded((0.0, max(span[1], 1e-12)), share=0.06)[1]
    if figure.zero_line:
        span = finite_range(np.asarray(span if span else (0.0,)), np.zeros(1))
    return padded(span)


def _grid(figure: Figure, frame: Frame, shapes: list[Shape]) -> None:
    if figure.categories:
        for value, _ in frame.x.ticks(_wanted(frame)):
            shapes.append(_vertical(frame, frame.x.at(value), width=1.0))
        return
    for value, _ in _y_ticks(figure, frame.y):
        y = np.full(2, frame.y.at(value))
        shapes.append(Stroke(x=np.asarray([frame.left, frame.right]), y=y, role="faint"))


def _vertical(frame: Frame, x: float, *, width: float) -> Stroke:
    return Stroke(x=np.full(2, x), y=np.asarray([frame.top, frame.bottom]), role="faint", width=width)


def _reference(figure: Figure, frame: Frame, shapes: list[Shape]) -> None:
    ends_x, ends_y = np.asarray([frame.left, frame.right]), np.asarray([frame.top, frame.bottom])
    if "x" in figure.reference:
        shapes.append(Stroke(x=np.full(2, frame.x.at(figure.reference["x"])), y=ends_y, role="muted", width=1.3))
    y = figure.reference.get("y", 0.0 if figure.zero_line else None)
    if y is not None:
        shapes.append(Stroke(x=ends_x, y=np.full(2, frame.y.at(y)), role="muted", width=1.3))


def _y_ticks(figure: Figure, scale: Scale) -> tuple[tuple[float, str], ...]:
    """Return the ticks of the y axis; counts (bars) have whole numbers only."""
    counts = any(mark.kind == "bars" for mark in figure.marks)
    return tuple((value, text) for value, text in scale.ticks(5) if not counts or value == round(value))


def _wanted(frame: Frame) -> int:
    return max(2, int((frame.right - frame.left) / (120 if frame.x.is_date else 72)))


def _ticks(figure: Figure, frame: Frame, shapes: list[Shape]) -> None:
    middle = TICK_SIZE * 0.36
    baseline = frame.bottom + TICK_SIZE + 5
    shapes.extend(_tick_row(frame, baseline))
    label = words.fit(figure.x_label, WIDTH - 2 * EDGE, LABEL_SIZE)
    start = min(frame.left, WIDTH - EDGE - words.width(label, LABEL_SIZE))
    shapes.append(Label(x=max(EDGE, start), y=baseline + LABEL_SIZE + 7, text=label, size=LABEL_SIZE, role="muted"))
    if not figure.categories:
        for value, tick in _y_ticks(figure, frame.y):
            y = frame.y.at(value) + middle
            shapes.append(Label(x=frame.left - 7, y=y, text=tick, size=TICK_SIZE, role="muted", anchor="end"))
        return
    room = WIDTH * CATEGORY_SHARE
    for index, category in enumerate(figure.categories):
        y = frame.y.at(index) + middle
        shapes.append(
            Label(x=frame.left - 10, y=y, text=words.fit(category, room, TICK_SIZE), size=TICK_SIZE, anchor="end")
        )
        if index < len(figure.notes):
            shapes.append(Label(x=WIDTH - EDGE, y=y, text=figure.notes[index], size=TICK_SIZE, anchor="end", bold=True))


def _tick_row(frame: Frame, baseline: float) -> list[Shape]:
    """Return the texts under the x axis, leaving out any that would touch its neighbour."""
    row: list[Shape] = []
    free = -np.inf
    for value, tick in frame.x.ticks(_wanted(frame)):
        half = words.width(tick, TICK_SIZE) / 2
        x = min(max(frame.x.at(value), EDGE + half), WIDTH - 4 - half)
        if x - half >= free:
            row.append(Label(x=x, y=baseline, text=tick, size=TICK_SIZE, role="muted", anchor="middle"))
            free = x + half + 8
    return row
