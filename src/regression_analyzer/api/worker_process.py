"""The worker process beside the server: started, woken, watched, started again, and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from regression_analyzer.jobs.journal import log
from regression_analyzer.jobs.settings import SETTINGS, Settings

WORKER_COMMAND = (sys.executable, "-m", "regression_analyzer.jobs", "--under-server")
WATCH_S = 0.2
LONGEST_PAUSE_S = 5.0
STOP_WITHIN_S = 6.0

logger = logging.getLogger("regression_analyzer.server")


class WorkerProcess:
    """Keeps one worker process alive; does nothing where ``WORKERS`` is 0.

    A pipe leads to its standard input: a byte wakes it, and its end (also when the server is killed)
    tells it to stop.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str], command: Sequence[str] = WORKER_COMMAND) -> None:
        self._command = list(command)
        self._environ = environment_for_worker(settings, environ)
        self._wanted = settings.workers > 0
        self._process: subprocess.Popen[bytes] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the worker, None where there is none."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the worker and a task that watches over it."""
        if self._wanted:
            self._launch()
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    def wake(self) -> None:
        """Say that there may be work; a worker is started if the application runs without its lifespan."""
        if self._wanted and self._process is None:
            self._launch()
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):  # full: it is awake; broken: it is being started again
                os.write(self._process.stdin.fileno(), b"\n")

    async def stop(self) -> None:
        """Tell the worker to stop and wait until it has handed its work back."""
        if self._watching:
            self._watching.cancel()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        for _ in range(int(STOP_WITHIN_S / 0.05)):
            if process.poll() is not None:
                break
            await asyncio.sleep(0.05)
        else:
            process.kill()
            process.wait()
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def _launch(self) -> None:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=self._environ)  # noqa: S603
        if self._process.stdin:
            os.set_blocking(self._process.stdin.fileno(), False)

    async def _watch(self) -> None:
        pause = 0.1
        while True:
            await asyncio.sleep(WATCH_S)
            if self._process is None or self._process.poll() is None:
                pause = max(0.1, pause * 0.98)
                continue
            log(logger, logging.ERROR, "the worker ended and is started again", exit_code=self._process.returncode)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
            if self._process.stdin:
                with contextlib.suppress(OSError):
                    self._process.stdin.close()
            self._launch()


def environment_for_worker(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the worker's environment: ours, the settings in force, and not the API's token."""
    result = dict(environ)
    for setting in SETTINGS:
        result.pop(f"{setting.name}_FILE", None)
        result.pop(setting.name, None)
        value = getattr(settings, setting.name.lower())
        if not setting.secret and value not in ("", ()):
            result[setting.name] = ",".join(value) if isinstance(value, tuple) else str(value)
    result["DATA_DIR"] = str(settings.data_dir.absolute())
    result["OUTPUT_DIR"] = str(settings.output_dir.absolute())
    return result
