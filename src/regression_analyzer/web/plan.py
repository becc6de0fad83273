"""What a person chose on the preview page, carried through forms and addresses without a script.

Every choice about reading, columns and target is a decision override (``ID=VALUE``), so that the preview, the
analysis and the command line understand the same words. In forms and addresses id and value are percent-quoted
apart, because both may hold any character of a stranger's column name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlencode

READABLE = " ,;:.|/()[]_-+"
"""Characters that stay as they are inside a token."""
TEXTS = ("family", "covariance", "formula", "context", "weights", "skip_llm", "language")
"""Choices that are options of the analysis rather than decisions."""
LONGEST = 10_000
REFERENCE = "reference."
CATEGORIES = frozenset({"category", "text", "yes_no"})
"""Types and roles whose levels are compared."""


def token(text: str) -> str:
    """Return a text as it is written into a form: one line, no ``=``."""
    return quote(text, safe=READABLE)


def override_token(identity: str, value: str) -> str:
    """Return one override as it is written into a form or an address."""
    return f"{token(identity)}={token(value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Choices that differ from the automatic ones.

    Attributes
    ----------
    overrides : decision id -> value (``table.decimal``, ``column.X.type``, ``predictor.X``, ``target``)
    predictors : the columns to explain with and no others, as an earlier analysis was asked; a form, which has a tick
        for each column, holds them as overrides instead
    texts : family, covariance, formula, context, weights, language and skip_llm ("yes"), where given
    """

    overrides: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    predictors: tuple[str, ...] = ()

    def query(self) -> str:
        """Return the plan as the query of an address; empty where everything is automatic."""
        pairs = [("override", override_token(name, value)) for name, value in self.overrides.items()]
        pairs += [("predictors", token(name)) for name in self.predictors]
        return urlencode([*pairs, *self.texts.items()])

    def reading(self) -> dict[str, object]:
        """Return the options of a preview, which compares nothing yet."""
        return {"overrides": {k: v for k, v in self.overrides.items() if not k.startswith(REFERENCE)}}

    def of_table(self) -> Plan:
        """Return the plan without what names a column."""
        kept = {name: value for name, value in self.overrides.items() if name.startswith("table.")}
        return replace(self, overrides=kept, predictors=())

    def options(self) -> dict[str, object]:
        """Return the options of an analysis; a formula replaces the choice of columns, and names those compared."""
        formula = self.texts.get("formula")
        kept = {
            name: value
            for name, value in self.overrides.items()
            if name != "target" and (formula is None or _fits(name, formula))
        }
        options: dict[str, object] = {**self.texts, **({"skip_llm": True} if "skip_llm" in self.texts else {})}
        if kept:
            options["overrides"] = kept
        if self.predictors and formula is None:
            options["predictors"] = list(self.predictors)
        if "target" in self.overrides and formula is None:
            options["target"] = self.overrides["target"]
        return options


def plan_of_query(pairs: Iterable[tuple[str, str]]) -> Plan:
    """Return the plan that an address holds; what is not understood is left out."""
    overrides: dict[str, str] = {}
    texts: dict[str, str] = {}
    predictors: list[str] = []
    for name, value in pairs:
        if name == "override":
            overrides.update(_override(value))
        elif name == "target" and value:
            overrides["target"] = value
        elif name == "predictors" and value:
            predictors.append(unquote(value))
        elif name in TEXTS and value.strip() and value != "auto":
            texts[name] = value.strip()[:LONGEST]
    return Plan(overrides=overrides, texts=texts, predictors=tuple(predictors))


def plan_of_options(options: Mapping[str, Any]) -> Plan:
    """Return the plan that the options of an analysis hold, to change it and go on."""
    overrides = {str(name): str(value) for name, value in (options.get("overrides") or {}).items()}
    overrides |= {f"{REFERENCE}{name}": str(level) for name, level in (options.get("reference") or {}).items()}
    if options.get("sheet"):
        overrides["table.sheet"] = str(options["sheet"])
    if options.get("target"):
        overrides["target"] = str(options["target"])
    texts = {name: str(options[name]) for name in TEXTS if options.get(name)}
    return Plan(
        overrides=overrides,
        texts=texts | ({"skip_llm": "yes"} if "skip_llm" in texts else {}),
        predictors=tuple(str(name) for name in options.get("predictors") or ()),
    )


def plan_of_form(fields: Sequence[tuple[str, str]], *, final: bool) -> Plan:
    """Return the plan that the form of the preview page holds.

    Parameters
    ----------
    fields : names and values in order. ``kept`` and ``override``: overrides; ``listed``: columns shown;
        ``proposed``: columns that would be used by themselves; ``predictor``: columns ticked; ``target``;
        ``automatic``: the target that would be taken by itself, if that is known
    final : the analysis is to start. A column that was the target and is not ticked then stays out; while the
        plan is still being made it gets back what is automatic
    """

    def all_of(name: str) -> list[str]:
        return [unquote(value) for key, value in fields if key == name]

    plan = plan_of_query([("override" if name == "kept" else name, v) for name, v in fields if name != "target"])
    target = next(iter(all_of("target")), "")
    automatic = next(iter(all_of("automatic")), "")
    was_target = next(iter(all_of("was_target")), "")
    overrides = dict(plan.overrides)
    if target and target != automatic:
        overrides["target"] = target
    ticked, proposed = set(all_of("predictor")), set(all_of("proposed"))
    for name in all_of("listed"):
        if name == target or (name == was_target and name not in ticked and not final):
            continue
        use = name in ticked
        if use != (name in proposed) or (name == was_target and final and target != was_target):
            overrides[f"predictor.{name}"] = "use" if use else "leave_out"
        if not use or not _is_category(name, overrides):
            overrides.pop(f"{REFERENCE}{name}", None)
    overrides.pop(f"{REFERENCE}{target}", None)
    return replace(plan, overrides=overrides)


def form_fields(items: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return the text fields of a form, in order."""
    return [(name, value) for name, value in items if isinstance(value, str)]


def _is_category(name: str, overrides: Mapping[str, str]) -> bool:
    """Return whether nothing was asked for that makes a column something without levels."""
    asked = [overrides[key] for key in (f"column.{name}.type", f"role.{name}") if key in overrides]
    return all(value in CATEGORIES for value in asked)


def _fits(name: str, formula: str) -> bool:
    """Return whether an override has a meaning beside a formula: it chooses no column, nor a level of one unused."""
    kind, _, column = name.partition(".")
    return kind != "predictor" and (kind != "reference" or column in formula)


def _override(text: str) -> dict[str, str]:
    name, sign, value = text.partition("=")
    return {unquote(name): unquote(value)} if sign and name else {}
