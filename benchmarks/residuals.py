"""How often does the check of randomised quantile residuals speak? `python -m benchmarks.residuals [--tables N]`.

Size: models whose family is right, by rows. Power: counts that vary more than Poisson's, have too many zeros, or
amounts that are not gamma's. The distance D of a wrong model without chance is printed beside (its mean at the most
rows), so that the limits of `diagnose/quantile_residuals.py` are seen for what they are. Fails where a right model is
called more than a note in more than 5% of tables (within simulation error). Seeded.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.coverage import Memory, design_of
from benchmarks.coverage_tables import Drawn, Floats
from regression_analyzer.design.value import Block, FamilyName
from regression_analyzer.diagnose import diagnose
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.fit import fit_model

SIZES = (50, 100, 200, 500, 2000)
LEVEL = 0.05

Outcome = Callable[[np.random.Generator, Floats], Floats]


def _poisson(rng: np.random.Generator, mean: Floats) -> Floats:
    return rng.poisson(mean).astype(np.float64)


def _mixed(theta: float) -> Outcome:
    return lambda rng, mean: rng.poisson(mean * rng.gamma(theta, 1.0 / theta, len(mean))).astype(np.float64)


def _more_zeros(share: float) -> Outcome:
    return lambda rng, mean: np.where(rng.uniform(size=len(mean)) < share, 0.0, rng.poisson(mean)).astype(np.float64)


def _yes_no(rng: np.random.Generator, mean: Floats) -> Floats:
    return (rng.uniform(size=len(mean)) < mean / (1.0 + mean)).astype(np.float64)


def _gamma(rng: np.random.Generator, mean: Floats) -> Floats:
    return np.asarray(mean * rng.gamma(2.0, 0.5, len(mean)))


def _lognormal(rng: np.random.Generator, mean: Floats) -> Floats:
    return np.asarray(mean * np.exp(rng.normal(0.0, 1.0, len(mean)) - 0.5))


RIGHT: Mapping[str, tuple[FamilyName, Outcome]] = {
    "Poisson": ("poisson", _poisson),
    "negative binomial, size 1.5": ("negative-binomial", _mixed(1.5)),
    "gamma, shape 2": ("gamma", _gamma),
    "yes/no": ("binomial", _yes_no),
}
WRONG: Mapping[str, tuple[FamilyName, Outcome]] = {
    "Poisson model, variance 1.3 times": ("poisson", _mixed(10.0)),
    "Poisson model, variance 3 times": ("poisson", _mixed(1.5)),
    "Poisson model, 10% more zeros": ("poisson", _more_zeros(0.1)),
    "Poisson model, 25% more zeros": ("poisson", _more_zeros(0.25)),
    "negative binomial model, 25% more zeros": ("negative-binomial", _more_zeros(0.25)),
    "gamma model, lognormal amounts": ("gamma", _lognormal),
}


def look(family: FamilyName, outcome: Outcome, n: int, tables: int, seed: int) -> tuple[float, float, float, float]:
    """Return the shares with p below 5%, with attention or worse, with a problem, and the mean distance."""
    rng = np.random.default_rng([seed, n])
    seen = np.zeros(4)
    looked = 0
    for _ in range(tables):
        x = np.column_stack([rng.normal(size=n), rng.permutation(n) % 2])
        y = outcome(rng, np.exp(1.0 + x @ np.array([0.5, -0.5])))
        table = Drawn(x=x, y=y, slopes=np.zeros(2), family=family)
        rows = np.arange(1, n + 1, dtype=np.int64)
        blocks = Memory(Block(row=rows, x=np.column_stack([np.ones(n), x]), y=y))
        design = design_of(table)
        checks = diagnose(fit_model(design, blocks), blocks, design, seed=int(rng.integers(2**31))).checks
        result = next(check.result for check in checks if check.name == "quantile_residuals")
        if not isinstance(result, TestResult):
            continue
        looked += 1
        p = 1.0 if result.p_value is None else result.p_value
        seen += [p < LEVEL, result.verdict != "ok", result.verdict == "problem", result.effect_size or 0.0]
    below, attention, problem, distance = seen / max(looked, 1)
    return float(below), float(attention), float(problem), float(distance)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261124)
    asked = parser.parse_args()
    margin = 2.0 * math.sqrt(LEVEL * (1.0 - LEVEL) / asked.tables)
    failed = 0
    print(f"{'model':42} {'rows':>5}  p < 5%  attention or worse  problem  mean distance")
    for right, kinds in ((True, RIGHT), (False, WRONG)):
        print("the family is right" if right else "the family is wrong")
        for name, (family, outcome) in kinds.items():
            for n in SIZES:
                below, attention, problem, distance = look(family, outcome, n, asked.tables, asked.seed)
                loud = right and attention > LEVEL + margin
                failed += loud
                print(
                    f"  {name:40} {n:5}  {below:6.1%}  {attention:18.1%}  {problem:7.1%}  {distance:.3f}"
                    f"{'  TOO LOUD' if loud else ''}",
                    flush=True,
                )
    print(f"{failed} right models called wrong in more than {LEVEL:.0%} of tables")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
