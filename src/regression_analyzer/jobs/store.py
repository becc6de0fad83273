"""What a job store must do. SQLite does it today; the tests of this interface run against every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from regression_analyzer.jobs.value import Grip, Job, JobError, Kind, Loss, NewJob, QueueState, Tally


class StoreError(Exception):
    """The store cannot do what it was asked: locked for too long, disk full, damaged."""


class QueueFullError(Exception):
    """No more jobs may wait. ``per_client`` says which of the two limits was met."""

    def __init__(self, *, per_client: bool) -> None:
        super().__init__("the queue is full")
        self.per_client = per_client


class JobStore(Protocol):
    """The job rows. Every method is one transaction; a row is only ever changed by whoever may.

    A *grip* (job, attempt, owner) is valid while the row is processing with that attempt and owner.
    A method that takes a grip returns False, and changes nothing, where it is no longer valid.
    """

    def create(self, new: NewJob, *, limit: int | None = None, limit_per_client: int | None = None) -> tuple[Job, bool]:
        """Put a job into the queue.

        Returns
        -------
        (job, created)
            Where the idempotency key is known: the job that has it, and False.

        Raises
        ------
        QueueFullError
            As many jobs wait as may (of the same kind; of this client).
        """
        ...

    def get(self, job_id: str) -> Job | None:
        """Return a job."""
        ...

    def several(self, job_ids: Iterable[str]) -> dict[str, Job]:
        """Return jobs by id; those that are gone are left out."""
        ...

    def by_key(self, idempotency_key: str) -> Job | None:
        """Return the job with an idempotency key."""
        ...

    def recent(self, *, kind: Kind, limit: int, before: float | None = None) -> list[Job]:
        """Return jobs, newest first, made before a time."""
        ...

    def claim(self, owner: str, kinds: Sequence[Kind], *, lease_s: float) -> Job | None:
        """Take the oldest waiting job of some kinds: processing, attempt + 1, a lease from now."""
        ...

    def beat(self, grip: Grip, *, lease_s: float, progress: tuple[str, float, str] | None = None) -> bool:
        """Renew the lease and note the progress (stage, fraction, message)."""
        ...

    def holds(self, grip: Grip) -> bool:
        """Return whether a grip is still valid."""
        ...

    def complete(self, grip: Grip, result: Mapping[str, Any], *, stage_seconds: Mapping[str, float]) -> bool:
        """End a job with its result."""
        ...

    def fail(self, grip: Grip, error: JobError) -> bool:
        """End a job with an error."""
        ...

    def give_back(self, grip: Grip, loss: Loss) -> bool:
        """Put a job back into the queue, where it was. ``"handed_back"`` counts against nothing."""
        ...

    def cancel(self, job_id: str) -> Job | None:
        """Cancel a waiting or running job, which makes every grip on it invalid; return it as it is now."""
        ...

    def remove(self, job_id: str) -> bool:
        """Forget a job."""
        ...

    def expire(self) -> list[Job]:
        """Put jobs with an overdue lease back into the queue, or fail them after too many losses."""
        ...

    def reclaim(self, owners: Iterable[str]) -> list[Job]:
        """Do the same with the jobs of workers known to be gone, without waiting for their leases."""
        ...

    def owners(self) -> set[str]:
        """Return the workers that have jobs."""
        ...

    def queue(self) -> QueueState:
        """Return how full the queue is."""
        ...

    def tallies(self) -> list[Tally]:
        """Return the counts and times of everything that ended."""
        ...

    def ended_before(self, when: float, kinds: Sequence[Kind]) -> list[Job]:
        """Return jobs that ended before a time, oldest first, at most 1,000."""
        ...

    def refers_to(self, upload_id: str) -> bool:
        """Return whether any job uses an upload."""
        ...

    def see_worker(self, owner: str, slots: int) -> None:
        """Note that a worker is alive."""
        ...

    def forget_worker(self, owner: str) -> None:
        """Note that a worker is gone."""
        ...

    def last_worker_seen(self) -> float | None:
        """Return when any worker was last alive, in seconds since 1970."""
        ...

    def version(self) -> int:
        """Return a number that changes whenever anything in the store did. Cheap enough to poll."""
        ...

    def check(self) -> str:
        """Return ``"ok"``, or what is wrong with the store."""
        ...

    def close(self) -> None:
        """Close the store; no method may be called afterwards."""
        ...
