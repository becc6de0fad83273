"""Starts children from a forkserver that has the numeric libraries loaded already."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from typing import Any, Protocol

from regression_analyzer.jobs.child import run
from regression_analyzer.jobs.limits import kill_group
from regression_analyzer.jobs.value import Kind, Task

RUNNERS: Mapping[Kind, str] = {
    "analyze": "regression_analyzer.jobs.tasks:analyze",
    "preview": "regression_analyzer.jobs.tasks:preview",
    "predict": "regression_analyzer.jobs.tasks:predict",
    "outbound": "regression_analyzer.jobs.tasks:outbound",
    "ask": "regression_analyzer.jobs.tasks:answer",
}
"""What does the work of each kind, by dotted name: it is loaded in the child."""
WARM_MODULE = "regression_analyzer.jobs.warm"
"""What the forkserver loads beside them, so that no child has to."""


@dataclass(slots=True, eq=False)
class Child:
    """A running child: its process and our end of the pipe to it."""

    process: ForkServerProcess
    pipe: Connection[Any, Any]

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self.process.pid or 0

    def wait(self, timeout_s: float) -> bool:
        """Wait for a message or the end; return whether there is a message (or the end of the pipe)."""
        return self.pipe in wait([self.pipe, self.process.sentinel], timeout_s)

    @property
    def exit_code(self) -> int | None:
        """How the child ended, negative for a signal; None while it runs."""
        return self.process.exitcode

    def kill(self) -> None:
        """End the child and whatever it started, at once."""
        if self.pid:
            kill_group(self.pid)
        self.process.join(2)
        self.pipe.close()


class Launches(Protocol):
    """Anything that can start a child."""

    def start(self, task: Task) -> Child:
        """Start a child on a task."""
        ...


class Launcher:
    """Starts children by forking a process that imported the runners' modules once.

    Parameters
    ----------
    runners : kind -> dotted name of its runner
    """

    def __init__(self, runners: Mapping[Kind, str] = RUNNERS) -> None:
        self._runners = runners
        self._context = multiprocessing.get_context("forkserver")
        self._lock = threading.Lock()

    def warm_up(self) -> None:
        """Start the forkserver and let it load the runners' modules; returns at once.

        Call it before any thread starts and after secrets are out of the environment: the forkserver
        inherits what is left.
        """
        modules: Sequence[str] = sorted({name.partition(":")[0] for name in self._runners.values()})
        if self._runners is RUNNERS:
            modules = [*modules, WARM_MODULE]
        self._context.set_forkserver_preload(list(modules))
        from multiprocessing.forkserver import ensure_running  # noqa: PLC0415  starts nothing when imported

        ensure_running()

    def start(self, task: Task) -> Child:
        """Start a child on a task."""
        ours, theirs = self._context.Pipe(duplex=True)
        process = self._context.Process(
            target=run, args=(self._runners[task.kind], task, theirs), name=f"job-{task.job_id}", daemon=True
        )
        try:
            with self._lock:
                process.start()
        except EOFError as error:  # the forkserver fell; the next start makes another
            ours.close()
            raise OSError("no child could be started") from error
        finally:
            theirs.close()
        return Child(process=process, pipe=ours)
