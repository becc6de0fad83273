"""What a row costs: `python -m benchmarks.rows [ROWS ...]` (10,000 to 10,000,000 by default).

Each size in a fresh process: DuckDB's own loading of the file, then, of the table as this program reads it, the fit
(10 columns, two of them factors) and the second pass (all robust errors). Opening the rows counts as part of the fit:
small designs are read there, once, and kept; large ones are read again on every pass. Prints seconds of the clock,
nanoseconds a row by the clock and of the processors (two threads at work count twice), the ratio to DuckDB's loading
and the largest resident size. What a row costs beyond the smallest table (its fixed costs are told apart) must be the
same from 100,000 rows on, within `FLAT`, in processor time: the clock of a busy machine tells of its other work.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import data

SIZES = (10_000, 100_000, 1_000_000, 5_000_000, 10_000_000)
FORMULA = "y ~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + region + plan"
LARGEST_RATIO, LARGEST_MB = 2.0, 1000.0
JUDGED = 5_000_000
"""Rows from which the ratio to DuckDB's loading and the memory are judged."""
RUNS, SHORT = 9, 1_000_000
"""Tables up to so many rows are measured in several processes, and the median counts: short times scatter."""
FLAT, FLAT_FROM = 1.5, 100_000
"""Largest over smallest cost of a row, among tables of at least so many rows."""


def load(path: str) -> None:
    """Time DuckDB's loading alone, into a file."""
    import duckdb  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(f"{folder}/table.duckdb")
        started = time.perf_counter()
        connection.execute("create table data as select * from read_csv(?)", [path])
        print(time.perf_counter() - started)


def estimate(path: str) -> None:
    """Time reading, the fit and the second pass; then processor seconds of the last two and the largest size in MB."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    from regression_analyzer.design import open_blocks, specify  # noqa: PLC0415
    from regression_analyzer.fit import covariances, fit_model  # noqa: PLC0415
    from regression_analyzer.profile import describe  # noqa: PLC0415
    from regression_analyzer.table import read_table  # noqa: PLC0415

    with threadpool_limits(limits=1, user_api="blas"):
        started = time.perf_counter()
        table = read_table(Path(path))
        profile = describe(table, target="y")
        design = specify(table, profile, target="y", formula=FORMULA)
        read, worked = time.perf_counter(), time.process_time()
        blocks = open_blocks(design, table)
        fit = fit_model(design, blocks)
        fitted = time.perf_counter()
        covariances(fit, blocks)
        done, worked = time.perf_counter(), time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(read - started, fitted - read, done - fitted, worked, peak)


def child(what: str, path: Path) -> list[float]:
    """Run one part in a fresh process and return what it prints."""
    command = [sys.executable, "-m", "benchmarks.rows", f"--{what}", str(path)]
    return [float(word) for word in subprocess.check_output(command, text=True).split()]


def main() -> int:
    if sys.argv[1:2] == ["--load"]:
        load(sys.argv[2])
        return 0
    if sys.argv[1:2] == ["--estimate"]:
        estimate(sys.argv[2])
        return 0
    sizes = [int(size.replace("_", "")) for size in sys.argv[1:]] or list(SIZES)
    failed = False
    costs: dict[int, float] = {}
    heads = ("rows", "DuckDB s", "read s", "fit s", "second s", "ns a row", "cpu ns", "ratio", "peak MB")
    print(" ".join(f"{head:>10}" for head in heads))
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = data.large(Path(folder) / "large.csv", rows)
            (loading,) = child("load", path)
            runs = [child("estimate", path) for _ in range(RUNS if rows <= SHORT else 1)]
        read, fit, second, worked, peak = sorted(runs, key=lambda run: run[3])[len(runs) // 2]
        ratio = (fit + second) / loading
        each = (fit + second) / rows * 1e9
        costs[rows] = worked
        failed |= rows >= JUDGED and (ratio > LARGEST_RATIO or peak > LARGEST_MB)
        times = " ".join(f"{seconds:10.2f}" for seconds in (loading, read, fit, second))
        print(f"{rows:10,} {times} {each:10.0f} {worked / rows * 1e9:10.0f} {ratio:10.2f} {peak:10.0f}", flush=True)
    least = min(costs)
    judged = [
        (cost - costs[least]) / (rows - least) for rows, cost in costs.items() if rows >= FLAT_FROM and rows > least
    ]
    if len(judged) > 1:
        spread = max(judged) / min(judged)
        failed |= spread > FLAT
        beyond = ", ".join(f"{cost * 1e9:.0f}" for cost in judged)
        print(f"the smallest table takes {costs[least]:.3f} s; processor ns a row beyond it: {beyond}")
        print(f"largest over smallest {spread:.2f} (at most {FLAT})")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
