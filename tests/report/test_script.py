"""The script that repeats an analysis: it runs, it agrees, it notices, and no name in it is code."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regression_analyzer.analysis import Analysis, Options, analyze
from regression_analyzer.report.script import reproduce_script
from regression_analyzer.table import read_table
from tests.report import sample


def run(analysis: Analysis, folder: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    script, data = folder / "reproduce.py", folder / "data.csv"
    script.write_text(reproduce_script(analysis), encoding="utf-8")
    data.write_bytes(content)
    return subprocess.run([sys.executable, str(script), str(data)], capture_output=True, text=True, check=False)


def computed(content: bytes, **options: Any) -> Analysis:
    return analyze(read_table(content, name="data.csv"), Options(skip_llm=True, **options))


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return computed(sample.numbers().csv, target="charges", predictors=("age", "smoker"))


@pytest.mark.slow
def test_it_agrees(tmp_path: Path, plain: Analysis) -> None:
    done = run(plain, tmp_path, sample.numbers().csv)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The numbers agree." in done.stdout


@pytest.mark.slow
def test_it_verifies_itself_in_a_fresh_process(tmp_path: Path, plain: Analysis) -> None:
    run(plain, tmp_path, sample.numbers().csv)
    command = [sys.executable, str(tmp_path / "reproduce.py"), str(tmp_path / "data.csv"), "--verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = next(line for line in done.stdout.splitlines() if line.startswith("Largest relative difference: "))
    assert float(told.rpartition(" ")[2]) < 1e-6
    (tmp_path / "data.csv").write_bytes(sample.numbers().csv + b"1,2,yes,3\n")
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "SHA-256" in again.stdout


@pytest.mark.slow
def test_few_clusters_are_repeated_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    lines = ["patient_id,dose,mode,y"]
    for unit in range(9):
        for row in range(6):
            # one mode is seen in one unit only, and one key is missing
            mode, key = "rare" if (unit, row) == (4, 2) else "ab"[row % 2], "" if (unit, row) == (7, 3) else f"P{unit}"
            lines.append(f"{key},{rng.normal():.6f},{mode},{unit % 3 + rng.normal():.6f}")
    content = "\n".join([*lines, ""]).encode()
    found = computed(content, target="y", predictors=("dose", "mode"))
    assert (found.inference.kind, found.inference.adjusted) == ("cluster", True)
    done = run(found, tmp_path, content)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Standard errors (cluster-adjusted)" in done.stdout


@pytest.mark.slow
def test_the_freedom_of_a_level_with_a_small_spread_is_repeated_too(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = [(rng.normal(), "rare" if i % 12 == 5 else "usual", rng.normal()) for i in range(48)]
    lines = [f"{x:.6f},{mode},{x + e * (0.15 if mode == 'rare' else 1.0):.6f}" for x, mode, e in rows]
    content = "\n".join(["dose,mode,y", *lines, ""]).encode()
    found = computed(content, target="y", predictors=("dose", "mode"))
    freedom = found.inference.covariances.freedom
    assert found.inference.column == "HC2-adjusted"
    assert freedom["HC2-adjusted"][2] > 1.2 * freedom["HC2"][2]
    done = run(found, tmp_path, content)
    assert done.returncode == 0, done.stdout + done.stderr


FEW = "\n".join(
    ["dose,mode,answer"]
    + [f"{17.5 + i * 0.83 % 7:.2f},{'ab'[i % 2]},{'yes' if i in {5, 7, 9, 21, 30, 41} else 'no'}" for i in range(48)]
    + [""]
).encode()


@pytest.mark.slow
@pytest.mark.parametrize("way", ["auto", "profile", "wald"])
def test_intervals_of_the_likelihood_are_found_again(tmp_path: Path, way: str) -> None:
    overrides = {} if way == "auto" else {"intervals": way}
    found = computed(FEW, target="answer", predictors=("dose", "mode"), overrides=overrides)
    assert found.inference.intervals == {"auto": "profile-adjusted"}.get(way, way)
    done = run(found, tmp_path, FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("Lower ends of the intervals (likelihood)" in done.stdout) == (way != "wald")
    first, dose, mode = found.inference.coefficients
    wrong = replace(found.inference, coefficients=(first, dose, replace(mode, ci_high=mode.ci_high + 1e-4)))
    assert run(replace(found, inference=wrong), tmp_path, FEW).returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("field", ["estimate", "p_value", "ci_low"])
def test_it_notices_a_wrong_number(tmp_path: Path, plain: Analysis, field: str) -> None:
    first, age, smoker = plain.inference.coefficients
    wrong = replace(smoker, **{field: getattr(smoker, field) * 1.001 + 1e-5})
    changed = replace(plain, inference=replace(plain.inference, coefficients=(first, age, wrong)))
    assert run(changed, tmp_path, sample.numbers().csv).returncode == 1


def table_of(kind: str, n: int = 240) -> bytes:
    """Return a table whose target ``y`` calls for one kind of model."""
    rng = np.random.default_rng(11)
    wide = kind.startswith("wide")
    columns = 60 if wide else 3
    x = rng.normal(size=(50 if wide else n, columns))
    eta, noise = x[:, 0] - 0.5 * x[:, 1], rng.normal(size=len(x))
    y: list[object]
    if kind == "outcomes":
        scores = np.column_stack([np.zeros(n), eta, x[:, 2]]) + rng.gumbel(size=(n, 3))
        y = [["red", "green", "blue"][int(k)] for k in scores.argmax(axis=1)]
    elif kind in {"yes_no", "wide_yes_no"}:
        y = ["yes" if v > 0 else "no" for v in eta + noise]
    elif kind == "wide_count":
        y = [int(v) for v in rng.poisson(np.exp(1.0 + 0.5 * eta + 0.1 * np.abs(x[:, 2])))]
    elif kind == "wide_hits":
        y = [int(v) for v in rng.binomial(9, 1.0 / (1.0 + np.exp(-eta)))]
    elif kind == "separated":
        y = ["yes" if v > 0 else "no" for v in x[:, 0]]
    elif kind == "count":
        y = [int(v) for v in rng.negative_binomial(2.0, 2.0 / (2.0 + np.exp(eta)))]
    elif kind == "series":
        for i in range(1, n):
            noise[i] += 0.7 * noise[i - 1]
        y = [f"{v:.8f}" for v in eta + noise]
    else:
        y = [f"{v:.8f}" for v in 2.0 * eta + rng.standard_t(2.5, size=len(x))]
    extra = ["size"] * wide
    lines = [",".join(["day", *(f"x{j}" for j in range(columns)), *extra, "y"])]
    start = date(2021, 1, 1)
    lines += [
        ",".join(
            [str(start + timedelta(days=i)), *(f"{v:.8f}" for v in row), *(str(9 + i % 3) for _ in extra), str(value)]
        )
        for i, (row, value) in enumerate(zip(x, y, strict=True))
    ]
    return "\n".join([*lines, ""]).encode()


THREE = ("x0", "x1", "x2")
SIXTY = tuple(f"x{j}" for j in range(60))
KINDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "all outcomes": ("outcomes", {"predictors": THREE}, "All outcomes: standard errors"),
    "robust errors of a logistic model": ("yes_no", {"predictors": THREE, "covariance": "HC3-adjusted"}, "errors (HC3"),
    "separated outcomes": ("separated", {"predictors": ("x0",)}, "outcomes are separated"),
    "a negative binomial": ("count", {"predictors": THREE, "family": "negative-binomial"}, "theta"),
    "a series": ("series", {"predictors": THREE}, "Standard errors (HAC-adjusted)"),
    "a series by the usual rule": ("series", {"predictors": THREE, "covariance": "HAC"}, "Standard errors (HAC)"),
    "other methods": ("heavy", {"predictors": THREE}, "Second opinion: bisquare"),
    "a lasso": ("wide", {"predictors": SIXTY}, "The lasso at a penalty"),
    "a lasso with weights": ("wide", {"predictors": SIXTY, "weights": "size"}, "The lasso at a penalty"),
    "a lasso of a yes/no": ("wide_yes_no", {"predictors": SIXTY}, "The lasso at a penalty"),
    "a weighted ridge of a yes/no": (
        "wide_yes_no",
        {"predictors": SIXTY, "weights": "size", "overrides": {"estimator": "ridge"}},
        "The ridge at a penalty",
    ),
    "a lasso of a count with an offset": (
        "wide_count",
        {"formula": f"y ~ {' + '.join(SIXTY)} + offset(log(size))", "family": "poisson"},
        "The lasso at a penalty",
    ),
    "a lasso of an overdispersed count": (
        "wide_count",
        {"predictors": SIXTY, "family": "negative-binomial"},
        "The lasso at a penalty",
    ),
    "a lasso of successes": ("wide_hits", {"formula": f"cbind(y, size - y) ~ {' + '.join(SIXTY)}"}, "The lasso at"),
    "a ridge": ("heavy", {"predictors": THREE, "overrides": {"estimator": "ridge"}}, "The ridge at a penalty"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_model_is_repeated(tmp_path: Path, name: str) -> None:
    kind, options, told = KINDS[name]
    content = table_of(kind)
    done = run(computed(content, target="y", **options), tmp_path, content)
    assert done.returncode == 0, done.stdout + done.stderr
    assert told in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wide", "wide_yes_no"])
def test_a_wrong_penalised_coefficient_is_noticed(tmp_path: Path, kind: str) -> None:
    content = table_of(kind)
    found = computed(content, target="y")
    assert found.selection is not None
    wrong = replace(found.selection.shrunken, coefficients=found.selection.shrunken.coefficients * 1.001)
    changed = replace(found, selection=replace(found.selection, shrunken=wrong))
    assert run(changed, tmp_path, content).returncode == 1


@pytest.mark.slow
def test_it_refuses_another_file(tmp_path: Path) -> None:
    done = run(sample.analysis(), tmp_path, sample.numbers().csv + b"1,2,yes,3\n")
    assert done.returncode == 1
    assert "SHA-256" in done.stderr


def test_hostile_names_change_nothing_but_literals() -> None:
    def shape(text: str) -> list[str]:
        return [type(node).__name__ for node in ast.walk(ast.parse(text)) if not isinstance(node, ast.Constant)]

    assert shape(reproduce_script(sample.analysis(sample.HOSTILE))) == shape(reproduce_script(sample.analysis()))


def test_names_are_ascii_literals() -> None:
    assert "\u202e" not in reproduce_script(sample.analysis(sample.HOSTILE))


def test_what_cannot_be_repeated_is_said() -> None:
    turned = replace(sample.analysis(), transposed=True)
    assert "# Not replayed here: turning the table" in reproduce_script(turned)
