"""The first sections: the answer, whether to trust it, and what matters by how much."""

from __future__ import annotations

from collections.abc import Sequence

from regression_analyzer.analysis import Analysis
from regression_analyzer.diagnose.value import Check, TestResult
from regression_analyzer.explain.selection import KEPT_ASIDE
from regression_analyzer.findings import SEVERITY_ORDER, Finding, Skipped
from regression_analyzer.report.averages import averages_grid
from regression_analyzer.report.blocks import (
    MARKS,
    Block,
    Card,
    CardRow,
    Cell,
    Column,
    Gallery,
    Grid,
    Paragraph,
    Picture,
    Section,
)
from regression_analyzer.report.effects import SIGNIFICANT, Effect, effects
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_p, fmt_p_cell, fmt_pct, shorten
from regression_analyzer.report.prose import prose, strong
from regression_analyzer.report.questions import QUESTIONS, question_for
from regression_analyzer.report.sentences import answer
from regression_analyzer.report.sizes import cell_words, scale_of
from regression_analyzer.report.view_weights import agreement_words, share_grid
from regression_analyzer.report.wording import room_of, words_for
from regression_analyzer.report.wording.abroad import around

SHOWN_EFFECTS = 25
MOST_EFFECTS = 200
SHOWN_FINE = 5
MANY_LOST = 0.05

ROOM_QUESTIONS = {
    "table": "Was the file read rightly?",
    "cells": "Were the cells read rightly?",
    "profile": "Are the columns what they seem?",
    "design": "Is the model specified soundly?",
    "fit": "Can the estimates be trusted?",
    "diagnose": "Do the assumptions hold?",
    "explain": "Does it hold for new rows?",
}
ROWS_LOST = "Were rows lost?"
ABOUT_LOST_ROWS = frozenset({"left_out_rows_differ", "many_rows_left_out", "predictor_too_empty", "mostly_missing"})


def answer_section(analysis: Analysis, aside: Picture | None) -> Section:
    """Return section one."""
    first, *others = answer(analysis).paragraphs()
    blocks: list[Block] = [Paragraph(text=first, lead=True)]
    blocks.extend(Paragraph(text=text) for text in others)
    if (told := analysis.narrative) is not None:
        words = around(told.language)
        text = prose(strong(words.heading), told.text, words.checked.format(by=shorten(told.by, 60)))
        blocks.append(Paragraph(text=text, language=told.language))
    notes = (finding for finding in analysis.findings if finding.code == "llm_language")
    blocks.extend(Paragraph(text=prose(words_for(note).evidence)) for note in notes)
    return Section(anchor="answer", title="The answer", blocks=tuple(blocks), aside=aside)


def trust_section(analysis: Analysis) -> Section:
    """Return the report card: serious findings first, then the checks that are fine."""
    rows = [*_finding_rows(analysis.findings), _rows_row(analysis), *_check_rows(analysis)]
    order = {"problem": 0, "attention": 1, "info": 2, "ok": 3, "skipped": 4}
    rows.sort(key=lambda row: order[row.mark.kind])
    serious = sum(row.mark.kind != "ok" for row in rows)
    fine = len(rows) - serious
    card = Card(
        caption="One row a question, the most serious first",
        rows=tuple(rows),
        shown=serious + (SHOWN_FINE if fine > SHOWN_FINE + 1 else fine),
    )
    return Section(anchor="trust", title="Can you trust it", blocks=(card,))


def effects_section(analysis: Analysis, pictures: Sequence[Picture]) -> Section | None:
    """Return what matters and by how much; None for a model without predictors."""
    found = effects(analysis)
    if not found:
        return None
    scale = scale_of(analysis)
    level = fmt_pct(analysis.inference.level)
    intro = prose(
        "Numbers are compared at the quarter and the three-quarter point of their values, categories with their "
        f"reference level; all other predictors stay the same. Intervals hold with {level} confidence."
    )
    rows = tuple(_effect_row(effect, cell_words(effect.size, scale)) for effect in found[:MOST_EFFECTS])
    unit = f" ({scale.prefix or scale.unit})" if scale.prefix or scale.unit else ""
    grid = Grid(
        caption=f"What goes with {scale.noun}, the predictor that accounts for most first",
        columns=(
            Column(title="Predictor"),
            Column(title="Step"),
            Column(title=f"{scale.column_title}{unit}", number=True),
            Column(title=f"{level} interval", number=True),
            Column(title="p", number=True),
            Column(title="Direction"),
        ),
        rows=rows,
        shown=SHOWN_EFFECTS if len(rows) > SHOWN_EFFECTS + 15 else len(rows),
        left_out=max(len(found) - MOST_EFFECTS, 0),
    )
    blocks: list[Block] = [Paragraph(text=intro), grid]
    averages = averages_grid(analysis)
    if averages is not None:
        blocks.append(averages)
    shares, agreement = share_grid(analysis), agreement_words(analysis)
    if shares is not None:
        blocks.append(shares)
    if agreement:
        blocks.append(Paragraph(text=prose(agreement)))
    if pictures:
        blocks.append(Gallery(pictures=tuple(pictures)))
    return Section(anchor="effects", title="What matters, and by how much", blocks=tuple(blocks))


