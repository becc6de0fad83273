"""Section five: the model in full."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.diagnose.value import CaseValue
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import Coefficient, Inference, TypeTwo
from regression_analyzer.report.blocks import (
    MARKS,
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Fold,
    Gallery,
    Grid,
    Heading,
    Notes,
    Paragraph,
    Picture,
    Section,
    name_cell,
)
from regression_analyzer.report.document_model import alias_reason
from regression_analyzer.report.numbers import (
    decimals_for,
    fmt,
    fmt_decimals,
    fmt_int,
    fmt_p,
    fmt_p_cell,
    fmt_pct,
    shorten,
)
from regression_analyzer.report.prose import prose
from regression_analyzer.report.questions import question_for
from regression_analyzer.report.sentences import overall_test
from regression_analyzer.report.sizes import cases_words, event_words
from regression_analyzer.report.view_answer import degrees_words
from regression_analyzer.report.view_intervals import interval_words, ways_grid
from regression_analyzer.report.view_notes import notes_of
from regression_analyzer.report.view_opinions import opinion_blocks

MANY = 40
SHOWN = 15
MOST = 200
SHOWN_CASES = 8

KIND_WORDS = {
    "classical": "classical",
    "HC0": "robust (HC0)",
    "HC1": "robust (HC1)",
    "HC2": "robust (HC2)",
    "HC3": "robust (HC3)",
    "cluster": "clustered",
    "HAC": "robust to autocorrelation (HAC)",
}
ADJUSTED_WORDS = {
    "classical": "allowing for the fitted size (theta) in a small sample",
    "HC2": "with degrees of freedom for few rows of weight",
    "HC3": "with degrees of freedom for few rows of weight",
    "cluster": "adjusted for the number of clusters (CR2)",
    "HAC": "adjusted for the length of the series",
}

SMALLEST_IN_HUNDREDTHS, LARGEST_IN_HUNDREDTHS = 0.1, 1e9


def kind_words(column: str) -> str:
    """Name a kind of standard errors."""
    kind = column.removesuffix("-adjusted")
    words = KIND_WORDS.get(kind, kind)
    return words if kind == column else f"{words}, {ADJUSTED_WORDS.get(kind, 'adjusted')}"


def model_section(analysis: Analysis, pictures: Sequence[Picture]) -> Section:
    """Return the model in full: coefficients, terms, fit, checks, influence, pictures."""
    blocks: list[Block] = [Facts(items=_fit_facts(analysis))]
    blocks.append(Heading(text="Coefficients", anchor="coefficients"))
    blocks.append(Paragraph(text=prose(_covariance_words(analysis))))
    blocks.append(_coefficient_grid(analysis))
    blocks.append(_kinds_fold(analysis))
    if analysis.inference.term_tests:
        blocks.append(_terms_grid(analysis))
    if analysis.fit.aliases:
        blocks.append(_alias_grid(analysis))
    blocks += [Heading(text="Checks", anchor="checks"), _checks_grid(analysis)]
    blocks += opinion_blocks(analysis)
    influence = _influence_grid(analysis)
    if influence is not None:
        blocks += [Heading(text="Rows that weigh most", anchor="influence"), influence]
    notes = notes_of(analysis, ("design", "fit", "diagnose", "explain", ""))
    if notes:
        blocks += [Heading(text="Remarks", anchor="model-remarks"), Notes(items=notes)]
    if pictures:
        blocks += [Heading(text="Pictures", anchor="pictures"), Gallery(pictures=tuple(pictures))]
    return Section(anchor="model", title="The model in full", blocks=tuple(blocks))


def _fit_facts(analysis: Analysis) -> tuple[Fact, ...]:
    fit, inference, design = analysis.fit, analysis.inference, analysis.design
    items = [
        Fact(name="Formula", value=shorten(design.formula, 2000), code=True),
        Fact(name="Family and link", value=f"{fit.family}, {fit.link}"),
        Fact(name="Rows used", value=fmt_int(fit.n_obs)),
        Fact(name="Degrees of freedom", value=f"{fmt_int(fit.df_model)} model, {fmt_int(fit.df_resid)} residual"),
    ]
    if fit.family == "binomial":
        items.append(
            Fact(name="Event", value=f"{event_words(analysis)} ({fmt_pct(fit.y_mean)} of the {cases_words(analysis)})")
        )
    references = [f"{shorten(c)}: {shorten(level)}" for c, level in design.reference_levels.items()]
    if references:
        items.append(Fact(name="Reference levels", value=shorten("; ".join(references), 1000)))
    if inference.r_squared is not None and math.isfinite(inference.r_squared):
        adjusted = inference.adj_r_squared
        second = f" ({fmt(adjusted)} adjusted)" if adjusted is not None and math.isfinite(adjusted) else ""
        items.append(Fact(name="R²", value=f"{fmt(inference.r_squared)}{second}"))
    if fit.family == "gaussian":
        items.append(Fact(name="Residual standard error", value=fmt(fit.sigma, 4)))
    else:
        items.append(Fact(name="Dispersion", value=fmt(fit.dispersion)))
        items.append(
            Fact(name="Deviance", value=f"{_hundredths(fit.deviance)} (null {_hundredths(fit.null_deviance)})")
        )
    if fit.theta is not None:
        error = fit.theta_error
        said = f" (standard error {fmt(error)})" if error is not None and math.isfinite(error) else ""
        items.append(Fact(name="Theta (size)", value=f"{fmt(fit.theta)}{said}"))
    overall = overall_test(analysis)
    if overall:
        items.append(Fact(name="All slopes zero", value=overall))
    items.append(Fact(name="Log-likelihood", value=_hundredths(fit.log_likelihood)))
    items.append(Fact(name="AIC, BIC", value=f"{_hundredths(fit.aic)}, {_hundredths(fit.bic)}"))
    return tuple(items)


def _hundredths(value: float) -> str:
    """Write a likelihood or deviance, of which differences count: to hundredths, whatever its size."""
    return fmt_decimals(value, 2) if SMALLEST_IN_HUNDREDTHS <= abs(value) < LARGEST_IN_HUNDREDTHS else fmt(value, 6)


def _covariance_words(analysis: Analysis) -> str:
    inference = analysis.inference
    kind = kind_words(inference.column)
    by = f" by {shorten(inference.cluster_by)}" if inference.cluster_by else ""
    groups = inference.covariances.n_clusters
    of_groups = f" ({fmt_int(groups)} groups)" if groups is not None else ""
    changed = inference.verdicts_changed
    if inference.kind == "classical":
        compared = ""
    elif changed == 0:
        compared = " Against classical errors no verdict at 5% changes."
    else:
        compared = (
            f" Against classical errors {fmt_int(changed)} verdict{'s' if changed != 1 else ''} at 5% would change."
        )
    because = shorten(inference.because, 400).rstrip(".")
    reason = f", because {because}" if because else ""
    said = f"Standard errors are {kind}{by}{of_groups}{reason}.{_before_and_after(inference)}{compared}"
    return f"{said}{interval_words(inference)}"


def _before_and_after(inference: Inference) -> str:
    """Say before and after for the slope whose error differs most from the classical one."""
    if inference.kind == "classical":
        return ""
    change = inference.change
    if change is None:
        return ""
    ratio = fmt(change.after / change.before, 2)
    most = f"the error of {shorten(change.term)} changes from {fmt(change.before)} to {fmt(change.after)}"
    return f" Furthest from the classical errors: {most} ({ratio} times)."


def _in_order(rows: Sequence[Coefficient]) -> list[Coefficient]:
    """Return coefficients as they stand in the model; the strongest first where they are many."""
    if len(rows) <= MANY:
        return list(rows)
    return sorted(rows, key=lambda row: -abs(row.statistic) if math.isfinite(row.statistic) else 0.0)


def _coefficient_grid(analysis: Analysis) -> Grid:
    rows = _in_order(analysis.inference.coefficients)
    level = fmt_pct(analysis.inference.level)
    title = "t" if analysis.inference.distribution == "t" else "z"
    headings = ("Estimate", "Std. error", f"{level} low", f"{level} high", title, "p", "p (Holm)", "VIF")
    return Grid(
        caption="Coefficients, strongest first" if len(rows) > MANY else "Coefficients",
        columns=(Column(title="Term"), *(Column(title=heading, number=True) for heading in headings)),
        rows=tuple(_coefficient_cells(row) for row in rows[:MOST]),
        shown=SHOWN if len(rows) > MANY else len(rows),
        left_out=max(len(rows) - MOST, 0),
    )


def _coefficient_cells(row: Coefficient) -> tuple[Cell, ...]:
    decimals = decimals_for(row.ci_low, row.ci_high) + 1
    numbers = [_table_number(x, decimals) for x in (row.estimate, row.std_error, row.ci_low, row.ci_high)]
    holm = fmt_p_cell(row.p_value_holm) if row.p_value_holm is not None else ""
    vif = _two_decimals(row.vif)
    statistic = Cell(text=_two_decimals(row.statistic), full=_full(row.statistic))
    p_value = Cell(text=fmt_p_cell(row.p_value), full=_full(row.p_value))
    return (name_cell(row.term), *numbers, statistic, p_value, Cell(text=holm), Cell(text=vif))


def _table_number(x: float, decimals: int) -> Cell:
    if not math.isfinite(x):
        return Cell(text="none")
    if decimals > 7 or abs(x) >= 1e12:
        return Cell(text=fmt(x, 4), full=_full(x))
    return Cell(text=fmt_decimals(x, max(decimals, 0)), full=_full(x))


def _two_decimals(x: float | None) -> str:
    """Write a ratio that readers compare down a column."""
    if x is None or math.isnan(x):
        return ""
    return fmt_decimals(x, 2) if 0.005 <= abs(x) < 1000 or x == 0 else fmt(x)


def _full(x: float) -> str:
    return repr(float(x)) if math.isfinite(x) else ""


def _kinds_fold(analysis: Analysis) -> Fold:
    rows = _in_order(analysis.inference.coefficients)[:MOST]
    kinds = list(rows[0].std_error_by_kind) if rows else []
    grid = Grid(
        caption="Standard error (p) under each kind of error",
        columns=(Column(title="Term"), *(Column(title=kind_words(kind), number=True) for kind in kinds)),
        rows=tuple((name_cell(row.term), *(_kind_cell(row, kind) for kind in kinds)) for row in rows),
    )
    ways = ways_grid(rows, analysis.inference.level)
    return Fold(
        summary="The same under other kinds of standard errors" + ("" if ways is None else " and of intervals"),
        blocks=(grid,) if ways is None else (grid, ways),
    )


def _kind_cell(row: Coefficient, kind: str) -> Cell:
    error = row.std_error_by_kind.get(kind, math.nan)
    if not math.isfinite(error):
        return Cell(text="none")
    p = row.p_value_by_kind.get(kind)
    return Cell(text=f"{fmt(error)} ({fmt_p_cell(p)})" if p is not None else fmt(error), full=_full(error))


def _terms_grid(analysis: Analysis) -> Grid:
    tests = analysis.inference.term_tests
    rows = []
    for test in sorted(tests, key=lambda each: each.p_value) if len(tests) > MANY else tests:
        freedom = f"{test.df}, {fmt(test.df_resid, 4)}" if test.df_resid is not None else str(test.df)
        cells = (
            *(_two_decimals(test.statistic), freedom, fmt_p_cell(test.p_value), _holm_words(test.p_value_holm)),
            *_type_two_words(test.type_two),
            _two_decimals(test.gvif),
        )
        rows.append((name_cell(f"Is {shorten(test.term, 60)} related at all?", 80), *(Cell(text=t) for t in cells)))
    statistic = "F" if tests[0].df_resid is not None else "Chi-square"
    other = "Type II F" if analysis.fit.family == "gaussian" else "Likelihood ratio"
    headings = (statistic, "df", "p", "p (Holm)", other, "p", "GVIF")
    return Grid(
        caption=(
            "Terms as questions: Wald tests under the errors in use; beside them, with classical errors, what a term "
            "adds to all terms that do not contain it"
        ),
        columns=(Column(title="Question"), *(Column(title=heading, number=True) for heading in headings)),
        rows=tuple(rows[:MOST]),
        shown=SHOWN if len(rows) > MANY else len(rows),
        left_out=max(len(rows) - MOST, 0),
    )


def _holm_words(p: float | None) -> str:
    return "" if p is None else fmt_p_cell(p)


def _type_two_words(test: TypeTwo | Skipped | None) -> tuple[str, str]:
    """Return statistic and p of the classical test of a term."""
    if not isinstance(test, TypeTwo):
        return "not asked", ""
    return _two_decimals(test.statistic), fmt_p_cell(test.p_value)


def _alias_grid(analysis: Analysis) -> Grid:
    aliases = analysis.fit.aliases
    rows = [
        (name_cell(analysis.design.columns[alias.column].name), Cell(text=shorten(alias_reason(alias, analysis), 200)))
        for alias in aliases[:MOST]
    ]
    return Grid(
        caption="Columns without a coefficient: they repeat others exactly",
        columns=(Column(title="Term"), Column(title="Because")),
        rows=tuple(rows),
        shown=SHOWN if len(rows) > MANY else len(rows),
        left_out=max(len(aliases) - MOST, 0),
    )


def _checks_grid(analysis: Analysis) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for check in analysis.diagnostics.checks:
        words = question_for(check.name)
        result = check.result
        question = Cell(text=f"{words.question} ({words.method})")
        if isinstance(result, Skipped):
            empty = (Cell(), Cell(), Cell(), Cell(text=f"because: {shorten(result.reason, 200)}"))
            rows.append((question, Cell(mark=MARKS["skipped"]), *empty))
            continue
        size = ""
        if result.effect_size is not None:
            size = f"{result.effect_name or 'size'}: {fmt(result.effect_size)}"
        p = fmt_p_cell(result.p_value) if result.p_value is not None else ""
        freedom = degrees_words(result).removeprefix(" on ").removesuffix(" df").replace(" and ", ", ")
        texts = (fmt(result.statistic), freedom, p, size)
        rows.append((question, Cell(mark=MARKS[result.verdict]), *(Cell(text=text) for text in texts)))
    return Grid(
        caption="All checks, those skipped included",
        columns=(
            Column(title="Question"),
            Column(title="Verdict"),
            Column(title="Statistic", number=True),
            Column(title="df", number=True),
            Column(title="p", number=True),
            Column(title="Size, or why not"),
        ),
        rows=tuple(rows),
    )


def _influence_grid(analysis: Analysis) -> Grid | None:
    influence = analysis.diagnostics.influence
    measures = (influence.cooks_distance, influence.leverage, influence.studentized_residual)
    maps: list[Mapping[int, float]] = [{case.row: case.value for case in cases} for cases in measures]
    wanted: list[int] = []
    for cases in (influence.outliers, *measures):
        wanted.extend(case.row for case in cases[:SHOWN_CASES])
    if not wanted:
        return None
    outlier = {case.row: case for case in influence.outliers}
    rows = [
        (
            Cell(text=fmt_int(row)),
            *(Cell(text=fmt(values[row]) if row in values else "") for values in maps),
            Cell(text=_outlier_words(outlier.get(row))),
        )
        for row in dict.fromkeys(wanted)
    ]
    headings = ("Row of the file", "Cook's distance", "Leverage", "Studentised residual")
    high = f"{fmt_int(influence.n_high_cooks)} rows have a Cook's distance above 4/n"
    return Grid(
        caption=f"Rows with the largest influence ({high}; an empty cell is not among the largest 20)",
        columns=(*(Column(title=heading, number=True) for heading in headings), Column(title="Outlier")),
        rows=tuple(rows),
        shown=12 if len(rows) > 18 else len(rows),
    )


def _outlier_words(case: CaseValue | None) -> str:
    if case is None:
        return ""
    return f"yes ({fmt_p(case.p_value)}, Bonferroni)" if case.p_value is not None else "yes"
