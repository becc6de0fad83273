"""Which character separates the cells, and how cells are quoted."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regression_analyzer.errors import InputError
from regression_analyzer.table.choices import Choices, unusable
from regression_analyzer.table.records import Dialect, RecordReader, Trouble
from regression_analyzer.table.values import is_missing, is_value

CANDIDATES = (",", ";", "\t", "|", "^", "~", "\x1f", "\x01", "§", "¦", ":")
"""Delimiters that are tried, the more common first; blanks and fixed width come after them."""
_WEAK = frozenset(":")
_SHOWN = {"\t": "tab", " ": "space", "\x1f": "\\x1f", "\x01": "\\x01"}
_GIVEN = {
    "tab": "\t", "\\t": "\t", "space": " ", "spaces": " ", "whitespace": " ", "comma": ",", "semicolon": ";",
    "pipe": "|", "caret": "^", "colon": ":", "\\x1f": "\x1f", "\\x01": "\x01",
}  # fmt: skip
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?:[,;\t|]|$)", re.MULTILINE)
FIXED = "fixed width"
NONE = "none"
SAMPLE_RECORDS = 400
CELLS_JUDGED = 5_000
Quoting = tuple[str, bool]
"""Quote character, and whether a backslash escapes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How well a dialect cuts the sample.

    Attributes
    ----------
    dialect : the dialect tried
    width : the most common number of cells
    share : share of the records that have it
    score : what trials are compared by
    values : share of the cells that read as numbers or dates
    """

    dialect: Dialect
    width: int
    share: float
    score: float
    values: float = 0.0


def choose_dialect(lines: Sequence[str], choices: Choices) -> Trial:
    """Decide delimiter and quoting from the first lines of a text.

    Parameters
    ----------
    lines : the first physical lines, without line ends
    choices : overrides are taken from here, the decision is recorded here

    Raises
    ------
    InputError
        The text is no table (code ``not_a_table``).
    UsageError
        The override is not a delimiter.
    """
    lines = [line for line in lines if line.strip()]
    quoting = _quotings(lines)
    given = choices.override("table.delimiter")
    if given is not None:
        trial = _given(given, lines, quoting)
        choices.record("table.delimiter", "Cell delimiter", shown(trial.dialect), "")
        return trial
    hint = _hint(lines)
    if hint is not None:
        trial = _best(_dialects(hint, quoting), lines[1:])
        choices.record("table.delimiter", "Cell delimiter", shown(trial.dialect), "the first line names it (sep=)")
        return trial
    trial, rejected = _trials(lines, quoting)
    if trial.dialect.delimiter == "|" and _is_edged(lines):
        edged = dataclasses.replace(trial.dialect, edged=True)
        trial = dataclasses.replace(trial, dialect=edged, width=max(trial.width - 2, 1))
    because = f"{trial.share:.0%} of the first {min(len(lines), SAMPLE_RECORDS)} lines have {trial.width} cells with it"
    if trial.width == 1:
        because = "no delimiter occurs regularly: a single column"
    choices.record("table.delimiter", "Cell delimiter", shown(trial.dialect), because, rejected)
    return trial


def _is_edged(lines: Sequence[str]) -> bool:
    """Tell whether lines begin and end with a bar, as tables drawn in text do."""
    edged = sum(1 for line in lines if line.lstrip().startswith("|") and line.rstrip().endswith("|"))
    return edged >= 0.8 * len(lines)


def shown(dialect: Dialect) -> str:
    """Return the delimiter as an override would give it."""
    if dialect.cuts:
        return FIXED
    return _SHOWN.get(dialect.delimiter, dialect.delimiter) or NONE


def _hint(lines: Sequence[str]) -> str | None:
    first = lines[0].strip().strip('"').lower() if lines else ""
    if not first.startswith("sep="):
        return None
    rest = lines[0].lstrip().lstrip('"')[4:].rstrip('"')
    return rest[0] if rest and (rest[0] == "\t" or rest[0].strip()) else None


def _quotings(lines: Sequence[str]) -> list[Quoting]:
    text = "\n".join(lines[:SAMPLE_RECORDS])
    found: list[Quoting] = [('"', False)] if '"' in text else []
    if '\\"' in text:
        found.append(('"', True))
    if text.count("'") >= 4 and _SINGLE_QUOTED.search(text):
        found.append(("'", False))
        if "\\'" in text:
            found.append(("'", True))
    return found or [('"', False)]


def _given(given: str, lines: Sequence[str], quoting: Sequence[Quoting]) -> Trial:
    wanted = given if len(given) == 1 else _GIVEN.get(given.strip().lower(), given.strip().lower())
    if wanted in (FIXED, "fixed"):
        cuts = column_starts(lines)
        if len(cuts) < 2:
            raise unusable("table.delimiter", given, "a delimiter: the columns of this text are not aligned")
        return Trial(dialect=Dialect(delimiter="", quote=None, cuts=cuts), width=len(cuts), share=1.0, score=1.0)
    if wanted == NONE:
        wanted = ""
    if len(wanted) > 1 or wanted in ('"', "\n", "\r") or wanted.isalnum():
        raise unusable("table.delimiter", given, 'one character, or "tab", "space", "fixed width" or "none"')
    return _best(_dialects(wanted, quoting), lines)


def _dialects(delimiter: str, quoting: Sequence[Quoting]) -> list[Dialect]:
    return [Dialect(delimiter=delimiter, quote=quote, backslash=backslash) for quote, backslash in quoting]


def _best(dialects: Sequence[Dialect], lines: Sequence[str]) -> Trial:
    return max((_try(d, lines) for d in dialects), key=lambda t: t.score)


def _trials(lines: Sequence[str], quoting: Sequence[Quoting]) -> tuple[Trial, list[str]]:
    sample = lines[: SAMPLE_RECORDS * 2]
    text = "\n".join(sample)
    trials = [_best(_dialects(c, quoting), sample) for c in CANDIDATES if c in text]
    good = sorted((t for t in trials if _acceptable(t, len(sample))), key=lambda t: -t.score)
    if (good and good[0].dialect.delimiter in _WEAK) or not good:
        blank = _blanks(sample, quoting)
        if blank is not None and (not good or blank.score > good[0].score):
            good.insert(0, blank)
    single = _best(_dialects("", quoting), sample)
    if good and good[0].values < 0.05 and _is_prose(sample, good[0]):
        good = []
    if good and not (good[0].dialect.delimiter in _WEAK | {" "} and _is_value_column(sample)):
        return good[0], [shown(t.dialect) for t in good[1:3]] or [NONE]
    if _is_single_column(sample):
        return single, [" ".join(shown(t.dialect)) for t in good[:1]]
    raise InputError(
        "The file is text, but not a table: its lines are not cut into the same number of cells by any delimiter.",
        hint="Give a table with one row a line, its cells separated by commas, semicolons, tabs or bars.",
        code="not_a_table",
    )


def _try(dialect: Dialect, lines: Sequence[str]) -> Trial:
    """Cut the sample and score it: regular width first, then cells that look like values."""
    trouble = Trouble()
    reader = RecordReader(iter(lines), dialect, cell_characters=1 << 40, trouble=trouble)
    rows = []
    for _, cells in reader:
        rows.append(cells)
        if len(rows) >= SAMPLE_RECORDS:
            break
    raw = Counter(len(cells) for cells in rows)
    width = max((w for w in raw), key=lambda w: (raw[w] * (w > 1), w), default=1)
    if width < 2:
        return Trial(dialect=dialect, width=1, share=1.0, score=-1.0)
    share = sum(n for w, n in raw.items() if w == width) / len(rows)
    loose = sum(n for w, n in raw.items() if abs(w - width) <= 1) / len(rows)
    cells = [c for row in rows[1:60] if len(row) == width for c in row][:CELLS_JUDGED]
    clean = sum(1 for c in cells if is_value(c) or is_missing(c) or _is_plain_word(c)) / max(len(cells), 1)
    values = sum(map(is_value, cells)) / max(len(cells), 1)
    stray = (trouble.stray + 3 * len(trouble.unbalanced)) / len(rows)
    tidy = 0.05 if dialect.quote == '"' and not dialect.backslash else 0.0
    weak = 0.35 if dialect.delimiter in _WEAK else 0.0
    multiline = 0.1 if trouble.multiline > len(rows) / 2 else 0.0
    score = share + 0.2 * loose + 0.5 * clean + tidy - stray - weak - multiline + 0.02 * min(width, 10)
    return Trial(dialect=dialect, width=width, share=share, score=score, values=values)


def _is_plain_word(cell: str) -> bool:
    cell = cell.strip()
    return len(cell) <= 40 and cell.count(" ") <= 4 and not any(c in cell for c in ";|\t^~")


def _acceptable(trial: Trial, n_lines: int) -> bool:
    if trial.width < 2:
        return False
    if trial.dialect.delimiter in _WEAK:
        return trial.share >= 0.95 and n_lines >= 3
    if n_lines <= 2:
        return True
    if trial.values < 0.05:
        return trial.share >= 0.8
    return trial.share >= 0.5 or trial.share * n_lines >= 3


def _blanks(lines: Sequence[str], quoting: Sequence[Quoting]) -> Trial | None:
    """Try runs of blanks, and columns aligned by position."""
    trial = _best(_dialects(" ", quoting), lines)
    body = [line for line in lines[1:61] if line.strip()]
    if not body:
        return None
    if trial.width >= 2 and trial.share >= 0.9 and _has_values(trial.dialect, body):
        return trial
    cuts = column_starts(lines)
    if len(cuts) >= 2:
        fixed = Dialect(delimiter="", quote=None, cuts=cuts)
        if _has_values(fixed, body):
            return Trial(dialect=fixed, width=len(cuts), share=1.0, score=1.2)
    return trial if trial.width >= 2 and trial.share >= 0.75 and _has_values(trial.dialect, body) else None


def _has_values(dialect: Dialect, lines: Sequence[str]) -> bool:
    reader = RecordReader(iter(lines), dialect, cell_characters=1 << 40, trouble=Trouble())
    rows = [cells for _, cells in reader]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    columns = list(zip(*(r for r in rows if len(r) == width), strict=True))
    filled = [[c for c in column if not is_missing(c)] for column in columns]
    return any(column and sum(map(is_value, column)) >= 0.7 * len(column) for column in filled)


def column_starts(lines: Sequence[str]) -> tuple[int, ...]:
    """Find the columns of a text aligned by position: places that are blank in every line.

    Returns
    -------
    tuple of int
        Start position of each column; fewer than two where the text is not aligned.
    """
    body = [line.expandtabs() for line in lines[:SAMPLE_RECORDS] if line.strip()]
    body = [line for line in body if set(line.strip()) - set("-=+ ")]
    if len(body) < 3:
        return ()
    length = max(map(len, body))
    taken = [False] * (length + 1)
    for line in body:
        for i, character in enumerate(line):
            if character != " ":
                taken[i] = True
    starts = [i for i in range(length) if taken[i] and (i == 0 or not taken[i - 1])]
    return (0, *starts[1:]) if starts else ()


def _is_prose(lines: Sequence[str], trial: Trial) -> bool:
    """Tell sentences from a table of texts: many words a cell, and punctuation at the ends of lines."""
    body = [line.strip() for line in lines]
    ends = sum(line[-1] in ".!?:," for line in body) / len(body)
    words = sum(len(line.split()) for line in body) / len(body) / trial.width
    return words > 4 and ends > 0.4


def _is_single_column(lines: Sequence[str]) -> bool:
    """Tell a column of short values or words from prose."""
    body = [line.strip() for line in lines]
    words = [len(line.split()) for line in body]
    short = max(words) <= 4 and sum(words) / len(words) <= 2 and max(map(len, body)) <= 60
    return _is_value_column(lines) or (short and not any(line[-1] in ",.!?;:" for line in body))


def _is_value_column(lines: Sequence[str]) -> bool:
    """Tell whether most lines below the first are a number or a date each."""
    body = [line.strip() for line in lines[1:]]
    return bool(body) and sum(is_value(line) or is_missing(line) for line in body) >= 0.5 * len(body)
