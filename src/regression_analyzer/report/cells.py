"""Cells of the CSV files we write: text that a spreadsheet would run as a formula is made harmless."""

from __future__ import annotations

import csv
import io
import math

from regression_analyzer.explain.value import Predictions

COLUMNS = (
    *("row", "predicted", "ci_low", "ci_high", "pi_low", "pi_high", "in_domain", "reason"),
    *("conformal_low", "conformal_high"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula: those that begin like one get an apostrophe.

    For text only; a number is written as it is, its minus sign included.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def number_cell(value: float) -> str:
    """Return a number with full precision, an empty cell where there is none."""
    return repr(float(value)) if math.isfinite(value) else ""


def predictions_csv(predictions: Predictions) -> str:
    """Write predictions as CSV, one line a row of the new table.

    Columns: ``row`` (1-based), ``predicted``, ``ci_low``, ``ci_high`` (interval of the mean), ``pi_low``,
    ``pi_high`` (interval of a single case), ``in_domain`` (yes or no), ``reason``, ``conformal_low``,
    ``conformal_high`` (interval of a single case from the errors on unseen rows).
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    arrays = (
        predictions.predicted,
        predictions.ci_low,
        predictions.ci_high,
        predictions.pi_low,
        predictions.pi_high,
    )
    for i, row in enumerate(predictions.row):
        numbers = [number_cell(array[i]) for array in arrays]
        inside = "yes" if predictions.in_domain[i] else "no"
        unseen = [number_cell(array[i]) for array in (predictions.conformal_low, predictions.conformal_high)]
        writer.writerow([str(int(row)), *numbers, inside, safe_cell(predictions.reason[i]), *unseen])
    return text.getvalue()
