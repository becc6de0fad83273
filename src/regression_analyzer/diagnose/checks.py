"""All checks of one fit in one list, each a result or the reason why it is not asked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from regression_analyzer.design.value import Categorical, Design
from regression_analyzer.diagnose import calibration, collinearity, counts, soundness
from regression_analyzer.diagnose.judging import by_size
from regression_analyzer.diagnose.link import link_test
from regression_analyzer.diagnose.pictures import Gathered, column
from regression_analyzer.diagnose.quantile_residuals import quantile_check
from regression_analyzer.diagnose.residual_checks import ResidualChecks
from regression_analyzer.diagnose.scan import Scan
from regression_analyzer.diagnose.value import Check, Influence, TestResult
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Fit

ATTENTION_COOKS = 0.5
PROBLEM_COOKS = 1.0
"""Cook and Weisberg (1982), Residuals and Influence in Regression: look above 0.5, always above 1."""
FEW_OUTLIERS_MATTER = 10_000
"""Above this many rows an outlier is news only if it also has influence."""


def slopes_of(fit: Fit, design: Design) -> tuple[int, ...]:
    """Return the indices among the kept columns that are not the intercept."""
    return tuple(i for i, c in enumerate(fit.kept) if design.columns[int(c)].term >= 0)


def intercept_of(fit: Fit, design: Design) -> int | None:
    """Return the index of the intercept among the kept columns, None where there is none."""
    return next((i for i, c in enumerate(fit.kept) if design.columns[int(c)].term < 0), None)


def term_groups(fit: Fit, design: Design) -> dict[str, list[int]]:
    """Return, by term, the indices of its kept columns among the slopes."""
    groups: dict[str, list[int]] = {}
    for position, i in enumerate(slopes_of(fit, design)):
        term = design.terms[design.columns[int(fit.kept[i])].term]
        groups.setdefault(term.name, []).append(position)
    return groups


def related_groups(fit: Fit, design: Design) -> dict[str, list[int]]:
    """Return groups of slopes that share no source column: a predictor with its squares, products and curves."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for term in design.terms:
        first = root(term.factors[0].column)
        for factor in term.factors[1:]:
            parent[root(factor.column)] = first
    groups: dict[str, list[int]] = {}
    for position, i in enumerate(slopes_of(fit, design)):
        term = design.terms[design.columns[int(fit.kept[i])].term]
        groups.setdefault(root(term.factors[0].column), []).append(position)
    return groups


def inflation(fit: Fit, design: Design, groups: dict[str, list[int]]) -> dict[str, float]:
    """Return GVIF^(1/df) of each group; the ordinary VIF where a group is one column."""
    slopes = collinearity.slope_covariance(fit, slopes_of(fit, design))
    values = collinearity.generalized_vif(slopes, list(groups.values()))
    return {name: v ** (1.0 / len(g)) for (name, g), v in zip(groups.items(), values, strict=True)}


def _vif(fit: Fit, design: Design) -> TestResult | Skipped:
    terms = term_groups(fit, design)
    if len(terms) < 2:
        return Skipped(reason="needs two predictors")
    if not np.isfinite(fit.cov_unscaled).all() and not fit.basis.size:
        return Skipped(reason="the coefficients have no finite errors")
    related = related_groups(fit, design)
    between = max(inflation(fit, design, related).values()) if len(related) > 1 else 1.0
    return collinearity.vif(largest=max(inflation(fit, design, terms).values()), between=between)


def _condition(fit: Fit, design: Design) -> TestResult | Skipped:
    slopes = slopes_of(fit, design)
    if not slopes:
        return Skipped(reason="the model has no predictors")
    straight = [i for i in slopes if _is_plain(design, int(fit.kept[i]))]
    centred = 1.0
    if fit.has_intercept and len(straight) > 1:
        # products, squares and curves resemble their own parts by construction; the plain columns are judged
        centred = collinearity.centred_condition(collinearity.centred_columns(fit, slopes), _places(slopes, straight))
    elif not fit.has_intercept:
        centred = fit.condition_number
    return collinearity.condition_number(belsley=fit.condition_number, centred=centred)


def _places(slopes: Sequence[int], chosen: Sequence[int]) -> list[int]:
    place = {i: position for position, i in enumerate(slopes)}
    return [place[i] for i in chosen]


