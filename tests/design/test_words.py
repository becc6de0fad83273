"""Every finding of the two rooms has words, and they hold its facts."""

from __future__ import annotations

import pytest

from regression_analyzer.findings import Fact, Finding
from regression_analyzer.report.wording import design, fit, insight

FACTS: dict[str, dict[str, Fact]] = {
    "predictor_too_empty": {"missing": 90, "rows": 100, "share": 0.9},
    "single_level": {"level": "a"},
    "undefined_transform": {"rows": 3, "words": "log(x) is not defined for 0 or less", "n_rows": 10},
    "many_rows_left_out": {"used": 3, "rows": 10},
    "left_out_rows_differ": {
        "target": "sales",
        "rows": 12,
        "mean_left_out": 3.0,
        "mean_used": 5.0,
        "size": -0.5,
        "p_value": 1e-5,
    },
    "fractional_counts": {"rows": 4, "family": "poisson"},
    "aliased": {"others": ("a", "(Intercept)"), "weights": (2.0, -3.0)},
    "constant_target": {},
    "perfect_fit": {"unexplained": 0.0},
    "digits_lost": {"digits": 4.2, "condition": 1e12},
    "separation": {"columns": ("x",), "complete": False, "settled": 15, "n_rows": 135},
    "runaway_coefficient": {"columns": ("g[b]",), "complete": False, "settled": 30, "n_rows": 60},
    "not_converged": {"iterations": 100},
    "no_overdispersion": {"theta": 1e8},
    "overdispersed": {"dispersion": 13.0},
    "few_clusters": {"clusters": 9},
    "few_rows_for_intervals": {"rows": 20},
    "few_rows_of_weight": {"columns": ("g[b]",), "freedom": 3.1, "rows": 200},
    "short_series": {"rows": 50, "worth": 12.4, "memory": 0.6},
}


def test_every_code_is_here() -> None:
    assert set(FACTS) == set(design.WORDING) | set(fit.WORDING)


@pytest.mark.parametrize("code", FACTS)
def test_words(code: str) -> None:
    make = {**design.WORDING, **fit.WORDING}[code]
    words = make(Finding(code=code, severity="attention", subject="sales", facts=FACTS[code]))
    assert words.evidence.endswith(".")
    assert words.advice.endswith(".")
    assert "nan" not in words.evidence
    assert "!" not in words.evidence + words.advice


def test_separation_counts_its_rows_and_says_what_the_others_rest_on() -> None:
    words = fit.WORDING["separation"](
        Finding(code="separation", severity="problem", subject="s", facts=FACTS["separation"])
    )
    assert "without exception in 15 of 135 rows" in words.evidence
    assert "those of the 120 other rows: setting these 15 aside changes none" in words.advice


def test_an_alias_is_written_as_a_sum() -> None:
    words = fit.WORDING["aliased"](Finding(code="aliased", severity="attention", subject="s", facts=FACTS["aliased"]))
    assert words.evidence == "s is exactly 2 x a - 3."


def test_few_rows_under_classical_errors_are_told_what_they_rely_on() -> None:
    facts: dict[str, Fact] = {"rows": 20, "robust": False}
    words = fit.WORDING["few_rows_for_intervals"](Finding(code="few_rows_for_intervals", severity="info", facts=facts))
    assert "rely on an even spread" in words.evidence


def test_findings_of_the_language_model_name_the_page_on_privacy() -> None:
    facts: dict[str, Fact] = {"requests": 2, "provider": "p", "share": "summary", "by": "m", "columns": ("a",)}
    asked, after = (
        insight.WORDING[code](Finding(code=code, severity="info", subject="s", facts=facts))
        for code in ("llm_asked", "llm_after_outcome")
    )
    assert asked.reference.endswith("docs/privacy.md")
    assert "doi:" in after.reference
