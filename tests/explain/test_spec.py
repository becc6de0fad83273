"""A prediction model written down and read back."""

from __future__ import annotations

import json

import numpy as np
import pytest

from regression_analyzer.errors import InputError
from regression_analyzer.explain import from_spec, predict, to_spec

from .models import csv_table, homes, model_of

FORMULAS = [
    ("price ~ area * town + rooms", "gaussian", "HC3"),
    ("log(price) ~ poly(area, 2) + C(rooms) + built", "gaussian", "classical"),
    ("price ~ bs(area, 5)", "gaussian", "HC1"),
    ("sold ~ area + town", "binomial", "classical"),
    ("visits ~ area + offset(log(rooms))", "poisson", "classical"),
    ("price ~ 0 + town + area", "gamma(log)", "classical"),
    ("price ~ 1", "gaussian", "classical"),
]


@pytest.mark.parametrize(("formula", "family", "kind"), FORMULAS)
def test_predictions_survive_to_the_last_bit(formula: str, family: str, kind: str) -> None:
    table = csv_table(homes())
    model = model_of(table, formula, family=family, kind=kind)
    again = from_spec(json.loads(json.dumps(to_spec(model), allow_nan=False)))
    first, second = predict(model, table), predict(again, table)
    for name in ("predicted", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True), name
    assert first.reason == second.reason


@pytest.mark.parametrize(("formula", "family", "kind"), FORMULAS)
def test_writing_it_again_gives_the_same(formula: str, family: str, kind: str) -> None:
    spec = to_spec(model_of(csv_table(homes()), formula, family=family, kind=kind))
    assert to_spec(from_spec(json.loads(json.dumps(spec)))) == json.loads(json.dumps(spec))


@pytest.mark.parametrize(
    "spec",
    [{}, {"version": 1}, {"version": "x"}, {"version": None}, {"version": 1, "design": [], "kept": 3, "domain": 0}],
)
def test_other_data_are_refused_in_one_sentence(spec: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        from_spec(spec)
    assert caught.value.hint


def test_a_later_version_is_refused() -> None:
    spec = to_spec(model_of(csv_table(homes()), "price ~ area"))
    with pytest.raises(InputError, match="later version"):
        from_spec({**spec, "version": 99})
