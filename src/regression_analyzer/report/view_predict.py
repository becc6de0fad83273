"""The section on unseen rows: three models side by side, what the line misses, intervals that need no assumption."""

from __future__ import annotations

import math
from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain import Explanation
from regression_analyzer.explain.confirmation import ProposedTerm
from regression_analyzer.explain.conformal import Conformal
from regression_analyzer.explain.judgement import order_of_importance, sharing_credit
from regression_analyzer.explain.permutation import Permutation
from regression_analyzer.explain.robustness import Robustness
from regression_analyzer.explain.scores import Estimate, Scores
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Skipped
from regression_analyzer.report.blocks import Block, Cell, Column, Gallery, Grid, Paragraph, Picture, Section
from regression_analyzer.report.document_explain import validation_of
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct, listing, shorten
from regression_analyzer.report.prose import prose, strong
from regression_analyzer.report.sentences import terms_words
from regression_analyzer.report.sizes import target_unit

SHOWN_SHARES = 15
MOST_SHARES = 60
SCHEMES = {
    "random": "held out at random",
    "grouped": "held out by whole units, so that no unit is on both sides",
    "forward": "predicted forward in time, each part from earlier rows only",
}


def predict_section(analysis: Analysis, pictures: Sequence[Picture]) -> Section | None:
    """Return how well the model predicts; None where the model was not tried."""
    explanation, validation = analysis.explanation, validation_of(analysis.explanation)
    if explanation is None:
        return None
    if validation is None:
        reason = explanation.validation.reason if isinstance(explanation.validation, Skipped) else ""
        return _section([Paragraph(text=prose(f"The model was not tried on rows it has not seen: {reason}."))])
    blocks: list[Block] = [Paragraph(text=prose(_how(validation))), _score_grid(analysis, validation)]
    if isinstance(validation.flexible, Skipped):
        blocks.append(Paragraph(text=prose(f"No flexible model: {validation.flexible.reason}.")))
    blocks.append(Paragraph(text=prose(strong("What a straight line misses. "), _missed(explanation, validation))))
    if isinstance(explanation.proposal, Proposal):
        blocks.append(_proposal_grid(explanation.proposal))
    blocks.extend(Paragraph(text=prose(text)) for text in _remarks(analysis, explanation) if text)
    if pictures:
        blocks.append(Gallery(pictures=tuple(pictures)))
    return _section(blocks)


def _section(blocks: Sequence[Block]) -> Section:
    return Section(anchor="predict", title="How well it predicts", blocks=tuple(blocks))


def _how(validation: Validation) -> str:
    rows = count_of(validation.n_obs, "row")
    sample = ""
    if validation.n_obs < validation.n_total and validation.scheme != "forward":
        sample = f", a sample of {fmt_int(validation.n_total)}"
    return (
        f"{rows[:1].upper()}{rows[1:]}{sample}, in {fmt_int(validation.folds)} parts {SCHEMES[validation.scheme]}; "
        "each part is predicted by models that have not seen it. Intervals hold with 95% confidence."
    )


def _score_grid(analysis: Analysis, validation: Validation) -> Grid:
    binary, gaussian = analysis.fit.family == "binomial", analysis.fit.family == "gaussian"
    unit, prefix = target_unit(analysis)
    plain = analysis.design.target_expression == analysis.design.target
    shown_unit = f" ({prefix or unit})" if plain and (prefix or unit) else ""
    titles = ["Explained"]
    titles += ["AUC", "Brier score"] if binary else [f"Typical error, RMSE{shown_unit}", f"Mean error, MAE{shown_unit}"]
    models: list[tuple[str, Scores]] = [("The average alone", validation.baseline), ("This model", validation.linear)]
    if not isinstance(validation.flexible, Skipped):
        models.append(("A flexible model (boosted trees)", validation.flexible))
    rows = []
    for name, scores in models:
        estimates = (scores.auc, scores.brier) if binary else (scores.rmse, scores.mae)
        texts = (name, share_words(scores.explained), *(_estimate(estimate) for estimate in estimates))
        rows.append(tuple(Cell(text=text) for text in texts))
    measure = "R²" if gaussian else "share of the deviance"
    return Grid(
        caption=f"On unseen rows; explained: {measure}, against the average",
        columns=(Column(title="Model"), *(Column(title=title, number=True) for title in titles)),
        rows=tuple(rows),
    )


