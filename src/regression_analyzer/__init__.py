"""A table in, a regression analysis a statistician would sign out.

>>> import regression_analyzer as ra
>>> analysis = ra.analyze("insurance.csv", target="charges")  # doctest: +SKIP
>>> print(analysis.summary())  # doctest: +SKIP

Names are loaded when first used, so that the serving process can import this package without the
numeric libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from regression_analyzer.version import __version__

if TYPE_CHECKING:
    from regression_analyzer.analysis import Options
    from regression_analyzer.errors import (
        AnalyzerError,
        ConfigurationError,
        InputError,
        LimitError,
        NoSuchFileError,
        OutputError,
        UsageError,
    )
    from regression_analyzer.library import Analysis, analyze, predict
    from regression_analyzer.table import read_table

_HOME = {
    "Analysis": "library",
    "analyze": "library",
    "predict": "library",
    "read_table": "table",
    "Options": "analysis",
    "AnalyzerError": "errors",
    "ConfigurationError": "errors",
    "InputError": "errors",
    "LimitError": "errors",
    "NoSuchFileError": "errors",
    "OutputError": "errors",
    "UsageError": "errors",
}

__all__ = [
    "Analysis",
    "AnalyzerError",
    "ConfigurationError",
    "InputError",
    "LimitError",
    "NoSuchFileError",
    "Options",
    "OutputError",
    "UsageError",
    "__version__",
    "analyze",
    "predict",
    "read_table",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
