"""A plain script that repeats the analysis with pandas and statsmodels and compares every number."""

from __future__ import annotations

import json
import math
import pprint
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regression_analyzer.analysis import Analysis
from regression_analyzer.design.value import Categorical
from regression_analyzer.fit.value import Coefficient
from regression_analyzer.profile.value import ColumnProfile
from regression_analyzer.report.script_facts import (
    factor_facts,
    not_compared,
    opinion_facts,
    outcome_facts,
    penalised_facts,
    term_facts,
)

TEMPLATE = Path(__file__).parent / "templates" / "reproduce.py.txt"
LINE = 116


def reproduce_script(analysis: Analysis) -> str:
    """Return a Python script that reads the original file, fits the model again and compares.

    Everything that comes from the file (names, levels) is in string literals; nothing of it is code.
    """
    assignments = [f"{name} = {_literal(value)}" for name, value in _facts(analysis).items()]
    cannot = _cannot(analysis)
    note = "".join(f"# Not replayed here: {line}\n" for line in cannot)
    return TEMPLATE.read_text(encoding="utf-8").replace("#FACTS#", note + "\n".join(assignments), 1)


def _literal(value: object) -> str:
    return pprint.pformat(_ascii(value), width=LINE, compact=True, sort_dicts=False)


class _Text(str):
    """A string whose literal is ASCII, so that no direction mark or look-alike letter hides in the script."""

    __slots__ = ()

    def __repr__(self) -> str:
        return ascii(str(self))


class _Number(float):
    """A number whose literal is one that Python reads, infinite or not."""

    __slots__ = ()

    def __repr__(self) -> str:
        return float.__repr__(self) if math.isfinite(self) else f"float({json.dumps(float.__repr__(self))})"


