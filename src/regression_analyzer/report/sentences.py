"""The answer in sentences, made by rules from facts. They say what goes together, never more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Numeric
from regression_analyzer.explain.shape import Proposal
from regression_analyzer.findings import SEVERITY_ORDER, Skipped
from regression_analyzer.report.averages import average_sentence
from regression_analyzer.report.document_explain import validation_of
from regression_analyzer.report.effects import Effect, effects
from regression_analyzer.report.numbers import ahead_of, fmt, fmt_int, fmt_p, fmt_pct, listing, shorten
from regression_analyzer.report.prose import Prose, Span, plain_text, prose, strong
from regression_analyzer.report.ranking import by_predictor
from regression_analyzer.report.sizes import (
    Scale,
    cases_words,
    effect_words,
    event_words,
    open_words,
    scale_of,
    target_unit,
)
from regression_analyzer.report.view_outcomes import outcomes_headline, outcomes_sentence
from regression_analyzer.report.view_penalized import chosen_sentence
from regression_analyzer.report.wording import words_for
from regression_analyzer.report.wording.abroad import ASSOCIATION

MOST_EFFECTS = 3
MOST_OPEN = 3
LITTLE = 0.1
NOT_MORE = ", which is not clearly more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Section one.

    Attributes
    ----------
    headline : which predictors go with the target, the one that accounts for most first
    chosen : on which rows columns were chosen, or which of several outcomes is told; empty elsewhere
    effects : a sentence for each of the first three
    quality : how well the model describes the rows
    open_questions : predictors of which nothing can be said, with the sizes left open
    caution : the most serious finding, or that there is none
    association : what the data cannot say
    """

    headline: Prose
    chosen: Prose
    effects: tuple[Prose, ...]
    quality: tuple[Prose, ...]
    open_questions: tuple[Prose, ...]
    caution: Prose
    association: Prose

    def paragraphs(self) -> tuple[Prose, ...]:
        """Return everything in reading order."""
        parts = (self.chosen, *self.effects, *self.quality, *self.open_questions, self.caution, self.association)
        return (self.headline, *(part for part in parts if part))


def answer(analysis: Analysis) -> Answer:
    """Return the answer of an analysis in sentences."""
    found = effects(analysis)
    scale = scale_of(analysis)
    return Answer(
        headline=headline(analysis, found),
        chosen=chosen_sentence(analysis) or prose(*outcomes_sentence(analysis)),
        effects=tuple(
            prose(*effect_sentence(effect, scale), average_sentence(analysis, effect)) for effect in leading(found)
        ),
        quality=quality(analysis),
        open_questions=open_questions(found, scale),
        caution=caution(analysis),
        association=association(analysis),
    )


def narrative(analysis: Analysis) -> list[str]:
    """Return the answer as plain sentences, for the document."""
    return [plain_text(part) for part in answer(analysis).paragraphs()]


def headline(analysis: Analysis, found: Sequence[Effect]) -> Prose:
    """Say which predictors go with the target; of several outcomes, with any of them."""
    together = outcomes_headline(analysis)
    if together:
        return prose(strong(together))
    target = event_words(analysis) if analysis.design.outcomes else shorten(analysis.design.target)
    if not found and analysis.selection is not None:
        return prose(strong(f"No column could be shown to go with {target}; it is described by its average alone."))
    if not found:
        return prose(strong(f"{target} is described by its average alone: the model has no predictors."))
    told = [effect for effect in found if (effect.clear or effect.together) and not effect.too_small]
    clear = {name for effect in told for name in effect.predictors}
    named = [shorten(part.name) for part in by_predictor(analysis) if part.name in clear]
    if not named and analysis.fit.separation:
        return prose(
            strong(f"The predictors settle {target} for some or all rows without exception (separation)"),
            ": how much each counts cannot be told.",
        )
    if not named:
        return prose(strong(f"None of the predictors shows a clear relation with {target} in these rows."))
    if len(named) == 1:
        return prose(strong(f"What goes with {target} is {named[0]}."))
    order = ", then ".join(named[:MOST_EFFECTS])
    rest = len(named) - MOST_EFFECTS
    return prose(strong(f"What goes with {target} most is {order}"), f"{ahead_of(rest)}.")


