"""The first question: what the data is about, and what its columns are. Choices come back as opaque ids.

A suggestion enters the plan only where the rules left a choice open, among the columns they had ranked
themselves; it never moves a column that a statistical rule kept out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from regression_analyzer.analysis import Advice, Options
from regression_analyzer.errors import AnalyzerError
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.insight.forms import items, one_of, record, text
from regression_analyzer.insight.sharing import column_facts, first_rows, shared_columns
from regression_analyzer.insight.texts import clean, description
from regression_analyzer.insight.value import Answer, Ask, NotAvailable, Question, Share
from regression_analyzer.profile import Profile, describe
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.table import Table

NO_CHOICE = "none"
SAID_TARGET = "the language model takes it for what people want explained"
LONGEST_CONTEXT = 2_000
TASK = (
    "A table is about to be analysed by regression. Say what organisation and field the data come from, what its "
    "owners probably care about, and how confident you are. Then, for every column id: its meaning in a few words, "
    "its unit if you know it (else an empty text), how relevant it is, and whether its value is known before the "
    "outcome is. If DATA lists target_candidates, choose the one that people would most likely want explained, else "
    "answer none. Write plain words in the language of the column names, without digits, addresses or markup."
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Asked:
    """The columns that were told of by their id, and those that may become the target."""

    columns: Mapping[str, ColumnProfile]
    candidates: tuple[str, ...]


def advise(table: Table, profile: Profile, options: Options, ask: Ask, share: Share) -> Advice:
    """Ask about the columns and return what follows for the plan; without an answer nothing does."""
    question, asked = columns_question(table, profile, options, share)
    said = ask(question)
    if isinstance(said, NotAvailable):
        return Advice(profile=profile, findings=unavailable(said))
    chosen, findings = _with_target(table, profile, options, said, asked)
    findings += _afterwards(chosen, said, asked)
    return Advice(profile=chosen, context=_context(said.content, asked) or None, findings=findings)


def unavailable(said: NotAvailable) -> tuple[Finding, ...]:
    """Return the note that a model gave no answer; none where nobody set one up."""
    if said.reason in {"no_key", "preview"}:
        return ()
    facts = {"provider": said.provider, "reason": said.reason}
    return (Finding(code="llm_unavailable", severity="info", facts=facts),)


def columns_question(table: Table, profile: Profile, options: Options, share: Share) -> tuple[Question, _Asked]:
    """Return the question as it would be asked."""
    open_names = open_candidates(profile, options)
    columns = shared_columns(profile, (*open_names, *([profile.target] if profile.target else [])))
    ids = {column.name: key for key, column in columns.items()}
    candidates = tuple(ids[name] for name in open_names)
    data: dict[str, Any] = {
        "said_by_the_user": options.context,
        "columns": {key: column_facts(column, share) for key, column in columns.items()},
    }
    if share != "names":
        data["rows"] = table.n_rows
    if candidates:
        data["target_candidates"] = list(candidates)
    elif profile.target in ids:
        data["target"] = ids[profile.target]
    if share == "sample":
        data["first_rows"] = first_rows(table, columns)
    schema = record(
        context=record(
            organisation=text(), field=text(), interest=text(), confidence=one_of(["low", "medium", "high"])
        ),
        columns=items(
            record(
                id=one_of(list(columns)),
                meaning=text(),
                unit=text(),
                relevance=one_of(["high", "medium", "low"]),
                known_before_outcome=one_of(["yes", "no", "unsure"]),
            )
        ),
        target=one_of([*candidates, NO_CHOICE]),
    )
    message = f"{TASK}\n\nDATA\n{json.dumps(data, ensure_ascii=False)}"
    return Question(name="columns", text=message, schema=schema), _Asked(columns=columns, candidates=candidates)


def open_candidates(profile: Profile, options: Options) -> tuple[str, ...]:
    """Return the columns that may be the target where neither the user nor a name decided; else none."""
    if options.target or options.formula or "target" in options.overrides:
        return ()
    proposed = next((f for f in profile.findings if f.code == "target_proposed"), None)
    decision = next((d for d in profile.decisions if d.id == "target"), None)
    if proposed is None or decision is None or proposed.facts.get("word") is not None:
        return ()
    return tuple(name for name in (decision.chosen, *decision.rejected) if name in profile.by_name)


def _with_target(
    table: Table, profile: Profile, options: Options, said: Answer, asked: _Asked
) -> tuple[Profile, tuple[Finding, ...]]:
    """Return the profile with the suggested target where the rules had left it open."""
    key = said.content["target"]
    if key not in asked.candidates:
        return profile, ()
    name, before = asked.columns[key].name, profile.target
    decision = next(d for d in profile.decisions if d.id == "target")
    if name != before:
        try:
            other = describe(table, target=name, predictors=options.predictors, overrides=options.overrides)
        except AnalyzerError:
            return profile, ()
        if not other.predictors:
            return profile, ()
        profile = other
    rejected = tuple(each for each in (decision.chosen, *decision.rejected) if each != name)
    taken = Decision(
        id="target",
        what=decision.what,
        chosen=name,
        because=f"{said.by}: {SAID_TARGET}, and no name or rule had decided",
        rejected=rejected,
    )
    decisions = tuple(taken if each.id == "target" else each for each in profile.decisions)
    kept = tuple(each for each in profile.findings if each.code != "target_proposed")
    note = Finding(code="llm_target", severity="attention", subject=name, facts={"by": said.by, "others": rejected})
    return replace(profile, decisions=decisions, findings=kept), (note,)


def _afterwards(profile: Profile, said: Answer, asked: _Asked) -> tuple[Finding, ...]:
    """Return the note on predictors that the model takes for known only after the outcome."""
    late = [asked.columns[row["id"]].name for row in said.content["columns"] if row["known_before_outcome"] == "no"]
    names = tuple(name for name in dict.fromkeys(late) if name in profile.predictors)
    if not names:
        return ()
    return (Finding(code="llm_after_outcome", severity="info", facts={"by": said.by, "columns": names}),)


def _context(content: Mapping[str, Any], asked: _Asked) -> str:
    """Return what the model said of the business, as a few lines; texts with numbers or markup are left out."""
    business = content["context"]
    parts = [description(business[name], 300) for name in ("organisation", "field", "interest")]
    lines = (
        [f"{'; '.join(part for part in parts if part)} (confidence: {business['confidence']})."] if any(parts) else []
    )
    seen = set()
    for row in content["columns"]:
        meaning, unit = description(row["meaning"], 120), description(row["unit"], 20)
        if meaning and row["id"] not in seen:
            seen.add(row["id"])
            name = clean(asked.columns[row["id"]].name, 60)
            lines.append(f"{name}: {meaning}{f' ({unit})' if unit else ''}.")
    return clean(" ".join(lines), LONGEST_CONTEXT)
