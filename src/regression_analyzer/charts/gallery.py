"""Which pictures an analysis has, in the order in which they are shown."""

from __future__ import annotations

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts.figures_adjusted import effect_figures
from regression_analyzer.charts.figures_columns import partial_figures, target_figure
from regression_analyzer.charts.figures_contributions import contribution_figure
from regression_analyzer.charts.figures_effects import coefficient_figure
from regression_analyzer.charts.figures_explain import importance_figure, line_flexible_figure, validation_figure
from regression_analyzer.charts.figures_fitted import calibration_figure, observed_fitted_figure
from regression_analyzer.charts.figures_intervals import interval_figure
from regression_analyzer.charts.figures_residuals import (
    leverage_figure,
    qq_figure,
    residuals_fitted_figure,
    scale_location_figure,
)
from regression_analyzer.charts.value import Figure

MOST_FIGURES = 16
MOST_ALONG = 2
"""Predictors whose predictions are drawn along them."""


def figures(analysis: Analysis) -> tuple[Figure, ...]:
    """Describe the pictures of an analysis as data; nothing is drawn.

    Returns
    -------
    at most sixteen figures: those that the data allow. A picture that would be empty (no slopes, no residuals, a
    target without numbers) is left out
    """
    agreement = calibration_figure if analysis.fit.family == "binomial" else observed_fitted_figure
    made = (
        coefficient_figure(analysis),
        *effect_figures(analysis, MOST_ALONG),
        importance_figure(analysis),
        contribution_figure(analysis),
        validation_figure(analysis),
        interval_figure(analysis),
        line_flexible_figure(analysis),
        agreement(analysis),
        residuals_fitted_figure(analysis),
        qq_figure(analysis),
        scale_location_figure(analysis),
        leverage_figure(analysis),
        target_figure(analysis),
    )
    kept = tuple(figure for figure in made if figure is not None)
    return kept + partial_figures(analysis, min(3, MOST_FIGURES - len(kept)))
