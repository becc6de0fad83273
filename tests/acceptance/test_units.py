"""The unit of a table does not matter: from 1e-200 to 1e200, and far from 0, the document says the same."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import regression_analyzer as ra

Numbers = dict[str, np.ndarray]
LOG_UNITS = 1e-7
"""Of the logarithm to base 2 of a ratio that must be a product of the two units."""
ELSEWHERE = {"environment", "source", "prediction", "column_analysis", "narrative", "decisions", "charts", "options"}
ADDED = {"log_likelihood", "aic", "bic"}
"""A unit adds a constant to these."""
SQUARES = {"deviance", "null_deviance", "dispersion", "sum_of_squares"}
"""These are null, with the reason, where a double cannot hold a square."""


def table(n: int = 50) -> Numbers:
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, n))
    y = 1 + 2 * x + 0.3 * z + rng.normal(size=n)
    y[7] += 6.0
    return {"y": y, "x": x, "z": z, "g": np.array(list("abcde") * (n // 5))}


def csv(**columns: Any) -> bytes:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(v if isinstance(v, str) else repr(float(v)) for v in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def told(data: Numbers, **options: Any) -> dict[str, Any]:
    analysis = ra.analyze(csv(**data), formula="y ~ x * z + g", skip_llm=True, **options)
    analysis.to_html()
    document: dict[str, Any] = json.loads(analysis.to_json())
    return {key: part for key, part in document.items() if key not in ELSEWHERE}


def differences(one: Any, other: Any, units: tuple[float, float], path: str = "") -> list[tuple[str, Any, Any]]:
    """Numbers that are not the same but for whole powers (-2 to 2) of the two units."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = set(one) - ADDED - SQUARES
        return [d for key in keys for d in differences(one[key], other.get(key), units, f"{path}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, units, f"{path}[{i}]")]
    if isinstance(one, float) and isinstance(other, (int, float)):
        if one == other or max(abs(one), abs(other)) < 1e-9:
            return []
        ratio = abs(other / one) if one and other else 0.0
        logs = [math.log2(unit) for unit in units]
        powers = [i * logs[0] + j * logs[1] for i in range(-2, 3) for j in range(-2, 3)]
        if ratio and min(abs(math.log2(ratio) - power) for power in powers) < LOG_UNITS:
            return []
    return [] if one == other or isinstance(one, str) else [(path, one, other)]


@pytest.mark.parametrize("kind", ["auto", "classical"])
@pytest.mark.parametrize("powers", [(-660, -660), (660, 660), (-400, 0), (0, -500), (480, -520), (-490, 500)])
def test_extreme_units_change_no_answer(powers: tuple[int, int], kind: str) -> None:
    data = table()
    units = (2.0 ** powers[0], 2.0 ** powers[1])
    plain = told(data, covariance=kind)
    scaled = told(data | {"y": data["y"] * units[0], "x": data["x"] * units[1]}, covariance=kind)
    judged = scaled["validation"] is not None
    if not judged:
        assert "another unit" in scaled["validation_reason"]
    left = {} if judged else dict.fromkeys(("validation", "statistics", "feature_importance"))
    assert differences(plain | left, scaled | left, units) == []
    lmg = [part["feature_importance"]["lmg"] for part in (plain, scaled)]
    assert differences(lmg[0], lmg[1], units) == []
    for key in ("deviance", "dispersion"):
        assert scaled["model"][key] is not None or "sigma" in scaled["model"][f"{key}_reason"]


def test_sizes_that_no_number_can_bridge_are_refused() -> None:
    data = table()
    with pytest.raises(ra.InputError, match="very different sizes"):
        told(data | {"y": data["y"] * 2.0**600, "x": data["x"] * 2.0**-600})


@pytest.mark.parametrize("kind", ["classical", "HC3", "HAC"])
@pytest.mark.parametrize("offset", [2.0**20, 2.0**27, 2.0**33])
def test_predictions_far_from_zero_keep_their_intervals(kind: str, offset: float) -> None:
    data = table()
    x = np.round(data["x"] * 64) / 64  # no digit is lost by the offset
    new = {"x": np.array([0.5, -1.0]), "z": np.array([0.0, 1.0])}

    def predicted(moved: float) -> np.ndarray:
        moved_table = {"y": data["y"], "x": x + moved, "z": data["z"]}
        analysis = ra.analyze(csv(**moved_table), formula="y ~ x + z", covariance=kind, skip_llm=True)
        found = ra.predict(analysis, csv(x=new["x"] + moved, z=new["z"]))
        adjusted = [p["std_error"] for p in analysis.to_dict()["effects"]["adjusted"][0]["points"]]
        return np.concatenate([found.predicted, found.ci_low, found.pi_high, adjusted])

    assert predicted(offset) == pytest.approx(predicted(0.0), rel=1e-6)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9])
def test_other_methods_see_the_same_rows_wherever_the_target_lies(offset: float) -> None:
    data = table()
    target = np.round(data["y"] * 1024) / 1024

    def opinions(moved: float) -> list[float]:
        source = csv(y=target + moved, x=data["x"], z=data["z"])
        found = ra.analyze(source, formula="y ~ x + z", skip_llm=True, overrides={"second_opinions": "computed"})
        methods = found.to_dict()["second_opinions"]
        return [row["estimate"] for method in methods for row in method["coefficients"] if row["term"] != "(Intercept)"]

    assert opinions(offset) == pytest.approx(opinions(0.0), rel=1e-6)
