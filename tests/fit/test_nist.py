"""Certified values of NIST's linear sets: coefficients, standard errors, residual deviation, R-squared."""

from __future__ import annotations

import math

import pytest

from regression_analyzer.certify import correct_digits

from .models import run
from .nist import SETS, NistSet


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_coefficients(case: NistSet) -> None:
    result = run({"y": list(case.y), **{k: list(v) for k, v in case.x.items()}}, case.formula, family="gaussian")
    digits = [correct_digits(a, b) for a, b in zip(result.estimates, case.coefficients, strict=True)]
    assert min(digits) >= case.digits


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_standard_errors(case: NistSet) -> None:
    result = run({"y": list(case.y), **{k: list(v) for k, v in case.x.items()}}, case.formula, family="gaussian")
    digits = [correct_digits(a, b) for a, b in zip(result.errors, case.errors, strict=True)]
    assert min(digits) >= case.digits


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_fit_statistics(case: NistSet) -> None:
    fit = run({"y": list(case.y), **{k: list(v) for k, v in case.x.items()}}, case.formula, family="gaussian").fit
    assert fit.r_squared is not None
    assert correct_digits(fit.sigma, case.residual_sd) >= case.digits
    assert correct_digits(fit.r_squared, case.r_squared) >= case.digits


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_the_estimate_of_digits_promises_no_more_than_half_a_digit_too_many(case: NistSet) -> None:
    result = run({"y": list(case.y), **{k: list(v) for k, v in case.x.items()}}, case.formula, family="gaussian")
    # judged beside the standard error, as the estimate is
    worst = max(
        abs(a - b) / max(abs(b), e) for a, b, e in zip(result.estimates, case.coefficients, case.errors, strict=True)
    )
    certified = 14.0  # digits NIST gives at least, beyond which nothing can be seen
    assert min(result.fit.digits, certified) <= -math.log10(max(worst, 1e-16)) + 0.5
