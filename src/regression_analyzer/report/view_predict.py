"""The section on unseen rows: three models side by side, what the line misses, intervals that need no assumption."""

from __future__ import annotations

import math
from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.explain import Explanation
from regression_analyzer.explain.confirmation import ProposedTerm
from regression_analyzer.explain.conformal import Conformal
from regression_analyzer.explain.robustness import Robustness
from regression_analyzer.explain.scores import Estimate, Scores
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.explain.validation import Validation
from regression_analyzer.findings import Skipped
from regression_analyzer.report.blocks import Block, Cell, Column, Gallery, Grid, Paragraph, Picture, Section
from regression_analyzer.report.calibration_words import calibration_words
from regression_analyzer.report.document_explain import validation_of
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_pct, listing, shorten
from regression_analyzer.report.prose import prose, strong
from regression_analyzer.report.sentences import terms_words
from regression_analyzer.report.sizes import target_unit

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
    calibrated = calibration_words(analysis, validation)
    if calibrated:
        blocks.append(Paragraph(text=prose(calibrated)))
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
    ends = fmt(estimate.ci_low), fmt(estimate.ci_high)
    if not math.isfinite(estimate.ci_low) or ends[0] == ends[1]:
        return fmt(estimate.value)
    return f"{fmt(estimate.value)} ({ends[0]} to {ends[1]})"


def _missed(explanation: Explanation, validation: Validation) -> str:
    proposal, gain = explanation.proposal, validation.gain
    if gain is None:
        return "Not looked for: there is no flexible model to compare with."
    points = f"{fmt(100 * gain.value, 2)} points ({fmt(100 * gain.ci_low, 2)} to {fmt(100 * gain.ci_high, 2)})"
    if not validation.wins and isinstance(proposal, Skipped):
        return (
            f"Nothing that these rows show: a flexible model explains {_points_apart(gain)}, which is no more than "
            "chance or too little to matter, and no curve and no product of two predictors does better."
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


def _points_apart(gain: Estimate) -> str:
    """Say how many points more or less a model explains ("0.9 points less (2.8 less to 1 more)")."""

    def said(value: float) -> str:
        return f"{fmt(abs(100 * value), 2)} {'less' if value < 0 else 'more'}"

    size, way = said(gain.value).split(" ")
    return f"{size} points {way} ({said(gain.ci_low)} to {said(gain.ci_high)})"


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
    remarks.append(_robustness_words(analysis, explanation.robustness))
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


def _robustness_words(analysis: Analysis, rows: Sequence[Robustness]) -> str:
    if not rows:
        return ""
    strongest = max(rows, key=lambda row: row.partial_r_squared)
    if strongest.value_significance <= 0.0:
        return ""
    name, target = shorten(strongest.term), shorten(analysis.design.target)
    share, enough = fmt_pct(strongest.value), fmt_pct(strongest.value_significance)
    return (
        f"Could something that is not in the table account for the strongest relation? To bring the coefficient of "
        f"{name} to zero it would have to explain {share} of what the other predictors leave open in {name}, and as "
        f"much of what they leave open in {target}; with {enough} the direction becomes uncertain (robustness value, "
        "Cinelli and Hazlett 2020)."
    )


def _fragility_words(explanation: Explanation) -> str:
    found = explanation.fragility
    if isinstance(found, Skipped) or not found:
        return ""
    firm = [shorten(one.term) for one in found if one.n_removed is None]
    said = []
    if firm:
        noun, verb, them = ("direction", "stays", "it") if len(firm) == 1 else ("directions", "stay", "them")
        said.append(
            f"the {noun} of {listing(firm)} {verb} clear even without the tenth of the rows that speaks for {them} most"
        )
    for one in found:
        if one.n_removed is not None:
            rows = count_of(one.n_removed, "row")
            said.append(
                f"that of {shorten(one.term)} would be open without {rows} ({fmt_pct(one.n_removed / one.n_obs)})"
            )
    if not firm:
        said[0] = said[0].replace("that of", "the direction of", 1)
    return f"Do a few rows decide? Tried by refitting, {'; '.join(said)}."
