"""What does the whole automatic analysis say of tables in which nothing is related, or only straight lines are?

`python -m benchmarks.noise [noise|line|units|wide] [--tables N]`. Every table is a CSV text of its own shape: numbers
(also skewed and heavy-tailed), whole counts, categories (also with rare levels), yes/no and dates; 20 to 1,000 rows;
some cells missing; a target that is continuous, skewed, yes/no or a count. Two kinds are asked for by name:
``units``, small tables of noise in which a key of repeated units recurs; ``wide``, noise in tables with a yes/no or a
count for a target and too few rows or events for their columns, N tables of each. Seeded.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

import regression_analyzer as ra
from regression_analyzer.errors import AnalyzerError

Floats = npt.NDArray[np.float64]
LEVEL = 0.05
TARGETS = ("continuous", "skewed", "yes/no", "count", "overdispersed count")
SIZES = (20, 35, 60, 100, 200, 400, 1000)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A CSV text; ``target`` is None where the program has to propose one."""

    text: str
    target: str | None
    kind: str
    rows: int


def number(rng: np.random.Generator, n: int) -> Sequence[object]:
    """A column of numbers of some shape."""
    shape = rng.integers(0, 5)
    draws: Floats = (
        rng.normal(50.0, 10.0, n),
        rng.uniform(0.0, 1.0, n),
        rng.lognormal(0.0, 1.0, n),
        rng.standard_t(3, n),
        rng.gamma(0.7, 3.0, n),
    )[shape]
    return [f"{value:.5g}" for value in draws]


def whole(rng: np.random.Generator, n: int) -> Sequence[object]:
    """A column of counts."""
    return list(map(str, rng.poisson(rng.uniform(0.5, 8.0), n)))


def category(rng: np.random.Generator, n: int) -> Sequence[object]:
    """A column of two to six names, some of them rare."""
    count = int(rng.integers(2, 7))
    share = rng.dirichlet(np.full(count, rng.choice([0.7, 5.0])))
    return list(rng.choice([f"kind {letter}" for letter in "abcdef"[:count]], n, p=share))


def when(rng: np.random.Generator, n: int) -> Sequence[object]:
    """A column of dates, in no order and with repetitions."""
    return [(date(2020, 1, 1) + timedelta(days=int(day))).isoformat() for day in rng.integers(0, 900, n)]


def days_in_order(_rng: np.random.Generator, n: int) -> Sequence[object]:
    """A column of consecutive days."""
    return [(date(2020, 1, 1) + timedelta(days=day)).isoformat() for day in range(n)]


