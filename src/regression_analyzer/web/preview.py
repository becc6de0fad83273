"""From a preview document and a plan to the page on which the plan is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regression_analyzer.web.contexts import Choice
from regression_analyzer.web.contexts_plan import (
    Bar,
    Guess,
    PreviewColumn,
    PreviewFinding,
    PreviewPage,
    PreviewRow,
)
from regression_analyzer.web.plan import Plan, override_token, token

SHORT_NAME = 48
BAR_WIDTH, BAR_HEIGHT = 100.0, 30.0
MOST_COLUMNS = 400
MOST_CELLS = 60
MOST_GUESSES = 60
MOST_LEVELS = 100
SHORT_LEVEL = 28
MOST_REMARKS = 12

FAMILIES = {
    "auto": "chosen from the target",
    "gaussian": "linear (least squares)",
    "binomial": "logistic (yes or no)",
    "poisson": "Poisson (counts)",
    "negative-binomial": "negative binomial (scattered counts)",
    "gamma": "gamma (positive, skewed)",
    "multinomial": "multinomial (several outcomes)",
}
COVARIANCES = {
    "auto": "chosen from the evidence",
    "classical": "classical",
    "HC3": "robust (HC3)",
    "HC2": "robust (HC2)",
    "HC1": "robust (HC1)",
    "HC0": "robust (HC0)",
    "HAC": "for rows ordered in time (HAC)",
}
READING: Mapping[str, Sequence[str]] = {
    "table.encoding": ("utf-8", "windows-1252", "latin-1", "utf-16-le", "shift_jis", "gb18030"),
    "table.delimiter": (",", ";", "tab", "|", "space"),
    "table.decimal": (".", ","),
    "table.header_row": ("none", "1", "2", "3", "4", "5"),
    "table.sheet": (),
    "table.transpose": (),
    "table.comments": (),
    "table.total_rows": (),
}
"""Decisions about the whole table, shown first, with answers that are always on offer."""
WORDS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "|": "bar  |",
    ".": "point  .",
    "": "none",
    "leave_out": "leave out",
    "yes_no": "yes or no",
}
TYPES = {
    "number": (("column.{}.type=text", "text"), ("role.{}=category", "category"), ("column.{}.type=date", "date"),
               ("column.{}.type=yes_no", "yes or no"), ("role.{}=identifier", "identifier")),
    "text": (("role.{}=category", "category"), ("role.{}=text", "free text"), ("column.{}.type=number", "number"),
             ("column.{}.type=date", "date"), ("column.{}.type=yes_no", "yes or no"),
             ("role.{}=identifier", "identifier"), ("role.{}=unit_key", "key of repeated units")),
    "yes_no": (("column.{}.type=text", "category"), ("column.{}.type=number", "number"),
               ("role.{}=identifier", "identifier")),
    "date": (("column.{}.type=text", "text"), ("column.{}.type=number", "number"),
             ("role.{}=category", "category"), ("role.{}=identifier", "identifier")),
}  # fmt: skip
"""What a column of each kind may be read as instead."""


def preview_page(document: Mapping[str, Any], *, root: str, upload_id: str, name: str, plan: Plan) -> PreviewPage:
    """Return the preview page of a preview document (``service.preview_file``) under a plan."""
    analysis = document["column_analysis"]
    decisions = {decision["id"]: decision for decision in document["decisions"]}
    target = analysis["recommended_target"] or ""
    shown = analysis["columns"][:MOST_COLUMNS]
    automatic = document["references"]
    columns = [_column(column, analysis, decisions, plan, automatic.get(column["name"], "")) for column in shown]
    reading = [_guess(decisions[key], plan, more) for key, more in READING.items() if key in decisions]
    finer = [_guess(d, plan, ()) for d in document["decisions"] if _is_finer(d)][:MOST_GUESSES]
    findings = [
        PreviewFinding(severity=f["severity"], evidence=f["evidence"], advice=f["advice"]) for f in document["findings"]
    ]
    controls = {key for key in decisions if key in READING or _is_finer(decisions[key])}
    controls |= {f"{part}{c['name']}{end}" for c in shown for part, end in _PARTS} | {"target"}
    kept = {key: value for key, value in plan.overrides.items() if key not in controls}
    if plan.predictors:  # columns without a row on the page
        names = [column["name"] for column in analysis["columns"][MOST_COLUMNS:] if column["name"] != target]
        kept |= {f"predictor.{name}": "use" if name in plan.predictors else "leave_out" for name in names}
    used = len(plan.predictors or analysis["recommended_features"])
    return PreviewPage(
        title=name,
        root=root,
        upload_id=upload_id,
        name=name,
        facts=_facts(document),
        columns=columns,
        more_columns=len(analysis["columns"]) - len(shown),
        rows=[PreviewRow(line=row["line"], cells=row["cells"][:MOST_CELLS]) for row in document["first_rows"]],
        reading=reading,
        finer=finer,
        finer_open=any(guess.by_user for guess in finer),
        remarks=[f for f in findings if f.severity != "info"][:MOST_REMARKS],
        notes=[f for f in findings if f.severity == "info"][:MOST_REMARKS],
        target=target,
        target_token=token(target),
        target_because=str(decisions.get("target", {}).get("because", "")),
        choice=f"{short(target)} explained by {used} {'column' if used == 1 else 'columns'}"
        if target
        else "Choose a column to explain",
        kept=[override_token(key, value) for key, value in kept.items()],
        before=plan.query(),
        automatic="" if "target" in plan.overrides else token(target),
        changed=bool(plan.overrides or plan.texts or plan.predictors),
        families=_options(FAMILIES, plan.texts.get("family", "auto")),
        covariances=_options(_covariances(analysis), plan.texts.get("covariance", "auto")),
        weights=_options(_weights(analysis), plan.texts.get("weights", "auto")),
        formula=plan.texts.get("formula", ""),
        context=plan.texts.get("context", ""),
        model_open=bool(set(plan.texts) - {"skip_llm", "language"}),
    )


_PARTS = (("column.", ".type"), ("role.", ""), ("predictor.", ""), ("reference.", ""))


def _facts(document: Mapping[str, Any]) -> list[str]:
    source = document["source"]
    size = source["bytes"]
    facts = [
        f"{document['rows']:,} rows",
        f"{len(document['column_analysis']['columns']):,} columns",
        f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB" if size >= 1e3 else f"{size} bytes",
        str(source["format"]),
    ]
    facts += [str(source[key]) for key in ("encoding",) if source.get(key)]
    return facts + ([f"sheet {short(source['sheet'])}"] if source.get("sheet") else [])


def _options(labels: Mapping[str, str], chosen: str) -> list[Choice]:
    if chosen not in labels:
        labels = {**labels, chosen: chosen}
    return [Choice(value=value, label=label, chosen=value == chosen) for value, label in labels.items()]


def _covariances(analysis: Mapping[str, Any]) -> dict[str, str]:
    keys = [c["name"] for c in analysis["columns"] if c["role"] in {"unit_key", "category"}][:MOST_GUESSES]
    return {**COVARIANCES, **{f"cluster:{name}": f"rows belong together by {short(name)}" for name in keys}}


def _weights(analysis: Mapping[str, Any]) -> dict[str, str]:
    numbers = [c for c in analysis["columns"] if c["role"] in {"quantity", "count"} and _is_positive(c["min"])]
    return {"auto": "every row counts the same"} | {c["name"]: short(c["name"]) for c in numbers[:MOST_GUESSES]}


def _is_positive(low: Any) -> bool:
    return isinstance(low, int | float) and low > 0


def _is_finer(decision: Mapping[str, Any]) -> bool:
    """Return whether a decision belongs in the list of finer guesses (types have a control of their own)."""
    key = decision["id"]
    if key in READING or not (decision["rejected"] or decision["overridden"]):
        return False
    return key.startswith("table.") or (key.startswith("column.") and not key.endswith(".type"))


def _guess(decision: Mapping[str, Any], plan: Plan, more: Sequence[str]) -> Guess:
    key = decision["id"]
    asked = plan.overrides.get(key)
    chosen = decision["chosen"] if asked is None else asked
    automatic = Choice(value="", label="automatic" if asked is not None else _visible(chosen), chosen=asked is None)
    values = dict.fromkeys([chosen, *decision["rejected"], *more])
    others = [
        Choice(value=override_token(key, value), label=_visible(value), chosen=value == asked)
        for value in values
        if asked is not None or value != chosen
    ]
    return Guess(
        what=short(decision["what"], 80),
        because=decision["because"],
        choices=[automatic, *others],
        by_user=asked is not None,
    )


def _visible(value: str) -> str:
    return WORDS.get(value, short(value) if value.strip() else "space")


def _column(
    column: Mapping[str, Any],
    analysis: Mapping[str, Any],
    decisions: Mapping[str, Mapping[str, Any]],
    plan: Plan,
    automatic: str,
) -> PreviewColumn:
    name, role = column["name"], column["role"]
    is_recommended = name in analysis["recommended_features"]
    use = decisions.get(f"predictor.{name}")
    proposed = (use["chosen"] == "use") != use["overridden"] if use else is_recommended
    is_predictor = is_recommended if not plan.predictors else name in plan.predictors
    return PreviewColumn(
        token=token(name),
        name=name,
        short_name=short(name),
        unit=column["unit"] or "",
        role=_role(role),
        summary=_summary(column),
        reason=column["reason"],
        used_because=use["because"] if use and not is_recommended else "",
        missing=f"{column['missing']:,}" if column["missing"] else "",
        is_target=name == analysis["recommended_target"],
        may_be_target=role not in {"empty", "constant"},
        is_predictor=is_predictor,
        may_be_predictor=role not in {"empty", "constant"},
        proposed=proposed,
        is_number=column["dtype"] in {"number", "integer"},
        types=_types(column, plan),
        references=_references(column, plan, automatic) if is_predictor else (),
        bars=_bars(column["histogram"]["counts"] or [level["rows"] for level in column["levels"][:12]]),
    )


def _types(column: Mapping[str, Any], plan: Plan) -> list[Choice]:
    name, role = column["name"], _role(column["role"])
    kind = "number" if column["dtype"] == "integer" else column["dtype"]
    asked = [(key, plan.overrides[key]) for key in (f"column.{name}.type", f"role.{name}") if key in plan.overrides]
    choices = [Choice(value="", label="automatic" if asked else role, chosen=not asked)]
    if asked:
        key, value = asked[-1]
        choices.append(Choice(value=override_token(key, value), label=WORDS.get(value, value), chosen=True))
    taken = {choice.value for choice in choices}
    for pattern, label in TYPES.get(kind, ()):
        key, value = pattern.rsplit("=", 1)
        written = override_token(key.replace("{}", name), value)
        if written not in taken and label != role:
            choices.append(Choice(value=written, label=label))
    return choices


def _role(role: str) -> str:
    return WORDS.get(role, role.replace("_", " "))


def _references(column: Mapping[str, Any], plan: Plan, automatic: str) -> list[Choice]:
    """Return the levels of a category to choose from; one that was asked for is among them whatever it is."""
    if column["dtype"] not in {"text", "yes_no"} and column["role"] != "category":
        return []
    key = f"reference.{column['name']}"
    asked = plan.overrides.get(key)
    levels = dict.fromkeys(level["value"] for level in column["levels"][:MOST_LEVELS])
    if asked is not None:
        levels.setdefault(asked)
    usual = f"{short(automatic, SHORT_LEVEL)} (auto)" if automatic else "automatic"
    return [
        Choice(value="", label=usual, chosen=asked is None),
        *(
            Choice(value=override_token(key, level), label=short(level, SHORT_LEVEL), chosen=level == asked)
            for level in levels
            if level != automatic or level == asked
        ),
    ]


def _summary(column: Mapping[str, Any]) -> str:
    if column["levels"] and column["dtype"] in {"text", "yes_no"}:
        shown = ", ".join(short(level["value"], 18) for level in column["levels"][:4])
        more = column["distinct"] - min(4, len(column["levels"]))
        return f"{shown} and {more:,} more" if more > 0 else shown
    if column["min"] is None:
        return f"{column['distinct']:,} different"
    low, high = column["min"], column["max"]
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return f"{str(low)[:10]} to {str(high)[:10]}"
    separated = max(abs(low), abs(high)) >= 10_000  # below, a number may be a year
    return f"{low:,.6g} to {high:,.6g}" if separated else f"{low:.6g} to {high:.6g}"


def _bars(counts: Sequence[int]) -> list[Bar]:
    largest = max(counts, default=0)
    if not largest:
        return []
    width = BAR_WIDTH / len(counts)
    return [
        Bar(
            x=f"{index * width:.2f}",
            y=f"{BAR_HEIGHT * (1 - count / largest):.2f}",
            width=f"{width * 0.9:.2f}",
            height=f"{BAR_HEIGHT * count / largest:.2f}",
        )
        for index, count in enumerate(counts)
    ]


def short(text: str, limit: int = SHORT_NAME) -> str:
    """Return a text of at most ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
