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
from tests.explain.straight import STRAIGHT, straight_table
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


def bent_table(shape: str, seed: int = 1, n: int = 700) -> Setting:
    rng = np.random.default_rng(seed)
    x, z = rng.lognormal(1.0, 0.9, n), rng.normal(size=n)
    curve = {
        "log": 3 * np.log(x),
        "sqrt": 4 * np.sqrt(x),
        "square": 0.2 * (x - 5) ** 2,
        "wave": 3 * np.sin(1.5 * np.log(x) * 2),
    }[shape]
    return from_arrays("y ~ x + z", x=x, z=z, y=curve + z + 0.5 * rng.normal(size=n))


@pytest.mark.parametrize(
    ("shape", "formula", "instead_of"),
    [
        ("log", "y ~ log(x) + z", "x"),
        ("sqrt", "y ~ sqrt(x) + z", "x"),
        ("square", "y ~ x + z + I(x^2)", ""),
    ],
)
def test_a_curve_gets_its_own_transformation(shape: str, formula: str, instead_of: str) -> None:
    found = proposed(bent_table(shape))
    assert isinstance(found, Proposal)
    assert (found.formula, found.terms[0].instead_of) == (formula, instead_of)
    assert found.with_terms.value > found.without.value + 0.02


def test_a_curve_of_no_simple_shape_gets_a_spline() -> None:
    found = proposed(bent_table("wave"))
    assert isinstance(found, Proposal)
    assert found.formula == "y ~ bs(x, 5) + z"


def test_a_logarithm_too_many_is_taken_back() -> None:
    rng = np.random.default_rng(3)
    x, z = rng.uniform(0.1, 10, 700), rng.normal(size=700)
    found = proposed(from_arrays("y ~ log(x) + z", x=x, z=z, y=2 * x + z + rng.normal(size=700)))
    assert isinstance(found, Proposal)
    assert found.formula == "y ~ x + z"


def test_a_curve_and_a_product_may_come_together() -> None:
    rng = np.random.default_rng(4)
    x, z, w = rng.lognormal(1.0, 0.8, 1500), rng.normal(size=1500), rng.normal(size=1500)
    y = 3 * np.log(x) + z + 1.5 * z * w + 0.5 * rng.normal(size=1500)
    found = proposed(from_arrays("y ~ x + z + w", x=x, z=z, w=w, y=y))
    assert isinstance(found, Proposal)
    assert found.formula == "y ~ log(x) + z + w + z:w"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("log(price) ~ `net size` + x", "log(price) ~ log(`net size`) + x"),
        ("log(price) ~ 0 + group + `net size`", "log(price) ~ 0 + group + log(`net size`)"),
        ("log(price) ~ `net size` * group", "log(price) ~ `net size` + group + `net size`:group + log(`net size`)"),
        ("log(price) ~ C(code) + `net size` + I(x^2)", "log(price) ~ C(code) + log(`net size`) + I(x^2)"),
    ],
)
def test_the_formula_keeps_what_the_model_holds(formula: str, expected: str) -> None:
    rng = np.random.default_rng(5)
    size, x = rng.lognormal(1.0, 1.0, 900), rng.normal(size=900)
    group, code = rng.choice(["a", "b"], 900), rng.integers(1, 4, 900)
    price = np.exp(2 + 0.8 * np.log(size) + 0.3 * (group == "b") + 0.15 * rng.normal(size=900))
    cells = zip(price.tolist(), size.tolist(), x.tolist(), group.tolist(), code.tolist(), strict=True)
    text = "price,net size,x,group,code\n" + "".join(f"{a!r},{b!r},{c!r},{d},{e}\n" for a, b, c, d, e in cells)
    s = setting(csv_table(text), formula)
    found = proposed(s)
    assert isinstance(found, Proposal)
    assert found.formula == expected
    adopted = setting(s.table, found.formula)
    assert adopted.fit.r_squared is not None
    assert adopted.fit.r_squared > (s.fit.r_squared or 0.0)
    assert not adopted.fit.aliases


def test_a_curve_of_chances_is_found() -> None:
    rng = np.random.default_rng(6)
    x, z = rng.lognormal(0.0, 1.2, 2500), rng.normal(size=2500)
    y = (rng.random(2500) < 1 / (1 + np.exp(-(1.5 * np.log(x) + 0.5 * z)))).astype(np.float64)
    found = proposed(from_arrays("y ~ x + z", family="binomial", x=x, z=z, y=y))
    assert isinstance(found, Proposal)
    assert found.formula == "y ~ log(x) + z"


@pytest.mark.parametrize("kind", STRAIGHT)
def test_straight_lines_of_every_kind_are_left_alone(kind: str) -> None:
    """A few tables of each kind here; `python -m benchmarks.straight` draws 200."""
    wrong = sum(bool(names(proposed(straight_table(kind, seed)))) for seed in range(10))
    assert wrong <= 2


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
