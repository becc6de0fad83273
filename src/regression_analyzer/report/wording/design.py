"""Words for the findings of the design room."""

from __future__ import annotations

import math

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import fmt, fmt_int, fmt_p, fmt_pct
from regression_analyzer.report.wording import Wording, Words


def number(finding: Finding, key: str) -> float:
    """A fact as a number; NaN where it is none."""
    value = finding.facts.get(key)
    return float(value) if isinstance(value, int | float) else math.nan


def count(finding: Finding, key: str) -> int:
    """A fact as a whole number; 0 where it is none."""
    value = number(finding, key)
    return 0 if math.isnan(value) else int(value)


def text(finding: Finding, key: str) -> str:
    """A fact as text."""
    return str(finding.facts.get(key) or "")


def _predictor_too_empty(finding: Finding) -> Words:
    return Words(
        evidence=f"{finding.subject} has no value in {fmt_pct(number(finding, 'share'))} of the rows.",
        advice=(
            "It was left out, because a row counts only if every predictor has a value. Name it as a predictor to "
            "use it all the same, on the rows that have it."
        ),
    )


def _single_level(finding: Finding) -> Words:
    return Words(
        evidence=f'{finding.subject} has only one value, "{text(finding, "level")}", among the rows used.',
        advice="It cannot explain any difference and has no coefficient.",
    )


def _undefined_transform(finding: Finding) -> Words:
    rows, total = count(finding, "rows"), count(finding, "n_rows")
    return Words(
        evidence=f"{text(finding, 'words')}: {fmt_int(rows)} of {fmt_int(total)} rows.",
        advice="These rows were left out. Use the column as it is if they belong to the question.",
    )


def _many_rows_left_out(finding: Finding) -> Words:
    used, total = count(finding, "used"), count(finding, "rows")
    return Words(
        evidence=f"{fmt_int(used)} of {fmt_int(total)} rows could be used; the others lack a value somewhere.",
        advice=(
            "The results speak for the rows that are complete. If values are missing for a reason that has to do "
            "with the target, the others may differ; naming fewer predictors keeps more rows."
        ),
        reference="Little and Rubin (2019), chapter 3, doi:10.1002/9781119482260",
    )


def _left_out_rows_differ(finding: Finding) -> Words:
    out, used = number(finding, "mean_left_out"), number(finding, "mean_used")
    target = text(finding, "target")
    if finding.facts.get("share"):
        seen = (
            f"{target} is {text(finding, 'event')} in {fmt_pct(out)} of them, against {fmt_pct(used)} of the rows used"
        )
    else:
        seen = f"their {target} is {fmt(out)} on average, against {fmt(used)} in the rows used"
    return Words(
        evidence=(
            f"The {fmt_int(count(finding, 'rows'))} rows left out for a missing value (most in {finding.subject}) are "
            f"not like the others: {seen} ({fmt(abs(number(finding, 'size')))} standard deviations, "
            f"{fmt_p(number(finding, 'p_value'))})."
        ),
        advice=(
            f"The results speak for the complete rows only and may lean. Leave {finding.subject} out to keep most of "
            "these rows, fill the gaps from their source, or make the gaps a level of their own."
        ),
        reference="Little and Rubin (2019), chapter 3, doi:10.1002/9781119482260",
    )


WORDING: Wording = {
    "left_out_rows_differ": _left_out_rows_differ,
    "predictor_too_empty": _predictor_too_empty,
    "single_level": _single_level,
    "undefined_transform": _undefined_transform,
    "many_rows_left_out": _many_rows_left_out,
}
