"""Bases that depend on the data (``poly``, ``bs``): fixed once, over the rows used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from regression_analyzer.design.transforms import polynomial_parameters, spline_parameters
from regression_analyzer.design.value import Numeric
from regression_analyzer.table.value import Table


def fix_basis(table: Table, factor: Numeric, condition: str) -> Numeric:
    """Return the factor with the parameters of its basis.

    Parameters
    ----------
    factor : ``parameters`` holds the degree or the number of columns
    condition : SQL, true for the rows used
    """
    value = f"epoch(c{factor.position}) / 86400.0" if factor.is_date else f"c{factor.position}"
    found = table.sql(f"select {value}, count(*) from data where {condition} group by 1 order by 1")
    values = np.repeat(
        np.asarray([v for v, _ in found], dtype=np.float64), np.asarray([n for _, n in found], dtype=np.int64)
    )
    size = int(factor.parameters[0])
    fixed = (
        polynomial_parameters(values, size, factor.column)
        if factor.transform == "poly"
        else spline_parameters(values, size, factor.column)
    )
    return replace(factor, parameters=fixed)
