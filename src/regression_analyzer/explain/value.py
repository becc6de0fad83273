"""What a fitted model says of rows, and how well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regression_analyzer.design.value import Design
from regression_analyzer.explain.conformal import Conformal
from regression_analyzer.fit.value import EMPTY, FloatArray, IntArray

PENALISED = "penalised"
"""``PredictionModel.kind`` of coefficients without a covariance: the dispersion is their error on unseen rows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Domain:
    """The part of the world the model has seen.

    Attributes
    ----------
    ranges : numeric predictor -> (smallest, largest) value among the rows used
    levels : category -> its levels
    max_leverage : largest ``x' (X'WX)^-1 x`` among the rows used (their leverage, where all weights are 1);
        infinite where it is not known
    """

    ranges: Mapping[str, tuple[float, float]]
    levels: Mapping[str, tuple[str, ...]]
    max_leverage: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PredictionModel:
    """Everything needed to predict new rows; can be written to and read from the analysis document.

    Attributes
    ----------
    design : terms to replay (its positions are those of the original table; columns are matched by name)
    kept, coefficients, covariance, cov_unscaled : as in ``Fit`` and ``Inference``
    dispersion, df_resid, theta, distribution : for intervals
    df_mean : degrees of freedom of the mean's interval, clusters - 1 when clustered; None: ``df_resid``
    kind : of ``covariance`` (``"HC3"``), or ``PENALISED``
    r_factor, shift, scale, level_at_shift : as in ``Fit``; with them predictions and leverages keep their
        digits where columns lie far from 0
    standardised_covariance : of the coefficients of ``(x - shift) / scale``, for the same reason; empty in models
        written before there was one
    escape : as in ``Fit``: rows along it have no interval; empty without separation
    outcomes, outcome_coefficients : several outcomes, the reference first, and (m, r) the coefficients of the
        others against it; empty elsewhere
    outcomes_missing : why there are none for a target with several outcomes, else ""
    conformal : widths of intervals from the errors on unseen rows, None where there are none
    """

    design: Design
    kept: IntArray
    coefficients: FloatArray
    covariance: FloatArray
    cov_unscaled: FloatArray
    dispersion: float
    df_resid: int
    distribution: str
    domain: Domain
    theta: float | None = None
    df_mean: float | None = None
    kind: str = "classical"
    r_factor: FloatArray = field(default_factory=lambda: EMPTY)
    shift: FloatArray = field(default_factory=lambda: EMPTY)
    scale: FloatArray = field(default_factory=lambda: EMPTY)
    level_at_shift: float = 0.0
    standardised_covariance: FloatArray = field(default_factory=lambda: EMPTY)
    escape: FloatArray = field(default_factory=lambda: EMPTY)
    conformal: Conformal | None = None
    outcomes: tuple[str, ...] = ()
    outcome_coefficients: FloatArray = field(default_factory=lambda: EMPTY)
    outcomes_missing: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Predictions:
    """One entry a row of the new table; NaN and a reason where a row cannot be predicted.

    Attributes
    ----------
    row : (m,) 1-based rows of the new table
    predicted, ci_low, ci_high : (m,) response scale; interval of the mean
    pi_low, pi_high : (m,) interval for a single new case (NaN where the family has none)
    conformal_low, conformal_high : (m,) the same from the errors on unseen rows, whatever their shape (NaN where
        the model has none, or none at this level)
    note : what a prediction is where it is not a mean (``"the median, ..."``) or not all that was to be expected
        (one outcome of several), else ""
    in_domain : (m,) bool
    reason : one text a row, "" where in the domain
    outcomes, probabilities : of a target with several outcomes: (m, k) the probability of each; empty elsewhere
    """

    row: IntArray
    predicted: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    pi_low: FloatArray
    pi_high: FloatArray
    conformal_low: FloatArray
    conformal_high: FloatArray
    in_domain: tuple[bool, ...]
    reason: tuple[str, ...]
    level: float = 0.95
    note: str = ""
    outcomes: tuple[str, ...] = ()
    probabilities: FloatArray = field(default_factory=lambda: EMPTY)
