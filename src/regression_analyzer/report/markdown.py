"""The report as Markdown: the same content in the same order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regression_analyzer.report.blocks import (
    Block,
    Card,
    Cell,
    Facts,
    Fold,
    Gallery,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Picture,
    ReportView,
)
from regression_analyzer.report.prose import Prose

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$~#])")
AT_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|=)")
BARS = " ▁▂▃▄▅▆▇█"


def render_markdown(view: ReportView) -> str:
    """Return the report as Markdown with tables in pipes; names from files are escaped."""
    parts = [f"# {escaped(view.title)}", escaped(view.subtitle)]
    tiles = []
    for tile in view.tiles:
        mark = f" ({tile.mark.word})" if tile.mark else ""
        tiles.append(f"**{escaped(tile.value)}** {escaped(tile.name)}{mark}")
    parts.append(" · ".join(tiles))
    for number, section in enumerate(view.sections, start=1):
        parts.append(f"## {number} {escaped(section.title)}")
        blocks: list[Block] = list(section.blocks)
        if section.aside is not None:
            blocks.append(section.aside)
        parts.extend(text for block in blocks for text in _block(block))
    parts.append(f"---\n\n{escaped(view.footer)}")
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows letter by letter: no emphasis, code, link, formula, tag or table."""
    quoted = SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
    return AT_LINE_START.sub(r"\1\\\2", quoted)


def _prose(text: Prose) -> str:
    said = []
    for span in text:
        if span.strong and span.text.strip():
            body = span.text.strip()
            before = span.text[: len(span.text) - len(span.text.lstrip())]
            after = span.text[len(span.text.rstrip()) :]
            said.append(f"{before}**{escaped(body)}**{after}")
        else:
            said.append(SPECIAL.sub(r"\\\1", span.text.replace("&", "&amp;")))
    return "".join(said)


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return [_prose(block.text)]
        case Heading():
            return [f"### {escaped(block.text)}"]
        case Facts():
            return [
                "\n".join(f"- {escaped(i.name)}: {_code(i.value) if i.code else escaped(i.value)}" for i in block.items)
            ]
        case Grid():
            return _grid(block)
        case Card():
            return [_card(block)]
        case Picture():
            return _picture(block)
        case Gallery():
            return [text for picture in block.pictures for text in _picture(picture)]
        case Notes():
            return ["\n".join(f"- {_prose(text)}" for text in block.items)]
        case Fold():
            return [f"*{escaped(block.summary)}*", *(text for inner in block.blocks for text in _block(inner))]


def _grid(grid: Grid) -> list[str]:
    code = [column.code for column in grid.columns]
    rows = [[_cell(cell, as_code) for cell, as_code in zip(row, code, strict=True)] for row in grid.rows]
    rule = ["---:" if column.number else "---" for column in grid.columns]
    parts = [f"*{escaped(grid.caption)}*", _table([escaped(column.title) for column in grid.columns], rule, rows)]
    if grid.left_out:
        parts.append(f"{grid.left_out} more are in analysis.json.")
    return parts


def _card(card: Card) -> str:
    rows = [
        [row.mark.word, escaped(row.question), escaped(row.seen), escaped(f"{row.to_do} {row.reference}".strip())]
        for row in card.rows
    ]
    return _table(["", "Question", "What was seen", "Done, or to do"], ["---"] * 4, rows)


def _table(titles: Sequence[str], rule: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows))


def _picture(picture: Picture) -> list[str]:
    return [f"![{escaped(picture.alt)}](charts/{picture.name}.png)", escaped(picture.caption)]


def _cell(cell: Cell, code: bool) -> str:
    if cell.mark is not None:
        return cell.mark.word
    if cell.bars:
        return "".join(BARS[round(height * (len(BARS) - 1))] for height in cell.bars)
    return _code(cell.text, in_table=True) if code and cell.text else escaped(cell.text)


def _code(text: str, *, in_table: bool = False) -> str:
    """Return text as code, fenced by more backticks than it holds in a row."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    shown = text.replace("|", "\\|") if in_table else text
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"
