"""Every example of the documents that calls the server or the program is run as it is written."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.conftest import REPOSITORY, running
from tests.api.test_real import SERVE
from tests.insight.fake_vendor import FakeVendor

BIN = Path(sys.executable).parent
NOT_RUN = {"pip install", "make", "docker compose", "regression-analyzer serve", "regression-analyzer certify"}
"""What sets up a machine, never ends, or takes long; tested elsewhere."""


@dataclass
class Place:
    """A folder as the documents expect it, and the environment of its commands."""

    folder: Path
    environ: dict[str, str]

    def run(self, *command: str) -> str:
        said = subprocess.run(command, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("examples")
    (folder / "examples").symlink_to(REPOSITORY / "examples")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    with (
        FakeVendor() as vendor,
        running(folder / "server", *SERVE, port=None, JOB_MEMORY_MB="1500", **vendor.environ("openai")) as server,
    ):
        keys = vendor.environ("openai")
        yield Place(folder, {"BASE": f"http://127.0.0.1:{server.port}", "PATH": path, **keys})


def blocks(document: str, language: str) -> list[str]:
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_every_curl_example_works(place: Place) -> None:
    script = "\n".join(blocks("docs/api.md", "bash"))
    said = place.run("bash", "-euo", "pipefail", "-c", script)
    assert json.loads((place.folder / "analysis.json").read_text(encoding="utf-8"))["status"] == "completed"
    assert "<!doctype html>" in (place.folder / "report.html").read_text(encoding="utf-8")
    assert said.count('"in_domain": true') == 4
    jobs = re.findall(r"^job (\w{32})$", said, re.MULTILINE)
    assert len(jobs) == 2
    assert len(set(jobs)) == 1
    assert "event: end" in said
    assert re.search(r"^304$", said, re.MULTILINE)
    assert '"requests":[{"url":' in said
    assert '"answer":' in said


def test_every_python_example_works(place: Place) -> None:
    said = place.run(sys.executable, "-c", "\n".join(blocks("docs/api.md", "python"))).splitlines()
    assert said[0] == "completed body_mass_g"
    assert re.fullmatch(r"\d{4}, between \d{4} and \d{4}", said[1])
    assert said[2] == "the same job: True"
    assert "event: end" in said
    assert said[-2] == "304"
    assert said[-1].endswith("openai/gpt-5.4-mini")


def test_the_calls_of_the_documents_are_all_run() -> None:
    for document in ("docs/api.md", "README.md"):
        text = (REPOSITORY / document).read_text(encoding="utf-8")
        run = "".join(part for language in ("bash", "sh", "python") for part in blocks(document, language))
        assert text.count("curl ") - text.count("curl -") == 0
        assert text.count("curl -") == run.count("curl -")
        assert text.count("```") == 2 * sum(len(blocks(document, language)) for language in ("bash", "sh", "python"))


@pytest.fixture(scope="module")
def prices(place: Place) -> Place:
    lines = ["price,area,city,age"]
    for i in range(80):
        area, age = 40 + 7 * i % 90, 1 + (i * 13) % 60
        lines.append(f"{1000 * area + 9000 * (i % 3) - 300 * age + 700 * (i * 7 % 11)},{area},{'abc'[i % 3]},{age}")
    for name, kept in (("prices.csv", lines), ("new.csv", lines[:6])):
        (place.folder / name).write_text("\n".join(kept), encoding="utf-8")
    german = [";".join(line.split(",")) for line in ("preis,fläche,stadt,alter", *lines[1:])]
    (place.folder / "preise.csv").write_text("\n".join(german), encoding="utf-8")
    code = "import pandas as pd; pd.read_csv('prices.csv').to_excel('prices.xlsx', index=False)"
    place.run(sys.executable, "-c", code)
    return place


def test_the_python_example_of_the_first_page_works(prices: Place) -> None:
    (example,) = blocks("README.md", "python")
    assert "price" in prices.run(sys.executable, "-c", example)


@pytest.mark.slow
def test_every_command_of_the_first_page_works(prices: Place) -> None:
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    commands = [line for line in lines if not any(line.startswith(start) for start in NOT_RUN)]
    assert len(commands) >= 5
    for command in commands:
        prices.run(*shlex.split(command, comments=True))
    assert (prices.folder / "predictions.csv").read_text(encoding="utf-8").count("\n") == 6
    assert "--verify" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert prices.run(sys.executable, "out/reproduce.py", "prices.xlsx", "--verify")
