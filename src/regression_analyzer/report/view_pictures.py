"""Figures as pictures with their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.report.blocks import Cell, Column, Grid, Picture, name_cell
from regression_analyzer.report.json_values import iso_date
from regression_analyzer.report.numbers import fmt, fmt_int, shorten

MOST_ROWS = 40
"""Rows of a chart's data table; the analysis document and the charts' own files hold the rest."""


def picture(figure: Figure) -> Picture:
    """Return a figure's texts and data table; the drawing is put in by name."""
    return Picture(
        name=figure.name,
        title=shorten(figure.title, 160),
        caption=shorten(figure.caption, 600),
        alt=shorten(figure.alt, 1200),
        data=data_table(figure),
    )


def data_table(figure: Figure) -> Grid | None:
    """Return the numbers of a figure as a table, at most ``MOST_ROWS`` of them."""
    if figure.categories:
        return _interval_table(figure) or _category_table(figure)
    rows: list[tuple[Cell, ...]] = []
    total = 0
    for mark in figure.marks:
        length = _length(mark)
        total += length
        budget = max(MOST_ROWS - len(rows), 0)
        rows.extend(_row(figure, mark, i) for i in _spread_out(length, budget))
    if not rows:
        return None
    columns = (Column(title="what"), *(Column(title=t, number=True) for t in ("x", "y", "low", "high")))
    return Grid(caption=_caption(figure, len(rows), total), columns=columns, rows=tuple(rows))


def _interval_table(figure: Figure) -> Grid | None:
    rows = []
    for mark in figure.marks:
        if mark.kind == "interval" and mark.x is not None and mark.y is not None:
            for i in range(len(mark.x)):
                place = round(float(mark.y[i]))
                name = figure.categories[place] if 0 <= place < len(figure.categories) else mark.name
                ends = [_number(side, i) for side in (mark.x, mark.low, mark.high)]
                rows.append((name_cell(name), *(Cell(text=end) for end in ends)))
    if not rows:
        return None
    columns = (Column(title="what"), *(Column(title=t, number=True) for t in ("estimate", "low", "high")))
    return Grid(caption=_caption(figure, len(rows[:200]), len(rows)), columns=columns, rows=tuple(rows[:200]))


def _category_table(figure: Figure) -> Grid | None:
    """Return the points of a figure that has no intervals beside its categories: which category, and where."""
    marks = [mark for mark in figure.marks if mark.kind == "points" and mark.x is not None and mark.y is not None]
    total = sum(_length(mark) for mark in marks)
    rows: list[tuple[Cell, ...]] = []
    for mark in marks:
        length = _length(mark)
        for i in _spread_out(length, max(1, MOST_ROWS * length // total) if total else 0):
            place = round(float(mark.y[i])) if mark.y is not None else -1
            name = figure.categories[place] if 0 <= place < len(figure.categories) else mark.name
            rows.append((name_cell(name), Cell(text=_number(mark.x, i))))
    if not rows:
        return None
    columns = (Column(title="what"), Column(title="value", number=True))
    return Grid(caption=_caption(figure, len(rows), total), columns=columns, rows=tuple(rows))


def _row(figure: Figure, mark: Mark, i: int) -> tuple[Cell, ...]:
    label = mark.labels[i] if i < len(mark.labels) and mark.labels[i] else mark.name
    x, y, low, high = mark.x, mark.y, mark.low, mark.high
    x_text = iso_date(float(x[i])) or "" if figure.x_is_date and x is not None else _number(x, i)
    return (name_cell(label), Cell(text=x_text), *(Cell(text=_number(side, i)) for side in (y, low, high)))


def _length(mark: Mark) -> int:
    return 0 if mark.x is None or mark.kind == "rule" else len(mark.x)


def _spread_out(length: int, budget: int) -> Sequence[int]:
    if length <= budget:
        return range(length)
    return [i * length // budget for i in range(budget)] if budget else []


def _number(values: Sequence[float] | object | None, i: int) -> str:
    if values is None:
        return ""
    return fmt(float(values[i]), 4)  # type: ignore[index]


def _caption(figure: Figure, shown: int, total: int) -> str:
    part = f" ({fmt_int(shown)} of {fmt_int(total)} values)" if shown < total else ""
    labels = f"x: {shorten(figure.x_label)}; y: {shorten(figure.y_label)}" if not figure.categories else figure.x_label
    return f"{shorten(labels, 140)}{part}"
