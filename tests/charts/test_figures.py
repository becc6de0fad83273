import dataclasses

import numpy as np
import pytest

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts import Figure, figures
from regression_analyzer.charts.figures_fitted import wilson
from tests.charts.build import analysis_of


def figure(analysis: Analysis, name: str) -> Figure:
    return next(f for f in figures(analysis) if f.name == name)


def mark_x(made: Figure, kind: str) -> np.typing.NDArray[np.float64]:
    found = [m.x for m in made.marks if m.kind == kind and m.x is not None]
    return np.concatenate(found)


def test_a_number_target_has_every_picture_in_order(funnel: Analysis) -> None:
    assert [f.name for f in figures(funnel)] == [
        "coefficients",
        "observed_fitted",
        "residuals_fitted",
        "qq",
        "scale_location",
        "leverage",
        "target_distribution",
        "partial_1",
        "partial_2",
    ]


def test_a_yes_no_target_has_shares_and_no_normal_curve(yes_no: Analysis) -> None:
    assert [f.name for f in figures(yes_no)] == [
        "coefficients",
        "observed_fitted",
        "residuals_fitted",
        "leverage",
        "partial_1",
    ]


@pytest.mark.parametrize("name", ["funnel", "yes_no", "long_table", "hostile"])
def test_every_figure_is_told_in_words(name: str, request: pytest.FixtureRequest) -> None:
    for made in figures(request.getfixturevalue(name)):
        assert made.title
        assert made.x_label
        assert made.caption.endswith((".", "?"))
        assert len(made.alt) > 40
        assert any(character.isdigit() for character in made.alt)


def test_the_coefficient_is_told_for_a_step_of_the_middle_half(funnel: Analysis) -> None:
    made = figure(funnel, "coefficients")
    size = funnel.inference.coefficients[1]
    quantiles = funnel.profile.by_name["size"].quantiles
    assert quantiles is not None
    step = quantiles["0.75"] - quantiles["0.25"]
    row = next(i for i, c in enumerate(made.categories) if c.startswith("size, +"))
    interval = next(m for m in made.marks if m.y is not None and row in m.y)
    assert interval.x is not None
    assert interval.y is not None
    assert interval.x[interval.y == row][0] == pytest.approx(size.estimate * step)


def test_the_strongest_predictor_is_on_top_and_levels_stay_together(funnel: Analysis) -> None:
    names = [c.split(",")[0].split(":")[0] for c in figure(funnel, "coefficients").categories]
    assert names == ["size", "colour", "colour", "age"]


def test_levels_name_what_they_are_compared_with(funnel: Analysis) -> None:
    assert "colour: red vs blue" in figure(funnel, "coefficients").categories


def test_an_interval_that_holds_zero_is_quiet(funnel: Analysis) -> None:
    made = figure(funnel, "coefficients")
    for mark in made.marks:
        assert mark.low is not None
        assert mark.high is not None
        holds = (mark.low <= 0) & (mark.high >= 0)
        assert (mark.emphasis == "quiet") == bool(holds.all())


def test_odds_ratios_stand_on_a_log_axis_about_one(yes_no: Analysis) -> None:
    made = figure(yes_no, "coefficients")
    sex = next(c for c in yes_no.inference.coefficients if c.term == "sex[male]")
    row = made.categories.index("sex: male vs female")
    mark = next(m for m in made.marks if m.y is not None and row in m.y)
    assert made.x_log
    assert made.reference["x"] == 1.0
    assert mark.x is not None
    assert mark.y is not None
    assert mark.x[mark.y == row][0] == pytest.approx(np.exp(sex.estimate))
    assert "Odds ratio" in made.x_label


def test_without_a_clear_interval_no_effect_is_told() -> None:
    generator = np.random.default_rng(8)
    made = figures(analysis_of("y", generator.normal(size=40), {"x": generator.normal(size=40)}))[0]
    assert made.caption.startswith("Every interval includes zero")


def test_a_log_target_is_told_as_ratios() -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=100)
    made = figures(analysis_of("price", np.exp(x + generator.normal(size=100)), {"x": x}, target_transform="log"))[0]
    assert made.x_log
    assert made.x_label.startswith("Ratio of price")


