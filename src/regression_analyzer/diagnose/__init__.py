"""Fit + rows -> Diagnostics: assumptions, influence, collinearity, dependence; each check is a result or Skipped."""

from regression_analyzer.diagnose.examine import diagnose, evidence

__all__ = ["diagnose", "evidence"]
