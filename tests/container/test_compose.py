"""Compose from a clean clone, with nothing configured."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import analyze, call, result, upload
from .conftest import BASE, Engine
from .test_running import people

pytestmark = [pytest.mark.container, pytest.mark.xdist_group("container")]


class Compose:
    """One project of docker compose, whichever version is installed."""

    def __init__(self, folder: Path, command: list[str], image: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self.command = command
        self.environment = {key: value for key, value in environment.items() if "API_KEY" not in key} | {
            "PORT": "18345",
            "TAG": image.split(":")[1],
            "BASE_IMAGE": BASE,
            "COMPOSE_PROJECT_NAME": "regression-analyzer-test",
        }
        self.address = "http://127.0.0.1:18345"

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self) -> None:
        self.run("up", "-d", "--no-build")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                if call(f"{self.address}/api/v1/health")["status"] == "healthy":
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.run("logs"))


def command_of(engine: Engine, version: str) -> list[str] | None:
    """Return how Compose 1 or 2 is called here, None where it is not installed."""
    command = ["docker-compose"] if version == "1" else [engine.client, "compose"]
    if shutil.which(command[0]) is None:
        return None
    said = subprocess.run(
        [*command, "version", "--short"], capture_output=True, text=True, check=False, env=engine.environment
    )
    return command if said.returncode == 0 and said.stdout.strip().lstrip("v").startswith(f"{version}.") else None


@pytest.fixture(params=["1", "2"], ids=["compose-1", "compose-2"])
def compose(
    request: pytest.FixtureRequest, engine: Engine, image: str, checkout: Path, tmp_path: Path
) -> Iterator[Compose]:
    command = command_of(engine, request.param)
    if command is None:
        pytest.skip(f"no Compose {request.param} on this machine")
    clone = tmp_path / "clone"
    shutil.copytree(checkout, clone, ignore=shutil.ignore_patterns(".env", "data", "output", "secrets"))
    project = Compose(clone, command, image, engine.environment)
    yield project
    subprocess.run(
        [*project.command, "down", "-v"], cwd=clone, env=project.environment, capture_output=True, check=False
    )


def test_one_of_both_is_here(engine: Engine) -> None:
    assert any(command_of(engine, version) for version in ("1", "2"))


def test_config_is_valid(compose: Compose) -> None:
    assert "regression-analyzer" in compose.run("config")


def test_editing_is_watched_by_compose_2(compose: Compose) -> None:
    if compose.command == ["docker-compose"]:
        pytest.skip("Compose 1 knows no develop section")
    shown = compose.run("-f", "docker-compose.yml", "-f", "docker-compose.watch.yml", "config")
    assert "develop:" in shown


def test_up_from_a_clean_clone_and_files_survive_down_and_up(compose: Compose, tmp_path: Path) -> None:
    compose.up()
    table = people(tmp_path / "people.csv", 200)
    job = analyze(compose.address, upload(compose.address, table), target="charges")
    assert result(compose.address, job)["status"] == "completed"
    reports = list((compose.folder / "output").rglob("report.html"))
    assert len(reports) == 1
    compose.run("down")
    assert reports[0].is_file()
    compose.up()
    assert result(compose.address, job)["status"] == "completed"


def test_the_port_is_published_on_loopback_only(compose: Compose, engine: Engine) -> None:
    compose.up()
    containers = engine.run("ps", "--filter", "name=regression-analyzer-test", "--format", "{{.Ports}}").stdout
    assert "127.0.0.1:18345" in containers
    assert "0.0.0.0" not in containers  # noqa: S104  the opposite is asserted
