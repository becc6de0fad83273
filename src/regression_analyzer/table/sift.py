"""Which records below the header are rows of the table, and what becomes of the others."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from regression_analyzer.table.choices import Choices
from regression_analyzer.table.layout import Layout, is_blank, trim
from regression_analyzer.table.records import Row
from regression_analyzer.table.value import LeftOut
from regression_analyzer.table.values import is_missing, is_number, is_value, to_float

DataRow = tuple[int, int, list[str]]
"""Row number (1-based, rows left out included), line, cells (as many as the table has columns)."""

TAIL_ROWS = 40
SHOWN_LINES = 20
_TOTAL_WORDS = (
    "total", "totals", "grand total", "sub total", "subtotal", "sum", "sums", "all",
    "overall", "average", "averages", "mean", "gesamt", "gesamtsumme", "insgesamt", "summe",
    "zwischensumme", "teilsumme", "sous-total", "sous total", "subtotale", "subtotaal", "tussentotaal",
    "mittelwert", "durchschnitt", "somme", "total général", "moyenne",
    "ensemble", "totale", "somma", "media", "suma", "promedio", "total general", "soma",
    "média", "totaal", "gemiddelde", "totalt", "summa", "genomsnitt", "i alt", "gennemsnit",
    "yhteensä", "razem", "suma końcowa", "średnia", "celkem", "součet", "toplam", "ortalama",
    "итого", "всего", "сумма", "среднее", "合计", "总计", "總計", "合計", "計", "小計", "总和", "平均", "合계",
    "합계", "총계", "평균",
)  # fmt: skip
_TOTAL = re.compile(
    r"[\s*#=\-–—(\[]*(?:"
    + "|".join(re.escape(w) for w in sorted(_TOTAL_WORDS, key=len, reverse=True))
    + r")[\s:.*)\]=\-–—]*",
    re.IGNORECASE,
)
_GRAND = re.compile(r"\s*(?:grand total|total|gesamtsumme|summe|somme|sum|suma)\b.{0,30}", re.IGNORECASE)
_NOTE = re.compile(
    r"\s*(?:\*|†|‡|¹|\(\d\)|\[\d\]|\(\d+ rows?\)|"
    r"sources?\b|notes?\b|n\.?b\.?[: ]|footnote|remark|quelle|anmerkung|hinweis|stand\b|"
    r"remarque|nota|fuente|fonte|bron|generated|exported|created|report|copyright|©|disclaimer|last updated|end of)",
    re.IGNORECASE,
)
SUMS = "sums of the rows above"


@dataclass(slots=True)
class Tally:
    """How many lines there are of one kind, and the first of them."""

    rows: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, line: int) -> None:
        """Count one line."""
        self.rows += 1
        if len(self.lines) < SHOWN_LINES:
            self.lines.append(line)


@dataclass(slots=True)
class Sieve:
    """Sorts the records below the header; what it left out is read from it when it is through.

    Attributes
    ----------
    layout : frame of the table
    choices : where decisions and findings go
    physical : records are lines of a text: their number of cells means something
    rows_in_file : data rows seen so far, those left out included
    ragged, short : rows with a wrong number of cells; how many of them have too few
    blank, comments, headers, notes : lines that are no data rows
    """

    layout: Layout
    choices: Choices
    physical: bool = True
    rows_in_file: int = 0
    ragged: Tally = field(default_factory=Tally)
    short: int = 0
    blank: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    headers: Tally = field(default_factory=Tally)
    notes: Tally = field(default_factory=Tally)
    note_text: str = ""

    def rows(self, records: Iterable[Row]) -> Iterator[DataRow]:
        """Yield the rows of the table in order."""
        tail: deque[Row] = deque()
        for record in records:
            tail.append(record)
            if len(tail) > TAIL_ROWS:
                row = self.sort(tail.popleft())
                if row is not None:
                    yield row
        for record in self.without_notes(list(tail)):
            row = self.sort(record)
            if row is not None:
                yield row

    def sort(self, record: Row) -> DataRow | None:
        """Return the row a record holds, or None where it is left out; data rows are counted."""
        line, cells = record
        layout = self.layout
        first = cells[0].lstrip() if cells else ""
        if (not first or first[0] in "-=+:|\x1a") and is_blank(cells):
            self.blank.add(line)
            return None
        if layout.comment is not None and first.startswith(layout.comment):
            self.comments.add(line)
            return None
        if layout.header_cells and first.rstrip() == layout.header_cells[0] and self._is_header(cells):
            self.headers.add(line)
            return None
        self.rows_in_file += 1
        width, n = layout.width, len(cells)
        if n > width:
            if not is_blank(cells[width:]):
                self._leave_ragged(line, short=False)
                return None
            cells = cells[:width]
        elif n < width:
            if self.physical:
                self._leave_ragged(line, short=True)
                return None
            cells = cells + [""] * (width - n)
        return self.rows_in_file, line, cells

    def _is_header(self, cells: Sequence[str]) -> bool:
        return tuple(c.strip() for c in trim(cells)) == self.layout.header_cells

    def _leave_ragged(self, line: int, *, short: bool) -> None:
        self.ragged.add(line)
        self.short += short

    def without_notes(self, tail: list[Row]) -> list[Row]:
        """Take the notes off the end of the last records."""
        end = len(tail)
        gap = max(
            (i for i, (_, c) in enumerate(tail) if is_blank(c) and not all(is_blank(r[1]) for r in tail[i:])),
            default=-1,
        )
        while end:
            _, cells = tail[end - 1]
            if not is_blank(cells) and not self._is_note(cells, after_gap=end - 1 > gap >= 0):
                break
            end -= 1
        for line, cells in tail[end:]:
            if not is_blank(cells):
                self.note_text = " ".join(c.strip() for c in cells if c.strip())[:120]
                self.notes.add(line)
        return tail[:end]

    def _is_note(self, cells: Sequence[str], *, after_gap: bool) -> bool:
        layout, filled = self.layout, trim(cells)
        if layout.comment is not None and filled[0].lstrip().startswith(layout.comment):
            return False
        regular = len(cells) == layout.width if self.physical else len(filled) > 1
        if layout.width == 1:
            text = filled[0].strip()
            return bool(layout.numeric) and not is_value(text) and (after_gap or bool(_NOTE.match(text)))
        lone = len(filled) == 1 or sum(1 for c in filled if c.strip()) == 1
        first = next(c for c in filled if c.strip()).strip()
        wordy = len(first.split()) >= 3 or bool(_NOTE.match(first))
        if lone and not is_number(first) and not is_total(first):
            return wordy or (after_gap and not is_value(first))
        if regular and layout.numeric and self.physical and (after_gap or _NOTE.match(first)):
            numeric = [filled[j] if j < len(filled) else "" for j in layout.numeric]
            return not any(is_value(c) or is_missing(c) for c in numeric)
        values = sum(1 for j in layout.numeric if j < len(filled) and is_value(filled[j]))
        return not regular and values == 0 and (after_gap or bool(_NOTE.match(first)))


def is_total(label: str) -> bool:
    """Tell whether a label names a total or an average of the rows above."""
    return _TOTAL.fullmatch(label) is not None


def split_totals(
    rows: list[DataRow], layout: Layout, *, delimiter: str | None, whole: bool
) -> tuple[list[DataRow], list[DataRow], str]:
    """Take rows of totals off the end.

    Parameters
    ----------
    rows : all rows of the table (`whole`), or the last ones
    layout : frame of the table
    delimiter : of the text; where it is no comma, numbers may have decimal commas

    Returns
    -------
    tuple
        The rows that stay, the totals, and what tells them.
    """
    if not layout.numeric:
        return rows, [], ""
    end = len(rows)
    while end > 1 and len(rows) - end < 4 and _is_labelled_total(rows, end - 1, layout):
        end -= 1
    if end < len(rows):
        label = next(c.strip() for c in rows[end][2] if c.strip())
        return rows[:end], rows[end:], f'labelled "{label[:40]}"'
    if whole and len(rows) >= 4 and _equals_sums(rows, layout, delimiter):
        return rows[:-1], rows[-1:], SUMS
    return rows, [], ""


def _is_labelled_total(rows: Sequence[DataRow], at: int, layout: Layout) -> bool:
    cells = rows[at][2]
    first = next((j for j, c in enumerate(cells) if c.strip()), None)
    if first is None or (first in layout.numeric and is_value(cells[first])):
        return False
    label = cells[first].strip()
    if not is_total(label) and not (
        _GRAND.fullmatch(label) and _stands_apart(rows, at, first) and _is_largest(rows, at, layout)
    ):
        return False
    if not any(is_number(cells[j]) for j in layout.numeric):
        return False
    above = [r[2][first].strip().lower() for r in rows[:at][-2000:]]
    return sum(1 for a in above if a == label.lower()) == 0


def _stands_apart(rows: Sequence[DataRow], at: int, first: int) -> bool:
    """Tell whether no label above begins with the same word."""
    word = rows[at][2][first].split()[0].lower()
    return not any(r[2][first].strip().lower().startswith(word) for r in rows[:at][-2000:])


def _is_largest(rows: Sequence[DataRow], at: int, layout: Layout) -> bool:
    """Tell whether most numbers of a row are as large as any above: those of "Total Germany" are, of a brand not."""
    compared = larger = 0
    for j in layout.numeric:
        own = to_float(rows[at][2][j])
        above = [abs(v) for v in (to_float(r[2][j]) for r in rows[:at][-TAIL_ROWS:]) if v is not None]
        if own is not None and above:
            compared += 1
            larger += abs(own) >= max(above)
    return 2 * larger > compared or not compared


def _equals_sums(rows: Sequence[DataRow], layout: Layout, delimiter: str | None) -> bool:
    """Compare the last row's numbers with the sums of the columns."""
    decimal = "," if delimiter != "," and _has_decimal_comma(rows, layout) else "."
    columns = sorted(layout.numeric)
    matched = 0
    for j in columns:
        last = to_float(rows[-1][2][j], decimal) if rows[-1][2][j].strip() else None
        if last is None:
            if rows[-1][2][j].strip():
                return False
            continue
        values = [to_float(r[2][j], decimal) for r in rows[:-1] if r[2][j].strip()]
        numbers = [v for v in values if v is not None]
        total = sum(numbers)
        scale = max(sum(map(abs, numbers)), 1e-300)
        if len(numbers) < 3 or abs(last - total) > 1e-6 * scale or total == 0:
            return False
        matched += 1
    labelled = any(rows[-1][2][j].strip() for j in range(layout.width) if j not in layout.numeric)
    return matched >= 2 or (matched == 1 and layout.width > 1 and not labelled and len(rows) > 5)


