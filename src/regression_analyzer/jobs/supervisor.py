"""Takes one claimed job to its end: starts the child, watches it, keeps the lease, publishes the answer."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regression_analyzer.jobs.files import DOCUMENT, Folders
from regression_analyzer.jobs.journal import log
from regression_analyzer.jobs.launcher import Child, Launches
from regression_analyzer.jobs.limits import kernel_oom_kills, resident_mb
from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.store import JobStore
from regression_analyzer.jobs.value import Grip, Job, Task, grip_of
from regression_analyzer.jobs.verdict import DONE, LOST, STOPPED, Ended, decide, verdict_of_exit, verdict_of_message
from regression_analyzer.jobs.wire import receive, send

HEARTBEAT_S = 5.0
LEASE_S = 30.0
LOOK_S = 0.05
"""How often the child's memory, the clock and the row are looked at."""
PROGRESS_S = 0.2
"""How often news of the progress is written at most: as fine as anyone sees."""
MOST_QUESTIONS = 6
"""Questions to a language model that one attempt may ask."""

logger = logging.getLogger("regression_analyzer.jobs")

Answerer = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""Answers a child's question with a language model, or None where there is none to be had."""


def no_answer(question: str, schema: Mapping[str, Any]) -> None:
    """Answer nothing: rules decide."""
    del question, schema


@dataclass(slots=True, eq=False)
class _Watch:
    """What the supervisor knows of a running attempt."""

    started: float
    oom_kills: int
    version: int
    beaten: float
    told: float = 0.0
    peak_mb: float = 0.0
    questions: int = 0
    news: tuple[str, float, str] | None = None
    stage: str = ""
    stage_since: float = 0.0
    stage_seconds: dict[str, float] = field(default_factory=dict)

    def enter(self, stage: str, now: float) -> None:
        if stage == self.stage:
            return
        if self.stage:
            self.stage_seconds[self.stage] = self.stage_seconds.get(self.stage, 0.0) + now - self.stage_since
        self.stage, self.stage_since = stage, now


