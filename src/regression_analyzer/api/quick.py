"""Work that a caller waits for: previews and predictions, done by a warm child."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regression_analyzer.api.problem import Problem
from regression_analyzer.api.state import Service, in_thread
from regression_analyzer.jobs.files import ANSWER, new_id
from regression_analyzer.jobs.sweep import remove_job
from regression_analyzer.jobs.value import Job, Kind, NewJob

WAIT_S = 60.0
PASSING = frozenset({"timeout", "out_of_memory", "interrupted", "crashed", "defect"})
"""Codes of failures that say nothing of the file; another try may end otherwise."""
TROUBLE_WITH_A_MODEL = 502
STATUS = {
    "no_key": 503,
    "llm_no_model": 503,
    "llm_share": 403,
    "llm_turned": 403,
    "timeout": 503,
    "out_of_memory": 503,
    "interrupted": 503,
    "crashed": 500,
    "defect": 500,
    "too_large": 413,
}


async def answer_of(
    service: Service,
    kind: Kind,
    payload: Mapping[str, Any],
    *,
    client: str,
    request_id: str,
    cached: bool,
    wait_s: float = WAIT_S,
) -> tuple[Path, Job]:
    """Have a job of a quick kind done; return the file with its answer.

    Parameters
    ----------
    cached : an earlier answer to the same payload will do
    wait_s : how long to wait for it

    Raises
    ------
    Problem
        With what the work said was wrong, or 503 where it takes too long.
    """
    key = None
    if cached:
        text = json.dumps([kind, payload], sort_keys=True)
        key = f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"
    new = NewJob(id=new_id(), kind=kind, payload=payload, client=client, idempotency_key=key, request_id=request_id)
    job, created = await service.submit(new)
    if not created and _is_stale(service, job):
        await in_thread(remove_job, service.store, service.folders, job)
        job, _ = await service.submit(new)
    ended = await service.watch.wait_for(job.id, seconds=wait_s)
    if ended is None or not ended.ended:
        raise Problem(
            503,
            "The file takes longer to read than a call may wait.",
            hint="Try again in a moment, or start the analysis without a preview.",
            code="still_working",
            headers={"Retry-After": "5"},
        )
    if ended.error is not None:
        unknown = TROUBLE_WITH_A_MODEL if ended.error.code.startswith("llm_") else 422
        status = STATUS.get(ended.error.code, unknown)
        raise Problem(status, ended.error.message, hint=ended.error.hint, code=ended.error.code)
    return service.folders.result(kind, ended.id) / ANSWER, ended


def _is_stale(service: Service, job: Job) -> bool:
    """Return whether an earlier answer cannot be used."""
    if job.state == "cancelled":
        return True
    if job.state == "failed":
        return job.error is not None and job.error.code in PASSING
    return job.state == "completed" and not (service.folders.result(job.kind, job.id) / ANSWER).is_file()
