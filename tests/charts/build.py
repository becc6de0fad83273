"""Analyses made by hand from arrays: a small least squares (or logistic) fit, enough for the pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regression_analyzer.analysis import Analysis, Options
from regression_analyzer.charts.gathering import gather_rows
from regression_analyzer.design.value import Categorical, Design, DesignColumn, FamilyName, Numeric, Term
from regression_analyzer.diagnose.value import Binned, CaseValue, Diagnostics, Influence, PartialResiduals, ResidualPlot
from regression_analyzer.explain.value import Domain, PredictionModel
from regression_analyzer.fit.value import Coefficient, Covariances, Fit, FloatArray, Inference
from regression_analyzer.profile.value import ColumnProfile, Level, Profile
from regression_analyzer.table.value import Source

Column = FloatArray | Sequence[str]
NO_BINS = Binned(x=np.empty(0), mean=np.empty(0), low=np.empty(0), high=np.empty(0), count=np.empty(0, dtype=np.int64))


def analysis_of(
    target: str,
    y: FloatArray,
    columns: Mapping[str, Column],
    *,
    family: FamilyName = "gaussian",
    link: str = "identity",
    units: Mapping[str, str] | None = None,
    target_transform: str = "identity",
) -> Analysis:
    """Return an analysis of y by the columns: OLS, or IRLS for a logit link."""
    terms, design_columns, x = _design(columns)
    z = np.log(y) if target_transform == "log" else y
    beta, fitted, weight = _estimate(x, z, link)
    n, k = x.shape
    root = np.sqrt(weight)
    inverse = np.asarray(np.linalg.pinv((x * root[:, None]).T @ (x * root[:, None])), dtype=np.float64)
    leverage = np.clip(np.einsum("ij,jk,ik->i", x * root[:, None], inverse, x * root[:, None]), 0, 1)
    residual = z - fitted
    dispersion = 1.0 if link == "logit" else float(residual @ residual / max(n - k, 1))
    error = np.sqrt(np.diag(inverse) * dispersion)
    standardized = residual / np.sqrt(weight * dispersion * np.clip(1 - leverage, 1e-9, 1)) if n > k else residual
    cooks = standardized**2 * leverage / np.clip(1 - leverage, 1e-9, 1) / k
    profiles = (*(_profile(i, name, c, units or {}) for i, (name, c) in enumerate(columns.items())),)
    profiles += (_profile(len(columns), target, y, units or {}),)
    expression = target if target_transform == "identity" else f"{target_transform}({target})"
    design = Design(
        target=target,
        target_expression=expression,
        target_factor=Numeric(column=target, position=len(columns), transform=target_transform),
        family=family,
        link=link,
        event="yes" if family == "binomial" else None,
        formula="",
        intercept=True,
        predictors=tuple(columns),
        terms=tuple(terms),
        columns=tuple(design_columns),
        n_obs=n,
    )
    fit = _fit(design, x, z, beta, inverse=inverse, dispersion=dispersion)
    inference = _inference(design, x, z, beta, error)
    plot = _plot(z, fitted, residual, standardized=standardized, leverage=leverage, cooks=cooks)
    diagnostics = Diagnostics(
        checks=(), influence=_influence(plot, k), residuals=plot, partial=_partials(terms, x, beta, residual)
    )
    return Analysis(
        options=Options(),
        source=Source(name="made.csv", sha256="", n_bytes=0, format="csv"),
        columns=(*columns, target),
        rows_in_file=n,
        left_out=(),
        transposed=False,
        profile=Profile(columns=profiles, target=target, predictors=tuple(columns)),
        design=design,
        fit=fit,
        inference=inference,
        diagnostics=diagnostics,
        prediction=PredictionModel(
            design=design,
            kept=fit.kept,
            coefficients=beta,
            covariance=inference.covariance,
            cov_unscaled=inverse,
            dispersion=dispersion,
            df_resid=n - k,
            distribution="t",
            domain=Domain(ranges={}, levels={}, max_leverage=1.0),
        ),
        decisions=(),
        findings=(),
    )


def _design(columns: Mapping[str, Column]) -> tuple[list[Term], list[DesignColumn], FloatArray]:
    terms: list[Term] = []
    design = [DesignColumn(name="(Intercept)", term=-1, predictor=None)]
    n = len(next(iter(columns.values())))
    x = [np.ones(n)]
    for position, (name, values) in enumerate(columns.items()):
        first = len(x)
        if isinstance(values, np.ndarray):
            factor: Numeric | Categorical = Numeric(column=name, position=position)
            design.append(DesignColumn(name=name, term=position, predictor=name))
            x.append(values)
        else:
            levels = tuple(sorted(set(values)))
            factor = Categorical(column=name, position=position, levels=levels, reference=levels[0])
            for level in levels[1:]:
                design.append(DesignColumn(name=f"{name}[{level}]", term=position, predictor=name, level=level))
                x.append(np.asarray([float(value == level) for value in values]))
        terms.append(Term(name=name, factors=(factor,), columns=tuple(range(first, len(x)))))
    return terms, design, np.column_stack(x)


def _estimate(x: FloatArray, y: FloatArray, link: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    if link != "logit":
        beta: FloatArray = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=np.float64)
        return beta, x @ beta, np.ones(y.size)
    beta = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        w = np.clip(p * (1 - p), 1e-9, None)
        beta = beta + np.linalg.pinv((x * w[:, None]).T @ x) @ (x.T @ (y - p))
    return beta, p, w


def _fit(
    design: Design, x: FloatArray, y: FloatArray, beta: FloatArray, *, inverse: FloatArray, dispersion: float
) -> Fit:
    n, k = x.shape
    return Fit(
        family=design.family,
        link=design.link,
        kept=np.arange(k),
        aliases=(),
        coefficients=beta,
        cov_unscaled=inverse,
        r_factor=np.eye(k),
        shift=np.zeros(k),
        scale=np.ones(k),
        has_intercept=True,
        n_obs=n,
        df_model=k - 1,
        df_resid=n - k,
        rss=dispersion * (n - k),
        tss=float(np.sum((y - y.mean()) ** 2)),
        dispersion=dispersion,
        deviance=0.0,
        null_deviance=0.0,
        log_likelihood=0.0,
        aic=0.0,
        bic=0.0,
        condition_number=1.0,
        digits=15.0,
        y_mean=float(y.mean()),
        x_mean=x.mean(axis=0),
        x_std=x.std(axis=0, ddof=1),
        y_std=float(y.std(ddof=1)),
    )


def _inference(design: Design, x: FloatArray, y: FloatArray, beta: FloatArray, error: FloatArray) -> Inference:
    spread, sd_y = x.std(axis=0, ddof=1), float(y.std(ddof=1)) or 1.0
    residual = y - x @ beta
    return Inference(
        kind="classical",
        because="",
        distribution="t",
        level=0.95,
        coefficients=tuple(
            Coefficient(
                term=column.name,
                predictor=column.predictor,
                level=column.level,
                estimate=float(beta[i]),
                std_error=float(error[i]),
                statistic=0.0,
                p_value=0.5,
                p_value_holm=None,
                ci_low=float(beta[i] - 1.96 * error[i]),
                ci_high=float(beta[i] + 1.96 * error[i]),
                std_error_by_kind={},
                p_value_by_kind={},
                vif=None,
                std_estimate=float(beta[i] * spread[i] / sd_y),
            )
            for i, column in enumerate(design.columns)
        ),
        term_tests=(),
        f_statistic=None,
        f_p_value=None,
        r_squared=float(1 - residual @ residual / np.sum((y - y.mean()) ** 2)) if design.link == "identity" else None,
        adj_r_squared=None,
        verdicts_changed=0,
        covariance=np.diag(error**2),
        covariances=Covariances(by_kind={}),
    )


def _profile(position: int, name: str, values: Column, units: Mapping[str, str]) -> ColumnProfile:
    if not isinstance(values, np.ndarray):
        found = sorted(set(values))
        levels = tuple(Level(value=level, rows=list(values).count(level)) for level in found)
        return ColumnProfile(
            name=name, position=position, kind="text", role="category", reason="", n_rows=len(values), missing=0,
            distinct=len(found), levels=levels,
        )  # fmt: skip
    counts, edges = np.histogram(values, bins=30)
    probabilities = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
    return ColumnProfile(
        name=name,
        position=position,
        kind="number",
        role="quantity",
        reason="",
        n_rows=values.size,
        missing=0,
        distinct=int(np.unique(values).size),
        integer=bool(np.all(values == np.rint(values))),
        unit=units.get(name),
        minimum=float(values.min()),
        maximum=float(values.max()),
        mean=float(values.mean()),
        std=float(values.std(ddof=1)),
        quantiles={str(p): float(np.quantile(values, p)) for p in probabilities},
        histogram_edges=tuple(float(edge) for edge in edges),
        histogram_counts=tuple(int(count) for count in counts),
    )


def _plot(
    y: FloatArray,
    fitted: FloatArray,
    residual: FloatArray,
    *,
    standardized: FloatArray,
    leverage: FloatArray,
    cooks: FloatArray,
) -> ResidualPlot:
    n = y.size
    shown = np.arange(min(n, 2_000))
    quantiles = np.sort(standardized)[np.linspace(0, n - 1, min(n, 500)).astype(int)]
    normal = np.sort(np.random.default_rng(0).normal(size=100_000))
    levels = (np.arange(1, quantiles.size + 1) - 0.5) / quantiles.size
    return ResidualPlot(
        row=shown + 1,
        y=y[shown],
        fitted=fitted[shown],
        residual=residual[shown],
        standardized=standardized[shown],
        leverage=leverage[shown],
        cooks_distance=cooks[shown],
        n_obs=n,
        residual_by_fitted=gather_rows(fitted, residual) or NO_BINS,
        scale_by_fitted=gather_rows(fitted, np.sqrt(np.abs(standardized))) or NO_BINS,
        observed_by_fitted=gather_rows(fitted, y) or NO_BINS,
        normal_quantiles=np.quantile(normal, levels),
        residual_quantiles=quantiles,
    )


def _influence(plot: ResidualPlot, k: int) -> Influence:
    def top(values: FloatArray) -> tuple[CaseValue, ...]:
        order = np.argsort(-np.abs(values), kind="stable")[:20]
        return tuple(CaseValue(row=int(plot.row[i]), value=float(values[i])) for i in order)

    return Influence(
        leverage=top(plot.leverage),
        cooks_distance=top(plot.cooks_distance),
        studentized_residual=top(plot.standardized),
        dffits=(),
        outliers=(),
        n_high_leverage=0,
        n_high_cooks=0,
        mean_leverage=k / plot.n_obs,
    )


def _partials(terms: list[Term], x: FloatArray, beta: FloatArray, residual: FloatArray) -> tuple[PartialResiduals, ...]:
    parts = []
    for term in terms:
        column = term.columns[0]
        if isinstance(term.factors[0], Numeric):
            values = x[:, column]
            partial = residual + beta[column] * (values - values.mean())
            parts.append(
                PartialResiduals(
                    term=term.name,
                    x=values[:2_000],
                    partial=partial[:2_000],
                    slope=float(beta[column]),
                    bins=gather_rows(values, partial) or NO_BINS,
                )
            )
    return tuple(parts)
