"""What trying and weighing a model costs: `python -m benchmarks.explain` prints each part of the explaining stage."""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import data
from regression_analyzer.analysis import Options, analyze
from regression_analyzer.table import read_table

CASES = (("people", data.people, "charges", 1.0), ("stones", data.stones, "price", 5.0))
"""Name, table, target, and the processor seconds that the stage may add in all: a busy machine changes nothing."""
NOT_OURS = ("dask", "pandas", "pyarrow", "sklearn")
"""LightGBM imports these where it finds them (0.2 s); they are test tools here and not installed with the package."""
FORMULAS = {"stones": "price ~ carat + cut + color + clarity + depth + table + x + y + z"}


def parts_of(path: Path, target: str, formula: str | None) -> dict[str, float]:
    """Return the processor seconds of each part of the explaining stage, the first call in this process."""
    marks: list[tuple[str, float]] = []

    def told(stage: str, _: float, message: str) -> None:
        marks.append((message if stage == "explain" else "", time.process_time()))

    options = Options(formula=formula) if formula else Options(target=target)
    analyze(read_table(path), options, on_progress=told)
    marks.append(("", time.process_time()))
    found: dict[str, float] = {}
    for (name, start), (_, end) in itertools.pairwise(marks):
        if name:
            found[name] = found.get(name, 0.0) + end - start
    return found


def main() -> int:
    """Print the cost; 1 where a case takes longer than it may."""
    for absent in NOT_OURS:
        sys.modules.setdefault(absent, None)  # type: ignore[arg-type]
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, make, target, limit in CASES:
            written: Callable[[Path], Path] = make
            parts = parts_of(written(Path(folder) / f"{name}.csv"), target, FORMULAS.get(name))
            total = sum(parts.values())
            missed |= total > limit
            for part, seconds in parts.items():
                print(f"{name:8} {part:52} {seconds:7.3f} s")
            print(f"{name:8} {'in all':52} {total:7.3f} s  limit {limit} s: {'met' if total <= limit else 'MISSED'}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
