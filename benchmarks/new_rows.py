"""How often conformal intervals hold new rows: `python -m benchmarks.new_rows [tables]`.

Tables of 240 rows with errors of each kind, 200 new rows each; 93% to 97% have to lie inside. The tables are those
of the tests.
"""

from __future__ import annotations

import sys

import numpy as np
from tests.explain.test_conformal import ERRORS, NEW_ROWS, trial

TABLES = 1_000
ALLOWED = (0.93, 0.97)


def main() -> int:
    """Print the coverage, of all new rows and by thirds of the predictions; 1 where it is not as promised."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    missed = False
    for errors in ERRORS:
        inside = np.zeros(3)
        local = 0
        for seed in range(tables):
            found, off, predicted = trial(errors, seed)
            local += found.local
            held = (np.abs(off) <= found.widths(predicted))[np.argsort(predicted)]
            inside += [part.mean() * len(part) / NEW_ROWS / tables for part in np.array_split(held, 3)]
        share = float(inside.sum())
        met = ALLOWED[0] <= share <= ALLOWED[1]
        missed |= not met
        thirds = " ".join(f"{3 * part:6.1%}" for part in inside)
        print(
            f"{errors:20} {share:6.1%}  by thirds {thirds}  local {local / tables:4.0%}  {'met' if met else 'MISSED'}"
        )
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
