"""What the straight line misses is found, and nothing is found where it misses nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regression_analyzer.explain.curves import curves
from regression_analyzer.explain.flexible import Flexible
from regression_analyzer.explain.shap import shap_summary
from regression_analyzer.explain.shape import Proposal, propose
from regression_analyzer.findings import Skipped
from tests.explain.models import csv_table, truth_table
from tests.explain.trials import Setting, from_arrays, setting


def proposed(s: Setting) -> Proposal | Skipped:
    trial = s.trial()
    assert isinstance(trial.flexible, Flexible)
    ranked = [mean.predictor for mean in shap_summary(s.rows, s.folds, trial.flexible).means]
    return propose(s.design, s.fit, s.rows, trial, ranked)


def names(found: Proposal | Skipped) -> list[str]:
    return [term.name for term in found.terms] if isinstance(found, Proposal) else []


@pytest.fixture(scope="module")
def insurance(truth: Path) -> Setting:
    formula = "charges ~ age + sex + bmi + children + smoker + region"
    return setting(truth_table(truth, "insurance.csv"), formula)


def test_body_mass_and_smoking_depend_on_each_other(insurance: Setting) -> None:
    found = proposed(insurance)
    assert isinstance(found, Proposal)
    assert names(found) == ["bmi:smoker"]
    assert found.terms[0].p_value < 1e-20
    assert found.formula == "charges ~ age + sex + bmi + children + smoker + region + bmi:smoker"


def test_the_term_closes_most_of_the_gap(insurance: Setting) -> None:
    found = proposed(insurance)
    assert isinstance(found, Proposal)
    gap = found.flexible.value - found.without.value
    assert found.gain.value > 0.6 * gap
    assert found.with_terms_all.value == pytest.approx(0.838, abs=0.01)


def test_the_formula_can_be_asked_for(insurance: Setting) -> None:
    found = proposed(insurance)
    assert isinstance(found, Proposal)
    adopted = setting(insurance.table, found.formula)
    assert adopted.fit.r_squared == pytest.approx(0.841, abs=0.001)


def test_the_curves_show_the_pair(insurance: Setting) -> None:
    trial = insurance.trial()
    drawn = curves(insurance.design, insurance.fit, insurance.rows, trial, proposal=proposed(insurance), ranked=["bmi"])
    assert [(curve.predictor, curve.by, curve.level) for curve in drawn] == [
        ("bmi", "smoker", "no"),
        ("bmi", "smoker", "yes"),
    ]
    yes = drawn[1]
    assert np.diff(yes.line).max() == pytest.approx(np.diff(yes.line).min())
    assert yes.flexible[-1] - yes.flexible[0] > 2 * (yes.line[-1] - yes.line[0])


def test_curvature_is_found() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-2, 2, size=(2, 600))
    s = from_arrays("y ~ a + b", y=a + a**2 + b + 0.7 * rng.normal(size=600), a=a, b=b)
    assert names(proposed(s)) == ["I(a^2)"]


def test_names_that_need_quotes_are_quoted() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-2, 2, size=(2, 600))
    y = a + b + 2 * a * b + 0.7 * rng.normal(size=600)
    rows = zip(y.tolist(), a.tolist(), b.tolist(), strict=True)
    text = "y,net price,b-2\n" + "".join(f"{p!r},{q!r},{r!r}\n" for p, q, r in rows)
    found = proposed(setting(csv_table(text), "y ~ `net price` + `b-2`"))
    assert isinstance(found, Proposal)
    assert found.formula == "y ~ `net price` + `b-2` + `net price`:`b-2`"


def test_an_interaction_of_shares_is_found() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 1500))
    y = (rng.random(1500) < 1 / (1 + np.exp(-2.0 * a * b))).astype(np.float64)
    assert names(proposed(from_arrays("y ~ a + b", family="binomial", y=y, a=a, b=b))) == ["a:b"]


def test_a_term_that_is_there_is_not_proposed_again() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-2, 2, size=(2, 600))
    s = from_arrays("y ~ a + b + I(a^2)", y=a + a**2 + np.abs(b) * 4 + 0.3 * rng.normal(size=600), a=a, b=b)
    assert names(proposed(s)) == ["I(b^2)"]


def test_straight_lines_are_left_alone() -> None:
    """At most 5% of tables in which every relation is a straight line may get a proposal."""
    wrong = 0
    for seed in range(60):
        rng = np.random.default_rng(1000 + seed)
        a, b, c = rng.normal(size=(3, 250))
        d = (rng.random(250) < 0.4).astype(np.float64)
        errors = rng.normal(size=250) * (1.0 if seed % 2 else 0.5 + np.abs(a))
        s = from_arrays("y ~ a + b + c + d", y=a - 0.5 * b + d + errors, a=a, b=b, c=c, d=d)
        wrong += bool(names(proposed(s)))
    assert wrong <= 3
