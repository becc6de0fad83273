"""The worker process: claims jobs, runs each in a child, and outlives all of them."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from regression_analyzer.insight.ask import make_answerer
from regression_analyzer.insight.registry import without_secrets
from regression_analyzer.jobs.files import Folders
from regression_analyzer.jobs.journal import log, place_of, set_up
from regression_analyzer.jobs.launcher import RUNNERS, Launcher, Launches
from regression_analyzer.jobs.settings import Settings, cpu_count, read_settings
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore, StoreError
from regression_analyzer.jobs.supervisor import HEARTBEAT_S, LEASE_S, Answerer, Supervisor, no_answer
from regression_analyzer.jobs.sweep import remove_leftovers, sweep
from regression_analyzer.jobs.value import ASKING_KINDS, LOSSES_ALLOWED, READING_KINDS, Job, JobError, Kind, grip_of

IDLE_S = 0.25
"""How often an idle worker that nobody wakes looks for work."""
LOOK_AFTER_OTHERS_S = 1.0
SWEEP_S = 3_600.0
STOP_WITHIN_S = 8.0

logger = logging.getLogger("regression_analyzer.worker")


class Worker:
    """Threads that claim and supervise jobs, and one that keeps house.

    Analyses, quick work (previews, predictions) and questions to a language model have threads of their own,
    so that a preview never waits behind an analysis or a slow provider.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        store: JobStore,
        launcher: Launches,
        answerer: Answerer = no_answer,
    ) -> None:
        self._settings = settings
        self._store = store
        self._folders = Folders.of(settings)
        self.stopping = threading.Event()
        self._bell = threading.Condition()
        self._rings = 0
        self._lock_file: IO[str] | None = None
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
        self._supervisor = Supervisor(
            store=store,
            folders=self._folders,
            settings=settings,
            launcher=launcher,
            stopping=self.stopping,
            answerer=answerer,
        )
        slots: list[Sequence[Kind]] = [READING_KINDS] * max(1, settings.workers)
        slots += [[kind] for kind in ASKING_KINDS]
        slots += [("analyze",)] * settings.workers
        self._threads = [threading.Thread(target=self._serve, args=(kinds,), daemon=True) for kinds in slots]
        self._threads.append(threading.Thread(target=self._keep_house, daemon=True))

    def start(self) -> None:
        """Start working."""
        self._folders.make()
        self._lock_file = (self._folders.workers / f"{self.owner}.lock").open("w")
        fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._store.see_worker(self.owner, self._settings.workers)
        self._look_after_others()
        remove_leftovers(self._store, self._folders)
        for thread in self._threads:
            thread.start()
        log(logger, logging.INFO, "worker started", owner=self.owner, workers=self._settings.workers)

    def wake(self) -> None:
        """Say that there may be work."""
        with self._bell:
            self._rings += 1
            self._bell.notify_all()

    def stop(self) -> None:
        """Claim nothing more, hand running work back, and return when that is done."""
        self.stopping.set()
        self.wake()
        deadline = time.monotonic() + STOP_WITHIN_S
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        self._store.forget_worker(self.owner)
        if self._lock_file is not None:
            (self._folders.workers / f"{self.owner}.lock").unlink(missing_ok=True)
            self._lock_file.close()
        log(logger, logging.INFO, "worker stopped", owner=self.owner)

    # ---- threads

    def _serve(self, kinds: Sequence[Kind]) -> None:
        while not self.stopping.is_set():
            with self._bell:
                heard = self._rings
            job = self._claim(kinds)
            if job is not None:
                self._work_on(job)
                continue
            with self._bell:
                if self._rings == heard and not self.stopping.is_set():
                    self._bell.wait(IDLE_S)

    def _claim(self, kinds: Sequence[Kind]) -> Job | None:
        try:
            return self._store.claim(self.owner, kinds, lease_s=LEASE_S)
        except StoreError as error:
            log(logger, logging.ERROR, "the job store failed", error=str(error))
            self.stopping.wait(1)
            return None

    def _work_on(self, job: Job) -> None:
        try:
            self._supervisor.work_on(job)
        except Exception as error:  # noqa: BLE001  a thread that ended would leave its jobs waiting for ever
            log(logger, logging.ERROR, "an attempt could not be run", job_id=job.id, error=place_of(error))
            self.stopping.wait(1)
            self._put_back(job, error)

    def _put_back(self, job: Job, error: Exception) -> None:
        """Give a job back whose attempt could not be run (no disk space, no process); fail it in the end."""
        grip = grip_of(job)
        reason = getattr(error, "strerror", None) or "the system refused"
        try:
            if job.losses < LOSSES_ALLOWED:
                self._store.give_back(grip, "killed")
            else:
                said = f"The work could not be started, or its results not be written: {reason}."
                hint = "The operator should look at the free space and the log."
                self._store.fail(grip, JobError(code="output", message=said, hint=hint))
        except StoreError as again:
            log(logger, logging.ERROR, "the job store failed", error=str(again))  # its lease decides

    def _keep_house(self) -> None:
        seen = swept = float("-inf")
        while not self.stopping.is_set():
            now = time.monotonic()
            try:
                if now - seen >= HEARTBEAT_S:
                    self._store.see_worker(self.owner, self._settings.workers)
                    seen = now
                self._look_after_others()
                if now - swept >= SWEEP_S:
                    gone = sweep(self._store, self._folders, retention_days=self._settings.retention_days)
                    swept = now
                    log(logger, logging.DEBUG, "swept", removed=gone)
            except (StoreError, OSError) as error:
                log(logger, logging.ERROR, "housekeeping failed", error=place_of(error))
            self.stopping.wait(LOOK_AFTER_OTHERS_S)

    def _look_after_others(self) -> None:
        """Take back the jobs of workers that are gone: their lock is free, or their lease is over."""
        gone = [owner for owner in self._store.owners() - {self.owner} if self._is_gone(owner)]
        taken = [*self._store.reclaim(gone), *self._store.expire()]
        if taken:
            log(logger, logging.WARNING, "took back jobs of a worker that is gone", jobs=len(taken))
            remove_leftovers(self._store, self._folders)
            self.wake()

    def _is_gone(self, owner: str) -> bool:
        """Return whether a worker is known to have ended: the kernel has released its lock."""
        path = self._folders.workers / f"{Path(owner).name}.lock"
        try:
            with path.open("r+") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except OSError:  # held, or not on this machine's disk: its lease decides
            return False
        return True


