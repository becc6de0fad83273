"""Tells the calls that wait for a job when it changes: one look at the store for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from regression_analyzer.api.problem import Problem
from regression_analyzer.jobs.store import JobStore, StoreError
from regression_analyzer.jobs.value import Job

PAUSE_S = 0.02
"""How often the store is asked whether anything changed, while anyone waits."""

Face = tuple[object, ...]


@dataclass(slots=True, frozen=True, eq=False)
class _Waiter:
    """One call that waits: until the job has ended, or looks other than ``since``."""

    job_id: str
    since: Face | None
    answer: asyncio.Future[Job | None]

    def is_answered_by(self, job: Job | None) -> bool:
        return job is None or job.ended or (self.since is not None and face_of(job) != self.since)


class Watch:
    """The calls that wait. To be used from one event loop.

    Parameters
    ----------
    store : gives the job store; may raise ``Problem`` where the server is stopping
    """

    def __init__(self, store: Callable[[], JobStore]) -> None:
        self._store = store
        self._waiters: set[_Waiter] = set()
        self._looking: asyncio.Task[None] | None = None

    async def wait_for(self, job_id: str, *, seconds: float, since: Face | None = None) -> Job | None:
        """Return the job when it has ended, or has changed from what ``since`` says, or the time is up."""
        waiter = _Waiter(job_id, since, asyncio.get_running_loop().create_future())
        self._waiters.add(waiter)  # before the row is read, so that no change falls between
        try:
            job = self._store().get(job_id)  # some 30 microseconds, less than a change of threads
            if waiter.is_answered_by(job):
                return job
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            done, _ = await asyncio.wait({waiter.answer}, timeout=seconds)
            return waiter.answer.result() if done else self._store().get(job_id)
        finally:
            self._waiters.discard(waiter)

    async def _look(self) -> None:
        version = None
        while self._waiters:
            try:
                current = self._store().version()
                if current != version:
                    version = current
                    self._tell()
            except (StoreError, Problem) as error:
                for waiter in self._open():
                    waiter.answer.set_exception(error)
            await asyncio.sleep(PAUSE_S)

    def _tell(self) -> None:
        waiters = self._open()
        jobs = self._store().several({waiter.job_id for waiter in waiters})
        for waiter in waiters:
            job = jobs.get(waiter.job_id)
            if waiter.is_answered_by(job):
                waiter.answer.set_result(job)

    def _open(self) -> list[_Waiter]:
        return [waiter for waiter in self._waiters if not waiter.answer.done()]


def face_of(job: Job) -> Face:
    """Return what of a job a watcher sees change."""
    return (job.state, job.stage, job.fraction, job.message)
