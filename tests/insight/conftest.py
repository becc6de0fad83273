"""A fake vendor and a server that asks it, one of each a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import Server, running
from tests.api.test_real import SERVE

from .fake_vendor import FakeVendor
from .replies import sensible


@pytest.fixture(scope="module")
def vendor() -> Iterator[FakeVendor]:
    """A vendor that answers sensibly; a module that needs other answers has a fixture of this name of its own."""
    with FakeVendor(sensible) as made:
        yield made


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, vendor: FakeVendor
) -> Iterator[Server]:
    """A server that asks the module's vendor; ``SETTINGS`` of the module are its environment too."""
    settings = {"JOB_MEMORY_MB": "1500", **getattr(request.module, "SETTINGS", {}), **vendor.environ("openai")}
    with running(tmp_path_factory.mktemp("served"), *SERVE, port=None, **settings) as made:
        yield made
