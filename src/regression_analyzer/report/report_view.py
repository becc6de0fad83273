"""An analysis as ready texts: all wording and rounding happens on the way into this value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.value import Figure
from regression_analyzer.report.blocks import MARKS, Picture, ReportView, Section, Tile
from regression_analyzer.report.numbers import count_of, fmt, fmt_int, fmt_pct, shorten
from regression_analyzer.report.prose import plain_text
from regression_analyzer.report.sentences import answer, explained
from regression_analyzer.report.sizes import cases_words, event_words, target_unit
from regression_analyzer.report.view_answer import answer_section, effects_section, trust_section
from regression_analyzer.report.view_data import data_section
from regression_analyzer.report.view_made import made_section
from regression_analyzer.report.view_model import model_section
from regression_analyzer.report.view_outcomes import outcomes_section
from regression_analyzer.report.view_penalized import penalized_section
from regression_analyzer.report.view_pictures import picture
from regression_analyzer.report.view_predict import predict_section
from regression_analyzer.version import __version__

BESIDE_THE_ANSWER = ("effects", "coefficients")
"""The first of these figures that exists stands beside the answer."""
WITH_THE_EFFECTS = ("effect", "importance", "contributions", "partial", "interaction")
"""Figures whose names begin so belong to what matters; all others to the model in full."""
WITH_PREDICTION = ("validation", "prediction_intervals", "line_against_flexible")
"""Figures of unseen rows."""


def view(analysis: Analysis, figures: Sequence[Figure], document: Mapping[str, Any]) -> ReportView:
    """Return the report of an analysis as ready texts.

    Parameters
    ----------
    analysis : a finished analysis
    figures : its charts
    document : its analysis document (sections of later work read their parts there)
    """
    pictures = {figure.name: picture(figure) for figure in figures}
    aside = next((pictures.pop(name) for name in BESIDE_THE_ANSWER if name in pictures), None)
    with_effects = [pictures.pop(name) for name in list(pictures) if name.startswith(WITH_THE_EFFECTS)]
    of_unseen = [pictures.pop(name) for name in list(pictures) if name.startswith(WITH_PREDICTION)]
    return ReportView(
        title=f"What goes with {shorten(analysis.design.target, 80)}",
        subtitle=_subtitle(analysis),
        tiles=_tiles(analysis),
        sections=_sections(analysis, aside, with_effects, of_unseen, list(pictures.values())),
        footer=f"regression-analyzer {__version__}, {count_of(len(document['findings']), 'finding')} recorded",
        description=plain_text(answer(analysis).headline),
    )


def _sections(
    analysis: Analysis,
    aside: Picture | None,
    with_effects: Sequence[Picture],
    of_unseen: Sequence[Picture],
    others: Sequence[Picture],
) -> tuple[Section, ...]:
    sections = (
        answer_section(analysis, aside),
        trust_section(analysis),
        effects_section(analysis, with_effects),
        outcomes_section(analysis),
        penalized_section(analysis),
        predict_section(analysis, of_unseen),
        model_section(analysis, others),
        data_section(analysis),
        made_section(analysis),
    )
    return tuple(section for section in sections if section is not None)


def _subtitle(analysis: Analysis) -> str:
    count = len(analysis.design.predictors)
    how = f"explained by {count_of(count, 'column')}" if count else "described by their average alone"
    return f"{shorten(analysis.source.name, 80)}: {count_of(analysis.fit.n_obs, 'row')}, {how}"


def _tiles(analysis: Analysis) -> tuple[Tile, ...]:
    fit = analysis.fit
    tiles = []
    share, _ = explained(analysis)
    if share is not None and fit.df_resid > 0:
        tiles.append(
            Tile(value=fmt_pct(share), name=f"of what varies in {shorten(analysis.design.target, 40)} explained")
        )
    if fit.family == "gaussian" and fit.df_resid > 0:
        unit, prefix = target_unit(analysis)
        plain = analysis.design.target_expression == analysis.design.target
        error = fmt(fit.sigma, 2)
        text = f"{prefix}{error}{f' {unit}' if unit else ''}" if plain else error
        tiles.append(Tile(value=text, name="off on a row of weight 1" if fit.weighted else "off on a typical row"))
    elif fit.family == "binomial":
        tiles.append(
            Tile(value=fmt_pct(fit.y_mean), name=f"{event_words(analysis)}, of the {cases_words(analysis)} used")
        )
    tiles.append(Tile(value=fmt_int(fit.n_obs), name=f"of {count_of(analysis.rows_in_file, 'row')} used"))
    serious = [finding for finding in analysis.findings if finding.severity != "info"]
    problems = sum(finding.severity == "problem" for finding in serious)
    mark = MARKS["problem"] if problems else MARKS["attention"] if serious else MARKS["ok"]
    noun = "point to look at" if len(serious) == 1 else "points to look at"
    tiles.append(Tile(value=fmt_int(len(serious)), name=noun, mark=mark))
    return tuple(tiles)
