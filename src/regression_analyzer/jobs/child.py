"""The child: one attempt of one job, in a process of its own that can fall without anyone falling with it."""

from __future__ import annotations

import os
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from regression_analyzer.errors import AnalyzerError
from regression_analyzer.jobs.limits import limit_this_process
from regression_analyzer.jobs.value import Task
from regression_analyzer.jobs.wire import receive, send
from regression_analyzer.progress import Progress

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""``ask(question, schema)``: the answer of a language model, or None where there is none to be had."""

Runner = Callable[[Task, Progress, Ask], Mapping[str, Any]]
"""The work: writes its files into ``task.work_dir`` and returns a small JSON-ready result."""

PROGRESS_EVERY_S = 0.05
BEHIND_THE_SERVER = 5
"""How much the work steps back (nice) where the processors are busy, so that the server answers at once."""


def run(runner_name: str, task: Task, pipe: Connection[Any, Any]) -> None:
    """Do one task and say through the pipe how it ended. The entry point of the child.

    Parameters
    ----------
    runner_name : ``"package.module:function"`` of a ``Runner``
    """
    os.setsid()
    os.nice(BEHIND_THE_SERVER)
    _die_with_parent()
    _be_quiet()
    os.chdir(task.temp_dir)
    os.environ["TMPDIR"] = tempfile.tempdir = task.temp_dir
    limit_this_process(memory_mb=task.memory_mb, timeout_s=task.timeout_s)
    line = _Line(pipe)
    line.say({"say": "started"})
    module, _, name = runner_name.partition(":")
    try:
        work: Runner = getattr(import_module(module), name)
        result = work(task, line.progress, line.ask)
    except AnalyzerError as error:
        line.say({"say": "refused", "code": error.code, "message": error.message, "hint": error.hint})
    except MemoryError:
        line.say({"say": "memory"})
    except Exception as error:  # noqa: BLE001  the last line of defence of this process
        line.say({"say": "defect", "error": type(error).__name__, "where": _where(error)})
    else:
        line.say({"say": "done", "result": dict(result)})
    pipe.close()
    os._exit(0)  # without waiting for threads of libraries


class _Line:
    """The child's end of the pipe."""

    def __init__(self, pipe: Connection[Any, Any]) -> None:
        self._pipe = pipe
        self._last = 0.0
        self._stage = ""

    def say(self, message: Mapping[str, Any]) -> None:
        try:
            send(self._pipe, message)
        except OSError:  # the supervisor is gone: nobody wants the answer
            os._exit(1)

    def progress(self, stage: str, fraction: float, message: str) -> None:
        now = time.monotonic()
        if stage == self._stage and now - self._last < PROGRESS_EVERY_S and fraction < 1:
            return
        self._stage, self._last = stage, now
        self.say({"say": "progress", "stage": stage, "fraction": fraction, "message": message})

    def ask(self, question: str, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
        self.say({"say": "ask", "question": question, "schema": dict(schema)})
        try:
            answer = receive(self._pipe).get("answer")
        except (EOFError, OSError):
            os._exit(1)
        return answer if isinstance(answer, dict) else None


def _die_with_parent() -> None:
    """End this process when the worker that started it ends, however it ends."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()


def _be_quiet() -> None:
    """Send what native code prints to nowhere: it may hold cells of the file."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _where(error: BaseException) -> str:
    """Return the places an error went through, innermost last, without its text (which may hold cells)."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in frames[-8:])  # noqa: PTH119
