"""Do 95% intervals hold the truth in 95% of tables? `python -m benchmarks.coverage [--tables N] [CELL ...]`.

Every cell draws tables from a known truth, fits them, lets the standard errors be chosen from the evidence as
in any analysis, and counts how often the intervals hold the true slopes. Seeded; `--seed N` draws other tables,
`--unseen` looks at kinds of tables that no rule was made with, `--all` at both. Names the cells that are outside
93% to 97%, and fails then.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.coverage_tables import CELLS, UNSEEN, Cell, Drawn, Floats
from regression_analyzer.design.value import Block, Design, DesignColumn, FamilyName, Numeric, Term
from regression_analyzer.diagnose import evidence
from regression_analyzer.errors import InputError
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.fit.value import Inference

LOW, HIGH = 0.93, 0.97
LINKS: Mapping[FamilyName, str] = {
    "gaussian": "identity",
    "binomial": "logit",
    "poisson": "log",
    "negative-binomial": "log",
    "gamma": "log",
}


@dataclass(frozen=True)
class Memory:
    """Blocks of one table that is in memory."""

    block: Block

    @property
    def n_obs(self) -> int:
        return len(self.block.y)

    @property
    def n_columns(self) -> int:
        return int(self.block.x.shape[1])

    def __iter__(self) -> Iterator[Block]:
        yield self.block


def design_of(table: Drawn) -> Design:
    k = table.x.shape[1]
    names = [f"x{j}" for j in range(1, k + 1)]
    return Design(
        target="y",
        target_expression="y",
        target_factor=Numeric(column="y", position=0),
        family=table.family,
        link=LINKS[table.family],
        event=None,
        formula="y ~ .",
        intercept=True,
        predictors=tuple(names),
        terms=tuple(
            Term(name=name, factors=(Numeric(column=name, position=j),), columns=(j,))
            for j, name in enumerate(names, start=1)
        ),
        columns=(
            DesignColumn(name="(Intercept)", term=-1, predictor=None),
            *(DesignColumn(name=name, term=j, predictor=name) for j, name in enumerate(names)),
        ),
        n_obs=len(table.y),
        cluster_column=None if table.group is None else "unit",
        time_column=None if table.time is None else "time",
        dispersion_estimated=table.family in {"gaussian", "gamma"},
    )


def inference_of(table: Drawn, kind: str = "auto", intervals: str = "auto") -> Inference:
    """Fit, gather evidence, choose the errors: the same steps as an analysis."""
    design = design_of(table)
    x = np.column_stack([np.ones(len(table.y)), table.x])
    rows = np.arange(1, len(table.y) + 1, dtype=np.int64)
    blocks = Memory(Block(row=rows, x=x, y=table.y, group=table.group, time=table.time))
    fit = fit_model(design, blocks)
    errors = covariances(fit, blocks)
    return infer(fit, errors, design, kind=kind, evidence=evidence(fit, blocks), blocks=blocks, intervals=intervals)


@dataclass(kw_only=True)
class Count:
    """What was seen in one cell."""

    tables: int = 0
    refused: int = 0
    held: Floats = field(default_factory=lambda: np.zeros(0))
    defined: Floats = field(default_factory=lambda: np.zeros(0))
    kinds: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    @property
    def coverage(self) -> Floats:
        return self.held / np.maximum(self.defined, 1.0)


def cover(cell: Cell, n: int, tables: int, seed: int, *, kind: str = "auto", intervals: str = "auto") -> Count:
    """Count how often the interval of each slope holds its true value."""
    rng = np.random.default_rng([seed, n])
    count = Count()
    for _ in range(tables):
        table = cell.draw(rng, n)
        try:
            found = inference_of(table, kind, intervals)
        except InputError:
            count.refused += 1
            continue
        rows = found.coefficients[1:]
        if not count.tables:
            count.held, count.defined = np.zeros(len(rows)), np.zeros(len(rows))
        defined = np.array([math.isfinite(row.ci_low) for row in rows])
        inside = [row.ci_low <= slope <= row.ci_high for row, slope in zip(rows, table.slopes, strict=True)]
        count.held += defined & inside
        count.defined += defined
        count.tables += 1
        count.kinds[found.kind if found.intervals == "wald" else found.intervals] += 1
        count.told.update(finding.code for finding in found.findings)
    return count


def outside(coverage: Floats, tables: int) -> str:
    """Return in words how the worst slope leaves 93% to 97% by more than chance; empty if none does."""
    margin = 2.0 * math.sqrt(0.05 * 0.95 / max(tables, 1))
    found = []
    if coverage.min(initial=1.0) < LOW - margin:
        found.append(f"holds only {coverage.min():.1%}")
    if coverage.max(initial=0.0) > HIGH + margin:
        found.append(f"wider than need be, holds {coverage.max():.1%}")
    return "; ".join(found)


def line(cell: Cell, n: int, count: Count, seconds: float) -> str:
    """Return one cell's line of the table."""
    shares, told = (
        ", ".join(f"{name} {seen / max(count.tables, 1):.0%}" for name, seen in counter.most_common())
        for counter in (count.kinds, count.told)
    )
    values = " ".join(f"{100 * value:5.1f}" for value in count.coverage)
    mark = "OUT" if outside(count.coverage, count.tables) else "   "
    absent = 1.0 - count.defined.min(initial=float(count.tables)) / max(count.tables, 1)
    none = f"; no interval in {absent:.0%}" if absent > 0 else ""
    refused = f"; {count.refused} refused" if count.refused else ""
    said = f"; says {told}" if told else ""
    return f"{cell.name:50} {n:5}  {values:22} {mark} {shares}{said}{none}{refused} ({seconds:.0f} s)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", nargs="*", help="parts of names; all by default")
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--kind", default="auto")
    parser.add_argument("--intervals", default="auto")
    parser.add_argument("--unseen", action="store_true", help="kinds of tables that no rule was made with")
    parser.add_argument("--all", action="store_true", help="these and the usual ones")
    asked = parser.parse_args()
    looked, missed = 0, []
    print(f"{'cell':50} {'n':>5}  coverage of each slope   errors chosen (share of tables)")
    for cell in (*CELLS, *UNSEEN) if asked.all else UNSEEN if asked.unseen else CELLS:
        if asked.cells and not any(part in cell.name for part in asked.cells):
            continue
        for n in cell.sizes:
            started = time.perf_counter()
            count = cover(cell, n, asked.tables, asked.seed, kind=asked.kind, intervals=asked.intervals)
            looked += 1
            print(line(cell, n, count, time.perf_counter() - started), flush=True)
            how = outside(count.coverage, count.tables)
            if how:
                missed.append((float(count.coverage.min()), f"  {cell.name}, {n} rows: {how}"))
    print(f"{len(missed)} of {looked} cells outside {LOW:.0%} to {HIGH:.0%} by more than chance")
    for _, text in sorted(missed):
        print(text)
    return int(bool(missed) or not looked)


if __name__ == "__main__":
    sys.exit(main())
