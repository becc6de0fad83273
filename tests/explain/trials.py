"""Rows, fits and trials for tests, from CSV text or from arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.explain.folds import Folds, choose_folds
from regression_analyzer.explain.rows import Rows, gather_rows
from regression_analyzer.explain.validation import Trial, validate
from regression_analyzer.fit import fit_model
from regression_analyzer.fit.value import Fit
from regression_analyzer.profile import describe
from regression_analyzer.table import Table
from tests.explain.models import csv_table

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A fitted model with its rows and folds."""

    table: Table
    design: Design
    blocks: Blocks
    fit: Fit
    rows: Rows
    folds: Folds

    def trial(self) -> Trial:
        found = validate(self.design, self.fit, self.rows, self.folds)
        assert isinstance(found, Trial)
        return found


def setting(
    table: Table,
    formula: str,
    *,
    family: str = "gaussian",
    asked: str | None = None,
    reference: Mapping[str, str] | None = None,
) -> Setting:
    design = specify(table, describe(table), formula=formula, family=family, reference=reference or {})
    blocks = open_blocks(design, table)
    fit = fit_model(design, blocks)
    rows = gather_rows(table, design, fit, blocks)
    folds, _ = choose_folds(rows, binary=family == "binomial", asked=asked)
    return Setting(table=table, design=design, blocks=blocks, fit=fit, rows=rows, folds=folds)


def numbers_csv(**columns: FloatArray) -> str:
    """Return columns of numbers as CSV text with all their digits."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(repr, row)) for row in rows)]) + "\n"


def from_arrays(formula: str, *, family: str = "gaussian", **columns: FloatArray) -> Setting:
    return setting(csv_table(numbers_csv(**columns)), formula, family=family)


def bare_rows(
    n: int,
    *,
    group: npt.NDArray[np.int64] | None = None,
    time: FloatArray | None = None,
    x: FloatArray | None = None,
    y: FloatArray | None = None,
) -> Rows:
    """Return rows without a table behind them."""
    return Rows(
        row=np.arange(1, n + 1),
        x=np.ones((n, 1)) if x is None else x,
        y=np.zeros(n) if y is None else y,
        weights=None,
        offset=None,
        group=group,
        time=time,
        values={},
        factors=(),
        numbers=frozenset(),
        n_obs=n,
    )
