"""How often does the screen for columns that give the target away speak? `python -m benchmarks.leaks [--tables N]`.

Honest columns: unrelated ones, groups that lie far apart, codes whose target rises, bends or waves along them, strong
lines and laws of nature. Leaks with noise: groups and codes that fix the target but for 0.5% to 10% of its spread,
copies with as much noise. Named is what is told as a leak or as almost the target. Fails where, from `SEEN_FROM` rows
on, honest columns are named in more than 1% of tables, or a leak of at most 2% noise is missed in more than 10%.
Seeded.

Measured with 20 tables of 30 to 30,000 rows and 3 of 1,000,000: no honest column is named from 100 rows on; of 30 rows,
12 steps that rise with 6% noise are named in 20%, as two or three rows a step look like ranges of the target. All leaks
are named from 100 rows on; of 30 rows copies are, codes are not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

import duckdb
import numpy as np

from benchmarks.coverage_tables import Floats
from regression_analyzer.profile import describe
from regression_analyzer.table import read_table

SIZES = (30, 100, 1_000, 30_000, 1_000_000)
SEEN_FROM = 100
FALSE_ALARM, MISSED = 0.01, 0.1
LARGEST_TABLES, LARGEST_CELLS = 3, 3_000_000
CODES = frozenset({"leakage", "near_target"})

Make = Callable[[np.random.Generator, int], tuple[Floats, Floats]]
"""Returns a column and a target."""


def _groups(noise: float, *, order: str, count: int) -> Make:
    """Codes 1 to ``count``; group means scattered, rising, bending or waving; noise in spreads of the target."""

    def make(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        code = rng.integers(0, count, n)
        place = np.arange(count) / max(count - 1, 1)
        means = {
            "scattered": rng.permutation(np.linspace(0.0, 1.0, count)),
            "rising": place,
            "bending": 1.0 - (2.0 * place - 1.0) ** 2,
            "waving": np.sin(4.0 * np.pi * place),
        }[order]
        y = means[code]
        return code + 1.0, y + noise * means.std() * rng.normal(size=n)

    return make


def _copy(noise: float, bend: Callable[[Floats], Floats] = lambda v: v) -> Make:
    def make(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        y = rng.gamma(4.0, 25.0, n)
        x = bend(y)
        return x + noise * x.std() * rng.normal(size=n), y

    return make


def _unrelated(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    return rng.integers(1, 13, n).astype(np.float64), rng.normal(size=n)


HONEST: Mapping[str, Make] = {
    "unrelated code": _unrelated,
    "groups apart, noise 30%": _groups(0.3, order="scattered", count=12),
    "groups apart, noise 10%": _groups(0.1, order="scattered", count=12),
    "steps that rise, noise 6%": _groups(0.06, order="rising", count=12),
    "steps that bend, noise 1%": _groups(0.01, order="bending", count=12),
    "line, noise 10%": _copy(0.1),
    "logarithm, noise 10%": _copy(0.1, np.log),
}
LEAKS: Mapping[str, Make] = {
    "12 codes, noise 1%": _groups(0.01, order="scattered", count=12),
    "12 codes, noise 2%": _groups(0.02, order="scattered", count=12),
    "12 codes in a wave, noise 2%": _groups(0.02, order="waving", count=12),
    "copy, noise 0.5%": _copy(0.005),
    "copy, noise 2%": _copy(0.02),
    "logarithm, noise 2%": _copy(0.02, np.log),
}
BETWEEN: Mapping[str, Make] = {
    "6 codes, noise 1%": _groups(0.01, order="scattered", count=6),
    "12 codes, noise 5%": _groups(0.05, order="scattered", count=12),
    "copy, noise 5%": _copy(0.05),
}
"""Where the limits lie: correlation 0.999 is a noise of 4.5%; six groups in a row look like a curve in every third
table, and a code is named only where it cannot be one."""


def named(make: Make, n: int, tables: int, seed: int) -> float:
    """Return the share of tables in which the column is named."""
    rng = np.random.default_rng([seed, n])
    count = 0
    for _ in range(tables):
        column, y = make(rng, n)
        given = {"column": column, "other": rng.normal(size=n), "target": y}  # read by the statement below
        connection = duckdb.connect()
        connection.register("given", given)
        table = read_table(connection.sql("select * from given"))
        found = describe(table, target="target").findings
        count += any(f.code in CODES and f.subject == "column" for f in found)
    return count / tables


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261201)
    asked = parser.parse_args()
    failed = 0
    print(f"{'column':32}" + "".join(f"{n:>12,}" for n in SIZES) + "   (share of tables in which it is named)")
    for title, kinds in (("honest", HONEST), ("leaks", LEAKS), ("between", BETWEEN)):
        print(title)
        for name, make in kinds.items():
            cells = []
            for n in SIZES:
                tables = max(LARGEST_TABLES, min(asked.tables, LARGEST_CELLS // n))
                share = named(make, n, tables, asked.seed)
                missed = kinds is LEAKS and n >= SEEN_FROM and share < 1.0 - MISSED
                wrong = (kinds is HONEST and n >= SEEN_FROM and share > FALSE_ALARM) or missed
                failed += wrong
                cells.append(f"{share:11.1%}{'!' if wrong else ' '}")
            print(f"  {name:30}" + "".join(cells), flush=True)
    print(f"{failed} cells marked with !")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
