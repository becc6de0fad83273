"""What a report is made of: ready texts in a few shapes, which templates loop over and print.

Nothing here is rounded, worded or computed again. Every text may come from a stranger's file and is
escaped where it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from regression_analyzer.report.numbers import shorten
from regression_analyzer.report.prose import Prose

MarkKind = Literal["problem", "attention", "info", "ok", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A verdict readable without colour: a sign and a word."""

    kind: MarkKind
    sign: str
    word: str


MARKS: dict[MarkKind, Mark] = {
    "problem": Mark(kind="problem", sign="✕", word="problem"),
    "attention": Mark(kind="attention", sign="!", word="attention"),
    "info": Mark(kind="info", sign="i", word="info"),
    "ok": Mark(kind="ok", sign="✓", word="ok"),
    "skipped": Mark(kind="skipped", sign="–", word="not checked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``lead`` where it is the sentence of the section, ``language`` a code."""

    kind: ClassVar[str] = "paragraph"
    text: Prose
    lead: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a section; ``anchor`` is its id in the page."""

    kind: ClassVar[str] = "heading"
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and its value; ``code`` where it is to be read letter by letter."""

    name: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A list of names and values."""

    kind: ClassVar[str] = "facts"
    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its text, the full text where it is shortened, a mark, or small bars (heights 0 to 1)."""

    text: str = ""
    full: str = ""
    mark: Mark | None = None
    bars: tuple[float, ...] = ()
    code: bool = False


def name_cell(name: str, limit: int = 48) -> Cell:
    """Return a name from the file, shortened, the full one kept for pointers."""
    shown, full = shorten(name, limit), shorten(name, 1000)
    return Cell(text=shown or '""', full=full if full != shown else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's heading; numbers are aligned right."""

    title: str
    number: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table. The first cell of each row names the row.

    Attributes
    ----------
    shown : rows shown at once; the others are folded
    left_out : rows that are only in the analysis document
    """

    kind: ClassVar[str] = "grid"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shown: int = 1_000_000
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One question of the report card and its answer."""

    mark: Mark
    question: str
    seen: str
    to_do: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The report card, the most serious row first; ``shown`` rows before the fold."""

    kind: ClassVar[str] = "card"
    caption: str
    rows: tuple[CardRow, ...]
    shown: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart by name, with what to see in it and the numbers behind it."""

    kind: ClassVar[str] = "picture"
    name: str
    title: str
    caption: str
    alt: str
    data: Grid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Charts side by side where the page is wide enough."""

    kind: ClassVar[str] = "gallery"
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """A list of short remarks."""

    kind: ClassVar[str] = "notes"
    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Blocks behind a line that opens them."""

    kind: ClassVar[str] = "fold"
    summary: str
    blocks: tuple[Block, ...]


Block = Paragraph | Heading | Facts | Grid | Card | Picture | Gallery | Notes | Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section; ``aside`` stands beside the blocks on a wide page."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    aside: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A key figure under the title."""

    value: str
    name: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report as ready texts: the context of every template.

    Attributes
    ----------
    title, subtitle : of the page
    tiles : key figures
    sections : in reading order; a section that an analysis cannot fill is not there
    footer : what made it
    """

    title: str
    subtitle: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    footer: str
    description: str = field(default="")
