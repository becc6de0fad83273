"""Rules -> the typed relation ``data``, in one statement; and which cells did not fit their rule."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regression_analyzer.table.cells import Rule
from regression_analyzer.table.dates import date_sql
from regression_analyzer.table.numbers import number_sql
from regression_analyzer.table.raw import RawTable
from regression_analyzer.table.value import PART_COLUMNS, Kind
from regression_analyzer.table.workspace import sql_text

if TYPE_CHECKING:
    import duckdb

WHITE_SPACE = " \t\r\n\v\f\u00a0\u202f\u2009\u3000\ufeff"
_OUTER = "^[\\s\\x{a0}\\x{202f}\\x{2009}\\x{3000}\\x{feff}]|[\\s\\x{a0}\\x{202f}\\x{2009}\\x{3000}\\x{feff}]$"
_RUNNING = re.compile(
    r"\(select (kept \+ .+?) as row_number, (kept \+ .+?) as line_number, ([c0-9, ]+) "
    r"from \(select row_number\(\) over \(\) as kept, \3 from (read_csv\(.*\))\)\)",
    re.DOTALL,
)
STAGE_COLUMNS = 1_000
STAGED = "staged"
SAMPLE_CELLS = 400_000
MOST_SAMPLE_ROWS = 20_000
FEWEST_SAMPLE_ROWS = 500
SPREAD_UP_TO_BYTES = 60_000_000
"""Files up to this size are sampled over their whole length, larger ones at the top."""
MOST_ODD_TEXTS = 2_000
LINES_KEPT = 20
_CELL_END, _PART_END = "chr(31)", "chr(30)"
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UHUGEINT", "UTINYINT", "USMALLINT", "UINTEGER")
_NUMBER_TYPES = (*_NUMBERS, "UBIGINT", "FLOAT", "REAL", "DOUBLE", "DECIMAL", "NUMERIC", "BIGNUM")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sample:
    """Cells of the text columns from a part of the rows, in row order.

    Attributes
    ----------
    cells : by position
    rows : how many rows were looked at
    complete : these are all rows
    """

    cells: Mapping[int, Sequence[str | None]]
    rows: int
    complete: bool


@dataclass(slots=True)
class OddCells:
    """Cells of one column that did not fit its rule: their texts, how often, and on which lines."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)


def native_kind(native: str) -> Kind | None:
    """Return the kind of a column that is typed already, None where its cells are texts."""
    name = native.upper()
    if name == "BOOLEAN":
        return "yes_no"
    if name.split("(")[0] in _NUMBER_TYPES or name == "INTERVAL":
        return "number" if "[" not in name else "text"
    if (name == "DATE" or name.startswith("TIMESTAMP") or name == "DATETIME") and "[" not in name:
        return "date"
    return None


