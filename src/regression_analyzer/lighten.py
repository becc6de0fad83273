"""Make a process of ours start quickly: called before the numeric libraries load."""

from __future__ import annotations

import os
import sys

NEVER_USED = ("pandas", "sklearn", "dask", "pyarrow", "polars")
"""LightGBM loads these where they are installed, for up to a second; this program never does."""


def lighten() -> None:
    """Keep one BLAS thread (see ``analysis.analyze``) and what is never used out of this process."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in NEVER_USED:  # None is how Python says that a module cannot be imported
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
