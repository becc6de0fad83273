"""Do 95% intervals hold the truth in 95% of tables? `python -m benchmarks.coverage [--tables N] [CELL ...]`.

Every cell draws tables from a known truth, fits them, lets the standard errors be chosen from the evidence as
in any analysis, and counts how often the intervals hold the true slopes. Seeded.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.value import Block, Design, DesignColumn, FamilyName, Numeric, Term
from regression_analyzer.diagnose import evidence
from regression_analyzer.errors import InputError
from regression_analyzer.fit import covariances, fit_model, infer
from regression_analyzer.fit.value import Inference

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LOW, HIGH = 0.93, 0.97
SIZES = (20, 50, 200, 1000)
LINKS: Mapping[FamilyName, str] = {
    "gaussian": "identity",
    "binomial": "logit",
    "poisson": "log",
    "negative-binomial": "log",
    "gamma": "log",
}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One table: X without the constant, y, the true slopes, and what is known of units and time."""

    x: Floats
    y: Floats
    slopes: Floats
    group: Ints | None = None
    time: Floats | None = None
    family: FamilyName = "gaussian"


Draw = Callable[[np.random.Generator, int], Drawn]


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


def inference_of(table: Drawn, kind: str = "auto") -> Inference:
    """Fit, gather evidence, choose the errors: the same steps as an analysis."""
    design = design_of(table)
    x = np.column_stack([np.ones(len(table.y)), table.x])
    rows = np.arange(1, len(table.y) + 1, dtype=np.int64)
    blocks = Memory(Block(row=rows, x=x, y=table.y, group=table.group, time=table.time))
    fit = fit_model(design, blocks)
    return infer(fit, covariances(fit, blocks), design, kind=kind, evidence=evidence(fit, blocks))


# --- tables -----------------------------------------------------------------------------------------------


def _linear(x: Floats, errors: Floats, **more: object) -> Drawn:
    slopes = np.linspace(1.0, -1.0, x.shape[1])
    return Drawn(x=x, y=2.0 + x @ slopes + errors, slopes=slopes, **more)  # type: ignore[arg-type]


def _mixed(rng: np.random.Generator, n: int) -> Floats:
    """A number, a skewed number and an even yes/no."""
    return np.column_stack([rng.normal(size=n), rng.gamma(2.0, 1.0, n), rng.permutation(n) % 2])


def _even(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.normal(size=n))


def _skewed_errors(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.exponential(size=n) - 1.0)


def _heavy_errors(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_mixed(rng, n), rng.standard_t(3, n))


def _fan(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, np.exp(0.5 * x[:, 0]) * rng.normal(size=n))


def _strong_fan(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, (0.2 + x[:, 1]) * rng.normal(size=n))


def _bow_tie(rng: np.random.Generator, n: int) -> Drawn:
    x = _mixed(rng, n)
    return _linear(x, np.abs(x[:, 0]) * rng.normal(size=n))


def _level(rng: np.random.Generator, n: int, size: int) -> Floats:
    flag = np.zeros(n)
    flag[rng.choice(n, size, replace=False)] = 1.0
    return np.column_stack([rng.normal(size=n), flag])


