"""A prediction model written down and read back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from regression_analyzer.errors import InputError
from regression_analyzer.explain import from_spec, predict, to_spec
from regression_analyzer.explain.conformal import Conformal

from .models import csv_table, homes, model_of

WIDTHS = Conformal(
    half_width=0.1 + 0.2,
    level=0.95,
    n_obs=200,
    covered=0.945,
    covered_low=0.95,
    covered_high=0.94,
    at=np.array([0.1, 1 / 3, 1e5]),
    half_widths=np.array([0.3, 2 / 3, 1e4]),
)
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
    model = replace(model_of(table, formula, family=family, kind=kind), conformal=WIDTHS)
    again = from_spec(json.loads(json.dumps(to_spec(model), allow_nan=False)))
    first, second = predict(model, table), predict(again, table)
    for name in ("predicted", "ci_low", "ci_high", "pi_low", "pi_high", "conformal_low", "conformal_high"):
        assert np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True), name
    assert first.reason == second.reason


@pytest.mark.parametrize(("formula", "family", "kind"), FORMULAS)
def test_writing_it_again_gives_the_same(formula: str, family: str, kind: str) -> None:
    spec = to_spec(replace(model_of(csv_table(homes()), formula, family=family, kind=kind), conformal=WIDTHS))
    assert to_spec(from_spec(json.loads(json.dumps(spec)))) == json.loads(json.dumps(spec))


def test_a_model_written_before_there_were_such_intervals_is_read() -> None:
    spec = to_spec(model_of(csv_table(homes()), "price ~ area"))
    del spec["conformal"]
    found = predict(from_spec(spec), csv_table("area\n100\n150\n"))
    assert np.isfinite(found.pi_low).all()
    assert np.isnan(found.conformal_low).all()


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
