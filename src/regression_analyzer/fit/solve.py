"""From a triangular factor to coefficients, their error basis, variance inflation and digits left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.errors import InputError
from regression_analyzer.fit.extended import UNIT_ROUNDOFF, AnyFloats, LongArray, invert_upper, solve_upper
from regression_analyzer.fit.rank import (
    DATA_ROUNDOFF,
    ROUNDING_MARGIN,
    Reduced,
    reduce_rank,
    scaled_condition,
    unshifted,
)
from regression_analyzer.fit.state import Frame, LeastSquaresState, power_of_two
from regression_analyzer.fit.value import FloatArray

MOST_DIGITS = 15.95


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Solution:
    """Least squares solved; r kept columns.

    Attributes
    ----------
    coefficients : (r,) on the original scale; ``standardised`` (r,) those of the standardised columns
    level_at_shift : fitted value where every column is at its shift
    r_factor : (r, r) double, of the standardised kept columns
    inverse : (r, r) its inverse
    basis, unit : see ``Fit``
    rest : length of the residual vector in units of ``y_scale``
    condition : of the factor's columns scaled to length 1 (centred where there is an intercept)
    condition_raw : the same of the columns as the file has them
    digits : estimated correct digits of the worst coefficient
    """

    reduced: Reduced
    coefficients: FloatArray
    standardised: FloatArray
    level_at_shift: float
    r_factor: FloatArray
    inverse: FloatArray
    basis: FloatArray
    unit: FloatArray
    vif: FloatArray
    rest: float
    condition: float
    condition_raw: float
    digits: float


def solve(state: LeastSquaresState, *, all_columns: bool = False) -> Solution:
    """Solve for the coefficients; extended precision throughout where the state has it.

    ``all_columns`` keeps every column, where rank was decided before.

    Raises
    ------
    InputError
        The numbers are too large to be multiplied, or no column carries information.
    """
    if not np.isfinite(np.asarray(state.r, dtype=np.float64)).all():
        raise InputError(
            "Some numbers are too large for the computer to multiply.",
            hint="Use a smaller unit, or the logarithm of the column.",
            code="overflow",
        )
    reduced = reduce_rank(state, margin=0.0 if all_columns else ROUNDING_MARGIN)
    frame, kept = state.frame, list(reduced.kept)
    r: LongArray = np.asarray(reduced.r, dtype=np.longdouble)
    inverse = _inverse(r, extended=state.extended)
    standardised = solve_upper(r, np.asarray(reduced.qty, dtype=np.longdouble))
    scale = frame.scale[kept].astype(np.longdouble)
    shift = frame.shift[kept].astype(np.longdouble)
    constant = frame.intercept and bool(kept) and kept[0] == 0
    slopes = standardised * (np.longdouble(frame.y_scale) / scale)
    rows = inverse / scale[:, None]
    level = 0.0
    if constant:
        at_shift = np.longdouble(frame.y_shift) + slopes[0]
        level = float(at_shift)
        slopes[0] = at_shift - slopes[1:] @ shift[1:]
        rows[0] = rows[0] - shift[1:] @ rows[1:]
    unit = np.asarray([power_of_two(float(np.abs(row).max())) for row in rows])
    basis = (rows / unit[:, None]).astype(np.float64)
    r_factor = r.astype(np.float64)
    return Solution(
        reduced=reduced,
        coefficients=slopes.astype(np.float64),
        standardised=standardised.astype(np.float64),
        level_at_shift=level,
        r_factor=r_factor,
        inverse=inverse.astype(np.float64),
        basis=basis,
        unit=unit,
        vif=_vif(r, inverse, constant=constant),
        rest=float(reduced.rest),
        condition=scaled_condition(_centred(r, constant=constant)),
        condition_raw=scaled_condition(unshifted(r, frame, reduced.kept)),
        digits=_digits(state, reduced, slopes, rows, frame),
    )


def _inverse(r: LongArray, *, extended: bool) -> LongArray:
    if extended or len(r) <= 200:
        return invert_upper(r)
    identity = np.eye(len(r))
    return np.asarray(np.triu(np.linalg.solve(r.astype(np.float64), identity)), dtype=np.longdouble)


def _centred(r: AnyFloats, *, constant: bool) -> AnyFloats:
    return r[1:, 1:] if constant else r


def _vif(r: LongArray, inverse: LongArray, *, constant: bool) -> FloatArray:
    """VIF_j = ||centred column j||^2 * [(X'X)^-1]_jj, both from the factor; NaN for the intercept.

    Fox and Monette 1992, doi:10.1080/01621459.1992.10475190.
    """
    start = 1 if constant else 0
    lengths = (r[start:] ** 2).sum(axis=0)
    result = (lengths * (inverse**2).sum(axis=1)).astype(np.float64)
    if constant:
        result[0] = np.nan
    return np.asarray(result)


def _digits(state: LeastSquaresState, reduced: Reduced, slopes: LongArray, rows: LongArray, frame: Frame) -> float:
    """Estimate the digits that rounding leaves in the worst coefficient.

    Every number of X and y is taken to carry an independent rounding of half a unit in its last place;
    to first order the coefficients then move by ``-(X'X)^-1 X' (dX b - dy) + (X'X)^-1 dX' e``. The
    arithmetic's own rounding is added with the factor's condition number. A coefficient is judged beside
    its standard error where that is larger: digits below the statistical error say nothing.
    """
    n, rank = max(state.n, 1), len(reduced.kept)
    if rank == 0:
        return MOST_DIGITS
    kept = list(reduced.kept)
    y_scale = np.longdouble(frame.y_scale)
    length = np.sqrt((np.asarray(reduced.r, dtype=np.longdouble) ** 2).sum(axis=0) / n) * frame.scale[kept]
    size = np.sqrt(length**2 + frame.shift[kept].astype(np.longdouble) ** 2)
    is_constant = np.asarray([frame.intercept and j == 0 for j in kept])
    # 0/1 columns and the constant carry no rounding at all; size^2 for them is their share of ones
    size = np.where(is_constant, 0, size)
    y_length = np.sqrt((np.asarray(reduced.qty, dtype=np.longdouble) ** 2).sum() / n + reduced.rest**2 / n) * y_scale
    y_size = np.sqrt(y_length**2 + np.longdouble(frame.y_shift) ** 2)
    moved = np.sqrt(((slopes * size) ** 2).sum() + y_size**2)
    errors = np.sqrt((rows**2).sum(axis=1))
    covariance = rows @ rows.T
    sigma = reduced.rest * y_scale / math.sqrt(max(n - rank, 1))
    through_residual = np.sqrt(((covariance * size) ** 2).sum(axis=1) * n) * sigma
    data = DATA_ROUNDOFF / math.sqrt(3) * np.sqrt((errors * moved) ** 2 + through_residual**2)
    arithmetic = (UNIT_ROUNDOFF if state.extended else DATA_ROUNDOFF) * errors * math.sqrt(n * rank) * y_length
    judged = np.maximum(np.abs(slopes), errors * sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(judged > 0, (data + arithmetic) / judged, 0)
    worst = float(relative.max())
    return MOST_DIGITS if worst <= 10.0**-MOST_DIGITS else max(0.0, -math.log10(worst))