def _effect_row(effect: Effect, size: tuple[str, str]) -> tuple[Cell, ...]:
    name = shorten(effect.column, 40)
    step = f"{effect.step}{f', where {effect.where}' if effect.where else ''}"
    shown = shorten(step, 90)
    return (
        Cell(text=name, full=shorten(effect.column, 400) if name.endswith("…") else ""),
        Cell(text=shown, full=step if shown.endswith("…") else ""),
        Cell(text=size[0]),
        Cell(text=size[1]),
        Cell(text=fmt_p_cell(effect.p_value)),
        Cell(text=_direction_words(effect)),
    )


def _direction_words(effect: Effect) -> str:
    if effect.clear:
        return "clear, too small to matter" if effect.too_small else "clear"
    if effect.p_value < SIGNIFICANT:
        return f"open: as a whole {fmt_p(effect.term_p_value)}"
    return "open"


def _finding_rows(findings: Sequence[Finding]) -> list[CardRow]:
    rows = []
    for finding in sorted(findings, key=lambda each: SEVERITY_ORDER[each.severity]):
        if finding.severity != "info":
            words = words_for(finding)
            rows.append(
                CardRow(
                    mark=MARKS[finding.severity],
                    question=question_of(finding),
                    seen=words.evidence,
                    to_do=words.advice,
                    reference=words.reference,
                )
            )
    return rows


CHECKS_OF = {
    "autocorrelation": ("durbin_watson", "breusch_godfrey"),
    "collinearity": ("vif", "condition_number"),
    "curvature": ("reset",),
    "few_digits": ("digits",),
    "heteroscedasticity": ("breusch_pagan", "white", "breusch_pagan_original"),
    "high_leverage": ("influence",),
    "influential_rows": ("influence",),
    "line_misses_something": ("reset",),
    "miscalibration": ("hosmer_lemeshow",),
    "non_normal_residuals": ("jarque_bera", "shapiro_wilk"),
    "not_settled": ("convergence",),
    "overdispersed": ("overdispersion", "quantile_residuals"),
    "overdispersion": ("overdispersion", "quantile_residuals"),
    "terms_missed": ("reset",),
    "too_few_rows": ("sample_size",),
}
"""Findings that answer the questions of checks."""


def _checks_of(finding: Finding) -> tuple[str, ...]:
    """Return the checks that a finding tells of."""
    named = (str(finding.facts.get("check", "")), *CHECKS_OF.get(finding.code, ()), finding.code, finding.subject)
    return tuple(name for name in named if name in QUESTIONS)


def question_of(finding: Finding) -> str:
    """Return the question that a finding answers."""
    checks = _checks_of(finding)
    if checks:
        return QUESTIONS[checks[0]].question
    if finding.code in ABOUT_LOST_ROWS:
        return ROWS_LOST
    return ROOM_QUESTIONS.get(room_of(finding.code), "What else was seen?")


def _check_rows(analysis: Analysis) -> list[CardRow]:
    told = {name for finding in analysis.findings if finding.severity != "info" for name in _checks_of(finding)}
    rows = []
    for check in analysis.diagnostics.checks:
        result = check.result
        words = question_for(check.name)
        if isinstance(result, Skipped) or check.name in told:
            continue
        fine = result.verdict == "ok"
        seen = f"{words.fine} {check_words(result)}" if fine else check_words(result)
        rows.append(
            CardRow(
                mark=MARKS[result.verdict],
                question=words.question,
                seen=seen,
                to_do="" if fine else words.advice,
                reference="" if fine else words.reference,
            )
        )
    return rows


def check_words(result: TestResult) -> str:
    """Say a check's numbers in one sentence."""
    parts = []
    if result.effect_size is not None and result.effect_name:
        parts.append(f"{result.effect_name}: {fmt(result.effect_size)}")
    freedom = degrees_words(result)
    if result.p_value is not None:
        parts.append(f"statistic {fmt(result.statistic)}{freedom}, {fmt_p(result.p_value)}")
    elif not parts:
        parts.append(f"value {fmt(result.statistic)}{freedom}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def degrees_words(result: TestResult) -> str:
    """Say the degrees of freedom, "" without any."""
    if result.df is None:
        return ""
    second = f" and {fmt(result.df2, 4)}" if result.df2 is not None else ""
    return f" on {fmt(result.df, 4)}{second} df"


def checks_without_answer(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Return the questions that were not asked, each with the reason."""
    return [
        (question_for(check.name).question, check.result.reason)
        for check in checks
        if isinstance(check.result, Skipped)
    ]


def _rows_row(analysis: Analysis) -> CardRow:
    lost, total = sum(part.rows for part in analysis.left_out), analysis.rows_in_file
    used = f"{fmt_int(analysis.fit.n_obs)} of {count_of(total, 'row')} used"
    if not lost:
        return CardRow(mark=MARKS["ok"], question=ROWS_LOST, seen=f"{used}.")
    largest = max(analysis.left_out, key=lambda part: part.rows)
    seen = f"{used} ({fmt_pct(lost / total)} left out, most because: {shorten(largest.reason, 120)})."
    aside = sum(part.rows for part in analysis.left_out if part.reason == KEPT_ASIDE)
    share = (lost - aside) / total if total else 0.0
    mark = MARKS["attention"] if share > MANY_LOST else MARKS["info"]
    to_do = "Every row left out is listed below with its line."
    if share > MANY_LOST:
        to_do += " If values are missing for a reason that has to do with the target, the results lean."
    return CardRow(mark=mark, question=ROWS_LOST, seen=seen, to_do=to_do)
