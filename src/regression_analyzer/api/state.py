"""What every route works with: settings, folders, store, worker and limits, in one place made by the factory."""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from anyio import to_thread
from fastapi import Depends, Request

from regression_analyzer.api.metrics import Metrics
from regression_analyzer.api.problem import Problem
from regression_analyzer.api.quota import Quota
from regression_analyzer.api.watch import Watch
from regression_analyzer.api.worker_process import WorkerProcess
from regression_analyzer.jobs.files import Folders, is_id
from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore, QueueFullError
from regression_analyzer.jobs.value import Job, NewJob

P = ParamSpec("P")
T = TypeVar("T")

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
    watch : where a call waits for a job
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
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        """Let the calls that wait find the store."""
        self.watch = Watch(lambda: self.store)

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

    async def job(self, job_id: str) -> Job:
        """Return an analysis job, or answer 404."""
        job = await in_thread(self.store.get, job_id) if is_id(job_id) else None
        if job is None or job.kind != "analyze":
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
