"""Section six: the data as it was read."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.findings import Decision
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.report.blocks import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Section,
    name_cell,
)
from regression_analyzer.report.document_data import dtype_of
from regression_analyzer.report.json_values import iso_date
from regression_analyzer.report.numbers import are_years, count_of, fmt, fmt_int, fmt_pct, listing, shorten
from regression_analyzer.report.overrides import override_option
from regression_analyzer.report.prose import prose
from regression_analyzer.report.view_notes import notes_of

READING = ("table.", "cells.", "column.")
"""Decisions about reading the file begin with these."""
MOST = 200
SHOWN = 25

ROLE_WORDS = {
    "quantity": "quantity",
    "count": "count",
    "category": "category",
    "yes_no": "yes or no",
    "date": "date",
    "identifier": "identifier",
    "constant": "constant",
    "empty": "empty",
    "text": "free text",
    "unit_key": "names repeated units",
    "total": "sum of other columns",
}
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space"}


def data_section(analysis: Analysis) -> Section:
    """Return what was read, what was guessed, what was left out, and every column."""
    blocks: list[Block] = [Facts(items=_source_facts(analysis))]
    notes = notes_of(analysis, ("table", "cells", "profile"))
    if notes:
        blocks += [Heading(text="Remarks", anchor="data-remarks"), Notes(items=notes)]
    guesses = [decision for decision in analysis.decisions if is_reading(decision)]
    if guesses:
        blocks += [Heading(text="What was guessed", anchor="guesses"), decisions_grid(guesses, "Guesses in reading")]
    blocks += [Heading(text="Rows", anchor="rows"), *_rows_blocks(analysis)]
    blocks += [Heading(text="Columns", anchor="columns"), *_columns_blocks(analysis)]
    return Section(anchor="data", title="The data as it was read", blocks=tuple(blocks))


def is_reading(decision: Decision) -> bool:
    """Return whether a decision is about reading the file."""
    return decision.id.startswith(READING)


def decisions_grid(decisions: Sequence[Decision], caption: str) -> Grid:
    """Return decisions with their alternatives and how to override each."""
    rows = []
    for decision in decisions[:MOST]:
        chosen = f"{shorten(decision.chosen, 60) or 'none'}{' (yours)' if decision.overridden else ''}"
        others = listing(decision.rejected, 4) if decision.rejected else ""
        option = override_option(decision)
        rows.append(
            (
                Cell(text=shorten(decision.what, 60)),
                Cell(text=chosen, full=shorten(decision.chosen, 1000) if "…" in chosen else ""),
                Cell(text=shorten(decision.because, 240)),
                Cell(text=others),
                Cell(text=shorten(option, 120), full=shorten(option, 1000), code=True),
            )
        )
    titles = ("What", "Chosen", "Because", "Instead of")
    return Grid(
        caption=caption,
        columns=(*(Column(title=title) for title in titles), Column(title="To change it", code=True)),
        rows=tuple(rows),
        shown=SHOWN if len(rows) > SHOWN + 5 else len(rows),
        left_out=max(len(decisions) - MOST, 0),
    )


def _source_facts(analysis: Analysis) -> tuple[Fact, ...]:
    source = analysis.source
    items = [
        Fact(name="File", value=shorten(source.name, 200)),
        Fact(
            name="Size",
            value=f"{fmt_int(analysis.rows_in_file)} rows, {fmt_int(len(analysis.columns))} columns, "
            f"{fmt_int(source.n_bytes)} bytes",
        ),
        Fact(name="Format", value=source.format + (f", {source.compression}" if source.compression else "")),
    ]
    delimiter = DELIMITER_WORDS.get(source.delimiter or "", source.delimiter)
    decimal = DELIMITER_WORDS.get(source.decimal or "", {".": "point"}.get(source.decimal or "", source.decimal))
    header = fmt_int(source.header_row) if source.header_row is not None else None
    named = (
        ("Encoding", source.encoding),
        ("Delimiter", delimiter),
        ("Decimal mark", decimal),
        ("Sheet", source.sheet),
        ("Names in line", header),
    )
    items.extend(Fact(name=name, value=shorten(value, 80)) for name, value in named if value)
    if analysis.transposed:
        items.append(Fact(name="Orientation", value="the table lay on its side and was turned"))
    return tuple(items)


def _rows_blocks(analysis: Analysis) -> list[Block]:
    lost = sum(part.rows for part in analysis.left_out)
    used = f"{count_of(analysis.fit.n_obs, 'row')} of {fmt_int(analysis.rows_in_file)} used"
    if not lost:
        return [Paragraph(text=prose(f"{used}; none was left out."))]
    rows = []
    for part in analysis.left_out:
        lines = listing([str(line) for line in part.lines], 20) if part.lines else ""
        more = part.rows - len(part.lines)
        tail = f" (the first {len(part.lines)})" if part.lines and more > 0 else ""
        rows.append((Cell(text=shorten(part.reason, 200)), Cell(text=fmt_int(part.rows)), Cell(text=f"{lines}{tail}")))
    grid = Grid(
        caption="Rows left out",
        columns=(Column(title="Reason"), Column(title="Rows", number=True), Column(title="Lines of the file")),
        rows=tuple(rows[:MOST]),
        left_out=max(len(rows) - MOST, 0),
    )
    return [Paragraph(text=prose(f"{used}, {fmt_int(lost)} left out ({fmt_pct(lost / analysis.rows_in_file)}).")), grid]


def _columns_blocks(analysis: Analysis) -> list[Block]:
    blocks: list[Block] = []
    dropped = analysis.profile.left_out
    if dropped:
        blocks.append(
            Grid(
                caption="Columns that are not among the predictors",
                columns=(Column(title="Column"), Column(title="Because")),
                rows=tuple((name_cell(c.name), Cell(text=shorten(c.reason, 300))) for c in dropped[:MOST]),
                shown=SHOWN if len(dropped) > SHOWN + 5 else len(dropped),
                left_out=max(len(dropped) - MOST, 0),
            )
        )
    columns = analysis.profile.columns
    blocks.append(
        Grid(
            caption="Every column",
            columns=(
                Column(title="Column"),
                Column(title="Taken for"),
                Column(title="Missing", number=True),
                Column(title="Different", number=True),
                Column(title="Values"),
                Column(title="Shape"),
            ),
            rows=tuple(_column_cells(column) for column in columns[:MOST]),
            shown=SHOWN if len(columns) > SHOWN + 5 else len(columns),
            left_out=max(len(columns) - MOST, 0),
        )
    )
    return blocks


def _column_cells(column: ColumnProfile) -> tuple[Cell, ...]:
    role = ROLE_WORDS.get(column.role, column.role)
    dtype = dtype_of(column)
    taken = role if role.startswith(dtype) or dtype in {"yes_no", "date"} else f"{role} ({dtype})"
    missing = f"{fmt_int(column.missing)} ({fmt_pct(column.missing / column.n_rows)})" if column.missing else "0"
    about = "" if column.distinct_is_exact else "about "
    return (
        name_cell(column.name),
        Cell(text=taken, full=shorten(column.reason, 300)),
        Cell(text=missing),
        Cell(text=f"{about}{fmt_int(column.distinct)}"),
        Cell(text=_values_words(column)),
        Cell(bars=_heights(column)),
    )


def _values_words(column: ColumnProfile) -> str:
    quantiles = column.quantiles or {}
    median = quantiles.get("0.5")
    unit = f" {shorten(column.unit, 12)}" if column.unit else ""
    if column.minimum is not None and column.maximum is not None:
        if column.kind == "date":
            return f"{iso_date(column.minimum)} to {iso_date(column.maximum)}"
        if column.integer and are_years(column.minimum, column.maximum):
            return f"{column.minimum:.0f} to {column.maximum:.0f}"
        middle = f", median {fmt(median, 4)}" if median is not None else ""
        return f"{fmt(column.minimum, 4)} to {fmt(column.maximum, 4)}{middle}{unit}"
    if column.levels:
        shown = [f"{shorten(level.value, 24) or '(empty)'} {fmt_int(level.rows)}" for level in column.levels[:4]]
        more = column.distinct - len(shown)
        return "; ".join(shown) + (f"; {fmt_int(more)} more" if more > 0 else "")
    return ""


def _heights(column: ColumnProfile) -> tuple[float, ...]:
    counts = list(column.histogram_counts) or [level.rows for level in column.levels[:12]]
    largest = max(counts, default=0)
    return tuple(count / largest for count in counts) if largest and len(counts) > 1 else ()
