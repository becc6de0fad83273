"""The script that repeats an analysis: it runs, it agrees, it notices, and no name in it is code."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from regression_analyzer.analysis import Analysis
from regression_analyzer.report.script import reproduce_script
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
