"""Uncertainty of a fit under the chosen covariance: coefficients, terms as questions, the whole model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from regression_analyzer.design.value import Blocks, Design
from regression_analyzer.findings import Decision
from regression_analyzer.fit.choose_kind import ADJUSTED, choose_kind
from regression_analyzer.fit.likelihood_intervals import WALD, likelihood_ways
from regression_analyzer.fit.second_pass import has_intercept_column
from regression_analyzer.fit.tails import critical, f_tail, holm, two_sided
from regression_analyzer.fit.term_tests import term_tests
from regression_analyzer.fit.trust import doubts
from regression_analyzer.fit.value import Coefficient, Covariances, ErrorChange, Fit, FloatArray, Inference, Reach

LEVEL = 0.95
ALPHA = 0.05
NO_SLOPE = 1e-12
"""Without any residual, an effect below this share of the target's spread is none."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Table:
    """Standard errors, statistics and p-values of one kind, (r,) each."""

    errors: FloatArray
    statistics: FloatArray
    p_values: FloatArray


def infer(
    fit: Fit,
    covariances: Covariances,
    design: Design,
    *,
    kind: str = "auto",
    evidence: Mapping[str, float] | None = None,
    level: float = LEVEL,
    blocks: Blocks | None = None,
    intervals: str = "auto",
) -> Inference:
    """Judge every coefficient, every term and the whole model.

    Parameters
    ----------
    kind : ``"auto"`` or a kind of covariance; ``"cluster:COLUMN"`` needs a design specified with that key
    evidence : measures that replace ``Covariances.evidence`` in the choice
    blocks : the rows, for likelihood ratios and likelihood intervals of families other than the gaussian
    intervals : ``"auto"``, ``"wald"``, ``"profile"`` or ``"profile-adjusted"``, see ``likelihood_intervals``

    Notes
    -----
    t distribution with the residual degrees of freedom where the dispersion is estimated (gaussian, gamma,
    quasi families) and errors are classical or the family is gaussian, with G - 1 when clustered; normal otherwise.
    Adjusted kinds have degrees of freedom of their own
    for each coefficient (``Covariances.freedom``), whatever the family. The p-values of separated coefficients are
    NaN: they do not exist. Of yes/no and count models whose likelihood is lopsided, statistics, p-values and intervals
    are the likelihood's own. Holm's adjustment is over all coefficients but the intercept.
    """
    choice = choose_kind(kind, fit, covariances, design, evidence or {})
    estimated = design.dispersion_estimated or fit.family in {"gaussian", "gamma"}
    undefined = _undefined(fit)
    column = f"{choice.kind}{ADJUSTED}" if choice.adjusted else choice.kind
    tables = {
        name: _table(fit, covariances, name, _freedom(fit, covariances, name, estimated=estimated), undefined)
        for name in dict.fromkeys((*covariances.by_kind, column))
    }
    chosen, freedom = tables[column], _freedom(fit, covariances, column, estimated=estimated)
    ways = likelihood_ways(
        fit,
        design,
        blocks,
        _wald(fit, tables["classical"], level),
        level=level,
        kind=intervals,
        classical=column == "classical",
        usual=not choice.asked,
    )
    own = () if ways is None else ways.own
    if own:
        chosen = replace(
            chosen,
            statistics=np.asarray([reach.statistic for reach in own]),
            p_values=np.asarray([reach.p_value for reach in own]),
        )
    start = 1 if has_intercept_column(fit) else 0
    adjusted: list[float | None] = [None] * start + list(holm([float(p) for p in chosen.p_values[start:]]))
    f_statistic, f_p_value = _whole_model(fit)
    clustered = choice.kind == "cluster"
    matrix = column if column in covariances.by_kind else choice.kind
    name = column if not clustered else f"{column}:{design.cluster_column}"
    return Inference(
        kind=choice.kind,
        because=choice.because,
        distribution="normal" if freedom is None else "t",
        level=level,
        coefficients=_coefficients(
            fit,
            design,
            tables=tables,
            chosen=chosen,
            adjusted=adjusted,
            freedom=freedom,
            level=level,
            reaches=() if ways is None else ways.reaches,
            own=own,
        ),
        term_tests=term_tests(
            fit,
            design,
            covariances,
            kind=matrix,
            freedom=freedom,
            undefined=undefined,
            blocks=blocks,
            statistics=chosen.statistics if own else None,
        ),
        f_statistic=f_statistic,
        f_p_value=f_p_value,
        r_squared=fit.r_squared,
        adj_r_squared=_adjusted_r_squared(fit),
        verdicts_changed=_verdicts_changed(tables["classical"], chosen, start),
        covariance=covariances.by_kind[matrix],
        standardised_covariance=covariances.standardised_by_kind[matrix],
        covariances=covariances,
        decisions=(
            Decision(
                id="covariance",
                what="Standard errors",
                chosen=name,
                because=choice.because,
                rejected=choice.rejected,
                overridden=choice.asked,
            ),
            *(() if ways is None else (ways.decision,)),
        ),
        cluster_by=design.cluster_column if clustered else None,
        findings=doubts(fit, covariances, design, choice),
        df_inference=None if freedom is None else float(freedom[start:].min(initial=float(fit.df_resid))),
        adjusted=choice.adjusted,
        change=_change(fit, design, tables, column, start),
        intervals=WALD if ways is None else ways.chosen,
        intervals_because="" if ways is None else ways.because,
    )


