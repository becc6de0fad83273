"""What stands above a report of terms that its model misses, or was given."""

from __future__ import annotations

from regression_analyzer.api.adopt import with_formula
from regression_analyzer.web import added_note, missing_note

CURVE = {"term": "I(age^2)", "kind": "curvature", "predictors": ["age"]}
PRODUCT = {"term": "bmi:smoker", "kind": "interaction", "predictors": ["bmi", "smoker"]}
MISSED = {"terms": [PRODUCT], "formula": "y ~ bmi * smoker", "explained": 0.942}


def test_a_missed_term_is_offered_with_what_it_brings() -> None:
    note = missing_note("job", {"explained": 0.831, "missed": MISSED})
    assert note is not None
    assert note.heading == "This model misses that the effects of bmi and smoker depend on each other (bmi:smoker)."
    assert "94% of what varies in rows it has not seen is explained, instead of 83%" in note.text
    assert note.action == "/pages/adopt/job"


def test_without_shares_none_is_claimed() -> None:
    note = missing_note("job", {"explained": None, "missed": {**MISSED, "terms": [PRODUCT, CURVE]}})
    assert note is not None
    assert note.heading == (
        "This model misses that the effects of bmi and smoker depend on each other (bmi:smoker) "
        "and the bend in age (I(age^2))."
    )
    assert note.text == ""
    assert note.label == "Add them and analyse again"


def test_close_shares_are_told_apart() -> None:
    note = missing_note("job", {"explained": 0.9381, "missed": MISSED})
    assert note is not None
    assert "94.2%" in note.text
    assert "93.8%" in note.text


def test_nothing_missed_nothing_said() -> None:
    assert missing_note("job", {"explained": 0.8, "missed": None}) is None
    assert missing_note("job", {}) is None


def test_the_way_back_is_offered_while_the_earlier_report_exists() -> None:
    payload = {"earlier": "before", "added": [PRODUCT]}
    note = added_note(payload, {"explained": 0.94}, {"explained": 0.83})
    assert note is not None
    assert note.action == "/analyses/before"
    assert "94% of what varies in rows it has not seen is explained; without it, 83%." in note.text
    assert added_note(payload, {"explained": 0.94}, None) is None
    assert added_note({}, {}, {}) is None


def test_a_formula_replaces_the_choice_of_columns_and_nothing_else() -> None:
    options = {
        "target": "y",
        "predictors": ["a"],
        "covariance": "HC3",
        "reference": {"a": "x"},
        "overrides": {"target": "y", "predictor.b": "leave_out", "table.decimal": ","},
    }
    assert with_formula(options, "y ~ a") == {
        "formula": "y ~ a",
        "covariance": "HC3",
        "reference": {"a": "x"},
        "overrides": {"table.decimal": ","},
    }
