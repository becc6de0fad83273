"""Words for the findings of the design room."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct
from regression_analyzer.report.wording import Wording, Words, with_references
from regression_analyzer.report.wording.facts import number, whole
from regression_analyzer.report.wording.sources import BELSLEY, BOX, MISSING


def _predictor_too_empty(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=f"{finding.subject} has no value in {fmt_pct(number(facts.get('share')))} of the rows.",
        advice=(
            "It was left out, because a row counts only if every predictor has a value. Name it as a predictor to "
            "use it all the same, on the rows that have it."
        ),
    )


def _single_level(finding: Finding) -> Words:
    facts = finding.facts
    return Words(
        evidence=f'{finding.subject} has only one value, "{facts.get("level") or ""!s}", among the rows used.',
        advice="It cannot explain any difference and has no coefficient.",
    )


def _undefined_transform(finding: Finding) -> Words:
    facts = finding.facts
    rows, total = whole(facts.get("rows")), whole(facts.get("n_rows"))
    return Words(
        evidence=f"{facts.get('words') or ''!s}: {fmt_int(rows)} of {fmt_int(total)} rows.",
        advice="These rows were left out. Use the column as it is if they belong to the question.",
    )


def _many_rows_left_out(finding: Finding) -> Words:
    facts = finding.facts
    used, total = whole(facts.get("used")), whole(facts.get("rows"))
    return Words(
        evidence=f"{fmt_int(used)} of {fmt_int(total)} rows could be used; the others lack a value somewhere.",
        advice=(
            "The results speak for the rows that are complete. If values are missing for a reason that has to do "
            "with the target, the others may differ; naming fewer predictors keeps more rows."
        ),
        reference="Little and Rubin (2019), chapter 3, doi:10.1002/9781119482260",
    )


def _left_out_rows_differ(finding: Finding) -> Words:
    facts = finding.facts
    out, used = number(facts.get("mean_left_out")), number(facts.get("mean_used"))
    target = str(facts.get("target") or "")
    if facts.get("share"):
        event = str(facts.get("event") or "")
        seen = f"{target} is {event} in {fmt_pct(out)} of them, against {fmt_pct(used)} of the rows used"
    else:
        seen = f"their {target} is {fmt(out)} on average, against {fmt(used)} in the rows used"
    return Words(
        evidence=(
            f"The {fmt_int(whole(facts.get('rows')))} rows left out for a missing value (most in {finding.subject}) "
            f"are not like the others: {seen} ({fmt(abs(number(facts.get('size'))))} standard deviations, "
            f"{fmt_p(number(facts.get('p_value')))})."
        ),
        advice=(
            f"The results speak for the complete rows only and may lean. Leave {finding.subject} out to keep most of "
            "these rows, fill the gaps from their source, or make the gaps a level of their own."
        ),
        reference="Little and Rubin (2019), chapter 3, doi:10.1002/9781119482260",
    )


def _fractional_counts(finding: Finding) -> Words:
    facts = finding.facts
    family = str(facts.get("family") or "").replace("-", " ")
    return Words(
        evidence=(
            f"{finding.subject} is not a whole number in {count_of(whole(facts.get('rows')), 'row')}, and a {family} "
            "model is one of counts."
        ),
        advice=(
            "Coefficients and robust errors still describe its mean; the likelihood, AIC and tests from them do not "
            "hold. Use --family gamma for amounts, quasi-poisson for a mean alone, or counts with "
            "offset(log(exposure)) for rates."
        ),
        reference="Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, section 18.2",
    )


WORDING: Wording = with_references(
    {
        "fractional_counts": _fractional_counts,
        "left_out_rows_differ": _left_out_rows_differ,
        "predictor_too_empty": _predictor_too_empty,
        "single_level": _single_level,
        "undefined_transform": _undefined_transform,
        "many_rows_left_out": _many_rows_left_out,
    },
    {
        "left_out_rows_differ": MISSING,
        "many_rows_left_out": MISSING,
        "predictor_too_empty": MISSING,
        "undefined_transform": BOX,
    },
    otherwise=BELSLEY,
)
