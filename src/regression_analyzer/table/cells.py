"""What the cells of one column are: number, date, yes/no or text; decided for the column as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regression_analyzer.findings import Decision, Finding, Severity
from regression_analyzer.table.cells_dates import decide_dates
from regression_analyzer.table.cells_numbers import decide_numbers, why_no_number
from regression_analyzer.table.cells_words import look_alikes, yes_no_sides
from regression_analyzer.table.choices import Choices
from regression_analyzer.table.clocks import decide_clock
from regression_analyzer.table.context import FileContext
from regression_analyzer.table.dates import DateRule, DateSurvey, survey_dates
from regression_analyzer.table.missing import TEXT_CODES, is_number_code, text_codes
from regression_analyzer.table.numbers import NumberRule, NumberSurvey, survey_numbers
from regression_analyzer.table.value import Kind

KINDS: tuple[Kind, ...] = ("number", "date", "yes_no", "text")
KIND_WORDS: Mapping[Kind, str] = {"number": "numbers", "date": "dates", "yes_no": "yes or no", "text": "text"}
MOST_ODD = 0.15
"""Share of cells that may be unreadable in a column that is still numbers or dates."""
FEWEST_COMPACT_DATES = 3
MOSTLY = 0.5
KEEP = "keep"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ColumnSurvey:
    """The different texts of a column with their frequency, and what they look like.

    Attributes
    ----------
    counts : trimmed texts, without empty ones
    values, codes : the same, split in texts that say something and texts that mean "missing" among numbers
    in_order : cells in file order (a run from the top of the file), for dates
    """

    name: str
    counts: Counter[str]
    values: Counter[str]
    codes: Counter[str]
    numbers: NumberSurvey
    dates: DateSurvey
    in_order: Sequence[str | None] = ()

    @property
    def total(self) -> int:
        """Cells that say something."""
        return sum(self.values.values())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """How every cell of one column is read.

    Attributes
    ----------
    number, date : the finer rule for numbers and dates
    spellings : yes/no: case-folded spelling -> the spelling kept
    codes : text: exact texts that mean "missing"; None where the column is not text
    keep_sentinels : numbers such as -999 stay
    declared : numbers the user declared missing
    because : evidence for the kind
    """

    kind: Kind
    because: str
    number: NumberRule | None = None
    date: DateRule | None = None
    spellings: Mapping[str, str] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    keep_sentinels: bool = False
    declared: tuple[float, ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def reading(self) -> tuple[object, ...]:
        """What has to be equal for two rules to read every cell alike."""
        return self.kind, self.number, self.date, tuple(sorted(self.spellings.items())), self.codes


def survey_column(name: str, counts: Counter[str], in_order: Sequence[str | None] = ()) -> ColumnSurvey:
    """Look at a column's different texts (trimmed, none empty)."""
    values: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for text, rows in counts.items():
        (codes if is_number_code(text) else values)[text] = rows
    numbers = survey_numbers(values)
    maybe_dates = numbers.plain < numbers.total or any(len(t) == 8 for t in list(values)[:3])
    dates = survey_dates(values) if maybe_dates else DateSurvey(total=numbers.total)
    return ColumnSurvey(
        name=name, counts=counts, values=values, codes=codes, numbers=numbers, dates=dates, in_order=in_order
    )


def decide_column(survey: ColumnSurvey, context: FileContext, choices: Choices) -> Rule:
    """Choose the rule for one column.

    Parameters
    ----------
    survey : the column
    context : what the rest of the file says about decimal marks and the order of day and month
    choices : the user's overrides; keeps the decisions and findings

    Raises
    ------
    UsageError
        An override that does not fit this column.
    """
    type_id = f"column.{survey.name}.type"
    kind, because = _kind(survey)
    asked = choices.override(type_id, KINDS)
    if asked is not None:
        kind = asked  # type: ignore[assignment]
    rule: Rule | None = None
    if kind == "number":
        rule, because = _number_rule(survey, context, choices, because, forced=asked is not None)
    elif kind == "date":
        date = decide_dates(survey.name, survey.dates, survey.in_order, context, choices)
        rule = Rule(kind="date", because=because, date=date)
    elif kind == "yes_no":
        rule = _yes_no_rule(survey, because, type_id, choices)
    if rule is None:
        rule = _text_rule(survey, because, choices)
    choices.record(
        type_id, f"Type of {survey.name}", rule.kind, rule.because, [k for k in _possible(survey) if k != rule.kind]
    )
    return _with(rule, choices)


def _with(rule: Rule, choices: Choices) -> Rule:
    return Rule(
        kind=rule.kind,
        because=rule.because,
        number=rule.number,
        date=rule.date,
        spellings=rule.spellings,
        codes=rule.codes,
        keep_sentinels=rule.keep_sentinels,
        declared=rule.declared,
        decisions=tuple(choices.decisions.values()),
        findings=tuple(choices.findings),
    )


def _kind(survey: ColumnSurvey) -> tuple[Kind, str]:
    """Return what the cells look like, and the evidence."""
    total = survey.total
    if yes_no_sides(_without_text_codes(survey)) is not None:
        return "yes_no", "every cell is a spelling of yes or no"
    if total == 0:
        return "text", "no cell has a value"
    if _is_dates(survey):
        return "date", f"{survey.dates.dates:,} of {survey.dates.total:,} cells looked at are dates"
    numbers = survey.numbers
    if _is_clock(survey):
        return "number", f"{numbers.clocks.total():,} of {numbers.total:,} cells looked at are times such as 1:30"
    if numbers.numbers and sum(numbers.odd.values()) <= MOST_ODD * total:
        return "number", f"{numbers.numbers:,} of {numbers.total:,} cells looked at are numbers"
    if numbers.numbers:
        return "text", f"only {numbers.numbers:,} of {numbers.total:,} cells looked at are numbers"
    return "text", "the cells are words"


