"""Average marginal effects and adjusted predictions: beside statsmodels, brute force, and what must collapse."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from patsy import dmatrix as patsy_matrix

from regression_analyzer.explain.averaging import averaging
from regression_analyzer.explain.effects import AverageEffect, MarginalEffects, marginal_effects
from regression_analyzer.findings import Skipped
from regression_analyzer.fit import covariances, infer
from regression_analyzer.fit.value import Inference
from tests.explain.models import csv_table
from tests.explain.trials import Setting, from_arrays, numbers_csv, setting

FloatArray = npt.NDArray[np.float64]
EXACT = 1e-8
LIKELIHOOD = 1e-6
"""Estimates of iterated fits agree to about this; their derivatives with them."""
DIFFERENCES = 1e-5
"""What a numerical derivative leaves."""


def uncertain(s: Setting, kind: str = "classical") -> Inference:
    return infer(s.fit, covariances(s.fit, s.blocks), s.design, kind=kind, evidence={})


def effects_of(s: Setting, kind: str = "classical") -> MarginalEffects:
    found = marginal_effects(s.design, s.fit, uncertain(s, kind), s.rows)
    assert isinstance(found, MarginalEffects)
    return found


def only(found: MarginalEffects, predictor: str, kind: str, level: str = "", part: str = "") -> AverageEffect:
    (one,) = [
        each
        for each in found.average
        if (each.predictor, each.kind, each.level, each.part) == (predictor, kind, level, part)
    ]
    return one


@pytest.fixture(scope="module")
def people() -> dict[str, FloatArray]:
    """Numbers a and b, a group of three as codes, a 0/1 number, and outcomes of three families."""
    rng = np.random.default_rng(11)
    n = 400
    a, b = rng.normal(40, 12, n), rng.exponential(2.0, n) + 0.2
    group = rng.integers(0, 3, n).astype(np.float64)
    flag = (rng.random(n) < 0.3).astype(np.float64)
    eta = 0.04 * (a - 40) - 0.5 * np.log(b) + 0.6 * (group == 1) + 0.8 * flag
    return {
        "a": a,
        "b": b,
        "group": group,
        "flag": flag,
        "sold": (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(np.float64),
        "count": rng.poisson(np.exp(0.5 + 0.5 * eta)).astype(np.float64),
        "size": rng.gamma(4.0, np.exp(0.5 * eta) / 4.0),
        "score": 3 * eta + rng.normal(size=n) * (0.5 + b / 4),
    }


def settings(people: dict[str, FloatArray], formula: str, family: str = "gaussian") -> Setting:
    return from_arrays(formula, family=family, **people)


FAMILIES = {
    "gaussian": sm.families.Gaussian(),
    "binomial": sm.families.Binomial(),
    "poisson": sm.families.Poisson(),
    "gamma": sm.families.Gamma(sm.families.links.Log()),
}
CHANGES: list[tuple[str, str, str]] = [
    ("score ~ a * C(group) + log(b) + flag", "gaussian", "classical"),
    ("score ~ a * C(group) + log(b) + flag", "gaussian", "HC3"),
    ("sold ~ a * C(group) + log(b) + flag", "binomial", "classical"),
    ("count ~ a * C(group) + log(b) + flag", "poisson", "classical"),
    ("size ~ a * C(group) + log(b) + flag", "gamma", "classical"),
]
"""Formula, family, errors; statsmodels reads the same formulas."""


class Oracle:
    """Averages of statsmodels' predictions with errors from numerical derivatives by its coefficients."""

    def __init__(self, people: dict[str, FloatArray], formula: str, family: str, kind: str) -> None:
        self.frame = pd.DataFrame(people)
        errors = {} if kind == "classical" else {"cov_type": kind}
        formula = formula.replace("log(", "np.log(")
        if family == "gaussian":
            self.fit = smf.ols(formula, self.frame).fit(**errors)
        else:
            self.fit = smf.glm(formula, self.frame, family=FAMILIES[family]).fit(tol=1e-13, maxiter=200, **errors)
        self.design = self.fit.model.data.orig_exog.design_info

    def x(self, **fixed: FloatArray | float) -> FloatArray:
        return np.asarray(patsy_matrix(self.design, self.frame.assign(**fixed)))

    def mean(self, params: FloatArray, *xs: FloatArray) -> float:
        """Return the average prediction of the first rows, less that of the second."""
        signs = (1.0, -1.0)
        return float(sum(sign * self.fit.model.predict(params, x).mean() for sign, x in zip(signs, xs, strict=False)))

    def found(self, *xs: FloatArray, over: float = 1.0) -> tuple[float, float]:
        """Return estimate and standard error of ``mean / over``."""
        params = self.fit.params.to_numpy()
        steps = np.diag(1e-5 * np.maximum(np.abs(params), 1e-3))
        gradient = np.array([(self.mean(params + h, *xs) - self.mean(params - h, *xs)) / (2 * h.max()) for h in steps])
        variance = gradient @ self.fit.cov_params().to_numpy() @ gradient
        return self.mean(params, *xs) / over, float(np.sqrt(variance)) / over