def _ascii(value: object) -> Any:
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, float):
        return _Number(value)
    if isinstance(value, dict):
        return {_ascii(key): _ascii(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_ascii(part) for part in value]
    return value


def _facts(analysis: Analysis) -> dict[str, object]:
    source, design, fit, inference = analysis.source, analysis.design, analysis.fit, analysis.inference
    position = {column.name: column.position for column in analysis.profile.columns}
    intercept = [i for i, column in enumerate(design.columns) if column.term == -1]
    rows = inference.coefficients
    return {
        "SHA256": source.sha256,
        "FORMAT": source.format,
        "COMPRESSION": source.compression,
        "ENCODING": source.encoding,
        "DELIMITER": source.delimiter,
        "HEADER_ROW": source.header_row,
        "SHEET": source.sheet,
        "TRANSPOSED": analysis.transposed,
        "COLUMNS": list(analysis.columns),
        "LINES_LEFT_OUT": _lines_left_out(analysis),
        "LINES_TESTED": None if analysis.selection is None else analysis.selection.tested_lines,
        "RULES": {column.position: _rule(analysis, column) for column in analysis.profile.columns},
        "TARGET": factor_facts(design.target_factor),
        "COUNTS": None if design.counts is None else {"position": design.counts.position, "total": design.counts.total},
        "EVENT": design.event if isinstance(design.target_factor, Categorical) else None,
        "INTERCEPT": intercept[0] if intercept else None,
        "TERMS": term_facts(design),
        "KEPT": [int(column) for column in fit.kept],
        "WEIGHTS": position.get(design.weights_column or ""),
        "OFFSET": None if design.offset is None else factor_facts(design.offset),
        "GROUPS": position.get(design.cluster_column or ""),
        "TIMES": position.get(design.time_column or ""),
        "LAGS": inference.covariances.lags,
        "FAMILY": fit.family,
        "LINK": fit.link,
        "THETA": fit.theta,
        "DISPERSION_ESTIMATED": fit.family in {"gaussian", "gamma"} or fit.dispersion != 1.0,
        "IN_USE": inference.column,
        "LEVEL": inference.level,
        "INTERVALS": inference.intervals,
        "N_OBS": fit.n_obs,
        "NAMES": [row.term for row in rows],
        "ESTIMATES": [math.nan if _undefined(row) or fit.separation else float(row.estimate) for row in rows],
        "SEPARATED": float(fit.null_deviance) if fit.separation or any(map(_undefined, rows)) else 0.0,
        "UNITS": [float(row.std_error) if math.isfinite(row.std_error) else 0.0 for row in rows],
        "ERRORS": _errors(rows),
        "LOW": [float(row.ci_low) for row in rows],
        "HIGH": [float(row.ci_high) for row in rows],
        "P_VALUES": [float(row.p_value) for row in rows],
        "WHOLE_MODEL": {name: value for name, value in _whole_model(analysis).items() if value is not None},
        "OPINIONS": opinion_facts(analysis),
        "OUTCOMES": outcome_facts(analysis),
        "PENALISED": penalised_facts(analysis),
        "NOT_COMPARED": not_compared(analysis),
        "CANNOT": "".join(f" Not replayed here: {line}" for line in _cannot(analysis)),
    }


def _errors(rows: Sequence[Coefficient]) -> dict[str, list[float]]:
    """Return every kind of standard error that all coefficients have."""
    kinds = [kind for kind in rows[0].std_error_by_kind if all(kind in row.std_error_by_kind for row in rows)]
    return {kind: [float(row.std_error_by_kind[kind]) for row in rows] for kind in kinds}


def _undefined(row: Coefficient) -> bool:
    """Say whether a coefficient has no finite value, because outcomes are separated."""
    return math.isnan(row.std_error)


def _whole_model(analysis: Analysis) -> dict[str, float | None]:
    fit = analysis.fit
    return {
        "deviance": float(fit.deviance),
        "dispersion": float(fit.dispersion),
        "r_squared": None if fit.r_squared is None else float(fit.r_squared),
        "log_likelihood": float(fit.log_likelihood) if math.isfinite(fit.log_likelihood) else None,
        "theta": fit.theta,
    }


def _rule(analysis: Analysis, column: ColumnProfile) -> dict[str, object]:
    """Return how the cells of a column are read: as the recorded decisions say."""
    chosen = {decision.id: decision.chosen for decision in analysis.decisions}
    own = f"column.{column.name}."
    rule: dict[str, object] = {"kind": column.kind}
    if column.kind == "number":
        rule["decimal"] = chosen.get(f"{own}decimal", analysis.source.decimal) or "."
        rule["percent"] = chosen.get(f"{own}percent", "fraction")
        rule["bounds"] = chosen.get(f"{own}censored") == "bound"
        rule["missing"] = _numbers_in(chosen.get(f"{own}missing", ""))
    if column.kind == "date":
        rule["day_first"] = chosen.get(f"{own}date_order", "month_first") == "day_first"
    return rule


def _numbers_in(text: str) -> list[float]:
    numbers = []
    for part in text.split(","):
        try:
            numbers.append(float(part))
        except ValueError:
            continue
    return [number for number in numbers if math.isfinite(number)]


def _lines_left_out(analysis: Analysis) -> list[int]:
    """Return the lines left out while reading; the model's own rows are found again by their missing cells."""
    reasons = {part.reason for part in analysis.design.left_out}
    return sorted({line for part in analysis.left_out if part.reason not in reasons for line in part.lines})


def _cannot(analysis: Analysis) -> list[str]:
    """Say what the script does not replay."""
    said = []
    reasons = {part.reason for part in analysis.design.left_out}
    hidden = sum(p.rows - len(p.lines) for p in analysis.left_out if p.reason not in reasons and p.rows > len(p.lines))
    if hidden:
        said.append(f"{hidden} lines that were left out while reading and are not listed by number.")
    if analysis.transposed:
        said.append("turning the table, which lay on its side.")
    if analysis.source.format == "frame":
        said.append("reading, because the analysis was given a data frame.")
    if analysis.source.format == "xls":
        said.append("reading .xls without the package xlrd.")
    return said
