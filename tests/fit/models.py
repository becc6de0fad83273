"""From arrays to inference in one call, for the tests of the fit room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from regression_analyzer.design.blocks import open_blocks
from regression_analyzer.design.specify import specify
from regression_analyzer.design.value import Block, Blocks, Design
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.fit.value import Coefficient, Covariances, Fit, FloatArray, Inference
from regression_analyzer.table.value import Table

from ..design.tables import make_profile, make_table


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Blocks cut elsewhere."""

    pieces: tuple[Block, ...]
    n_obs: int
    n_columns: int

    def __iter__(self) -> Iterator[Block]:
        return iter(self.pieces)


@dataclass(frozen=True, kw_only=True)
class Result:
    design: Design
    blocks: Blocks
    fit: Fit
    covariances: Covariances
    inference: Inference

    @property
    def by_term(self) -> dict[str, Coefficient]:
        return {c.term: c for c in self.inference.coefficients}

    @property
    def estimates(self) -> FloatArray:
        return np.asarray([c.estimate for c in self.inference.coefficients])

    @property
    def errors(self) -> FloatArray:
        return np.asarray([c.std_error for c in self.inference.coefficients])

    def codes(self) -> set[str]:
        return {finding.code for finding in self.fit.findings}


def run(
    table: Table | dict[str, Any], formula: str, *, kind: str = "classical", hac: bool | None = None, **options: Any
) -> Result:
    made = table if isinstance(table, Table) else make_table(table)
    design = specify(made, make_profile(made), formula=formula, **options)
    blocks = open_blocks(design, made)
    fit = fit_model(design, blocks)
    errors = covariances(fit, blocks, hac=hac)
    return Result(
        design=design, blocks=blocks, fit=fit, covariances=errors, inference=infer(fit, errors, design, kind=kind)
    )


def cut(blocks: Blocks, ends: Sequence[int]) -> Cut:
    """The same rows in other pieces."""
    whole = list(blocks)
    row, x, y = (np.concatenate([getattr(b, name) for b in whole]) for name in ("row", "x", "y"))
    edges = [0, *sorted(set(ends)), len(y)]
    pieces = tuple(Block(row=row[a:b], x=x[a:b], y=y[a:b]) for a, b in pairwise(edges) if b > a)
    return Cut(pieces=pieces, n_obs=len(y), n_columns=x.shape[1])


def arrays(n: int, k: int, seed: int) -> dict[str, Any]:
    """Columns x0 ... and y, linear with unit noise."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"x{j}": rng.normal(size=n) for j in range(k)}
    columns["y"] = 1.0 + sum((j + 1) * columns[f"x{j}"] for j in range(k)) + rng.normal(size=n)
    return columns