def _rare(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(_level(rng, n, 4), rng.normal(size=n))


def _rare_wide(rng: np.random.Generator, n: int) -> Drawn:
    x = _level(rng, n, 4)
    return _linear(x, (1.0 + 2.0 * x[:, 1]) * rng.normal(size=n))


def _rare_narrow(rng: np.random.Generator, n: int) -> Drawn:
    x = _level(rng, n, 4)
    return _linear(x, (1.0 - 0.7 * x[:, 1]) * rng.normal(size=n))


def _heavy_predictor(rng: np.random.Generator, n: int) -> Drawn:
    return _linear(np.column_stack([np.exp(rng.normal(size=n)), rng.normal(size=n)]), rng.normal(size=n))


def _heavy_fan(rng: np.random.Generator, n: int) -> Drawn:
    x = np.column_stack([np.exp(rng.normal(size=n)), rng.normal(size=n)])
    return _linear(x, (0.5 + 0.5 * x[:, 0]) * rng.normal(size=n))


def _units(sizes: Ints, share: float, n_treated: float) -> Draw:
    """Clusters of these sizes; errors of one unit correlate at ``share``; some units are treated."""

    def draw(rng: np.random.Generator, _n: int) -> Drawn:
        count = len(sizes)
        group = np.repeat(np.arange(count), sizes)
        treated = np.zeros(count)
        treated[rng.choice(count, max(2, round(n_treated * count)), replace=False)] = 1.0
        own = rng.normal(size=count)
        x = np.column_stack([treated[group], own[group] * 0.7 + 0.7 * rng.normal(size=len(group))])
        unit = math.sqrt(share) * rng.normal(size=count)
        return _linear(x, unit[group] + math.sqrt(1.0 - share) * rng.normal(size=len(group)), group=group)

    return draw


def _series(strength: float, predictor: float) -> Draw:
    """Errors and the first predictor each remember their last value; the second predictor is a trend."""

    def walk(rng: np.random.Generator, n: int, memory: float) -> Floats:
        steps = rng.normal(size=n + 50)
        values = np.zeros(n + 50)
        for i in range(1, n + 50):
            values[i] = memory * values[i - 1] + steps[i]
        return values[50:] * math.sqrt(1.0 - memory**2)

    def draw(rng: np.random.Generator, n: int) -> Drawn:
        time_of = np.arange(n, dtype=np.float64)
        x = np.column_stack([walk(rng, n, predictor), rng.normal(size=n)])
        return _linear(x, walk(rng, n, strength), time=time_of)

    return draw


def _generalised(family: FamilyName, *, level: float, theta: float = math.inf) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Drawn:
        x = np.column_stack([rng.normal(size=n), rng.permutation(n) % 2])
        slopes = np.array([0.5, -0.5])
        eta = level + x @ slopes
        if family == "binomial":
            y = (rng.uniform(size=n) < 1.0 / (1.0 + np.exp(-eta))).astype(float)
        else:
            mean = np.exp(eta)
            if math.isfinite(theta):
                mean = mean * rng.gamma(theta, 1.0 / theta, n)
            y = rng.poisson(mean).astype(float)
        return Drawn(x=x, y=y, slopes=slopes, family=family)

    return draw


def _as_family(draw: Draw, family: FamilyName) -> Draw:
    return lambda rng, n: replace(draw(rng, n), family=family)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One kind of table. ``sizes`` are its numbers of rows."""

    name: str
    draw: Draw
    sizes: tuple[int, ...] = SIZES


CELLS = (
    Cell(name="even spread", draw=_even),
    Cell(name="skewed errors", draw=_skewed_errors),
    Cell(name="heavy-tailed errors (t3)", draw=_heavy_errors),
    Cell(name="spread grows with a number", draw=_fan),
    Cell(name="spread grows with a skewed number", draw=_strong_fan),
    Cell(name="spread at both ends", draw=_bow_tie),
    Cell(name="rare level (4 rows), even spread", draw=_rare),
    Cell(name="rare level, three times the spread", draw=_rare_wide),
    Cell(name="rare level, a third of the spread", draw=_rare_narrow),
    Cell(name="heavy-tailed predictor", draw=_heavy_predictor),
    Cell(name="heavy-tailed predictor, spread grows", draw=_heavy_fan),
    *(
        Cell(name=f"{count} units of {size}, half treated", draw=_units(np.full(count, size), 0.3, 0.5), sizes=(n,))
        for count, size, n in ((5, 10, 50), (8, 10, 80), (12, 10, 120), (20, 10, 200), (50, 10, 500), (200, 5, 1000))
    ),
    Cell(
        name="20 units, sizes 2 to 60, a quarter treated",
        draw=_units(np.linspace(2, 60, 20).astype(int), 0.3, 0.25),
        sizes=(620,),
    ),
    Cell(
        name="50 units, sizes 2 to 60, a tenth treated",
        draw=_units(np.linspace(2, 60, 50).astype(int), 0.3, 0.1),
        sizes=(1550,),
    ),
    Cell(name="series, memory 0.3", draw=_series(0.3, 0.5)),
    Cell(name="series, memory 0.6", draw=_series(0.6, 0.5)),
    Cell(name="series, memory 0.8, slow predictor", draw=_series(0.8, 0.8)),
    Cell(name="yes/no", draw=_generalised("binomial", level=0.0), sizes=(50, 200, 1000)),
    Cell(name="yes/no, one in eight", draw=_generalised("binomial", level=-2.0), sizes=(50, 200, 1000)),
    Cell(name="counts (Poisson)", draw=_generalised("poisson", level=1.0)),
    Cell(name="rare counts (Poisson)", draw=_generalised("poisson", level=-1.0), sizes=(50, 200, 1000)),
    Cell(name="overdispersed counts, Poisson model", draw=_generalised("poisson", level=1.0, theta=1.5)),
    Cell(
        name="overdispersed counts, negative binomial",
        draw=_as_family(_generalised("poisson", level=1.0, theta=1.5), "negative-binomial"),
    ),
)


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


def cover(cell: Cell, n: int, tables: int, seed: int, kind: str = "auto") -> Count:
    """Count how often the interval of each slope holds its true value."""
    rng = np.random.default_rng([seed, n])
    count = Count()
    for _ in range(tables):
        table = cell.draw(rng, n)
        try:
            found = inference_of(table, kind)
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
        count.kinds[found.kind] += 1
        count.told.update(finding.code for finding in found.findings)
    return count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", nargs="*", help="parts of names; all by default")
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--kind", default="auto")
    asked = parser.parse_args()
    missed = 0
    print(f"{'cell':44} {'n':>5}  coverage of each slope   errors chosen (share of tables)")
    for cell in CELLS:
        if asked.cells and not any(part in cell.name for part in asked.cells):
            continue
        for n in cell.sizes:
            started = time.perf_counter()
            count = cover(cell, n, asked.tables, asked.seed, asked.kind)
            margin = 2.0 * math.sqrt(0.05 * 0.95 / max(count.tables, 1))
            out = bool(((count.coverage < LOW - margin) | (count.coverage > HIGH + margin)).any())
            missed += out
            shares = ", ".join(f"{k} {v / max(count.tables, 1):.0%}" for k, v in count.kinds.most_common())
            told = ", ".join(f"{k} {v / max(count.tables, 1):.0%}" for k, v in count.told.most_common())
            values = " ".join(f"{100 * value:5.1f}" for value in count.coverage)
            print(
                f"{cell.name:44} {n:5}  {values:22} {'OUT' if out else '   '} {shares}"
                f"{f'; says {told}' if told else ''} ({time.perf_counter() - started:.0f} s)",
                flush=True,
            )
    print(f"{missed} cells outside {LOW:.0%} to {HIGH:.0%}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