def _wald(fit: Fit, table: _Table, level: float) -> tuple[Reach, ...]:
    """Return what normal intervals of classical errors say, the way of the families that fix their dispersion."""
    reach = critical(level, None)
    return tuple(
        Reach(
            statistic=float(table.statistics[j]),
            p_value=float(table.p_values[j]),
            ci_low=float(estimate - reach * table.errors[j]),
            ci_high=float(estimate + reach * table.errors[j]),
        )
        for j, estimate in enumerate(fit.coefficients)
    )


def _change(fit: Fit, design: Design, tables: Mapping[str, _Table], column: str, start: int) -> ErrorChange | None:
    """Compare the errors in use, or HC3 ones where those are the classical, with the classical ones."""
    kind = column if column.removesuffix(ADJUSTED) != "classical" else "HC3"
    if kind not in tables:
        return None
    classical, other = tables["classical"], tables[kind]
    before, after = classical.errors[start:], other.errors[start:]
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.abs(np.log(after / before))
    size = np.where(np.isfinite(size), size, -1.0)
    if not size.size or size.max() < 0.0:
        return None
    most = int(size.argmax())
    return ErrorChange(
        used=column,
        kind=kind,
        term=design.columns[int(fit.kept[start + most])].name,
        before=float(before[most]),
        after=float(after[most]),
        verdicts=_verdicts_changed(classical, other, start),
    )


def _freedom(fit: Fit, covariances: Covariances, column: str, *, estimated: bool) -> FloatArray | None:
    """Return the degrees of freedom (r,) of each coefficient under one kind of errors; None for the normal."""
    if column.endswith(ADJUSTED):
        return covariances.freedom.get(column, covariances.freedom.get(column.removesuffix(ADJUSTED)))
    # the dispersion is no part of robust errors: by convention (R's coeftest, statsmodels) they are normal for
    # families other than the gaussian, whether it is estimated or not
    if not estimated or (column != "classical" and fit.family != "gaussian"):
        return None
    clustered = column == "cluster" and covariances.n_clusters is not None
    return np.full(len(fit.kept), float((covariances.n_clusters or 1) - 1 if clustered else fit.df_resid))


def _undefined(fit: Fit) -> npt.NDArray[np.bool_]:
    """Mask (r,) of coefficients without a finite value; all of them where outcomes are separated completely."""
    complete = any(
        finding.code in {"separation", "runaway_coefficient"} and bool(finding.facts.get("complete"))
        for finding in fit.findings
    )
    lost = set(fit.separation)
    return np.asarray([complete or int(j) in lost for j in fit.kept], dtype=bool)


