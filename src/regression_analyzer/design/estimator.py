"""The plain fit, or a penalised one where rows or events are too few for the coefficients: the choice, its reason."""

from __future__ import annotations

from collections.abc import Mapping

from regression_analyzer.design.draft import Written
from regression_analyzer.design.events import Events
from regression_analyzer.design.family import FamilyChoice
from regression_analyzer.design.writing import too_many_columns
from regression_analyzer.errors import UsageError
from regression_analyzer.findings import Decision

PENALISED = ("lasso", "ridge")
PENALISED_LINKS = {"gaussian": "identity", "binomial": "logit", "poisson": "log", "negative-binomial": "log"}
"""Families that can be penalised, each with its link."""
ROWS_A_COEFFICIENT = 1.5
"""With fewer rows for each coefficient, least squares predicts worse than the average unless it explains two thirds."""
EVENTS_A_COEFFICIENT = 2.0
"""With fewer events for each coefficient, maximum likelihood predicts worse than the average; see ADR 0016."""
FEWEST_ROWS = 20
"""Fewer rows cannot be halved: one half to choose, one to test."""
FEWEST_EVENTS = 10
"""Fewer events cannot be halved: five are needed to test one column."""
MOST_CELLS = 20_000_000
"""Rows times columns that a penalised fit holds in memory, some four times over."""
MOST_WORK = 200_000_000
"""Rows times the square of the columns that may take part: more take a penalised likelihood minutes."""
MOST_TAKING = 200


def choose_estimator(
    choice: FamilyChoice,
    written: Written,
    *,
    events: Events | None,
    columns: int,
    n_obs: int,
    overrides: Mapping[str, str],
) -> tuple[str, tuple[Decision, ...]]:
    """Choose how the coefficients are estimated; a decision is recorded for families that can be penalised.

    Parameters
    ----------
    events : of yes/no, share and count targets, None for others
    columns : of X, the intercept among them
    overrides : ``estimator`` -> ``"least_squares"`` or ``"maximum_likelihood"``, ``"lasso"``, ``"ridge"``

    Returns
    -------
    The estimator and its decision. Least squares with n rows and k coefficients predicts a new row with a
    variance of about ``1 + k / (n - k - 1)`` times that of the errors. Logistic regression has no finite answer where
    rows are fewer than about twice the coefficients, that is below one event for each where both outcomes are as
    frequent (Candes and Sur 2020, doi:10.1214/18-AOS1789); its errors follow the events, not the rows (Peduzzi et al.
    1996, doi:10.1016/S0895-4356(96)00236-3).

    Raises
    ------
    UsageError
        An estimator that does not exist or does not fit the model.
    InputError
        More coefficients than rows where nothing but least squares or maximum likelihood can be used.
    """
    plain = "least_squares" if choice.family == "gaussian" else "maximum_likelihood"
    asked = overrides.get("estimator")
    if asked is not None and asked not in (plain, *PENALISED):
        raise UsageError(
            f'"{asked}" is not an estimator of a {choice.family} model.',
            hint=f"Use {', '.join((plain, *PENALISED))}.",
            code="unknown_estimator",
        )
    unfit = _why_not(choice, written, events=events, columns=columns, n_obs=n_obs)
    if asked in PENALISED and unfit:
        raise UsageError(f"The {asked} cannot be used: {unfit}.", hint="Leave the estimator out.", code="no_penalty")
    if columns > n_obs and (asked == plain or (asked is None and unfit)):
        raise too_many_columns(columns, n_obs, plain=plain, unfit=unfit)
    few = _too_few(events, columns=columns, n_obs=n_obs, plain=plain)
    if choice.link != PENALISED_LINKS.get(choice.family):
        return plain, ()
    chosen = asked or ("lasso" if few and not unfit else plain)
    enough = f"{n_obs:,} rows" if events is None else f"{events.count:,} {events.words}"
    because = few or f"{enough} for {columns:,} coefficient{'' if columns == 1 else 's'}"
    if few and unfit:
        because += f"; the lasso cannot take over: {unfit}"
    decision = Decision(
        id="estimator",
        what="How the coefficients are estimated",
        chosen=chosen,
        because="asked for" if asked is not None else because,
        rejected=tuple(name for name in (plain, *PENALISED) if name != chosen and not (name != plain and unfit)),
        overridden=asked is not None,
    )
    return chosen, (decision,)


def _too_few(events: Events | None, *, columns: int, n_obs: int, plain: str) -> str:
    """Say what is too little for the coefficients, "" where it is enough."""
    if columns <= 1:
        return ""
    by = f"{columns:,} coefficients by {plain.replace('_', ' ')}"
    if n_obs < ROWS_A_COEFFICIENT * columns:
        return f"{n_obs:,} rows are too few for {by}"
    if events is not None and events.count < EVENTS_A_COEFFICIENT * columns:
        return f"{events.count:,} {events.words} are too few for {by}, which needs two for each"
    return ""


def _why_not(choice: FamilyChoice, written: Written, *, events: Events | None, columns: int, n_obs: int) -> str:
    """Say why a penalised fit is not possible, "" where it is."""
    if choice.outcomes:
        return (
            f"it tells one outcome from all others, and {written.target.column} has {len(choice.outcomes)} "
            "(--override event=LEVEL names the one)"
        )
    if choice.family not in PENALISED_LINKS:
        return f"there is none for the {choice.family} family"
    if choice.link != PENALISED_LINKS[choice.family]:
        return f"it is there for the link {PENALISED_LINKS[choice.family]} of {choice.family} models"
    if not written.intercept:
        return "it needs the intercept"
    if n_obs < FEWEST_ROWS:
        return f"it needs {FEWEST_ROWS} rows or more"
    if events is not None and events.count < FEWEST_EVENTS:
        return f"it needs {FEWEST_EVENTS} {events.words} or more, and there are {events.count}"
    if _too_large(columns, n_obs, likelihood=choice.family != "gaussian"):
        return f"it goes through all rows again and again, and {n_obs:,} rows of {columns:,} columns are too many"
    return ""


def _too_large(columns: int, n_obs: int, *, likelihood: bool) -> bool:
    taking = min(columns, MOST_TAKING, n_obs if columns < n_obs else n_obs // 2)
    return n_obs * columns > MOST_CELLS or (likelihood and n_obs * taking**2 > MOST_WORK)
