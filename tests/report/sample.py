"""A complete analysis made by hand from seeded numbers, so that the report can be tested without the other rooms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from regression_analyzer.analysis import Analysis, Options
from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.design.value import Categorical, Design, DesignColumn, Numeric, Term
from regression_analyzer.diagnose.value import (
    Binned,
    CaseValue,
    Check,
    Diagnostics,
    Influence,
    ResidualPlot,
    TestResult,
)
from regression_analyzer.explain.value import Domain, PredictionModel
from regression_analyzer.findings import Decision, Finding, Skipped
from regression_analyzer.fit.value import Coefficient, Covariances, Fit, FloatArray, Inference, TermTest
from regression_analyzer.profile.value import ColumnProfile, LeftOutColumn, Level, Profile
from regression_analyzer.table.value import LeftOut, Source

N = 120
T_CRITICAL = 1.98


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names as a file could have them."""

    target: str = "charges"
    number: str = "age"
    category: str = "smoker"
    reference: str = "no"
    level: str = "yes"
    dropped: str = "row id"
    file: str = "insurance.csv"


HOSTILE = Names(
    target="<script>alert(1)</script>",
    number='"><img src=x onerror=alert(2)>{{7*7}}{% raw %}',
    category="`$x$`|**b**\u202e[a](javascript:alert(3))",
    reference="=cmd|' /C calc'!A0",
    level="</style><svg onload=alert(4)>",
    dropped="'''\n\"\"\"; import os #",
    file="../../<b>evil</b>.csv",
)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Seeded data and their least squares fit."""

    x: FloatArray
    y: FloatArray
    b: FloatArray
    covariance: FloatArray
    unscaled: FloatArray
    residual: FloatArray

    @property
    def csv(self) -> bytes:
        lines = ["row id,age,smoker,charges"]
        for i in range(N):
            smoker = "yes" if self.x[i, 2] else "no"
            lines.append(f"{i + 1},{float(self.x[i, 1])!r},{smoker},{float(self.y[i])!r}")
        return ("\n".join(lines) + "\n").encode()


def numbers(seed: int = 7) -> Numbers:
    random = np.random.default_rng(seed)
    age = np.round(random.uniform(18, 64, N), 0)
    smoker = (random.uniform(size=N) < 0.3).astype(float)
    y = np.round(2000.0 + 250.0 * age + 23000.0 * smoker + random.normal(0, 4000, N), 2)
    x = np.column_stack([np.ones(N), age, smoker])
    unscaled = np.linalg.inv(x.T @ x)
    b = unscaled @ x.T @ y
    residual = y - x @ b
    sigma2 = float(residual @ residual) / (N - 3)
    return Numbers(x=x, y=y, b=b, covariance=unscaled * sigma2, unscaled=unscaled, residual=residual)


def coefficient(term: str, b: float, se: float, **other: Any) -> Coefficient:
    fields: dict[str, Any] = {
        "predictor": None,
        "level": None,
        "p_value": 1e-6,
        "p_value_holm": None,
        "vif": None,
        "std_estimate": None,
    } | other
    return Coefficient(
        term=term,
        estimate=b,
        std_error=se,
        statistic=b / se,
        ci_low=b - T_CRITICAL * se,
        ci_high=b + T_CRITICAL * se,
        std_error_by_kind={"classical": se, "HC3": 1.1 * se},
        p_value_by_kind={"classical": fields["p_value"], "HC3": fields["p_value"]},
        **fields,
    )


def design(names: Names) -> Design:
    age = Numeric(column=names.number, position=1)
    smoker = Categorical(
        column=names.category, position=2, levels=(names.reference, names.level), reference=names.reference
    )
    level = f"{names.category}[{names.level}]"
    return Design(
        target=names.target,
        target_expression=names.target,
        target_factor=Numeric(column=names.target, position=3),
        family="gaussian",
        link="identity",
        event=None,
        formula=f"`{names.target}` ~ `{names.number}` + `{names.category}`",
        intercept=True,
        predictors=(names.number, names.category),
        terms=(
            Term(name=names.number, factors=(age,), columns=(1,)),
            Term(name=names.category, factors=(smoker,), columns=(2,)),
        ),
        columns=(
            DesignColumn(name="(Intercept)", term=-1, predictor=None),
            DesignColumn(name=names.number, term=0, predictor=names.number),
            DesignColumn(name=level, term=1, predictor=names.category, level=names.level),
        ),
        n_obs=N,
        reference_levels={names.category: names.reference},
    )


def fit(data: Numbers) -> Fit:
    rss, centred = float(data.residual @ data.residual), data.y - data.y.mean()
    shift, scale = np.array([0.0, data.x[:, 1].mean(), data.x[:, 2].mean()]), np.array([1.0, 8.0, 0.5])
    return Fit(
        family="gaussian",
        link="identity",
        kept=np.arange(3),
        aliases=(),
        coefficients=data.b,
        cov_unscaled=data.unscaled,
        r_factor=np.linalg.qr((data.x - shift) / scale)[1],
        shift=shift,
        scale=scale,
        has_intercept=True,
        n_obs=N,
        df_model=2,
        df_resid=N - 3,
        rss=rss,
        tss=float(centred @ centred),
        dispersion=rss / (N - 3),
        deviance=rss,
        null_deviance=float(centred @ centred),
        log_likelihood=-1163.4,
        aic=2334.8,
        bic=2345.9,
        condition_number=9.1,
        digits=14.2,
        y_mean=float(data.y.mean()),
        x_mean=data.x.mean(axis=0),
        x_std=data.x.std(axis=0, ddof=1),
        y_std=float(data.y.std(ddof=1)),
    )


def inference(data: Numbers, names: Names) -> Inference:
    errors = np.sqrt(np.diag(data.covariance))
    rows = (
        coefficient("(Intercept)", data.b[0], errors[0]),
        coefficient(
            names.number, data.b[1], errors[1], predictor=names.number, p_value_holm=2e-6, vif=1.01, std_estimate=0.3
        ),
        coefficient(
            f"{names.category}[{names.level}]",
            data.b[2],
            errors[2],
            predictor=names.category,
            level=names.level,
            p_value_holm=2e-6,
            vif=1.01,
            std_estimate=0.8,
        ),
    )
    centred = data.y - data.y.mean()
    r_squared = 1 - float(data.residual @ data.residual) / float(centred @ centred)
    return Inference(
        kind="classical",
        because="the errors spread about evenly",
        distribution="t",
        level=0.95,
        coefficients=rows,
        term_tests=(
            TermTest(term=names.number, df=1, df_resid=N - 3, statistic=40.0, p_value=1e-6),
            TermTest(term=names.category, df=1, df_resid=N - 3, statistic=900.0, p_value=1e-16),
        ),
        f_statistic=480.0,
        f_p_value=1e-40,
        r_squared=r_squared,
        adj_r_squared=r_squared - 0.002,
        verdicts_changed=0,
        covariance=data.covariance,
        covariances=Covariances(by_kind={"classical": data.covariance}),
    )


def profile(data: Numbers, names: Names) -> Profile:
    def number(name: str, position: int, values: FloatArray, role: Any = "quantity") -> ColumnProfile:
        counts, edges = np.histogram(values, bins=10)
        points = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
        return ColumnProfile(
            name=name,
            position=position,
            kind="number",
            role=role,
            reason="numbers that vary",
            n_rows=N,
            missing=0,
            distinct=len(np.unique(values)),
            minimum=float(values.min()),
            maximum=float(values.max()),
            mean=float(values.mean()),
            std=float(values.std(ddof=1)),
            quantiles={str(q): float(np.quantile(values, q)) for q in points},
            histogram_edges=tuple(float(e) for e in edges),
            histogram_counts=tuple(int(c) for c in counts),
        )

    smokers = int(data.x[:, 2].sum())
    category = ColumnProfile(
        name=names.category,
        position=2,
        kind="yes_no",
        role="yes_no",
        reason="two spellings",
        n_rows=N,
        missing=0,
        distinct=2,
        levels=(Level(value=names.reference, rows=N - smokers), Level(value=names.level, rows=smokers)),
    )
    return Profile(
        columns=(
            number(names.dropped, 0, np.arange(1.0, N + 1), "identifier"),
            number(names.number, 1, data.x[:, 1]),
            category,
            number(names.target, 3, data.y),
        ),
        target=names.target,
        predictors=(names.number, names.category),
        left_out=(LeftOutColumn(name=names.dropped, code="identifier", reason="every row has another value"),),
    )


def diagnostics(data: Numbers) -> Diagnostics:
    cases = tuple(CaseValue(row=row, value=0.3 / row) for row in range(1, 21))
    bins = Binned(
        x=np.array([1.0, 2.0]),
        mean=np.zeros(2),
        low=-np.ones(2),
        high=np.ones(2),
        count=np.array([60, 60], dtype=np.int64),
    )
    fitted = data.x @ data.b
    return Diagnostics(
        checks=(
            Check(
                name="breusch_pagan",
                result=TestResult(
                    statistic=1.2, df=2, p_value=0.55, effect_size=1.1, effect_name="spread ratio", verdict="ok"
                ),
            ),
            Check(name="reset", result=TestResult(statistic=9.0, df=2, df2=115, p_value=2e-4, verdict="attention")),
            Check(name="condition_number", result=TestResult(statistic=9.1, p_value=None, verdict="ok")),
            Check(name="durbin_watson", result=Skipped(reason="no column orders the rows")),
        ),
        influence=Influence(
            leverage=cases,
            cooks_distance=cases,
            studentized_residual=cases,
            dffits=cases,
            outliers=(CaseValue(row=17, value=4.6, p_value=0.001),),
            n_high_leverage=3,
            n_high_cooks=2,
            mean_leverage=3 / N,
        ),
        residuals=ResidualPlot(
            row=np.arange(1, N + 1),
            y=data.y,
            fitted=fitted,
            residual=data.residual,
            standardized=data.residual,
            leverage=np.full(N, 3 / N),
            cooks_distance=np.zeros(N),
            n_obs=N,
            residual_by_fitted=bins,
            scale_by_fitted=bins,
            observed_by_fitted=bins,
            normal_quantiles=np.zeros(2),
            residual_quantiles=np.zeros(2),
        ),
    )


def analysis(names: Names | None = None, *, seed: int = 7) -> Analysis:
    """Return a complete analysis; its numbers are those of ``numbers(seed)``."""
    names, data = names or Names(), numbers(seed)
    specified, fitted, concluded = design(names), fit(data), inference(data, names)
    return Analysis(
        options=Options(),
        source=Source(
            name=names.file,
            sha256=hashlib.sha256(data.csv).hexdigest(),
            n_bytes=len(data.csv),
            format="csv",
            encoding="utf-8",
            delimiter=",",
            decimal=".",
            header_row=1,
        ),
        columns=(names.dropped, names.number, names.category, names.target),
        rows_in_file=N + 2,
        left_out=(LeftOut(reason=f"no value in {names.number}", rows=2, lines=(5, 9)),),
        transposed=False,
        profile=profile(data, names),
        design=replace(specified, left_out=(LeftOut(reason=f"no value in {names.number}", rows=2, lines=(5, 9)),)),
        fit=fitted,
        inference=concluded,
        diagnostics=diagnostics(data),
        prediction=PredictionModel(
            design=specified,
            kept=fitted.kept,
            coefficients=fitted.coefficients,
            covariance=concluded.covariance,
            cov_unscaled=fitted.cov_unscaled,
            dispersion=fitted.dispersion,
            df_resid=fitted.df_resid,
            distribution="t",
            domain=Domain(
                ranges={names.number: (18.0, 64.0)},
                levels={names.category: (names.reference, names.level)},
                max_leverage=0.1,
            ),
        ),
        decisions=(
            Decision(
                id="table.encoding",
                what="Character encoding",
                chosen="utf-8",
                because="it decodes",
                rejected=("cp1252",),
            ),
            Decision(
                id="target",
                what="What is explained",
                chosen=names.target,
                because="the last quantity",
                rejected=(names.number,),
            ),
        ),
        findings=(
            Finding(code="made_up_info", severity="info", facts={"rows": 3}),
            Finding(code="made_up_problem", severity="problem", subject=names.category, facts={"share": 0.5}),
        ),
        seconds=0.5,
    )


def figures(names: Names | None = None) -> tuple[Figure, ...]:
    names = names or Names()
    interval = Mark(
        kind="interval",
        name="effect",
        x=np.array([250.0, 23000.0]),
        y=np.array([0.0, 1.0]),
        low=np.array([200.0, 22000.0]),
        high=np.array([300.0, 24000.0]),
    )
    points = Mark(kind="points", name="rows", x=np.arange(100.0), y=np.arange(100.0) * 2)
    return (
        Figure(
            name="coefficients",
            title=f"What goes with {names.target}",
            x_label=names.target,
            y_label="",
            caption="Smoking goes with most.",
            alt=f"Intervals for {names.number} and {names.category}.",
            marks=(interval,),
            categories=(names.number, f"{names.category}: {names.level}"),
        ),
        Figure(
            name="residuals",
            title="Is the spread even?",
            x_label="fitted",
            y_label="residual",
            caption="No pattern.",
            alt="A cloud without pattern.",
            marks=(points,),
        ),
    )
