"""Accuracy on this machine: NIST's linear regression sets, from a CSV text to the coefficient table."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from regression_analyzer.analysis import Options, analyze
from regression_analyzer.table import read_table

MOST_DIGITS = 15.0
"""Digits that a double holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NistSet:
    """One certified set.

    Attributes
    ----------
    digits : correct digits that the worst coefficient and the worst standard error must reach
    y, x : the data as certified; ``x`` by column name
    coefficients, errors : certified, in the order of the formula
    """

    name: str
    formula: str
    digits: float
    y: tuple[float, ...]
    x: Mapping[str, tuple[float, ...]]
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    residual_sd: float
    r_squared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What one set required and what was reached, in correct decimal digits (NIST's log relative error)."""

    name: str
    required: float
    coefficients: float
    errors: float

    @property
    def passed(self) -> bool:
        """Both reach what is required."""
        return min(self.coefficients, self.errors) >= self.required


def load_sets() -> tuple[NistSet, ...]:
    """Return the eleven sets of NIST's Statistical Reference Datasets for linear regression."""
    content = json.loads((Path(__file__).parent / "nist.json").read_text(encoding="utf-8"))
    return tuple(NistSet(**entry) for entry in content["sets"])


def certify() -> tuple[Certificate, ...]:
    """Analyse every set the way any file is analysed, and count the correct digits."""
    return tuple(_certificate(case) for case in load_sets())


def _certificate(case: NistSet) -> Certificate:
    header = ",".join(["y", *case.x])
    rows = (",".join(map(repr, row)) for row in zip(case.y, *case.x.values(), strict=True))
    table = read_table("\n".join([header, *rows, ""]).encode(), name=f"{case.name}.csv")
    options = Options(formula=case.formula, family="gaussian", covariance="classical")
    found = analyze(table, options).inference.coefficients
    return Certificate(
        name=case.name,
        required=case.digits,
        coefficients=min(correct_digits(c.estimate, t) for c, t in zip(found, case.coefficients, strict=True)),
        errors=min(correct_digits(c.std_error, t) for c, t in zip(found, case.errors, strict=True)),
    )


def correct_digits(ours: float, certified: float) -> float:
    """Return the correct decimal digits: -log10 of the relative error, at most 15."""
    error = abs(ours - certified) / abs(certified) if certified else abs(ours)
    return MOST_DIGITS if error == 0 else min(MOST_DIGITS, -math.log10(error))