def share_words(share: Estimate) -> str:
    """Say a share with its interval (``"75% (70% to 80%)"``)."""
    if share.value == 0.0:
        return "0%"
    if not math.isfinite(share.ci_low):
        return fmt_pct(share.value)
    return f"{fmt_pct(share.value)} ({fmt_pct(share.ci_low)} to {fmt_pct(share.ci_high)})"


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    if not math.isfinite(estimate.ci_low) or estimate.ci_low == estimate.ci_high:
        return fmt(estimate.value)
    return f"{fmt(estimate.value)} ({fmt(estimate.ci_low)} to {fmt(estimate.ci_high)})"


def _missed(explanation: Explanation, validation: Validation) -> str:
    proposal, gain = explanation.proposal, validation.gain
    if gain is None:
        return "Not looked for: there is no flexible model to compare with."
    points = f"{fmt(100 * gain.value, 2)} points ({fmt(100 * gain.ci_low, 2)} to {fmt(100 * gain.ci_high, 2)})"
    if not validation.wins and isinstance(proposal, Skipped):
        return (
            f"Nothing that these rows show: a flexible model gains {points} of what varies, no more than chance or too "
            "little to matter, and no curve and no product of two predictors does better."
        )
    start = f"A flexible model explains {points} more of what varies in unseen rows ({fmt_p(validation.gain_p_value)})."
    if not validation.wins:
        start = "A flexible model does no better here, but a regression with further terms does."
    if isinstance(proposal, Skipped) and not validation.bends:
        within = fmt_pct(validation.within)
        return f"{start} That need not be a bend: on its own rows this model explains {within}, perhaps by heart."
    if isinstance(proposal, Skipped):
        return f"{start} No term is proposed: {proposal.reason}."
    before, after = fmt_pct(proposal.without.value), fmt_pct(proposal.with_terms.value)
    return (
        f"{start} Proposed: {terms_words(proposal)}; with this the model explains "
        f"{share_words(proposal.with_terms_all)}. Found on {fmt_int(proposal.n_proposed_on)} rows and tested on the "
        f"{fmt_int(proposal.n_tested_on)} others: there the share rises from {before} to {after} (flexible model: "
        f"{fmt_pct(proposal.flexible.value)}). To adopt it, use the formula {shorten(proposal.formula, 400)}"
    )


def _kind_words(term: ProposedTerm) -> str:
    if term.kind != "curvature":
        return "depend on each other"
    return f"a curve, instead of {shorten(term.instead_of, 40)}" if term.instead_of else "a curve, beside the line"


def _proposal_grid(proposal: Proposal) -> Grid:
    rows = [
        (
            Cell(text=shorten(term.name, 48), full=term.name if len(term.name) > 48 else ""),
            Cell(text=_kind_words(term)),
            Cell(text=f"F({fmt_int(term.df)}, {fmt_int(term.df2)}) = {fmt(term.statistic)}"),
            Cell(text=fmt_p(term.p_value)),
        )
        for term in proposal.terms
    ]
    return Grid(
        caption="Terms proposed, tested on rows they were not found on (robust errors, Holm)",
        columns=(
            Column(title="Term"),
            Column(title="Kind"),
            Column(title="Test", number=True),
            Column(title="p", number=True),
        ),
        rows=tuple(rows),
    )


def _remarks(analysis: Analysis, explanation: Explanation) -> list[str]:
    remarks = [_interval_remark(analysis, explanation.conformal)]
    remarks.append(_robustness_words(explanation.robustness))
    remarks.append(_fragility_words(explanation))
    return remarks


