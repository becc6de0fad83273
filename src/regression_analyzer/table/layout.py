"""Where the table begins in a text or a sheet: comments, titles, header, width."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regression_analyzer.errors import InputError, LimitError
from regression_analyzer.table.choices import Choices, unusable
from regression_analyzer.table.records import Row
from regression_analyzer.table.values import is_missing, is_number, is_value

HEAD_ROWS = 1_000
"""Records looked at to find the header."""
CELLS_JUDGED = 60_000
_NO_HEADER = "none"
_DRAWN = re.compile(r"\s*(?:[:+|]?(?:-{3,}|={3,})[-=+:|\s]*|\x1a)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The frame of the table.

    Attributes
    ----------
    names : header texts, one a column; ``""`` where empty
    width : number of columns
    header_line : line of the header, None where there is none
    first : index among the head records of the first data record
    comment : prefix of comment lines, None where there are none
    numeric : positions of the columns that hold mostly numbers
    header_cells : the header record as it stands, to recognise it when it is repeated
    trailing : every record ends in one delimiter too many
    """

    names: tuple[str, ...]
    width: int
    header_line: int | None
    first: int
    comment: str | None
    numeric: frozenset[int]
    header_cells: tuple[str, ...]
    trailing: bool = False


def trim(cells: Sequence[str]) -> list[str]:
    """Return the cells without the empty ones at the end."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return list(cells[:width])


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether every cell is empty or blank, or the line is only drawn (``---+---``) or an old end mark."""
    filled = [c for c in cells if c and not c.isspace()]
    if not filled:
        return True
    first = filled[0].lstrip()
    return first[0] in "-=+:|\x1a" and all(_DRAWN.fullmatch(c) for c in filled)


def find_layout(head: Sequence[Row], choices: Choices, *, max_columns: int, physical: bool = True) -> Layout:
    """Find header and width from the first records.

    Parameters
    ----------
    head : the first records (at least one)
    choices : overrides are taken from here; decisions and findings are recorded here
    max_columns : largest number of columns allowed
    physical : records are lines of a text (a sheet's rows are padded to one width)

    Raises
    ------
    InputError, LimitError, UsageError
    """
    comment = _comment_prefix(head, choices)
    keep = [i for i, (_, cells) in enumerate(head) if not is_blank(cells) and not _is_comment(cells, comment)]
    rows = [(i, head[i][0], head[i][1]) for i in keep]
    if rows and _is_hint(rows[0][2]):
        rows = rows[1:]
    if not rows:
        raise InputError("The file holds no table: all its lines are blank or comments.", code="no_rows")
    commented = _commented_header(head, rows, comment)
    if commented is not None:
        rows = [commented, *[r for r in rows if r[0] > commented[0]]]
    width, trailing = _width([r[2] for r in rows], physical=physical)
    if width > max_columns:
        raise LimitError(
            f"The table has {width:,} columns; at most {max_columns:,} can be read.", code="too_many_columns"
        )
    at, groups, because = _header(rows, width, choices, forced=commented is not None)
    layout = _build(rows, at, groups, width=width, comment=comment, trailing=trailing)
    _tell(choices, layout, rows, at=at, groups=groups, because=because)
    return layout


def _comment_prefix(head: Sequence[Row], choices: Choices) -> str | None:
    chosen = choices.override("table.comments")
    if chosen is not None:
        if (len(chosen) > 4 and chosen != "none") or not chosen.strip() or (chosen.isalnum() and chosen != "none"):
            raise unusable("table.comments", chosen, 'the characters that begin a comment line, such as "#", or "none"')
        choices.record("table.comments", "Comment lines", chosen, "")
        return None if chosen == "none" else chosen
    filled = [cells for _, cells in head if not is_blank(cells)]
    marked = [cells for cells in filled if cells[0].lstrip().startswith("#")]
    if not marked:
        return None
    leading = filled[0][0].lstrip().startswith("#")
    usual = Counter(len(c) for c in filled if c not in marked).most_common(1)
    odd = usual and all(len(c) != usual[0][0] for c in marked)
    if len(marked) > 0.2 * len(filled) + 3 or not (leading or odd):
        return None
    lines = len(marked)
    choices.record("table.comments", "Comment lines", "#", f"{lines} of the first lines begin with #", ("none",))
    return "#"


def _is_comment(cells: Sequence[str], prefix: str | None) -> bool:
    return prefix is not None and bool(cells) and cells[0].lstrip().startswith(prefix)


def _is_hint(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].strip().strip('"').lower().startswith("sep=") and len(trim(cells)) <= 2


def _commented_header(
    head: Sequence[Row], rows: Sequence[tuple[int, int, list[str]]], comment: str | None
) -> tuple[int, int, list[str]] | None:
    """Find a header that is written as the last comment line (``#id<tab>x<tab>y``) over rows of values."""
    if comment is None or not rows:
        return None
    first, _, cells = rows[0]
    above = [(i, line, c) for i, (line, c) in enumerate(head[:first]) if _is_comment(c, comment)]
    if not above or len(cells) < 2 or not any(is_number(c) for c in cells):
        return None
    i, line, names = above[-1]
    if len(trim(names)) != len(cells) or any(is_number(c) for c in names):
        return None
    bare = names[0].lstrip().removeprefix(comment).strip()
    return i, line, [bare, *names[1:]]


