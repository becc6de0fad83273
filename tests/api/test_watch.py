"""Calls that wait for a job: each hears of its own in time, and all together ask the store once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from regression_analyzer.api.problem import Problem
from regression_analyzer.api.watch import Watch, face_of
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore
from regression_analyzer.jobs.value import Job, NewJob, grip_of

MANY = 60
SOON_S = 1.0


class CountingStore(SqliteJobStore):
    """The real store, which counts how often it is read."""

    one = 0
    all_at_once = 0

    def get(self, job_id: str) -> Job | None:
        self.one += 1
        return super().get(job_id)

    def several(self, job_ids: Iterable[str]) -> dict[str, Job]:
        self.all_at_once += 1
        return super().several(job_ids)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CountingStore]:
    made = CountingStore(tmp_path / "jobs.db")
    yield made
    made.close()


def add(store: JobStore, name: str) -> None:
    store.create(NewJob(id=name, kind="analyze", payload={}))


def claim(store: JobStore) -> Job:
    job = store.claim("w", ("analyze",), lease_s=30)
    assert job is not None
    return job


def test_many_that_wait_cost_one_look_a_change(store: CountingStore) -> None:
    for number in range(MANY):
        add(store, f"j{number}")

    async def all_of_them() -> list[Job | None]:
        watch = Watch(lambda: store)
        calls = [asyncio.create_task(watch.wait_for(f"j{number}", seconds=20)) for number in range(MANY)]
        await asyncio.sleep(0.1)
        before = (store.one, store.all_at_once)
        assert before[0] == MANY
        for fraction in (0.1, 0.2, 0.3):
            held = claim(store)
            store.beat(grip_of(held), lease_s=30, progress=("read", fraction, "-"))
            await asyncio.sleep(0.1)
        assert store.one == before[0]
        assert store.all_at_once - before[1] <= 6
        assert not any(call.done() for call in calls)
        for number in range(MANY):
            store.cancel(f"j{number}")  # reads the row once by itself
        started = time.monotonic()
        answers = await asyncio.gather(*calls)
        assert time.monotonic() - started < SOON_S
        return answers

    ended = asyncio.run(all_of_them())
    assert [(job.id, job.state) for job in ended if job] == [(f"j{number}", "cancelled") for number in range(MANY)]


def test_a_change_is_heard_and_no_change_is_not(store: CountingStore) -> None:
    add(store, "a")
    add(store, "b")

    async def listen() -> None:
        watch = Watch(lambda: store)
        seen = store.get("a")
        assert seen is not None
        call = asyncio.create_task(watch.wait_for("a", seconds=20, since=face_of(seen)))
        ends = asyncio.create_task(watch.wait_for("a", seconds=20))
        await asyncio.sleep(0.1)
        store.cancel("b")
        await asyncio.sleep(0.1)
        assert not call.done()
        claim(store)
        changed = await asyncio.wait_for(call, SOON_S)
        assert changed is not None
        assert changed.state == "processing"
        assert not ends.done()
        store.remove("a")
        assert await asyncio.wait_for(ends, SOON_S) is None

    asyncio.run(listen())


def test_what_changed_before_the_call_is_told_at_once_and_time_is_kept(store: CountingStore) -> None:
    add(store, "a")

    async def ask() -> None:
        watch = Watch(lambda: store)
        first = store.get("a")
        assert first is not None
        claim(store)
        told = await asyncio.wait_for(watch.wait_for("a", seconds=20, since=face_of(first)), SOON_S)
        assert told is not None
        assert told.state == "processing"
        started = time.monotonic()
        late = await watch.wait_for("a", seconds=0.2)
        assert 0.19 < time.monotonic() - started < 0.2 + SOON_S
        assert late is not None
        assert late.state == "processing"
        assert await watch.wait_for("never", seconds=20) is None
        again = asyncio.create_task(watch.wait_for("a", seconds=20))  # the look before has ended
        await asyncio.sleep(0.1)
        store.cancel("a")
        ended = await asyncio.wait_for(again, SOON_S)
        assert ended is not None
        assert ended.state == "cancelled"

    asyncio.run(ask())


def test_a_server_that_stops_tells_those_that_wait(store: CountingStore) -> None:
    add(store, "a")
    open_ = True

    def stopping() -> JobStore:
        if open_:
            return store
        raise Problem(503, "The server is stopping.", code="not_running")

    async def stop() -> None:
        nonlocal open_
        call = asyncio.create_task(Watch(stopping).wait_for("a", seconds=20))
        await asyncio.sleep(0.1)
        open_ = False
        with pytest.raises(Problem, match="stopping"):
            await asyncio.wait_for(call, SOON_S)

    asyncio.run(stop())
