"""The library's door, and that every door gives the same document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import regression_analyzer as ra


def without_environment(document: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in document.items() if key != "environment"}, sort_keys=False)


@pytest.fixture(scope="module")
def analysis(penguins: Path) -> ra.Analysis:
    return ra.analyze(penguins, target="body_mass_g", skip_llm=True)


def test_library_and_command_line_agree_to_the_byte(analysis: ra.Analysis, penguins: Path, tmp_path: Path) -> None:
    command = str(Path(sys.executable).with_name("regression-analyzer"))
    done = subprocess.run(
        [command, "analyze", str(penguins), "-t", "body_mass_g", "--skip-llm", "-j", "-o", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert without_environment(json.loads(done.stdout)) == without_environment(json.loads(analysis.to_json()))


def test_bytes_and_path_agree(analysis: ra.Analysis, penguins: Path) -> None:
    from_bytes = ra.analyze(penguins.read_bytes(), target="body_mass_g", skip_llm=True).to_dict()
    assert from_bytes["model"] == analysis.to_dict()["model"]


def test_pandas_frame(analysis: ra.Analysis, penguins: Path) -> None:
    pandas = pytest.importorskip("pandas")
    document = ra.analyze(pandas.read_csv(penguins), target="body_mass_g", skip_llm=True).to_dict()
    ours = {row["term"]: row["estimate"] for row in document["model"]["coefficients"]}
    wanted = {row["term"]: row["estimate"] for row in analysis.to_dict()["model"]["coefficients"]}
    assert ours == pytest.approx(wanted, rel=1e-12)


def test_polars_frame(analysis: ra.Analysis, penguins: Path) -> None:
    polars = pytest.importorskip("polars")
    document = ra.analyze(polars.read_csv(penguins, null_values="NA"), target="body_mass_g", skip_llm=True).to_dict()
    assert document["model"]["n_obs"] == analysis.fit.n_obs


def test_predictions_of_the_training_rows_are_the_fitted_values(analysis: ra.Analysis, penguins: Path) -> None:
    predictions = analysis.predict(penguins)
    assert len(predictions.row) == 344
    inside = [value for value, known in zip(predictions.predicted, predictions.in_domain, strict=True) if known]
    assert len(inside) == 333
    assert sum(inside) / 333 == pytest.approx(analysis.fit.y_mean, rel=1e-12)


def test_summary_names_target_and_fit(analysis: ra.Analysis) -> None:
    text = analysis.summary()
    assert "body_mass_g" in text
    assert "333" in text


def test_notebooks_get_the_report(analysis: ra.Analysis) -> None:
    assert analysis._repr_html_().startswith("<!doctype html>")


def test_importing_the_package_loads_no_numeric_library() -> None:
    code = "import sys, regression_analyzer; print([m for m in ('numpy', 'duckdb', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