def _has_decimal_comma(rows: Sequence[DataRow], layout: Layout) -> bool:
    cells = [r[2][j] for r in rows[:200] for j in layout.numeric]
    return sum("," in c for c in cells) > sum("." in c for c in cells)


def left_out_of(sieve: Sieve, totals: Sequence[DataRow], told_by: str) -> list[LeftOut]:
    """Return the data rows that were left out, by reason."""
    found = []
    ragged = sieve.ragged
    if ragged.rows:
        reason = f"a number of cells other than {sieve.layout.width}"
        found.append(LeftOut(reason=reason, rows=ragged.rows, lines=tuple(ragged.lines)))
    if totals:
        reason = "a total of the rows above" if told_by == SUMS else f"a total of the rows above ({told_by})"
        found.append(LeftOut(reason=reason, rows=len(totals), lines=tuple(r[1] for r in totals[:SHOWN_LINES])))
    return found


def tell(sieve: Sieve, n_data: int) -> None:
    """Record the findings about lines that are not rows of the table."""
    find, layout = sieve.choices.find, sieve.layout
    ragged = sieve.ragged
    if ragged.rows:
        severe = ragged.rows > 0.02 * max(n_data, 1)
        find(
            "ragged_rows", "problem" if severe else "attention",
            rows=ragged.rows, short=sieve.short, long=ragged.rows - sieve.short,
            columns=layout.width, lines=tuple(ragged.lines), share=ragged.rows / max(sieve.rows_in_file, 1),
        )  # fmt: skip
    for code, severity, tally in (
        ("repeated_header", "attention", sieve.headers),
        ("comment_lines", "info", sieve.comments),
        ("blank_lines", "info", sieve.blank),
    ):
        if tally.rows:
            find(code, severity, rows=tally.rows, lines=tuple(tally.lines))  # type: ignore[arg-type]
    if sieve.notes.rows:
        find("notes_below", "info", rows=sieve.notes.rows, lines=tuple(sorted(sieve.notes.lines)), text=sieve.note_text)
