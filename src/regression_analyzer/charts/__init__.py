"""Pictures of an analysis: described as data (:func:`figures`), then drawn (:func:`draw`, :func:`draw_all`)."""

from regression_analyzer.charts.drawing import draw, draw_all
from regression_analyzer.charts.gallery import figures
from regression_analyzer.charts.theme import STYLESHEET
from regression_analyzer.charts.value import Figure, Mark

__all__ = ["STYLESHEET", "Figure", "Mark", "draw", "draw_all", "figures"]
