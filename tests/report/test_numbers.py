"""Rounding and writing of numbers and names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_analyzer.report.cells import safe_cell
from regression_analyzer.report.numbers import (
    are_years,
    count_of,
    fmt,
    fmt_estimate,
    fmt_int,
    fmt_interval,
    fmt_p,
    fmt_pct,
    listing,
    shorten,
)


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (23848.53, "23,800"),
        (0.5, "0.5"),
        (9.996, "10"),
        (0.0, "0"),
        (-3.14159, "-3.14"),
        (1234567, "1,230,000"),
        (0.000012345, "1.23e-5"),
        (1e20, "1e20"),
        (math.nan, "not available"),
        (math.inf, "infinite"),
    ],
)
def test_numbers_have_three_digits(x: float, text: str) -> None:
    assert fmt(x) == text


@given(st.floats(min_value=1e-3, max_value=1e12), st.integers(min_value=2, max_value=8))
def test_rounding_stays_within_half_a_digit(x: float, digits: int) -> None:
    assert abs(float(fmt(x, digits).replace(",", "")) / x - 1) <= 0.5000001 * 10.0 ** (1 - digits)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [(23848.53, 22715.0, 24982.0, "23,800"), (256.86, 233.1, 280.2, "257"), (0.01234, 0.0112, 0.0135, "0.0123")],
)
def test_an_estimate_has_the_digits_its_interval_supports(value: float, low: float, high: float, text: str) -> None:
    assert fmt_estimate(value, low, high) == text


def test_both_ends_of_an_interval_are_rounded_alike() -> None:
    assert fmt_interval(22715.3, 24982.4) == "22,700 to 25,000"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0496, "p = 0.0496"), (0.0504, "p = 0.0504"), (0.012, "p = 0.012"), (1e-9, "p < 0.001"), (0.999, "p > 0.99")],
)
def test_p_values_never_round_onto_the_line(p: float, text: str) -> None:
    assert fmt_p(p) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.74, "74%"), (0.004, "0.4%"), (1e-6, "less than 0.1%"), (0.99999, "more than 99.9%"), (1.0, "100%"), (0, "0%")],
)
def test_shares_are_percentages(share: float, text: str) -> None:
    assert fmt_pct(share) == text


def test_counts_have_separators() -> None:
    assert fmt_int(1338) == "1,338"


@pytest.mark.parametrize(("low", "high", "years"), [(2007, 2009, True), (1, 2009, False), (1999.5, 2001, False)])
def test_years_are_recognised(low: float, high: float, years: bool) -> None:
    assert are_years(low, high) is years


def test_one_is_singular() -> None:
    assert (count_of(1, "row"), count_of(2, "row")) == ("1 row", "2 rows")


def test_a_long_list_ends_with_a_count() -> None:
    assert listing(["a", "b", "c", "d"], limit=2) == "a, b and 2 more"


def test_a_short_list_ends_with_and() -> None:
    assert listing(["a", "b"]) == "a and b"


def test_direction_marks_and_line_ends_go() -> None:
    assert shorten("a\u202eb\n\tc") == "a b c"


def test_a_shortened_coefficient_keeps_its_level() -> None:
    name = "Highest educational qualification of the household reference person"
    shown = {shorten(f"{name}[{level}]", 40) for level in ("completed before 2010", "completed after 2010")}
    assert shown == {"Highest educational…pleted before 2010]", "Highest educational…mpleted after 2010]"}


@given(st.text(max_size=200), st.integers(min_value=2, max_value=80))
def test_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_made_harmless(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_plain_text_stays() -> None:
    assert safe_cell("a=b") == "a=b"
