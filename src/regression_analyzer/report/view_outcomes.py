"""All outcomes of a target at once: the part of the document, and the section of the report."""

from __future__ import annotations

import math

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.outcomes import AllOutcomes
from regression_analyzer.findings import Skipped
from regression_analyzer.report.blocks import Block, Cell, Column, Grid, Paragraph, Section
from regression_analyzer.report.json_values import JsonObject, put
from regression_analyzer.report.numbers import ahead_of, fmt, fmt_int, fmt_p_cell, fmt_pct, shorten
from regression_analyzer.report.prose import prose

MOST = 300
SHOWN = 40
MUCH_BETTER = 0.02
LEVEL = 0.05
MOST_NAMED = 3


def outcomes_part(analysis: Analysis) -> JsonObject | None:
    """Return the multinomial model; None where the target has no more than two outcomes."""
    found = analysis.outcomes
    if found is None:
        return None
    if isinstance(found, Skipped):
        return {"family": "multinomial", "outcomes": list(analysis.design.outcomes), "skipped": found.reason}
    part: JsonObject = {
        "family": "multinomial",
        "link": "logit",
        "reference_outcome": found.outcomes[0],
        "outcomes": list(found.outcomes),
        "counts": list(found.counts),
        "n_obs": found.n_obs,
    }
    for key in ("deviance", "null_deviance", "aic", "mcfadden", "accuracy", "majority"):
        put(part, key, getattr(found, key))
    unseen = found.accuracy_unseen
    put(part, "accuracy_unseen", None if isinstance(unseen, Skipped) else unseen, _reason(unseen))
    part["coefficients"] = []
    for row in found.coefficients:
        cells: JsonObject = {"outcome": row.outcome, "term": row.term}
        for key in ("estimate", "std_error", "statistic", "p_value"):
            put(cells, key, getattr(row, key))
        put(cells, "p_value_holm", row.p_value_holm, "the intercept asks no question")
        put(cells, "ci_low", row.ci_low)
        put(cells, "ci_high", row.ci_high)
        part["coefficients"].append(cells)
    part["terms"] = [
        {"term": test.term, "statistic": test.statistic, "df": test.df, "p_value": test.p_value} for test in found.tests
    ]
    part["iterations"] = found.iterations
    return part


def _reason(value: float | Skipped) -> str:
    return value.reason if isinstance(value, Skipped) else ""


def outcomes_section(analysis: Analysis) -> Section | None:
    """Return the section on all outcomes at once; None where there are no more than two."""
    found = analysis.outcomes
    if found is None:
        return None
    target, event = shorten(analysis.design.target), shorten(analysis.design.event or "")
    count = fmt_int(len(analysis.design.outcomes))
    own = prose(
        f"{target} has {count} outcomes. The rest of this report tells {event} from all others; here every outcome is "
        "compared with one reference, in one model (multinomial logistic regression)."
    )
    title = "All outcomes at once"
    if isinstance(found, Skipped):
        reason = prose(f"This model was not fitted, because: {shorten(found.reason, 300)}.")
        return Section(anchor="outcomes", title=title, blocks=(Paragraph(text=own), Paragraph(text=reason)))
    blocks: list[Block] = [Paragraph(text=own), Paragraph(text=prose(*_quality(found)))]
    blocks += [_tests(found), _coefficients(found)]
    return Section(anchor="outcomes", title=title, blocks=tuple(blocks))


def _quality(found: AllOutcomes) -> tuple[str, ...]:
    unseen = found.accuracy_unseen
    guess = f"always naming the most frequent outcome is right in {fmt_pct(found.majority)}"
    own = f"on the {fmt_int(found.n_obs)} rows it was fitted to, the most probable outcome is right in"
    if isinstance(unseen, Skipped):
        said = f"{own[:1].upper()}{own[1:]} {fmt_pct(found.accuracy)}; {guess}."
        return (said, f" On unseen rows it was not tried, because {unseen.reason}.", _fit_words(found))
    gain = unseen - found.majority
    verdict = "" if gain > MUCH_BETTER else " It does no better than that guess."
    return (
        f"In rows it has not seen its most probable outcome is right in {fmt_pct(unseen)}; {guess}.{verdict} "
        f"({own[:1].upper()}{own[1:]} {fmt_pct(found.accuracy)}.)",
        _fit_words(found),
    )


