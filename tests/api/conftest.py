from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = b"x,y\n1,2\n2,3\n3,5\n"


@dataclass
class Server:
    """A running server and the way to it."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    started_in: float

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30, **options)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def stop(self) -> float:
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(20)
        return time.monotonic() - started


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, **settings: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG"} or name.startswith("OPENBLAS_")  # another kernel has other last digits
    }
    return {
        **kept,
        "PYTHONPATH": str(REPOSITORY),
        "DATA_DIR": str(folder / "data"),
        "OUTPUT_DIR": str(folder / "output"),
        "PORT": str(port),
        "WORKERS": "2",
        "JOB_MEMORY_MB": "700",
        **settings,
    }


STUB = ("-m", "tests.api.stub_server")


def start(folder: Path, *command: str, port: int | None = None, **settings: str) -> Server:
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    started = time.monotonic()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *(command or STUB)],
            env=environment(folder, port, **settings),
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/v1/health", timeout=5)
            break
        except httpx.TransportError:
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() - started < 20
            time.sleep(0.01)
    return Server(process=process, port=port, folder=folder, started_in=time.monotonic() - started)


@contextmanager
def running(folder: Path, *command: str, port: int | None = None, **settings: str) -> Iterator[Server]:
    server = start(folder, *command, port=port, **settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a stub worker, shared by the tests that change nothing others look at."""
    with running(tmp_path_factory.mktemp("server"), MAX_UPLOAD_BYTES="100000") as made:
        yield made


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with server.client() as made:
        yield made


Upload = Callable[..., str]


def upload(client: httpx.Client, content: bytes = TABLE, name: str = "table.csv") -> str:
    answer = client.post("/api/v1/upload", files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["upload_id"])


def analyze(client: httpx.Client, upload_id: str, *, wait: int = 20, **choices: Any) -> dict[str, Any]:
    answer = client.post(
        "/api/v1/analyze", json={"upload_id": upload_id, **choices}, headers={"Prefer": f"wait={wait}"}
    )
    assert answer.status_code == 202, answer.text
    return dict(answer.json())
