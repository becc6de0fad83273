"""Least squares, or a penalised fit where there are too few rows for the coefficients: the choice and its reason."""

from __future__ import annotations

from collections.abc import Mapping

from regression_analyzer.design.draft import Written
from regression_analyzer.design.family import FamilyChoice
from regression_analyzer.design.writing import too_many_columns
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision

ESTIMATORS = ("least_squares", "lasso", "ridge")
ROWS_A_COEFFICIENT = 1.5
"""With fewer rows for each coefficient, least squares predicts worse than the average unless it explains two thirds."""
FEWEST_ROWS = 20
"""Fewer rows cannot be halved: one half to choose, one to test."""


def choose_estimator(
    choice: FamilyChoice,
    written: Written,
    *,
    weighted: bool,
    columns: int,
    n_obs: int,
    overrides: Mapping[str, str],
) -> tuple[str, tuple[Decision, ...]]:
    """Choose how the coefficients are estimated; a decision is recorded for gaussian models.

    Parameters
    ----------
    columns : of X, the intercept among them
    overrides : ``estimator`` -> one of ``ESTIMATORS``

    Returns
    -------
    The estimator and its decision. Least squares with n rows and k coefficients predicts a new row with a
    variance of about ``1 + k / (n - k - 1)`` times that of the errors.

    Raises
    ------
    UsageError
        An estimator that does not exist or does not fit the model.
    InputError
        More coefficients than rows where nothing but least squares or maximum likelihood can be used.
    """
    asked = overrides.get("estimator")
    if asked is not None and asked not in ESTIMATORS:
        raise UsageError(
            f'"{asked}" is not an estimator.', hint=f"Use {', '.join(ESTIMATORS)}.", code="unknown_estimator"
        )
    unfit = _why_not(choice, written, weighted=weighted, n_obs=n_obs)
    if asked in {"lasso", "ridge"} and unfit:
        raise UsageError(f"The {asked} cannot be used: {unfit}.", hint="Leave the estimator out.", code="no_penalty")
    few = n_obs < ROWS_A_COEFFICIENT * columns and columns > 1
    if columns > n_obs and (asked == "least_squares" or (asked is None and unfit)):
        raise too_many_columns(columns, n_obs)
    if choice.family != "gaussian":
        return "maximum_likelihood", ()
    if asked is not None:
        because = "asked for"
    elif few and not unfit:
        because = f"{n_obs:,} rows are too few for {columns:,} coefficients by least squares"
    else:
        because = f"{n_obs:,} rows for {columns:,} {'coefficient' if columns == 1 else 'coefficients'}"
    chosen = asked or ("lasso" if few and not unfit else "least_squares")
    decision = Decision(
        id="estimator",
        what="How the coefficients are estimated",
        chosen=chosen,
        because=because,
        rejected=tuple(name for name in ESTIMATORS if name != chosen and not (name != "least_squares" and unfit)),
        overridden=asked is not None,
    )
    return chosen, (decision,)


def _why_not(choice: FamilyChoice, written: Written, *, weighted: bool, n_obs: int) -> str:
    """Say why a penalised fit is not possible, "" where it is."""
    if choice.family != "gaussian":
        return f"it is there for gaussian models, and this one is {choice.family}"
    if weighted:
        return "it takes no weights"
    if not written.intercept:
        return "it needs the intercept"
    if n_obs < FEWEST_ROWS:
        return f"it needs {FEWEST_ROWS} rows or more"
    return ""
