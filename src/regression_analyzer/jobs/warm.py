"""Loads what the first analysis would load, once, in the forkserver: every child then starts with it.

Importing this module draws one small figure to nowhere and compiles the report's templates, so that the plotting
library, its fonts and the caches are there too. Nothing in it starts a thread, as the forkserver forks.

What is there at the end is taken out of the garbage collector's sight: a child that searched it would write to every
page of it, and so copy it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import pkgutil
from importlib import import_module

import numpy as np

from regression_analyzer.charts.drawing import draw_all
from regression_analyzer.charts.value import Figure, Mark
from regression_analyzer.jobs import tasks
from regression_analyzer.lighten import lighten
from regression_analyzer.report import wording
from regression_analyzer.report.html import load_templates
from regression_analyzer.table import blocks

LOADED = (tasks.__name__, blocks.__name__)
_LINE = np.linspace(0.0, 1.0, 5)


def warm_up() -> None:
    """Load the words of every room, the flexible model's library and the templates; draw one figure."""
    lighten()
    with contextlib.suppress(ImportError, OSError):  # absent, or without its libgomp: the analysis says so
        import_module("lightgbm")
    for module in pkgutil.iter_modules(wording.__path__):
        import_module(f"{wording.__name__}.{module.name}")
    marks = (
        Mark(kind="points", name="a point", x=_LINE, y=_LINE),
        Mark(kind="line", name="a line", x=_LINE, y=_LINE, emphasis="model"),
    )
    figure = Figure(name="warm", title="Warm", x_label="x", y_label="y", caption="-", alt="-", marks=marks)
    draw_all((figure,), processes=1)
    load_templates()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # the libraries' own check at the end of the forkserver would call it a leak


warm_up()