def _is_dates(survey: ColumnSurvey) -> bool:
    dates = survey.dates
    if dates.dates == 0 or sum(dates.odd.values()) > MOST_ODD * survey.total:
        return False
    compact = dates.shapes["compact"]
    if compact and compact > MOST_ODD * dates.dates:
        return compact == survey.total and len(survey.values) >= FEWEST_COMPACT_DATES
    return True


def _is_clock(survey: ColumnSurvey) -> bool:
    clocks = survey.numbers.clocks.total()
    return clocks > 0 and survey.total - clocks <= MOST_ODD * survey.total


def _without_text_codes(survey: ColumnSurvey) -> Counter[str]:
    codes = text_codes(survey.counts) if survey.codes else frozenset()
    return Counter({t: n for t, n in survey.counts.items() if t not in codes}) if codes else survey.counts


def _number_rule(
    survey: ColumnSurvey, context: FileContext, choices: Choices, because: str, *, forced: bool
) -> tuple[Rule | None, str]:
    """Return the rule for numbers, or None and the reason why the column is better read as text."""
    if _is_clock(survey):
        unit = decide_clock(survey.name, survey.numbers.clocks, choices)
        return Rule(kind="number", because=because, number=NumberRule(plain=False, unit=unit, clock=unit)), because
    reason = None if forced else why_no_number(survey.name, survey.codes, survey.numbers, choices)
    if reason is not None:
        return None, reason
    number, misfits = decide_numbers(survey.name, survey.numbers, context, choices)
    if not forced and misfits > MOST_ODD * survey.total:
        return None, f"{misfits:,} of {survey.total:,} cells looked at do not fit one way of writing numbers"
    missing = choices.override(f"column.{survey.name}.missing")
    declared = () if missing in {None, KEEP} else _declared_numbers(missing or "")
    rule = Rule(kind="number", because=because, number=number, keep_sentinels=missing is not None, declared=declared)
    return rule, because


def _declared_numbers(text: str) -> tuple[float, ...]:
    numbers = []
    for part in text.split(","):
        try:
            numbers.append(float(part.strip()))
        except ValueError:
            continue
    return tuple(numbers)


def _yes_no_rule(survey: ColumnSurvey, because: str, type_id: str, choices: Choices) -> Rule:
    sides = yes_no_sides(_without_text_codes(survey))
    if sides is None:
        levels = sorted(survey.values, key=lambda t: (-survey.values[t], t))
        if len({t.casefold() for t in levels}) != 2:
            reason = f"it has {len(levels)} different values, and yes/no needs two"
            choices.find("override_not_possible", "attention", survey.name, decision=type_id, reason=reason)
            return _text_rule(survey, reason, choices)
        first = {t.casefold(): t for t in reversed(levels)}
        sides = first
    return Rule(kind="yes_no", because=because, spellings=sides, codes=_codes(survey, choices))


def _text_rule(survey: ColumnSurvey, because: str, choices: Choices) -> Rule:
    numbers = survey.numbers.numbers - survey.numbers.bounds
    if MOSTLY <= numbers / max(survey.total, 1) < 1 and len(survey.values) > FEWEST_COMPACT_DATES:
        odd = tuple(t for t, _ in survey.numbers.odd.most_common(5))
        choices.find("mostly_numbers", "attention", survey.name, numbers=numbers, cells=survey.total, examples=odd)
    for group in look_alikes(survey.counts):
        severity: Severity = "attention" if len(survey.counts) <= 100 else "info"
        choices.find("look_alike_levels", severity, survey.name, levels=group[0], rows=group[1])
    return Rule(kind="text", because=because, codes=_codes(survey, choices))


def _codes(survey: ColumnSurvey, choices: Choices) -> frozenset[str]:
    """Return the texts read as missing in a column of words, and record the choice where there is one."""
    decision_id = f"column.{survey.name}.missing"
    applied = text_codes(TEXT_CODES.union(survey.counts))
    found = applied.intersection(survey.counts)
    kept = sorted((set(survey.codes) | TEXT_CODES.intersection(survey.counts)) - found)
    asked = choices.override(decision_id)
    if asked is not None:
        chosen = frozenset() if asked == KEEP else frozenset(p.strip() for p in asked.split(","))
        choices.record(decision_id, f"Missing codes of {survey.name}", asked, "", [])
        return chosen
    if found:
        choices.record(
            decision_id,
            f"Missing codes of {survey.name}",
            ", ".join(sorted(found)),
            "these texts are common signs for no value",
            [KEEP, ", ".join(sorted(found | set(kept)))],
        )
    elif kept:
        rows = sum(survey.counts[k] for k in kept)
        choices.record(
            decision_id,
            f"Missing codes of {survey.name}",
            KEEP,
            f"among words, {', '.join(kept[:5])} ({rows:,} cells looked at) acts as a category",
            [", ".join(kept)],
        )
    return applied


def _possible(survey: ColumnSurvey) -> list[str]:
    """Return the kinds a user could sensibly choose instead."""
    kinds = ["text"]
    if survey.numbers.numbers or survey.numbers.clocks:
        kinds.append("number")
    if survey.dates.dates:
        kinds.append("date")
    if len({t.casefold() for t in survey.values}) == 2:
        kinds.append("yes_no")
    return kinds
