"""Does another method say the same? Estimators that rows far off cannot pull, beside least squares."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.explain.rows import FINE, Rows, deal
from regression_analyzer.findings import Decision, Finding, Skipped
from regression_analyzer.fit.quantile import quantile_fit
from regression_analyzer.fit.robust import robust_fit
from regression_analyzer.fit.value import Coefficient, Fit, FloatArray, Inference

DECISION = "second_opinions"
HEAVY_TAILS = 1.0
"""Excess kurtosis of the residuals: that of a t distribution with 10 degrees of freedom."""
OUTLIER_LEVEL = 0.05
MOST_ROWS = 5_000
MOST_CELLS = 200_000
"""Rows, and rows times columns, that another method is fitted to; beyond, to a sample."""
ROWS_A_COLUMN = 5
ALPHA = 0.05
MATTERS = 0.1
"""Share of a coefficient by which another estimate may differ: in long tables intervals are shorter than matters."""

METHODS: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "median_regression": quantile_fit,
    "huber": lambda x, y: robust_fit(x, y, "huber").coefficients,
    "bisquare": lambda x, y: robust_fit(x, y, "bisquare").coefficients,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEstimate:
    """One coefficient by another method.

    Attributes
    ----------
    least_squares : of the same rows: the model's own, unless it is a sample
    ci_low, ci_high : of the model
    inside : it differs from least squares by no more than the model's interval reaches, or by less than a tenth
    turned : its sign is the other, and the model's coefficient was clear
    """

    term: str
    estimate: float
    least_squares: float
    ci_low: float
    ci_high: float
    inside: bool
    turned: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Opinion:
    """What another method says.

    Attributes
    ----------
    method : ``"median_regression"``, ``"huber"``, ``"bisquare"``
    n_obs : rows it was fitted to, of ``n_total``
    coefficients : those of least squares, in the same order
    """

    method: str
    n_obs: int
    n_total: int
    coefficients: tuple[OtherEstimate, ...]

    @property
    def outside(self) -> tuple[str, ...]:
        """Terms whose estimate leaves the model's interval, the intercept apart."""
        return tuple(row.term for row in self.coefficients if not row.inside and row.term != "(Intercept)")

    @property
    def turned(self) -> tuple[str, ...]:
        """Clear terms whose sign is the other, the intercept apart."""
        return tuple(row.term for row in self.coefficients if row.turned and row.term != "(Intercept)")

    @property
    def agrees(self) -> bool:
        """No coefficient leaves its interval, and no clear one turns."""
        return not (self.outside or self.turned)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SecondOpinions:
    """``opinions`` hold a result or the reason for none, by method; ``because`` is why they were asked for."""

    because: str
    opinions: Mapping[str, Opinion | Skipped]


def second_opinions(
    design: Design, fit: Fit, inference: Inference, rows: Rows, *, asked: str | None = None, seed: int = 0
) -> tuple[SecondOpinions | Skipped, tuple[Decision, ...], tuple[Finding, ...]]:
    """Fit the median, Huber's and the bisquare estimator where residuals have heavy tails or outliers.

    Parameters
    ----------
    asked : ``"computed"``, ``"skipped"`` or None for what the residuals suggest

    Returns
    -------
    The opinions or the reason for none; the decision, where there is a choice; findings where they differ.

    Raises
    ------
    UsageError
        Anything else asked for.
    """
    if asked not in {None, "computed", "skipped"}:
        raise UsageError(f'"{DECISION}" cannot be "{asked}".', hint="Use computed or skipped.", code="unknown_override")
    reason = _why_not(fit, rows)
    if reason:
        decisions = () if asked is None else (_decision("skipped", reason, asked=True),)
        return Skipped(reason=reason), decisions, ()
    worth, because = _evidence(fit, rows)
    chosen = asked or ("computed" if worth else "skipped")
    decision = _decision(chosen, "asked for" if asked else because, asked=asked is not None)
    if chosen == "skipped":
        return Skipped(reason=because if asked is None else "asked not to"), (decision,), ()
    sample = _sample(rows, seed)
    opinions = {
        name: _opinion(name, method, fit, inference, sample, n_total=rows.n_obs) for name, method in METHODS.items()
    }
    found = SecondOpinions(because=because, opinions=opinions)
    return found, (decision,), _findings(design, found)


def _decision(chosen: str, because: str, *, asked: bool) -> Decision:
    return Decision(
        id=DECISION,
        what="Whether other methods are asked too",
        chosen=chosen,
        because=because,
        rejected=("skipped" if chosen == "computed" else "computed",),
        overridden=asked,
    )


def _why_not(fit: Fit, rows: Rows) -> str:
    if fit.family != "gaussian":
        return "asked for in least squares only"
    if rows.weights is not None:
        return "the rows have weights"
    if len(rows.y) < ROWS_A_COLUMN * len(fit.kept):
        return f"fewer than {ROWS_A_COLUMN} rows for each coefficient"
    if fit.df_resid < 1 or not fit.sigma > 0.0:
        return "nothing is left over that could be far off"
    return ""


