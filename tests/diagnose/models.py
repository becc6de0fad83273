"""Models for tests: from arrays, from CSV text, from the reference data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.value import Block, Blocks, Design, DesignColumn, FamilyName, Numeric, Term
from regression_analyzer.diagnose import diagnose
from regression_analyzer.diagnose.value import Diagnostics, TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit import fit_model
from regression_analyzer.fit.value import Fit, FloatArray
from regression_analyzer.profile import describe
from regression_analyzer.table import Table, read_table


class ArrayBlocks:
    """Rows of arrays in pieces of ``size``."""

    def __init__(self, x: FloatArray, y: FloatArray, *, size: int = 1_000_000, time: FloatArray | None = None) -> None:
        self.x, self.y, self.size, self.time = x, y, size, time
        self.n_obs, self.n_columns = x.shape

    def __iter__(self) -> Iterator[Block]:
        for start in range(0, len(self.y), self.size):
            cut = slice(start, start + self.size)
            yield Block(
                row=np.arange(1, len(self.y) + 1, dtype=np.int64)[cut],
                x=self.x[cut],
                y=self.y[cut],
                time=None if self.time is None else self.time[cut],
            )


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted and diagnosed model."""

    design: Design
    blocks: Blocks
    fit: Fit
    diagnostics: Diagnostics
    table: Table | None = None

    def check(self, name: str) -> TestResult:
        result = self.answer(name)
        assert isinstance(result, TestResult), result
        return result

    def answer(self, name: str) -> TestResult | Skipped:
        return {c.name: c.result for c in self.diagnostics.checks}[name]

    @property
    def codes(self) -> set[str]:
        return {f.code for f in self.diagnostics.findings}


def with_constant(*columns: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(columns[0])), *columns])


def numeric_design(
    k: int, n: int, *, family: FamilyName = "gaussian", link: str = "identity", names: Sequence[str] = ()
) -> Design:
    """Return a design of an intercept and k - 1 numbers."""
    shown = list(names) or [f"x{i}" for i in range(1, k)]
    columns = [DesignColumn(name="(Intercept)", term=-1, predictor=None)]
    columns += [DesignColumn(name=name, term=i, predictor=name) for i, name in enumerate(shown)]
    terms = [
        Term(name=name, factors=(Numeric(column=name, position=i + 1),), columns=(i + 1,))
        for i, name in enumerate(shown)
    ]
    return Design(
        target="y",
        target_expression="y",
        target_factor=Numeric(column="y", position=0),
        family=family,
        link=link,
        event=None,
        formula="y ~ .",
        intercept=True,
        predictors=tuple(shown),
        terms=tuple(terms),
        columns=tuple(columns),
        n_obs=n,
    )


def from_arrays(
    x: FloatArray,
    y: FloatArray,
    *,
    family: FamilyName = "gaussian",
    link: str = "identity",
    size: int = 1_000_000,
    time: FloatArray | None = None,
) -> Model:
    design = numeric_design(x.shape[1], len(y), family=family, link=link)
    blocks = ArrayBlocks(x, y, size=size, time=time)
    fit = fit_model(design, blocks)
    return Model(design, blocks, fit, diagnose(fit, blocks, design))


def from_table(table: Table, formula: str, *, family: str = "gaussian", weights: str | None = None) -> Model:
    profile = describe(table)
    design = specify(table, profile, formula=formula, family=family, weights=weights, covariance="classical")
    blocks = open_blocks(design, table)
    fit = fit_model(design, blocks)
    return Model(design, blocks, fit, diagnose(fit, blocks, design), table)


def from_csv(text: str, formula: str, *, family: str = "gaussian", weights: str | None = None) -> Model:
    return from_table(read_table(text.encode(), name="data.csv"), formula, family=family, weights=weights)


CASES = {
    "advertising": ("Sales ~ TV + Radio + Newspaper", "gaussian"),
    "airquality_na": ("Ozone ~ Solar.R + Wind + Temp", "gaussian"),
    "ames_log": (
        "log(Sale_Price) ~ Gr_Liv_Area + Year_Built + Total_Bsmt_SF + Neighborhood + Bldg_Type",
        "gaussian",
    ),
    "anscombe1": ("y1 ~ x1", "gaussian"),
    "anscombe2": ("y2 ~ x2", "gaussian"),
    "anscombe3": ("y3 ~ x3", "gaussian"),
    "anscombe4": ("y4 ~ x4", "gaussian"),
    "bike_day": (
        "cnt ~ C(season) + yr + holiday + workingday + C(weathersit) + temp + hum + windspeed",
        "gaussian",
    ),
    "cars_nointercept": ("dist ~ 0 + speed", "gaussian"),
    "card_na": ("lwage ~ educ + exper + expersq + black + smsa + south + IQ", "gaussian"),
    "duncan": ("prestige ~ income + education", "gaussian"),
    "insurance": ("charges ~ age + sex + bmi + children + smoker + region", "gaussian"),
    "insurance_interaction": ("charges ~ age + bmi * smoker + children + region", "gaussian"),
    "longley_R": (
        "Employed ~ GNP.deflator + GNP + Unemployed + Armed.Forces + Population + Year",
        "gaussian",
    ),
    "mpg_na_factor": ("mpg ~ horsepower + weight + model_year + origin", "gaussian"),
    "mtcars_ols": ("mpg ~ wt + hp", "gaussian"),
    "mtcars_ols_factor_cyl": ("mpg ~ wt + C(cyl)", "gaussian"),
    "penguins_na": ("body_mass_g ~ flipper_length_mm + species + sex", "gaussian"),
    "seatbelts": ("drivers ~ kms + PetrolPrice + law", "gaussian"),
    "tips": ("tip ~ total_bill + size + sex + smoker + day + time", "gaussian"),
    "toothgrowth_interaction": ("len ~ supp * dose", "gaussian"),
    "wage1": ("lwage ~ educ + exper + tenure", "gaussian"),
    "warpbreaks_twoway": ("breaks ~ wool * tension", "gaussian"),
    "titanic_logit": ("survived ~ C(pclass) + sex + age", "binomial"),
    "quine_poisson": ("Days ~ Eth + Sex + Age + Lrn", "poisson"),
    "warpbreaks_poisson": ("breaks ~ wool + tension", "poisson"),
    "insurance_claims_offset": ("Claims ~ C(District) + Group + Age + offset(log(Holders))", "poisson"),
    "insurance_gamma": ("charges ~ age + bmi + children + smoker", "gamma"),
}
"""Cases of the reference data that this room has values for: formula and family."""


@cache
def truth_case(truth: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((truth / "r" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def truth_model(truth: Path, name: str) -> Model:
    formula, family = CASES[name]
    return from_table(read_table(truth / truth_case(truth, name)["data"]), formula, family=family)
