"""Intervals from unseen errors cover as they promise; the strength of what is not in the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regression_analyzer.explain.conformal import conformal
from regression_analyzer.explain.folds import choose_folds
from regression_analyzer.explain.held_out import held_out_predictions, least_squares_folds
from regression_analyzer.explain.robustness import robustness
from regression_analyzer.fit import covariances, infer
from regression_analyzer.fit.value import Fit, Inference
from tests.explain.trials import bare_rows, from_arrays

TABLES = 60
NEW_ROWS = 200


@pytest.mark.parametrize("errors", ["normal", "heavy", "skewed", "uneven"])
def test_coverage(errors: str) -> None:
    """Over tables of 200 rows, 93% to 97% of new rows lie inside the 95% interval."""
    inside = 0
    for seed in range(TABLES):
        rng = np.random.default_rng(seed)
        x = np.column_stack([np.ones(200 + NEW_ROWS), rng.normal(size=(200 + NEW_ROWS, 3))])
        n = len(x)
        noise = {
            "normal": rng.normal(size=n),
            "heavy": rng.standard_t(3, size=n),
            "skewed": rng.exponential(size=n),
            "uneven": rng.normal(size=n) * (0.3 + np.abs(x[:, 1])),
        }[errors]
        y = x @ np.array([1.0, 2.0, -1.0, 0.5]) + noise
        old, new = slice(0, 200), slice(200, None)
        rows = bare_rows(200, x=x[old], y=y[old])
        folds, _ = choose_folds(rows, binary=False)
        unseen = held_out_predictions(least_squares_folds(x[old], y[old], None, folds, intercept=True), rows, folds)
        found = conformal(y[old], unseen)
        assert found is not None
        b = np.linalg.lstsq(x[old], y[old], rcond=None)[0]
        inside += int((np.abs(y[new] - x[new] @ b) <= found.half_width).sum())
    assert 0.93 <= inside / (TABLES * NEW_ROWS) <= 0.97


def test_too_few_rows_have_no_interval() -> None:
    assert conformal(np.zeros(18), np.zeros(18)) is None
    assert conformal(np.zeros(19), np.zeros(19)) is not None


def test_the_width_is_an_order_statistic() -> None:
    found = conformal(np.arange(1.0, 100.0), np.zeros(99))
    assert found is not None
    assert found.half_width == 95.0


def inference_of(t: float, df: int) -> tuple[Fit, Inference]:
    rng = np.random.default_rng(0)
    a = rng.normal(size=30)
    s = from_arrays("y ~ a", y=a + rng.normal(size=30), a=a)
    inference = infer(s.fit, covariances(s.fit, s.blocks), s.design, kind="classical", evidence={})
    row = replace(inference.coefficients[1], estimate=t, std_error_by_kind={"classical": 1.0})
    return replace(s.fit, df_resid=df), replace(inference, coefficients=(row,))


def test_the_published_example() -> None:
    """Darfur: t = 4.18445 on 783 df gives 13.878% and 7.626% (Cinelli and Hazlett 2020; their software's manual)."""
    found = robustness(*inference_of(4.18445, 783))[0]
    assert found.value == pytest.approx(0.13878, abs=5e-5)
    assert found.value_significance == pytest.approx(0.07626, abs=5e-5)
    assert found.partial_r_squared == pytest.approx(0.02187, abs=5e-5)


def test_an_unclear_coefficient_needs_nothing_to_be_unclear() -> None:
    assert robustness(*inference_of(1.0, 100))[0].value_significance == 0.0


def test_a_strong_coefficient_keeps_its_digits() -> None:
    assert robustness(*inference_of(1e9, 100))[0].value == pytest.approx(1.0, abs=1e-12)
