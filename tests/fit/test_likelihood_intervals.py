"""Intervals from the likelihood: R's and statsmodels' numbers, exact conditional chances, and when they are chosen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from regression_analyzer.errors import UsageError
from regression_analyzer.fit import infer
from regression_analyzer.fit.likelihood_curve import curves
from regression_analyzer.fit.value import Inference

from ..conftest import TRUTH
from ..design.tables import read_csv
from .models import Result, cut, run

REACH = 1.959963984540054
SPLINE = 2e-3
"""R's ``confint`` interpolates the profile between a few points; this much of a standard error."""
REFIT = 1e-7
MID_P = 0.004
"""r* is close to the exact conditional mid-p value, not equal: within this with a dozen events."""
LATTICE = 0.011
"""The same where a group has one to six events of its own."""


def rare(n: int = 60, seed: int = 3, level: float = -1.4) -> dict[str, Any]:
    """A table with few events."""
    rng = np.random.default_rng(seed)
    x, flag = rng.normal(1000.0, 5.0, n), np.arange(n) % 2
    eta = level + 0.9 * (x - 1000.0) / 5.0 - 0.6 * flag
    y = (rng.uniform(size=n) < 1.0 / (1.0 + np.exp(-eta))).astype(float)
    return {"x": x, "flag": flag.astype(float), "y": y, "count": rng.poisson(np.exp(eta)).astype(float)}


def judged(result: Result, intervals: str = "auto", kind: str = "auto") -> Inference:
    return infer(result.fit, result.covariances, result.design, kind=kind, blocks=result.blocks, intervals=intervals)


@pytest.mark.skipif(not TRUTH.is_dir(), reason="no reference data beside the checkout")
@pytest.mark.parametrize("name", ["titanic_logit", "warpbreaks_poisson", "quine_poisson"])
def test_profile_intervals_are_those_of_r(name: str) -> None:
    case = json.loads((TRUTH / "r" / f"{name}.json").read_text(encoding="utf-8"))
    formula = re.sub(r"factor\((\w+)\)", r"C(\1)", case["formula"])
    table = read_csv(Path(TRUTH / case["data"]))
    result = run(table, formula, family="binomial" if "logit" in name else "poisson")
    rows = judged(result, "profile", "classical").coefficients
    ours = np.array([(row.ci_low, row.ci_high) for row in rows])
    theirs = np.array([list(ends.values()) for ends in case["values"]["ci95_profile"].values()])
    errors = np.array([row.std_error for row in rows])
    # R lists the coefficients in its own order; every interval has its pair
    away = np.abs((ours[:, None, :] - theirs[None, :, :]) / errors[:, None, None]).max(axis=2).min(axis=1)
    assert away.max() < SPLINE


@pytest.mark.parametrize("target", ["y", "count"])
def test_ends_and_p_values_are_those_of_refits(target: str) -> None:
    columns = rare(seed=4)
    result = run(columns, f"{target} ~ x + flag", family="binomial" if target == "y" else "poisson")
    rows = judged(result, "profile-adjusted").coefficients
    x, y = np.column_stack([np.ones(60), columns["x"] - 1000.0, columns["flag"]]), columns[target]
    family = sm.families.Binomial() if target == "y" else sm.families.Poisson()
    whole = sm.GLM(y, x, family=family).fit(tol=1e-13)

    def information(part: Any, fitted: Any) -> float:
        root = np.sqrt(family.variance(fitted))[:, None]
        return float(np.linalg.slogdet((part * root).T @ (part * root))[1])

    def roots(j: int, value: float) -> tuple[float, float]:
        rest = np.delete(x, j, axis=1)
        held = sm.GLM(y, rest, family=family, offset=x[:, j] * value).fit(tol=1e-13)
        r = np.sign(whole.params[j] - value) * np.sqrt(2.0 * (whole.llf - held.llf))
        spread = information(x, whole.fittedvalues) - information(rest, held.fittedvalues)
        u = (whole.params[j] - value) * np.exp(0.5 * spread)
        return float(r), float(r + np.log(u / r) / r)

    for j in (1, 2):
        for which, way in enumerate(("profile", "profile-adjusted")):
            reach = rows[j].by_interval[way]
            for end, sign in ((reach.ci_low, 1.0), (reach.ci_high, -1.0)):
                assert roots(j, end)[which] == pytest.approx(sign * REACH, abs=1e-5)
            assert reach.statistic == pytest.approx(roots(j, 0.0)[which], abs=REFIT)
            assert reach.p_value == pytest.approx(2.0 * stats.norm.sf(abs(reach.statistic)), rel=1e-12)
        # the interval leaves out 0 just where the p-value says so
        assert (rows[j].p_value < 0.05) == (rows[j].ci_low > 0.0 or rows[j].ci_high < 0.0)