class Supervisor:
    """Runs claimed jobs, one call each; safe to share between threads.

    Parameters
    ----------
    stopping : set when the worker is asked to stop; running work is then handed back
    answerer : answers the children's questions; the keys stay on this side
    """

    def __init__(
        self,
        *,
        store: JobStore,
        folders: Folders,
        settings: Settings,
        launcher: Launches,
        stopping: threading.Event,
        answerer: Answerer = no_answer,
    ) -> None:
        self._store = store
        self._folders = folders
        self._settings = settings
        self._launcher = launcher
        self._stopping = stopping
        self._answerer = answerer

    def work_on(self, job: Job) -> None:
        """Take a job that was claimed to its end (or back to the queue)."""
        grip = grip_of(job)
        work = self._folders.work(job.kind, grip)
        temp = work.with_name(f"{work.name}.tmp")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        temp.mkdir(exist_ok=True)
        began = time.monotonic()
        try:
            child = self._launcher.start(self._task(job, work, temp))
            try:
                ended, watch = self._follow(child, grip)
            finally:
                child.kill()
            self._settle(job, grip, ended, watch)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            shutil.rmtree(temp, ignore_errors=True)
        log(
            logger,
            logging.INFO if ended.verdict in (DONE, STOPPED, LOST) else logging.WARNING,
            "job attempt ended",
            job_id=job.id,
            kind=job.kind,
            attempt=job.attempt,
            outcome=ended.verdict,
            code=ended.error.code if ended.error else None,
            detail=ended.detail,
            seconds=round(time.monotonic() - began, 3),
            waited=round((job.started_at or job.created_at) - job.created_at, 3),
            peak_mb=round(watch.peak_mb),
            request_id=job.request_id,
        )

    def _task(self, job: Job, work: Path, temp: Path) -> Task:
        upload_id, model_job = job.payload.get("upload_id"), job.payload.get("model_job")
        upload = self._folders.upload_data(upload_id) if isinstance(upload_id, str) else None
        model = self._folders.result("analyze", model_job) / DOCUMENT if isinstance(model_job, str) else None
        return Task(
            job_id=job.id,
            kind=job.kind,
            payload=job.payload,
            work_dir=str(work),
            temp_dir=str(temp),
            upload=str(upload) if upload and upload.exists() else None,
            model=str(model) if model and model.exists() else None,
            memory_mb=self._settings.job_memory_mb,
            timeout_s=self._settings.job_timeout_s,
        )

    # ---- while it runs

    def _follow(self, child: Child, grip: Grip) -> tuple[Ended, _Watch]:
        now = time.monotonic()
        before = now - PROGRESS_S  # so that the first news is written at once
        watch = _Watch(started=now, oom_kills=kernel_oom_kills(), version=self._store.version(), beaten=before)
        while True:
            said = child.wait(LOOK_S)
            now = time.monotonic()
            ended = self._listen(child, watch, now) if said else None
            if ended is None and child.exit_code is not None and not child.pipe.poll():
                ended = self._fallen(child, watch)
            ended = ended or self._look(child, grip, watch, now)
            if ended is not None:
                watch.enter("", now)
                return ended, watch

    def _listen(self, child: Child, watch: _Watch, now: float) -> Ended | None:
        try:
            message = receive(child.pipe)
        except (EOFError, OSError):
            child.process.join(1)
            return self._fallen(child, watch)
        except ValueError:
            return verdict_of_message({"say": "defect", "error": "BadMessage"})
        if message["say"] == "progress":
            stage, fraction, text = message.get("stage"), message.get("fraction"), message.get("message")
            if isinstance(stage, str) and isinstance(fraction, int | float) and isinstance(text, str):
                watch.enter(stage, now)
                watch.news = (stage[:40], min(1.0, max(0.0, float(fraction))), text[:300])
            return None
        if message["say"] == "ask":
            watch.questions += 1
            answerer = self._answerer if watch.questions <= MOST_QUESTIONS else no_answer
            threading.Thread(target=self._answer, args=(child, message, answerer), daemon=True).start()
            return None
        return verdict_of_message(message)

    @staticmethod
    def _answer(child: Child, message: Mapping[str, Any], answerer: Answerer) -> None:
        answer = answerer(str(message.get("question", "")), message.get("schema") or {})
        try:
            send(child.pipe, {"say": "answer", "answer": answer})
        except (OSError, ValueError):
            log(logger, logging.DEBUG, "the child no longer waits for an answer")

    def _fallen(self, child: Child, watch: _Watch) -> Ended:
        return verdict_of_exit(
            child.exit_code,
            memory_mb=self._settings.job_memory_mb,
            peak_mb=watch.peak_mb,
            killed_by_kernel=kernel_oom_kills() > watch.oom_kills,
            timeout_s=self._settings.job_timeout_s,
        )

    def _look(self, child: Child, grip: Grip, watch: _Watch, now: float) -> Ended | None:
        """Look at everything but the pipe: stop, time, memory, and whether the job is still ours."""
        if self._stopping.is_set():
            return Ended(verdict=STOPPED)
        if now - watch.started > self._settings.job_timeout_s:
            return verdict_of_message({"say": "timeout", "seconds": self._settings.job_timeout_s})
        used = resident_mb(child.pid) or 0.0
        watch.peak_mb = max(watch.peak_mb, used)
        if used > self._settings.job_memory_mb:
            return verdict_of_message({"say": "memory", "limit": self._settings.job_memory_mb, "used": used})
        if self._must_beat(watch, now):
            held = self._store.beat(grip, lease_s=LEASE_S, progress=watch.news)
            watch.beaten, watch.news = now, None
            if not held:
                return Ended(verdict=LOST)
        version = self._store.version()
        if version != watch.version:
            watch.version = version
            if not self._store.holds(grip):
                return Ended(verdict=LOST)
        return None

    @staticmethod
    def _must_beat(watch: _Watch, now: float) -> bool:
        due = now - watch.beaten
        return due >= HEARTBEAT_S or (watch.news is not None and due >= PROGRESS_S)

    # ---- when it ended

    def _settle(self, job: Job, grip: Grip, ended: Ended, watch: _Watch) -> None:
        """Put the outcome into the row, and the files into place."""
        if ended.verdict == DONE:
            if not self._store.holds(grip):
                return
            self._folders.publish(job.kind, grip)
            if not self._store.complete(grip, ended.result, stage_seconds=watch.stage_seconds):
                self._withdraw(job)
            return
        loss, error = decide(job, ended)
        if loss is not None:
            self._store.give_back(grip, loss)
        elif error is not None:
            self._store.fail(grip, error)

    def _withdraw(self, job: Job) -> None:
        """Remove what was published for a job that was cancelled or removed in that very moment."""
        current = self._store.get(job.id)
        if current is None or current.state == "cancelled":
            self._folders.discard(job.kind, job.id)