def _interval_remark(analysis: Analysis, found: Conformal | None) -> str:
    """Say within which distance of their prediction new rows lie."""
    if found is None or analysis.design.target_expression != analysis.design.target:
        return ""
    unit, prefix = target_unit(analysis)

    def amount(value: float) -> str:
        return f"{prefix}{fmt(value, 2)}{f' {unit}' if unit else ''}"

    level = fmt_pct(found.level)
    if not found.local:
        return (
            f"{level} of new rows lie within {amount(found.half_width)} of their prediction, if they are like these. "
            "This comes from the errors on unseen rows and holds whatever their shape (a conformal interval); tried "
            f"on each part with the width of the others, it held {fmt_pct(found.covered)} of the rows."
        )
    first, last = (amount(float(width)) for width in (found.half_widths[0], found.half_widths[-1]))
    return (
        f"{level} of new rows lie within a distance of their prediction that follows the prediction: {first} where "
        f"{amount(float(found.at[0]))} is predicted, {last} where {amount(float(found.at[-1]))} is. This comes from "
        "the errors on unseen rows and holds whatever their shape (a conformal interval); tried on each part with the "
        f"width of the others, it held {fmt_pct(found.covered)} of the rows, {fmt_pct(found.covered_low)} in the "
        f"lowest third of the predictions and {fmt_pct(found.covered_high)} in the highest."
    )


def _robustness_words(rows: Sequence[Robustness]) -> str:
    if not rows:
        return ""
    strongest = max(rows, key=lambda row: row.partial_r_squared)
    if strongest.value_significance <= 0.0:
        return ""
    return (
        f"Something that is not in the table would have to account for {fmt_pct(strongest.value)} of what is left to "
        f"vary in both {shorten(strongest.term)} and the target to bring the coefficient of {shorten(strongest.term)}, "
        f"the strongest, to zero, and for {fmt_pct(strongest.value_significance)} to make it uncertain (robustness "
        "value, Cinelli and Hazlett 2020)."
    )


def _fragility_words(explanation: Explanation) -> str:
    found = explanation.fragility
    if isinstance(found, Skipped) or not found:
        return ""
    said = []
    for one in found:
        few = "more than a tenth of the rows" if one.n_removed is None else count_of(one.n_removed, "row")
        said.append(f"{shorten(one.term)}: {few}")
    listed = "; ".join(said)
    return f"Fewest rows found whose absence would leave the direction open: {listed} (each confirmed by a refit)."


def share_grid(analysis: Analysis) -> Grid | None:
    """Return how the explained variation is shared out, and what each predictor is worth on unseen rows."""
    explanation = analysis.explanation
    if explanation is None:
        return None
    shares = {share.term: share for share in explanation.importance.shares}
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
            cells.append(Cell(text=_interval_words(share.share, share.ci_low, share.ci_high) if share else ""))
        for found in (linear, trees):
            if found:
                worth = found.get(name)
                cells.append(Cell(text=_interval_words(worth.value, worth.ci_low, worth.ci_high) if worth else ""))
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


def _interval_words(value: float, low: float, high: float) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return fmt_pct(value)
    return f"{fmt_pct(value)} ({fmt_pct(low)} to {fmt_pct(high)})"


def agreement_words(analysis: Analysis) -> str:
    """Say whether the methods agree on what matters most, and which predictors share credit; "" without methods."""
    explanation = analysis.explanation
    order = None if explanation is None else order_of_importance(explanation)
    if order is None:
        return ""
    named = order["named"] if isinstance(order["named"], tuple) else ()
    count = len([key for key in order if key not in {"agree", "named"}])
    if order["agree"]:
        said = f"All {fmt_int(count)} ways of weighing predictors put {shorten(str(named[0]))} first."
    else:
        said = f"Ways of weighing predictors differ on what comes first: {listing(named)}."
    together = sharing_credit(analysis.fit, analysis.design)
    if len(together) > 1:
        said += f" {listing(together)} overlap so much that they share credit: their order means little."
    worths = analysis.explanation.permutation if analysis.explanation is not None else None
    if isinstance(worths, Permutation) and any(
        worth.value > 1.0 for worth in (*worths.linear, *(worths.flexible or ()))
    ):
        said += (
            " A loss above 100% means that wrong values of a predictor mislead the model more than having none would."
        )
    return said
