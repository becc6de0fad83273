"""Words (being written)."""

from regression_analyzer.report.wording import Wording

WORDING: Wording = {}
