"""The analysis document: its names, its order, its numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest

import regression_analyzer.report
from regression_analyzer.diagnose.value import Check, TestResult
from regression_analyzer.findings import Finding
from regression_analyzer.report.analysis_document import document
from regression_analyzer.report.json_values import finite, iso_date, plain, put, to_json
from tests.report import sample

SCHEMA = Path(regression_analyzer.report.__file__).with_name("analysis.schema.json")
CONTRACT_KEYS = [
    *("schema_version", "status", "file_path", "rows", "columns", "source", "transposed", "transpose_decision"),
    *("ledger", "column_analysis", "decisions", "context", "statistics", "model", "diagnostics", "influence"),
    *("feature_importance", "validation", "findings", "charts", "warnings", "narrative", "environment"),
]
COEFFICIENT_KEYS = [
    *("term", "predictor", "level", "estimate", "std_error", "statistic", "p_value", "p_value_holm", "ci_low"),
    *("ci_high", "std_error_by_kind", "vif", "std_estimate"),
]


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return document(sample.analysis(), ["coefficients"])


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_document_fits_its_schema(content: dict[str, Any], validator: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(content)] == []


def test_hostile_names_fit_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    assert validator.is_valid(document(sample.analysis(sample.HOSTILE), []))


def test_the_schema_refuses_a_renamed_key(content: dict[str, Any], validator: jsonschema.Draft202012Validator) -> None:
    renamed = {("modell" if key == "model" else key): value for key, value in content.items()}
    assert not validator.is_valid(renamed)


def test_every_promised_key_is_there_in_order(content: dict[str, Any]) -> None:
    assert [key for key in content if key in CONTRACT_KEYS] == CONTRACT_KEYS


def test_environment_is_last(content: dict[str, Any]) -> None:
    assert list(content)[-1] == "environment"


@pytest.mark.parametrize("key", COEFFICIENT_KEYS)
def test_every_coefficient_has_the_promised_keys(content: dict[str, Any], key: str) -> None:
    assert all(key in row for row in content["model"]["coefficients"])


def test_the_model_is_also_the_linear_regression(content: dict[str, Any]) -> None:
    assert content["statistics"]["linear_regression"] == content["model"]


def test_estimates_keep_every_digit(content: dict[str, Any]) -> None:
    written = [row["estimate"] for row in content["model"]["coefficients"]]
    assert written == sample.numbers().b.tolist()


def test_the_text_reads_back_to_the_document(content: dict[str, Any]) -> None:
    assert json.loads(to_json(content)) == content


def test_the_text_is_the_same_twice() -> None:
    first, second = (document(sample.analysis(), []) for _ in range(2))
    first.pop("environment")
    second.pop("environment")
    assert to_json(first) == to_json(second)


def test_the_text_ends_with_a_line_end(content: dict[str, Any]) -> None:
    assert to_json(content).endswith("}\n")


def test_lone_surrogates_can_be_encoded() -> None:
    assert json.loads(to_json({"name": "a\ud800b\u2028é"}).encode()) == {"name": "a\ud800b\u2028é"}


def test_the_ledger_adds_up(content: dict[str, Any]) -> None:
    ledger = content["ledger"]
    assert ledger["rows_used"] + sum(part["rows"] for part in ledger["left_out"]) == ledger["rows_in_file"]


def test_findings_come_most_serious_first(content: dict[str, Any]) -> None:
    assert [finding["severity"] for finding in content["findings"]] == ["problem", "info"]


def test_warnings_leave_out_remarks(content: dict[str, Any]) -> None:
    assert content["warnings"] == [content["findings"][0]["evidence"]]


def test_a_number_that_is_not_finite_is_null_with_a_reason() -> None:
    base = sample.analysis()
    check = Check(name="white", result=TestResult(statistic=np.inf, p_value=np.nan, verdict="ok"))
    row = document(replace(base, diagnostics=replace(base.diagnostics, checks=(check,))), [])["diagnostics"][0]
    assert row["statistic"] is None
    assert row["statistic_reason"]
    assert row["p_value"] is None


def test_a_skipped_check_says_why(content: dict[str, Any]) -> None:
    skipped = [row for row in content["diagnostics"] if "skipped" in row]
    assert skipped[0]["check"] == "durbin_watson"
    assert skipped[0]["skipped"] == "no column orders the rows"


def test_checks_are_questions(content: dict[str, Any]) -> None:
    assert all(row["question"].endswith("?") for row in content["diagnostics"])


def test_a_check_that_fails_advises(content: dict[str, Any]) -> None:
    assert [bool(row["advice"]) for row in content["diagnostics"] if row.get("verdict") == "attention"] == [True]


def test_facts_that_are_not_finite_become_null() -> None:
    base = sample.analysis()
    finding = Finding(code="odd", severity="info", facts={"values": (1.0, np.nan, ("a", None))})
    written = document(replace(base, findings=(finding,)), [])["findings"][0]["facts"]
    assert written == {"values": [1.0, None, ["a", None]]}


def test_put_explains_what_is_missing() -> None:
    row: dict[str, Any] = {}
    put(row, "p", None, "no test")
    assert row == {"p": None, "p_reason": "no test"}


def test_numpy_values_become_plain() -> None:
    assert plain({"a": np.float64(1.5), "b": np.array([1, 2])}) == {"a": 1.5, "b": [1, 2]}


def test_finite_keeps_whole_numbers_whole() -> None:
    assert repr(finite(3)) == "3"


@pytest.mark.parametrize(
    ("days", "text"),
    [(0.0, "1970-01-01"), (-1.0, "1969-12-31"), (0.5, "1970-01-01T12:00:00"), (1e12, None), (float("nan"), None)],
)
def test_dates_are_iso(days: float, text: str | None) -> None:
    assert iso_date(days) == text
