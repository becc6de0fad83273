import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_analyzer.charts.scale import Scale, date_ticks, finite_range, number_ticks, padded, ratio_ticks


def day(year: int, month: int = 1, of_month: int = 1) -> float:
    return float((dt.date(year, month, of_month) - dt.date(1970, 1, 1)).days)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ("0", "0.25", "0.5", "0.75", "1")),
        (-2.2, 5.1, ("−2", "0", "2", "4")),
        (0.0, 63_000.0, ("0", "20,000", "40,000", "60,000")),
        (999_994.0, 1_000_009.0, ("999,995", "1,000,000", "1,000,005")),
        (0.0, 1_100_000.0, ("0", "0.25M", "0.5M", "0.75M", "1M")),
        (0.0, 110_000.0, ("0", "25,000", "50,000", "75,000", "100,000")),
        (0.0, 2.1e-7, ("0", "5e−8", "1e−7", "1.5e−7", "2e−7")),
    ],
)
def test_tick_texts(low: float, high: float, texts: tuple[str, ...]) -> None:
    assert tuple(text for _, text in number_ticks(low, high, 4)) == texts


@given(
    st.floats(min_value=-1e12, max_value=1e12),
    st.floats(min_value=1e-3, max_value=1e12),
    st.integers(min_value=2, max_value=8),
)
def test_ticks_are_inside_and_told_apart(low: float, span: float, wanted: int) -> None:
    ticks = number_ticks(low, low + span, wanted)
    step = span / wanted
    slack = step * 1e-6 + 4 * float(np.spacing(max(abs(low), abs(low + span))))
    assert all(low - slack <= value <= low + span + slack for value, _ in ticks)
    if span > 1e-9 * abs(low):
        assert len({text for _, text in ticks}) == len(ticks)


def test_ratios_are_ticked_evenly_about_one() -> None:
    assert tuple(text for _, text in ratio_ticks(0.1, 12.0, 6)) == ("0.1", "0.2", "0.5", "1", "2", "5", "10")


def test_a_wide_ratio_axis_keeps_one_among_its_ticks() -> None:
    ticks = ratio_ticks(1e-9, 1e9, 5)
    assert "1" in {text for _, text in ticks}
    assert len(ticks) <= 9


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (day(1980), day(2020), "1990"),
        (day(2020), day(2021), "2020-04"),
        (day(2020), day(2020, 1, 20), "2020-01-06"),
    ],
)
def test_dates_are_ticked_at_round_days(low: float, high: float, text: str) -> None:
    assert text in {shown for _, shown in date_ticks(low, high, 4)}


def test_dates_beyond_the_calendar_are_ticked_as_numbers() -> None:
    assert date_ticks(0.0, 1e9, 4)


def test_finite_range_leaves_out_what_is_not_finite() -> None:
    assert finite_range(np.asarray([np.nan, 1.0, np.inf]), None, np.asarray([-3.0])) == (-3.0, 1.0)


def test_nothing_finite_has_no_range() -> None:
    assert finite_range(np.asarray([np.nan])) is None


@given(st.floats(allow_nan=False, min_value=-1e299, max_value=1e299), st.booleans())
def test_a_single_value_gets_a_range_around_it(value: float, log: bool) -> None:
    low, high = padded((value, value), log=log)
    assert math.isfinite(low)
    assert low < high


def test_places_are_linear_and_bounded() -> None:
    scale = Scale(low=0.0, high=10.0, start=100.0, end=200.0)
    assert scale.place(np.asarray([0.0, 5.0, 10.0])).tolist() == [100.0, 150.0, 200.0]
    assert abs(scale.at(1e300)) < 2_000


def test_a_log_scale_places_the_geometric_middle_in_the_middle() -> None:
    scale = Scale(low=0.1, high=10.0, start=0.0, end=100.0, log=True)
    assert scale.at(1.0) == pytest.approx(50.0)
    assert math.isnan(scale.at(-1.0))
