"""Which standard errors to use, from the size of what the data show; the reason in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.errors import UsageError
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.value import Covariances, Fit

ROBUST_KINDS = ("HC0", "HC1", "HC2", "HC3")
DIFFERENT_ERRORS = 1.1
"""HC3 errors more than this factor above the classical ones are a difference that matters."""
DIFFERENT_ERRORS_GLM = 1.25
ALPHA = 0.05
AUTOCORRELATED = 0.1
"""Lag-one correlation of residuals that matters, if it is also beyond two standard errors."""
FEWEST_CLUSTERS = 8
DISPERSED = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class KindChoice:
    """The chosen kind, why, and what else was considered."""

    kind: str
    because: str
    rejected: tuple[str, ...]
    asked: bool = False


def choose_kind(
    kind: str, fit: Fit, covariances: Covariances, design: Design, evidence: Mapping[str, float]
) -> KindChoice:
    """Choose the covariance.

    Parameters
    ----------
    kind : ``"auto"`` or a wish: ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster"``,
        ``"cluster:COLUMN"``, ``"HAC"``
    evidence : measures that replace the covariance pass's own (``Covariances.evidence``)

    Raises
    ------
    UsageError
        The kind is unknown or was not computed.
    """
    seen = {**covariances.evidence, **evidence}
    if kind != "auto":
        name = "cluster" if kind.lower().startswith("cluster") else kind
        name = {n.lower(): n for n in covariances.by_kind}.get(name.lower(), name)
        if name not in covariances.by_kind:
            raise UsageError(
                f'The standard errors "{kind}" are not available here.',
                hint=f"Use auto, {', '.join(covariances.by_kind)} or cluster:COLUMN with more than one cluster.",
                code="unknown_covariance",
            )
        return KindChoice(kind=name, because="asked for", rejected=(), asked=True)
    for rule in (_clustered, _ordered):
        found = rule(covariances, design, seen, fit)
        if found is not None:
            return found
    return _spread(fit, covariances, seen)


def _clustered(covariances: Covariances, design: Design, seen: Mapping[str, float], fit: Fit) -> KindChoice | None:
    count = covariances.n_clusters
    if "cluster" not in covariances.by_kind or count is None or count < FEWEST_CLUSTERS or count >= fit.n_obs:
        return None
    because = (
        f"the rows are repeated measurements: {count:,} different values of {design.cluster_column} in "
        f"{fit.n_obs:,} rows"
    )
    share = seen.get("intracluster_correlation")
    if share is not None:
        because += f", whose residuals correlate at {share:.2f} within one of them"
    return KindChoice(kind="cluster", because=because, rejected=("HC3", "classical"))


def _ordered(covariances: Covariances, design: Design, seen: Mapping[str, float], fit: Fit) -> KindChoice | None:
    correlation = seen.get("lag_one_autocorrelation")
    if "HAC" not in covariances.by_kind or correlation is None or design.time_column is None:
        return None
    if abs(correlation) < max(AUTOCORRELATED, 2.0 / math.sqrt(fit.n_obs)):
        return None
    because = (
        f"the rows are ordered in time by {design.time_column} and neighbouring residuals correlate at "
        f"{correlation:.2f} ({covariances.lags} lags are allowed for)"
    )
    return KindChoice(kind="HAC", because=because, rejected=("HC3", "classical"))


def _spread(fit: Fit, covariances: Covariances, seen: Mapping[str, float]) -> KindChoice:
    if covariances.full_leverage:
        return KindChoice(
            kind="classical",
            because=(
                f"{_rows(covariances.full_leverage)} a coefficient of its own (leverage 1), where robust errors "
                "are not defined"
            ),
            rejected=("HC3",),
        )
    if fit.family == "binomial" and not fit.weighted:
        return KindChoice(
            kind="classical",
            because="a yes/no target fixes its own spread, and no repeated units or order in time was found",
            rejected=("HC3",),
        )
    ratio = _largest_ratio(fit, covariances)
    limit = DIFFERENT_ERRORS if fit.family == "gaussian" else DIFFERENT_ERRORS_GLM
    p_value = seen.get("breusch_pagan_p_value", 1.0)
    share = seen.get("breusch_pagan_r_squared")
    size = "" if share is None else f" (the predictors explain {share:.1%} of the squared errors)"
    if fit.family != "gaussian" and fit.pearson_dispersion > DISPERSED and fit.dispersion == 1.0:
        return KindChoice(
            kind="HC3",
            because=f"the target varies {fit.pearson_dispersion:.2g} times as much as its family allows",
            rejected=("classical",),
        )
    if ratio > limit:
        because = f"the errors' spread is uneven{size}: robust errors are up to {ratio:.2f} times the classical ones"
        return KindChoice(kind="HC3", because=because, rejected=("classical",))
    if 1.0 / max(_smallest_ratio(fit, covariances), 1e-300) > limit and p_value < ALPHA:
        because = f"the errors' spread is uneven{size}, and classical errors would be too wide"
        return KindChoice(kind="HC3", because=because, rejected=("classical",))
    return KindChoice(
        kind="classical",
        because=f"robust errors are at most {max(ratio - 1.0, 0.0):.0%} larger than the classical ones{size}",
        rejected=("HC3",),
    )


def _rows(count: int) -> str:
    return "one row has" if count == 1 else f"each of {count} rows has"


def _ratios(fit: Fit, covariances: Covariances) -> list[float]:
    classical = np.sqrt(np.diag(covariances.scaled_by_kind["classical"]))
    robust = np.sqrt(np.maximum(np.diag(covariances.scaled_by_kind["HC3"]), 0.0))
    start = 1 if has_intercept_column(fit) and len(classical) > 1 else 0
    return [float(b / a) for a, b in zip(classical[start:], robust[start:], strict=True) if a > 0]


def _largest_ratio(fit: Fit, covariances: Covariances) -> float:
    return max(_ratios(fit, covariances), default=1.0)


def _smallest_ratio(fit: Fit, covariances: Covariances) -> float:
    return min(_ratios(fit, covariances), default=1.0)