def test_one_wild_interval_does_not_squeeze_the_others(funnel: Analysis) -> None:
    first, *rest = funnel.inference.coefficients
    wild = dataclasses.replace(rest[-1], ci_low=-1e9, ci_high=1e9)
    inference = dataclasses.replace(funnel.inference, coefficients=(first, *rest[:-1], wild))
    made = figure(dataclasses.replace(funnel, inference=inference), "coefficients")
    assert made.x_range is not None
    assert made.x_range[1] - made.x_range[0] < 1_000


def test_a_model_without_slopes_has_no_coefficient_picture(funnel: Analysis) -> None:
    inference = dataclasses.replace(funnel.inference, coefficients=funnel.inference.coefficients[:1])
    assert "coefficients" not in {f.name for f in figures(dataclasses.replace(funnel, inference=inference))}


def test_a_growing_spread_is_said(funnel: Analysis) -> None:
    assert figure(funnel, "residuals_fitted").caption.startswith("The spread grows with the prediction")
    assert "times as large at the largest predictions" in figure(funnel, "scale_location").caption


def test_an_even_spread_is_said() -> None:
    generator = np.random.default_rng(5)
    x = generator.uniform(0, 1, 1_000)
    even = analysis_of("y", x + generator.normal(size=1_000), {"x": x})
    assert "stays much the same" in figure(even, "residuals_fitted").caption


def test_a_bend_is_said() -> None:
    generator = np.random.default_rng(6)
    x = generator.uniform(-1, 1, 800)
    bent = analysis_of("y", 4 * x * x + generator.normal(size=800) * 0.2, {"x": x})
    assert "leave the straight line" in figure(bent, "partial_1").caption


def test_a_straight_part_is_said(long_table: Analysis) -> None:
    assert "follow the straight line" in figure(long_table, "partial_1").caption


def test_the_most_influential_rows_are_named(funnel: Analysis) -> None:
    top = funnel.diagnostics.influence.cooks_distance[0].row
    made = figure(funnel, "leverage")
    assert f"Row {top} weighs most" in made.caption
    assert made.marks[-1].labels[0] == f"row {top}"


def test_cook_contours_hold_the_distance_they_name() -> None:
    generator = np.random.default_rng(7)
    x = np.append(generator.normal(size=20), 9.0)
    y = np.append(x[:-1] + generator.normal(size=20), -9.0)
    analysis = analysis_of("y", y, {"x": x})
    lines = [m for m in figure(analysis, "leverage").marks if m.name == "Cook's distance 1"]
    assert lines
    for line in lines:
        assert line.x is not None
        assert line.y is not None
        assert np.allclose(line.y**2 * line.x / (1 - line.x) / 2, 1.0)


def test_many_rows_are_gathered(long_table: Analysis) -> None:
    assert [m.kind for m in figure(long_table, "observed_fitted").marks] == ["hexbin", "rule"]
    assert "20,000 rows" in figure(long_table, "observed_fitted").alt


def test_calibration_groups_hold_every_row(yes_no: Analysis) -> None:
    made = figure(yes_no, "observed_fitted")
    points = mark_x(made, "points")
    assert 2 <= points.size <= 10
    assert np.all((points >= 0) & (points <= 1))


def test_wilson_interval_matches_the_published_example() -> None:
    # Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E: 81 of 263
    low, high = wilson(np.asarray([81 / 263]), np.asarray([263.0]))
    assert (round(float(low[0]), 4), round(float(high[0]), 4)) == (0.2553, 0.3662)


def test_units_stand_on_the_axes(funnel: Analysis) -> None:
    assert figure(funnel, "observed_fitted").y_label == "Observed price (€)"


def test_long_names_are_cut_on_axes_and_whole_in_the_description(hostile: Analysis) -> None:
    made = figure(hostile, "coefficients")
    assert all(len(category) <= 40 for category in made.categories)
    assert "long long long" in made.alt


def test_nothing_to_draw_gives_no_figure(funnel: Analysis) -> None:
    plot = funnel.diagnostics.residuals
    nothing = np.full(plot.row.size, np.nan)
    empty = dataclasses.replace(
        plot,
        y=nothing,
        fitted=nothing,
        residual=nothing,
        standardized=nothing,
        leverage=nothing,
        normal_quantiles=np.empty(0),
        residual_quantiles=np.empty(0),
    )
    diagnostics = dataclasses.replace(funnel.diagnostics, residuals=empty, partial=())
    made = figures(dataclasses.replace(funnel, diagnostics=diagnostics))
    assert [f.name for f in made] == ["coefficients", "target_distribution"]
