"""Retention: results and uploads older than agreed go, and so does what interrupted work left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from regression_analyzer.jobs.files import Folders, remove_folder, upload_of
from regression_analyzer.jobs.store import JobStore
from regression_analyzer.jobs.value import QUICK_KINDS, Job, Kind

DAY_S = 86_400.0
QUICK_LIFE_S = 3_600.0
"""Previews and predictions are kept for an hour: they are made anew in a moment."""
LOOKING_KINDS: tuple[Kind, ...] = ("preview", "outbound")
"""They look at an upload before it is analysed, so it stays when they go."""
INCOMING_LIFE_S = 3_600.0


def remove_job(store: JobStore, folders: Folders, job: Job) -> None:
    """Remove a job with everything of it: its row, its files, and its upload unless another job uses it."""
    store.remove(job.id)
    folders.discard(job.kind, job.id)
    upload_id = upload_of(job)
    if upload_id and job.kind not in LOOKING_KINDS and not store.refers_to(upload_id):
        folders.remove_upload(upload_id)


def sweep(store: JobStore, folders: Folders, *, retention_days: float, clock: Callable[[], float] = time.time) -> int:
    """Remove what is too old; return how many jobs went. ``retention_days`` 0 keeps results for ever."""
    now = clock()
    removed = 0
    for job in store.ended_before(now - QUICK_LIFE_S, QUICK_KINDS):
        remove_job(store, folders, job)
        removed += 1
    _remove_older(folders.incoming, now - INCOMING_LIFE_S)
    if retention_days > 0:
        oldest = now - retention_days * DAY_S
        for job in store.ended_before(oldest, ("analyze",)):
            remove_job(store, folders, job)
            removed += 1
        for upload_id in list(folders.all_uploads()):
            upload = folders.find_upload(upload_id)
            if upload and upload.created_at < oldest and not store.refers_to(upload_id):
                folders.remove_upload(upload_id)
    return removed


def remove_leftovers(store: JobStore, folders: Folders) -> None:
    """Remove work folders of attempts that nobody works on any more."""
    for folder, job_id, attempt in list(folders.leftovers()):
        job = store.get(job_id)
        if job is None or job.state != "processing" or job.attempt != attempt:
            remove_folder(folder)


def _remove_older(parent: Path, oldest: float) -> None:
    for folder in list(parent.iterdir()) if parent.is_dir() else ():
        try:
            old = folder.stat().st_mtime < oldest
        except FileNotFoundError:
            continue
        if old:
            remove_folder(folder)
