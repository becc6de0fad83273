"""NIST's linear sets, as the package carries them for ``regression-analyzer certify``."""

from __future__ import annotations

from regression_analyzer.certify import NistSet, load_sets

SETS = load_sets()

__all__ = ["SETS", "NistSet"]
