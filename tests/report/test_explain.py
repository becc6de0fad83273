"""What the report and the document say of unseen rows and of what matters."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.charts import figures
from regression_analyzer.report.analysis_document import document
from regression_analyzer.report.blocks import Grid, Paragraph, Section
from regression_analyzer.report.json_values import to_json
from regression_analyzer.report.numbers import fmt
from regression_analyzer.report.prose import plain_text
from regression_analyzer.report.report_view import view
from regression_analyzer.report.sentences import narrative
from regression_analyzer.table import read_table


def table_text(bend: float, n: int = 400) -> str:
    rng = np.random.default_rng(3)
    age, dose = rng.uniform(-2, 2, size=(2, n))
    score = age + dose + bend * age * dose + 0.5 * rng.normal(size=n)
    rows = zip(score.tolist(), age.tolist(), dose.tolist(), strict=True)
    return "score,age,dose\n" + "".join(f"{a!r},{b!r},{c!r}\n" for a, b, c in rows)


def analysed(text: str) -> Analysis:
    return analyze(read_table(text.encode(), name="scores.csv"), Options(formula="score ~ age + dose"))


@pytest.fixture(scope="module")
def bent() -> Analysis:
    return analysed(table_text(2.0))


@pytest.fixture(scope="module")
def straight() -> Analysis:
    return analysed(table_text(0.0))


def told(analysis: Analysis) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(document(analysis, ())))
    return found


def section(analysis: Analysis, anchor: str) -> Section:
    drawn = figures(analysis)
    sections = view(analysis, drawn, document(analysis, tuple(figure.name for figure in drawn))).sections
    return next(each for each in sections if each.anchor == anchor)


def test_three_models_are_side_by_side(bent: Analysis) -> None:
    found = told(bent)["validation"]
    assert found["baseline"]["r_squared"] == 0
    assert 0 < found["linear"]["r_squared"] < found["flexible"]["r_squared"] < 1
    gap = found["flexible"]["r_squared"] - found["linear"]["r_squared"]
    assert found["unexplained_by_linear"] == pytest.approx(gap)


def test_what_is_missed_can_be_adopted(bent: Analysis) -> None:
    missed = told(bent)["validation"]["terms_missed"]
    assert missed["formula"] == "score ~ age + dose + age:dose"
    assert missed["with_terms"] > missed["without"]


def test_nothing_missed_has_its_reason(straight: Analysis) -> None:
    missed = told(straight)["validation"]["terms_missed"]
    assert missed["terms"] == []
    assert "no better" in missed["because"]


def test_importance_has_three_methods(straight: Analysis) -> None:
    found = told(straight)["feature_importance"]
    for method in ("lmg", "permutation", "shap"):
        assert {row["predictor"] for row in found[method]} == {"age", "dose"}
    assert sum(row["share"] for row in found["lmg"]) == pytest.approx(told(straight)["model"]["r_squared"])
    assert sum(row["share"] for row in found["shap"]) == pytest.approx(1)


def test_the_answer_says_that_it_is_not_the_whole_story(bent: Analysis) -> None:
    assert any("It is not the whole story: a model that also holds age:dose" in text for text in narrative(bent))


def test_a_straight_line_that_is_enough_is_said(straight: Analysis) -> None:
    assert any(", which is not clearly more" in text for text in narrative(straight))


def test_the_section_shows_the_models_and_the_pictures(bent: Analysis) -> None:
    shown = section(bent, "predict")
    grid = next(block for block in shown.blocks if isinstance(block, Grid))
    assert [row[0].text for row in grid.rows] == [
        "The average alone",
        "This model",
        "A flexible model (boosted trees)",
    ]
    assert {"validation", "line_against_flexible"} <= {p.name for b in shown.blocks for p in getattr(b, "pictures", ())}


def test_shares_stand_beside_the_effects(straight: Analysis) -> None:
    shown = section(straight, "effects")
    captions = [block.caption for block in shown.blocks if isinstance(block, Grid)]
    assert any(caption.startswith("What matters") for caption in captions)


def paragraphs(analysis: Analysis, anchor: str) -> list[str]:
    return [plain_text(block.text) for block in section(analysis, anchor).blocks if isinstance(block, Paragraph)]


def test_section_four_says_what_one_may_rely_on(straight: Analysis) -> None:
    said = paragraphs(straight, "predict")
    starts = ("Do predictions come true", "95% of new rows lie within", "Could something", "Do a few rows decide?")
    assert [sum(text.startswith(start) for text in said) for start in starts] == [1, 1, 1, 1]
    (firm,) = [text for text in said if text.startswith("Do a few rows decide?")]
    assert "the directions of" in firm
    assert "stay clear even without the tenth of the rows that speaks for them most" in firm


def test_the_width_in_words_is_that_of_the_predictions(straight: Analysis) -> None:
    found = straight.prediction.conformal
    assert found is not None
    assert not found.local
    assert any(
        f"within {fmt(found.half_width, 2)} of their prediction" in text for text in paragraphs(straight, "predict")
    )


def test_few_rows_have_a_reason_instead() -> None:
    small = "\n".join(table_text(0.0).splitlines()[:8])
    found = told(analysed(small))
    assert found["validation"] is None
    assert "too few" in found["validation_reason"]
