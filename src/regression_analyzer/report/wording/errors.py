"""Words for what other standard errors did about a finding: before and after."""

from __future__ import annotations

from regression_analyzer.findings import Finding
from regression_analyzer.report.numbers import count_of, fmt, shorten

ROBUST = ("HC0", "HC1", "HC2", "HC3", "cluster", "HAC")
"""Kinds that an uneven spread does not hurt."""


def errors_done(finding: Finding, *kinds: str) -> str:
    """Say which error changed most, from what to what, and how many verdicts; starts with a blank.

    ``""`` where nothing was compared, or neither the classical errors nor one of ``kinds`` are in use. Where the
    classical ones are in use, it is told what HC3 errors would change, if those are among ``kinds``.
    """
    facts = finding.facts
    used, compared = (str(facts.get(key, "")).removesuffix("-adjusted") for key in ("errors_used", "errors_compared"))
    before, after = facts.get("errors_before"), facts.get("errors_after")
    if compared not in kinds or not isinstance(before, float) or not isinstance(after, float):
        return ""
    verdicts = facts.get("errors_verdicts")
    changed = verdicts if isinstance(verdicts, int) else 0
    term = shorten(str(facts["errors_term"]))
    name = "clustered" if compared == "cluster" else compared
    many = count_of(changed, "verdict") if changed else "no verdict"
    if used == "classical":
        return (
            f" Classical errors are in use; {name} errors would take the error of {term} from {fmt(before)} to "
            f"{fmt(after)} and change {many} at 5%."
        )
    verb = "change" if changed > 1 else "changes"
    return (
        f" Done: {name} errors are in use; the error of {term}, which differs most, goes from {fmt(before)} "
        f"(classical) to {fmt(after)}, and {many} at 5% {verb}."
    )