def _fit_words(found: AllOutcomes) -> str:
    deviance = f"{fmt(found.deviance, 5)} (null {fmt(found.null_deviance, 5)})"
    return f" Deviance {deviance}, McFadden's R² {fmt(found.mcfadden)}, AIC {fmt(found.aic, 6)}."


def _tests(found: AllOutcomes) -> Grid:
    rows = [
        tuple(
            Cell(text=text)
            for text in (
                f"Has {shorten(test.term, 60)} a part in any outcome?",
                fmt(test.statistic),
                fmt_int(test.df),
                fmt_p_cell(test.p_value),
            )
        )
        for test in found.tests[:MOST]
    ]
    titles = ("Chi-square", "df", "p")
    return Grid(
        caption="Terms as questions, over all outcomes (Wald tests)",
        columns=(Column(title="Question"), *(Column(title=title, number=True) for title in titles)),
        rows=tuple(rows),
        left_out=max(len(found.tests) - MOST, 0),
    )


def _coefficients(found: AllOutcomes) -> Grid:
    rows = []
    for row in found.coefficients[:MOST]:
        low, high = (math.exp(min(end, 700.0)) for end in (row.ci_low, row.ci_high))
        texts = (
            shorten(row.outcome, 40),
            shorten(row.term, 48),
            fmt(row.estimate),
            fmt(row.std_error),
            f"{fmt(math.exp(min(row.estimate, 700.0)))} ({fmt(low)} to {fmt(high)})",
            fmt_p_cell(row.p_value),
            "" if row.p_value_holm is None else fmt_p_cell(row.p_value_holm),
        )
        rows.append(tuple(Cell(text=text) for text in texts))
    reference = shorten(found.outcomes[0], 60)
    numbers = ("Log odds", "Std. error", "Odds, times (95%)", "p", "p (Holm)")
    return Grid(
        caption=f"Coefficients, each outcome against {reference}",
        columns=(
            Column(title="Outcome"),
            Column(title="Term"),
            *(Column(title=title, number=True) for title in numbers),
        ),
        rows=tuple(rows),
        shown=SHOWN if len(rows) > SHOWN + 10 else len(rows),
        left_out=max(len(found.coefficients) - MOST, 0),
    )


def outcomes_sentence(analysis: Analysis) -> tuple[str, ...]:
    """Say in the answer which outcome the report tells from the others, () for other targets."""
    if not analysis.design.outcomes:
        return ()
    event = shorten(analysis.design.event or "")
    count = fmt_int(len(analysis.design.outcomes))
    together = "The first sentence is about all of them at once; what" if outcomes_headline(analysis) else "What"
    return (
        f"{shorten(analysis.design.target)} has {count} outcomes. {together} follows tells {event} from all others; "
        "the section on all outcomes at once compares each with one reference.",
    )


def outcomes_headline(analysis: Analysis) -> str:
    """Say which predictors have a part in any of several outcomes, ``""`` where no joint model was fitted.

    A predictor is named where its Wald test over all outcomes holds at 5% after Bonferroni's correction.
    """
    found = analysis.outcomes
    if found is None or isinstance(found, Skipped):
        return ""
    target, tests = shorten(analysis.design.target), found.tests
    clear = [test for test in tests if test.p_value * len(tests) < LEVEL]
    clear.sort(key=lambda test: -test.statistic / test.df)
    if not clear:
        return f"None of the predictors shows a clear relation with {target}, all outcomes taken together."
    named = [shorten(test.term) for test in clear[:MOST_NAMED]]
    rest = len(clear) - len(named)
    return f"What goes with {target} {'most is' if len(clear) > 1 else 'is'} {', then '.join(named)}{ahead_of(rest)}."
