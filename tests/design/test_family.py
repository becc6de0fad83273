"""The family chosen from the target, with its reason; targets that no family explains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.family import parse_family
from regression_analyzer.design.value import Design
from regression_analyzer.errors import InputError, UsageError

from .tables import make_profile, make_table


def design_of(y: Any, *, kind: str | None = None, **options: Any) -> Design:
    table = make_table({"y": y, "x": np.arange(float(len(y)))}, {"y": kind} if kind else None)  # type: ignore[dict-item]
    return specify(table, make_profile(table), formula=options.pop("formula", "y ~ x"), **options)


rng = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("y", "family"),
    [
        (rng.normal(size=60), "gaussian"),
        (np.exp(rng.normal(8, 1, 60)), "gaussian"),
        (rng.integers(0, 2, 60).astype(float), "binomial"),
        (["yes", "no", "no"] * 20, "binomial"),
        (rng.poisson(2.0, 200).astype(float), "poisson"),
        (rng.negative_binomial(1, 0.1, 200).astype(float), "negative-binomial"),
        (rng.poisson(4000.0, 60).astype(float), "gaussian"),
        (np.tile([3.0, 4, 5, 4], 15), "gaussian"),
    ],
)
def test_family_from_values(y: Any, family: str) -> None:
    design = design_of(y)
    assert design.family == family
    (decision,) = [d for d in design.decisions if d.id == "family"]
    assert decision.because


def test_a_skewed_positive_target_mentions_the_gamma() -> None:
    (decision,) = [d for d in design_of(np.exp(rng.normal(8, 1, 60))).decisions if d.id == "family"]
    assert "gamma" in decision.rejected


@pytest.mark.parametrize(
    ("y", "kind", "event"),
    [(["no", "yes", "yes"] * 9, "yes_no", "yes"), (["Y", "N", "N"] * 9, "yes_no", "Y"), (["a", "b"] * 9, "text", "b")],
)
def test_the_event_is_the_yes_or_later_level(y: list[str], kind: str, event: str) -> None:
    design = design_of(y, kind=kind)
    assert design.event == event
    table = make_table({"y": y, "x": np.arange(float(len(y)))}, {"y": kind})  # type: ignore[dict-item]
    (block,) = open_blocks(design, table)
    assert block.y.tolist() == [float(value == event) for value in y]


def test_zero_and_one_need_no_event() -> None:
    assert design_of([0.0, 1.0] * 10).event is None


def test_two_other_numbers_are_a_quantity_unless_asked() -> None:
    assert design_of([1.0, 2.0] * 10).family == "gaussian"
    assert design_of([1.0, 2.0] * 10, family="binomial").event == "2"


def test_text_with_three_levels_is_told_one_against_the_others_and_all_at_once() -> None:
    design = design_of([*["a", "b", "c"] * 5, "c"])
    assert (design.family, design.event, design.outcomes) == ("binomial", "c", ("a", "b", "c"))
    chosen = {decision.id: decision.chosen for decision in design.decisions}
    assert chosen["family"] == "multinomial"
    assert (chosen["event"], chosen["outcome_reference"]) == ("c", "a")


def test_a_constant_target_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to explain"):
        design_of([5.0] * 10)


@pytest.mark.parametrize(("family", "y"), [("gamma", [0.0, 1, 2, 3]), ("poisson", [-1.0, 1, 2, 3])])
def test_values_that_a_family_cannot_have(family: str, y: list[float]) -> None:
    with pytest.raises(InputError, match="in 1 row"):
        design_of(y, family=family)


def test_binomial_of_a_quantity_is_refused() -> None:
    with pytest.raises(InputError, match="needs two"):
        design_of(rng.normal(size=20), family="binomial")


def test_a_transformed_target_is_a_quantity() -> None:
    assert design_of(rng.poisson(5.0, 60) + 1.0, formula="log(y) ~ x").family == "gaussian"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auto", (None, None, False)),
        ("Gamma(inverse)", ("gamma", "inverse", False)),
        ("negative_binomial", ("negative-binomial", None, False)),
        ("quasi-poisson", ("poisson", None, True)),
    ],
)
def test_family_texts(text: str, expected: tuple[str | None, str | None, bool]) -> None:
    assert parse_family(text) == expected


@pytest.mark.parametrize("text", ["weibull", "gamma(logit)", "quasi-gamma"])
def test_unknown_families(text: str) -> None:
    with pytest.raises(UsageError, match="not a family"):
        parse_family(text)


def test_a_link_is_a_decision_where_there_is_a_choice() -> None:
    table = make_table({"y": [0, 1] * 10, "x": list(range(20))})
    design = specify(table, make_profile(table), target="y", predictors=["x"])
    assert [d.chosen for d in design.decisions if d.id == "link"] == ["logit"]


def test_a_link_that_the_family_lacks_is_refused() -> None:
    table = make_table({"y": [0, 1] * 10, "x": list(range(20))})
    with pytest.raises(UsageError, match="no link"):
        specify(table, make_profile(table), target="y", predictors=["x"], overrides={"link": "inverse"})


COUNTED = {"won": [3, 0, 5, 2], "lost": [1, 4, 0, 0], "x": [1.0, 2.0, 3.0, 4.0]}


def test_successes_and_failures_become_shares_and_trials() -> None:
    table = make_table({**COUNTED, "lost": [1, 4, 0, None]})
    design = specify(table, make_profile(table), formula="cbind(won, lost) ~ x")
    blocks = list(open_blocks(design, table))
    assert design.n_obs == 3
    assert [block.y.tolist() for block in blocks] == [[0.75, 0.0, 1.0]]
    assert blocks[0].weights is not None
    assert blocks[0].weights.tolist() == [4.0, 4.0, 5.0]


def test_trials_and_failures_make_the_same_rows() -> None:
    table = make_table({**COUNTED, "n": [4, 4, 5, 2]})
    first = specify(table, make_profile(table), formula="cbind(won, lost) ~ x")
    second = specify(table, make_profile(table), formula="cbind(won, n - won) ~ x")
    one, two = (next(iter(open_blocks(design, table))) for design in (first, second))
    assert one.y.tolist() == two.y.tolist()
    assert second.formula == "cbind(won, n - won) ~ x"


def test_rows_without_trials_are_left_out_with_their_reason() -> None:
    table = make_table({**COUNTED, "won": [3, 0, 5, 0], "lost": [1, 4, 0, 0]})
    design = specify(table, make_profile(table), formula="cbind(won, lost) ~ x")
    assert [(part.rows, part.reason) for part in design.left_out] == [(1, "no trials in cbind(won, lost)")]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("cbind(won, n - lost) ~ x", "formula"),
        ("cbind(won, lost) ~ x + lost", "target_among_predictors"),
        ("cbind(won, name) ~ x", "counts_not_numbers"),
    ],
)
def test_counts_that_make_no_sense_are_refused(formula: str, code: str) -> None:
    table = make_table({**COUNTED, "n": [4, 4, 5, 2], "name": ["a", "b", "c", "d"]})
    with pytest.raises(UsageError) as caught:
        specify(table, make_profile(table), formula=formula)
    assert caught.value.code == code


def test_negative_counts_are_refused() -> None:
    table = make_table({**COUNTED, "n": [2, 4, 5, 2]})
    with pytest.raises(InputError, match="negative counts"):
        specify(table, make_profile(table), formula="cbind(won, n - won) ~ x")


THREE = ["a", "b", "c"] * 10


def test_one_outcome_of_several_against_the_others() -> None:
    table = make_table({"y": THREE, "x": list(range(30))})
    design = specify(table, make_profile(table), formula="y ~ x", overrides={"event": "b"})
    assert (design.family, design.event) == ("binomial", "b")
    assert [block.y.tolist() for block in open_blocks(design, table)] == [[0.0, 1.0, 0.0] * 10]


def test_many_outcomes_are_refused_with_what_to_do() -> None:
    table = make_table({"y": [*(f"n{i}" for i in range(30)), "n7"], "x": list(range(31))})
    with pytest.raises(InputError) as caught:
        specify(table, make_profile(table), formula="y ~ x")
    assert caught.value.hint.startswith("Say which outcome to tell from all others: --override event=n7")


def test_which_of_two_outcomes_counts_can_be_turned() -> None:
    table = make_table({"y": ["no", "yes"] * 10, "x": list(range(20))})
    design = specify(table, make_profile(table), formula="y ~ x", overrides={"event": "no"})
    assert [block.y.tolist() for block in open_blocks(design, table)] == [[1.0, 0.0] * 10]


def test_a_number_with_several_values_can_have_an_event() -> None:
    table = make_table({"y": [0, 1, 2, 3, 4] * 6, "x": list(range(30))})
    design = specify(table, make_profile(table), formula="y ~ x", overrides={"event": "3"})
    assert [block.y.tolist() for block in open_blocks(design, table)] == [[0.0, 0.0, 0.0, 1.0, 0.0] * 6]


@pytest.mark.parametrize(
    ("family", "event", "code"), [("auto", "z", "unknown_event"), ("poisson", "2", "event_of_number")]
)
def test_an_event_that_cannot_be_is_refused(family: str, event: str, code: str) -> None:
    table = make_table({"y": [0, 1, 2] * 6, "x": list(range(18))})
    with pytest.raises(UsageError) as caught:
        specify(table, make_profile(table), formula="y ~ x", family=family, overrides={"event": event})
    assert caught.value.code == code