def main(*, under_server: bool = False, runners: Mapping[Kind, str] = RUNNERS) -> int:
    """Run a worker until it is told to stop; return the exit code.

    Parameters
    ----------
    under_server : started by the server: bytes on standard input wake it, and its end means stop
    runners : what does the work, by dotted name
    """
    settings = read_settings(os.environ)
    set_up(settings.log_level)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    # Ctrl-C in a terminal reaches server and worker alike; the server says when the worker is to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN if under_server else lambda *_: stop.set())
    answerer = make_answerer(os.environ)  # the keys, before they leave the environment
    _prepare_environment(settings)
    launcher = Launcher(runners)
    launcher.warm_up()
    Folders.of(settings).make()
    store = SqliteJobStore(Folders.of(settings).store)
    worker = Worker(settings, store=store, launcher=launcher, answerer=answerer)
    worker.start()
    if under_server:
        threading.Thread(target=_listen, args=(worker, stop), daemon=True).start()
    stop.wait()
    worker.stop()
    store.close()
    sys.stderr.flush()
    os._exit(0)  # the forkserver and any child still falling end with us


def _prepare_environment(settings: Settings) -> None:
    """Take every secret out of the environment (children inherit it) and share the processors out."""
    kept = without_secrets(os.environ)
    for name in set(os.environ) - set(kept):
        del os.environ[name]
    threads = str(max(1, cpu_count() // max(1, settings.workers)))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, threads)


def _listen(worker: Worker, stop: threading.Event) -> None:
    """Wake the worker for every byte on standard input; stop it at the end of it."""
    while os.read(0, 4096):
        worker.wake()
    stop.set()
