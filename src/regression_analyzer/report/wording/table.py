"""What the reader is told about how the file was read."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_pct, listing, shorten
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.facts import items, number, whole
from regression_analyzer.report.wording.sources import BROMAN

RFC_4180 = "Shafranovich (2005), RFC 4180, doi:10.17487/RFC4180"
ENCODING = "WHATWG, Encoding Standard, https://encoding.spec.whatwg.org"
TIDY = "Wickham (2014), Tidy data, doi:10.18637/jss.v059.i10"


def _lines(finding: Finding) -> str:
    """Return "line 4" or "lines 4, 9 and 3 more"."""
    lines = items(finding.facts.get("lines"))
    hidden = max(whole(finding.facts.get("rows")) - len(lines), 0)
    shown = [str(n) for n in lines[:8]]
    left = hidden + len(lines) - len(shown)
    if left:
        return f"lines {', '.join(shown)} and {fmt_int(left)} more"
    return f"line {shown[0]}" if len(shown) == 1 else f"lines {listing(shown, 8)}"


def _ragged(finding: Finding) -> Words:
    facts = finding.facts
    rows, short = whole(facts["rows"]), whole(facts["short"])
    kinds = [f"{fmt_int(short)} too few" if short else "", f"{fmt_int(rows - short)} too many" if rows > short else ""]
    detail = " and ".join(k for k in kinds if k)
    return Words(
        evidence=(
            f"{count_of(rows, 'row does', 'rows do')} not have {whole(facts['columns'])} cells ({detail}): "
            f"{_lines(finding)}, {fmt_pct(number(facts['share']))} of the rows."
        ),
        advice="They are left out, because it cannot be told which cell belongs to which column; mend "
        "these lines in the file.",
    )


def _total(finding: Finding) -> Words:
    facts = finding.facts
    rows = whole(facts["rows"])
    told = str(facts["told_by"])
    sign = told if told.startswith("labelled") else "equal to the sums of the columns"
    left = bool(facts["left_out"])
    where = "among the others" if facts.get("among") else "at the end"
    before, after = facts.get("mean_before"), facts.get("mean_after")
    mean = ""
    if isinstance(before, float) and isinstance(after, float):
        column = shorten(str(facts.get("column") or ""), 60)
        now, then = ("is", "was") if left else ("would be", "is")
        mean = f" The average of {column} {then} {fmt(before)} with {'it' if rows == 1 else 'them'} and {now} "
        mean += f"{fmt(after)} without."
    return Words(
        evidence=f"{count_of(rows, 'row', 'rows')} {where} ({_lines(finding)}) "
        f"{'looks' if rows == 1 else 'look'} like {'a total' if rows == 1 else 'totals'}: {sign}.",
        advice=(
            f"Left out, because a total is no observation.{mean} To keep it, set table.total_rows to keep."
            if left
            else f"Kept, as you chose; a total pulls any model towards itself.{mean} To leave it out, set "
            "table.total_rows to leave_out."
        ),
        reference=BROMAN,
    )


def _repeated_header(finding: Finding) -> Words:
    return Words(
        evidence=f"The column names are repeated inside the table on {_lines(finding)}, as in files put "
        f"one after another.",
        advice="These lines are not read as data.",
    )


def _unbalanced(finding: Finding) -> Words:
    one = whole(finding.facts["rows"]) == 1
    return Words(
        evidence=f"On {_lines(finding)} a quotation mark opens a cell and never closes.",
        advice=(
            f"The {'line is' if one else 'lines are'} read as if the mark were not there, so that the rows "
            f"below are not "
            f"swallowed; check {'it' if one else 'them'} in the file."
        ),
    )


def _turned(finding: Finding) -> Words:
    facts = finding.facts
    names = listing([str(n) for n in items(facts["first"])], 5)
    by = facts.get("by")
    lies = f"A language model ({shorten(str(by), 60)}) takes the table to lie" if by else "The table lies"
    return Words(
        evidence=(
            f"{lies} on its side: its first column holds the names of variables ({names}), and "
            f"each other column is a case."
        ),
        advice=(
            f"It was turned, giving {fmt_int(whole(facts['rows']))} rows and "
            f"{fmt_int(whole(facts['columns']))} columns; "
            "if that is wrong, set table.transpose to no."
        ),
    )


def _maybe_turned(finding: Finding) -> Words:
    return Words(
        evidence=(
            f"The table ({fmt_int(whole(finding.facts['columns']))} columns, "
            f"{fmt_int(whole(finding.facts['rows']))} rows) may lie on its side: names in the first column, and "
            f"numbers that differ between rows rather than columns."
        ),
        advice="It is read as it stands; to turn it, set table.transpose to yes.",
    )


def _several_sheets(finding: Finding) -> Words:
    facts = finding.facts
    others = listing([shorten(str(n), 40) for n in items(facts["sheets"])], 6)
    hidden = items(facts["hidden"])
    note = f" {len(hidden)} of them {'is' if len(hidden) == 1 else 'are'} hidden." if hidden else ""
    return Words(
        evidence=f"The workbook has several sheets; {shorten(finding.subject, 40)} was read, and {others} not.{note}",
        advice="If another sheet is meant, name it (table.sheet).",
    )


def _titles(finding: Finding) -> Words:
    text = shorten(str(finding.facts["text"]), 60)
    return Words(
        evidence=f"Above the column names there is text that is no part of the table ({_lines(finding)}): {text}.",
        advice="It is not read as data.",
    )


def _notes(finding: Finding) -> Words:
    text = shorten(str(finding.facts["text"]), 60)
    return Words(
        evidence=f"Below the table there is text that is no part of it ({_lines(finding)}): {text}.",
        advice="It is not read as data.",
    )


def _two_row_header(finding: Finding) -> Words:
    upper, lower = whole(finding.facts["upper"]), whole(finding.facts["lower"])
    return Words(
        evidence=f"The header takes two lines, {upper} and {lower}; the upper one names groups of columns.",
        advice="Column names come from the lower line; where it has none or repeats one, the group's name "
        "is used with it.",
    )


def _no_header(finding: Finding) -> Words:
    return Words(
        evidence=f"The file has no line of column names: line {whole(finding.facts['line'])} holds values already.",
        advice="The columns are called column_1, column_2 and so on; if a line holds the names, set "
        "table.header_row to it.",
    )


def _comments(finding: Finding) -> Words:
    return Words(evidence=f"Comment lines were met: {_lines(finding)}.", advice="They are not read as data.")


def _blanks(finding: Finding) -> Words:
    return Words(evidence=f"Blank lines were met inside the table: {_lines(finding)}.", advice="They are passed over.")


def _trailing(finding: Finding) -> Words:
    return Words(
        evidence="Every row ends in one delimiter too many.",
        advice=f"The empty cell behind it is ignored; the table has "
        f"{fmt_int(whole(finding.facts['columns']))} columns.",
    )


def _stray(finding: Finding) -> Words:
    cells = count_of(whole(finding.facts["cells"]), "quoted cell has", "quoted cells have")
    return Words(
        evidence=f"{cells} text after the closing quotation mark.", advice="The text is kept as part of the cell."
    )


def _nul(finding: Finding) -> Words:
    return Words(
        evidence=f"The text holds {count_of(whole(finding.facts['count']), 'zero byte', 'zero bytes')}, "
        f"which no text should.",
        advice="They are removed; if cells look wrong, write the file again.",
    )


def _undecodable(finding: Finding) -> Words:
    count = count_of(whole(finding.facts["count"]), "character", "characters")
    return Words(
        evidence=f"{count} of the file could not be read as {finding.facts['encoding']}.",
        advice="They are shown as \ufffd; if the encoding is another one, set table.encoding.",
    )


def _fixed_width(finding: Finding) -> Words:
    return Words(
        evidence=f"The columns are told apart by their position in the line "
        f"({whole(finding.facts['columns'])} columns).",
        advice="Check that no cell is cut; if a character separates the cells, set table.delimiter.",
    )


def _hidden(finding: Finding) -> Words:
    rows, columns = whole(finding.facts["rows"]), whole(finding.facts["columns"])
    parts = [count_of(rows, "row", "rows") if rows else "", count_of(columns, "column", "columns") if columns else ""]
    return Words(
        evidence=f"On the sheet {shorten(finding.subject, 40)}, {' and '.join(p for p in parts if p)} of "
        f"the sheet are hidden.",
        advice="They are read like all others.",
    )


WORDING: Wording = with_references(
    {
        "blank_lines": _blanks,
        "comment_lines": _comments,
        "fixed_width": _fixed_width,
        "hidden_cells": _hidden,
        "maybe_on_its_side": _maybe_turned,
        "no_header": _no_header,
        "notes_below": _notes,
        "nul_characters": _nul,
        "ragged_rows": _ragged,
        "repeated_header": _repeated_header,
        "several_sheets": _several_sheets,
        "stray_quotes": _stray,
        "table_turned": _turned,
        "title_rows": _titles,
        "total_rows": _total,
        "trailing_delimiter": _trailing,
        "two_row_header": _two_row_header,
        "unbalanced_quote": _unbalanced,
        "undecodable_bytes": _undecodable,
    },
    {
        "ragged_rows": RFC_4180,
        "unbalanced_quote": RFC_4180,
        "stray_quotes": RFC_4180,
        "trailing_delimiter": RFC_4180,
        "nul_characters": RFC_4180,
        "no_header": RFC_4180,
        "undecodable_bytes": ENCODING,
        "table_turned": TIDY,
        "maybe_on_its_side": TIDY,
        "two_row_header": TIDY,
    },
    otherwise=BROMAN,
)
