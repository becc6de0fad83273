"""Words for what was seen in the columns: target, copies of it, keys, totals, size."""

from __future__ import annotations

from regression_analyzer.findings import Fact, Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_pct, listing, shorten
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.errors import errors_done
from regression_analyzer.report.wording.facts import names, number
from regression_analyzer.report.wording.sources import BELSLEY, BOX, LEAKAGE, MISSING

HARRELL = "Harrell (2015), Regression Modeling Strategies, doi:10.1007/978-3-319-19425-7"
NEWEY = "Newey and West (1987), doi:10.2307/1913610"


def _text(f: Finding, name: str) -> str:
    value: Fact = f.facts[name]
    return "" if value is None else shorten(str(value))


def _names(f: Finding, name: str) -> list[str]:
    return [shorten(value) for value in names(f.facts[name])]


def _subject(f: Finding) -> str:
    return f'"{shorten(f.subject)}"'


def _no_target(_: Finding) -> Words:
    return Words(
        evidence="No column can be explained: none holds numbers that vary or a few recurring values.",
        advice="Name a target column, or check whether the file was read as meant.",
    )


def _target_proposed(f: Finding) -> Words:
    others = _names(f, "others")
    rest = f" Other candidates: {listing(others)}." if others else ""
    if f.facts["word"] is None:
        evidence = f"{_subject(f)} was taken as what is to be explained, by its place and kind: no name says so.{rest}"
        return Words(evidence=evidence, advice="Name the target yourself if it is another column.")
    evidence = f'{_subject(f)} was taken as what is to be explained: "{_text(f, "word")}" in its name says so.{rest}'
    return Words(evidence=evidence, advice="Name another target if it is not the one you want.")


def _column_name_matched(f: Finding) -> Words:
    return Words(
        evidence=f'There is no column "{_text(f, "asked")}"; {_subject(f)} was taken, which differs only in capitals, '
        "blanks or a renaming.",
        advice="Nothing to do if that is the column you meant.",
    )


def _leakage(f: Finding) -> Words:
    nearly = "nearly " if f.facts["kind"] == "nearly_determines_target" else ""
    evidence = f"{_subject(f)} {nearly}gives the target away: {_text_long(f, 'reason')}."
    if f.facts["used"]:
        return Words(
            evidence=evidence,
            advice="It is among the predictors, so the fit looks far better than it is and says little about the "
            f"others.{_without_it(f)} Leave it out unless it is known before the target is.",
            reference=LEAKAGE,
        )
    with_it, without = f.facts.get("explained_with"), f.facts.get("explained_without")
    done = _not_compared(f)
    if isinstance(with_it, float) and isinstance(without, float):
        done = f" With the columns left out for this reason the model would explain {fmt_pct(with_it)} of what varies "
        done += f"{_rows_compared(f) or 'in these rows'}; it explains {fmt_pct(without)}."
    return Words(
        evidence=evidence,
        advice=f"It was left out, since explaining a column by itself says nothing.{done} "
        f"To use it: --override 'predictor.{f.subject}=use'.",
        reference=LEAKAGE,
    )


def _without_it(f: Finding) -> str:
    """What is explained with a column and without; starts with a blank, "" where that is not known."""
    with_it, without = f.facts.get("explained_with"), f.facts.get("explained_without")
    if not isinstance(with_it, float) or not isinstance(without, float):
        return _not_compared(f)
    rows = _rows_compared(f)
    return (
        f" The model explains {fmt_pct(with_it)} of what varies with it, and {fmt_pct(without)} without"
        f"{f', {rows}' if rows else ''}."
    )


def _rows_compared(f: Finding) -> str:
    """Say which rows the second model has, "" where they are those of the first."""
    rows = f.facts.get("rows_compared")
    return f"in the {fmt_int(number(rows))} rows that it can use" if rows else ""


def _not_compared(f: Finding) -> str:
    """Say why there is no share with and without; starts with a blank, "" where there is one."""
    reason = f.facts.get("not_compared")
    return f" Not compared with and without: {reason}." if reason else ""


def _text_long(f: Finding, name: str) -> str:
    return shorten(str(f.facts[name]), 240)


def _near_target(f: Finding) -> Words:
    target, r, share = _text(f, "target"), number(f.facts["correlation"]), f.facts.get("share")
    if isinstance(share, float):
        evidence = f'{_subject(f)} is the same number as "{target}" in {fmt_pct(share)} of the rows.'
    else:
        evidence = f'{_subject(f)} follows "{target}" almost exactly (correlation {fmt(r, 5)}).'
    return Words(
        evidence=evidence,
        advice="Check whether it is the same thing measured again, or known only afterwards; if so, leave it out."
        f"{_without_it(f)}",
        reference=LEAKAGE,
    )


def _known_afterwards(f: Finding) -> Words:
    return Words(
        evidence=f'The name of {_subject(f)} ("{_text(f, "word")}") suggests that it is known only after '
        f'"{_text(f, "target")}".',
        advice=f"It is used.{_without_it(f)} Leave it out if the model is to predict, or if it is itself a result of "
        "the target.",
        reference=LEAKAGE,
    )


def _target_is_product(f: Finding) -> Words:
    return Words(
        evidence=f"{_subject(f)} is exactly {_text_long(f, 'formula')}.",
        advice="The relation is arithmetic and holds whatever the data; a straight line only approximates it. "
        "Leave out one of the factors, or explain the logarithm of the target.",
        reference=LEAKAGE,
    )


