"""The script that repeats an analysis: it runs, it agrees, it notices, and no name in it is code."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

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


@pytest.mark.slow
def test_it_agrees(tmp_path: Path) -> None:
    done = run(sample.analysis(), tmp_path, sample.numbers().csv)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The numbers agree." in done.stdout


@pytest.mark.slow
def test_it_verifies_itself_in_a_fresh_process(tmp_path: Path) -> None:
    run(sample.analysis(), tmp_path, sample.numbers().csv)
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
    lines = ["patient_id,dose,y"]
    for unit in range(9):
        lines += [f"P{unit},{rng.normal():.6f},{unit % 3 + rng.normal():.6f}" for _ in range(6)]
    content = "\n".join([*lines, ""]).encode()
    found = analyze(read_table(content, name="data.csv"), Options(target="y", predictors=("dose",)))
    assert (found.inference.kind, found.inference.adjusted) == ("cluster", True)
    done = run(found, tmp_path, content)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Standard errors in use (cluster-adjusted)" in done.stdout


@pytest.mark.slow
def test_it_notices_a_wrong_number(tmp_path: Path) -> None:
    base = sample.analysis()
    first, age, smoker = base.inference.coefficients
    wrong = replace(age, estimate=age.estimate * 1.001)
    changed = replace(base, inference=replace(base.inference, coefficients=(first, wrong, smoker)))
    assert run(changed, tmp_path, sample.numbers().csv).returncode == 1


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