def _width(rows: Sequence[Sequence[str]], *, physical: bool) -> tuple[int, bool]:
    """Return the number of columns, and whether records end in one delimiter too many."""
    filled = Counter(len(trim(r)) for r in rows)
    if not physical:
        return max((w for w, n in filled.items() if n >= min(2, len(rows))), default=max(filled)), False
    raw = Counter(len(r) for r in rows)
    width = max(raw, key=lambda w: (raw[w] * (w > 1 or len(raw) == 1), w))
    usual = [r for r in rows if len(r) == width]
    trailing = width > 1 and all(not r[-1].strip() for r in usual) and len(usual) > 1
    while trailing and width > 1 and all(len(r) < width or not r[width - 1].strip() for r in rows):
        if len([r for r in rows if len(r) == width - 1]) == 0 and any(r[width - 2 :] == ["", ""] for r in usual[:1]):
            break
        width -= 1
        if not all(not r[width - 1].strip() for r in usual):
            break
    return width, trailing


def _header(
    rows: Sequence[tuple[int, int, list[str]]], width: int, choices: Choices, *, forced: bool
) -> tuple[int | None, int | None, str]:
    """Return the index of the header among `rows` (None: no header), of a row of group names above it, and why."""
    chosen = choices.override("table.header_row")
    if chosen is not None:
        if chosen.strip().lower() == _NO_HEADER:
            return None, None, ""
        at = next((k for k, r in enumerate(rows) if chosen.strip().isdigit() and r[1] == int(chosen)), None)
        if at is None:
            last = rows[-1][1]
            raise unusable("table.header_row", chosen, f'the number of a filled line from 1 to {last}, or "none"')
        return at, None, ""
    if forced:
        return 0, None, "it stands as a comment right above the values"
    numeric = numeric_columns([r[2] for r in rows], width)
    start = next((k for k, r in enumerate(rows) if _is_data(r[2], numeric, width)), None)
    if start == 0:
        if len(rows) > 2 and _is_names(rows[1][2], numeric, width) and _filled(rows[0][2]) < width:
            return 1, 0, "it holds names only, below a row of group names and above rows with values"
        if _has_name_over_values(rows, numeric):
            return 0, None, "it names a column that holds values only"
        if _numbered_header(rows, numeric):
            return 0, None, "its numbers are labels in steps, over a text in the first column"
        return None, None, "the first row holds values as the rows below do"
    limit = len(rows) if start is None else start
    full = [k for k in range(limit) if width == 1 or _is_full(rows[k][2], width, just_above=k == limit - 1)]
    if start is None:
        at = full[0] if full else 0
        return at, None, "it is the first full row"
    at = full[0] if full else start - 1
    groups = None
    if at + 1 < start and _is_under_groups(rows[at][2], rows[at + 1][2], numeric, width):
        groups, at = at, at + 1
    elif at > 0 and at == full[0] and _is_group_row(rows[at - 1][2], rows[at][2]):
        groups = at - 1
    return at, groups, "it holds names only, above rows with values"


