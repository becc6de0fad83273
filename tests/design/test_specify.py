"""From a table and choices to a design: names, levels, rows left out, families, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regression_analyzer.design import open_blocks, specify
from regression_analyzer.design.value import Categorical, Design
from regression_analyzer.errors import InputError, UsageError
from regression_analyzer.profile.value import Profile
from regression_analyzer.table.value import Table

from .tables import make_profile, make_table


def design_of(columns: dict[str, Any], formula: str | None = None, **options: Any) -> Design:
    kinds = options.pop("kinds", None)
    table = make_table(columns, kinds)
    return specify(table, make_profile(table), formula=formula, **options)


def names(design: Design) -> list[str]:
    return [column.name for column in design.columns]


def matrix(design: Design, table: Table) -> np.ndarray:
    return np.concatenate([block.x for block in open_blocks(design, table)])


SMALL = {
    "y": [1.0, 2.0, 4.0, 3.0, 6.0, 5.5],
    "x": [1.0, 2.0, 3.0, 4.0, 5.0, 7.0],
    "smoker": ["yes", "no", "no", "yes", "no", "yes"],
    "region": ["n", "s", "e", "n", "s", "e"],
}


def test_column_names() -> None:
    design = design_of(SMALL, "y ~ log(x) + smoker + x:smoker", kinds={"smoker": "yes_no"})
    assert names(design) == ["(Intercept)", "log(x)", "smoker[yes]", "x:smoker[no]", "x:smoker[yes]"]


def test_an_interaction_beside_its_margins_is_coded_by_contrasts() -> None:
    design = design_of(SMALL, "y ~ x * smoker")
    assert names(design) == ["(Intercept)", "x", "smoker[yes]", "x:smoker[yes]"]


def test_the_first_factor_of_an_interaction_varies_fastest() -> None:
    design = design_of({**SMALL, "y": SMALL["y"]}, "y ~ smoker * region")
    assert names(design)[-2:] == ["smoker[yes]:region[n]", "smoker[yes]:region[s]"]


def test_without_an_intercept_the_first_category_has_all_levels() -> None:
    design = design_of(SMALL, "y ~ 0 + smoker + region")
    assert names(design) == ["smoker[no]", "smoker[yes]", "region[n]", "region[s]"]


def test_values_of_columns() -> None:
    table = make_table(SMALL)
    design = specify(table, make_profile(table), formula="y ~ I(x^2) + smoker")
    assert matrix(design, table).tolist() == [
        [1, 1, 1],
        [1, 4, 0],
        [1, 9, 0],
        [1, 16, 1],
        [1, 25, 0],
        [1, 49, 1],
    ]


def test_numeric_levels_sort_as_numbers() -> None:
    design = design_of({"y": [1.0, 2, 3, 4, 7, 9], "g": [10.0, 9, 10, 9, 2, 2]}, "y ~ C(g)")
    assert names(design) == ["(Intercept)", "C(g)[9]", "C(g)[10]"]
    assert design.reference_levels == {"g": "2"}


def test_a_reference_is_chosen_and_recorded() -> None:
    design = design_of(SMALL, "y ~ region", reference={"region": "s"})
    assert names(design) == ["(Intercept)", "region[e]", "region[n]"]
    (decision,) = [d for d in design.decisions if d.id == "reference.region"]
    assert (decision.chosen, decision.overridden) == ("s", True)


def test_a_reference_can_be_overridden_by_its_decision() -> None:
    assert design_of(SMALL, "y ~ region", overrides={"reference.region": "n"}).reference_levels == {"region": "n"}


def test_an_unknown_reference_lists_the_levels() -> None:
    with pytest.raises(UsageError, match="e, n, s"):
        design_of(SMALL, "y ~ region", reference={"region": "west"})


def test_a_reference_of_a_number_is_refused() -> None:
    with pytest.raises(UsageError, match="not a category"):
        design_of(SMALL, "y ~ x + region", reference={"x": "1"})


def test_the_no_side_is_the_reference_of_yes_no() -> None:
    columns = {**SMALL, "smoker": ["Ja", "Nein", "Nein", "Ja", "Nein", "Ja"]}
    assert design_of(columns, "y ~ smoker", kinds={"smoker": "yes_no"}).reference_levels == {"smoker": "Nein"}


def test_an_unknown_column_suggests_close_ones() -> None:
    with pytest.raises(UsageError, match="smoker"):
        design_of(SMALL, "y ~ smokr")


def test_the_target_cannot_explain_itself() -> None:
    with pytest.raises(UsageError, match="explain itself"):
        design_of(SMALL, "y ~ x + log(y)")


def test_every_row_is_used_or_in_one_reason() -> None:
    columns = {
        "y": [1.0, None, 3.0, 4.0, 5.5, None, 7.0, 2.0, 2.5],
        "x": [1.0, 2.0, None, 4.0, 5.0, None, -1.0, 3.0, 3.5],
        "s": ["a", "b", "a", None, "b", "a", "b", "a", "b"],
    }
    design = design_of(columns, "y ~ log(x) + s", family="gaussian")
    assert {(left.reason, left.rows, left.lines) for left in design.left_out} == {
        ("no value in y", 1, (3,)),
        ("no value in x", 1, (4,)),
        ("no value in s", 1, (5,)),
        ("no value in y, x", 1, (7,)),
        ("log(x) is not defined for 0 or less", 1, (8,)),
    }
    assert design.n_obs + sum(left.rows for left in design.left_out) == 9
    assert [f.code for f in design.findings] == ["undefined_transform", "many_rows_left_out"]


def test_blocks_hold_exactly_the_rows_counted() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=500)
    x[rng.integers(0, 500, 40)] = np.nan
    x[7] = np.inf
    table = make_table({"x": x, "y": rng.normal(size=500)})
    design = specify(table, make_profile(table), formula="y ~ sqrt(x) + I(x^3)")
    assert sum(len(b.y) for b in open_blocks(design, table, block_rows=60)) == design.n_obs


def test_levels_come_from_the_rows_used() -> None:
    columns = {"y": [1.0, 2, 4, None], "g": ["a", "b", "b", "z"]}
    design = design_of(columns, "y ~ g", family="gaussian")
    assert names(design) == ["(Intercept)", "g[b]"]


def many_levels(n: int = 2000) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    codes = np.minimum(rng.geometric(0.12, n), 60)
    return {"g": [f"L{c:02d}" for c in codes], "y": rng.normal(size=n), "x": rng.normal(size=n)}


def test_rare_levels_are_gathered_in_automatic_mode() -> None:
    table = make_table(many_levels())
    design = specify(table, make_profile(table, target="y", predictors=["g", "x"]))
    factor = design.terms[0].factors[0]
    assert isinstance(factor, Categorical)
    assert factor.other == "other levels"
    assert "g[other levels]" in names(design)
    assert design.n_obs == table.n_rows
    total = matrix(design, table)[:, 1 : len(factor.levels)].sum(axis=1)
    assert set(total) == {0.0, 1.0}


def test_a_formula_keeps_every_level() -> None:
    design = design_of(many_levels(), "y ~ g")
    factor = design.terms[0].factors[0]
    assert isinstance(factor, Categorical)
    assert factor.merged == ()


def test_gathering_can_be_overridden() -> None:
    table = make_table(many_levels())
    design = specify(table, make_profile(table, target="y", predictors=["g"]), overrides={"levels.g": "all"})
    factor = design.terms[0].factors[0]
    assert isinstance(factor, Categorical)
    assert factor.other is None


def test_automatic_mode_gives_up_predictors_that_are_nearly_empty() -> None:
    rng = np.random.default_rng(3)
    mostly_empty = [None if i % 10 else "a" for i in range(100)]
    table = make_table({"y": rng.normal(size=100), "x": rng.normal(size=100), "pool": mostly_empty})
    design = specify(table, make_profile(table, target="y", predictors=["x", "pool"]))
    assert design.predictors == ("x",)
    assert design.n_obs == 100
    assert [f.subject for f in design.findings if f.code == "predictor_too_empty"] == ["pool"]


def test_no_complete_row_names_the_emptiest_column() -> None:
    with pytest.raises(InputError, match='"x"'):
        design_of({"y": [1.0, 2.0, None], "x": [None, None, 3.0]}, "y ~ x")


def test_more_predictors_than_rows_is_refused_by_least_squares() -> None:
    columns = {f"x{i}": np.arange(20.0) for i in range(50)}
    table = make_table({**columns, "y": np.arange(20.0) ** 2})
    with pytest.raises(InputError) as caught:
        specify(
            table, make_profile(table, target="y", predictors=list(columns)), overrides={"estimator": "least_squares"}
        )
    assert caught.value.code == "more_predictors_than_rows"


def wide_design(y: Sequence[object] | list[float], columns: int = 50, **options: Any) -> Design:
    rng = np.random.default_rng(1)
    names = [f"x{i}" for i in range(columns)]
    table = make_table({**{name: rng.normal(size=len(y)) for name in names}, "y": y})
    return specify(table, make_profile(table), target="y", predictors=names, **options)


def estimator_of(design: Design) -> tuple[str, str]:
    return design.estimator, next(d.because for d in design.decisions if d.id == "estimator")


def test_more_predictors_than_rows_of_a_yes_or_no_ask_for_the_lasso() -> None:
    assert estimator_of(wide_design(["no", "yes"] * 12)) == (
        "lasso",
        "24 rows are too few for 51 coefficients by maximum likelihood",
    )


@pytest.mark.parametrize("y", [["no"] * 12 + ["yes"] * 9, ["no"] * 40 + ["yes"] * 5, ["a", "b", "c"] * 8])
def test_more_predictors_than_rows_are_refused_where_they_cannot_be_halved(y: list[object]) -> None:
    with pytest.raises(InputError) as caught:
        wide_design(y, 60)
    assert caught.value.code == "more_predictors_than_rows"
    assert "The lasso cannot choose among them" in str(caught.value.hint)


def test_several_outcomes_in_a_wide_table_are_told_what_to_do() -> None:
    with pytest.raises(InputError, match="no single answer") as caught:
        wide_design(["a", "b", "c"] * 10)
    assert "--override event=LEVEL" in str(caught.value.hint)
    design = wide_design(["a", "b", "c"] * 20, 60, overrides={"event": "b"})
    assert (design.estimator, design.event) == ("lasso", "b")


@pytest.mark.parametrize(("events", "estimator"), [(21, "lasso"), (22, "maximum_likelihood")])
def test_events_decide_not_rows(events: int, estimator: str) -> None:
    for sides in (("no", "yes"), ("yes", "no")):
        chosen, because = estimator_of(wide_design([sides[1]] * events + [sides[0]] * (400 - events), 10))
        assert chosen == estimator
        assert f'{events} rows with "{sides[1]}"' in because


def test_events_of_counts_are_rows_above_0() -> None:
    few = [0.0] * 300 + [5.0] * 15
    assert estimator_of(wide_design(few, 10, family="poisson"))[1].startswith("15 rows with a count above 0")
    assert wide_design(few, 6, family="poisson").estimator == "maximum_likelihood"


def test_events_of_trials_are_counted_one_by_one() -> None:
    rng = np.random.default_rng(2)
    tries = np.full(60, 20.0)
    columns = {f"x{i}": rng.normal(size=60) for i in range(35)}
    table = make_table({**columns, "hits": np.arange(60.0) % 3, "tries": tries, "share": (np.arange(60.0) % 3) / 20})
    formula = " + ".join(columns)
    grouped = specify(table, make_profile(table), formula=f"cbind(hits, tries - hits) ~ {formula}")
    shares = specify(table, make_profile(table), formula=f"share ~ {formula}", weights="tries", family="binomial")
    for design in (grouped, shares):
        assert estimator_of(design) == (
            "lasso",
            "60 successes are too few for 36 coefficients by maximum likelihood, which needs two for each",
        )


@pytest.mark.parametrize(
    ("overrides", "family", "reason"),
    [
        ({"estimator": "lasso", "link": "probit"}, "binomial", "the link logit"),
        ({"estimator": "ridge"}, "gamma", "none for the gamma family"),
        ({"estimator": "least_squares"}, "binomial", "not an estimator of a binomial model"),
    ],
)
def test_a_penalty_that_does_not_fit_is_refused(overrides: dict[str, str], family: str, reason: str) -> None:
    y = [1.0, 2.0] * 30 if family == "gamma" else ["no", "yes"] * 30
    with pytest.raises(UsageError, match=reason):
        wide_design(y, 3, family=family, overrides=overrides)


def test_too_few_events_to_halve_are_said_to_be_too_few() -> None:
    estimator, because = estimator_of(wide_design(["no"] * 60 + ["yes"] * 8, 10))
    assert estimator == "maximum_likelihood"
    assert because.endswith('the lasso cannot take over: it needs 10 rows with "yes" or more, and there are 8')


def test_a_table_too_large_for_a_penalty_keeps_maximum_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.design.estimator.MOST_WORK", 100 * 11**2 - 1)
    estimator, because = estimator_of(wide_design(["no"] * 85 + ["yes"] * 15, 10))
    assert estimator == "maximum_likelihood"
    assert because.endswith("100 rows of 11 columns are too many")
    assert wide_design(["no"] * 84 + ["yes"] * 15, 10).estimator == "lasso"


def test_ordinary_tables_are_not_penalised() -> None:
    assert estimator_of(wide_design(["no", "yes"] * 50, 9)) == (
        "maximum_likelihood",
        '50 rows with "no" for 10 coefficients',
    )


def test_more_predictors_than_rows_asks_for_the_lasso() -> None:
    columns = {f"x{i}": np.arange(20.0) for i in range(50)}
    table = make_table({**columns, "y": np.arange(20.0) ** 2})
    design = specify(table, make_profile(table), target="y", predictors=list(columns))
    assert design.estimator == "lasso"


def test_codes_are_categories_in_automatic_mode_and_numbers_in_a_formula() -> None:
    table = make_table({"y": np.random.default_rng(4).normal(size=60), "zone": np.tile([1.0, 2, 3], 20)})
    profile = make_profile(table, target="y", predictors=["zone"])
    described = tuple(replace(c, role="category") if c.name == "zone" else c for c in profile.columns)
    profile = Profile(columns=described, target="y", predictors=("zone",))
    assert names(specify(table, profile)) == ["(Intercept)", "C(zone)[2]", "C(zone)[3]"]
    assert names(specify(table, profile, formula="y ~ zone")) == ["(Intercept)", "zone"]


def test_dates_are_days_since_1970() -> None:
    columns = {"y": [1.0, 2.0, 4.0], "day": ["1970-01-02", "1970-01-11", "2000-01-01"]}
    table = make_table(columns, {"day": "date"})
    design = specify(table, make_profile(table), formula="y ~ day")
    assert matrix(design, table)[:, 1].tolist() == [1.0, 10.0, 10957.0]


def test_negative_weights_are_refused_and_zero_weights_left_out() -> None:
    columns = {"y": [1.0, 2, 4, 5.5], "x": [1.0, 3, 2, 5], "w": [1.0, 0, 2, 3]}
    design = design_of(columns, "y ~ x", weights="w")
    assert [left.reason for left in design.left_out] == ["a weight of 0 in w"]
    with pytest.raises(InputError, match="negative"):
        design_of({**columns, "w": [1.0, -1, 2, 3]}, "y ~ x", weights="w")


def test_the_formula_reproduces_the_design() -> None:
    first = design_of(SMALL, "log(y) ~ x * smoker + I(x^2)")
    again = design_of(SMALL, first.formula)
    assert names(again) == names(first)
    assert again.target_expression == "log(y)"
