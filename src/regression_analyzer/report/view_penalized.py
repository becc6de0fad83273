"""The section on a penalised fit: why, what was chosen, how steadily, how it predicts, and what other rows say."""

from __future__ import annotations

import math

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain.selection import Selection
from regression_analyzer.report.blocks import Block, Cell, Column, Grid, Paragraph, Section, name_cell
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct, shorten
from regression_analyzer.report.prose import Prose, prose, strong
from regression_analyzer.report.sizes import event_words

SHOWN = 15
MOST = 200
NO_BETTER = 0.0
STEADY = 0.8


def penalized_section(analysis: Analysis) -> Section | None:
    """Return how columns were chosen or shrunk; None for a plain fit."""
    found = analysis.selection
    if found is None:
        return None
    blocks: list[Block] = [Paragraph(text=prose(*_why(found)))]
    if found.halves is not None:
        blocks.append(Paragraph(text=prose(*_halves(found))))
    blocks += [Paragraph(text=_unseen(analysis)), _grid(analysis, found), Paragraph(text=prose(_caution(found)))]
    title = "How the columns were chosen" if found.halves is not None else "The shrunken model"
    return Section(anchor="chosen", title=title, blocks=tuple(blocks))


def chosen_sentence(analysis: Analysis) -> Prose:
    """Say in the answer that columns were chosen, and on which rows; empty for a plain fit."""
    found = analysis.selection
    if found is None or found.halves is None:
        return ()
    return prose(strong("How the columns were chosen: "), *_why(found), " ", *_halves(found))


def _method(found: Selection) -> str:
    return "least squares" if found.shrunken.family == "gaussian" else "maximum likelihood"


def _why(found: Selection) -> tuple[str, ...]:
    rows, columns = fmt_int(found.whole.n_obs), count_of(len(found.whole.columns), "coefficient")
    decision = next(d for d in found.whole.decisions if d.id == "estimator")
    asked, method = decision.overridden, _method(found)
    start = f"The {found.shrunken.estimator} was asked for." if asked else ""
    if found.whole.n_obs <= len(found.whole.columns):
        said = f"{rows} rows cannot settle {columns}: {method} has no single answer and would fit any target."
    elif asked:
        said = "It pays for large coefficients, so that they describe chance less."
    elif found.shrunken.family == "gaussian":
        said = f"{rows} rows are few for {columns}: least squares would mostly describe chance."
    else:
        said = f"{decision.because}; it would mostly describe chance."
    return (f"{start} {said}".strip(),)


def _halves(found: Selection) -> tuple[str, ...]:
    halves = found.halves
    if halves is None:
        return ()
    count = len(found.design.terms)
    one, other = fmt_int(len(halves.choosing)), fmt_int(len(halves.testing))
    chose = count_of(count, "column") if count else "no column at all"
    limited = " (the most that the others can test)" if halves.limited else ""
    if not count:
        return (f"On {one} rows drawn at random the lasso chose {chose}, so nothing is tested on the {other} others.",)
    return (
        f"{one} rows drawn at random chose {chose}{limited}; the {other} others, which had no part in the choice, "
        f"tested them by {_method(found)}. Every interval and p-value of this report is of those rows.",
    )


def _unseen(analysis: Analysis) -> Prose:
    found = analysis.selection
    if found is None:
        return ()
    shrunken = found.shrunken
    share = shrunken.unseen_explained
    if not math.isfinite(share):
        return prose("How well it predicts unseen rows cannot be said: the target does not vary there.")
    said = "nothing: it does no better than the average" if share <= NO_BETTER else f"{fmt_pct(share)} {_of(found)}"
    counts = " (as a Poisson count, whose means need no variance to be right)" if found.theta is not None else ""
    return prose(
        strong("On rows it has not seen "),
        f"the {shrunken.estimator} of all {fmt_int(shrunken.n_obs)} rows{counts} explains {said}; "
        f"{_predicted(analysis)} in new rows is predicted with it. Measured in {fmt_int(shrunken.folds)} parts, each "
        "predicted by models that have not seen it, with an allowance for choosing the penalty on them.",
    )


