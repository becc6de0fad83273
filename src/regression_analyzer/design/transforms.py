"""Transformations of one numeric column: their values, where they are defined, and their fixed bases."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.value import Numeric
from regression_analyzer.errors import InputError
from regression_analyzer.table.value import FloatArray

BoolArray = npt.NDArray[np.bool_]
BS_DEGREE = 3
LARGEST_EXPONENT = 700.0
SPLINE_STEP = 1e-5
"""Of a central difference, as a share of the range: leaves about ten digits of a cubic's derivative."""
LARGEST_POWER_OF_TEN = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Values a transformation takes: ``low <= x <= high`` (``low < x`` where ``above``), ``|x| >= away`` from 0.

    ``words`` names what it does not take.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    away: float = 0.0
    words: str = ""

    def sql_outside(self, column: str) -> str:
        """Return the SQL condition that a (non-null) value is not allowed; "" where every number is."""
        parts = []
        if self.low > -math.inf:
            parts.append(f"{column} {'<=' if self.above else '<'} {self.low!r}")
        if self.high < math.inf:
            parts.append(f"{column} > {self.high!r}")
        if self.away > 0:
            parts.append(f"abs({column}) < {self.away!r}")
        return " or ".join(parts)

    def outside(self, values: FloatArray) -> BoolArray:
        """Return the mask of values that are not allowed."""
        low = values <= self.low if self.above else values < self.low
        return low | (values > self.high) | (np.abs(values) < self.away)


def width(factor: Numeric) -> int:
    """Columns that a numeric factor has in X."""
    return int(factor.parameters[0]) if factor.transform in {"poly", "bs"} else 1


def allowed(transform: str, exponent: float = 1.0) -> Allowed:
    """Return the values that a transformation takes."""
    if transform == "log":
        return Allowed(low=0.0, above=True, words="0 or less")
    if transform == "sqrt":
        return Allowed(low=0.0, words="less than 0")
    if transform == "exp":
        return Allowed(high=LARGEST_EXPONENT, words=f"more than {LARGEST_EXPONENT:g}")
    if transform != "power" or exponent == 0:
        return Allowed()
    limit = 10.0 ** min(LARGEST_POWER_OF_TEN / abs(exponent), LARGEST_POWER_OF_TEN)
    whole = exponent == int(exponent)
    if exponent > 0:
        low, words = (-limit, "numbers so large") if whole else (0.0, "less than 0")
        return Allowed(low=low, high=limit, words=words)
    return Allowed(low=-math.inf if whole else 0.0, away=1 / limit, words="0" if whole else "0 or less")


def apply(factor: Numeric, values: FloatArray) -> tuple[FloatArray, ...]:
    """Return the columns of a factor for a column's values; NaN where it is not defined.

    Parameters
    ----------
    values : (n,) numbers, NaN for missing
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if factor.transform in {"log", "sqrt", "exp", "power"}:
            limits = allowed(factor.transform, *factor.parameters)
            values = np.where(limits.outside(values), np.nan, values)
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
    return (result,)


def slopes(factor: Numeric, values: FloatArray) -> tuple[FloatArray, ...]:
    """Return the derivatives of a factor's columns where it is defined; splines by central differences.

    Parameters
    ----------
    values : (n,) numbers for which ``apply`` is defined
    """
    match factor.transform:
        case "identity":
            return (np.ones_like(values),)
        case "log":
            result = 1.0 / values
        case "sqrt":
            result = 0.5 / np.sqrt(values)
        case "exp":
            result = np.exp(values)
        case "power":
            exponent = factor.parameters[0]
            result = np.zeros_like(values) if exponent == 0 else exponent * _power(values, exponent - 1.0)
        case "poly":
            return _polynomial_slopes(factor.parameters, values)
        case _:
            step = SPLINE_STEP * (factor.parameters[-1] - factor.parameters[1])
            after, before = (_splines(factor.parameters, values + move) for move in (step, -step))
            return tuple((high - low) / (2.0 * step) for high, low in zip(after, before, strict=True))
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


def _polynomial_slopes(parameters: tuple[float, ...], values: FloatArray) -> tuple[FloatArray, ...]:
    """Differentiate the recurrence: ``p'[j+1] = p[j] + (x - a[j]) p'[j] - b[j] p'[j-1]``."""
    degree = int(parameters[0])
    centres, norms = parameters[1 : degree + 1], parameters[degree + 1 :]
    columns: list[FloatArray] = []
    before, now = np.zeros_like(values), np.ones_like(values)
    slope_before, slope = np.zeros_like(values), np.zeros_like(values)
    for j in range(degree):
        ratio = 0.0 if j == 0 else norms[j] / norms[j - 1]
        slope_before, slope = slope, now + (values - centres[j]) * slope - ratio * slope_before
        before, now = now, (values - centres[j]) * now - ratio * before
        columns.append(slope / np.sqrt(norms[j + 1]))
    return tuple(columns)


def spline_parameters(values: FloatArray, columns: int, name: str) -> tuple[float, ...]:
    """Fix the basis of ``bs(x, columns)``: cubic B-splines, inner knots at quantiles, as R's ``bs(df=)``.

    Returns
    -------
    (columns, low end, inner knots ..., high end)
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
    return (float(columns), low, *(float(k) for k in knots), high)


def _splines(parameters: tuple[float, ...], values: FloatArray) -> tuple[FloatArray, ...]:
    """Cox-de Boor; beyond the ends the outer polynomials go on."""
    ends = parameters[1:]
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