def numeric_columns(rows: Sequence[Sequence[str]], width: int) -> frozenset[int]:
    """Return the positions of columns whose filled cells are mostly numbers or dates."""
    found = set()
    n_rows = max(20, min(300, CELLS_JUDGED // width))
    body = [r for r in rows[-n_rows:] if len(r) <= width + 1]
    for j in range(width):
        cells = [r[j] for r in body if j < len(r) and not is_missing(r[j])]
        if cells and sum(map(is_value, cells)) >= 0.5 * len(cells):
            found.add(j)
    return frozenset(found)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for c in cells if c.strip())


def _is_data(cells: Sequence[str], numeric: frozenset[int], width: int) -> bool:
    values = [j for j in numeric if j < len(cells) and is_value(cells[j])]
    names = [j for j in numeric if j < len(cells) and not is_value(cells[j]) and not is_missing(cells[j])]
    return bool(values) and len(values) > len(names) and len(cells) > 0.5 * width


def _is_full(cells: Sequence[str], width: int, *, just_above: bool) -> bool:
    """Tell whether a record can hold the names of all columns (of all but the first, right above the data)."""
    return _filled(cells) > 0.5 * width and len(cells) >= width - just_above


def _is_names(cells: Sequence[str], numeric: frozenset[int], width: int) -> bool:
    """Tell whether every column of values has a name here."""
    names = [j for j in numeric if j < len(cells) and not is_value(cells[j]) and not is_missing(cells[j])]
    return len(names) == len(numeric) > 1 and _filled(cells) > 0.5 * width


def _has_name_over_values(rows: Sequence[tuple[int, int, list[str]]], numeric: frozenset[int]) -> bool:
    """Tell whether the first row has a text over a column of values, and otherwise numbers that all differ."""
    first = rows[0][2]
    below = [r[2] for r in rows[1:301]]
    texts = [j for j in numeric if j < len(first) and not is_value(first[j]) and not is_missing(first[j])]
    numbers = [first[j].strip() for j in numeric if j < len(first) and is_value(first[j])]
    clean = [j for j in texts if all(is_value(r[j]) or is_missing(r[j]) for r in below if j < len(r))]
    return bool(clean) and len(below) > 1 and len(set(numbers)) == len(numbers) and all(n.isdigit() for n in numbers)


def _numbered_header(rows: Sequence[tuple[int, int, list[str]]], numeric: frozenset[int]) -> bool:
    """Tell a header of years or steps (``country,1990,1991``) from a row of data."""
    first = rows[0][2]
    labels = [first[j] for j in sorted(numeric) if j < len(first)]
    if len(labels) < 3 or 0 in numeric or not all(c.strip().isdigit() for c in labels) or len(rows) < 2:
        return False
    numbers = [int(c) for c in labels]
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    years = all(1800 <= n <= 2200 for n in numbers)
    below = rows[1][2]
    same = all(j < len(below) and below[j].strip().isdigit() and 1800 <= int(below[j]) <= 2200 for j in numeric)
    return len(steps) == 1 and steps != {0} and (years or numbers[0] in (0, 1)) and not same


def _is_under_groups(upper: Sequence[str], lower: Sequence[str], numeric: frozenset[int], width: int) -> bool:
    """Tell whether `lower` holds the names and `upper` names of groups of columns."""
    if len(upper) < width or len(lower) < width or _filled(upper) == width or not numeric:
        return False
    named = all(lower[j].strip() or upper[j].strip() for j in range(width))
    words = not any(is_value(c) or (c.strip() and is_missing(c)) for c in lower)
    over_values = all(lower[j].strip() for j in numeric)
    return named and words and over_values and _filled(lower) >= _filled(upper)


def _is_group_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Tell whether `upper` names groups over repeated names in `lower`."""
    names = [c.strip() for c in lower if c.strip()]
    return len(set(names)) < len(names) and _filled(upper) >= 2


def _build(
    rows: Sequence[tuple[int, int, list[str]]],
    at: int | None,
    groups: int | None,
    *,
    width: int,
    comment: str | None,
    trailing: bool,
) -> Layout:
    data = rows if at is None else rows[at + 1 :]
    names: list[str] = [""] * width if at is None else [c.strip() for c in rows[at][2]]
    if at is not None:
        names, width = _fit_names(names, width, [r[2] for r in data])
        if groups is not None:
            names = _joined(rows[groups][2], names)
    after = rows[-1][0] + 1 if not data else data[0][0]
    return Layout(
        names=tuple(names) if at is not None else tuple(f"column_{i + 1}" for i in range(width)),
        width=width,
        header_line=None if at is None else rows[at][1],
        first=after,
        comment=comment,
        numeric=numeric_columns([r[2] for r in data], width),
        header_cells=() if at is None else tuple(c.strip() for c in trim(rows[at][2])),
        trailing=trailing,
    )


def _fit_names(names: list[str], width: int, data: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Give the header as many names as the rows have cells."""
    while len(names) > width and not names[-1]:
        names.pop()
    if len(names) >= width:
        return names, len(names)
    whole = [r for r in data if len(r) >= width]
    labels = [r[0].strip() for r in whole]
    if (
        len(names) == width - 1
        and names[0]
        and len(set(labels)) == len(labels)
        and any(r[width - 1].strip() for r in whole)
    ):
        return ["", *names], width
    return names + [""] * (width - len(names)), width


def _joined(upper: Sequence[str], names: Sequence[str]) -> list[str]:
    """Put the group's name before names that are empty or not unique."""
    counts = Counter(names)
    group, joined = "", []
    for j, name in enumerate(names):
        above = upper[j].strip() if j < len(upper) else ""
        group = above or group
        if not name:
            joined.append(above)
        else:
            joined.append(f"{group} {name}".strip() if counts[name] > 1 else name)
    return joined


def _tell(
    choices: Choices,
    layout: Layout,
    rows: Sequence[tuple[int, int, list[str]]],
    *,
    at: int | None,
    groups: int | None,
    because: str,
) -> None:
    above = list(rows[: at or 0])
    chosen = _NO_HEADER if layout.header_line is None else str(layout.header_line)
    others = [_NO_HEADER] if at is not None else [str(rows[0][1])]
    others += [str(r[1]) for r in above[-2:]]
    choices.record("table.header_row", "Line of the column names", chosen, because, others)
    titles = [r for k, r in enumerate(above) if k != groups]
    if titles:
        text = " ".join(c.strip() for c in titles[0][2] if c.strip())[:120]
        choices.find("title_rows", "info", lines=tuple(r[1] for r in titles[:20]), rows=len(titles), text=text)
    if groups is not None:
        choices.find("two_row_header", "info", upper=rows[groups][1], lower=rows[groups + 1][1])
    if layout.header_line is None:
        choices.find("no_header", "attention", line=rows[0][1])
    if layout.trailing:
        choices.find("trailing_delimiter", "info", columns=layout.width)