@pytest.mark.parametrize("events", [4, 7, 13])
def test_one_share_has_the_chances_of_the_binomial(events: int) -> None:
    """Without predictors nothing is fitted beside, and the exact mid-p interval can be worked out."""
    n = 30
    result = run(
        {"x": np.arange(n) * 1.0, "y": np.r_[np.ones(events), np.zeros(n - events)]}, "y ~ 1", family="binomial"
    )
    row = judged(result, "profile-adjusted").coefficients[0]
    for end, tail in ((row.ci_low, stats.binom.sf), (row.ci_high, stats.binom.cdf)):
        share = 1.0 / (1.0 + np.exp(-end))
        beyond = tail(events, n, share) - (tail(events, n, share) - tail(events - 1, n, share)) / 2.0
        if tail is stats.binom.cdf:
            beyond = stats.binom.cdf(events - 1, n, share) + stats.binom.pmf(events, n, share) / 2.0
        assert beyond == pytest.approx(0.025, abs=MID_P)


@pytest.mark.parametrize("both", [1, 2, 3, 6])
def test_two_groups_have_the_conditional_chances_of_fisher(both: int) -> None:
    """Given the margins, the events in one of two groups are hypergeometric: r* knows of no other parameter."""
    inside, outside, rest = 14, 26, 9
    flag = np.r_[np.ones(inside), np.zeros(outside)]
    y = np.r_[np.ones(both), np.zeros(inside - both), np.ones(rest), np.zeros(outside - rest)]
    row = judged(run({"x": flag, "y": y}, "y ~ x", family="binomial"), "profile-adjusted").coefficients[1]
    law = stats.hypergeom(inside + outside, both + rest, inside)
    below = law.cdf(both - 1) + law.pmf(both) / 2.0
    plain, star = (stats.norm.cdf(row.by_interval[way].statistic) for way in ("profile", "profile-adjusted"))
    assert star == pytest.approx(below, abs=LATTICE)
    assert abs(star - below) < abs(plain - below)


def test_values_near_the_estimate_have_no_jump() -> None:
    """r* as the value passes the estimate: the line near it meets what is reckoned farther off."""
    result = run(rare(), "y ~ x + flag", family="binomial")
    curve = curves(result.fit, result.blocks)[1]
    places = np.array([-0.3, -0.2, -0.0501, -0.0499, -0.02, 0.0, 0.02, 0.0499, 0.0501, 0.2, 0.3])
    stars = np.array([curve.judge(place)[1] for place in places])
    bent = stars - np.polyval(np.polyfit(places, stars, 2), places)
    assert np.abs(bent).max() < 1e-3
    assert (np.diff(stars) < 0.0).all()


def test_where_a_block_ends_changes_nothing() -> None:
    result = run(rare(), "y ~ x + flag", family="binomial")
    one = judged(result, "profile-adjusted")
    other = infer(
        result.fit,
        result.covariances,
        result.design,
        blocks=cut(result.blocks, [7, 30]),
        intervals="profile-adjusted",
    )
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        assert a.ci_low == pytest.approx(b.ci_low, rel=1e-9)