def _is_plain(design: Design, column: int) -> bool:
    """Whether a column is a predictor itself: not a product, and one of its kind (a factor, or a single column)."""
    term = design.terms[design.columns[column].term]
    if len(term.factors) > 1:
        return False
    factor = term.factors[0]
    return isinstance(factor, Categorical) or (len(term.columns) == 1 and factor.transform != "power")


def _overdispersion(fit: Fit, seen: Scan) -> TestResult | Skipped:
    pearson = fit.pearson_dispersion * fit.df_resid
    if fit.family == "poisson" and seen.counts is not None:
        return counts.poisson_overdispersion(seen.counts, pearson=pearson, df_resid=fit.df_resid)
    if fit.family == "binomial":
        if seen.tally.largest_weight <= 1.0:
            return Skipped(reason="single yes/no rows cannot scatter more than their mean says")
        return counts.grouped_overdispersion(pearson=pearson, df_resid=fit.df_resid)
    return Skipped(reason="the variance of this model is estimated, not assumed")


def _zero_inflation(seen: Scan) -> TestResult | Skipped:
    return Skipped(reason="asked of counts only") if seen.counts is None else counts.zero_inflation(seen.counts)


def _hosmer_lemeshow(fit: Fit, seen: Scan, gathered: Gathered) -> TestResult | Skipped:
    if gathered.calibration is None:
        return Skipped(reason="asked of yes/no targets only")
    if seen.tally.largest_weight > 1.0:
        return Skipped(reason="rows stand for groups; see overdispersion")
    if fit.separation:
        return Skipped(reason="the outcomes are separated: the predicted probabilities are 0 and 1")
    return calibration.hosmer_lemeshow(gathered.calibration)


def _convergence(fit: Fit) -> TestResult | Skipped:
    if fit.family == "gaussian":
        return Skipped(reason="least squares is solved in one step")
    return TestResult(
        statistic=float(fit.iterations),
        p_value=None,
        effect_size=float(fit.iterations),
        effect_name="steps of the iteration",
        verdict="ok" if fit.converged or fit.separation else "problem",
    )


def _influence(influence: Influence) -> TestResult | Skipped:
    if not influence.cooks_distance:
        return Skipped(reason="no row has a finite Cook's distance")
    largest = influence.cooks_distance[0].value
    return TestResult(
        statistic=largest,
        p_value=None,
        effect_size=largest,
        effect_name="largest Cook's distance",
        verdict=by_size(largest, attention=ATTENTION_COOKS, problem=PROBLEM_COOKS),
    )


def _outliers(fit: Fit, influence: Influence) -> TestResult | Skipped:
    if not influence.studentized_residual:
        return Skipped(reason="no row has a finite studentised residual")
    largest = influence.studentized_residual[0]
    moves = bool(influence.cooks_distance) and influence.cooks_distance[0].value >= ATTENTION_COOKS
    seen = bool(influence.outliers) and (fit.n_obs <= FEW_OUTLIERS_MATTER or moves)
    return TestResult(
        statistic=largest.value,
        p_value=largest.p_value,
        effect_size=abs(largest.value),
        effect_name="largest studentised residual",
        verdict="attention" if seen else "ok",
    )


def all_checks(
    fit: Fit, design: Design, seen: Scan, gathered: Gathered, *, residual: ResidualChecks, influence: Influence
) -> tuple[Check, ...]:
    """Put every question to the model, in the order in which a reader wants the answers."""
    rarer = min(seen.tally.events, seen.tally.trials - seen.tally.events)
    before: dict[str, TestResult | Skipped] = {
        "sample_size": soundness.sample_size(
            n=fit.n_obs, r=fit.kept.size, events=math.floor(rarer) if fit.family == "binomial" else None
        ),
        "exact_fit": soundness.exact_fit(fit),
        "digits": soundness.digits(fit),
        "convergence": _convergence(fit),
    }
    after: dict[str, TestResult | Skipped] = {
        "condition_number": _condition(fit, design),
        "vif": _vif(fit, design),
        "outliers": _outliers(fit, influence),
        "influence": _influence(influence),
        "link_test": link_test(fit, seen.link),
        "quantile_residuals": quantile_check(fit, column(seen.selected.sample.values, "normal")),
        "overdispersion": _overdispersion(fit, seen),
        "zero_inflation": _zero_inflation(seen),
        "hosmer_lemeshow": _hosmer_lemeshow(fit, seen, gathered),
        "separation": soundness.separation(fit),
    }
    return (
        *(Check(name=name, result=result) for name, result in before.items()),
        *residual.checks,
        *(Check(name=name, result=result) for name, result in after.items()),
    )
