"""Do predicted probabilities match what happened? Hosmer-Lemeshow."""

from __future__ import annotations

import numpy as np

from regression_analyzer.diagnose.judging import by_size_if_there
from regression_analyzer.diagnose.tails import chi2_upper
from regression_analyzer.diagnose.value import TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

GROUPS = 10
ATTENTION_GAP = 0.05
PROBLEM_GAP = 0.10
"""Average distance between predicted and observed share: five and ten percentage points."""


def tenths(probability: FloatArray) -> FloatArray:
    """Return the inner edges of tenths of the probabilities; ties stay together, the edge in the lower group."""
    return np.asarray(np.unique(np.quantile(probability, np.arange(1, GROUPS) / GROUPS)), dtype=np.float64)


def group_sums(y: FloatArray, probability: FloatArray, edges: FloatArray) -> FloatArray:
    """Return rows, events and expected events by group, shape (3, groups); add two to merge."""
    group = np.searchsorted(edges, probability, side="left")
    size = edges.size + 1
    return np.array(
        [
            np.bincount(group, minlength=size),
            np.bincount(group, weights=y, minlength=size),
            np.bincount(group, weights=probability, minlength=size),
        ],
        dtype=np.float64,
    )


def hosmer_lemeshow(sums: FloatArray) -> TestResult | Skipped:
    """Ask whether the shares of events in tenths of risk match the predicted ones.

    Parameters
    ----------
    sums : (3, g) from `group_sums`

    Notes
    -----
    Null hypothesis: the probabilities are right. ``sum (O - E)^2 / (E (1 - E / n))``, chi-square with
    g - 2 degrees of freedom. The verdict looks at the average gap in percentage points. Hosmer and Lemeshow
    (1980), Communications in Statistics 9, 1043-1069, doi:10.1080/03610928008827941.
    """
    rows, events, expected = sums[:, sums[0] > 0]
    groups = rows.size
    if groups < 3:
        return Skipped(reason="the predicted probabilities take too few values to form groups")
    variance = expected * (1.0 - expected / rows)
    if np.any(variance <= 0.0):
        return Skipped(reason="some predicted probabilities are 0 or 1 throughout their group")
    statistic = float(((events - expected) ** 2 / variance).sum())
    p = chi2_upper(statistic, groups - 2)
    gap = float(np.abs(events - expected).sum() / rows.sum())
    return TestResult(
        statistic=statistic,
        df=float(groups - 2),
        p_value=p,
        effect_size=gap,
        effect_name="average gap between predicted and observed share",
        verdict=by_size_if_there(gap, p, attention=ATTENTION_GAP, problem=PROBLEM_GAP),
    )
