"""The estimated model as frozen values. Arrays are read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from regression_analyzer.findings import Decision, Fact, Finding, Skipped

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EMPTY: FloatArray = np.empty(0)
EMPTY.flags.writeable = False
ALONG = 1e-3
"""Share of a step to infinity (``Fit.escape``) from which a row goes along."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Alias:
    """A column of X left out because it is an exact combination of others.

    Attributes
    ----------
    column : index in the design
    combination : (index of a kept column, its weight), largest first
    """

    column: int
    combination: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fit:
    """Point estimates and the sums that describe the fit. k design columns, r of them kept.

    Attributes
    ----------
    family, link : names
    kept : (r,) indices of the design columns that were estimated
    aliases : the others, each with the combination that makes it
    coefficients : (r,)
    cov_unscaled : (r, r), (X'WX)^-1 on the original scale
    r_factor, shift, scale : (r, r), (r,), (r,): triangular factor of the weighted, shifted and scaled
        columns (shift 0 without intercept), for leverages: h = w * ||R^-T z||^2, z = (x - shift) / scale
    has_intercept : columns span a constant
    n_obs, df_model, df_resid
    rss, tss : weighted residual and total (about the mean with an intercept, else about 0) sums of
        squares; for other families the Pearson sums
    dispersion : sigma^2 (gaussian), the estimated or fixed phi (others)
    deviance, null_deviance, log_likelihood, aic, bic : AIC and BIC count sigma (gaussian) or theta, as R does
    theta, theta_error : negative binomial size and its standard error (observed information), None elsewhere
    condition_number : of X with columns scaled to unit length (Belsley)
    digits : correct decimal digits that rounding leaves in the worst coefficient, estimated
    iterations, converged : of IRLS (1, True for least squares)
    separation : design columns through which outcomes are separated (their coefficients have no finite
        value; the intercept may be among them), empty if none
    escape : (r,) way in which the coefficients of ``(x - shift) / scale`` go to infinity: rows along it have means at
        the end of what is possible; empty without separation
    sigma : square root of the dispersion, free of overflow where its square is not
    r_squared : of a gaussian fit, None for other families
    y_shift, y_scale : target (or linear predictor) at ``x = shift``; power of two of its size
    level_at_shift : linear predictor at ``x = shift`` (without offset), free of the cancellation of the
        intercept; 0 where the columns are not shifted
    basis : (r, r) with ``cov_unscaled = (unit * basis) (unit * basis)^T``, rows scaled by ``unit``
    unit : (r,) powers of two, sizes of the coefficients' errors
    vif : (r,) variance inflation of each column; NaN for the intercept
    x_min, x_max : (r,) smallest and largest value of the kept columns
    pearson_dispersion : Pearson chi-square / df_resid (gaussian: sigma^2)
    weighted : prior weights were given
    """

    family: str
    link: str
    kept: IntArray
    aliases: tuple[Alias, ...]
    coefficients: FloatArray
    cov_unscaled: FloatArray
    r_factor: FloatArray
    shift: FloatArray
    scale: FloatArray
    has_intercept: bool
    n_obs: int
    df_model: int
    df_resid: int
    rss: float
    tss: float
    dispersion: float
    deviance: float
    null_deviance: float
    log_likelihood: float
    aic: float
    bic: float
    condition_number: float
    digits: float
    y_mean: float
    x_mean: FloatArray
    x_std: FloatArray
    y_std: float
    theta: float | None = None
    theta_error: float | None = None
    iterations: int = 1
    converged: bool = True
    separation: tuple[int, ...] = ()
    escape: FloatArray = field(default_factory=lambda: EMPTY)
    sigma: float = 0.0
    r_squared: float | None = None
    y_shift: float = 0.0
    y_scale: float = 1.0
    level_at_shift: float = 0.0
    basis: FloatArray = field(default_factory=lambda: EMPTY)
    unit: FloatArray = field(default_factory=lambda: EMPTY)
    vif: FloatArray = field(default_factory=lambda: EMPTY)
    x_min: FloatArray = field(default_factory=lambda: EMPTY)
    x_max: FloatArray = field(default_factory=lambda: EMPTY)
    pearson_dispersion: float = 1.0
    weighted: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Observed:
    """What the fitted model says of the rows of one block.

    Attributes
    ----------
    row : (n,) 1-based data rows
    y, fitted : (n,) on the response scale
    linear_predictor : (n,)
    residual : (n,) y - fitted
    working_weight : (n,) IRLS weight (prior weight for gaussian)
    leverage : (n,) hat values, 0 to 1
    pearson, deviance_residual : (n,)
    """

    row: IntArray
    y: FloatArray
    fitted: FloatArray
    linear_predictor: FloatArray
    residual: FloatArray
    working_weight: FloatArray
    leverage: FloatArray
    pearson: FloatArray
    deviance_residual: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Covariances:
    """Covariance matrices of the coefficients, by kind.

    Attributes
    ----------
    by_kind : ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster"``, ``"HAC"``, and those made for few clusters
        and short series, ``"cluster-adjusted"``, ``"HAC-adjusted"`` -> (r, r)
    n_clusters : for ``"cluster"``, else None
    lags, lags_adjusted : for ``"HAC"`` and ``"HAC-adjusted"``, else None
    full_leverage : rows with leverage 1, left out of HC2 and HC3
    unit, scaled_by_kind : ``by_kind[k] = unit unit^T * scaled_by_kind[k]``; the scaled ones neither
        overflow nor underflow
    evidence : what the pass saw that bears on the choice of a kind: ``breusch_pagan_r_squared``,
        ``breusch_pagan_p_value`` (studentised, on the design's columns), ``lag_one_autocorrelation``,
        ``rows_per_cluster``, ``intracluster_correlation``, ``memory`` (of errors in time order)
    standardised_by_kind : kind -> (r, r) of the coefficients of ``(x - shift) / scale``, in units of ``y_scale``:
        whatever is a sum of several coefficients keeps its digits there where columns lie far from 0
    freedom : kind -> (r,) degrees of freedom that each coefficient's error really has, for ``"HC2"``, ``"HC3"``
        and the adjusted kinds
    """

    by_kind: Mapping[str, FloatArray]
    n_clusters: int | None = None
    lags: int | None = None
    full_leverage: int = 0
    unit: FloatArray = field(default_factory=lambda: EMPTY)
    scaled_by_kind: Mapping[str, FloatArray] = field(default_factory=dict)
    standardised_by_kind: Mapping[str, FloatArray] = field(default_factory=dict)
    evidence: Mapping[str, float] = field(default_factory=dict)
    lags_adjusted: int | None = None
    freedom: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What one way of making intervals says of a coefficient: its p-value is below 5% where a 95% interval has no 0."""

    statistic: float
    p_value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Coefficient:
    """One row of the coefficient table, under the covariance that was chosen.

    ``term`` is the design column's name; ``std_estimate`` = estimate * sd(x) / sd(y) (families other than
    gaussian: estimate * sd(x), on the link scale). ``df`` are the degrees of freedom of its t distribution, None for
    the normal. Numbers that do not exist (separated outcomes) are NaN. ``by_interval`` has what each way of making
    intervals says (``Inference.intervals``), where more than one was followed; ``statistic``, ``p_value`` and the
    interval are those of the way in use, ``std_error`` is the covariance's.
    """

    term: str
    predictor: str | None
    level: str | None
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    p_value_holm: float | None
    ci_low: float
    ci_high: float
    std_error_by_kind: Mapping[str, float]
    p_value_by_kind: Mapping[str, float]
    vif: float | None
    std_estimate: float | None
    df: float | None = None
    by_interval: Mapping[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TypeTwo:
    """What a term adds to the terms that do not contain it, without robust errors.

    ``test`` is ``"F"`` (gaussian) or ``"LR"`` (likelihood ratio, chi-square); sums of squares are gaussian only,
    ``partial_eta_squared = SS / (SS + RSS)``.
    """

    test: str
    df: int
    df_resid: float | None
    statistic: float
    p_value: float
    sum_of_squares: float | None
    partial_eta_squared: float | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TermTest:
    """Wald F (or chi-square) test that all columns of a term are 0, under the chosen covariance.

    Where intervals come from the likelihood, a term of one column has the square of its coefficient's statistic.
    ``p_value_holm`` is adjusted over the terms; ``gvif`` the generalised variance inflation.
    """

    term: str
    df: int
    df_resid: float | None
    statistic: float
    p_value: float
    gvif: float | None = None
    p_value_holm: float | None = None
    type_two: TypeTwo | Skipped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorChange:
    """Before and after of the standard errors: the slope whose error differs most from its classical one.

    Attributes
    ----------
    used : the kind in use
    kind : the kind compared with the classical one: the one in use, or HC3 where that is the classical one
    term : design column with the largest ``|log(after / before)|``
    before, after : its error, classical and of ``kind``
    verdicts : slopes significant at 5% under one of the two but not both
    """

    used: str
    kind: str
    term: str
    before: float
    after: float
    verdicts: int

    @property
    def facts(self) -> Mapping[str, Fact]:
        """For the findings that this answers."""
        return {
            "errors_used": self.used,
            "errors_compared": self.kind,
            "errors_term": self.term,
            "errors_before": self.before,
            "errors_after": self.after,
            "errors_verdicts": self.verdicts,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Inference:
    """Uncertainty of a fit.

    Attributes
    ----------
    kind, because : the covariance in use and the evidence for it
    adjusted : its degrees of freedom (and, for clusters and time, its size) are made for few rows of weight
    distribution : ``"t"`` or ``"normal"``
    level : of the intervals (0.95)
    f_statistic, f_p_value : all slopes are 0, classical; None without slopes
    verdicts_changed : coefficients (intercept aside) significant at 5% under classical or chosen errors but not both
    df_inference : degrees of freedom of the t distribution in use (clusters - 1 when clustered; the smallest of any
        slope where adjusted), None for normal
    covariance, standardised_covariance : (r, r) in use; see ``Covariances.standardised_by_kind`` for the second
    change : what other than classical errors did, or would do; None where no two errors can be compared
    intervals, intervals_because : how intervals and p-values are made: ``"wald"`` from the errors, ``"profile"`` or
        ``"profile-adjusted"`` from the likelihood; the reason is empty where there was no choice
    """

    kind: str
    because: str
    distribution: str
    level: float
    coefficients: tuple[Coefficient, ...]
    term_tests: tuple[TermTest, ...]
    f_statistic: float | None
    f_p_value: float | None
    r_squared: float | None
    adj_r_squared: float | None
    verdicts_changed: int
    covariance: FloatArray
    covariances: Covariances
    standardised_covariance: FloatArray = field(default_factory=lambda: EMPTY)
    decisions: tuple[Decision, ...] = ()
    cluster_by: str | None = None
    findings: tuple[Finding, ...] = ()
    df_inference: float | None = None
    adjusted: bool = False
    change: ErrorChange | None = None
    intervals: str = "wald"
    intervals_because: str = ""

    @property
    def column(self) -> str:
        """Name of the kind in use among ``std_error_by_kind``."""
        return f"{self.kind}-adjusted" if self.adjusted else self.kind
