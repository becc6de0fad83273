"""The rules of all columns, found from a sample, applied to every cell, and found again where they fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_analyzer.findings import Decision
from regression_analyzer.table.cells import ColumnSurvey, Rule, decide_column, survey_column
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.context import FileContext, find_context
from regression_analyzer.table.materialise import (
    WHITE_SPACE,
    OddCells,
    Sample,
    materialise,
    native_kind,
    odd_cells,
    stage,
    take_sample,
    unstage,
)
from regression_analyzer.table.numbers import DecimalMark
from regression_analyzer.table.raw import RawTable

if TYPE_CHECKING:
    import duckdb

MOST_ROUNDS = 3
MOST_LATE_TEXTS = 20_000


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Decided:
    """The rule of every column, the cells that do not fit it, and the decisions."""

    rules: tuple[Rule, ...]
    odd: Mapping[int, OddCells]
    decisions: tuple[Decision, ...]
    decimal: str | None


def decide_columns(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, names: Sequence[str], overrides: Mapping[str, str]
) -> Decided:
    """Find the rules and make the relation ``data`` (with its column ``odd``)."""
    raw = stage(connection, raw)
    texts = [p for p in range(len(names)) if native_kind(raw.native.get(p, "VARCHAR")) is None]
    sample = take_sample(connection, raw, _positions_to_look_at(texts, names, overrides))
    surveys = {p: _survey(names[p], sample.cells[p]) for p in sample.cells}
    file_choices = Choices(overrides)
    rules, context = _rules(raw, names, surveys, overrides, file_choices)
    materialise(connection, raw, rules)
    odd = odd_cells(connection, raw)
    for _ in range(0 if sample.complete else MOST_ROUNDS):
        late = _late_texts(connection, surveys, rules, odd)
        if not late:
            break
        for position, counts in late.items():
            merged = _scaled(surveys[position].counts, raw, sample) + counts
            surveys[position] = survey_column(names[position], merged, surveys[position].in_order)
        before = [rule.reading for rule in rules]
        rules, context = _rules(raw, names, surveys, overrides, file_choices)
        if [rule.reading for rule in rules] == before:
            break
        materialise(connection, raw, rules)
        odd = odd_cells(connection, raw)
    unstage(connection, raw)
    decisions = [d for rule in rules for d in rule.decisions]
    return Decided(
        rules=tuple(rules),
        odd=odd,
        decisions=(*file_choices.decisions.values(), *decisions),
        decimal=context.decimal if raw.delimiter is not None else None,
    )


def _positions_to_look_at(texts: Sequence[int], names: Sequence[str], overrides: Mapping[str, str]) -> list[int]:
    """Return the columns whose cells are texts, and typed ones that the user wants otherwise."""
    return [p for p in range(len(names)) if p in set(texts) or f"column.{names[p]}.type" in overrides]


def _survey(name: str, cells: Sequence[str | None]) -> ColumnSurvey:
    counts: Counter[str] = Counter()
    for text, rows in Counter(cells).items():
        stripped = text.strip(WHITE_SPACE) if text is not None else ""
        if stripped:
            counts[stripped] += rows
    return survey_column(name, counts, cells)


def _rules(
    raw: RawTable,
    names: Sequence[str],
    surveys: Mapping[int, ColumnSurvey],
    overrides: Mapping[str, str],
    file_choices: Choices,
) -> tuple[list[Rule], FileContext]:
    context = _context(raw, surveys, file_choices)
    rules = []
    for position, name in enumerate(names):
        native = raw.native.get(position, "VARCHAR")
        kind = native_kind(native)
        choices = Choices(overrides)
        asked = choices.override(f"column.{name}.type")
        if kind is None or (asked is not None and asked != kind):
            rules.append(decide_column(surveys[position], context, choices))
            continue
        because = f"stored as {native} in the file"
        choices.record(f"column.{name}.type", f"Type of {name}", kind, because, ["text"])
        missing = choices.override(f"column.{name}.missing")
        declared = [] if missing is None else [p.strip() for p in missing.split(",")]
        rules.append(
            Rule(
                kind=kind,
                because=because,
                keep_sentinels=missing is not None,
                declared=tuple(float(d) for d in declared if _is_float(d)),
                decisions=tuple(choices.decisions.values()),
            )
        )
    return rules, context


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _context(raw: RawTable, surveys: Mapping[int, ColumnSurvey], choices: Choices) -> FileContext:
    """Gather what all columns say, and record the decimal mark of the file."""
    asked = choices.override("table.decimal", (".", ","))
    fixed: DecimalMark | None = None
    because = ""
    if asked is not None:
        fixed, because = ("," if asked == "," else "."), "chosen by the user for the whole file"
    elif raw.decimal in {".", ","}:
        fixed, because = ("," if raw.decimal == "," else "."), "the format fixes it"
    context = find_context(
        [s.numbers for s in surveys.values()],
        [s.dates for s in surveys.values()],
        fixed=fixed,
        fixed_because=because,
        delimiter=raw.delimiter,
    )
    if context.decimal is not None and raw.decimal is None:
        columns = sum(s.numbers.dot + s.numbers.comma > 0 for s in surveys.values())
        evidence = f"seen in {columns:,} column{'s' if columns != 1 else ''} that can only be read so"
        choices.record("table.decimal", "Decimal mark", context.decimal, evidence, [",", "."])
    return context


def _late_texts(
    connection: duckdb.DuckDBPyConnection,
    surveys: Mapping[int, ColumnSurvey],
    rules: Sequence[Rule],
    odd: Mapping[int, OddCells],
) -> dict[int, Counter[str]]:
    """Return, by position, texts that the sample did not show: unfitting cells, and columns that were empty."""
    late = {p: cells.counts for p, cells in odd.items() if p in surveys}
    for position, survey in surveys.items():
        if rules[position].kind == "text" and not survey.values:
            found = connection.execute(
                f"select c{position}, count(*) as n from data where c{position} is not null group by 1 "
                f"order by n desc, 1 limit {MOST_LATE_TEXTS}"
            ).fetchall()
            if found:
                late[position] = Counter({str(text): int(rows) for text, rows in found})
    return late


def _scaled(counts: Counter[str], raw: RawTable, sample: Sample) -> Counter[str]:
    """Return the sample's frequencies as those of the whole column."""
    factor = max(1.0, (raw.rows_in_file or 1) / max(sample.rows, 1))
    return Counter({text: max(1, round(rows * factor)) for text, rows in counts.items()})


def number_unit(rule: Rule, native: str | None) -> str | None:
    """Return the unit written in the cells; none for percent signs that were turned into fractions."""
    if native is not None and native.upper() == "INTERVAL":
        return "days"
    if rule.number is None or rule.kind != "number" or rule.number.percent == "fraction":
        return None
    return rule.number.unit
