"""A real engine, the image built once from a clean checkout, and containers that always go away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

IMAGE = "regression-analyzer:test"
BASE = os.environ.get("BASE_IMAGE", "python:3.11-slim")


@dataclass(frozen=True)
class Engine:
    """The client of a Docker engine that answers, and where it looks for plug-ins made for these tests."""

    client: str
    configuration: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        extra = {"DOCKER_CONFIG": str(self.configuration)} if self.configuration else {}
        return os.environ | {"DOCKER_BUILDKIT": "1"} | extra

    def run(self, *arguments: str, check: bool = True, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [self.client, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            env=self.environment,
        )
        if check and done.returncode:
            raise AssertionError(f"docker {' '.join(arguments)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def inspect(self, name: str, template: str) -> str:
        return self.run("inspect", "-f", template, name).stdout.strip()


@dataclass
class Server:
    """A running container and its address on the host."""

    engine: Engine
    name: str
    address: str
    started: float = field(default_factory=time.perf_counter)

    def get(self, path: str, timeout: float = 5) -> Any:
        with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:  # noqa: S310  loopback
            return json.loads(answer.read())

    def healthy(self, within: float = 20) -> float:
        """Return the seconds from `docker run` to the first healthy answer."""
        while time.perf_counter() - self.started < within:
            try:
                if self.get("/api/v1/health", timeout=1)["status"] == "healthy":
                    return time.perf_counter() - self.started
            except (OSError, urllib.error.URLError, ValueError):
                time.sleep(0.02)
        logs = self.engine.run("logs", self.name, check=False)
        raise AssertionError(f"not healthy within {within} s:\n{logs.stdout}\n{logs.stderr}")

    def logs(self) -> str:
        done = self.engine.run("logs", self.name, check=False)
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def engine(repository: Path) -> Engine:
    script = repository / "deploy" / "container" / "engine.sh"
    done = subprocess.run([str(script), "start"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"no Docker engine: {done.stderr}")
    plugins = Path(os.environ.get("ENGINE_STATE", "/tmp/regression-analyzer-engine")) / "docker-config"
    return Engine(done.stdout.split()[-1], plugins if (plugins / "cli-plugins" / "docker-compose").exists() else None)


@pytest.fixture(scope="session")
def checkout(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clean clone holds: the tracked files as they are in the work tree."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = repository / name
        if name and source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


@pytest.fixture(scope="session")
def image(engine: Engine, checkout: Path) -> str:
    engine.run(
        "build", "--network", "host", "--build-arg", f"BASE_IMAGE={BASE}", "-t", IMAGE, str(checkout), timeout=1800
    )
    return IMAGE


@pytest.fixture
def start(engine: Engine, image: str) -> Iterator[Callable[..., Server]]:
    """Start containers; each is removed at the end of the test."""
    names: list[str] = []

    def run(*options: str, port: int = 8000, command: tuple[str, ...] = ()) -> Server:
        name = f"regression-analyzer-test-{os.getpid()}-{len(names)}"
        names.append(name)
        begun = time.perf_counter()
        engine.run("run", "-d", "--name", name, "-p", f"127.0.0.1:0:{port}", *options, image, *command)
        host_port = engine.run("port", name, str(port)).stdout.split(":")[-1].strip()
        return Server(engine, name, f"http://127.0.0.1:{host_port}", begun)

    yield run
    for name in names:
        engine.run("rm", "-f", "-v", name, check=False)
