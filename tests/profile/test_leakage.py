"""Copies of the target: planted ones are caught, clean tables raise no alarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from regression_analyzer.profile import Profile, describe
from regression_analyzer.profile.copies import is_cut
from regression_analyzer.table import read_table
from tests.profile.tables import Values, codes, reasons, table_of

Array = npt.NDArray[np.float64]
SEEDS = 20
CAUGHT = 0.95
FALSE_ALARMS = 0.02


def clean(rng: np.random.Generator, n: int) -> dict[str, Values]:
    """Honest predictors and a target that depends on them with noise."""
    size, rooms = rng.normal(100, 20, size=n), rng.integers(1, 7, size=n).astype(float)
    area = rng.choice(["north", "south", "east"], size=n)
    price = 50 + 2 * size + 10 * rooms + 15 * (area == "north") + rng.normal(0, 12, size=n)
    return {"size": size, "rooms": rooms, "area": area.tolist(), "price": price}


def quartile(y: Array) -> list[str]:
    names = np.array(["low", "middle", "high", "top"])
    return [str(v) for v in names[np.searchsorted(np.quantile(y, [0.25, 0.5, 0.75]), y)]]


PLANTED: Mapping[str, tuple[Callable[[Array], Values], str]] = {
    "same": (lambda y: y.copy(), "copy_of_target"),
    "scaled": (lambda y: y * 1.0936 + 32.0, "copy_of_target"),
    "negative": (lambda y: -y, "copy_of_target"),
    "logarithm": (np.log, "transform_of_target"),
    "rounded logarithm": (lambda y: np.round(np.log(y), 3), "transform_of_target"),
    "square": (lambda y: y**2, "transform_of_target"),
    "reciprocal": (lambda y: 1e4 / y, "transform_of_target"),
    "rank": (lambda y: np.argsort(np.argsort(y)) + 1.0, "transform_of_target"),
    "class in words": (quartile, "class_of_target"),
    "class in numbers": (lambda y: np.floor(y / 50.0), "class_of_target"),
}


@pytest.fixture(scope="module")
def caught() -> Counter[str]:
    """How many of the planted copies were left out for the right reason, by kind."""
    counts: Counter[str] = Counter()
    for seed in range(SEEDS):
        columns = clean(np.random.default_rng(seed), 200)
        y = np.asarray(columns["price"], dtype=np.float64)
        columns |= {kind: make(y) for kind, (make, _) in PLANTED.items()}
        got = reasons(describe(table_of(columns), target="price"))
        assert {"size", "rooms", "area"}.isdisjoint(got)
        counts.update(kind for kind, (_, code) in PLANTED.items() if got.get(kind) == code)
    return counts


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_copy_is_caught(caught: Counter[str], kind: str) -> None:
    assert caught[kind] >= CAUGHT * SEEDS


def test_rounded_scaling_is_at_least_pointed_out() -> None:
    columns = clean(np.random.default_rng(1), 200)
    columns["copied"] = np.round(np.asarray(columns["price"], dtype=np.float64) * 1.1, 1)
    profile = describe(table_of(columns), target="price")
    assert "copied" not in profile.predictors


@pytest.mark.parametrize("n", [40, 150, 600])
def test_clean_tables_raise_no_alarm(n: int) -> None:
    alarms = 0
    tables = 25
    for seed in range(tables):
        profile = describe(table_of(clean(np.random.default_rng(1000 + seed), n)))
        alarms += bool({"leakage", "near_target", "target_is_product", "probable_total"} & codes(profile))
        alarms += bool(profile.left_out)
    assert alarms <= FALSE_ALARMS * tables


def test_unrelated_columns_of_all_kinds_raise_no_alarm() -> None:
    alarms = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        columns: dict[str, Values] = {f"q{i}": rng.normal(size=60) for i in range(8)}
        columns |= {f"w{i}": rng.integers(0, 5, size=60) for i in range(8)}
        columns |= {f"t{i}": rng.choice(list("abcdefgh"), size=60).tolist() for i in range(4)}
        columns["survived"] = rng.integers(0, 2, size=60)
        alarms += bool(
            {"leakage", "near_target", "probable_total"} & codes(describe(table_of(columns), target="survived"))
        )
    assert alarms == 0


def test_groups_that_lie_apart_are_no_classes_of_the_target() -> None:
    rng = np.random.default_rng(3)
    dose = np.repeat(["low", "middle", "high"], 40)
    response = np.repeat([10.0, 20.0, 30.0], 40) + rng.normal(0, 1.0, size=120)
    profile = describe(table_of({"dose": dose.tolist(), "x": rng.normal(size=120), "response": response}))
    assert profile.predictors == ("dose", "x")


def test_two_trends_are_no_copies_of_each_other() -> None:
    rng = np.random.default_rng(4)
    years = np.arange(1950.0, 1990.0)
    people = 100 + np.cumsum(rng.gamma(2.0, size=40))
    output = 50 + np.cumsum(rng.gamma(2.0, size=40))
    profile = describe(table_of({"year": years, "people": people, "output": output}), target="output")
    assert profile.predictors == ("year", "people")


def sums(n: int = 150) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(5)
    return rng.gamma(3.0, 40.0, size=n).round(0), rng.gamma(2.0, 90.0, size=n).round(0), rng.normal(size=n)


def test_parts_of_the_target_are_left_out() -> None:
    casual, registered, wind = sums()
    profile = describe(table_of({"casual": casual, "registered": registered, "wind": wind, "cnt": casual + registered}))
    assert profile.target == "cnt"
    assert reasons(profile) == {"casual": "part_of_target", "registered": "part_of_target"}


def test_a_difference_is_found() -> None:
    revenue, cost, wind = sums()
    profile = describe(
        table_of({"revenue": revenue, "cost": cost, "wind": wind, "profit": revenue - cost}), target="profit"
    )
    assert profile.predictors == ("wind",)


def test_a_rounded_mean_of_parts_is_found() -> None:
    rng = np.random.default_rng(6)
    maths, reading, writing = rng.integers(20, 101, size=(3, 200)).astype(float)
    mean = np.round((maths + reading + writing) / 3, 1)
    table = table_of(
        {"maths": maths, "reading": reading, "writing": writing, "hours": rng.normal(size=200), "score": mean}
    )
    assert describe(table, target="score").predictors == ("hours",)


def test_a_product_is_pointed_out_and_kept() -> None:
    rng = np.random.default_rng(7)
    price, quantity = rng.gamma(4.0, 5.0, size=120).round(2), rng.integers(1, 40, size=120).astype(float)
    columns = {
        "unit_price": price,
        "quantity": quantity,
        "wind": rng.normal(size=120),
        "revenue": (price * quantity).round(2),
    }
    profile = describe(table_of(columns), target="revenue")
    finding = next(f for f in profile.findings if f.code == "target_is_product")
    assert finding.facts["formula"] == "unit_price x quantity"
    assert profile.predictors == ("unit_price", "quantity", "wind")


def category(n: int = 160) -> dict[str, Values]:
    rng = np.random.default_rng(8)
    churn = rng.choice(["yes", "no"], size=n, p=[0.3, 0.7])
    return {
        "tenure": rng.gamma(2.0, size=n),
        "plan": rng.choice(["a", "b", "c"], size=n).tolist(),
        "churn": churn.tolist(),
    }


def test_another_spelling_of_a_yes_no_target_is_left_out() -> None:
    columns = category()
    columns["status"] = ["left" if v == "yes" else "stays" for v in columns["churn"]]
    assert reasons(describe(table_of(columns), target="churn")) == {"status": "copy_of_target"}


def test_a_number_that_decides_a_yes_no_target_is_left_out() -> None:
    columns = category()
    rng = np.random.default_rng(9)
    columns["risk"] = np.array([rng.uniform(0.5, 1) if v == "yes" else rng.uniform(0, 0.5) for v in columns["churn"]])
    assert reasons(describe(table_of(columns), target="churn")) == {"risk": "class_of_target"}


def test_a_category_that_fixes_the_target_is_left_out() -> None:
    rng = np.random.default_rng(10)
    item = rng.integers(0, 25, size=200)
    prices = rng.gamma(3.0, 10.0, size=25)
    columns: dict[str, Values] = {
        "item": [f"item {i}" for i in item],
        "day": rng.normal(size=200),
        "price": prices[item],
    }
    assert reasons(describe(table_of(columns))) == {"item": "determines_target"}


def test_a_key_of_repeated_rows_is_an_identifier() -> None:
    rng = np.random.default_rng(12)
    x, y = rng.normal(size=(2, 30))
    table = table_of({"car": [f"car {i}" for i in range(30)] * 3, "x": np.tile(x, 3), "mpg": np.tile(y, 3)})
    profile = describe(table)
    assert reasons(profile) == {"car": "identifier"}
    assert "leakage" not in codes(profile)


def leaky() -> Profile:
    columns = clean(np.random.default_rng(13), 100)
    columns["log_price"] = np.log(np.asarray(columns["price"], dtype=np.float64))
    return describe(table_of(columns), target="price", predictors=["size", "log_price"])


def test_a_copy_that_was_asked_for_is_used_and_reported() -> None:
    profile = leaky()
    assert profile.predictors == ("size", "log_price")
    assert [(f.subject, f.severity) for f in profile.findings if f.code == "leakage"] == [("log_price", "problem")]


def test_a_copy_is_used_where_nothing_else_is_left() -> None:
    x = np.arange(1.0, 31.0)
    profile = describe(table_of({"x": x, "y": 2 * x + 1}))
    assert profile.predictors == ("x",)
    assert next(f for f in profile.findings if f.code == "leakage").severity == "problem"


def test_a_copy_in_a_long_table_is_confirmed_on_all_rows() -> None:
    rng = np.random.default_rng(14)
    y = rng.gamma(2.0, size=130_000)
    columns = {"exact": 3 * y, "log_y": np.log(y), "x": rng.normal(size=y.size), "y": y}
    assert reasons(describe(table_of(columns))) == {"exact": "copy_of_target", "log_y": "transform_of_target"}


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_a_category_that_almost_fixes_the_target_is_named(scale: float) -> None:
    rng = np.random.default_rng(11)
    group = rng.integers(0, 8, size=400)
    y = scale * (100.0 + 10.0 * group + rng.normal(0.0, 0.05, size=400))
    columns: dict[str, Values] = {"x": rng.normal(size=400), "plan": [f"plan {g}" for g in group], "y": y}
    profile = describe(table_of(columns), target="y")
    found = {f.subject: f for f in profile.findings if f.code == "leakage"}
    assert set(found) == {"plan"}
    assert found["plan"].facts["kind"] == "nearly_determines_target"


def test_a_category_that_goes_with_most_of_the_target_is_no_leak() -> None:
    rng = np.random.default_rng(12)
    group = rng.integers(0, 8, size=400)
    y = 100.0 + 10.0 * group + rng.normal(0.0, 3.0, size=400)
    columns: dict[str, Values] = {"plan": [f"plan {g}" for g in group], "y": y}
    assert "leakage" not in codes(describe(table_of(columns), target="y"))


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_number_code_that_almost_fixes_the_target_is_named(seed: int) -> None:
    rng = np.random.default_rng(seed)
    code = rng.integers(0, 12, size=600)
    level = np.array([5.0, 91.0, 13.0, 70.0, 2.0, 55.0, 88.0, 30.0, 99.0, 8.0, 61.0, 24.0])
    y = level[code] + rng.normal(0.0, 0.3, size=600)
    columns: dict[str, Values] = {"x": rng.normal(size=600), "branch": (100 + code).astype(float), "y": y}
    found = {f.subject: f for f in describe(table_of(columns), target="y").findings if f.code == "leakage"}
    assert set(found) == {"branch"}
    assert found["branch"].facts["kind"] == "nearly_determines_target"


@pytest.mark.parametrize("shape", [np.sqrt, np.square, np.log1p, lambda d: np.exp(-d / 3.0), lambda d: (d - 6.0) ** 2])
def test_a_dose_that_follows_a_law_is_no_code(shape: Callable[[Array], Array]) -> None:
    rng = np.random.default_rng(6)
    dose = rng.integers(0, 12, size=600).astype(float)
    y = shape(dose)
    y = y + rng.normal(0.0, 0.02 * y.std(), size=600)
    columns: dict[str, Values] = {"x": rng.normal(size=600), "dose": dose, "y": y}
    findings = describe(table_of(columns), target="y").findings
    assert "nearly_determines_target" not in {f.facts["kind"] for f in findings if f.code == "leakage"}


def test_real_files_raise_no_alarm_over_codes(truth: Path) -> None:
    for path in sorted((truth / "real").glob("*.csv")):
        table = read_table(path)
        for column in [c for c in table.columns if c.kind == "number"][:4]:
            findings = describe(table, target=column.name).findings
            named = {f.subject for f in findings if f.code == "leakage"
                     and f.facts["kind"] == "nearly_determines_target"}  # fmt: skip
            numbers = {c.name for c in table.columns if c.kind == "number"}
            assert not named & numbers, (path.name, column.name)


def test_a_sum_with_a_few_spoilt_rows_is_found() -> None:
    online, shop, wind = sums(300)
    sales = online + shop
    sales[:3] += [20.0, -10.0, 5.0]
    profile = describe(table_of({"online": online, "shop": shop, "wind": wind, "sales": sales}), target="sales")
    assert reasons(profile) == {"online": "part_of_target", "shop": "part_of_target"}
    assert any("99.0% of the rows" in o.reason for o in profile.left_out)


def test_a_rounded_sum_and_a_weighted_mean_are_found() -> None:
    rng = np.random.default_rng(12)
    a, b, wind = rng.gamma(3.0, 40.0, 160).round(2), rng.gamma(2.0, 60.0, 160).round(2), rng.normal(size=160)
    for whole in ((a + b).round(0), (0.4 * a + 0.6 * b).round(1)):
        assert describe(table_of({"a": a, "b": b, "wind": wind, "whole": whole}), target="whole").predictors == (
            "wind",
        )


def test_a_rate_that_gives_the_target_away_is_pointed_out() -> None:
    columns = clean(np.random.default_rng(13), 150)
    y = np.asarray(columns["price"], dtype=np.float64).round(2)
    columns |= {"price": y, "per_room": (y / np.asarray(columns["rooms"], dtype=np.float64)).round(2)}
    assert "target_is_product" in codes(describe(table_of(columns), target="price"))


@pytest.mark.parametrize(
    "make",
    [
        lambda y, rng: np.log10(y) + rng.normal(0.0, 1e-4, len(y)),
        lambda y, rng: np.where(rng.uniform(size=len(y)) < 0.9, y, 1.3 * y),
    ],
)
def test_a_curve_with_noise_and_a_partial_copy_are_near_the_target(make: Callable[..., Array]) -> None:
    rng = np.random.default_rng(14)
    columns = clean(rng, 200)
    columns["extra"] = make(np.asarray(columns["price"], dtype=np.float64), rng)
    found = [f.subject for f in describe(table_of(columns), target="price").findings if f.code == "near_target"]
    assert found == ["extra"]


def test_answers_that_often_agree_are_not_near() -> None:
    rng = np.random.default_rng(15)
    first = rng.integers(1, 8, 300).astype(float)
    second = np.where(rng.uniform(size=300) < 0.7, first, rng.integers(1, 8, 300))
    assert "near_target" not in codes(describe(table_of({"first": first, "second": second}), target="second"))


@pytest.mark.parametrize("n", [100, 1_000])
def test_steps_with_little_noise_stand_apart_and_are_no_ranges(n: int) -> None:
    rng = np.random.default_rng(8)
    code = rng.integers(0, 12, n)
    y = code + 0.15 * rng.normal(size=n)
    assert not is_cut(code.astype(float), y)
    assert is_cut(np.searchsorted(np.quantile(y, np.linspace(0.0, 1.0, 13)[1:-1]), y).astype(float), y)
