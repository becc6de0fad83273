"""The one orchestrator: a table and options in, a frozen Analysis out. It does no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regression_analyzer.design.value import Design
from regression_analyzer.diagnose.value import Diagnostics
from regression_analyzer.explain.value import PredictionModel
from regression_analyzer.findings import Decision, Finding
from regression_analyzer.fit.value import Fit, Inference
from regression_analyzer.profile.value import Profile
from regression_analyzer.table.value import LeftOut, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for. Everything may be left to the program.

    Attributes
    ----------
    target, predictors, formula : ``formula`` (Wilkinson) replaces the other two
    family : ``"auto"`` or a family's name
    reference : column -> reference level
    covariance : ``"auto"``, ``"classical"``, ``"HC0"`` ... ``"HC3"``, ``"cluster:COLUMN"``, ``"HAC"``
    context : what the user said about the business behind the data
    overrides : decision id -> replacement
    """

    target: str | None = None
    predictors: tuple[str, ...] | None = None
    formula: str | None = None
    family: str = "auto"
    reference: Mapping[str, str] = field(default_factory=dict)
    covariance: str = "auto"
    weights: str | None = None
    context: str | None = None
    skip_llm: bool = False
    model: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Analysis:
    """A finished analysis: every fact that any report, chart or page tells.

    ``left_out`` is the whole ledger: rows left out while reading and rows the model cannot use;
    with ``fit.n_obs`` they sum to ``rows_in_file``.
    """

    options: Options
    source: Source
    columns: tuple[str, ...]
    rows_in_file: int
    left_out: tuple[LeftOut, ...]
    transposed: bool
    profile: Profile
    design: Design
    fit: Fit
    inference: Inference
    diagnostics: Diagnostics
    prediction: PredictionModel
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0
