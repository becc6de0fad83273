"""What the reader is told about predictions."""

from __future__ import annotations

from regression_analyzer.report.wording import Wording

WORDING: Wording = {}
