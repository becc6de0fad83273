"""Bases of poly and bs, and where transformations are defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BSpline

from regression_analyzer.design.transforms import allowed, apply, polynomial_parameters, spline_parameters
from regression_analyzer.design.value import Numeric
from regression_analyzer.errors import InputError


def factor(transform: str, parameters: tuple[float, ...]) -> Numeric:
    return Numeric(column="x", position=0, transform=transform, parameters=parameters)


def test_polynomials_are_orthonormal_over_the_rows() -> None:
    x = np.random.default_rng(1).uniform(1e6, 1e6 + 50, 300)
    columns = np.column_stack(apply(factor("poly", polynomial_parameters(x, 4, "x")), x))
    assert np.allclose(columns.T @ columns, np.eye(4), atol=1e-8)
    assert np.abs(columns.sum(axis=0)).max() < 1e-7


def test_polynomials_span_the_powers() -> None:
    x = np.linspace(-2, 3, 40)
    columns = np.column_stack([np.ones(40), *apply(factor("poly", polynomial_parameters(x, 3, "x")), x)])
    cube = x**3
    assert np.allclose(columns @ np.linalg.lstsq(columns, cube, rcond=None)[0], cube)


def test_splines_agree_with_scipy() -> None:
    x = np.sort(np.random.default_rng(2).normal(size=200))
    parameters = spline_parameters(x, 6, "x")
    ours = np.column_stack(apply(factor("bs", parameters), x))
    ends = parameters[1:]
    knots = np.r_[[ends[0]] * 3, ends, [ends[-1]] * 3]
    theirs = BSpline.design_matrix(x, knots, 3).toarray()[:, 1:]
    assert ours.shape == (200, 6)
    assert np.allclose(ours, theirs, atol=1e-13)


def test_new_rows_meet_the_same_basis() -> None:
    x = np.arange(30.0)
    parameters = spline_parameters(x, 5, "x")
    whole = np.column_stack(apply(factor("bs", parameters), x))
    part = np.column_stack(apply(factor("bs", parameters), x[10:12]))
    assert np.array_equal(whole[10:12], part)


def test_missing_values_stay_missing() -> None:
    x = np.array([1.0, np.nan, 3.0, 4.0, 5.0])
    for transform, parameters in (("log", ()), ("power", (2.0,)), ("bs", spline_parameters(np.arange(9.0), 4, "x"))):
        assert np.isnan(apply(factor(transform, parameters), x)[0]).tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("transform", "exponent", "bad", "good"),
    [
        ("log", 1.0, [0.0, -1.0], [1e-300]),
        ("sqrt", 1.0, [-1e-9], [0.0]),
        ("exp", 1.0, [1000.0], [-1000.0, 700.0]),
        ("power", -1.0, [0.0], [-2.0]),
        ("power", 0.5, [-1.0], [0.0]),
        ("power", 2.0, [1e200], [-3.0]),
    ],
)
def test_where_a_transformation_is_defined(
    transform: str, exponent: float, bad: list[float], good: list[float]
) -> None:
    limits = allowed(transform, exponent)
    assert limits.outside(np.asarray(bad)).all()
    assert not limits.outside(np.asarray(good)).any()


def test_too_few_values_for_a_basis() -> None:
    with pytest.raises(InputError, match="too few"):
        polynomial_parameters(np.array([1.0, 2.0, 1.0]), 2, "x")
    with pytest.raises(InputError, match="too few"):
        spline_parameters(np.ones(5), 4, "x")
