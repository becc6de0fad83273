"""Transformations of one numeric column: their values, where they are defined, and their fixed bases."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from regression_analyzer.design.value import Numeric
from regression_analyzer.errors import InputError
from regression_analyzer.table.value import FloatArray

BS_DEGREE = 3


def width(factor: Numeric) -> int:
    """Columns that a numeric factor has in X."""
    match factor.transform:
        case "poly":
            return int(factor.parameters[0])
        case "bs":
            return len(factor.parameters) - 1
        case _:
            return 1


def forbidden(transform: str, parameters: tuple[float, ...] = ()) -> str | None:
    """Which values a transformation is not defined for, in plain words; None where it takes any number."""
    if transform == "log":
        return "0 or less"
    if transform == "sqrt":
        return "less than 0"
    if transform == "power":
        exponent = parameters[0]
        if exponent != int(exponent):
            return "0 or less" if exponent < 0 else "less than 0"
        return "0" if exponent < 0 else None
    return None


def apply(factor: Numeric, values: FloatArray) -> tuple[FloatArray, ...]:
    """Return the columns of a factor for a column's values; NaN where it is not defined.

    Parameters
    ----------
    values : (n,) numbers, NaN for missing
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        match factor.transform:
            case "identity":
                return (values,)
            case "log":
                result = np.log(values)
            case "sqrt":
                result = np.sqrt(values)
            case "exp":
                result = np.exp(values)
            case "power":
                result = _power(values, factor.parameters[0])
            case "poly":
                return _polynomials(factor.parameters, values)
            case _:
                return _splines(factor.parameters, values)
    result[~np.isfinite(result)] = np.nan
    return (result,)


def _power(values: FloatArray, exponent: float) -> FloatArray:
    return np.asarray(np.power(values, int(exponent) if exponent == int(exponent) and exponent > 0 else exponent))


def polynomial_parameters(values: FloatArray, degree: int, name: str) -> tuple[float, ...]:
    """Fix the basis of ``poly(x, degree)``: orthonormal polynomials over the rows used, as R's ``poly``.

    Three-term recurrence ``p[j+1] = (x - a[j]) p[j] - b[j] p[j-1]`` (Forsythe 1957, doi:10.1137/0105007).

    Returns
    -------
    (degree, a[0..degree-1], norms[0..degree]), norms being sums of squares of p[j]
    """
    if len(np.unique(values)) <= degree:
        raise InputError(
            f'"{name}" has too few different values for a polynomial of degree {degree}.',
            hint="Use a lower degree.",
            code="too_few_values",
        )
    centres: list[float] = []
    norms = [float(len(values))]
    before, now = np.zeros_like(values), np.ones_like(values)
    for _ in range(degree):
        centre = float(np.sum(values * now * now) / norms[-1])
        ratio = 0.0 if len(norms) == 1 else norms[-1] / norms[-2]
        before, now = now, (values - centre) * now - ratio * before
        centres.append(centre)
        norms.append(float(np.sum(now * now)))
    return (float(degree), *centres, *norms)


def _polynomials(parameters: tuple[float, ...], values: FloatArray) -> tuple[FloatArray, ...]:
    degree = int(parameters[0])
    centres, norms = parameters[1 : degree + 1], parameters[degree + 1 :]
    columns: list[FloatArray] = []
    before, now = np.zeros_like(values), np.ones_like(values)
    for j in range(degree):
        ratio = 0.0 if j == 0 else norms[j] / norms[j - 1]
        before, now = now, (values - centres[j]) * now - ratio * before
        columns.append(now / np.sqrt(norms[j + 1]))
    return tuple(columns)


def spline_parameters(values: FloatArray, columns: int, name: str) -> tuple[float, ...]:
    """Fix the basis of ``bs(x, columns)``: cubic B-splines, inner knots at quantiles, as R's ``bs(df=)``.

    Returns
    -------
    (low end, inner knots ..., high end); with a leading count so that ``len - 1`` is the number of columns
    """
    inner = columns - BS_DEGREE
    low, high = float(values.min()), float(values.max())
    knots = np.quantile(values, np.arange(1, inner + 1) / (inner + 1)) if inner else np.empty(0)
    if low == high or len(np.unique([low, *knots, high])) != inner + 2:
        raise InputError(
            f'"{name}" has too few different values for a spline of {columns} columns.',
            hint="Use a smaller number in bs().",
            code="too_few_values",
        )
    return (float(BS_DEGREE), low, *(float(k) for k in knots), high, *([high] * (BS_DEGREE - 2)))


def _splines(parameters: tuple[float, ...], values: FloatArray) -> tuple[FloatArray, ...]:
    """Cox-de Boor; beyond the ends the outer polynomials go on."""
    ends = parameters[1 : len(parameters) - (BS_DEGREE - 2)]
    knots = np.asarray([ends[0]] * BS_DEGREE + list(ends) + [ends[-1]] * BS_DEGREE)
    count = len(knots) - BS_DEGREE - 1
    span = np.clip(np.searchsorted(knots, values, side="right") - 1, BS_DEGREE, count - 1)
    local = [np.ones_like(values)]
    for degree in range(1, BS_DEGREE + 1):
        following: list[FloatArray] = [np.zeros_like(values) for _ in range(degree + 1)]
        for r in range(degree):
            right, left = knots[span + r + 1], knots[span + r + 1 - degree]
            share = local[r] / (right - left)
            following[r] += (right - values) * share
            following[r + 1] += (values - left) * share
        local = following
    basis = np.zeros((count, len(values)))
    rows = np.arange(len(values))
    for r, part in enumerate(local):
        basis[span - BS_DEGREE + r, rows] = part
    basis[:, np.isnan(values)] = np.nan
    return tuple(basis[1:])


def product(parts: Iterable[FloatArray]) -> FloatArray:
    """Multiply columns of an interaction."""
    result: FloatArray | None = None
    for part in parts:
        result = part if result is None else result * part
    return np.ones(0) if result is None else result