def test_the_intercept_does_not_depend_on_where_columns_are_measured_from() -> None:
    """Its interval with the column as it is comes from a likelihood that a brute-force search follows."""
    columns = rare(seed=5)
    columns["x"] = columns["x"] / 5.0 - 199.0
    row = judged(run(columns, "y ~ x", family="binomial"), "profile").coefficients[0]
    x, y = columns["x"], columns["y"]

    def likelihood(slope: float, level: float) -> float:
        eta = level + slope * x
        return float((y * eta - np.logaddexp(0.0, eta)).sum())

    def most(level: float) -> float:
        return -float(
            optimize.minimize_scalar(lambda b: -likelihood(b, level), bounds=(-5, 5), options={"xatol": 1e-10}).fun
        )

    top = most(row.estimate)
    for end in (row.ci_low, row.ci_high):
        assert 2.0 * (top - most(end)) == pytest.approx(REACH**2, rel=1e-5)


def test_few_events_choose_the_likelihood_and_many_do_not() -> None:
    few = judged(run(rare(seed=1, level=-2.0), "y ~ x + flag", family="binomial"))
    assert few.intervals == "profile-adjusted"
    assert "cases of the rarer outcome for 3 coefficients leave the likelihood lopsided" in few.intervals_because
    assert [d.chosen for d in few.decisions if d.id == "intervals"] == ["profile-adjusted"]
    many = judged(run(rare(n=3000), "y ~ x + flag", family="binomial"))
    assert many.intervals == "wald"
    assert many.coefficients[1].by_interval == {}
    assert "leave the likelihood even" in many.intervals_because


def test_a_term_of_one_column_says_what_its_coefficient_says() -> None:
    found = judged(run(rare(seed=1, level=-2.0), "y ~ x + flag", family="binomial"))
    assert found.intervals == "profile-adjusted"
    for test, row in zip(found.term_tests, found.coefficients[1:], strict=True):
        assert test.p_value == pytest.approx(row.p_value, rel=1e-9)


def test_errors_that_are_asked_for_keep_symmetric_intervals() -> None:
    result = run(rare(seed=1, level=-2.0), "y ~ x + flag", family="binomial")
    found = judged(result, kind="classical")
    row = found.coefficients[1]
    assert found.intervals == "wald"
    assert row.ci_high - row.estimate == pytest.approx(REACH * row.std_error, rel=1e-12)
    assert judged(result, "wald").coefficients[1].p_value == row.p_value


def test_ways_that_are_not_there_are_refused() -> None:
    result = run(rare(), "x ~ flag", family="gaussian")
    with pytest.raises(UsageError, match="not available"):
        judged(result, "profile")
    with pytest.raises(UsageError, match="no way to make intervals"):
        judged(result, "bootstrap")
    assert judged(result).decisions[-1].id == "covariance"
    with pytest.raises(UsageError, match="not available"):
        judged(run(rare(), "y ~ x", family="binomial"), "profile", kind="HC3")


def test_separated_outcomes_have_no_interval_of_either_kind() -> None:
    columns = rare()
    columns["y"] = (columns["x"] > 1000.0).astype(float)
    found = judged(run(columns, "y ~ x", family="binomial"))
    assert found.intervals == "wald"
    assert np.isnan(found.coefficients[1].ci_low)


def test_counts_of_successes_are_rows_written_together() -> None:
    """Rows of the same predictors may be one row with its trials: the same intervals."""
    rng = np.random.default_rng(2)
    dose = np.repeat([0.0, 1.0, 2.0, 3.0], 8)
    y = (rng.uniform(size=32) < 0.15 + 0.1 * dose).astype(float)
    alone = judged(run({"dose": dose, "y": y}, "y ~ dose", family="binomial"), "profile-adjusted")
    together = {
        "dose": np.arange(4.0),
        "dead": np.array([y[dose == d].sum() for d in range(4)]),
        "all": np.full(4, 8.0),
    }
    found = judged(run(together, "cbind(dead, all - dead) ~ dose", family="binomial"), "profile-adjusted")
    for a, b in zip(alone.coefficients, found.coefficients, strict=True):
        assert b.ci_low == pytest.approx(a.ci_low, rel=1e-7)
        assert b.p_value == pytest.approx(a.p_value, rel=1e-7)
