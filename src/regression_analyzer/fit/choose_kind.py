"""Which standard errors to use, from the size of what the data show; the reason in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regression_analyzer.design.value import Design
from regression_analyzer.errors import UsageError
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.small_sample import is_narrow
from regression_analyzer.fit.value import Covariances, Fit

ADJUSTED = "-adjusted"
"""Ending of the kinds whose degrees of freedom are made for few rows of weight, few clusters or a short series."""
LARGER_ERRORS = 1.05
"""Robust errors more than this factor above the classical ones are a difference that matters, if chance does not
explain it."""
CHANCE_LARGER = 1.0
"""Standard deviations by which the (logarithm of the) ratio has to exceed its scatter under even spread. Low, since
what is missed costs more than what is not there: `benchmarks/coverage.py`. For classical errors that are too wide,
which harms less, see ``is_narrow``."""
FEW_ROWS_OF_WEIGHT, FEW_FREEDOM = 0.4, 12.0
"""A coefficient with less than this share of the rows' degrees of freedom, and less than this many, hangs on rows too
few for an uneven spread to show."""
LARGE_SAMPLE, SAME_FREEDOM = 200.0, 0.9
"""Degrees of freedom from which t is normal for all purposes; share of the rows' from which they are theirs."""
ALPHA = 0.05
AUTOCORRELATED = 0.1
"""Lag-one correlation of residuals that matters."""
CHANCE_OF_ORDER = 0.3
"""... unless Durbin-Watson's p is above this: with few rows a real memory often stays above 0.05."""
FEWEST_CLUSTERS = 3
DISPERSED = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class KindChoice:
    """The chosen kind, why, and what else was considered; ``adjusted`` as in ``Inference``."""

    kind: str
    because: str
    rejected: tuple[str, ...]
    asked: bool = False
    adjusted: bool = False


def choose_kind(
    kind: str, fit: Fit, covariances: Covariances, design: Design, evidence: Mapping[str, float]
) -> KindChoice:
    """Choose the covariance.

    Parameters
    ----------
    kind : ``"auto"`` or a wish: ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster"``,
        ``"cluster:COLUMN"``, ``"HAC"``; with ``-adjusted`` (``"HC3-adjusted"``, ``"cluster-adjusted:COLUMN"``) what
        the program chooses by itself where rows, clusters or time are short
    evidence : measures that replace the covariance pass's own (``Covariances.evidence``)

    Raises
    ------
    UsageError
        The kind is unknown or was not computed.
    """
    seen = {**covariances.evidence, **evidence}
    if kind != "auto":
        return _asked(kind, covariances)
    for rule in (_clustered, _ordered):
        found = rule(covariances, design, seen, fit)
        if found is not None:
            return found
    return _spread(fit, covariances, seen)


def _asked(kind: str, covariances: Covariances) -> KindChoice:
    wanted = kind.partition(":")[0].lower()
    wanted, adjusted = wanted.removesuffix(ADJUSTED), wanted.endswith(ADJUSTED)
    name = next((n for n in covariances.by_kind if n.lower() == wanted), "")
    if not name or (adjusted and name not in covariances.freedom and name + ADJUSTED not in covariances.freedom):
        usual = ", ".join(n for n in covariances.by_kind if not n.endswith(ADJUSTED))
        raise UsageError(
            f'The standard errors "{kind}" are not available here.',
            hint=f"Use auto, {usual} or cluster:COLUMN with more than one cluster.",
            code="unknown_covariance",
        )
    return KindChoice(kind=name, because="asked for", rejected=(), asked=True, adjusted=adjusted)


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
    adjusted = "cluster-adjusted" in covariances.by_kind
    return KindChoice(kind="cluster", because=because, rejected=("HC3", "classical"), adjusted=adjusted)


def _ordered(covariances: Covariances, design: Design, seen: Mapping[str, float], fit: Fit) -> KindChoice | None:
    correlation = seen.get("lag_one_autocorrelation")
    if "HAC" not in covariances.by_kind or correlation is None or design.time_column is None:
        return None
    by_chance = seen.get("dw_p")
    if by_chance is None:
        by_chance = 0.0 if abs(correlation) >= 2.0 / math.sqrt(fit.n_obs) else 1.0
    memory = seen.get("memory", correlation)
    if max(abs(memory), abs(correlation)) < AUTOCORRELATED or by_chance >= CHANCE_OF_ORDER:
        return None
    adjusted = "HAC-adjusted" in covariances.by_kind
    lags = covariances.lags_adjusted if adjusted else covariances.lags
    because = (
        f"the rows are ordered in time by {design.time_column} and neighbouring residuals correlate at "
        f"{correlation:.2f} ({lags} lags are allowed for)"
    )
    return KindChoice(kind="HAC", because=because, rejected=("HC3", "classical"), adjusted=adjusted)