def _table(
    fit: Fit, covariances: Covariances, column: str, freedom: FloatArray | None, undefined: npt.NDArray[np.bool_]
) -> _Table:
    matrices = covariances.scaled_by_kind
    variances = np.diag(matrices[column if column in matrices else column.removesuffix(ADJUSTED)])
    with np.errstate(invalid="ignore", over="ignore"):
        errors = np.sqrt(np.maximum(variances, 0.0)) * covariances.unit
    statistics = np.asarray([_statistic(fit, j, float(errors[j])) for j in range(len(errors))])
    errors = np.where(undefined, np.nan, errors)
    statistics = np.where(undefined, np.nan, statistics)
    return _Table(
        errors=errors,
        statistics=statistics,
        p_values=np.asarray([two_sided(float(t), _of(freedom, j)) for j, t in enumerate(statistics)]),
    )


def _of(freedom: FloatArray | None, j: int) -> float | None:
    return None if freedom is None else float(freedom[j])


def _statistic(fit: Fit, j: int, error: float) -> float:
    estimate = float(fit.coefficients[j])
    if error > 0:
        return estimate / error
    spread = float(fit.x_std[j]) if fit.x_std[j] > 0 else 1.0
    if abs(estimate) * spread <= NO_SLOPE * max(fit.y_std, abs(fit.y_mean)):
        return 0.0
    return math.copysign(math.inf, estimate)


def _coefficients(
    fit: Fit,
    design: Design,
    *,
    tables: Mapping[str, _Table],
    chosen: _Table,
    adjusted: Sequence[float | None],
    freedom: FloatArray | None,
    level: float,
    reaches: Sequence[Mapping[str, Reach]],
    own: Sequence[Reach],
) -> tuple[Coefficient, ...]:
    result = []
    constant = has_intercept_column(fit)
    for j, index in enumerate(fit.kept):
        column = design.columns[int(index)]
        estimate, error = float(fit.coefficients[j]), float(chosen.errors[j])
        margin = critical(level, _of(freedom, j)) * error
        vif = float(fit.vif[j])
        result.append(
            Coefficient(
                term=column.name,
                predictor=column.predictor,
                level=column.level,
                estimate=estimate,
                std_error=error,
                statistic=float(chosen.statistics[j]),
                p_value=float(chosen.p_values[j]),
                p_value_holm=adjusted[j],
                ci_low=own[j].ci_low if own else estimate - margin,
                ci_high=own[j].ci_high if own else estimate + margin,
                std_error_by_kind={name: float(t.errors[j]) for name, t in tables.items()},
                p_value_by_kind={name: float(t.p_values[j]) for name, t in tables.items()},
                vif=None if math.isnan(vif) else vif,
                std_estimate=None if constant and j == 0 else _standardised(fit, j),
                df=_of(freedom, j),
                by_interval=reaches[j] if reaches else {},
            )
        )
    return tuple(result)


def _standardised(fit: Fit, j: int) -> float | None:
    moved = float(fit.coefficients[j]) * float(fit.x_std[j])
    if fit.family != "gaussian":
        return moved
    return moved / fit.y_std if fit.y_std > 0 else None


def _whole_model(fit: Fit) -> tuple[float | None, float | None]:
    """Classical F test that all slopes are 0 (gaussian)."""
    if fit.family != "gaussian" or fit.df_model < 1 or fit.r_squared is None:
        return None, None
    finite = 0 < fit.rss < math.inf and 0 < fit.tss < math.inf
    explained, left = (fit.tss - fit.rss, fit.rss) if finite else (fit.r_squared, 1.0 - fit.r_squared)
    if left <= 0:
        return (math.inf, 0.0) if explained > 0 else (None, None)
    statistic = max(explained, 0.0) / fit.df_model / (left / fit.df_resid)
    return statistic, f_tail(statistic, fit.df_model, fit.df_resid)


def _adjusted_r_squared(fit: Fit) -> float | None:
    if fit.r_squared is None:
        return None
    total = fit.n_obs - int(fit.has_intercept)
    return 1.0 - (1.0 - fit.r_squared) * total / fit.df_resid


def _verdicts_changed(classical: _Table, chosen: _Table, start: int) -> int:
    before, after = classical.p_values[start:] < ALPHA, chosen.p_values[start:] < ALPHA
    return int((before != after).sum())
