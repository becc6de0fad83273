from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regression_analyzer.jobs.files import Folders
from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


StoreMaker = Callable[[Path, Clock], JobStore]


def sqlite(folder: Path, clock: Clock) -> JobStore:
    return SqliteJobStore(folder / "jobs.db", clock=clock)


STORES: dict[str, StoreMaker] = {"sqlite": sqlite}
"""Every store there is: another one is tested by adding it here."""


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[JobStore]:
    made = STORES[request.param](tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", output_dir=tmp_path / "output", workers=2, job_memory_mb=300)


@pytest.fixture
def folders(settings: Settings) -> Folders:
    made = Folders.of(settings)
    made.make()
    return made
