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


def test_text_with_three_levels_says_what_to_do() -> None:
    with pytest.raises(InputError, match="two values only"):
        design_of(["a", "b", "c"] * 5)


def test_a_constant_target_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to explain"):
        design_of([5.0] * 10)


@pytest.mark.parametrize(("family", "y"), [("gamma", [0.0, 1, 2, 3]), ("poisson", [-1.0, 1, 2, 3])])
def test_values_that_a_family_cannot_have(family: str, y: list[float]) -> None:
    with pytest.raises(InputError, match="1 rows"):
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
