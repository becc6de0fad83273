"""Intervals for single new cases from the errors on unseen rows: they need no assumption on the errors' shape."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from regression_analyzer.fit.value import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformal:
    """A half width that holds for new rows like these, whatever the errors' distribution.

    Attributes
    ----------
    half_width : of the interval around a prediction, in the unit of the target as modelled
    n_obs : held-out rows it comes from
    """

    half_width: float
    level: float
    n_obs: int


def conformal(y: FloatArray, predicted: FloatArray, *, level: float = 0.95) -> Conformal | None:
    """Return the half width that covers the wanted share of new cases; None where there are too few rows.

    The ``ceil((n + 1) level)``-th smallest absolute error of held-out rows. Rows have to be exchangeable: not
    ordered in time. The width is the same everywhere: where errors grow with the prediction it is too wide for
    small predictions and too narrow for large ones, and right on average.

    References
    ----------
    Vovk, Gammerman and Shafer (2005), doi:10.1007/b106715; Barber et al. (2021), doi:10.1214/20-AOS1965.
    """
    n = len(y)
    place = math.ceil((n + 1) * level)
    if place > n:
        return None
    errors = np.abs(y - predicted)
    return Conformal(half_width=float(np.partition(errors, place - 1)[place - 1]), level=level, n_obs=n)
