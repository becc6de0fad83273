"""A real server on a free loopback port, with folders of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "health-charges.csv"
START_S = 30.0
KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a server listens, and what programs ask it."""

    url: str

    def post(self, path: str, **request: Any) -> dict[str, Any]:
        """Post to the API and return its answer."""
        answer = httpx.post(f"{self.url}/api/v1{path}", timeout=90, **request)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def get(self, path: str) -> dict[str, Any]:
        """Get from the API."""
        answer = httpx.get(f"{self.url}/api/v1{path}", timeout=30)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def upload(self, name: str, content: bytes) -> str:
        """Upload a file and return its id."""
        return str(self.post("/upload", files={"file": (name, content)})["upload_id"])

    def analyze(self, upload_id: str, *, wait: int = 60, **choices: Any) -> str:
        """Analyse an upload and return the id of the job."""
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        return str(self.post("/analyze", json={"upload_id": upload_id, **choices}, headers=headers)["job_id"])


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Server]:
    """Run ``regression-analyzer serve`` until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "OUTPUT_DIR": str(folder / "output"),
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    command = [str(Path(sys.executable).with_name("regression-analyzer")), "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}", process, folder / "log")
        yield Server(url=f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    started = time.monotonic()
    while True:
        try:
            httpx.get(f"{url}/api/v1/health", timeout=5)
        except httpx.TransportError:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() - started < START_S, "the server did not start"
            time.sleep(0.05)
        else:
            return