@pytest.mark.parametrize(("formula", "family", "kind"), CHANGES)
def test_changes_slopes_and_steps_equal_brute_force(
    people: dict[str, FloatArray], formula: str, family: str, kind: str
) -> None:
    found = effects_of(settings(people, formula, family), kind)
    oracle = Oracle(people, formula, family, kind)
    h = 1e-4
    a, b = people["a"], people["b"]
    quarters = np.quantile(b, (0.25, 0.75))
    pairs = [
        (only(found, "flag", "level", "1"), oracle.found(oracle.x(flag=1.0), oracle.x(flag=0.0))),
        (only(found, "group", "level", "2"), oracle.found(oracle.x(group=2.0), oracle.x(group=0.0))),
        (only(found, "b", "step"), oracle.found(oracle.x(b=quarters[1]), oracle.x(b=quarters[0]))),
        (only(found, "b", "slope"), oracle.found(oracle.x(b=b + h), oracle.x(b=b - h), over=2 * h)),
        (
            only(found, "a", "slope", part="1"),
            oracle.found(oracle.x(a=a + h, group=1.0), oracle.x(a=a - h, group=1.0), over=2 * h),
        ),
    ]
    for ours, (estimate, error) in pairs:
        assert ours.estimate == pytest.approx(estimate, rel=DIFFERENCES)
        assert ours.std_error == pytest.approx(error, rel=1e-4)


@pytest.mark.parametrize(("formula", "family", "kind"), CHANGES)
def test_adjusted_predictions_equal_brute_force(
    people: dict[str, FloatArray], formula: str, family: str, kind: str
) -> None:
    found = effects_of(settings(people, formula, family), kind)
    oracle = Oracle(people, formula, family, kind)
    along_b = next(each for each in found.adjusted if each.predictor == "b")
    for i in (0, 12, 24):
        estimate, error = oracle.found(oracle.x(b=along_b.x[i]))
        assert along_b.predicted[i] == pytest.approx(estimate, rel=LIKELIHOOD)
        assert along_b.std_error[i] == pytest.approx(error, rel=1e-4)
        assert along_b.ci_low[i] < estimate < along_b.ci_high[i]
    groups = next(each for each in found.adjusted if each.predictor == "group")
    for i, level in enumerate(groups.levels):
        assert groups.predicted[i] == pytest.approx(oracle.found(oracle.x(group=float(level)))[0], rel=LIKELIHOOD)


def test_a_straight_line_has_its_coefficients_as_effects(people: dict[str, FloatArray]) -> None:
    s = settings(people, "score ~ a + b + C(group)")
    found, inference = effects_of(s, "HC3"), uncertain(s, "HC3")
    rows = {row.term: row for row in inference.coefficients}
    for each, term in (
        (only(found, "a", "slope"), "a"),
        (only(found, "b", "slope"), "b"),
        (only(found, "group", "level", "1"), "C(group)[1]"),
    ):
        row = rows[term]
        expected = [row.estimate, row.std_error, row.ci_low, row.ci_high, row.p_value]
        assert [each.estimate, each.std_error, each.ci_low, each.ci_high, each.p_value] == pytest.approx(
            expected, rel=EXACT
        )


