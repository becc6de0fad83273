"""Intervals from unseen errors cover as they promise; the strength of what is not in the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.analysis import Options, analyze
from regression_analyzer.explain import PredictionModel, predict
from regression_analyzer.explain.conformal import Conformal, conformal
from regression_analyzer.explain.folds import choose_folds
from regression_analyzer.explain.held_out import held_out_predictions, least_squares_folds
from regression_analyzer.explain.robustness import robustness
from regression_analyzer.fit import covariances, infer
from regression_analyzer.fit.value import Fit, Inference
from regression_analyzer.table import Table, read_table
from tests.explain.models import homes
from tests.explain.trials import bare_rows, from_arrays

FloatArray = npt.NDArray[np.float64]
TABLES = 60
NEW_ROWS = 200
ROWS = 240
ERRORS = ("normal", "heavy", "skewed", "uneven", "growing", "growing and skewed")


def drawn(errors: str, x: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return targets whose mean is a straight line, with errors of some kind."""
    mean, n = x @ np.array([1.0, 2.0, -1.0, 0.5]), len(x)
    kinds: dict[str, Callable[[], FloatArray]] = {
        "normal": lambda: rng.normal(size=n),
        "heavy": lambda: rng.standard_t(3, size=n),
        "skewed": lambda: rng.exponential(size=n),
        "uneven": lambda: rng.normal(size=n) * (0.3 + np.abs(x[:, 1])),
        "growing": lambda: rng.normal(size=n) * np.exp(0.4 * mean),
        "growing and skewed": lambda: rng.gamma(2.0, np.exp(0.4 * mean)),
    }
    return np.asarray(mean + kinds[errors](), dtype=np.float64)


def trial(errors: str, seed: int) -> tuple[Conformal, FloatArray, FloatArray]:
    """Return widths from 240 rows, and the errors and predictions of 200 new ones."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(ROWS + NEW_ROWS), rng.normal(size=(ROWS + NEW_ROWS, 3))])
    y = drawn(errors, x, rng)
    old, new = slice(0, ROWS), slice(ROWS, None)
    rows = bare_rows(ROWS, x=x[old], y=y[old])
    folds, _ = choose_folds(rows, binary=False)
    unseen = held_out_predictions(least_squares_folds(x[old], y[old], None, folds, intercept=True), rows, folds)
    found = conformal(y[old], unseen, folds.of_row)
    assert found is not None
    predicted = x[new] @ np.linalg.lstsq(x[old], y[old], rcond=None)[0]
    return found, y[new] - predicted, predicted


@pytest.mark.parametrize("errors", ERRORS)
def test_coverage(errors: str) -> None:
    """Over tables of 240 rows, 93% to 97% of new rows lie inside the 95% interval."""
    inside = 0
    for seed in range(TABLES):
        found, off, predicted = trial(errors, seed)
        inside += int((np.abs(off) <= found.widths(predicted)).sum())
    assert 0.93 <= inside / (TABLES * NEW_ROWS) <= 0.97


def test_errors_that_grow_are_covered_at_both_ends() -> None:
    """Widths of one size miss by far where errors are large; those that follow the prediction hold in each third."""
    local, same = np.zeros(3), np.zeros(3)
    for seed in range(TABLES):
        found, off, predicted = trial("growing", seed)
        assert found.local
        order = np.array_split(np.argsort(predicted), 3)
        local += [(np.abs(off[part]) <= found.widths(predicted)[part]).mean() / TABLES for part in order]
        same += [(np.abs(off[part]) <= found.half_width).mean() / TABLES for part in order]
    assert ((local >= 0.92) & (local <= 0.98)).all()
    assert same[0] > 0.99
    assert same[2] < 0.90


def test_even_errors_keep_one_width() -> None:
    assert sum(trial("normal", seed)[0].local for seed in range(TABLES)) <= 4


def test_what_is_covered_is_told_beforehand() -> None:
    found, _, _ = trial("growing", 1)
    assert 0.93 <= found.covered <= 0.97
    assert min(found.covered_low, found.covered_high) > 0.88


def test_too_few_rows_have_no_interval() -> None:
    fold = np.arange(19) % 5
    assert conformal(np.zeros(18), np.zeros(18), fold[:18]) is None
    assert conformal(np.zeros(19), np.zeros(19), fold) is not None


def test_the_width_is_an_order_statistic() -> None:
    found = conformal(np.arange(1.0, 100.0), np.zeros(99), np.arange(99) % 10)
    assert found is not None
    assert found.half_width == 95.0
    assert found.widths(np.array([-5.0, 1e9])).tolist() == [95.0, 95.0]


def model_and_table(formula: str, n: int = 400, **options: Any) -> tuple[PredictionModel, Table]:
    table = read_table(homes(n).encode(), name="homes.csv")
    return analyze(table, Options(formula=formula, **options)).prediction, table


def test_an_analysis_predicts_with_both_kinds_of_intervals() -> None:
    model, table = model_and_table("price ~ area + town")
    found = predict(model, table)
    assert model.conformal is not None
    assert found.conformal_high - found.predicted == pytest.approx(model.conformal.widths(found.predicted))
    assert np.isfinite(found.pi_low).all()


def test_a_logarithm_is_turned_back_with_its_interval() -> None:
    model, table = model_and_table("log(price) ~ area + town")
    raw, back = predict(model, table, turned_back=False), predict(model, table)
    assert back.conformal_low == pytest.approx(np.exp(raw.conformal_low))


def test_intervals_of_new_counts_are_whole_and_hold_their_share() -> None:
    model, _ = model_and_table("visits ~ area", family="poisson")
    new = read_table(homes(4000, seed=9).encode(), name="new.csv")
    found = predict(model, new)
    visits = np.array([float(line.split(",")[6]) for line in homes(4000, seed=9).splitlines()[1:]])
    assert (found.conformal_low == np.round(found.conformal_low)).all()
    assert (found.conformal_low >= 0).all()
    for low, high in ((found.conformal_low, found.conformal_high), (found.pi_low, found.pi_high)):
        assert 0.93 <= float(((low <= visits) & (visits <= high)).mean()) <= 0.98


@pytest.mark.parametrize("formula", ["sold ~ area", "price ~ area"])
def test_no_such_interval_where_it_means_nothing(formula: str) -> None:
    model, table = model_and_table(formula)
    level = 0.95 if formula.startswith("sold") else 0.9
    assert np.isnan(predict(model, table, level).conformal_low).all()


def test_rows_in_time_have_none() -> None:
    rng = np.random.default_rng(1)
    days = np.datetime64("2020-01-01") + np.arange(200)
    rows = "".join(f"{day},{a!r},{b!r}\n" for day, a, b in zip(days, *rng.normal(size=(2, 200)).tolist(), strict=True))
    found = analyze(read_table(("day,a,y\n" + rows).encode(), name="days.csv"), Options(formula="y ~ a"))
    assert found.explanation is not None
    chosen = [decision.chosen for decision in found.decisions if decision.id == "validation.scheme"]
    assert chosen == ["forward"]
    assert found.prediction.conformal is None


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
