"""Do verdicts follow the size of a flaw, whatever the rows? `python -m benchmarks.verdicts [--tables N] [CHECK ...]`.

Each check is put to tables without the flaw, with one too small to matter and with a serious one, from 30 rows to
1,000,000. What is printed: the share of tables called attention or worse, and problem. Fails where a check calls more
than 5% of tables (within simulation error) with no flaw or a trifle a problem, where a trifle in 10,000 rows or more is
called anything in more than 5%, or where a serious flaw is passed over in more than 20% of tables of as many rows as
its case names.
Seeded.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.coverage import Memory, design_of
from benchmarks.coverage_tables import Drawn, Floats
from regression_analyzer.design.value import Block, FamilyName
from regression_analyzer.diagnose import diagnose
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.fit import fit_model

SIZES = (30, 100, 1_000, 10_000, 100_000, 1_000_000)
LEVEL, MISSED, MANY = 0.05, 0.2, 10_000
LARGEST_TABLES, LARGEST_CELLS = 4, 2_000_000
"""Tables of the largest sizes are few: what they show hardly varies."""

Draw = Callable[[np.random.Generator, int], Drawn]
Kinds = Mapping[str, Draw]


@dataclass(frozen=True)
class Case:
    """A check, tables of three kinds, and the rows between which the serious flaw must be seen."""

    check: tuple[str, ...]
    none: Draw
    trifle: Draw
    serious: Draw
    seen_from: int = 100
    seen_to: int = SIZES[-1]


def _plain(
    make: Callable[[np.random.Generator, Floats], Floats], family: FamilyName = "gaussian", **more: bool
) -> Draw:
    """Tables of two columns, a number and an even yes/no, and a target made of them."""

    def draw(rng: np.random.Generator, n: int) -> Drawn:
        x = np.column_stack([rng.normal(size=n), rng.permutation(n) % 2])
        time = np.arange(n, dtype=np.float64) if more.get("timed") else None
        return Drawn(x=x, y=make(rng, x), slopes=np.zeros(2), family=family, time=time)

    return draw


def _line(x: Floats) -> Floats:
    return np.asarray(2.0 + x @ np.array([1.0, -1.0]))


def _bent(share: float) -> Draw:
    """A square that explains ``share`` of what the line leaves (Cohen's partial R squared)."""
    c = math.sqrt(share / (1.0 - share) / 2.0)
    return _plain(lambda rng, x: _line(x) + c * (x[:, 0] ** 2 - 1.0) + rng.normal(size=len(x)))


def _uneven(ratio: float) -> Draw:
    """The spread at one end of the first column is ``ratio`` times that at the other (middle of the outer fifths)."""
    slope = math.log(ratio) / 2.8
    return _plain(lambda rng, x: _line(x) + np.exp(slope * x[:, 0]) * rng.normal(size=len(x)))


def _lopsided(shape: float) -> Draw:
    """Errors of a gamma distribution: skewness ``2 / sqrt(shape)``."""
    return _plain(lambda rng, x: _line(x) + (rng.gamma(shape, 1.0, len(x)) - shape) / math.sqrt(shape))


def _remembering(rho: float) -> Draw:
    def make(rng: np.random.Generator, x: Floats) -> Floats:
        from scipy.signal import lfilter  # noqa: PLC0415  loaded by this case alone

        errors = lfilter([1.0], [1.0, -rho], rng.normal(size=len(x) + 50))[50:]
        return np.asarray(_line(x) + errors)

    return _plain(make, timed=True)


def _overlapping(r: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Drawn:
        a = rng.normal(size=n)
        b = r * a + math.sqrt(1.0 - r * r) * rng.normal(size=n)
        x = np.column_stack([a, b])
        return Drawn(x=x, y=_line(x) + rng.normal(size=n), slopes=np.zeros(2))

    return draw


def _one_row(size: float, reach: float) -> Draw:
    """The last row lies ``size`` errors off and ``reach`` deviations out."""

    def draw(rng: np.random.Generator, n: int) -> Drawn:
        x = np.column_stack([rng.normal(size=n), rng.permutation(n) % 2])
        x[-1, 0] = reach if reach else x[-1, 0]
        y = _line(x) + rng.normal(size=n)
        y[-1] += size
        return Drawn(x=x, y=y, slopes=np.zeros(2))

    return draw


def _mean(x: Floats) -> Floats:
    return np.asarray(np.exp(1.0 + x @ np.array([0.5, -0.5])))


def _counts(variance: float) -> Draw:
    """Counts whose variance is ``variance`` times that of Poisson's at every mean."""

    def make(rng: np.random.Generator, x: Floats) -> Floats:
        mean = _mean(x)
        spread = mean if variance == 1.0 else rng.gamma(mean / (variance - 1.0), variance - 1.0)
        return rng.poisson(spread).astype(np.float64)

    return _plain(make, "poisson")


def _zeros(share: float) -> Draw:
    def make(rng: np.random.Generator, x: Floats) -> Floats:
        return np.where(rng.uniform(size=len(x)) < share, 0.0, rng.poisson(_mean(x))).astype(np.float64)

    return _plain(make, "poisson")


def _chances(bend: float) -> Draw:
    def make(rng: np.random.Generator, x: Floats) -> Floats:
        eta = 0.3 + 0.8 * x[:, 0] - 0.5 * x[:, 1] + bend * (x[:, 0] ** 2 - 1.0)
        return (rng.uniform(size=len(x)) < 1.0 / (1.0 + np.exp(-eta))).astype(np.float64)

    return _plain(make, "binomial")


def _amounts(lognormal: float) -> Draw:
    """Gamma amounts, a share of which are lognormal with a long tail instead."""

    def make(rng: np.random.Generator, x: Floats) -> Floats:
        mean, n = _mean(x), len(x)
        other = np.exp(rng.normal(0.0, 1.2, n) - 0.72)
        return np.asarray(mean * np.where(rng.uniform(size=n) < lognormal, other, rng.gamma(2.0, 0.5, n)))

    return _plain(make, "gamma")


CASES: Mapping[str, Case] = {
    "curvature": Case(("reset",), _bent(0.0), _bent(0.005), _bent(0.4)),
    "uneven spread": Case(("breusch_pagan", "white"), _uneven(1.0), _uneven(1.15), _uneven(8.0)),
    "lopsided errors": Case(
        ("shapiro_wilk", "jarque_bera"), _lopsided(4e4), _lopsided(400.0), _lopsided(0.15), 30, 1_000
    ),
    "memory": Case(("durbin_watson", "breusch_godfrey"), _remembering(0.0), _remembering(0.03), _remembering(0.7)),
    "overlap": Case(("vif", "condition_number"), _overlapping(0.0), _overlapping(0.6), _overlapping(0.98), 30),
    "one row": Case(("influence",), _one_row(0.0, 0.0), _one_row(2.0, 1.0), _one_row(60.0, 60.0), 30),
    "overdispersion": Case(("overdispersion",), _counts(1.0), _counts(1.1), _counts(4.0)),
    "zeros": Case(("zero_inflation",), _zeros(0.0), _zeros(0.005), _zeros(0.4)),
    "chances": Case(("hosmer_lemeshow",), _chances(0.0), _chances(0.05), _chances(1.2), 1_000),
    "distribution": Case(("quantile_residuals",), _amounts(0.0), _amounts(0.01), _amounts(1.0), 1_000),
}
"""Lopsided errors matter only as long as rows do not average them out: Cochran's 25 skewness^2 is 670 rows here."""


def look(draw: Draw, checks: tuple[str, ...], n: int, tables: int, seed: int) -> tuple[float, float]:
    """Return the shares of tables called attention or worse, and problem, by any of the checks."""
    rng = np.random.default_rng([seed, n])
    attention = problem = 0
    for _ in range(tables):
        table = draw(rng, n)
        rows = np.arange(1, n + 1, dtype=np.int64)
        x = np.column_stack([np.ones(n), table.x])
        blocks = Memory(Block(row=rows, x=x, y=table.y, time=table.time))
        design = design_of(table)
        found = diagnose(fit_model(design, blocks), blocks, design, seed=int(rng.integers(2**31))).checks
        verdicts = {c.result.verdict for c in found if c.name in checks and isinstance(c.result, TestResult)}
        attention += bool(verdicts & {"attention", "problem"})
        problem += "problem" in verdicts
    return attention / tables, problem / tables


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checks", nargs="*", choices=[*CASES, []], help="all by default")
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261201)
    asked = parser.parse_args()
    failed = 0
    print(f"{'check':16} {'flaw':8}" + "".join(f"{n:>16,}" for n in SIZES) + "   (attention or worse / problem)")
    for name, case in ((k, CASES[k]) for k in (asked.checks or CASES)):
        for flaw in ("none", "trifle", "serious"):
            cells = []
            for n in SIZES:
                tables = max(LARGEST_TABLES, min(asked.tables, LARGEST_CELLS // n))
                loud, red = look(getattr(case, flaw), case.check, n, tables, asked.seed)
                margin = 2.0 * math.sqrt(LEVEL * (1.0 - LEVEL) / tables)
                if flaw == "serious":
                    wrong = case.seen_from <= n <= case.seen_to and loud < 1.0 - MISSED
                else:
                    wrong = red > LEVEL + margin or (n >= MANY and loud > LEVEL + margin)
                failed += wrong
                cells.append(f"{loud:8.1%} {red:6.1%}{'!' if wrong else ' '}")
            print(f"{name:16} {flaw:8}" + "".join(cells), flush=True)
    print(f"{failed} cells marked with ! where a verdict does not follow the size of the flaw")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
