"""What may be told of a finished analysis: its terms, their directions and certainty, and the texts of slots.

Made from the analysis document alone, so that a stored ``analysis.json`` tells the same as a fresh analysis.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from regression_analyzer.insight.sharing import ROWS_OF_A_LEVEL
from regression_analyzer.insight.texts import clean

SIGNIFICANT = 0.05
LONGEST_NAME = 60
LARGEST_EXPONENT = 300.0
"""Of a ratio that can be written."""


class Writer(Protocol):
    """How numbers are written: the functions of ``report.numbers``, which is the one place that rounds."""

    def fmt(self, x: float | None, digits: int = 3) -> str:
        """Write a number with some significant digits."""
        ...

    def fmt_estimate(self, value: float, low: float, high: float) -> str:
        """Write an estimate with the digits that its interval supports."""
        ...

    def fmt_interval(self, low: float, high: float) -> str:
        """Write an interval in words."""
        ...

    def fmt_p(self, p: float | None) -> str:
        """Write a p-value with its sign."""
        ...

    def fmt_pct(self, share: float | None) -> str:
        """Write a share as a percentage."""
        ...

    def fmt_int(self, n: float) -> str:
        """Write a count."""
        ...

    def fmt_span(self, low: str, high: str) -> str:
        """Write an interval whose ends are written."""
        ...

    def fmt_times(self, x: float) -> str:
        """Write a factor."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One coefficient that can be told on its own.

    Attributes
    ----------
    key : its name in slots; holds no level that few rows have
    sign : 1 where it goes with more, -1 with less
    clear : neither it nor its predictor as a whole leaves the direction open
    sized : its size can be told as a number
    level, reference : of a category, "" for numbers
    shared, reference_shared : enough rows have the level (the reference) for it to leave
    """

    key: str
    predictor: str
    sign: int
    clear: bool
    sized: bool
    level: str = ""
    reference: str = ""
    shared: bool = True
    reference_shared: bool = True


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Story:
    """What may be told.

    Attributes
    ----------
    effects : by slot key
    predictors : predictor -> its effects; those that enter through products are not among them
    clear : predictors that are related beyond doubt, as a whole
    ranked : predictors by how much they account for, the first most; empty where that is not known
    all_predictors : also those that cannot be told of
    texts : slot -> what it is filled with; ``magnitudes`` the same without a sign, for sentences that say it in words
    scale : what an estimate is, in words
    """

    target: str
    effects: Mapping[str, Effect]
    predictors: Mapping[str, tuple[Effect, ...]]
    clear: frozenset[str]
    ranked: tuple[str, ...]
    all_predictors: tuple[str, ...]
    texts: Mapping[str, str]
    magnitudes: Mapping[str, str]
    scale: str = ""
    concerns: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Texts:
    plain: dict[str, str] = field(default_factory=dict)
    magnitude: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def put(self, slot: str, kind: str, text: str, magnitude: str | None = None) -> None:
        self.plain[slot], self.kinds[slot] = text, kind
        self.magnitude[slot] = text if magnitude is None else magnitude


def story_of(document: Mapping[str, Any], write: Writer) -> Story:
    """Return what may be told of an analysis.

    Parameters
    ----------
    document : the analysis document
    write : how numbers are written
    """
    model = document["model"]
    texts = _Texts()
    in_products = {name for row in model["coefficients"] for name in _parts(row) if len(_parts(row)) > 1}
    kinds = {column["name"]: column for column in document["column_analysis"]["columns"]}
    scale = _scale_of(model)
    effects: dict[str, Effect] = {}
    for number, row in enumerate(model["coefficients"], start=1):
        name = row["predictor"]
        if name is None or name in in_products or len(_parts(row)) > 1:
            continue
        effect = _effect(row, model, kinds.get(name, {}), number)
        if effect is None or effect.key in effects:
            continue
        effects[effect.key] = effect
        if effect.sized and scale:
            _put_sizes(texts, effect.key, row, scale, write)
    by_predictor = {
        name: tuple(effect for effect in effects.values() if effect.predictor == name)
        for name in dict.fromkeys(effect.predictor for effect in effects.values())
    }
    _put_names(texts, effects, by_predictor, document)
    _put_quality(texts, model, write)
    _put_unseen(texts, document, write)
    return Story(
        target=model["target"],
        effects=effects,
        predictors=by_predictor,
        clear=frozenset(name for name, parts in by_predictor.items() if _is_clear(parts, model)),
        ranked=tuple(row["predictor"] for row in document["feature_importance"].get("contribution", ())),
        all_predictors=tuple(model["predictors"]),
        texts=texts.plain,
        magnitudes=texts.magnitude,
        scale=scale,
        concerns=tuple(f["code"] for f in document["findings"] if f["severity"] != "info"),
        kinds=texts.kinds,
    )


def _parts(row: Mapping[str, Any]) -> list[str]:
    """Return the predictors of a coefficient: more than one for a product of terms."""
    name = row["predictor"]
    return [] if name is None else [name] if not _is_product(row) else str(name).split(":")


def _is_product(row: Mapping[str, Any]) -> bool:
    return ":" in str(row["predictor"]) and ":" in str(row["term"]) and f"{row['predictor']}[" not in str(row["term"])


def _effect(row: Mapping[str, Any], model: Mapping[str, Any], column: Mapping[str, Any], number: int) -> Effect | None:
    estimate, p_value = row["estimate"], row["p_value"]
    if estimate is None or p_value is None or estimate == 0:
        return None
    name, level = row["predictor"], row["level"]
    test = _test_of(row["term"], model)
    if level is None and test is not None and test["df"] > 1:
        return None  # one of several columns of a curve says nothing on its own
    whole = test["p_value"] if test is not None and test["p_value"] is not None else p_value
    rows = {each["value"]: each["rows"] for each in column.get("levels", ())}
    shared = level is None or rows.get(level, 0) >= ROWS_OF_A_LEVEL
    label = "" if level is None else f"[{clean(level, LONGEST_NAME)}]" if shared else f"[level {number}]"
    base = row["term"] if level is None else name
    reference = "" if level is None else model["reference_levels"].get(name, "")
    return Effect(
        key=f"coef.{slot_name(base)}{slot_name(label)}",
        predictor=name,
        sign=1 if estimate > 0 else -1,
        clear=p_value < SIGNIFICANT and whole < SIGNIFICANT,
        sized=level is not None or (row["term"] == name and column.get("dtype") != "date"),
        level=level or "",
        reference=reference,
        shared=shared,
        reference_shared=rows.get(reference, 0) >= ROWS_OF_A_LEVEL,
    )


def _test_of(term: str, model: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for test in model["terms"]:
        if term == test["term"] or term.startswith(f"{test['term']}["):
            found: Mapping[str, Any] = test
            return found
    return None


def _is_clear(effects: Sequence[Effect], model: Mapping[str, Any]) -> bool:
    """Return whether a predictor is related as a whole."""
    first = effects[0]
    for test in model["terms"]:
        if test["term"] == first.predictor and test["p_value"] is not None:
            return bool(test["p_value"] < SIGNIFICANT)
    return any(effect.clear for effect in effects)


def _scale_of(model: Mapping[str, Any]) -> str:
    """Return what an estimate is: difference, times or percent; "" where no plain words fit."""
    plain = model.get("target_expression", model["target"]) == model["target"]
    if model["link"] == "identity":
        return "difference" if plain else "percent" if model["target_expression"] == f"log({model['target']})" else ""
    return "odds" if model["link"] == "logit" else "percent" if model["link"] == "log" and plain else ""


def _put_sizes(texts: _Texts, key: str, row: Mapping[str, Any], scale: str, write: Writer) -> None:
    low, high, value = row["ci_low"], row["ci_high"], row["estimate"]
    if low is None or high is None:
        return
    if scale != "difference" and max(abs(low), abs(high), abs(value)) > LARGEST_EXPONENT:
        return
    if scale == "difference":
        ends = (low, high) if value > 0 else (-high, -low)
        texts.put(f"{key}.estimate", "estimate", write.fmt_estimate(value, low, high),
                  write.fmt_estimate(abs(value), low, high))  # fmt: skip
        texts.put(f"{key}.interval", "interval", write.fmt_interval(low, high), write.fmt_interval(*ends))
    elif scale == "odds":
        texts.put(f"{key}.estimate", "estimate", write.fmt_times(math.exp(value)))
        texts.put(f"{key}.interval", "interval", write.fmt_span(write.fmt(math.exp(low)), write.fmt(math.exp(high))))
    else:
        share, ends = math.expm1(value), (math.expm1(low), math.expm1(high))
        texts.put(f"{key}.estimate", "estimate", write.fmt_pct(share), write.fmt_pct(abs(share)))
        said = [write.fmt_pct(end) for end in ends]
        sizes = sorted(abs(end) for end in ends)
        texts.put(f"{key}.interval", "interval", write.fmt_span(*said),
                  write.fmt_span(write.fmt_pct(sizes[0]), write.fmt_pct(sizes[1])))  # fmt: skip
    texts.put(f"{key}.p_value", "p_value", write.fmt_p(row["p_value"]))


def _put_names(
    texts: _Texts,
    effects: Mapping[str, Effect],
    predictors: Mapping[str, tuple[Effect, ...]],
    document: Mapping[str, Any],
) -> None:
    texts.put("target", "target", clean(document["model"]["target"], LONGEST_NAME))
    for name, parts in predictors.items():
        texts.put(f"name.{slot_name(name)}", "name", clean(name, LONGEST_NAME))
        if parts[0].reference:
            texts.put(f"reference.{slot_name(name)}", "reference", clean(parts[0].reference, LONGEST_NAME))
    for key, effect in effects.items():
        if effect.level:
            texts.put(f"level.{key.removeprefix('coef.')}", "level", clean(effect.level, LONGEST_NAME))


def _put_quality(texts: _Texts, model: Mapping[str, Any], write: Writer) -> None:
    texts.put("model.n_obs", "rows", write.fmt_int(model["n_obs"]))
    if model["family"] != "gaussian" or not model["df_resid"] > 0:
        return
    if model["r_squared"] is not None:
        texts.put("model.r_squared", "share", write.fmt_pct(model["r_squared"]))
    plain = model.get("target_expression", model["target"]) == model["target"]
    if model["sigma"] is not None and plain:
        texts.put("model.typical_error", "error", write.fmt(model["sigma"], 2))
    if model.get("target_mean") is not None and plain:
        texts.put("target.mean", "mean", write.fmt(model["target_mean"]))


def _put_unseen(texts: _Texts, document: Mapping[str, Any], write: Writer) -> None:
    """Put how much of what varies in unseen rows this model and a flexible one explain, where that was looked at."""
    validation = document.get("validation")
    if document["model"]["family"] != "gaussian" or not isinstance(validation, Mapping):
        return
    for slot, kind in (("unseen", "linear"), ("flexible", "flexible")):
        measured = validation.get(kind)
        share = measured.get("r_squared") if isinstance(measured, Mapping) else None
        if isinstance(share, int | float) and not isinstance(share, bool) and 0 < share <= 1:
            texts.put(f"model.{slot}", slot, write.fmt_pct(share))


def slot_name(name: str) -> str:
    """Return a name as it stands in a slot: on one line, without braces."""
    return clean(name, 80).replace("{", "(").replace("}", ")")