def leading(found: Sequence[Effect]) -> list[Effect]:
    """Return the effects to tell first: one a predictor, the clear level that differs most, else any level."""
    best: dict[str, Effect] = {}
    for effect in found:
        if not (effect.clear or effect.together) or effect.too_small or effect.where:
            continue
        known = best.get(effect.term)
        if known is None or (effect.clear, abs(effect.size.value)) > (known.clear, abs(known.size.value)):
            best[effect.term] = effect
    return list(best.values())[:MOST_EFFECTS]


def effect_sentence(effect: Effect, scale: Scale) -> Prose:
    """Say what one step goes with."""
    where = f", where {effect.where}" if effect.where else ""
    if effect.kind == "product":
        return _product_sentence(effect, scale)
    if effect.together:
        whole = f" as a whole goes with {scale.noun} ({fmt_p(effect.term_p_value)})"
        return prose(strong(shorten(effect.column)), f"{whole}, though no level differs clearly from the reference.")
    size = effect_words(effect.size, scale, clear=effect.clear)
    between = ": " if effect.kind == "level" else " "
    start = strong(f"{shorten(effect.column)}{between}{effect.step}")
    small = " This is visible, but too small to matter." if effect.too_small and effect.clear else ""
    if effect.unit is None or not effect.clear or effect.unit == effect.size:
        return prose(start, f"{where} goes with {scale.noun} {size}.{small}")
    unit = effect_words(effect.unit, scale, clear=True)
    return prose(start, f"{where} goes with {scale.noun} {size}; each {effect.unit_name} with {unit}.{small}")


def _product_sentence(effect: Effect, scale: Scale) -> Prose:
    """Say how the part of one predictor differs with another."""
    size = effect_words(effect.size, scale, clear=effect.clear)
    names = listing(effect.predictors)
    start = strong(f"What {names} go with depends on each other: ")
    return prose(start, f"for {effect.step}, {scale.noun} differs, beyond the parts of each alone: {size}.")


def quality(analysis: Analysis) -> tuple[Prose, ...]:
    """Say how well the model describes the rows it was fitted to."""
    fit, target = analysis.fit, shorten(analysis.design.target_expression)
    rows = fmt_int(fit.n_obs)
    if fit.df_resid <= 0:
        return (prose(f"There are as many coefficients as rows ({rows}), so nothing can be said of uncertainty."),)
    share, name = explained(analysis)
    if share is None:
        return (prose(f"The model was fitted to {rows} rows."),)
    little = "explains little: " if share < LITTLE else "explains "
    parts: list[str | Span] = [f"On the {rows} rows it was fitted to, the model {little}", strong(fmt_pct(share))]
    parts.append(f" of what varies in {target} ({name})")
    parts.append(f"{_typical_error(analysis)}.")
    return (prose(*parts), *_unseen(analysis))


def _unseen(analysis: Analysis) -> tuple[Prose, ...]:
    """Say how well it predicts rows it has not seen, and whether a straight line is the right picture."""
    validation = validation_of(analysis.explanation)
    if validation is None or analysis.explanation is None:
        return (prose("It was not tried on rows it has not seen; there it will do somewhat less well."),)
    ours = validation.linear.explained.value
    share = fmt_pct(ours) if ours >= 0 else "nothing (it does no better than the average)"
    parts: list[str | Span] = ["Of what varies in unseen rows it explains ", strong(share)]
    if isinstance(validation.flexible, Skipped):
        return (prose(*parts, "."),)
    theirs = fmt_pct(validation.flexible.explained.value)
    proposal = analysis.explanation.proposal
    if not isinstance(proposal, Skipped):
        return (prose(*parts, "."), _adopted(proposal, theirs if validation.wins else ""))
    if not validation.wins:
        return (prose(*parts, f"; a flexible model explains {theirs}{NOT_MORE}."),)
    if not validation.bends:
        return (prose(*parts, f"; a flexible model, which does not know its own rows so closely, {theirs}."),)
    said = strong("Something is not a straight line: ")
    return (prose(*parts, "."), prose(said, f"a flexible model explains {theirs} of what varies in such rows."))


def _adopted(proposal: Proposal, flexible: str) -> Prose:
    """Say what the proposed terms would gain."""
    beside = f" (a flexible model: {flexible})" if flexible else ""
    return prose(
        strong("It is not the whole story: "),
        f"a model that also holds {terms_words(proposal)} explains {fmt_pct(proposal.with_terms_all.value)} of what "
        f"varies in unseen rows{beside}. It is one formula away, in section 4.",
    )


