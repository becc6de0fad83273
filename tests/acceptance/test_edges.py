"""Small tables at the edges of what can be estimated: the right number, or a sentence with a remedy.

Figures of R 4.2 (MASS, lmtest, sandwich) for the 24 rows of ``table``, with the calls beside them.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import regression_analyzer as ra

LEAST_SQUARES = 1e-8
LIKELIHOOD = 1e-6
NEGATIVE_BINOMIAL = 1e-4
Y = (5.81, 6.64, 5.73, 4.14, 7.57, 5.68, 1.44, 6.89, 6.81, 5.78, 4.5, 7.1,
     6.71, 2.27, 5.41, 7.72, 7.44, 2.93, 6.98, 8.79, 1.7, 4.68, 9.05, 2.06)  # fmt: skip
COUNTS = (4, 10, 13, 6, 7, 13, 4, 0, 9, 9, 0, 10, 10, 7, 9, 7, 10, 4, 0, 9, 15, 0, 4, 13)


def table() -> dict[str, Any]:
    i = np.arange(1, 25)
    groups = ["a", "b", "c"] * 8
    units = [f"u{k}" for k in range(1, 7) for _ in range(4)]
    return {"x": (i * 7) % 24 / 4, "g": groups, "w": 1 + (i * 5) % 7, "u": units, "y": Y, "c": COUNTS}


def csv(**columns: Any) -> bytes:
    lines = [",".join(columns), *(",".join(str(v) for v in row) for row in zip(*columns.values(), strict=True))]
    return ("\n".join(lines) + "\n").encode()


def told(source: bytes, formula: str, **options: Any) -> dict[str, Any]:
    analysis = ra.analyze(source, formula=formula, skip_llm=True, **options)
    assert "<html" in analysis.to_html()
    document: dict[str, Any] = json.loads(analysis.to_json())
    return document


def codes(document: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in document["findings"]}


def test_reset_of_a_weighted_fit_weighs_the_powers() -> None:
    """``m <- lm(y ~ x + g, weights = w); anova(m, update(m, . ~ . + I(fitted(m)^2) + I(fitted(m)^3)))``."""
    document = told(csv(**table()), "y ~ x + g", weights="w")
    reset = next(check for check in document["diagnostics"] if check["check"] == "reset")
    assert reset["statistic"] == pytest.approx(1.967807967642762, rel=LEAST_SQUARES)
    assert reset["p_value"] == pytest.approx(0.168695712085302, rel=LEAST_SQUARES)


def test_size_of_a_negative_binomial_has_its_error() -> None:
    """``glm.nb(c ~ x + g)``: theta, SE.theta, coef."""
    model = told(csv(**table()), "c ~ x + g", family="negative-binomial")["model"]
    assert model["theta"] == pytest.approx(5.07203911689154, rel=NEGATIVE_BINOMIAL)
    assert model["theta_std_error"] == pytest.approx(3.58798729138607, rel=NEGATIVE_BINOMIAL)
    theirs = [1.22761390605166, 0.120215632999869, 0.127065208254085, 0.838088684405132]
    assert [row["estimate"] for row in model["coefficients"]] == pytest.approx(theirs, rel=NEGATIVE_BINOMIAL)


def test_pseudo_r_squared() -> None:
    """``m <- glm(c ~ x + g, poisson)`` and ``logLik`` of it and of ``c ~ 1``."""
    found = told(csv(**table()), "c ~ x + g", family="poisson")["model"]["pseudo_r_squared"]
    theirs = [0.159319544438519, 0.669239894602037, 0.669885744679501, 0.302171068642669]
    ours = [found[name] for name in ("mcfadden", "cox_snell", "nagelkerke", "deviance_explained")]
    assert ours == pytest.approx(theirs, rel=LIKELIHOOD)


def test_an_offset_is_in_the_model_that_r_squared_compares_with() -> None:
    """``anova(lm(y ~ 1 + offset(w)), lm(y ~ x + offset(w)))``, not ``summary``, which compares with y alone."""
    model = told(csv(**table()), "y ~ x + offset(w)")["model"]
    assert model["r_squared"] == pytest.approx(0.613201201240827, rel=LEAST_SQUARES)
    assert model["f_statistic"] == pytest.approx(34.877115623354278, rel=LEAST_SQUARES)


def test_predictions_under_few_clusters_are_as_unsure_as_coefficients() -> None:
    """``vcovCL(lm(y ~ x + g), u, type = "HC1")`` and ``qt(0.975, 5)`` at x = 2, g = b."""
    analysis = ra.analyze(csv(**table()), formula="y ~ x + g", covariance="cluster:u", skip_llm=True)
    found = ra.predict(analysis, b"x,g\n2,b\n")
    ours = [float(found.predicted[0]), float(found.ci_low[0]), float(found.ci_high[0])]
    assert ours == pytest.approx([5.61178571428572, 4.16661625293162, 7.05695517563981], rel=LEAST_SQUARES)


@pytest.mark.parametrize("family", ["poisson", "gamma", "negative-binomial", "quasi-poisson"])
def test_counts_that_are_a_formula_are_told_and_no_rounding_is_an_error(family: str) -> None:
    x = [1, 2, 3, 4] * 10
    source = csv(y=[2**k for k in x], x=x)
    document = told(source, "y ~ x", family=family)
    assert "perfect_fit" in codes(document)
    assert document["model"]["covariance"]["kind"] == "classical"
    slope = document["model"]["coefficients"][1]
    assert slope["estimate"] == pytest.approx(np.log(2), rel=LIKELIHOOD)
    assert slope["std_error"] == 0.0 or slope["std_error"] > 1e-3


@pytest.mark.parametrize("family", ["poisson", "negative-binomial", "quasi-poisson", "gamma"])
def test_counts_that_are_no_whole_numbers_are_told(family: str) -> None:
    data = table()
    document = told(csv(x=data["x"], y=data["y"]), "y ~ x", family=family)
    assert ("fractional_counts" in codes(document)) == (family in {"poisson", "negative-binomial"})


def test_predictions_that_separation_settles_say_so_and_have_no_interval() -> None:
    rng = np.random.default_rng(1)
    group, x = ["s"] * 10 + ["a", "b", "c"] * 10, rng.normal(size=40)
    source = csv(y=[1] * 10 + rng.integers(0, 2, 30).tolist(), g=group, x=x)
    analysis = ra.analyze(source, formula="y ~ x + g", skip_llm=True)
    found = ra.predict(analysis, b"g,x\ns,0\na,0\n")
    predicted, low, reason = found.predicted, found.ci_low, found.reason
    assert predicted[0] == pytest.approx(1.0)
    assert np.isnan(low[0])
    assert "separation" in reason[0]
    assert 0.0 < low[1] < predicted[1] < 1.0
    assert not reason[1]


def test_scores_on_unseen_rows_stay_among_possible_values() -> None:
    x = np.arange(60.0)
    scores = told(csv(y=(x > 29.5).astype(int), x=x), "y ~ x")["validation"]["linear"]
    for name, ends in {"brier": (0, 1), "mae": (0, 1), "auc": (0, 1), "rmse": (0, 1)}.items():
        assert ends[0] <= scores[f"{name}_ci_low"] <= scores[name] <= scores[f"{name}_ci_high"] <= ends[1] + 1e-9


@pytest.mark.parametrize(
    ("columns", "formula", "options", "message", "hint"),
    [
        ({}, "y ~ 0", {}, "nothing to estimate", "y ~ 1"),
        ({"w": [-1, *[1] * 23]}, "y ~ x", {"weights": "w"}, "negative in 1 row", "weight of 0"),
        ({"w": [1e30, *[1e-30] * 23]}, "y ~ x", {"weights": "w"}, "vanish in rounding", "weight of 0"),
        ({"w": ["m"] * 24}, "y ~ x", {"weights": "w"}, "not numbers", "numbers"),
        ({}, "c ~ x", {"family": "gamma"}, "0 or less in 4 rows", "gaussian"),
        ({"y": [1.0] * 24}, "y ~ x", {}, "the same", "Choose"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_remedy(
    columns: dict[str, Any], formula: str, options: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(ra.AnalyzerError) as caught:
        told(csv(**(table() | columns)), formula, **options)
    assert message in caught.value.message
    assert hint in caught.value.hint
