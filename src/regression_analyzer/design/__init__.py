"""A profile and choices -> typed terms, rows and blocks; the design remembers itself and can be replayed."""

from regression_analyzer.design.blocks import encode, open_blocks
from regression_analyzer.design.specify import specify

__all__ = ["encode", "open_blocks", "specify"]
