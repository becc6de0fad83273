import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_analyzer.charts.text import (
    fit,
    fit_parts,
    number,
    numbers_apart,
    percent,
    plain,
    shorten,
    signed,
    width,
    wrap,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (23848.53, "23,800"),
        (-0.05123, "−0.0512"),
        (1338.0, "1,340"),
        (999.9, "1,000"),
        (4.0, "4"),
        (1.5e-7, "1.5e−7"),
        (2e15, "2e15"),
        (math.nan, "unknown"),
        (-math.inf, "−infinite"),
    ],
)
def test_number(value: float, shown: str) -> None:
    assert number(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e11, max_value=1e11))
def test_number_keeps_three_digits(value: float) -> None:
    read = float(number(value).replace(",", "").replace("−", "-"))
    assert read == pytest.approx(value, rel=0.0051)


def test_signed_shows_the_plus() -> None:
    assert (signed(12.0), signed(-12.0), signed(0.0)) == ("+12", "−12", "0")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.7412, "74%"), (0.004, "0.4%"), (0.9991, "99.9%"), (0.99999, "more than 99.9%"), (1.0, "100%")],
)
def test_percent(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_numbers_that_lie_close_get_the_digits_that_part_them() -> None:
    assert numbers_apart(1_000_001.2, 1_000_003.4) == ("1,000,001.2", "1,000,003.4")


@given(st.text(max_size=60))
def test_plain_text_has_one_line_and_no_control_characters(text: str) -> None:
    made = plain(text)
    assert "\n" not in made
    assert not {unicodedata.category(c) for c in made} & {"Cc", "Cf", "Cs", "Co", "Cn"}


@given(st.text(max_size=80), st.floats(min_value=30, max_value=300))
def test_fitted_text_fits(text: str, room: float) -> None:
    assert width(fit(text, room, 13.0), 13.0) <= room


@given(st.text(max_size=200), st.integers(min_value=1, max_value=3))
def test_wrapped_text_fits_in_its_lines(text: str, lines: int) -> None:
    made = wrap(text, 200.0, 13.0, lines=lines)
    assert 1 <= len(made) <= lines
    assert all(width(line, 13.0) <= 200.0 for line in made)


def test_wrapping_loses_no_word_that_fits() -> None:
    assert " ".join(wrap("one two three four five six", 90.0, 13.0, lines=3)) == "one two three four five six"


def test_cut_text_ends_in_an_ellipsis() -> None:
    assert shorten("a" * 50, 10) == "a" * 9 + "…"


def test_the_longest_part_is_cut_and_the_step_stays() -> None:
    assert "".join(fit_parts(("distance to the nearest station", ", +3.4 km"), 24)) == "distance to th…, +3.4 km"


def test_parts_that_fit_are_left_alone() -> None:
    assert fit_parts(("smoker", ": ", "yes", " vs ", "no"), 31) == ("smoker", ": ", "yes", " vs ", "no")
