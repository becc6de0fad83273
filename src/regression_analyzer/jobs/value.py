"""A job as a value, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["analyze", "preview", "predict", "outbound", "ask"]
State = Literal["queued", "processing", "completed", "failed", "cancelled"]
ENDED: frozenset[State] = frozenset({"completed", "failed", "cancelled"})
READING_KINDS: tuple[Kind, ...] = ("preview", "predict")
ASKING_KINDS: tuple[Kind, ...] = ("outbound", "ask")
"""What would be sent to a language model, and questions to one; neither delays anything else."""
FOLLOWED_KINDS: tuple[Kind, ...] = ("analyze", "outbound")
"""Kinds that take as long as an analysis: a caller sees their progress and may cancel them."""
QUICK_KINDS: tuple[Kind, ...] = (*READING_KINDS, *ASKING_KINDS)
"""Kinds that a person waits for; they have children of their own and never queue behind an analysis."""

Loss = Literal["crash", "killed", "handed_back"]
"""Why an attempt ended without an answer: the child crashed or ran out of memory; something outside
killed the child or its worker; the worker was asked to stop."""

CRASHES_ALLOWED = 1
"""A job is tried once more after a crash or after running out of memory."""
LOSSES_ALLOWED = 10
"""Attempts that may be lost to something outside the job before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why a job failed: stable code, one plain sentence, what can be done."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class NewJob:
    """A job to put into the store.

    Attributes
    ----------
    payload : JSON-ready arguments of the work
    client : who asked, as a digest; for limits per client
    idempotency_key : two jobs never have the same one
    request_id : of the call that made it, for the logs
    """

    id: str
    kind: Kind
    payload: Mapping[str, Any]
    client: str = ""
    idempotency_key: str | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Job:
    """One row of the store: the truth about a job.

    Attributes
    ----------
    attempt : counts claims and never goes back; with ``owner`` it is the fencing token
    crashes, losses : attempts that crashed; attempts lost to something outside
    owner, lease_until : the worker that has it, and until when (seconds since 1970)
    stage, fraction, message : progress
    result : what the work gave besides its files: ``etag``, ``charts``, ``seconds``
    created_at, started_at, finished_at : seconds since 1970
    """

    id: str
    kind: Kind
    state: State
    attempt: int
    crashes: int
    losses: int
    owner: str | None
    lease_until: float | None
    stage: str
    fraction: float
    message: str
    payload: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: JobError | None
    client: str
    idempotency_key: str | None
    request_id: str
    created_at: float
    started_at: float | None
    finished_at: float | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Grip:
    """The right to speak for a job: what a claim gives and every later word about it must show."""

    job_id: str
    attempt: int
    owner: str


def grip_of(job: Job) -> Grip:
    """Return the grip that a claimed job gives."""
    return Grip(job_id=job.id, attempt=job.attempt, owner=job.owner or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """How full the queue is: jobs waiting, jobs running, age of the oldest waiting one in seconds."""

    waiting: int
    running: int
    oldest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What ended so far, over the whole life of the store.

    ``name`` is ``"job"`` (labels kind and outcome) or ``"stage"`` (label stage, in ``outcome``).
    """

    name: str
    kind: str
    outcome: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Task:
    """What a child is given: the work and where its answer goes.

    Attributes
    ----------
    work_dir : an empty folder of this attempt alone; moved into place when the work is done
    upload : the file to read, or None
    model : the ``analysis.json`` to predict with, or None
    temp_dir : the child's current folder and its place for temporary files; removed after the attempt
    """

    job_id: str
    kind: Kind
    payload: Mapping[str, Any]
    work_dir: str
    temp_dir: str
    upload: str | None = None
    model: str | None = None
    memory_mb: int = 1500
    timeout_s: int = 600