def unit(rng: np.random.Generator, n: int) -> Sequence[object]:
    """A key that recurs about four times."""
    return [f"P{code:04d}" for code in rng.permutation(np.arange(n) // 4)]


MAKERS = (number, number, number, whole, category, category, when)


def predictors(rng: np.random.Generator, n: int) -> dict[str, Sequence[object]]:
    """Two to eight columns of mixed shapes; sometimes a key of repeated units or an order of time among them."""
    count = int(rng.integers(2, 9 if n >= 60 else 5))
    columns = {f"p{j}": MAKERS[rng.integers(len(MAKERS))](rng, n) for j in range(count)}
    if not any(isinstance(c[0], str) and _is_number(c[0]) for c in columns.values()):
        columns["p0"] = number(rng, n)
    draw = rng.uniform()
    if draw < 0.1 and n >= 60:
        columns["patient_id"] = unit(rng, n)
    elif draw < 0.2:
        columns["day"] = days_in_order(rng, n)
    return columns


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def outcome(rng: np.random.Generator, kind: str, signal: Floats) -> Sequence[object]:
    """A target of this kind whose mean follows ``signal`` (about 0, size about 1) and nothing else."""
    n = len(signal)
    if kind == "continuous":
        return [f"{v:.6g}" for v in 100.0 + 8.0 * signal + 10.0 * rng.normal(size=n)]
    if kind == "skewed":
        return [f"{v:.6g}" for v in 20.0 + 3.0 * signal + 6.0 * rng.exponential(size=n)]
    if kind == "yes/no":
        return list(np.where(rng.uniform(size=n) < 1.0 / (1.0 + np.exp(0.6 - signal)), "yes", "no"))
    mean = np.exp(1.0 + 0.4 * signal)
    if kind == "overdispersed count":
        mean = mean * rng.gamma(1.0, 1.0, n)
    return list(map(str, rng.poisson(mean)))


def noise(rng: np.random.Generator) -> Table:
    """A table in which nothing is related to anything."""
    n, kind = int(rng.choice(SIZES)), str(rng.choice(TARGETS))
    columns = predictors(rng, n)
    y = outcome(rng, kind, np.zeros(n))
    return _table(rng, columns, y, kind, named=rng.uniform() < 0.7)


def units(rng: np.random.Generator) -> Table:
    """A small table with repeated units in which nothing is related to anything; a unit's targets resemble each other.

    Units share up to half of the target's variance; every other table has none of it.
    """
    n, kind = int(rng.choice([40, 60, 80, 100])), str(rng.choice(["continuous", "skewed"]))
    columns = {name: cells for name, cells in predictors(rng, n).items() if name not in {"patient_id", "day"}}
    key = unit(rng, n)
    columns["patient_id"] = key
    own = rng.normal(size=n)[np.unique(np.asarray(key, dtype=str), return_inverse=True)[1]]
    y = outcome(rng, kind, own * float(rng.choice([0.0, 1.0])))
    return _table(rng, columns, y, kind, named=True)


def many(rng: np.random.Generator, n: int, count: int) -> dict[str, Sequence[object]]:
    """Many columns, half of them plain numbers, the others of mixed shapes."""
    makers = [number if rng.uniform() < 0.5 else MAKERS[rng.integers(len(MAKERS))] for _ in range(count)]
    return {f"p{j}": make(rng, n) for j, make in enumerate(makers)}


def wide_shape(rng: np.random.Generator) -> tuple[int, int, float]:
    """Rows, columns and share of events of a table with too few rows, or (one in four) too few events."""
    if rng.uniform() < 0.25:
        n, columns = int(rng.integers(150, 500)), int(rng.integers(12, 40))
        return n, columns, float(rng.integers(14, 30)) / n
    n = int(rng.choice([40, 60, 100, 160]))
    return n, int(n * rng.uniform(0.8, 2.5)), float(rng.choice([0.3, 0.4, 0.5]))


def wide_yes_no(rng: np.random.Generator) -> Table:
    """A table with a yes/no target and too few rows or events, in which nothing is related to anything."""
    n, columns, share = wide_shape(rng)
    y = list(np.where(rng.uniform(size=n) < share, "yes", "no"))
    return _table(rng, many(rng, n, columns), y, "yes/no", named=True)


def wide_count(rng: np.random.Generator) -> Table:
    """The same with a count, as scattered as a Poisson count or more."""
    n, columns, share = wide_shape(rng)
    mean = -math.log1p(-share) * float(rng.choice([1.0, 1.0, 5.0]))
    scatter = rng.gamma(1.0, 1.0, n) if rng.uniform() < 0.5 else np.ones(n)
    return _table(rng, many(rng, n, columns), list(map(str, rng.poisson(mean * scatter))), "count", named=True)


def line(rng: np.random.Generator) -> Table:
    """A table whose target follows straight lines, with even spread or the spread of its own family."""
    n, kind = int(rng.choice([s for s in SIZES if s >= 100])), str(rng.choice(TARGETS))
    x = rng.normal(size=(n, 3))
    group = rng.integers(0, 3, n)
    columns: dict[str, Sequence[object]] = {f"p{j}": [f"{50 + 10 * v:.5g}" for v in x[:, j]] for j in range(3)}
    columns["p3"] = [f"kind {'abc'[g]}" for g in group]
    signal = 0.7 * x[:, 0] - 0.4 * x[:, 1] + 0.5 * (group == 1)
    return _table(rng, columns, outcome(rng, kind, signal - signal.mean()), kind, named=True)


def _table(
    rng: np.random.Generator, columns: Mapping[str, Sequence[object]], y: Sequence[object], kind: str, *, named: bool
) -> Table:
    everything = {**columns, "outcome": y}
    names = list(everything)
    rng.shuffle(names)
    lost = rng.choice([0.0, 0.0, 0.02])
    rows = zip(*(everything[name] for name in names), strict=True)
    lines = [",".join(names)]
    lines += [",".join("" if lost and rng.uniform() < lost else str(cell) for cell in row) for row in rows]
    return Table(text="\n".join(lines) + "\n", target="outcome" if named else None, kind=kind, rows=len(y))


@dataclass(kw_only=True)
class Seen:
    """Counts over tables."""

    tables: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    coefficient: int = 0
    term: int = 0
    nothing_chosen: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    claimed_by_kind: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    p_values: list[float] = field(default_factory=list)


def significant(document: Mapping[str, Any]) -> bool:
    """Whether any slope is significant after Holm's adjustment."""
    rows = document["model"]["coefficients"]
    return any(row["predictor"] is not None and (row["p_value_holm"] or 1.0) < LEVEL for row in rows)


def any_term(document: Mapping[str, Any]) -> bool:
    """Whether any term as a whole is significant after Holm's adjustment."""
    return any((row.get("p_value_holm") or 1.0) < LEVEL for row in document["model"]["terms"])


def look(make: Any, tables: int, seed: int) -> Seen:
    """Analyse seeded tables and count what is claimed of them."""
    seen = Seen()
    for index in range(tables):
        table = make(np.random.default_rng([seed, index]))
        try:
            document = ra.analyze(table.text.encode(), target=table.target, predictors=None, skip_llm=True).to_dict()
        except AnalyzerError as error:
            seen.refused[error.code] += 1
            continue
        seen.tables += 1
        shown = (
            f"{document['model']['family']}, {document['model']['covariance']['kind']}, "
            f"{'under' if document['model']['n_obs'] < 100 else 'from'} 100 rows"
            f"{'' if document['penalized'] is None else ', chosen on others'}"
        )
        seen.by_kind[shown] += 1
        seen.nothing_chosen += document["penalized"] is not None and not document["model"]["terms"]
        if significant(document):
            seen.coefficient += 1
            seen.claimed_by_kind[shown] += 1
        seen.term += any_term(document)
        seen.p_values += [
            row["p_value"] for row in document["model"]["coefficients"] if row["predictor"] and row["p_value"]
        ]
        seen.findings.update({f"{f['severity']}: {f['code']}" for f in document["findings"] if f["severity"] != "info"})
    return seen


def report(name: str, seen: Seen, *, only_noise: bool) -> bool:
    """Print what was seen; return whether the promise holds."""
    total = max(seen.tables, 1)
    print(f"{name}: {seen.tables} tables analysed, {sum(seen.refused.values())} refused {dict(seen.refused)}")
    print(f"  raw p below 0.05: {np.mean(np.asarray(seen.p_values) < LEVEL):.1%} of {len(seen.p_values)} coefficients")
    share = seen.coefficient / total
    margin = 2.0 * math.sqrt(LEVEL * (1.0 - LEVEL) / total)
    print(f"  any predictor significant after Holm: {share:.1%}, allowed 5% + {margin:.1%}")
    print(f"  any term as a whole after Holm: {seen.term / total:.1%}")
    if seen.nothing_chosen:
        tested = max(total - seen.nothing_chosen, 1)
        print(f"  the lasso chose no column in {seen.nothing_chosen}; of the others {seen.coefficient / tested:.1%}")
    for kind, count in seen.by_kind.most_common():
        claimed = seen.claimed_by_kind[kind] / count
        error = math.sqrt(claimed * (1.0 - claimed) / count)
        print(f"    {kind:64} {seen.claimed_by_kind[kind]:4} of {count:4} = {claimed:.1%}, standard error {error:.1%}")
    for code, count in seen.findings.most_common():
        print(f"    {count / total:6.1%}  {code}")
    return not only_noise or share <= LEVEL + margin


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("noise", "line", "units", "wide"))
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261124)
    asked = parser.parse_args()
    held = True
    if asked.what == "units":
        return int(not report("noise in repeated units", look(units, asked.tables, asked.seed), only_noise=True))
    if asked.what == "wide":
        for name, make in (("wide tables, yes/no", wide_yes_no), ("wide tables, counts", wide_count)):
            held &= report(name, look(make, asked.tables, asked.seed), only_noise=True)
        return int(not held)
    if asked.what != "line":
        held &= report("noise", look(noise, asked.tables, asked.seed), only_noise=True)
    if asked.what != "noise":
        held &= report("straight lines", look(line, asked.tables, asked.seed), only_noise=False)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
