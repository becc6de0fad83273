"""Time, memory and peers: `python -m benchmarks [people|stones|large|all]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import data
from benchmarks.measure import Cost, python, run

CLI = [str(Path(sys.executable).with_name("regression-analyzer")), "analyze"]

PEER = """
import pandas as pd, statsmodels.formula.api as smf
frame = pd.read_csv({path!r})
print(smf.ols({formula!r}, frame).fit(cov_type="HC3").summary())
"""

CASES = {
    "people": (data.people, "charges", "charges ~ age + sex + bmi + children + smoker + region", 2.5, 300, 5),
    "stones": (data.stones, "price", "price ~ carat + cut + color + clarity + depth + table + x + y + z", 6, 500, 3),
    "large": (data.large, "y", "y ~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + region + plan", 30, 1000, 1),
}


def main() -> int:
    asked = sys.argv[1:] or ["people", "stones"]
    names = list(CASES) if asked == ["all"] else asked
    failed = False
    print(f"{'case':8} {'what':34} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}  target")
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            make, target, formula, seconds, megabytes, repeats = CASES[name]
            path = make(Path(folder) / f"{name}.csv")
            size = path.stat().st_size / 1e6
            ours = run([*CLI, str(path), "-t", target, "-o", f"{folder}/{name}"], repeats=repeats)
            met = ours.exit_code == 0 and ours.wall_s <= seconds and ours.peak_mb <= megabytes
            failed |= not met
            show(
                name,
                f"analysis and report, {size:.1f} MB",
                ours,
                f"{seconds} s, {megabytes} MB: {'met' if met else 'MISSED'}",
            )
            peer = run(python(PEER.format(path=str(path), formula=formula)), repeats=1 if name == "large" else repeats)
            show(name, "statsmodels, the fit alone", peer, f"ratio {ours.wall_s / peer.wall_s:.2f}")
    return int(failed)


def show(case: str, what: str, cost: Cost, note: str) -> None:
    print(f"{case:8} {what:34} {cost.wall_s:8.2f} {cost.cpu_s:8.2f} {cost.peak_mb:8.0f}  {note}")


if __name__ == "__main__":
    raise SystemExit(main())
