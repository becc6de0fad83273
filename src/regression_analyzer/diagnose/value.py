"""What the checks saw: each a result or a reason why it does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from regression_analyzer.findings import Finding, Skipped
from regression_analyzer.fit.value import FloatArray, IntArray

Verdict = Literal["ok", "attention", "problem"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TestResult:
    """One check.

    Attributes
    ----------
    statistic, df, df2, p_value : of its reference distribution; None where it has none
    effect_size : size of the problem on a scale that does not grow with n; None where it has none
    effect_name : what the size is (``"R2 gained by squares"``)
    verdict : judged by size first
    """

    __test__ = False

    statistic: float
    p_value: float | None
    verdict: Verdict
    df: float | None = None
    df2: float | None = None
    effect_size: float | None = None
    effect_name: str | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Check:
    """A question put to the model, and its answer. ``name`` is the stable id (``"breusch_pagan"``)."""

    name: str
    result: TestResult | Skipped


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CaseValue:
    """One row's value: ``row`` is the 1-based data row of the file."""

    row: int
    value: float
    p_value: float | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Influence:
    """The rows that weigh most.

    Attributes
    ----------
    leverage, cooks_distance, studentized_residual, dffits : the top 20 each, largest size first
    outliers : rows whose externally studentised residual has a Bonferroni p below 0.05
    n_high_leverage : rows above 2 r / n; n_high_cooks : rows above 4 / n
    mean_leverage : r / n
    n_full_leverage : rows of leverage 1, which have no residual; left out of the other lists
    n_outliers : rows that ``outliers`` was cut from (it holds at most 100)
    """

    leverage: tuple[CaseValue, ...]
    cooks_distance: tuple[CaseValue, ...]
    studentized_residual: tuple[CaseValue, ...]
    dffits: tuple[CaseValue, ...]
    outliers: tuple[CaseValue, ...]
    n_high_leverage: int
    n_high_cooks: int
    mean_leverage: float
    n_full_leverage: int = 0
    n_outliers: int = 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Binned:
    """A scatter gathered in up to 50 bins of x with equal counts.

    Attributes
    ----------
    x, mean, low, high : (b,) mean of x, mean of y, 10% and 90% quantiles of y in the bin
    count : (b,)
    """

    x: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    count: IntArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ResidualPlot:
    """What the pictures of residuals are drawn from: a seeded sample of at most 2,000 rows, and bins of all.

    Attributes
    ----------
    row, y, fitted, residual, standardized, leverage, cooks_distance : (m,) the sample; the top 20
        rows by Cook's distance are always in it
    n_obs : rows the sample stands for; m == n_obs means it is everything
    residual_by_fitted, scale_by_fitted, observed_by_fitted : bins over all rows
    normal_quantiles, residual_quantiles : (q,) up to 500 points of the Q-Q picture
    """

    row: IntArray
    y: FloatArray
    fitted: FloatArray
    residual: FloatArray
    standardized: FloatArray
    leverage: FloatArray
    cooks_distance: FloatArray
    n_obs: int
    residual_by_fitted: Binned
    scale_by_fitted: Binned
    observed_by_fitted: Binned
    normal_quantiles: FloatArray
    residual_quantiles: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PartialResiduals:
    """For one numeric predictor: x, and residual + coefficient * (x - mean), of the sample rows.

    ``slope`` is the line through them; ``bins`` the same gathered.
    """

    term: str
    x: FloatArray
    partial: FloatArray
    slope: float
    bins: Binned


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Diagnostics:
    """All checks of one fit."""

    checks: tuple[Check, ...]
    influence: Influence
    residuals: ResidualPlot
    partial: tuple[PartialResiduals, ...] = ()
    findings: tuple[Finding, ...] = ()
    extra: Mapping[str, float] | None = None