def _mostly_missing(f: Finding) -> Words:
    share = number(f.facts["missing"]) / max(number(f.facts["rows"]), 1.0)
    saved = number(f.facts["saved"])
    cost = f"; using it would cost {fmt_int(saved)} rows" if saved else ""
    return Words(
        evidence=f"{_subject(f)} has no value in {fmt_pct(share)} of the rows{cost}.",
        advice="It was left out so that those rows stay. To use it on the rows that have it: "
        f"--override 'predictor.{f.subject}=use'.",
        reference=MISSING,
    )


def _no_predictors(f: Finding) -> Words:
    return Words(
        evidence=f"No column is left to explain {_subject(f)} with.",
        advice="Add columns, or ask for some of those left out by name.",
    )


def _small_sample(f: Finding) -> Words:
    rows, columns = number(f.facts["rows"]), number(f.facts["columns"])
    evidence = f"There are {fmt_int(rows)} rows for {fmt_int(columns)} columns of the model"
    if f.severity == "problem":
        return Words(
            evidence=f"{evidence}: not enough to estimate them all.",
            advice="Name fewer predictors, or add rows.",
        )
    return Words(
        evidence=f"{evidence}: fewer than 10 rows for each.",
        advice="Estimates are shaky and the fit flatters itself; trust the out-of-sample figures, or name fewer "
        "predictors.",
        reference=HARRELL,
    )


def _many_levels(f: Finding) -> Words:
    levels, rows = number(f.facts["levels"]), number(f.facts["rows"])
    return Words(
        evidence=f"{_subject(f)} has {fmt_int(levels)} different values in {fmt_int(rows)} rows, "
        f"{fmt(rows / max(levels, 1.0), 2)} rows for each on average.",
        advice="Single values are compared on few rows: read it as a whole, group its values, or leave it out.",
        reference=HARRELL,
    )


def _skewed_target(f: Finding) -> Words:
    remedy = "its logarithm may be easier to explain" if f.facts["positive"] else "large values may dominate the fit"
    return Words(
        evidence=f"{_subject(f)} has a long upper tail: half of the values are below {fmt(number(f.facts['median']))}, "
        f"but 1 in 20 is above {fmt(number(f.facts['q95']))}.",
        advice=f"See the checks of the residuals; {remedy}.",
        reference=BOX,
    )


def _repeated_units(f: Finding) -> Words:
    return Words(
        evidence=f"{_subject(f)} names {fmt_int(number(f.facts['units']))} units that were measured repeatedly "
        f"({fmt(number(f.facts['rows_per_unit']))} rows each on average), so rows are not independent.",
        advice="It is not a predictor by default; standard errors that are clustered by it allow for the repetition."
        f"{errors_done(f, 'cluster')}",
        reference="Cameron and Miller 2015, doi:10.3368/jhr.50.2.317",
    )


def _time_order(f: Finding) -> Words:
    return Words(
        evidence=f"{_subject(f)} puts the rows in an order of time: {_text_long(f, 'reason')}.",
        advice="Neighbouring rows may resemble each other; this is checked.",
        reference=NEWEY,
    )


def _probable_total(f: Finding) -> Words:
    return Words(
        evidence=f"{_subject(f)} is exactly {_text_long(f, 'formula')}.",
        advice="A sum adds nothing to its parts and was left out beside them. Use it instead of them if you prefer.",
        reference=BELSLEY,
    )


def _near_duplicate_columns(f: Finding) -> Words:
    other = _text(f, "other")
    if f.facts["exact"]:
        return Words(
            evidence=f'{_subject(f)} and "{other}" hold the same information in different units.',
            advice="Only one of them can be estimated; leave out the other.",
            reference=BELSLEY,
        )
    correlation = number(f.facts["correlation"])
    return Words(
        evidence=f'{_subject(f)} and "{other}" are almost the same (correlation {fmt(correlation, 7)}).',
        advice="Their separate roles cannot be told apart; keep one of them.",
        reference=BELSLEY,
    )


def _maybe_missing_code(f: Finding) -> Words:
    facts = f.facts
    cells = count_of(int(number(facts["cells"])), "cell is", "cells are")
    if facts["kind"] == "date":
        return Words(
            evidence=f"{_subject(f)}: {cells} {_text(f, 'value')}, while all other dates lie between "
            f"{_text(f, 'low')} and {_text(f, 'high')}.",
            advice="Systems store such a date where there is none. It is used as it is: empty these cells in the file "
            "if they mean so.",
            reference=MISSING,
        )
    value = f"{number(facts['value']):g}"
    impossible = " Its name speaks of something that is never 0." if facts["named"] and facts["value"] == 0.0 else ""
    return Words(
        evidence=f"{_subject(f)}: {cells} {value}, while all other values lie between {fmt(number(facts['low']))} and "
        f"{fmt(number(facts['high']))}.{impossible}",
        advice=f"Used as it is. If it means that there is no value: --override 'column.{f.subject}.missing={value}'; "
        f"the average of {_subject(f)} is {fmt(number(facts['mean_before']))} with it and "
        f"{fmt(number(facts['mean_after']))} without.",
        reference=MISSING,
    )


WORDING: Wording = with_references(
    {
        "maybe_missing_code": _maybe_missing_code,
        "no_target": _no_target,
        "target_proposed": _target_proposed,
        "column_name_matched": _column_name_matched,
        "leakage": _leakage,
        "near_target": _near_target,
        "known_afterwards": _known_afterwards,
        "target_is_product": _target_is_product,
        "mostly_missing": _mostly_missing,
        "no_predictors": _no_predictors,
        "small_sample": _small_sample,
        "many_levels": _many_levels,
        "skewed_target": _skewed_target,
        "repeated_units": _repeated_units,
        "time_order": _time_order,
        "probable_total": _probable_total,
        "near_duplicate_columns": _near_duplicate_columns,
    },
    {},
    otherwise=HARRELL,
)