@pytest.mark.parametrize("term", ["exp(c)", "sqrt(b)", "I(b^2)", "I(b^-1)", "poly(b, 4)", "bs(b, 5)", "b + I(b^2)"])
def test_slopes_of_transformations_are_those_of_the_curve(people: dict[str, FloatArray], term: str) -> None:
    """The average derivative is what a small step of every row moves the average prediction by."""
    name = "c" if "c" in term else "b"
    s = settings({**people, "c": people["a"] / 40}, f"sold ~ {term} + a", "binomial")
    made = averaging(s.design, s.fit, uncertain(s), s.rows)
    position = next(factor.position for factor in s.rows.factors if factor.column == name)
    values, h = s.rows.values[position], 1e-4
    ends = [made.prediction({position: values + move}).value for move in (h, -h)]
    found = made.slope(position, {position: values}).value
    assert found == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-5)


def test_the_average_prediction_is_the_average_of_the_target(people: dict[str, FloatArray]) -> None:
    s = settings(people, "sold ~ a + b", "binomial")
    made = averaging(s.design, s.fit, uncertain(s), s.rows)
    assert made.prediction({}).value == pytest.approx(people["sold"].mean(), rel=LIKELIHOOD)


def test_effects_do_not_depend_on_the_reference_level(people: dict[str, FloatArray]) -> None:
    text = numbers_csv(**people).replace("\r", "")
    table = csv_table(text)
    formula = "sold ~ C(group) + a"
    one, other = (
        effects_of(setting(table, formula, family="binomial", reference=reference))
        for reference in ({}, {"group": "2"})
    )
    assert only(one, "a", "slope").estimate == pytest.approx(only(other, "a", "slope").estimate, rel=LIKELIHOOD)
    change = only(one, "group", "level", "2")
    back = only(other, "group", "level", "0")
    assert change.estimate == pytest.approx(-back.estimate, rel=LIKELIHOOD)
    assert change.std_error == pytest.approx(back.std_error, rel=LIKELIHOOD)


def test_the_unit_of_a_number_scales_its_slope_and_nothing_else(people: dict[str, FloatArray]) -> None:
    one = effects_of(settings(people, "count ~ a + flag", "poisson"))
    other = effects_of(settings({**people, "a": people["a"] * 1000}, "count ~ a + flag", "poisson"))
    small, large = only(one, "a", "slope"), only(other, "a", "slope")
    assert large.estimate == pytest.approx(small.estimate / 1000, rel=LIKELIHOOD)
    assert large.p_value == pytest.approx(small.p_value, rel=1e-4)
    assert only(other, "flag", "level", "1").estimate == pytest.approx(only(one, "flag", "level", "1").estimate)


def test_intervals_of_chances_stay_among_chances(people: dict[str, FloatArray]) -> None:
    s = settings({**people, "rare": (people["a"] > 62).astype(np.float64)}, "rare ~ b", "binomial")
    for each in effects_of(s).adjusted:
        assert ((each.ci_low > 0) & (each.ci_high < 1) & (each.ci_low < each.ci_high)).all()


def test_outcomes_told_apart_completely_have_no_effects() -> None:
    x = np.arange(40.0)
    s = from_arrays("y ~ x", family="binomial", y=(x > 19.5).astype(np.float64), x=x)
    found = marginal_effects(s.design, s.fit, uncertain(s), s.rows)
    assert isinstance(found, Skipped)
    assert "separation" in found.reason


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_a_level_that_settles_the_outcome_has_no_effect_and_hurts_no_other(family: str) -> None:
    """Rows of a level whose outcomes are all 0 add nothing to another predictor's slope, but for their number."""
    rng = np.random.default_rng(4)
    x, group = rng.normal(size=90), np.repeat([0.0, 1.0, 2.0], 30)
    eta = 0.6 * x + 0.4 * (group == 1)
    y = rng.poisson(np.exp(eta)) if family == "poisson" else rng.random(90) < 1 / (1 + np.exp(-eta))
    y = np.where(group == 2, 0.0, y)
    found = effects_of(from_arrays("y ~ x + C(group)", family=family, y=y, x=x, group=group))
    assert found.settled == ("group",)
    assert {each.predictor for each in found.average} == {each.predictor for each in found.adjusted} == {"x"}
    rest = group < 2
    alone = from_arrays("y ~ x + C(group)", family=family, y=y[rest], x=x[rest], group=group[rest])
    ours, theirs = only(found, "x", "slope"), only(effects_of(alone), "x", "slope")
    assert ours.estimate == pytest.approx(theirs.estimate * 60 / 90, rel=LIKELIHOOD)
    assert ours.std_error == pytest.approx(theirs.std_error * 60 / 90, rel=1e-4)


