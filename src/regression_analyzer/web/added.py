"""What the page says above a report of terms that its model misses, or that were added to an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regression_analyzer.web.contexts import TermNote


def missing_note(job_id: str, result: Mapping[str, Any]) -> TermNote | None:
    """Return the offer to add what a finished analysis proposes; None where it proposes nothing."""
    missed = result.get("missed")
    if not missed:
        return None
    them = "it" if len(missed["terms"]) == 1 else "them"
    gain = f" With {them}, {{}} of what varies in rows it has not seen is explained, instead of {{}}."
    return TermNote(
        heading=f"This model misses {listed([said(term) for term in missed['terms']])}.",
        text=_filled(gain, missed.get("explained"), result.get("explained")),
        action=f"/pages/adopt/{job_id}",
        label=f"Add {them} and analyse again",
    )


def added_note(
    payload: Mapping[str, Any], result: Mapping[str, Any], earlier: Mapping[str, Any] | None
) -> TermNote | None:
    """Return the way back from an analysis with added terms to the one without; None where that is gone.

    Parameters
    ----------
    payload, result : of the analysis with the terms
    earlier : result of the analysis without them, None where it no longer exists
    """
    added = payload.get("added")
    if not added or earlier is None:
        return None
    them = "it" if len(added) == 1 else "them"
    text = f" {{}} of what varies in rows it has not seen is explained; without {them}, {{}}."
    return TermNote(
        heading=f"This model knows {listed([said(term) for term in added])}.",
        text=_filled(text, result.get("explained"), earlier.get("explained")),
        action=f"/analyses/{payload['earlier']}",
        label=f"Compare with the report without {them}",
        is_link=True,
    )


def said(term: Mapping[str, Any]) -> str:
    """Return a term in words, with its name in the formula."""
    predictors = [str(name) for name in term["predictors"]]
    what = (
        f"that the effects of {listed(predictors)} depend on each other"
        if len(predictors) > 1
        else f"the bend in {predictors[0]}"
    )
    return f"{what} ({term['term']})"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence holds them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _filled(text: str, after: Any, before: Any) -> str:
    """Put two shares into a text as percentages, with as many digits as tell them apart; "" where one is not known."""
    if not isinstance(after, int | float) or not isinstance(before, int | float):
        return ""
    digits = 0 if f"{after:.0%}" != f"{before:.0%}" else 1
    return text.format(f"{after:.{digits}%}", f"{before:.{digits}%}")
