"""Effects in words, on each scale."""

from __future__ import annotations

import math

import numpy as np
import pytest

from regression_analyzer.explain.value import Predictions
from regression_analyzer.report.cells import predictions_csv
from regression_analyzer.report.effects import Size, effects, value_words
from regression_analyzer.report.ranking import by_predictor
from regression_analyzer.report.sizes import Scale, cell_words, effect_words
from tests.report import sample

DIFFERENCE = Scale(kind="difference", noun="price", column_title="Change of price", prefix="$")
ODDS = Scale(kind="odds", noun="the odds (churn being yes)", column_title="Odds, times")
RATIO = Scale(kind="ratio", noun="the expected count of visits", column_title="Change of the mean")


def logs(value: float, low: float, high: float) -> Size:
    return Size(value=math.log(value), low=math.log(low), high=math.log(high))


@pytest.mark.parametrize(
    ("size", "scale", "clear", "text"),
    [
        (Size(value=23848.5, low=22715.0, high=24982.0), DIFFERENCE, True, "about $23,800 higher ($22,700 to 25,000)"),
        (Size(value=-50.0, low=-60.0, high=-40.0), DIFFERENCE, True, "about $50 lower ($40 to 60)"),
        (logs(1.8, 1.5, 2.16), ODDS, True, "1.8 times as high (1.5 to 2.2)"),
        (logs(1.12, 1.08, 1.16), RATIO, True, "about 12.0% higher (8.0% to 16.0%)"),
        (logs(2.5, 2.0, 3.2), RATIO, True, "2.5 times as high (2 to 3.2)"),
        (logs(0.97, 0.8, 1.18), RATIO, False, "between 20% lower and 18% higher: too uncertain to say"),
        (Size(value=3.0, low=math.nan, high=math.nan), RATIO, True, "20 times as high (no interval can be given)"),
        (Size(value=math.inf, low=math.nan, high=math.nan), ODDS, True, "of no finite size"),
    ],
)
def test_an_effect_in_words(size: Size, scale: Scale, clear: bool, text: str) -> None:
    assert effect_words(size, scale, clear=clear) == text


def test_a_ratio_beyond_floats_is_still_told() -> None:
    assert "beyond any measure" in effect_words(Size(value=800.0, low=1.0, high=1600.0), ODDS, clear=True)


def test_cells_show_signs() -> None:
    assert cell_words(Size(value=12.3, low=10.0, high=14.6), DIFFERENCE) == ("+12.3", "10.0 to 14.6")
    assert cell_words(Size(value=0.66, low=0.43, high=0.89), DIFFERENCE)[0] == "+0.66"
    assert cell_words(Size(value=1e-9, low=-1.0, high=1.0), DIFFERENCE)[0] == "0.0"
    assert cell_words(logs(2.5, 2.0, 3.2), ODDS) == ("×2.5", "2 to 3.2")


def test_odds_of_outcomes_told_apart_have_no_number() -> None:
    assert cell_words(Size(value=60.0, low=math.nan, high=math.nan), ODDS) == ("no finite size", "none")


def test_a_step_backwards_keeps_its_interval_in_order() -> None:
    turned = Size(value=1.0, low=0.5, high=1.5).times(-2.0)
    assert (turned.low, turned.high) == (-3.0, -1.0)


@pytest.mark.parametrize(("value", "step", "text"), [(26.29, 8.4, "26.3"), (51.0, 24.0, "51"), (2007.0, 2.0, "2,007")])
def test_values_have_the_digits_their_step_needs(value: float, step: float, text: str) -> None:
    assert value_words(value, step) == text


def test_a_number_steps_over_its_middle_half() -> None:
    age = next(effect for effect in effects(sample.analysis()) if effect.kind == "number")
    data = sample.numbers()
    low, high = np.quantile(data.x[:, 1], [0.25, 0.75])
    assert age.size.value == pytest.approx(data.b[1] * (high - low), rel=1e-12)


def test_the_spread_of_a_predictor_is_that_of_its_part() -> None:
    data = sample.numbers()
    found = {part.name: part.spread for part in by_predictor(sample.analysis())}
    assert found["age"] == pytest.approx(float(np.std(data.b[1] * data.x[:, 1])), rel=1e-9)


def test_predictions_are_written_with_full_precision_and_safe_reasons() -> None:
    one = np.array([0.1])
    predictions = Predictions(
        row=np.array([1]),
        predicted=one,
        ci_low=-one,
        ci_high=one,
        pi_low=np.array([np.nan]),
        pi_high=one,
        conformal_low=-one,
        conformal_high=one,
        in_domain=(False,),
        reason=("=danger",),
    )
    assert predictions_csv(predictions).splitlines()[1] == "1,0.1,-0.1,0.1,,0.1,no,'=danger,-0.1,0.1"
