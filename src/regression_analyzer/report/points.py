"""What a stored analysis says of its rows, findings and checks, each in words that stand on their own.

Made from the document alone. The words are those of the report (``wording``, ``questions``), as they are stored;
whoever keeps the file may have changed it, so nothing is taken to be there. To a model nothing of their text is told,
only which of our own findings and checks there are, and columns by their names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from regression_analyzer.insight.points import Point, Points
from regression_analyzer.insight.texts import clean
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, listing, shorten
from regression_analyzer.report.questions import QUESTIONS
from regression_analyzer.report.wording import room_of
from regression_analyzer.report.wording.abroad import AROUND, ASSOCIATION

LONGEST = 700
"""Characters of one point."""
MOST_FINDINGS = 30
MOST_CHECKS = 40
MOST_COLUMNS = 3
VERDICTS = {"ok": "nothing that needs attention", "attention": "it needs attention", "problem": "it is a problem"}
NEW_ROWS = (
    "Numbers for new rows, other values or other times are not in the results. The analysis predicts rows that "
    "you give it (regression-analyzer predict, or the form on the page), with intervals, and marks rows outside what "
    "it has seen."
)
LOOKED_FOR = {
    "a column that gives the target away or is known only afterwards": (
        "leakage",
        "near_target",
        "known_afterwards",
        "target_is_product",
        "llm_after_outcome",
    ),
    "rows that are copies of others": ("duplicate_rows", "duplicate_rows_not_checked"),
    "values that may stand for no value": ("missing_codes", "sentinel_missing", "maybe_missing_code", "mostly_missing"),
}
"""What no check of the model has a line for, and the findings that would tell of it."""


def points_of(document: Mapping[str, Any], language: str = "en") -> Points:
    """Return what can be told of a document beside sentences about its coefficients.

    Parameters
    ----------
    document : an analysis document, as stored
    language : code of the language in which the caution stands; the points themselves are English, as in the report
    """
    names = {str(column.get("name")) for column in _records(document["column_analysis"].get("columns"))}
    findings = [each for each in _records(document.get("findings")) if _text(each.get("evidence"))][:MOST_FINDINGS]
    checks = [each for each in _records(document.get("diagnostics")) if _text(each.get("question"))][:MOST_CHECKS]
    each = [
        *_rows(document),
        *(_finding(finding, f"f{place}", names) for place, finding in enumerate(findings, start=1)),
        *_not_found({str(finding.get("code")) for finding in _records(document.get("findings"))}),
        *(_check(check, f"k{place}") for place, check in enumerate(checks, start=1)),
        _cause(document),
        _new_rows(),
    ]
    return Points(each=each, caution=_caution(document, language))


def _rows(document: Mapping[str, Any]) -> Iterator[Point]:
    """Yield how many rows of the file were used, and why the others were not."""
    ledger = document.get("ledger")
    if not isinstance(ledger, Mapping) or not all(_is_count(ledger.get(k)) for k in ("rows_in_file", "rows_used")):
        return
    reasons = [
        f"{fmt_int(part['rows'])} ({_text(part.get('reason'))})"
        for part in _records(ledger.get("left_out"))
        if _is_count(part.get("rows"))
    ]
    whole, used = ledger["rows_in_file"], ledger["rows_used"]
    rest = f" Left out: {listing(reasons, 8)}." if reasons else " None was left out."
    text = f"Of {count_of(whole, 'row')} in the file, {fmt_int(used)} {'is' if used == 1 else 'are'} used.{rest}"
    about = "how many rows of the file are used, how many are left out or missing, and why"
    yield Point(key="rows", text=clean(text, LONGEST), shared={"tells": about, "some_left_out": bool(reasons)})


def _finding(finding: Mapping[str, Any], key: str, names: set[str]) -> Point:
    code, facts = str(finding.get("code")), finding.get("facts")
    values = [finding.get("subject"), *(facts.values() if isinstance(facts, Mapping) else ())]
    flat = [part for value in values for part in (value if isinstance(value, list | tuple) else (value,))]
    columns = [clean(part, 80) for part in dict.fromkeys(p for p in flat if isinstance(p, str)) if part in names]
    text = " ".join(filter(None, (_text(finding["evidence"]), _text(finding.get("advice")))))
    shared = {
        "finding": code.replace("_", " ") if room_of(code) else "other",
        "severity": finding.get("severity") if finding.get("severity") in {"info", "attention", "problem"} else "info",
        "columns": columns[:MOST_COLUMNS],
    }
    return Point(key=key, text=clean(text, LONGEST), shared=shared)


def _not_found(codes: set[str]) -> Iterator[Point]:
    """Yield that no finding tells of something that is looked for."""
    for place, (what, telling) in enumerate(LOOKED_FOR.items(), start=1):
        if not codes.intersection(telling):
            text = f"No finding of this analysis tells of {what}."
            yield Point(key=f"n{place}", text=text, shared={"not_found": what})


def _check(check: Mapping[str, Any], key: str) -> Point:
    question, name = _text(check["question"]), _text(check.get("check"))
    known = QUESTIONS.get(name)
    shared: dict[str, Any] = {"check": name.replace("_", " "), "asks": known.question} if known else {"check": "other"}
    if "skipped" in check:
        text = f"{question} Not checked: {_text(check['skipped'])}."
        return Point(key=key, text=clean(text, LONGEST), shared=shared | {"verdict": "not checked"})
    verdict = str(check.get("verdict"))
    seen = VERDICTS.get(verdict, "no verdict")
    numbers = [f"{_text(check.get('effect_name')) or 'size'}: {fmt(size)}"] if (size := _number(check)) else []
    p_value = check.get("p_value")
    numbers += [fmt_p(p_value)] if _is_number(p_value) and p_value is not None else []
    shown = f" ({'; '.join(numbers)})" if numbers else ""
    text = f"{question} The check ({shorten(name.replace('_', ' '), 40)}) says: {seen}{shown}."
    text = f"{text} {_text(check.get('advice'))}".strip()
    return Point(
        key=key, text=clean(text, LONGEST), shared=shared | {"verdict": verdict if verdict in VERDICTS else "none"}
    )


def _cause(document: Mapping[str, Any]) -> Point:
    about = "that this analysis cannot say whether one thing causes, drives or changes another, and why"
    text = f"Whether one thing brings about another this analysis cannot say. {_caution(document, 'en')}"
    return Point(key="cause", text=text, shared={"tells": about})


def _new_rows() -> Point:
    about = "that predictions, forecasts and what-if are not answered here, and where they are"
    return Point(key="new", text=NEW_ROWS, shared={"tells": about})


def _caution(document: Mapping[str, Any], language: str) -> str:
    """Return what no analysis of such data can say, as at the end of the report's answer."""
    target = shorten(clean(str(document["model"]["target"]), 80))
    said = AROUND[language].association if language in AROUND else ASSOCIATION
    return said.format(target=target)


def _records(value: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return clean(value, LONGEST) if isinstance(value, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(check: Mapping[str, Any]) -> float | None:
    return next((check[name] for name in ("effect_size", "statistic") if _is_number(check.get(name))), None)
