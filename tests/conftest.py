"""What every test may lean on."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TRUTH = REPOSITORY.parent / "shared" / "truth"


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def truth() -> Path:
    """The folder of reference data beside the checkout; tests that need it skip where it is absent."""
    if not TRUTH.is_dir():
        pytest.skip("no reference data beside the checkout")
    return TRUTH


@pytest.fixture(scope="session")
def penguins() -> Path:
    return REPOSITORY / "examples" / "penguins.csv"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and host not in {"127.0.0.1", "localhost", "::1"}:
            message = f"a test tried to reach {address}"
            raise AssertionError(message)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
