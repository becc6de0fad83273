"""Calibration on unseen rows, in one sentence."""

from __future__ import annotations

import math

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.scores import Estimate
from regression_analyzer.explain.validation import Validation
from regression_analyzer.report.numbers import fmt, shorten
from regression_analyzer.report.sizes import event_words

ABOUT_RIGHT = (0.75, 1.0 / 0.75)
"""Slopes between which predictions are called about right, where the whole interval lies there."""


def calibration_words(analysis: Analysis, validation: Validation) -> str:
    """Say whether predictions of unseen rows come true; "" where that is not known."""
    found = validation.calibration
    if found is None or not math.isfinite(found.slope.ci_low):
        return ""
    slope = found.slope
    if slope.ci_high < 1.0:
        said = "predictions are too extreme: high ones turn out lower, low ones higher"
    elif slope.ci_low > 1.0:
        said = "predictions are too timid: high ones turn out higher, low ones lower"
    elif ABOUT_RIGHT[0] < slope.ci_low and slope.ci_high < ABOUT_RIGHT[1]:
        said = "predictions reach about as far as they should"
    else:
        said = "it stays open whether predictions are too extreme or too timid"
    start = f"Do predictions come true (calibration)? In unseen rows {said} (slope {_words(slope)}; 1 is right)."
    if found.level is None:
        return start
    if analysis.fit.family == "binomial":
        what = f"the rows with {event_words(analysis)} are"
    else:
        what = f"the sum of {shorten(analysis.design.target)} is"
    return f"{start} Together {what} {_words(found.level)} times what was predicted."


def _words(estimate: Estimate) -> str:
    return f"{fmt(estimate.value)} ({fmt(estimate.ci_low)} to {fmt(estimate.ci_high)})"
