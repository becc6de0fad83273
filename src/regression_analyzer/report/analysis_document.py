"""The analysis document: every fact of an analysis as JSON, under the names that others build on.

Keys keep their order. A number that is not finite is null, with the reason under the same key and
``_reason``. The schema is ``analysis.schema.json`` beside this file.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from regression_analyzer.analysis import Analysis, Options
from regression_analyzer.explain import to_spec
from regression_analyzer.findings import SEVERITY_ORDER, Finding
from regression_analyzer.report.document_data import (
    columns_part,
    decision_part,
    ledger_part,
    minmax_part,
    source_part,
    transpose_part,
)
from regression_analyzer.report.document_effects import effects_part
from regression_analyzer.report.document_explain import validation_part
from regression_analyzer.report.document_model import check_part, influence_part, model_part
from regression_analyzer.report.document_penalized import penalized_part
from regression_analyzer.report.json_values import JsonObject, plain
from regression_analyzer.report.numbers import shorten
from regression_analyzer.report.numbers_abroad import numbers_in
from regression_analyzer.report.ranking import importance_part
from regression_analyzer.report.sentences import narrative
from regression_analyzer.report.view_opinions import opinions_part
from regression_analyzer.report.view_outcomes import outcomes_part
from regression_analyzer.report.wording import words_for
from regression_analyzer.report.wording.abroad import around
from regression_analyzer.version import __version__

SCHEMA_VERSION = "1.0"
LIBRARIES = ("duckdb", "numpy", "scipy")


def document(analysis: Analysis, figure_names: Sequence[str]) -> dict[str, Any]:
    """Return the analysis document.

    Parameters
    ----------
    analysis : a finished analysis
    figure_names : names of its charts

    Returns
    -------
    dict
        JSON-ready; the same for the same input and options, ``environment`` apart.
    """
    model = model_part(analysis)
    importance = importance_part(analysis)
    findings = [finding_part(finding) for finding in most_serious_first(analysis.findings)]
    sentences = narrative(analysis)
    return {
        "schema_version": SCHEMA_VERSION,
        "status": "completed",
        "file_path": analysis.source.name,
        "rows": analysis.rows_in_file,
        "columns": len(analysis.columns),
        "source": source_part(analysis.source),
        "transposed": analysis.transposed,
        "transpose_decision": transpose_part(analysis.transposed, analysis.decisions),
        "ledger": ledger_part(analysis.rows_in_file, analysis.fit.n_obs, analysis.left_out),
        "column_analysis": columns_part(analysis.profile),
        "options": options_part(analysis.options),
        "decisions": [decision_part(decision) for decision in analysis.decisions],
        "context": analysis.context,
        "statistics": {
            "minmax": minmax_part(analysis.profile),
            "linear_regression": model,
            "feature_importance": importance,
        },
        "model": model,
        "penalized": penalized_part(analysis),
        "multinomial": outcomes_part(analysis),
        "diagnostics": [check_part(check) for check in analysis.diagnostics.checks],
        "influence": influence_part(analysis.diagnostics.influence),
        "feature_importance": importance,
        **effects_part(analysis.explanation, analysis.design),
        **validation_part(analysis.explanation),
        **opinions_part(analysis),
        "findings": findings,
        "charts": list(figure_names),
        "warnings": [part["evidence"] for part in findings if part["severity"] != "info"],
        "narrative": narrative_part(analysis, sentences),
        "prediction": to_spec(analysis.prediction),
        "environment": environment_part(analysis.seconds),
    }


def narrative_part(analysis: Analysis, sentences: Sequence[str]) -> JsonObject:
    """Return the answer in words: by rules, or checked sentences of someone else with the rules' caution at the end."""
    told = analysis.narrative
    if told is None:
        counts = {"sentences": len(sentences), "dropped": 0}
        return {"text": " ".join(sentences), "language": "en", "by": "rules", "checked": counts}
    caution = sentences[-2:] if told.language == "en" else _caution_in(told.language, analysis)
    return {
        "text": " ".join((told.text, *caution)),
        "language": told.language,
        "by": told.by,
        "checked": {"sentences": told.sentences, "dropped": told.dropped},
    }


def _caution_in(code: str, analysis: Analysis) -> tuple[str, str]:
    """Return the rules' caution in another language: how many findings are serious, and what data cannot say."""
    words = around(code)
    serious = sum(finding.severity != "info" for finding in analysis.findings)
    caution = words.caution(serious, numbers_in(code).fmt_int(serious))
    return caution, words.association.format(target=shorten(analysis.design.target))


def most_serious_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings by severity; those of one severity in the order in which they were made."""
    return sorted(findings, key=lambda finding: SEVERITY_ORDER[finding.severity])


def finding_part(finding: Finding) -> JsonObject:
    """Return one finding in words and facts."""
    words = words_for(finding)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "evidence": words.evidence,
        "advice": words.advice,
        "reference": words.reference,
        "facts": plain(finding.facts),
    }


def options_part(options: Options) -> JsonObject:
    """Return what the user asked for."""
    return {
        "target": options.target,
        "predictors": None if options.predictors is None else list(options.predictors),
        "formula": options.formula,
        "family": options.family,
        "reference": dict(options.reference),
        "covariance": options.covariance,
        "weights": options.weights,
        "context": options.context,
        "skip_llm": options.skip_llm,
        "language": options.language,
        "overrides": dict(options.overrides),
    }


def environment_part(seconds: float) -> JsonObject:
    """Return what computed this and what it took; no part of the promise of identical bytes."""
    return {
        "version": __version__,
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "seconds": round(seconds, 3),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float | None:
    """Return the largest memory of this process in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  absent on Windows

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(largest * (1 if sys.platform == "darwin" else 1024) / 1_000_000, 1)