def _spread(fit: Fit, covariances: Covariances, seen: Mapping[str, float]) -> KindChoice:
    if fit.family != "gaussian" and any(finding.code == "perfect_fit" for finding in fit.findings):
        because = "the predictors give the target exactly: what robust errors are made of is rounding"
        return KindChoice(kind="classical", because=because, rejected=("HC3",))
    if covariances.full_leverage:
        return KindChoice(
            kind="classical",
            because=(
                f"{_rows(covariances.full_leverage)} a coefficient of its own (leverage 1), where robust errors "
                "are not defined"
            ),
            rejected=("HC3",),
            adjusted=_is_short_count(fit),
        )
    if fit.family == "binomial" and not fit.weighted:
        return KindChoice(
            kind="classical",
            because="a yes/no target fixes its own spread, and no repeated units or order in time was found",
            rejected=("HC3",),
        )
    uneven = _uneven(fit, covariances, seen)
    if uneven is not None:
        kind, reason = uneven
        adjusted = _is_short(fit, covariances, kind)
        rejected = ("classical",) if kind == "HC3" else ("HC3", "classical")
        return KindChoice(kind=kind, because=reason, rejected=rejected, adjusted=adjusted)
    least = _least_freedom(fit, covariances, "HC2")
    if not _fits_its_spread(fit) and least < FEW_ROWS_OF_WEIGHT * fit.df_resid and least < FEW_FREEDOM:
        because = (
            f"one coefficient hangs on few rows (about {least:.0f} degrees of freedom of {fit.df_resid:,}), too few "
            "for an uneven spread to show: errors that do not need an even one are used"
        )
        return KindChoice(kind="HC2", because=because, rejected=("HC3", "classical"), adjusted=True)
    return KindChoice(
        kind="classical",
        because=f"robust errors are at most {max(_largest_ratio(fit, covariances) - 1.0, 0.0):.0%} larger than the "
        f"classical ones{_size(seen)}",
        rejected=("HC3",),
        adjusted=_is_short_count(fit),
    )


def _fits_its_spread(fit: Fit) -> bool:
    """Whether the family's spread is fitted to the data: HC2 is not chosen then.

    In simulated tables of counts, of 30 and 100 rows, its intervals hold the truth in 89% to 93%.
    """
    return fit.family == "negative-binomial"


def _is_short_count(fit: Fit) -> bool:
    return _fits_its_spread(fit) and fit.df_resid < LARGE_SAMPLE


def _size(seen: Mapping[str, float]) -> str:
    share = seen.get("breusch_pagan_r_squared")
    return "" if share is None else f" (the predictors explain {share:.1%} of the squared errors)"


def _uneven(fit: Fit, covariances: Covariances, seen: Mapping[str, float]) -> tuple[str, str] | None:
    """Say which errors an uneven spread asks for, and what speaks for one; None where nothing does.

    HC2 errors, unbiased under an even spread, are put beside the classical ones. Over a row's true spread HC2's
    expected square is an average: of its own with weight ``1 - h``, of the others' with ``h_ij^2 / (1 - h)``. It is
    too small only where rows of leverage scatter more than the rest, which HC3 makes up for; where they scatter
    less, HC2 is large enough and HC3 needlessly wide.
    """
    if fit.family != "gaussian" and fit.pearson_dispersion > DISPERSED and fit.dispersion == 1.0:
        return "HC3", f"the target varies {fit.pearson_dispersion:.2g} times as much as its family allows"
    size = _size(seen)
    start = _start(fit)
    robust, classical = (np.diag(covariances.scaled_by_kind[kind])[start:] for kind in ("HC2", "classical"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = 0.5 * np.log(robust / classical)
        scatter = np.sqrt(0.5 * np.maximum(1.0 / covariances.freedom["HC2"][start:] - 1.0 / fit.df_resid, 0.0))
    ratio = np.nan_to_num(ratio, nan=0.0, posinf=0.0, neginf=0.0)
    if bool((ratio > np.maximum(math.log(LARGER_ERRORS), CHANCE_LARGER * scatter)).any()):
        largest = math.exp(float(ratio.max()))
        return (
            "HC3",
            f"the errors' spread is uneven{size}: robust errors are up to {largest:.2f} times the classical ones",
        )
    narrow = is_narrow(robust, classical, covariances.freedom["HC2"][start:], float(fit.df_resid))
    if bool(narrow.any()) and not _fits_its_spread(fit):
        return "HC2", f"the errors' spread is uneven{size}, and classical errors would be too wide"
    return None


def _start(fit: Fit) -> int:
    return 1 if has_intercept_column(fit) and len(fit.kept) > 1 else 0


def _least_freedom(fit: Fit, covariances: Covariances, kind: str) -> float:
    return float(covariances.freedom[kind][_start(fit) :].min(initial=float(fit.df_resid)))


def _is_short(fit: Fit, covariances: Covariances, kind: str) -> bool:
    least = _least_freedom(fit, covariances, kind)
    return least < LARGE_SAMPLE and least < SAME_FREEDOM * fit.df_resid


def _rows(count: int) -> str:
    return "one row has" if count == 1 else f"each of {count} rows has"


def _largest_ratio(fit: Fit, covariances: Covariances) -> float:
    """Return HC3 over classical errors, the largest of any slope."""
    start = _start(fit)
    classical = np.sqrt(np.diag(covariances.scaled_by_kind["classical"]))[start:]
    robust = np.sqrt(np.maximum(np.diag(covariances.scaled_by_kind["HC3"]), 0.0))[start:]
    return max((float(b / a) for a, b in zip(classical, robust, strict=True) if a > 0), default=1.0)
