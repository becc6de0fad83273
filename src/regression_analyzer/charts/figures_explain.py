"""What matters with its intervals, predictions of unseen rows, and the straight line beside a flexible curve."""

from __future__ import annotations

import numpy as np

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.figures_fitted import FEW_POINTS, IDENTITY, wilson
from regression_analyzer.charts.gathering import MOST_POINTS
from regression_analyzer.charts.naming import column_label, rows_text, target_label, target_name
from regression_analyzer.charts.scale import finite_range
from regression_analyzer.charts.text import number, percent, shorten
from regression_analyzer.charts.value import Emphasis, Figure, Mark
from regression_analyzer.explain.curves import Curve
from regression_analyzer.explain.permutation import Permutation
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Skipped
from regression_analyzer.fit.value import FloatArray

MOST_ROWS = 12
ROW_LIMIT = 31
GROUPS = 10
FEWEST_A_GROUP = 20
APART = 0.1


def importance_figure(analysis: Analysis) -> Figure | None:
    """What matters most? Shares of R-squared, or for other families what is lost on unseen rows by shuffling."""
    explanation = analysis.explanation
    if explanation is None:
        return None
    shares = [(s.term, s.share, s.ci_low, s.ci_high) for s in explanation.importance.shares]
    shuffled = not shares
    if shuffled and isinstance(explanation.permutation, Permutation):
        shares = [(w.predictor, w.value, w.ci_low, w.ci_high) for w in explanation.permutation.linear]
    shares = [share for share in shares if np.isfinite(share[1])]
    if not shares:
        return None
    shown = shares[:MOST_ROWS]
    values = np.asarray([row[1:] for row in shown])
    what = target_name(analysis)
    first = f"{shorten(shown[0][0], 60)}: {percent(values[0, 0])}"
    ends = f" ({percent(values[0, 1])} to {percent(values[0, 2])})" if np.isfinite(values[0, 1:]).all() else ""
    more = len(shares) - len(shown)
    how = " is predicted no more when its values are shuffled" if shuffled else ", averaged over all orders of entry"
    told = f"{first}{ends} of what varies in {what}{how}."
    rest = f" {more} smaller ones are left to the table." if more > 1 else ""
    axis = "Explained no more when shuffled, unseen rows" if shuffled else f"Share of what varies in {what}"
    listed = "; ".join(f"{shorten(row[0], 60)}: {percent(row[1])}" for row in shown)
    widest = max(float(np.nanmax(values)), 0.01)
    low, high = np.fmin(values[:, 1], values[:, 0]), np.fmax(values[:, 2], values[:, 0])
    return Figure(
        name="importance",
        title=f"What matters most for {what}?",
        x_label=f"{axis}, with 95% interval",
        y_label="",
        caption=told + rest,
        alt=f"Importance of {len(shown)} predictors, largest first: {listed}.",
        marks=(
            Mark(
                kind="interval",
                name="share",
                y=np.arange(len(shown), dtype=np.float64),
                x=values[:, 0],
                low=low,
                high=high,
                labels=tuple(shorten(row[0], 60) for row in shown),
            ),
        ),
        categories=tuple(shorten(row[0], ROW_LIMIT) for row in shown),
        notes=tuple(percent(value) for value in values[:, 0]),
        reference={"x": 0.0},
        x_range=(min(-0.02 * widest, float(low.min())), 1.04 * widest),
    )


def validation_figure(analysis: Analysis) -> Figure | None:
    """Are unseen rows predicted well? Observed against predicted by models that had not seen the row."""
    explanation = analysis.explanation
    if explanation is None or isinstance(explanation.validation, Skipped):
        return None
    validation = explanation.validation
    if analysis.fit.family == "binomial":
        return _shares_figure(analysis, validation)
    y, predicted = validation.held_out.y, validation.held_out.linear
    span = finite_range(predicted)
    if span is None:
        return None
    what = target_label(analysis)
    explained = validation.linear.explained
    miss = float(np.median(np.abs(y - predicted)))
    share = percent(explained.value) if explained.value > 0 else "nothing"
    told = f"The model explains {share} of what varies in unseen rows; half lie within {number(miss, 2)} of the line."
    rule = Mark(kind="rule", name="agreement", values=IDENTITY, labels=("observed = predicted",), emphasis="model")
    dots = _dots(predicted, y)
    few = dots.x is not None and dots.x.size <= FEW_POINTS
    return Figure(
        name="validation",
        title=f"Is {target_name(analysis)} predicted well in unseen rows?",
        x_label=f"Predicted {what} without having seen the row",
        y_label=f"Observed {what}",
        caption=told,
        alt=(
            f"Observed against predicted {what}, {rows_text(y.size)} held out in {validation.folds} parts, predictions "
            f"from {number(span[0])} to {number(span[1])}. {told}"
        ),
        marks=(rule, dots) if few else (dots, rule),
        x_range=span,
        y_range=finite_range(y),
    )


