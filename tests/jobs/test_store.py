"""The interface of a job store, against every store there is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_analyzer.jobs.sqlite import SqliteJobStore
from regression_analyzer.jobs.store import JobStore, QueueFullError, StoreError
from regression_analyzer.jobs.value import LOSSES_ALLOWED, Grip, Job, JobError, Kind, NewJob, grip_of
from tests.jobs.conftest import Clock

ANALYZE: tuple[Kind, ...] = ("analyze",)


def new(name: str, *, kind: Kind = "analyze", client: str = "", key: str | None = None) -> NewJob:
    return NewJob(id=name, kind=kind, payload={"upload_id": f"u-{name}"}, client=client, idempotency_key=key)


def claim(store: JobStore, owner: str = "w1", lease_s: float = 30) -> Job:
    job = store.claim(owner, ANALYZE, lease_s=lease_s)
    assert job is not None
    return job


def state(store: JobStore, job_id: str) -> str:
    job = store.get(job_id)
    return "gone" if job is None else job.state


def test_a_new_job_waits(store: JobStore) -> None:
    job, created = store.create(new("a"))
    assert (job.state, created, job.payload) == ("queued", True, {"upload_id": "u-a"})


def test_several_jobs_are_read_at_once_and_those_that_are_gone_left_out(store: JobStore) -> None:
    for name in "abc":
        store.create(new(name))
    store.remove("b")
    found = store.several(["a", "b", "c", "never"])
    assert {name: job.id for name, job in found.items()} == {"a": "a", "c": "c"}
    assert (found["c"].payload, found["c"].state) == ({"upload_id": "u-c"}, "queued")
    assert store.several([]) == {}


def test_the_same_idempotency_key_gives_the_same_job(store: JobStore) -> None:
    store.create(new("a", key="k"))
    job, created = store.create(new("b", key="k"))
    assert (job.id, created, store.get("b")) == ("a", False, None)


def test_the_queue_has_a_limit(store: JobStore) -> None:
    store.create(new("a"), limit=1)
    with pytest.raises(QueueFullError) as caught:
        store.create(new("b"), limit=1)
    assert not caught.value.per_client


def test_one_client_has_a_limit_of_its_own(store: JobStore) -> None:
    store.create(new("a", client="c1"), limit_per_client=1)
    with pytest.raises(QueueFullError) as caught:
        store.create(new("b", client="c1"), limit_per_client=1)
    assert caught.value.per_client
    assert store.create(new("c", client="c2"), limit_per_client=1)[1]


def test_a_known_key_is_answered_even_when_the_queue_is_full(store: JobStore) -> None:
    store.create(new("a", key="k"), limit=1)
    assert store.create(new("b", key="k"), limit=1)[0].id == "a"


def test_the_oldest_job_is_claimed_first(store: JobStore) -> None:
    for name in "abc":
        store.create(new(name))
    assert [claim(store).id for _ in range(3)] == ["a", "b", "c"]


def test_an_empty_queue_gives_nothing(store: JobStore) -> None:
    assert store.claim("w1", ANALYZE, lease_s=30) is None


def test_a_claim_takes_only_its_kinds(store: JobStore) -> None:
    store.create(new("a", kind="preview"))
    assert store.claim("w1", ANALYZE, lease_s=30) is None


def test_the_attempt_counts_claims_and_never_goes_back(store: JobStore) -> None:
    store.create(new("a"))
    first = claim(store)
    store.give_back(grip_of(first), "handed_back")
    assert claim(store).attempt == first.attempt + 1


def test_work_handed_back_counts_against_nothing(store: JobStore) -> None:
    store.create(new("a"))
    store.give_back(grip_of(claim(store)), "handed_back")
    job = store.get("a")
    assert job is not None
    assert (job.state, job.crashes, job.losses) == ("queued", 0, 0)


def test_a_crash_is_counted(store: JobStore) -> None:
    store.create(new("a"))
    store.give_back(grip_of(claim(store)), "crash")
    assert claim(store).crashes == 1


def test_a_job_given_back_keeps_its_place(store: JobStore) -> None:
    store.create(new("a"))
    store.create(new("b"))
    store.give_back(grip_of(claim(store)), "killed")
    assert claim(store).id == "a"


def test_a_result_completes_the_job(store: JobStore) -> None:
    store.create(new("a"))
    assert store.complete(grip_of(claim(store)), {"etag": "x"}, stage_seconds={"read": 0.5})
    job = store.get("a")
    assert job is not None
    assert (job.state, job.result, job.fraction, job.owner) == ("completed", {"etag": "x"}, 1.0, None)


def test_an_error_fails_the_job(store: JobStore) -> None:
    store.create(new("a"))
    error = JobError(code="c", message="m", hint="h")
    assert store.fail(grip_of(claim(store)), error)
    job = store.get("a")
    assert job is not None
    assert (job.state, job.error) == ("failed", error)


def test_a_grip_that_was_taken_over_can_say_nothing(store: JobStore, clock: Clock) -> None:
    store.create(new("a"))
    old = grip_of(claim(store, "w1"))
    clock.now += 31
    store.expire()
    current = grip_of(claim(store, "w2"))
    assert not store.holds(old)
    assert not store.beat(old, lease_s=30)
    assert not store.complete(old, {}, stage_seconds={})
    assert not store.fail(old, JobError(code="c", message="m"))
    assert not store.give_back(old, "killed")
    assert store.holds(current)


def test_only_one_of_two_ends_counts(store: JobStore) -> None:
    store.create(new("a"))
    grip = grip_of(claim(store))
    assert store.complete(grip, {}, stage_seconds={})
    assert not store.complete(grip, {}, stage_seconds={})
    assert [t.count for t in store.tallies() if t.outcome == "completed"] == [1]


def test_a_heartbeat_renews_the_lease(store: JobStore, clock: Clock) -> None:
    store.create(new("a"))
    grip = grip_of(claim(store))
    clock.now += 25
    assert store.beat(grip, lease_s=30)
    clock.now += 25
    assert store.expire() == []


def test_a_heartbeat_tells_the_progress(store: JobStore) -> None:
    store.create(new("a"))
    store.beat(grip_of(claim(store)), lease_s=30, progress=("check", 0.4, "Checking"))
    job = store.get("a")
    assert job is not None
    assert (job.stage, job.fraction, job.message) == ("check", 0.4, "Checking")


def test_a_heartbeat_without_news_keeps_the_progress(store: JobStore) -> None:
    store.create(new("a"))
    grip = grip_of(claim(store))
    store.beat(grip, lease_s=30, progress=("check", 0.4, "Checking"))
    store.beat(grip, lease_s=30)
    job = store.get("a")
    assert job is not None
    assert job.stage == "check"


def test_an_overdue_lease_puts_the_job_back(store: JobStore, clock: Clock) -> None:
    store.create(new("a"))
    claim(store)
    clock.now += 31
    assert [job.id for job in store.expire()] == ["a"]
    assert claim(store).losses == 1


def test_the_jobs_of_a_dead_worker_come_back_at_once(store: JobStore) -> None:
    store.create(new("a"))
    store.create(new("b"))
    claim(store, "dead")
    claim(store, "alive")
    assert [job.id for job in store.reclaim(["dead"])] == ["a"]
    assert store.owners() == {"alive"}


def test_a_job_lost_too_often_fails_and_says_so(store: JobStore) -> None:
    store.create(new("a"))
    for _ in range(LOSSES_ALLOWED + 1):
        claim(store, "dead")
        store.reclaim(["dead"])
    job = store.get("a")
    assert job is not None
    assert job.error is not None
    assert (job.state, job.error.code) == ("failed", "interrupted")


def test_a_waiting_job_is_cancelled(store: JobStore) -> None:
    store.create(new("a"))
    store.cancel("a")
    assert state(store, "a") == "cancelled"
    assert store.claim("w1", ANALYZE, lease_s=30) is None


def test_cancelling_a_running_job_makes_its_grip_invalid(store: JobStore) -> None:
    store.create(new("a"))
    grip = grip_of(claim(store))
    store.cancel("a")
    assert not store.holds(grip)
    assert not store.complete(grip, {}, stage_seconds={})


def test_an_ended_job_stays_as_it_is_when_cancelled(store: JobStore) -> None:
    store.create(new("a"))
    store.complete(grip_of(claim(store)), {}, stage_seconds={})
    job = store.cancel("a")
    assert job is not None
    assert job.state == "completed"


def test_a_removed_job_is_gone(store: JobStore) -> None:
    store.create(new("a"))
    assert store.remove("a")
    assert state(store, "a") == "gone"
    assert not store.remove("a")


def test_the_list_is_newest_first(store: JobStore, clock: Clock) -> None:
    for name in "abc":
        clock.now += 1
        store.create(new(name))
    store.create(new("p", kind="preview"))
    assert [job.id for job in store.recent(kind="analyze", limit=2)] == ["c", "b"]
    assert [job.id for job in store.recent(kind="analyze", limit=9, before=clock.now)] == ["b", "a"]


def test_the_queue_knows_its_depth_and_age(store: JobStore, clock: Clock) -> None:
    store.create(new("a"))
    store.create(new("b"))
    store.create(new("c"))
    claim(store)
    clock.now += 7
    queue = store.queue()
    assert (queue.waiting, queue.running, queue.oldest_s) == (2, 1, 7.0)


def test_stage_times_are_added_up(store: JobStore) -> None:
    for name in "ab":
        store.create(new(name))
        store.complete(grip_of(claim(store)), {}, stage_seconds={"read": 0.5})
    stage = next(t for t in store.tallies() if t.name == "stage")
    assert (stage.outcome, stage.count, stage.seconds) == ("read", 2, 1.0)


def test_old_jobs_are_found(store: JobStore, clock: Clock) -> None:
    store.create(new("a"))
    store.complete(grip_of(claim(store)), {}, stage_seconds={})
    store.create(new("b"))
    clock.now += 10
    assert [job.id for job in store.ended_before(clock.now, ANALYZE)] == ["a"]
    assert store.ended_before(clock.now - 10, ANALYZE) == []


def test_an_upload_in_use_is_known(store: JobStore) -> None:
    store.create(new("a"))
    assert store.refers_to("u-a")
    assert not store.refers_to("u-b")


def test_workers_are_seen_and_forgotten(store: JobStore, clock: Clock) -> None:
    assert store.last_worker_seen() is None
    store.see_worker("w1", 2)
    assert store.last_worker_seen() == clock.now
    store.forget_worker("w1")
    assert store.last_worker_seen() is None


def test_the_version_changes_with_every_change(store: JobStore) -> None:
    before = store.version()
    store.create(new("a"))
    after = store.version()
    assert before != after
    assert store.version() == after


def test_a_sound_store_says_so(store: JobStore) -> None:
    store.create(new("a"))
    assert store.check() == "ok"


def test_many_threads_never_claim_the_same_job(store: JobStore) -> None:
    names = [f"j{i}" for i in range(60)]
    for name in names:
        store.create(new(name))
    taken: list[str] = []

    def work(owner: str) -> None:
        while (job := store.claim(owner, ANALYZE, lease_s=30)) is not None:
            taken.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(names)


def say(store: JobStore, step: str, grip: Grip) -> bool:
    if step == "beat":
        return store.beat(grip, lease_s=30)
    if step == "complete":
        return store.complete(grip, {}, stage_seconds={})
    if step == "fail":
        return store.fail(grip, JobError(code="c", message="m"))
    if step == "back":
        return store.give_back(grip, "killed")
    return store.cancel(grip.job_id) is not None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "claim", "beat", "complete", "fail", "back", "cancel", "wait", "reclaim"]),
        st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_a_job_ends_at_most_once_and_only_by_its_holder(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    store = SqliteJobStore(tmp_path_factory.mktemp("store") / "jobs.db", clock=clock)
    grips: list[Grip] = []
    ended: dict[str, int] = {}
    for number, (step, pick) in enumerate(steps):
        grip = grips[pick % len(grips)] if grips else None
        if step == "create":
            store.create(new(f"j{number}"))
        elif step == "claim":
            claimed = store.claim(f"w{pick}", ANALYZE, lease_s=30)
            grips += [grip_of(claimed)] if claimed else []
        elif step == "wait":
            clock.now += 20
            store.expire()
        elif step == "reclaim":
            store.reclaim([f"w{pick}"])
        elif grip is not None:
            held = store.holds(grip)
            assert say(store, step, grip) == held or step == "cancel"
            if held and step in ("complete", "fail", "cancel"):
                ended[grip.job_id] = ended.get(grip.job_id, 0) + 1
    assert all(count == 1 for count in ended.values())
    assert store.check() == "ok"
    store.close()


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        SqliteJobStore(tmp_path / "jobs.db")


def test_commits_wait_for_the_disk(tmp_path: Path) -> None:
    store = SqliteJobStore(tmp_path / "jobs.db")
    assert store._durable.execute("pragma synchronous").fetchone()[0] == 2
    assert store._durable.execute("pragma journal_mode").fetchone()[0] == "wal"
    store.close()
