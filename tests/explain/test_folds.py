"""Which rows are held out together."""

from __future__ import annotations

import numpy as np
import pytest

from regression_analyzer.errors import UsageError
from regression_analyzer.explain.folds import choose_folds
from tests.explain.trials import bare_rows


def test_random_folds_are_even() -> None:
    folds, decision = choose_folds(bare_rows(103), binary=False)
    assert decision.chosen == "random"
    assert sorted(np.bincount(folds.of_row).tolist()) == [10] * 7 + [11] * 3


def test_random_folds_keep_the_share_of_events() -> None:
    y = (np.arange(200) < 20).astype(np.float64)
    folds, _ = choose_folds(bare_rows(200, y=y), binary=True)
    assert [int(y[folds.test(k)].sum()) for k in range(10)] == [2] * 10


def test_units_are_held_out_whole() -> None:
    group = np.random.default_rng(0).integers(0, 30, 400)
    folds, decision = choose_folds(bare_rows(400, group=group), binary=False)
    assert decision.chosen == "grouped"
    assert all(len(set(folds.of_row[group == g])) == 1 for g in range(30))


def test_rows_without_a_unit_stand_alone() -> None:
    group = np.where(np.arange(300) < 150, -1, np.arange(300) // 5)
    folds, _ = choose_folds(bare_rows(300, group=group), binary=False)
    assert len(set(folds.of_row[:150])) == 10


def test_time_is_predicted_forward() -> None:
    time = np.random.default_rng(0).permutation(200).astype(np.float64)
    folds, decision = choose_folds(bare_rows(200, time=time), binary=False)
    assert decision.chosen == "forward"
    assert all(time[folds.train(k)].max() < time[folds.test(k)].min() for k in range(folds.count))


def test_a_moment_is_not_divided() -> None:
    time = np.repeat(np.arange(40.0), 9)
    folds, _ = choose_folds(bare_rows(360, time=time), binary=False)
    assert all(len(set(folds.of_row[time == t])) == 1 for t in range(40))


def test_the_earliest_rows_are_only_learnt_from() -> None:
    folds, _ = choose_folds(bare_rows(100, time=np.arange(100.0)), binary=False)
    assert (folds.of_row[:40] == -1).all()
    assert (folds.of_row[40:] >= 0).all()


def test_rows_without_a_time_are_not_used() -> None:
    time = np.where(np.arange(100) % 10 == 0, np.nan, np.arange(100.0))
    folds, _ = choose_folds(bare_rows(100, time=time), binary=False)
    assert (folds.of_row[::10] == -2).all()


def test_units_come_before_time_and_either_can_be_asked_for() -> None:
    rows = bare_rows(100, group=np.arange(100) // 4, time=np.arange(100.0))
    folds, decision = choose_folds(rows, binary=False)
    asked, changed = choose_folds(rows, binary=False, asked="forward")
    assert (folds.scheme, decision.rejected) == ("grouped", ("forward", "random"))
    assert (asked.scheme, changed.overridden) == ("forward", True)


def test_a_scheme_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="forward"):
        choose_folds(bare_rows(100), binary=False, asked="forward")
