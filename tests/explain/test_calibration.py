"""Calibration on unseen rows: beside statsmodels, and where it has to show what is wrong."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm

from regression_analyzer.explain.calibration import Calibration, calibration

FloatArray = npt.NDArray[np.float64]
N = 600
FAMILIES = {
    "gaussian": ("identity", sm.families.Gaussian()),
    "binomial": ("logit", sm.families.Binomial()),
    "poisson": ("log", sm.families.Poisson()),
}


def drawn(family: str, stretch: float = 1.0, seed: int = 1) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
    """Return a target, predictions whose linear predictor is stretched about its mean, and folds."""
    rng = np.random.default_rng(seed)
    eta = 0.4 + 0.8 * rng.normal(size=N)
    said = 0.4 + stretch * (eta - 0.4)
    if family == "gaussian":
        return eta + rng.normal(size=N), said, np.arange(N) % 10
    if family == "poisson":
        return rng.poisson(np.exp(eta)).astype(np.float64), np.exp(said), np.arange(N) % 10
    chance = 1 / (1 + np.exp(-eta))
    return (rng.random(N) < chance).astype(np.float64), 1 / (1 + np.exp(-said)), np.arange(N) % 10


def found(family: str, stretch: float = 1.0, overlap: float = 0.0, seed: int = 1) -> Calibration:
    y, predicted, fold = drawn(family, stretch, seed)
    link = FAMILIES[family][0]
    made = calibration(y, predicted, np.ones(N), fold, family=family, link=link, theta=None, overlap=overlap)
    assert made is not None
    return made


@pytest.mark.parametrize("family", FAMILIES)
def test_slope_and_error_equal_statsmodels(family: str) -> None:
    y, predicted, fold = drawn(family)
    link = FAMILIES[family][1].link
    x = sm.add_constant(np.asarray(link(predicted)))
    theirs = sm.GLM(y, x, family=FAMILIES[family][1]).fit(
        tol=1e-13, cov_type="cluster", cov_kwds={"groups": fold, "use_correction": False}
    )
    ours = found(family)
    assert ours.slope.value == pytest.approx(theirs.params[1], rel=1e-7)
    assert ours.slope.std_error == pytest.approx(theirs.bse[1] * np.sqrt(10 / 9), rel=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_predictions_too_bold_and_too_timid_are_told_apart(family: str) -> None:
    assert found(family, 2.0).slope.ci_high < 1.0
    assert found(family, 0.5).slope.ci_low > 1.0
    right = found(family)
    assert right.slope.ci_low < 1.0 < right.slope.ci_high


def test_the_level_is_observed_over_predicted() -> None:
    y, predicted, _ = drawn("poisson")
    level = found("poisson").level
    assert level is not None
    assert level.value == pytest.approx(y.sum() / predicted.sum())
    assert found("gaussian").level is None


def test_models_that_share_rows_make_it_less_sure() -> None:
    assert found("binomial", overlap=1 / 9).slope.std_error == pytest.approx(
        found("binomial").slope.std_error * np.sqrt(1 + 10 / 9)
    )


def test_predictions_that_do_not_vary_have_none() -> None:
    y, _, fold = drawn("binomial")
    same = np.full(N, 0.5)
    assert calibration(y, same, np.ones(N), fold, family="binomial", link="logit", theta=None, overlap=0.1) is None


def test_intervals_hold_one_where_predictions_are_right() -> None:
    slopes = [found("binomial", seed=seed).slope for seed in range(200)]
    held = sum(slope.ci_low < 1.0 < slope.ci_high for slope in slopes)
    assert abs(held / 200 - 0.95) <= 3 * np.sqrt(0.95 * 0.05 / 200)