def test_a_number_beside_a_category_has_its_average_over_all_rows_too(people: dict[str, FloatArray]) -> None:
    found = effects_of(settings(people, "sold ~ a * C(group) + b", "binomial"))
    oracle = Oracle(people, "sold ~ a * C(group) + b", "binomial", "classical")
    h = 1e-4
    a = people["a"]
    estimate, error = oracle.found(oracle.x(a=a + h), oracle.x(a=a - h), over=2 * h)
    whole = only(found, "a", "slope")
    assert whole.estimate == pytest.approx(estimate, rel=DIFFERENCES)
    assert whole.std_error == pytest.approx(error, rel=1e-4)


def test_an_effect_has_the_freedom_of_the_coefficients_it_is_made_of() -> None:
    """Under adjusted errors a coefficient and the effect that is the same number say the same."""
    rng = np.random.default_rng(8)
    x = np.r_[rng.normal(size=37), 6.0, 7.0, 8.0]
    z = rng.normal(size=40)
    s = from_arrays("y ~ x + z", y=x + z + rng.normal(size=40), x=x, z=z)
    inference = uncertain(s, "HC2-adjusted")
    table = {row.term: row for row in inference.coefficients}
    assert (table["x"].df or 0.0) < (table["z"].df or 0.0)
    for name, row in table.items():
        if name == "(Intercept)":
            continue
        effect = only(effects_of(s, "HC2-adjusted"), name, "slope")
        assert [effect.p_value, effect.ci_low, effect.ci_high] == pytest.approx([row.p_value, row.ci_low, row.ci_high])


def test_dates_far_from_zero_keep_their_digits() -> None:
    rng = np.random.default_rng(3)
    x = np.round(rng.uniform(0, 1, 80) * 2**10) / 2**10
    y = 2 * x + rng.normal(size=80)
    near = only(effects_of(from_arrays("y ~ x", y=y, x=x)), "x", "step")
    far = only(effects_of(from_arrays("y ~ x", y=y, x=x + 2.0**40)), "x", "step")
    assert far.estimate == pytest.approx(near.estimate, rel=1e-9)
    assert far.std_error == pytest.approx(near.std_error, rel=1e-9)


def test_intervals_of_chances_cover_the_true_average_effect() -> None:
    """In 95% of 200 tables, give or take three standard errors, the true slope (averaged over rows) is inside."""
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x, z = rng.normal(size=(2, 150))
        chance = 1 / (1 + np.exp(-(0.3 + 0.8 * x - 0.5 * z)))
        s = from_arrays("y ~ x + z", family="binomial", y=(rng.random(150) < chance).astype(np.float64), x=x, z=z)
        one = only(effects_of(s), "x", "slope")
        held += one.ci_low <= float((0.8 * chance * (1 - chance)).mean()) <= one.ci_high
    assert abs(held / 200 - 0.95) <= 3 * np.sqrt(0.95 * 0.05 / 200)


@pytest.mark.parametrize(
    ("target", "family", "make"),
    [("sold", "binomial", sm.Logit), ("count", "poisson", sm.Poisson)],
)
def test_average_effects_equal_statsmodels(
    people: dict[str, FloatArray], target: str, family: str, make: type[sm.Logit] | type[sm.Poisson]
) -> None:
    found = effects_of(settings(people, f"{target} ~ a + b + C(group) + flag", family))
    x = np.column_stack(
        [np.ones(400), people["a"], people["b"], people["group"] == 1, people["group"] == 2, people["flag"]]
    ).astype(np.float64)
    table = make(people[target], x).fit(disp=0, tol=1e-12, method="newton").get_margeff(dummy=True).summary_frame()
    ours = [
        only(found, "a", "slope"),
        only(found, "b", "slope"),
        only(found, "flag", "level", "1"),
    ]
    rows = table.iloc[[0, 1, 4]]
    assert [each.estimate for each in ours] == pytest.approx(rows["dy/dx"].to_numpy(), rel=LIKELIHOOD)
    assert [each.std_error for each in ours] == pytest.approx(rows["Std. Err."].to_numpy(), rel=DIFFERENCES)
    assert [each.p_value for each in ours] == pytest.approx(rows.iloc[:, 3].to_numpy(), rel=1e-3, abs=1e-12)
