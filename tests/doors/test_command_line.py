"""The command line as a person or a script meets it: a real process, its output and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = str(Path(sys.executable).with_name("regression-analyzer"))


def run(*arguments: str, stdin: bytes | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([COMMAND, *arguments], input=stdin, capture_output=True, cwd=cwd, check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def penguin_run(tmp_path_factory: pytest.TempPathFactory, penguins: Path) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("run")
    done = run("analyze", str(penguins), "-t", "body_mass_g", "-o", str(folder / "out"))
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


def test_all_files_are_written(penguin_run: tuple[Path, str]) -> None:
    folder, _ = penguin_run
    assert {entry.name for entry in folder.iterdir()} == {
        "analysis.json",
        "report.html",
        "report.md",
        "reproduce.py",
        "charts",
    }
    charts = {entry.stem for entry in (folder / "charts").iterdir()}
    assert {"coefficients", "observed_fitted", "residuals_fitted", "qq", "scale_location", "leverage"} <= charts
    for name in charts:
        assert (folder / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert (folder / "charts" / f"{name}.svg").read_text().lstrip().startswith("<")


def test_penguins_ledger(penguin_run: tuple[Path, str]) -> None:
    folder, _ = penguin_run
    ledger = json.loads((folder / "analysis.json").read_text())["ledger"]
    assert (ledger["rows_in_file"], ledger["rows_used"]) == (344, 333)
    assert sum(entry["rows"] for entry in ledger["left_out"]) == 11
    assert {5, 273} <= {line for entry in ledger["left_out"] for line in entry["lines"]}


def test_json_output_is_one_document_and_the_file(tmp_path: Path, penguins: Path) -> None:
    done = run("analyze", str(penguins), "-t", "body_mass_g", "-o", str(tmp_path / "out"), "--json-output")
    assert done.returncode == 0
    assert done.stdout == (tmp_path / "out" / "analysis.json").read_text()
    assert done.stderr == ""


def test_standard_input(tmp_path: Path, penguins: Path) -> None:
    done = run("analyze", "-", "-j", "-o", str(tmp_path / "out"), stdin=penguins.read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"] == 344


def test_prediction(tmp_path: Path, penguin_run: tuple[Path, str], penguins: Path) -> None:
    folder, _ = penguin_run
    out = tmp_path / "predictions.csv"
    done = run("predict", str(folder / "analysis.json"), str(penguins), "-o", str(out))
    assert done.returncode == 0, done.stderr
    lines = out.read_text().splitlines()
    assert len(lines) == 345
    assert lines[0].startswith("row,predicted,ci_low,ci_high,pi_low,pi_high,in_domain,reason")


def test_the_script_reproduces_the_numbers(penguin_run: tuple[Path, str], penguins: Path) -> None:
    folder, _ = penguin_run
    done = subprocess.run(
        [sys.executable, str(folder / "reproduce.py"), str(penguins)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("analyze", "nosuch.csv"), 66),
        (("analyze", "."), 65),
        (("analyze", "empty.csv"), 65),
        (("analyze", "header.csv"), 65),
        (("analyze", "data.csv", "-t", "nosuch"), 2),
        (("analyze", "data.csv", "-p", "nosuch"), 2),
        (("analyze", "data.csv", "-f", "y ~ ("), 2),
        (("analyze", "data.csv", "--family", "nosuch"), 2),
        (("analyze", "data.csv", "--override", "nosuch=1"), 2),
        (("analyze", "data.csv", "--override", "nosuch"), 2),
        (("analyze", "data.csv", "--covariance", "nosuch"), 2),
        (("analyze", "data.csv", "-r", "g=nosuch"), 2),
        (("analyze",), 2),
        (("predict", "data.csv", "data.csv"), 65),
        (("predict", "nosuch.json", "data.csv"), 66),
    ],
)
def test_exit_codes_and_one_line_errors(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "header.csv").write_text("a,b\n")
    rows = "".join(f"{i},{i * i % 7},{'uv'[i % 2]}\n" for i in range(20))
    (tmp_path / "data.csv").write_text("x,y,g\n" + rows)
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if len(arguments) > 1:
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "output").exists()


def test_failure_with_json_output_is_a_document(tmp_path: Path) -> None:
    done = run("analyze", "nosuch.csv", "-j", cwd=tmp_path)
    assert done.returncode == 66
    assert json.loads(done.stdout)["error"]["code"] == "no_such_file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_output_folder_without_permission(tmp_path: Path, penguins: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = run("analyze", str(penguins), "-o", str(tmp_path / "locked" / "out"))
    assert done.returncode == 65
    assert "permission" in done.stderr


def test_output_path_is_a_file(tmp_path: Path, penguins: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("analyze", str(penguins), "-o", str(tmp_path / "file"))
    assert done.returncode == 65
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_full_disk_leaves_nothing_behind(tmp_path: Path, penguins: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this machine allows no mount")
    try:
        done = run("analyze", str(penguins), "-o", str(small / "out"))
        assert done.returncode == 65
        assert "full" in done.stderr
        assert not any((small / "out").iterdir())
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_version() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("regression-analyzer 0.")
