"""Sentences as a reader meets them: nothing twice, nothing that another part of the report denies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pytest

import regression_analyzer as ra
from regression_analyzer.charts import figures
from regression_analyzer.report import document, render_markdown, view


def analyse(
    target: str, columns: Mapping[str, Iterable[object]], overrides: Mapping[str, str] | None = None
) -> ra.Analysis:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return ra.analyze(("\n".join(lines) + "\n").encode(), target=target, skip_llm=True, overrides=overrides)


def read(analysis: ra.Analysis) -> str:
    drawn = figures(analysis)
    return render_markdown(view(analysis, drawn, document(analysis, tuple(figure.name for figure in drawn))))


def houses(seed: int = 3, n: int = 240) -> dict[str, Iterable[object]]:
    rng = np.random.default_rng(seed)
    new, size = rng.integers(0, 2, n), rng.normal(60.0, 9.0, n).round(1)
    days = np.datetime64("2020-01-01") + np.arange(n)
    price = (20.0 + 9.0 * new + 1.2 * size + rng.normal(0.0, 4.0, n)).round(2)
    return {"day": days, "new": new, "size": size, "price": price}


def test_a_step_of_one_unit_is_told_once() -> None:
    text = read(analyse("price", houses()))
    assert "**new from 0 to 1** goes with price" in text
    assert "each unit of new" not in text
    assert "each unit of size" in text


def test_steps_of_dates_are_days() -> None:
    assert "T12:00:00" not in read(analyse("price", houses())).split("## 4")[0]


def test_a_category_that_matters_as_a_whole_is_named_though_no_level_is_off_the_reference() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(["a", "b", "c"], (20, 60, 60))
    noise = rng.normal(0.0, 2.1, 140)
    for level in "abc":
        noise[group == level] -= noise[group == level].mean()
    y = (np.select([group == "b", group == "c"], [-0.8, 0.8], 0.0) + noise).round(3)
    analysis = analyse("y", {"group": group, "other": rng.normal(size=140).round(3), "y": y})
    rows = [row for row in analysis.inference.coefficients if row.predictor == "group"]
    assert all(row.p_value > 0.05 for row in rows)
    text = read(analysis)
    assert "**What goes with y is group.**" in text
    assert "as a whole goes with y" in text
    assert "group" not in text.split("Too uncertain to say")[1].split("\n")[0]


@pytest.mark.parametrize("weigh", ["season", "code"])
def test_a_category_of_numbers_has_one_row_of_weights(weigh: str) -> None:
    rng = np.random.default_rng(1)
    code, size = rng.integers(1, 5, 300), rng.normal(size=300).round(3)
    y = (np.array([0.0, 3.0, -2.0, 1.0])[code - 1] + size + rng.normal(size=300)).round(3)
    analysis = analyse("y", {weigh: code, "size": size, "y": y}, overrides={f"coding.{weigh}": "category"})
    text = read(analysis)
    table = text.split("What matters, as shares")[1].split("\n\n")[1]
    assert f"| {weigh} |" in table
    assert f"C({weigh})" not in table


def test_an_average_alone_has_no_calibration_and_no_effects_to_warn_of() -> None:
    rng = np.random.default_rng(5)
    columns: dict[str, Iterable[object]] = {f"x{i}": rng.normal(size=40).round(3) for i in range(60)}
    columns["y"] = rng.choice(["no", "yes"], 40)
    for seed in range(6):
        columns["y"] = np.random.default_rng(seed).choice(["no", "yes"], 40)
        analysis = analyse("y", columns)
        if not analysis.design.predictors:
            break
    assert not analysis.design.predictors
    text = read(analysis)
    assert "calibration" not in text
    assert "Each effect is for rows alike" not in text
    assert "described by their average alone" in text
