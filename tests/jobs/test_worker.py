"""The worker with real children, whose work is a stub."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from regression_analyzer.jobs.files import Folders, Upload, new_id
from regression_analyzer.jobs.launcher import Launcher
from regression_analyzer.jobs.settings import Settings
from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore
from regression_analyzer.jobs.supervisor import LEASE_S
from regression_analyzer.jobs.value import Job, Kind, NewJob
from regression_analyzer.jobs.worker import Worker
from tests.jobs.stub_tasks import RUNNERS

Submit = Callable[..., str]


class Bench:
    """A worker at work, with what a test asks of it."""

    def __init__(self, settings: Settings, store: JobStore, folders: Folders, worker: Worker) -> None:
        self.settings = settings
        self.store = store
        self.folders = folders
        self.worker = worker

    def submit(self, kind: Kind = "analyze", content: bytes = b"x,y\n1,2\n", **script: Any) -> str:
        upload_id = new_id()
        (self.folders.incoming / upload_id).mkdir()
        (self.folders.incoming / upload_id / "data").write_bytes(content)
        self.folders.keep_upload(Upload(upload_id=upload_id, filename="t.csv", size=len(content), created_at=0))
        payload = {"upload_id": upload_id, "filename": "t.csv", "options": {"context": json.dumps(script)}}
        job, _ = self.store.create(NewJob(id=new_id(), kind=kind, payload=payload))
        self.worker.wake()
        return job.id

    def until(self, job_id: str, ready: Callable[[Job], bool], seconds: float = 20) -> Job:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            job = self.store.get(job_id)
            if job is not None and ready(job):
                return job
            time.sleep(0.01)
        pytest.fail(f"the job did not get there: {self.store.get(job_id)}")

    def end(self, job_id: str) -> Job:
        return self.until(job_id, lambda job: job.ended)

    def document(self, job_id: str) -> dict[str, Any]:
        path = self.folders.result("analyze", job_id) / "analysis.json"
        return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def make_bench(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    stores: list[SqliteJobStore] = []
    workers: list[Worker] = []

    def make(answerer: Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None] | None = None) -> Bench:
        store = SqliteJobStore(folders.store)
        launcher = Launcher(RUNNERS)  # type: ignore[arg-type]
        extra = {"answerer": answerer} if answerer else {}
        worker = Worker(settings, store=store, launcher=launcher, **extra)
        worker.start()
        stores.append(store)
        workers.append(worker)
        return Bench(settings, store, folders, worker)

    yield make
    for worker in workers:
        if not worker.stopping.is_set():
            worker.stop()
    for store in stores:
        store.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_a_job_is_done_and_its_files_are_in_place(bench: Bench) -> None:
    job = bench.end(bench.submit())
    folder = bench.folders.result("analyze", job.id)
    assert job.state == "completed"
    assert bench.document(job.id)["job"] == job.id
    assert sorted(path.name for path in folder.iterdir()) == [
        "analysis.json",
        "charts",
        "report.html",
        "report.md",
        "reproduce.py",
    ]


def test_nothing_is_left_of_the_work(bench: Bench) -> None:
    bench.end(bench.submit())
    bench.end(bench.submit(acts=["defect"]))
    time.sleep(0.2)
    assert list((bench.folders.output / ".work").iterdir()) == []


def test_an_error_of_the_data_is_told_and_not_tried_again(bench: Bench) -> None:
    job = bench.end(bench.submit(acts=["refuse"]))
    assert job.error is not None
    assert (job.state, job.attempt, job.error.code) == ("failed", 1, "bad_cell")
    assert job.error.message == "Line 7 of the file has no number in price."
    assert job.error.hint == "Correct it."


def test_a_defect_is_told_without_its_text(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    job = bench.end(bench.submit(acts=["defect"]))
    time.sleep(0.2)
    assert job.error is not None
    assert (job.error.code, job.attempt) == ("defect", 1)
    assert "secret cell" not in job.error.message
    told = [str(vars(record)) for record in caplog.records]
    assert any("KeyError" in line for line in told)
    assert not any("secret cell" in line for line in told)


def test_a_killed_child_is_tried_again(bench: Bench) -> None:
    job = bench.end(bench.submit(acts=["kill-once"]))
    assert (job.state, job.attempt, job.losses) == ("completed", 2, 1)


def test_a_crash_in_native_code_is_tried_once_more_then_told(bench: Bench) -> None:
    job = bench.end(bench.submit(acts=["segfault"]))
    assert job.error is not None
    assert (job.state, job.attempt, job.error.code) == ("failed", 2, "crashed")


def test_too_much_memory_is_tried_once_more_then_told_with_what_it_needed(bench: Bench) -> None:
    job = bench.end(bench.submit(acts=["memory"]))
    assert job.error is not None
    assert (job.state, job.attempt, job.error.code) == ("failed", 2, "out_of_memory")
    assert "300 MB" in job.error.message
    assert "JOB_MEMORY_MB" in job.error.hint


def test_an_impossible_allocation_is_refused_by_the_system(bench: Bench) -> None:
    job = bench.end(bench.submit(acts=["allocate"]))
    assert job.error is not None
    assert job.error.code == "out_of_memory"


def test_one_bad_job_leaves_the_others_alone(bench: Bench) -> None:
    bad = [bench.submit(acts=["segfault"]), bench.submit(acts=["memory"])]
    good = [bench.submit() for _ in range(4)]
    assert {bench.end(name).state for name in good} == {"completed"}
    assert {bench.end(name).state for name in bad} == {"failed"}


def test_cancelling_stops_the_child_at_once(bench: Bench) -> None:
    name = bench.submit(sleep=30)
    bench.until(name, lambda job: job.stage == "read")
    bench.store.cancel(name)
    started = time.monotonic()
    while any((bench.folders.output / ".work").iterdir()):
        assert time.monotonic() - started < 1
        time.sleep(0.01)
    assert bench.end(name).state == "cancelled"
    assert not bench.folders.result("analyze", name).exists()


def test_removing_a_running_job_leaves_nothing(bench: Bench) -> None:
    name = bench.submit(sleep=0.3)
    bench.until(name, lambda job: job.stage == "read")
    bench.store.remove(name)
    time.sleep(0.8)
    assert not bench.folders.result("analyze", name).exists()


def test_stopping_hands_running_work_back_uncounted(bench: Bench) -> None:
    name = bench.submit(sleep=30)
    bench.until(name, lambda job: job.stage == "read")
    started = time.monotonic()
    bench.worker.stop()
    assert time.monotonic() - started < 3
    job = bench.store.get(name)
    assert job is not None
    assert (job.state, job.losses, job.crashes) == ("queued", 0, 0)


def test_work_that_takes_too_long_is_stopped_and_not_tried_again(
    make_bench: Callable[..., Bench], settings: Settings
) -> None:
    object.__setattr__(settings, "job_timeout_s", 1)
    bench = make_bench()
    job = bench.end(bench.submit(sleep=30))
    assert job.error is not None
    assert (job.error.code, job.attempt) == ("timeout", 1)
    assert "1 seconds" in job.error.message


def test_a_preview_does_not_wait_behind_analyses(bench: Bench) -> None:
    for _ in range(4):
        bench.submit(sleep=3)
    job = bench.end(bench.submit("preview"))
    assert job.finished_at is not None
    assert job.finished_at - job.created_at < 1.5


def test_a_warm_child_starts_within_100_ms(bench: Bench) -> None:
    bench.end(bench.submit())
    waits = []
    for _ in range(7):
        job_id = bench.submit(sleep=0.3)
        job = bench.until(job_id, lambda job: job.stage == "read")
        waits.append(time.time() - job.created_at)
        bench.end(job_id)
    busy = max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))
    assert min(waits) < 0.15 * busy  # up to 50 ms of it until the row tells


def test_a_question_goes_to_the_parent_and_its_answer_back(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(lambda question, schema: {"heard": question, "schema": dict(schema)})
    name = bench.end(bench.submit(ask="what is x?")).id
    assert bench.document(name)["answer"] == {"heard": "what is x?", "schema": {"type": "object"}}


def test_without_a_language_model_the_answer_is_none(bench: Bench) -> None:
    name = bench.end(bench.submit(ask="what is x?")).id
    assert bench.document(name)["answer"] is None


def test_jobs_of_a_worker_that_is_gone_are_taken_back_without_waiting_for_the_lease(
    settings: Settings, folders: Folders, make_bench: Callable[..., Bench]
) -> None:
    before = SqliteJobStore(folders.store)
    before.create(NewJob(id=new_id(), kind="analyze", payload={}))
    left = before.claim("host-1-dead", ("analyze",), lease_s=LEASE_S)
    assert left is not None
    (folders.workers / "host-1-dead.lock").touch()  # nobody holds it
    before.close()
    bench = make_bench()
    job = bench.end(left.id)
    assert (job.state, job.attempt, job.losses) == ("completed", 2, 1)


def test_half_made_results_of_a_dead_worker_are_swept(settings: Settings, folders: Folders, make_bench: Any) -> None:
    (folders.output / ".work" / f"{new_id()}.a1").mkdir()
    make_bench()
    assert list((folders.output / ".work").iterdir()) == []


def test_progress_reaches_the_row(bench: Bench) -> None:
    name = bench.submit(sleep=0.5)
    job = bench.until(name, lambda job: job.stage != "")
    assert (job.stage, job.fraction, job.message) == ("read", 0.1, "Reading the file")


def test_stage_times_are_kept(bench: Bench) -> None:
    bench.end(bench.submit(sleep=0.2))
    read = next(t for t in bench.store.tallies() if t.name == "stage" and t.outcome == "read")
    assert 0.1 < read.seconds < 2


def test_a_child_has_a_group_of_its_own_and_limits(bench: Bench) -> None:
    name = bench.submit(sleep=2)
    bench.until(name, lambda job: job.stage == "read")
    pid = int(_child_pid(bench.folders))
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    assert os.getpgid(pid) == pid
    core = next(line for line in limits.splitlines() if line.startswith("Max core"))
    space = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert core.split()[4] == "0"
    assert space.split()[3] == str((300 + 2048) * 1_000_000)


def _child_pid(folders: Folders) -> str:
    """Return the process whose current folder is a work folder."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and ".work" in str((entry / "cwd").readlink()):
                return entry.name
        except OSError:
            continue
    pytest.fail("there is no child")