def _predicted(analysis: Analysis) -> str:
    """Name what is predicted of new rows: a chance, or the target itself."""
    binary = analysis.design.family == "binomial"
    return f"the chance of {event_words(analysis)}" if binary else shorten(analysis.design.target)


def _of(found: Selection) -> str:
    """Say of what a share is explained, and how far predictions are off."""
    shrunken = found.shrunken
    error, average = (math.sqrt(max(v, 0.0)) for v in (shrunken.unseen_mse, shrunken.null_mse))
    if shrunken.family == "gaussian":
        return f"of what varies (typical error {fmt(error)}, of the average {fmt(average)})"
    if shrunken.family == "poisson":
        return f"of the deviance (typical error {fmt(error)}, of the average {fmt(average)})"
    ranked = "" if found.auc is None else f"AUC {fmt(found.auc, 2)}, "
    return f"of the deviance ({ranked}Brier score {fmt(shrunken.unseen_mse)}, of the average {fmt(shrunken.null_mse)})"


SCALES = {
    "gaussian": ("Coefficient", "Per standard deviation"),
    "binomial": ("Coefficient (log odds)", "Odds times, per standard deviation"),
    "poisson": ("Coefficient (log)", "Times, per standard deviation"),
}


def _grid(analysis: Analysis, found: Selection) -> Grid:
    shrunken = found.shrunken
    order = np.argsort(-np.abs(shrunken.standardised), kind="stable")
    order = order[shrunken.standardised[order] != 0.0]
    tested = {row.term: row for row in analysis.inference.coefficients}
    rows = []
    for j in order[:MOST]:
        name = found.whole.columns[int(found.columns[j])].name
        own = tested.get(name)
        cells = [
            name_cell(name),
            Cell(text=fmt(float(shrunken.coefficients[j])), full=repr(float(shrunken.coefficients[j]))),
            Cell(text=fmt(_per_deviation(found, int(j)))),
        ]
        if shrunken.stability is not None:
            cells.append(Cell(text=fmt_pct(float(shrunken.stability[j]))))
        missing = "not among the chosen"
        cells.append(Cell(text=missing if own is None else f"{fmt(own.estimate)} ({fmt_p(own.p_value)})"))
        rows.append(tuple(cells))
    titles = list(SCALES[shrunken.family])
    titles += [f"Chosen in {fmt_int(shrunken.resamples)} halves"] if shrunken.stability is not None else []
    elsewhere = "Tested on other rows" if found.halves is not None else _method(found).capitalize()
    return Grid(
        caption=f"Coefficients of the {shrunken.estimator} of all rows, largest first (no p-values belong to them)",
        columns=(Column(title="Column"), *(Column(title=t, number=True) for t in (*titles, elsewhere))),
        rows=tuple(rows),
        shown=SHOWN if len(rows) > SHOWN + 5 else len(rows),
        left_out=max(len(order) - MOST, 0),
    )


def _per_deviation(found: Selection, j: int) -> float:
    """Return what a standard deviation more of a column goes with: a difference, or a factor of the odds or mean."""
    size = float(found.shrunken.standardised[j])
    return size if found.shrunken.family == "gaussian" else math.exp(size)


def _caution(found: Selection) -> str:
    shrunken = found.shrunken
    end = (
        "Their sizes are pulled towards 0, and what was chosen on these rows has no honest p-value on them. "
        "A column that was not chosen is not thereby shown to be unrelated: another may stand in for it."
    )
    if shrunken.stability is None:
        return f"The ridge keeps every column. {end}"
    taken = shrunken.coefficients != 0.0
    steady = int((shrunken.stability[taken] >= STEADY).sum())
    total = int(taken.sum())
    if not total:
        return f"The lasso of all rows takes no column: nothing in them predicts better than the average. {end}"
    return (
        f"Of the {count_of(total, 'column')} that the lasso of all rows takes, {fmt_int(steady)} "
        f"{'is' if steady == 1 else 'are'} also taken in {fmt_pct(STEADY)} or more of the halves drawn again. {end}"
    )
