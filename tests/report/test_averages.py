"""Effects averaged over the rows, in words and in the document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.charts import figures
from regression_analyzer.report.analysis_document import document
from regression_analyzer.report.averages import averages_grid
from regression_analyzer.report.json_values import to_json
from regression_analyzer.report.sentences import narrative
from regression_analyzer.table import read_table
from tests.explain.models import homes


def analysed(formula: str) -> Analysis:
    return analyze(read_table(homes(400).encode(), name="homes.csv"), Options(formula=formula))


@pytest.fixture(scope="module")
def sold() -> Analysis:
    return analysed("sold ~ area + town")


@pytest.fixture(scope="module")
def joint() -> Analysis:
    return analysed("price ~ area * town + rooms")


def effects_told(analysis: Analysis) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(document(analysis, ())))["effects"]
    return found


def test_chances_are_told_in_points(sold: Analysis) -> None:
    (told,) = [text for text in narrative(sold) if text.startswith("area from")]
    step = next(row for row in effects_told(sold)["average"] if row["kind"] == "step")
    assert "On average over the rows the chance of sold being yes is about" in told
    assert f"{100 * step['estimate']:.0f}" in told
    assert "points higher" in told


def test_the_step_is_that_of_the_coefficient_table(sold: Analysis) -> None:
    step = next(row for row in effects_told(sold)["average"] if row["kind"] == "step")
    assert (step["low"], step["high"]) == sold.profile.by_name["area"].middle_half


def test_each_unit_and_each_level_has_a_row(sold: Analysis) -> None:
    grid = averages_grid(sold)
    assert grid is not None
    assert [row[1].text for row in grid.rows if row[0].text == "town"] == [
        "south instead of north",
        "west instead of north",
    ]
    assert "each unit of area" in [row[1].text for row in grid.rows]


def test_a_straight_line_repeats_nothing() -> None:
    analysis = analysed("price ~ area + town")
    assert averages_grid(analysis) is None
    assert not any("On average" in text for text in narrative(analysis))


def test_predictors_that_depend_on_each_other_are_told_by_part(joint: Analysis) -> None:
    grid = averages_grid(joint)
    assert grid is not None
    steps = [row[1].text for row in grid.rows if row[0].text == "area"]
    assert "each unit of area, where town is south" in steps
    assert {row[0].text for row in grid.rows} == {"area", "town"}
    assert {row.get("by_level") for row in effects_told(joint)["average"] if row["predictor"] == "area"} == {
        None,  # over all rows
        "north",
        "south",
        "west",
    }


def test_curves_of_parts_have_their_names(joint: Analysis) -> None:
    drawn = next(figure for figure in figures(joint) if figure.x_label == "area" and figure.name.startswith("effect"))
    lines = [mark for mark in drawn.marks if mark.kind == "line"]
    assert [mark.labels for mark in lines] == [("town north",), ("town south",), ("town west",)]
    assert len({mark.emphasis for mark in lines}) == 3


def test_a_chart_turns_a_logarithm_back() -> None:
    analysis = analysed("log(price) ~ area")
    drawn = next(figure for figure in figures(analysis) if figure.name == "effect_1")
    line = next(mark for mark in drawn.marks if mark.kind == "line")
    assert line.y is not None
    assert line.y.min() > 1000
    assert "Typical price" in drawn.y_label


def test_contributions_stand_above_for_high_values(sold: Analysis) -> None:
    drawn = next(figure for figure in figures(sold) if figure.name == "contributions")
    row = drawn.categories.index("area")
    high = next(mark for mark in drawn.marks if mark.name == "high values")
    assert high.y is not None
    here = high.y[abs(high.y - row) < 0.5]
    assert here.size > 20
    assert (here < row).all()