def stage(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> RawTable:
    """Return a very wide table split in tables of its own, so that no statement has to know all its columns."""
    width = len(raw.names)
    if width <= STAGE_COLUMNS:
        return raw
    for start in range(0, width, STAGE_COLUMNS):
        cells = ", ".join(f"c{p}" for p in range(start, min(start + STAGE_COLUMNS, width)))
        connection.execute(
            f"create table {STAGED}_{start // STAGE_COLUMNS} as select row_number, line_number, {cells} "
            f"from {raw.relation}"
        )
    return dataclasses.replace(raw, relation=STAGED)


def unstage(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> None:
    """Forget the tables that `stage` made."""
    if raw.relation == STAGED:
        for start in range(0, len(raw.names), STAGE_COLUMNS):
            connection.execute(f"drop table {STAGED}_{start // STAGE_COLUMNS}")


def _relation_at(raw: RawTable, position: int) -> str:
    return f"{STAGED}_{position // STAGE_COLUMNS}" if raw.relation == STAGED else raw.relation


def take_sample(connection: duckdb.DuckDBPyConnection, raw: RawTable, positions: Sequence[int]) -> Sample:
    """Look at cells of the text columns: all of them in a small table."""
    rows = raw.rows_in_file - sum(out.rows for out in raw.left_out)
    if not positions or not rows:
        return Sample(cells=dict.fromkeys(positions, ()), rows=0, complete=True)
    wanted = max(FEWEST_SAMPLE_ROWS, min(MOST_SAMPLE_ROWS, SAMPLE_CELLS // len(positions)))
    where = ""
    if rows > wanted:
        step = -(-rows // (wanted // 2))
        spread = raw.source.n_bytes <= SPREAD_UP_TO_BYTES
        where = f" where row_number <= {wanted // 2} or row_number % {step} = 0" if spread else f" limit {wanted}"
    columns: dict[int, Sequence[str | None]] = {}
    for start in range(0, len(raw.names), STAGE_COLUMNS):
        some = [p for p in positions if start <= p < start + STAGE_COLUMNS]
        if not some:
            continue
        cells = ", ".join(f"{text_cell(p, raw.native.get(p))} as c{p}" for p in some)
        fetched = connection.execute(f"select {cells} from {_relation_at(raw, start)}{where}").fetchnumpy()
        columns.update({p: _plain_list(fetched[f"c{p}"]) for p in some})
    seen = len(columns[positions[0]])
    return Sample(cells=columns, rows=seen, complete=seen >= rows)


def _plain_list(column: object) -> list[str | None]:
    """Return a fetched VARCHAR column as Python texts, None where there is none."""
    values: list[str | None] = column.tolist()  # type: ignore[attr-defined]
    return [v if isinstance(v, str) else None for v in values]


def text_cell(position: int, native: str | None) -> str:
    """Return SQL for one cell as VARCHAR; nested values become JSON."""
    cell = f"c{position}"
    if native is None or native.upper() == "VARCHAR":
        return cell
    name = native.upper()
    if name.startswith(("STRUCT", "MAP", "UNION")) or "[" in name:
        return f"cast(to_json({cell}) as varchar)"
    if name in {"DOUBLE", "FLOAT", "REAL"}:
        whole = f"{cell} = trunc({cell}) and abs({cell}) < 1e15"
        return f"case when {whole} then cast({cell}::bigint as varchar) else cast({cell} as varchar) end"
    return f"cast({cell} as varchar)"


def native_sql(position: int, native: str) -> str:
    """Return SQL for one cell of a typed column under its own kind."""
    cell = f"c{position}"
    kind = native_kind(native)
    if kind == "yes_no":
        return f"case when {cell} then 'true' when not {cell} then 'false' end"
    if kind == "date":
        return f"case when isfinite({cell}) then cast({cell} as timestamp) end"
    if native.upper() == "INTERVAL":
        return f"epoch({cell}) / 86400.0"
    return f"cast({cell} as double) + 0.0"


def trimmed(cell: str) -> str:
    """Return SQL for a cell without outer white space."""
    stripped = f"trim({cell}, {sql_text(WHITE_SPACE)})"
    return f"case when regexp_matches({cell}, {sql_text(_OUTER)}) then {stripped} else {cell} end"


def _typed(rule: Rule, cell: str) -> str:
    """Return SQL that reads one prepared cell by its rule."""
    if rule.kind == "number" and rule.number is not None:
        return number_sql(rule.number, cell)
    if rule.kind == "date" and rule.date is not None:
        return date_sql(rule.date, cell)
    if rule.kind == "yes_no":
        by_kept: dict[str, list[str]] = {}
        for folded, kept in rule.spellings.items():
            by_kept.setdefault(kept, []).append(folded)
        whens = [f"when {_is_one_of(f'lower({cell})', f)} then {sql_text(k)}" for k, f in by_kept.items()]
        return f"case {' '.join(whens)} end"
    value = f"nullif({cell}, '')"
    if not rule.codes:
        return value
    longest = max(len(code) for code in rule.codes)
    code = f"length({cell}) <= {longest} and {_is_one_of(cell, sorted(rule.codes))}"
    return f"case when {code} then null else {value} end"


def _is_one_of(cell: str, texts: Sequence[str]) -> str:
    """Return SQL that is true where a cell is one of some texts.

    Not ``in (...)`` nor ``list_contains``: the engine turns five constants or more into a join, and a join
    does not keep the order of the rows.
    """
    return f"regexp_full_match({cell}, {sql_text('|'.join(re.escape(t) for t in texts))})"


def _wrong(position: int, rule: Rule) -> str:
    """Return SQL that is true for a cell that does not fit; a plain number with leading zeros is one, too."""
    wrong = f"t{position} is null and r{position} <> ''"
    if rule.number is not None and rule.kind == "number" and rule.number.plain:
        wrong = f"({wrong}) or (r{position} >= '00' and r{position} < '0:')"
    return f"({wrong})"


def _odd(position: int, wrong: str) -> str:
    """Return SQL that is NULL for a cell that fits, else the position and the text."""
    text = f"translate(r{position}, chr(30) || chr(31), '  ')"
    return f"case when {wrong} then '{position}' || {_PART_END} || {text} end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A relation and how its rows are numbered: by columns of its own, or by their order alone."""

    relation: str
    row: str = "row_number"
    line: str = "line_number"
    by_order: bool = False


def numbered(relation: str) -> Numbered:
    """Return the relation without a running number where that number is all it adds.

    A running number forces a scan into one thread. Where the row and line numbers follow from the order of
    a text file's records, they are computed from the place of a row in the typed relation instead.
    """
    found = _RUNNING.fullmatch(relation)
    if found is None:
        return Numbered(relation=relation)
    row, line = (re.sub(r"\bkept\b", "(rowid + 1)", found[i]) for i in (1, 2))
    return Numbered(relation=found[4], row=row, line=line, by_order=True)


def table_of(position: int) -> str:
    """Return the table that holds a column; a wide relation is kept in several, row by row alike."""
    return f"typed_{position // PART_COLUMNS}"


def parts_of(n_columns: int) -> list[range]:
    """Return the positions of each part of a relation."""
    return [range(start, min(start + PART_COLUMNS, n_columns)) for start in range(0, n_columns, PART_COLUMNS)]


def materialise(connection: duckdb.DuckDBPyConnection, raw: RawTable, rules: Sequence[Rule]) -> None:
    """Make the relation ``data``, and in its tables a column ``odd`` with the cells that did not fit.

    ``data`` is a view of the tables ``typed_0``, ``typed_1`` ... (one, unless there are very many columns).
    """
    source = numbered(raw.relation)
    connection.execute("drop view if exists data")
    for part in parts_of(len(rules)):
        table = table_of(part.start)
        connection.execute(f"drop table if exists {table}")
        connection.execute(f"create table {table} as {_part_sql(source, raw, rules, part)}")
    _show(connection, source, len(rules))


def _part_sql(source: Numbered, raw: RawTable, rules: Sequence[Rule], part: range) -> str:
    """Return the statement that reads some columns by their rules."""
    prepared, typed, wrong = [], [], {}
    for position in part:
        rule, native = rules[position], raw.native.get(position)
        if native is not None and native_kind(native) == rule.kind:
            prepared.append(f"{native_sql(position, native)} as t{position}")
            continue
        cell = text_cell(position, native)
        plain = rule.kind == "number" and rule.number is not None and rule.number.plain
        prepared.append(f"{cell if plain else trimmed(cell)} as r{position}")
        typed.append(f"{_typed(rule, f'r{position}')} as t{position}")
        if rule.kind != "text" or rule.codes:
            wrong[position] = _wrong(position, rule)
    numbers = [] if source.by_order else ["row_number", "line_number"]
    relation = source.relation if source.by_order else _relation_at(raw, part.start)
    middle = f"select {', '.join([*numbers, *prepared])} from {relation}"
    if typed:
        middle = f"select *, {', '.join(typed)} from ({middle})"
    odd = "''"
    if wrong:
        texts = ", ".join(_odd(position, test) for position, test in wrong.items())
        odd = f"case when {' or '.join(wrong.values())} then concat_ws({_CELL_END}, {texts}) else '' end"
    cells = [f"t{position} as c{position}" for position in part]
    return f"select {', '.join([*numbers, *cells])}, {odd} as odd from ({middle})"


def drop_odd(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> None:
    """Forget the cells that did not fit."""
    connection.execute("drop view data")
    for part in parts_of(len(raw.names)):
        connection.execute(f"alter table {table_of(part.start)} drop column odd")
    _show(connection, numbered(raw.relation), len(raw.names))


def _show(connection: duckdb.DuckDBPyConnection, source: Numbered, n_columns: int) -> None:
    """Make the view ``data``: the parts side by side, with row and line numbers; and one view a part."""
    parts = parts_of(n_columns)
    _show_as(connection, "data", source, parts)
    for index, part in enumerate(parts if len(parts) > 1 else ()):
        _show_as(connection, f"data_{index}", source, [part])


def _show_as(connection: duckdb.DuckDBPyConnection, name: str, source: Numbered, parts: Sequence[range]) -> None:
    first, *others = [table_of(part.start) for part in parts]
    row, line = (
        re.sub(r"\b(rowid|row_number|line_number)\b", rf"{first}.\1", text) for text in (source.row, source.line)
    )
    cells = ", ".join(f"c{position}" for part in parts for position in part)
    joined = " positional join ".join([first, *others])
    connection.execute(
        f"create or replace view {name} as "
        f"select {row} as row_number, {line} as line_number, {cells}, {first}.rowid as rowid from {joined}"
    )


def odd_cells(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> dict[int, OddCells]:
    """Return, by position, the cells that did not fit, the most frequent texts of each column first."""
    found: dict[int, OddCells] = {}
    source = numbered(raw.relation)
    for part in parts_of(len(raw.names)):
        for position, text, n, lines in _odd_rows(connection, source, table_of(part.start)):
            stripped = text.strip(WHITE_SPACE)
            if stripped:
                cells = found.setdefault(position, OddCells())
                cells.counts[stripped] += n
                cells.lines[stripped] = tuple(sorted({*cells.lines.get(stripped, ()), *lines}))[:LINES_KEPT]
    return found


def _odd_rows(
    connection: duckdb.DuckDBPyConnection, source: Numbered, table: str
) -> list[tuple[int, str, int, list[int]]]:
    """Return (position, text, cells, first lines) of the cells that did not fit in one part."""
    return connection.execute(
        f"""
        with parts as (
            select {source.line} as line, {source.row} as row, unnest(string_split(odd, {_CELL_END})) as part
            from {table} where odd <> ''
        ), cells as (
            select split_part(part, {_PART_END}, 1)::integer as position, split_part(part, {_PART_END}, 2) as text,
                line, row
            from parts
        )
        select position, text, count(*) as n, min(line, {LINES_KEPT}) as lines
        from cells group by position, text
        qualify row_number() over (partition by position order by n desc, min(row)) <= {MOST_ODD_TEXTS}
        order by position, n desc, lines[1]
        """
    ).fetchall()