def _dots(x: FloatArray, y: FloatArray) -> Mark:
    if x.size <= MOST_POINTS:
        return Mark(kind="points", name="held-out rows", x=x, y=y)
    step = -(-x.size // MOST_POINTS)
    name = f"held-out rows (a sample of {x[::step].size:,} of {x.size:,})"
    return Mark(kind="hexbin", name=name, x=x[::step], y=y[::step])


def _shares_figure(analysis: Analysis, validation: Validation) -> Figure | None:
    """Do predicted shares come true in unseen rows? Observed shares in up to ten groups, with 95% intervals."""
    y, predicted = validation.held_out.y, validation.held_out.linear
    count = int(np.clip(y.size // FEWEST_A_GROUP, 2, GROUPS))
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, count) if part.size]
    x = np.asarray([predicted[part].mean() for part in parts])
    share = np.asarray([y[part].mean() for part in parts])
    low, high = wilson(share, np.asarray([float(part.size) for part in parts]))
    held = int(np.sum((x >= low) & (x <= high)))
    auc = validation.linear.auc
    ranked = "" if auc is None else f" In {percent(auc.value)} of pairs the row with the event is ranked higher."
    told = f"{held} of {len(parts)} intervals hold the line of agreement in unseen rows.{ranked}"
    what = target_label(analysis)
    emphasis: Emphasis = "data"
    sticks = tuple(
        Mark(
            kind="line",
            name="95% interval",
            x=np.full(2, x[i]),
            y=np.asarray([low[i], high[i]]),
            emphasis=emphasis,
        )
        for i in range(len(parts))
    )
    return Figure(
        name="validation",
        title=f"Do predicted shares of {target_name(analysis)} come true in unseen rows?",
        x_label=f"Predicted share of {what}, row not seen",
        y_label=f"Observed share of {what}, with 95% interval",
        caption=told,
        alt=f"Observed against predicted share in {len(parts)} groups of {rows_text(y.size)} held out. {told}",
        marks=(
            Mark(kind="rule", name="agreement", values=IDENTITY, labels=("observed = predicted",), emphasis="model"),
            *sticks,
            Mark(kind="points", name="observed share", x=x, y=share),
        ),
        x_range=(0.0, 1.0),
        y_range=(0.0, 1.0),
    )


def line_flexible_figure(analysis: Analysis) -> Figure | None:
    """Is a straight line the right picture? The regression and a flexible model along one predictor."""
    explanation = analysis.explanation
    if explanation is None or not explanation.curves:
        return None
    curves = explanation.curves
    first = curves[0]
    label = column_label(analysis, first.predictor)
    what = target_label(analysis, limit=32)
    told = _departure(curves, target_name(analysis))
    marks: list[Mark] = []
    apart = _furthest(curves)
    for i, curve in enumerate(curves):
        level = f"{shorten(curve.by, 16)} {shorten(curve.level, 14)}" if curve.by else ""
        bent = f"{level}, flexible" if level else "flexible model"
        straight = f"{level}, this model" if level else "this model"
        labels = ("this model",) if i == apart else ()
        marks.append(Mark(kind="line", name=straight, x=curve.x, y=curve.line, labels=labels, emphasis="model"))
        marks.append(Mark(kind="line", name=bent, x=curve.x, y=curve.flexible, labels=(bent,), emphasis="data"))
    return Figure(
        name="line_against_flexible",
        title=f"Does the model follow {shorten(label, 34)} as it is?",
        x_label=label,
        y_label=f"Average predicted {what}",
        caption=told,
        alt=(
            f"Average predictions along {label} from {number(float(first.x[0]))} to {number(float(first.x[-1]))}, by "
            f"this model and by a flexible one. {told}"
        ),
        marks=tuple(marks),
        x_is_date=first.is_date,
    )


def _furthest(curves: tuple[Curve, ...]) -> int:
    return max(range(len(curves)), key=lambda i: float(np.abs(curves[i].flexible - curves[i].line).max()))


def _departure(curves: tuple[Curve, ...], what: str) -> str:
    """Say where the curves lie furthest apart, if that is much of the way they go."""
    gaps = [curve.flexible - curve.line for curve in curves]
    reach = max(float(np.ptp(np.concatenate([c.flexible, c.line]))) for c in curves)
    largest = _furthest(curves)
    curve, place = curves[largest], int(np.argmax(np.abs(gaps[largest])))
    size = abs(float(gaps[largest][place]))
    if not size > APART * reach:
        return "Both models follow the same course."
    side = "above" if gaps[largest][place] > 0 else "below"
    where = f", {shorten(curve.by, 30)} {shorten(curve.level, 20)}" if curve.by else ""
    at = "" if curve.is_date else f" at {number(float(curve.x[place]))}"
    return (
        f"Furthest apart{at}{where}: there the flexible model predicts {number(size, 2)} {side} this model for {what}."
    )