def _evidence(fit: Fit, rows: Rows) -> tuple[bool, str]:
    """Judge the tails of the residuals by their size."""
    residual = rows.y - rows.x @ fit.coefficients
    if rows.offset is not None:
        residual = residual - rows.offset
    residual = residual / fit.sigma
    z = residual / math.sqrt(float(np.mean(residual**2)))
    kurtosis = float(np.mean(z**4)) - 3.0
    largest = float(np.abs(z).max())
    limit = -float(stdtrit(max(fit.df_resid, 1), OUTLIER_LEVEL / (2.0 * len(z))))
    if kurtosis > HEAVY_TAILS:
        return True, f"the residuals have heavier tails than a bell shape (excess kurtosis {kurtosis:.2g})"
    if largest > limit:
        return (
            True,
            f"the largest residual is {largest:.2g} standard deviations, beyond what chance gives ({limit:.2g})",
        )
    return False, f"the residuals have no heavy tails (excess kurtosis {kurtosis:.2g}) and none is far off"


def _sample(rows: Rows, seed: int) -> Rows:
    limit = min(MOST_ROWS, max(MOST_CELLS // max(rows.x.shape[1], 1), ROWS_A_COLUMN * rows.x.shape[1]))
    if len(rows.y) <= limit:
        return rows
    return rows.some(deal(rows.row, FINE, seed + 7) < limit / len(rows.y) * FINE)


def _opinion(
    name: str,
    method: Callable[[FloatArray, FloatArray], FloatArray],
    fit: Fit,
    inference: Inference,
    sample: Rows,
    *,
    n_total: int,
) -> Opinion | Skipped:
    place = _place(sample, fit)
    x, y = place.rows(sample)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return Skipped(reason="some columns do not vary by themselves in the sample of rows")
    try:
        estimates = method(x, y)
    except InputError as error:
        return Skipped(reason=error.message)
    plain = [row.estimate for row in inference.coefficients]
    if len(y) < n_total:
        plain = place.coefficients(np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])).tolist()
    estimates = place.coefficients(estimates)
    return Opinion(
        method=name,
        n_obs=len(y),
        n_total=n_total,
        coefficients=tuple(
            _estimate(row, float(value), float(usual))
            for row, value, usual in zip(inference.coefficients, estimates, plain, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Place:
    """Where rows are measured from, and in what units: far offsets and odd sizes eat digits.

    Attributes
    ----------
    shift, scale : (r,) of the columns; y_shift, y_scale : of the target. Shifts are 0 without an intercept first
    constant : there is one
    """

    shift: FloatArray
    scale: FloatArray
    y_shift: float
    y_scale: float
    constant: bool

    def rows(self, sample: Rows) -> tuple[FloatArray, FloatArray]:
        """Return columns and target (its offset taken off)."""
        y = sample.y if sample.offset is None else sample.y - sample.offset
        return (sample.x - self.shift) / self.scale, (y - self.y_shift) / self.y_scale

    def coefficients(self, found: FloatArray) -> FloatArray:
        """Return coefficients of the columns as they are."""
        result = found * (self.y_scale / self.scale)
        if self.constant:
            result[0] += self.y_shift - float(self.shift[1:] @ result[1:])
        return np.asarray(result)


def _place(sample: Rows, fit: Fit) -> _Place:
    x = sample.x
    constant = bool(x.shape[1] and fit.x_std[0] == 0.0 and (x[:, 0] == 1.0).all())
    shift = x.mean(axis=0) if constant else np.zeros(x.shape[1])
    shift[:1] = 0.0
    y = sample.y if sample.offset is None else sample.y - sample.offset
    return _Place(
        shift=shift,
        scale=fit.scale,
        y_shift=float(np.median(y)) if constant else 0.0,
        y_scale=fit.y_scale,
        constant=constant,
    )


def _estimate(row: Coefficient, value: float, usual: float) -> OtherEstimate:
    clear = row.p_value < ALPHA
    room = max((row.ci_high - row.ci_low) / 2.0, MATTERS * abs(usual))
    return OtherEstimate(
        term=row.term,
        estimate=value,
        least_squares=usual,
        ci_low=row.ci_low,
        ci_high=row.ci_high,
        inside=abs(value - usual) <= room,
        turned=clear and value * usual < 0.0,
    )


def _findings(design: Design, found: SecondOpinions) -> tuple[Finding, ...]:
    others = [one for one in found.opinions.values() if isinstance(one, Opinion)]
    outside = tuple(dict.fromkeys(term for one in others for term in one.outside))
    turned = tuple(dict.fromkeys(term for one in others for term in one.turned))
    if not outside and not turned:
        return ()
    return (
        Finding(
            code="second_opinion_differs",
            severity="attention",
            subject=design.target,
            facts={
                "outside": outside,
                "turned": turned,
                "methods": tuple(one.method for one in others if not one.agrees),
                "asked": tuple(one.method for one in others),
                "because": found.because,
            },
        ),
    )
