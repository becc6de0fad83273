"""The part of the analysis document that tells of effects averaged over the rows."""

from __future__ import annotations

from regression_analyzer.design.value import Design, Numeric
from regression_analyzer.explain import Explanation
from regression_analyzer.explain.effects import Adjusted, AverageEffect
from regression_analyzer.findings import Skipped
from regression_analyzer.report.json_values import JsonObject, iso_date, put

NOT_COMPUTED = "not computed in this analysis"
NO_ERROR = (
    "no finite value: nothing is left unexplained, or no degree of freedom to judge by, or outcomes are separated"
)
SETTLED = "it settles the outcome for some rows (separation): its effect has no finite size"


def effects_part(explanation: Explanation | None, design: Design) -> JsonObject:
    """Return ``effects``: average marginal effects and adjusted predictions, or why there are none."""
    found = Skipped(reason=NOT_COMPUTED) if explanation is None else explanation.effects
    if isinstance(found, Skipped):
        return {"effects": {"average": [], "adjusted": [], "skipped": found.reason}}
    return {
        "effects": {
            "scale": scale_name(design),
            "averaged_over": found.n_obs,
            "left_out": [{"predictor": name, "because": SETTLED} for name in found.settled],
            "average": [_average(each) for each in found.average],
            "adjusted": [_adjusted(each) for each in found.adjusted],
        }
    }


def scale_name(design: Design) -> str:
    """Return what effects are changes of: a probability, the mean, or the target as modelled."""
    if design.family == "binomial":
        return "probability"
    factor = design.target_factor
    plain = isinstance(factor, Numeric) and factor.transform == "identity"
    return "mean" if plain else design.target_expression


def _average(each: AverageEffect) -> JsonObject:
    part: JsonObject = {"predictor": each.predictor, "kind": each.kind}
    if each.kind == "level":
        part["level"], part["reference"] = each.level, each.reference
    if each.kind == "step":
        part["low"], part["high"] = each.low, each.high
    if each.by:
        part["by"], part["by_level"] = each.by, each.part
    put(part, "estimate", each.estimate)
    for key in ("std_error", "ci_low", "ci_high", "p_value"):
        put(part, key, getattr(each, key), NO_ERROR)
    return part


def _adjusted(each: Adjusted) -> JsonObject:
    part: JsonObject = {"predictor": each.predictor}
    if each.by:
        part["by"], part["by_level"] = each.by, each.part
    points = []
    for i in range(len(each.predicted)):
        point: JsonObject = {"level": each.levels[i]} if each.levels else {"x": float(each.x[i])}
        if each.is_date:
            point["date"] = iso_date(float(each.x[i]))
        put(point, "predicted", float(each.predicted[i]))
        for key in ("std_error", "ci_low", "ci_high"):
            put(point, key, float(getattr(each, key)[i]), NO_ERROR)
        points.append(point)
    return part | {"points": points}
