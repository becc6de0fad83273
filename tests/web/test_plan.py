"""A plan goes through addresses and forms unchanged, whatever the columns are called."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from regression_analyzer.web import Plan, plan_of_form, plan_of_options, plan_of_query
from regression_analyzer.web.plan import override_token, token

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
OVERRIDES = st.dictionaries(NAMES, NAMES, max_size=4)


def form(
    *, ticked: tuple[str, ...], proposed: tuple[str, ...], target: str, was: str = "y", kept: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    listed = ("a", "b", "y")
    fields = [("listed", token(name)) for name in listed] + [("proposed", token(name)) for name in proposed]
    fields += [("predictor", token(name)) for name in ticked] + [("kept", text) for text in kept]
    return [*fields, ("target", token(target)), ("automatic", "y"), ("was_target", was)]


@given(overrides=OVERRIDES)
def test_a_plan_survives_its_address(overrides: dict[str, str]) -> None:
    plan = Plan(overrides=overrides, texts={"formula": "y ~ a + b", "family": "poisson"})
    assert plan_of_query(parse_qsl(plan.query())) == plan


@given(name=NAMES, value=NAMES)
def test_a_token_is_one_line_with_one_sign(name: str, value: str) -> None:
    written = override_token(name, value)
    assert written.count("=") == 1
    assert written.isascii()
    assert written.splitlines() == [written]


def test_an_untouched_form_changes_nothing() -> None:
    plan = plan_of_form(form(ticked=("a", "b"), proposed=("a", "b"), target="y"), final=True)
    assert plan == Plan()
    assert plan.options() == {}


def test_a_column_that_is_not_ticked_is_left_out() -> None:
    plan = plan_of_form(form(ticked=("a",), proposed=("a", "b"), target="y"), final=True)
    assert plan.overrides == {"predictor.b": "leave_out"}


def test_a_column_that_was_not_proposed_can_be_used() -> None:
    plan = plan_of_form(form(ticked=("a", "b"), proposed=("a",), target="y"), final=True)
    assert plan.overrides == {"predictor.b": "use"}


def test_the_old_target_stays_out_only_where_the_analysis_starts() -> None:
    fields = form(ticked=("b",), proposed=("a", "b"), target="a")
    assert plan_of_form(fields, final=False).overrides == {"target": "a"}
    assert plan_of_form(fields, final=True).overrides == {"target": "a", "predictor.y": "leave_out"}


def test_overrides_without_a_control_are_kept() -> None:
    kept = (override_token("column.x=1.type", "text"),)
    plan = plan_of_form(form(ticked=("a", "b"), proposed=("a", "b"), target="y", kept=kept), final=False)
    assert plan.overrides == {"column.x=1.type": "text"}


def test_a_formula_replaces_target_and_predictors() -> None:
    plan = Plan(overrides={"target": "a", "predictor.b": "leave_out", "table.decimal": ","}, texts={"formula": "y ~ a"})
    assert plan.options() == {"formula": "y ~ a", "overrides": {"table.decimal": ","}}


def test_options_give_the_plan_back() -> None:
    plan = Plan(overrides={"target": "a", "table.sheet": "Two"}, texts={"covariance": "HC3"})
    assert plan_of_options(plan.options()) == plan


def test_what_concerns_the_table_can_be_kept_alone() -> None:
    plan = Plan(overrides={"table.decimal": ",", "role.a": "category", "target": "a"})
    assert plan.of_table().overrides == {"table.decimal": ","}


def test_what_is_no_override_is_passed_over() -> None:
    assert plan_of_query([("override", "nothing"), ("override", "=x"), ("family", "auto"), ("unknown", "x")]) == Plan()


def test_a_reference_level_goes_with_its_predictor() -> None:
    kept = (override_token("reference.a", "x"), override_token("reference.b", "z"), override_token("reference.y", "q"))
    fields = form(ticked=("a",), proposed=("a", "b"), target="y", kept=kept)
    assert plan_of_form(fields, final=True).overrides == {"reference.a": "x", "predictor.b": "leave_out"}


def test_a_reference_level_goes_where_its_column_is_no_category_any_more() -> None:
    for change in ("role.a=identifier", "column.a.type=number"):
        kept = (override_token("reference.a", "x"), override_token(*change.split("=")))
        plan = plan_of_form(form(ticked=("a", "b"), proposed=("a", "b"), target="y", kept=kept), final=True)
        assert "reference.a" not in plan.overrides


def test_a_formula_keeps_the_reference_levels_of_the_columns_it_names() -> None:
    plan = Plan(overrides={"reference.a": "x", "reference.b": "z"}, texts={"formula": "y ~ a + log(c)"})
    assert plan.options() == {"formula": "y ~ a + log(c)", "overrides": {"reference.a": "x"}}


def test_a_preview_is_the_same_whatever_levels_are_compared() -> None:
    assert Plan(overrides={"reference.a": "x", "role.a": "category"}).reading() == {"overrides": {"role.a": "category"}}


def test_the_reference_levels_of_a_program_are_in_the_plan() -> None:
    assert plan_of_options({"reference": {"a": "x"}}).overrides == {"reference.a": "x"}


@given(names=st.lists(NAMES, max_size=4, unique=True))
def test_the_columns_an_analysis_was_asked_for_are_kept(names: list[str]) -> None:
    plan = plan_of_options({"predictors": names, "target": "y"})
    again = plan_of_query(parse_qsl(plan.query()))
    assert again == plan
    assert again.options().get("predictors", []) == names
    assert again.of_table().predictors == ()


def test_a_formula_replaces_the_columns_asked_for() -> None:
    plan = plan_of_options({"predictors": ["a"], "formula": "y ~ b"})
    assert "predictors" not in plan.options()
