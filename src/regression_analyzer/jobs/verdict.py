"""What the end of an attempt means: an answer, an error to tell, or a reason to try again."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from regression_analyzer.jobs.value import CRASHES_ALLOWED, LOSSES_ALLOWED, Job, JobError, Loss

Verdict = Literal["done", "refused", "crashed", "killed", "stopped", "lost"]
DONE: Verdict = "done"
"""The child gave its answer."""
REFUSED: Verdict = "refused"
"""The data or the choices do not allow it; trying again would end the same way."""
CRASHED: Verdict = "crashed"
"""The child ran out of memory or fell in native code."""
KILLED: Verdict = "killed"
"""Something outside killed the child."""
STOPPED: Verdict = "stopped"
"""The worker was asked to stop."""
LOST: Verdict = "lost"
"""The job was cancelled, removed, or taken over; nothing is to be said about it."""

NEAR_LIMIT = 0.8
"""Share of the memory limit from which a kill is taken for the kernel's doing."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ended:
    """How an attempt ended. ``detail`` is for the log and holds nothing of the data."""

    verdict: Verdict
    error: JobError | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None


def verdict_of_message(message: Mapping[str, Any]) -> Ended | None:
    """Return how the attempt ended by the child's own word; None where it only said something on the way."""
    say = message["say"]
    if say == "done":
        result = message.get("result")
        return Ended(verdict=DONE, result=result if isinstance(result, dict) else {})
    if say == "refused":
        texts = {name: str(message.get(name) or "") for name in ("code", "message", "hint")}
        return Ended(verdict=REFUSED, error=JobError(**texts))
    if say == "memory":
        return Ended(verdict=CRASHED, error=memory_error(message.get("limit"), message.get("used")))
    if say == "timeout":
        return Ended(verdict=REFUSED, error=timeout_error(int(message["seconds"])))
    if say == "defect":
        detail = f"{message.get('error')} {message.get('where', '')}".strip()
        return Ended(verdict=REFUSED, error=DEFECT, detail=detail)
    return None


def verdict_of_exit(
    exit_code: int | None, *, memory_mb: int, peak_mb: float, killed_by_kernel: bool, timeout_s: int
) -> Ended:
    """Return how an attempt ended whose child fell silent.

    Parameters
    ----------
    exit_code : negative for a signal
    peak_mb : most memory it was seen to use
    killed_by_kernel : the kernel killed something for memory meanwhile
    """
    if exit_code == -signal.SIGXCPU:
        return Ended(verdict=REFUSED, error=timeout_error(timeout_s), detail="processor time")
    if exit_code == -signal.SIGKILL and (killed_by_kernel or peak_mb > NEAR_LIMIT * memory_mb):
        return Ended(verdict=CRASHED, error=memory_error(memory_mb, peak_mb), detail="killed near its memory limit")
    if exit_code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT, 255, 1, None):
        return Ended(verdict=KILLED, detail=f"exit {exit_code}")
    return Ended(verdict=CRASHED, error=CRASH, detail=f"exit {exit_code}")


def decide(job: Job, ended: Ended) -> tuple[Loss | None, JobError | None]:
    """Return the reason to try again, or the error with which the job fails; neither where it is lost."""
    if ended.verdict == STOPPED:
        return "handed_back", None
    if ended.verdict == CRASHED:
        return ("crash", None) if job.crashes < CRASHES_ALLOWED else (None, ended.error)
    if ended.verdict == KILLED:
        return ("killed", None) if job.losses < LOSSES_ALLOWED else (None, KILLED_TOO_OFTEN)
    return None, ended.error


def memory_error(limit_mb: object, used_mb: object) -> JobError:
    """Return what to say of work that needed more memory than it may have."""
    limit = f"{limit_mb:,.0f} MB" if isinstance(limit_mb, int | float) else "the memory it may have"
    used = f" It had reached {used_mb:,.0f} MB." if isinstance(used_mb, int | float) else ""
    return JobError(
        code="out_of_memory",
        message=f"The work needed more memory than it may have: more than {limit}, twice.{used}",
        hint=(
            "Raise JOB_MEMORY_MB (and the memory of the machine or container), "
            "or leave out columns with many different values."
        ),
    )


def timeout_error(seconds: int) -> JobError:
    """Return what to say of work that took too long."""
    return JobError(
        code="timeout",
        message=f"The work took longer than {seconds:,} seconds and was stopped.",
        hint="Raise JOB_TIMEOUT_S, or leave columns out.",
    )


DEFECT = JobError(
    code="defect",
    message="A defect of this program stopped the work.",
    hint="Please report it with the job's identifier; the operator's log says where it happened.",
)
CRASH = JobError(
    code="crashed",
    message="The process doing the work fell twice, in native code.",
    hint="Please report it with the job's identifier; the file may be damaged.",
)
KILLED_TOO_OFTEN = JobError(
    code="interrupted",
    message="The process doing the work was killed from outside again and again.",
    hint="The operator's log says when; more memory for the machine or fewer WORKERS may help.",
)
