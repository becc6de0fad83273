"""What every route works with: settings, folders, store, worker and limits, in one place made by the factory."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from anyio import to_thread
from fastapi import Depends, Request

from regression_analyzer.api.metrics import Metrics
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.quota import Quota
from regression_analyzer.api.worker_process import WorkerProcess
from regression_analyzer.jobs.files import Folders, is_id
from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore, QueueFullError
from regression_analyzer.jobs.value import Job, Kind, NewJob

P = ParamSpec("P")
T = TypeVar("T")

PAUSES = ((1.0, 0.02), (5.0, 0.1), (float("inf"), 0.25))
"""How often a waiting call looks whether anything changed: until so many seconds, every so many."""
RETRY_AFTER_S = 5


async def in_thread(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Run blocking work off the event loop."""
    return await to_thread.run_sync(partial(work, *args, **named))


@dataclass(slots=True, eq=False, kw_only=True)
class Service:
    """Everything the routes need.

    Attributes
    ----------
    environ : where provider keys are looked for (only whether they are there)
    """

    settings: Settings
    folders: Folders
    environ: Mapping[str, str]
    metrics: Metrics
    quota: Quota
    worker: WorkerProcess
    opened: JobStore | None = None
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def store(self) -> JobStore:
        """The job store; opened when first needed."""
        if self.stopped:
            raise Problem(503, "The server is stopping.", headers={"Retry-After": "1"}, code="not_running")
        if self.opened is None:
            self.open()
        assert self.opened is not None  # noqa: S101  for the type checker
        return self.opened

    def open(self) -> None:
        """Make the folders and open the store."""
        with self.lock:
            if self.opened is None:
                self.folders.make()
                self.opened = SqliteJobStore(self.folders.store)

    def close(self) -> None:
        """Close the store for good."""
        self.stopped = True
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    async def job(self, job_id: str, kinds: Sequence[Kind] = ("analyze",)) -> Job:
        """Return an analysis job (or one of other kinds), or answer 404."""
        job = await in_thread(self.store.get, job_id) if is_id(job_id) else None
        if job is None or job.kind not in kinds:
            raise Problem(404, "Job not found", hint="It may have been removed; GET /api/v1/jobs lists what there is.")
        return job

    async def finished(self, job_id: str) -> Job:
        """Return a completed analysis job, or answer 404."""
        job = await self.job(job_id)
        if job.state != "completed":
            raise Problem(
                404, f"The job has no result: it is {job.state}.", hint=f"See /api/v1/jobs/{job.id}.", code="no_result"
            )
        return job

    async def submit(self, new: NewJob) -> tuple[Job, bool]:
        """Put a job into the queue and wake the worker; 429 where the queue is full."""
        create = partial(
            self.store.create,
            new,
            limit=self.settings.queue_limit,
            limit_per_client=self.settings.queue_limit_per_client,
        )
        try:
            job, created = await in_thread(create)
        except QueueFullError as error:
            whose = "Too many of your jobs are waiting" if error.per_client else "The queue is full"
            raise Problem(
                429,
                f"{whose}.",
                hint=f"Try again in {RETRY_AFTER_S} seconds.",
                code="queue_full",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            ) from None
        if created:
            self.worker.wake()
        return job, created

    async def wait_for(self, job_id: str, *, seconds: float, since: tuple[object, ...] | None = None) -> Job | None:
        """Return the job when it has ended, or has changed from what ``since`` says, or the time is up."""
        started = time.monotonic()
        version = None
        while True:
            current = self.store.version()
            now = time.monotonic()
            if current != version or now - started >= seconds:
                version = current
                job = self.store.get(job_id)  # some 30 microseconds, less than a change of threads
                if job is None or job.ended or now - started >= seconds:
                    return job
                if since is not None and face_of(job) != since:
                    return job
            pause = next(pause for until, pause in PAUSES if now - started < until)
            await asyncio.sleep(min(pause, max(0.001, seconds - (now - started))))


def face_of(job: Job) -> tuple[object, ...]:
    """Return what of a job a watcher sees change."""
    return (job.state, job.stage, job.fraction, job.message)


def client_of(request: Request) -> str:
    """Return a digest of the caller's address (a network of 64 bits for IPv6)."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return hashlib.sha256(host.encode()).hexdigest()[:16]
    network = ipaddress.ip_network(f"{address}/{64 if address.version == 6 else 32}", strict=False)
    return hashlib.sha256(str(network).encode()).hexdigest()[:16]


def service_of(request: Request) -> Service:
    """Return the service of the application that answers a request."""
    service = request.app.state.service
    if not isinstance(service, Service):
        raise TypeError("the application was not made by create_app")
    return service


def spend(request: Request) -> None:
    """Count a call that makes work against its client's rate; 429 beyond it."""
    service_of(request).quota.spend_call(client_of(request))


Served = Annotated[Service, Depends(service_of)]