def terms_words(proposal: Proposal) -> str:
    """Name the proposed terms, and those whose place they take."""
    return listing(
        [term.name + (f" instead of {term.instead_of}" if term.instead_of else "") for term in proposal.terms]
    )


def explained(analysis: Analysis) -> tuple[float | None, str]:
    """Return the share explained, and the name of the measure."""
    fit, r_squared = analysis.fit, analysis.inference.r_squared
    if fit.family == "gaussian":
        if r_squared is None or not math.isfinite(r_squared):
            return None, ""
        adjusted = analysis.inference.adj_r_squared
        said = f", {fmt_pct(adjusted)} adjusted" if adjusted is not None and math.isfinite(adjusted) else ""
        return r_squared, f"R²{said}"
    if not fit.null_deviance > 0 or not math.isfinite(fit.deviance):
        return None, ""
    return 1.0 - fit.deviance / fit.null_deviance, "share of the deviance"


def _typical_error(analysis: Analysis) -> str:
    fit, design = analysis.fit, analysis.design
    if fit.family == "binomial":
        return f"; {event_words(analysis)} is seen in {fmt_pct(fit.y_mean)} of the {cases_words(analysis)}"
    if fit.family != "gaussian":
        return f"; the average is {fmt(fit.y_mean)}"
    factor = design.target_factor
    plain = isinstance(factor, Numeric) and factor.transform == "identity"
    unit, prefix = target_unit(analysis) if plain else ("", "")
    after = f" {unit}" if unit else ""
    mean = f" (the average is {prefix}{fmt(fit.y_mean, 4)}{after})" if plain else ""
    typical = "a row of weight 1" if fit.weighted else "a typical row"
    return f" and is off by about {prefix}{fmt(fit.sigma, 2)}{after} on {typical}{mean}"


def open_questions(found: Sequence[Effect], scale: Scale) -> tuple[Prose, ...]:
    """Say for which predictors the data leave the direction open, and what sizes remain possible."""
    said_of = [effect for effect in found if effect.clear or effect.together or effect.kind == "product"]
    settled = {name for effect in said_of for name in effect.predictors}
    unsure: dict[str, Effect] = {}
    for effect in found:
        if effect.column not in settled and effect.kind != "product":
            unsure.setdefault(effect.column, effect)
    if not unsure:
        return ()
    said = []
    for effect in list(unsure.values())[:MOST_OPEN]:
        if math.isfinite(effect.size.low) and math.isfinite(effect.size.high):
            said.append(f"{shorten(effect.column)} ({effect.step}, {open_words(effect.size, scale)})")
        else:
            said.append(f"{shorten(effect.column)} (no interval can be given)")
    names = list(unsure)[MOST_OPEN:]
    more = f"; the same holds for {listing(names)}" if names else ""
    return (prose(strong("Too uncertain to say: "), f"{'; '.join(said)}{more}."),)


def caution(analysis: Analysis) -> Prose:
    """Say the most serious finding, and how many more there are."""
    serious = [finding for finding in analysis.findings if finding.severity != "info"]
    if not serious:
        return prose("No check of the data or the model found anything that needs attention.")
    worst = min(serious, key=lambda finding: SEVERITY_ORDER[finding.severity])
    words = words_for(worst)
    others = len(serious) - 1
    more = f" {fmt_int(others)} more {'point needs' if others == 1 else 'points need'} attention." if others else ""
    advice = f" {words.advice}" if words.advice else ""
    return prose(strong("Before you rely on it: "), f"{words.evidence}{advice}{more}")


def association(analysis: Analysis) -> Prose:
    """Say what no analysis of such data can."""
    if not analysis.design.predictors:
        return ()
    target = shorten(analysis.design.target)
    return prose(ASSOCIATION.format(target=target))


def overall_test(analysis: Analysis) -> str:
    """Say the test of all slopes at once, "" where there is none."""
    inference, fit = analysis.inference, analysis.fit
    if inference.f_statistic is None or not math.isfinite(inference.f_statistic):
        return ""
    return f"F({fit.df_model}, {fmt_int(fit.df_resid)}) = {fmt(inference.f_statistic)}, {fmt_p(inference.f_p_value)}"
