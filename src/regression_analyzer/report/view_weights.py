"""How predictors are weighed: shares of what varies, losses by shuffling, and who shares credit with whom."""

from __future__ import annotations

import math
from collections.abc import Mapping

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.judgement import column_of, order_of_importance, sharing_credit
from regression_analyzer.explain.permutation import Permutation
from regression_analyzer.findings import Fact
from regression_analyzer.report.blocks import Cell, Column, Grid
from regression_analyzer.report.numbers import fmt, fmt_int, fmt_pct, listing, shorten
from regression_analyzer.report.wording.explain import METHODS

SHOWN_SHARES = 15
MOST_SHARES = 60
TENTH = 0.001
NEXT_TO_NOTHING = 0.0005
"""Shares below a twentieth of a percent are about 0%."""


def share_grid(analysis: Analysis) -> Grid | None:
    """Return how the explained variation is shared out, and what each predictor is worth on unseen rows."""
    explanation = analysis.explanation
    if explanation is None:
        return None
    shares = {column_of(analysis.design, share.term): share for share in explanation.importance.shares}
    worths = explanation.permutation
    linear = {w.predictor: w for w in worths.linear} if isinstance(worths, Permutation) else {}
    trees = {w.predictor: w for w in worths.flexible or ()} if isinstance(worths, Permutation) else {}
    if not shares and not linear:
        return None
    names = list(dict.fromkeys((*shares, *linear)))
    rows = []
    for name in names[:MOST_SHARES]:
        share = shares.get(name)
        cells = [Cell(text=shorten(name, 40), full=name if len(name) > 40 else "")]
        if shares:
            cells.append(Cell(text=interval_words(share.share, share.ci_low, share.ci_high) if share else ""))
        for found in (linear, trees):
            if found:
                worth = found.get(name)
                cells.append(Cell(text=interval_words(worth.value, worth.ci_low, worth.ci_high) if worth else ""))
        rows.append(tuple(cells))
    titles = ["Share of what varies (LMG)"] if shares else []
    titles += ["Lost when shuffled, this model"] if linear else []
    titles += ["Lost when shuffled, flexible model"] if trees else []
    return Grid(
        caption="What matters, as shares of what varies in the target, with 95% intervals",
        columns=(Column(title="Predictor"), *(Column(title=title, number=True) for title in titles)),
        rows=tuple(rows),
        shown=SHOWN_SHARES if len(rows) > SHOWN_SHARES + 5 else len(rows),
        left_out=max(len(names) - MOST_SHARES, 0),
    )


def interval_words(value: float, low: float, high: float) -> str:
    """Say a share with its interval; what rounds to nothing at a tenth of a percent is about 0%."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return _share_words(value)
    if max(abs(value), abs(low), abs(high)) < NEXT_TO_NOTHING:
        return "about 0% (0.1% at most either way)"
    return f"{_share_words(value)} ({_end_words(low)} to {_end_words(high)})"


def _share_words(value: float) -> str:
    return _end_words(value) if abs(value) >= NEXT_TO_NOTHING else "about 0%"


def _end_words(value: float) -> str:
    """Say the end of an interval to a tenth of a percent."""
    if abs(value) >= TENTH:
        return fmt_pct(value)
    return "0%" if abs(value) < NEXT_TO_NOTHING else "-0.1%" if value < 0 else "0.1%"


def agreement_words(analysis: Analysis) -> str:
    """Say whether the methods agree on what matters most, and which predictors share credit; "" without methods."""
    explanation = analysis.explanation
    order = None if explanation is None else order_of_importance(explanation, analysis.design)
    if explanation is None or order is None:
        return ""
    said = [_agreement(order), credit_words(analysis)]
    if not explanation.importance.exact:
        error = fmt(100.0 * explanation.importance.sampling_error, 1)
        said.append(
            "Shares are averaged over a sample of the orders in which predictors can enter: their sampling error is "
            f"{error} points at most."
        )
    worths = explanation.permutation
    if isinstance(worths, Permutation) and any(w.value > 1.0 for w in (*worths.linear, *(worths.flexible or ()))):
        said.append("A loss above 100% means that wrong values of a predictor mislead the model more than none would.")
    return " ".join(part for part in said if part)


def _agreement(order: Mapping[str, Fact]) -> str:
    named = order["named"] if isinstance(order["named"], tuple) else ()
    methods = [key for key in order if key in METHODS]
    if order["agree"]:
        ways = "Both" if len(methods) == 2 else f"All {fmt_int(len(methods))}"
        return f"{ways} ways of weighing predictors put {shorten(str(named[0]))} first."
    first = [
        f"{shorten(str(name))} comes first by {listing([METHODS[key] for key in methods if order[key] == name])}"
        for name in named
    ]
    return f"Ways of weighing predictors differ: {'; '.join(first)}."


def credit_words(analysis: Analysis) -> str:
    """Say which predictors overlap so much that credit among them is a matter of convention, and how much; or ""."""
    known = sharing_credit(analysis.design, analysis.inference.term_tests)
    if not known:
        return ""
    ranked = sorted(known.items(), key=lambda item: -item[1])
    said = listing([f"{shorten(name)} ({fmt_pct(share)})" for name, share in ranked])
    verb = "is" if len(ranked) == 1 else "are"
    return (
        f"{said} {verb} largely known from the other predictors (in brackets: how much of its variation). They share "
        "credit: where one is shuffled or left out the others stand in for it, so the order among them means little."
    )
