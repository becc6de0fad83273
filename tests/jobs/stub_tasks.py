"""Work that does what its payload says, in place of an analysis."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regression_analyzer.errors import InputError
from regression_analyzer.jobs.child import Ask
from regression_analyzer.jobs.value import Task
from regression_analyzer.progress import Progress

RUNNERS = {
    "analyze": "tests.jobs.stub_tasks:analyze",
    "preview": "tests.jobs.stub_tasks:answer",
    "predict": "tests.jobs.stub_tasks:answer",
    "outbound": "tests.jobs.stub_tasks:answer",
    "ask": "tests.jobs.stub_tasks:answer",
}


def script_of(task: Task) -> dict[str, Any]:
    text = (task.payload.get("options") or {}).get("context") or "{}"
    return dict(json.loads(text))


def analyze(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    script = script_of(task)
    on_progress("read", 0.1, "Reading the file")
    for act in script.get("acts", []):
        perform(act, task)
    time.sleep(script.get("sleep", 0))
    on_progress("estimate", 0.5, "Estimating")
    document: dict[str, Any] = {"status": "completed", "job": task.job_id, "environment": dict(os.environ)}
    if "ask" in script:
        document["answer"] = ask(script["ask"], {"type": "object"})
    folder = Path(task.work_dir)
    (folder / "charts").mkdir()
    (folder / "charts" / "one.png").write_bytes(b"\x89PNG stub")
    (folder / "charts" / "one.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (folder / "report.html").write_text("<!doctype html><p>stub", encoding="utf-8")
    (folder / "report.md").write_text("# stub\n", encoding="utf-8")
    (folder / "reproduce.py").write_text("# stub\n", encoding="utf-8")
    (folder / "analysis.json").write_text(json.dumps(document), encoding="utf-8")
    return {"etag": task.job_id[:8], "charts": ["one"]}


def answer(task: Task, on_progress: Progress, ask: Ask) -> Mapping[str, Any]:
    content = Path(task.upload or "").read_bytes()
    if b"refuse" in content:
        raise InputError("Line 3 has no number in x.", hint="Correct it.", code="bad_cell")
    text = json.dumps({"kind": task.kind, "bytes": len(content), "model": task.model is not None})
    (Path(task.work_dir) / "answer.json").write_text(text, encoding="utf-8")
    return {"etag": "stub"}


def perform(act: str, task: Task) -> None:
    once = Path(task.work_dir).parent.parent / f"{task.job_id}.{act}"
    name, _, when = act.partition("-")
    if when == "once":
        if once.exists():
            return
        once.touch()
    if name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "segfault":
        ctypes.string_at(0)
    if name == "memory":
        held = [bytearray(b"\x01" * 20_000_000) for _ in range(200)]
        time.sleep(5)
        del held
    if name == "allocate":
        bytearray(50_000_000_000)
    if name == "refuse":
        raise InputError("Line 7 of the file has no number in price.", hint="Correct it.", code="bad_cell")
    if name == "defect":
        raise KeyError("secret cell content")
