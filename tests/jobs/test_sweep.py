from __future__ import annotations

import os
from pathlib import Path

import pytest

from regression_analyzer.jobs.files import Folders, Upload, new_id
from regression_analyzer.jobs.store import JobStore
from regression_analyzer.jobs.sweep import DAY_S, remove_leftovers, sweep
from regression_analyzer.jobs.value import Kind, NewJob, grip_of
from tests.jobs.conftest import Clock


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(data=tmp_path / "d", output=tmp_path / "o")
    made.make()
    return made


def stored(folders: Folders, when: float) -> str:
    upload_id = new_id()
    (folders.incoming / upload_id).mkdir()
    (folders.incoming / upload_id / "data").write_bytes(b"x")
    folders.keep_upload(Upload(upload_id=upload_id, filename="t.csv", size=1, created_at=when))
    return upload_id


def done(store: JobStore, folders: Folders, upload_id: str, kind: Kind = "analyze") -> str:
    job, _ = store.create(NewJob(id=new_id(), kind=kind, payload={"upload_id": upload_id}))
    claimed = store.claim("w", (kind,), lease_s=30)
    assert claimed is not None
    store.complete(grip_of(claimed), {}, stage_seconds={})
    folders.result(kind, job.id).mkdir()
    return job.id


def test_old_results_and_their_uploads_go(store: JobStore, folders: Folders, clock: Clock) -> None:
    upload_id = stored(folders, clock.now)
    job_id = done(store, folders, upload_id)
    clock.now += 31 * DAY_S
    assert sweep(store, folders, retention_days=30, clock=clock) == 1
    assert store.get(job_id) is None
    assert folders.find_upload(upload_id) is None
    assert not folders.result("analyze", job_id).exists()


def test_younger_results_stay(store: JobStore, folders: Folders, clock: Clock) -> None:
    upload_id = stored(folders, clock.now)
    job_id = done(store, folders, upload_id)
    clock.now += 29 * DAY_S
    assert sweep(store, folders, retention_days=30, clock=clock) == 0
    assert store.get(job_id) is not None
    assert folders.find_upload(upload_id) is not None


def test_an_old_upload_that_a_younger_job_uses_stays(store: JobStore, folders: Folders, clock: Clock) -> None:
    upload_id = stored(folders, clock.now)
    clock.now += 29 * DAY_S
    done(store, folders, upload_id)
    clock.now += 2 * DAY_S
    sweep(store, folders, retention_days=30, clock=clock)
    assert folders.find_upload(upload_id) is not None


def test_an_old_upload_that_was_never_used_goes(store: JobStore, folders: Folders, clock: Clock) -> None:
    upload_id = stored(folders, clock.now)
    clock.now += 31 * DAY_S
    sweep(store, folders, retention_days=30, clock=clock)
    assert folders.find_upload(upload_id) is None


def test_nothing_is_too_old_where_the_limit_is_0(store: JobStore, folders: Folders, clock: Clock) -> None:
    job_id = done(store, folders, stored(folders, clock.now))
    clock.now += 10_000 * DAY_S
    sweep(store, folders, retention_days=0, clock=clock)
    assert store.get(job_id) is not None


@pytest.mark.parametrize("kind", ["preview", "outbound"])
def test_a_preview_goes_after_an_hour_and_its_upload_stays(
    store: JobStore, folders: Folders, clock: Clock, kind: Kind
) -> None:
    upload_id = stored(folders, clock.now)
    job_id = done(store, folders, upload_id, kind)
    clock.now += 3601
    sweep(store, folders, retention_days=30, clock=clock)
    assert store.get(job_id) is None
    assert folders.find_upload(upload_id) is not None


def test_uploads_broken_off_long_ago_go(store: JobStore, folders: Folders, clock: Clock) -> None:
    (folders.incoming / "half").mkdir()
    os.utime(folders.incoming / "half", (clock.now, clock.now))
    clock.now += 3601
    sweep(store, folders, retention_days=30, clock=clock)
    assert list(folders.incoming.iterdir()) == []


@pytest.mark.parametrize("name", ["..", "../x", "A" * 32, "0" * 31, "0" * 32 + "/..", ""])
def test_what_is_not_ours_is_no_upload(folders: Folders, name: str) -> None:
    assert folders.find_upload(name) is None


def test_what_an_earlier_attempt_left_goes_and_what_is_worked_on_stays(store: JobStore, folders: Folders) -> None:
    for name in ("a" * 32, "b" * 32):
        store.create(NewJob(id=name, kind="analyze", payload={}))
    first = store.claim("w", ("analyze",), lease_s=30)
    assert first is not None
    old = folders.work("analyze", grip_of(first))
    store.reclaim(["w"])
    again = store.claim("v", ("analyze",), lease_s=30)
    assert again is not None
    assert again.id == first.id
    now = folders.work("analyze", grip_of(again))
    odd = old.parent / "something.else"
    for folder in (old, old.with_name(f"{old.name}.tmp"), now, now.with_name(f"{now.name}.tmp"), odd):
        folder.mkdir(parents=True)
    remove_leftovers(store, folders)
    assert sorted(path.name for path in old.parent.iterdir()) == [now.name, f"{now.name}.tmp"]
