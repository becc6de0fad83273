"""How often a term is proposed where every relation is a straight line: `python -m benchmarks.straight [tables]`.

At most one table in twenty of each kind may get a proposal. The tables are those of the tests.
"""

from __future__ import annotations

import sys

from tests.explain.straight import STRAIGHT, straight_table

from regression_analyzer.explain.flexible import Flexible
from regression_analyzer.explain.shap import shap_summary
from regression_analyzer.explain.shape import Proposal, propose

TABLES = 200
ALLOWED = 0.05


def proposes(kind: str, seed: int) -> bool:
    """Say whether anything is proposed for one table."""
    s = straight_table(kind, seed)
    trial = s.trial()
    if not isinstance(trial.flexible, Flexible):
        return False
    ranked = [mean.predictor for mean in shap_summary(s.rows, s.folds, trial.flexible).means]
    return isinstance(propose(s.design, s.fit, s.rows, trial, ranked), Proposal)


def main() -> int:
    """Print the share of tables with a proposal; 1 where it is larger than allowed."""
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    missed = False
    for kind in STRAIGHT:
        share = sum(proposes(kind, seed) for seed in range(tables)) / tables
        missed |= share > ALLOWED
        print(f"{kind:14} {share:6.1%} of {tables} straight-line tables  {'met' if share <= ALLOWED else 'MISSED'}")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
