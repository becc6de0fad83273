"""The job store on SQLite: write-ahead log, durable commits, write lock taken at the start of a transaction."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regression_analyzer.jobs.rows import (
    COLUMNS,
    SCHEMA,
    SCHEMA_VERSION,
    job_of,
    lost_error,
    placeholders,
)
from regression_analyzer.jobs.store import QueueFullError, StoreError
from regression_analyzer.jobs.value import (
    CRASHES_ALLOWED,
    LOSSES_ALLOWED,
    Grip,
    Job,
    JobError,
    Kind,
    Loss,
    NewJob,
    QueueState,
    Tally,
)

BUSY_TIMEOUT_S = 15.0
HELD = "id = ? and attempt = ? and owner = ? and state = 'processing'"


class SqliteJobStore:
    """A ``JobStore`` in one SQLite file. Safe to share between threads and between processes.

    Commits that matter are flushed to the disk (``synchronous=FULL``). Heartbeats and progress go through
    a second connection that does not wait for the disk: losing the last of them in a power cut changes
    nothing.

    A third connection only looks (``get`` and ``version``): it waits for nobody, so an event loop may use it.

    Parameters
    ----------
    path : the database file; its folder exists
    clock : seconds since 1970
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._durable_lock = threading.Lock()
        self._light_lock = threading.Lock()
        self._watch_lock = threading.Lock()
        with _errors_named():
            self._durable = _connect(path, "FULL")
            self._light = _connect(path, "NORMAL")
            self._watch = _connect(path, "NORMAL")
        with self._writing() as db:
            version = db.execute("pragma user_version").fetchone()[0]
            if version < SCHEMA_VERSION:
                for statement in SCHEMA:
                    db.execute(statement)
                db.execute(f"pragma user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._durable_lock, _transaction(self._durable) as db:
            yield db

    def _read(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._light_lock, _errors_named():
            return self._light.execute(statement, values).fetchall()

    def _jobs(self, where: str, values: Sequence[object]) -> list[Job]:
        return [job_of(row) for row in self._read(f"select {COLUMNS} from jobs where {where}", values)]

    # ---- putting in and looking up

    def create(self, new: NewJob, *, limit: int | None = None, limit_per_client: int | None = None) -> tuple[Job, bool]:
        """See ``JobStore.create``."""
        with self._writing() as db:
            if new.idempotency_key is not None:
                known = db.execute(
                    f"select {COLUMNS} from jobs where idempotency_key = ?", (new.idempotency_key,)
                ).fetchone()
                if known:
                    return job_of(known), False
            waiting, mine = db.execute(
                "select count(*), coalesce(sum(client = ?), 0) from jobs where state = 'queued' and kind = ?",
                (new.client, new.kind),
            ).fetchone()
            if limit is not None and waiting >= limit:
                raise QueueFullError(per_client=False)
            if limit_per_client is not None and mine >= limit_per_client:
                raise QueueFullError(per_client=True)
            values = (
                new.id,
                new.kind,
                json.dumps(new.payload, ensure_ascii=False),
                new.client,
                new.idempotency_key,
                new.request_id,
                self._clock(),
            )
            row = db.execute(
                "insert into jobs (id, kind, payload, client, idempotency_key, request_id, created_at)"
                f" values (?, ?, ?, ?, ?, ?, ?) returning {COLUMNS}",
                values,
            ).fetchone()
            return job_of(row), True

    def get(self, job_id: str) -> Job | None:
        """See ``JobStore.get``."""
        with self._watch_lock, _errors_named():
            row = self._watch.execute(f"select {COLUMNS} from jobs where id = ?", (job_id,)).fetchone()
        return job_of(row) if row else None

    def several(self, job_ids: Iterable[str]) -> dict[str, Job]:
        """See ``JobStore.several``."""
        ids = tuple(job_ids)
        asked = f"select {COLUMNS} from jobs where id in ({placeholders(ids)})"
        with self._watch_lock, _errors_named():
            rows = self._watch.execute(asked, ids).fetchall()
        return {job.id: job for job in map(job_of, rows)}

    def by_key(self, idempotency_key: str) -> Job | None:
        """See ``JobStore.by_key``."""
        found = self._jobs("idempotency_key = ?", (idempotency_key,))
        return found[0] if found else None

    def recent(self, *, kind: Kind, limit: int, before: float | None = None) -> list[Job]:
        """See ``JobStore.recent``."""
        return self._jobs(
            "kind = ? and (? is null or created_at < ?) order by seq desc limit ?", (kind, before, before, limit)
        )

    def ended_before(self, when: float, kinds: Sequence[Kind]) -> list[Job]:
        """See ``JobStore.ended_before``."""
        return self._jobs(
            f"finished_at < ? and kind in ({placeholders(kinds)}) order by finished_at limit 1000", (when, *kinds)
        )

    def refers_to(self, upload_id: str) -> bool:
        """See ``JobStore.refers_to``."""
        return bool(
            self._read(
                "select 1 from jobs where json_extract(payload, '$.upload_id') = ?"
                " and (kind = 'analyze' or state in ('queued', 'processing')) limit 1",
                (upload_id,),
            )
        )

    # ---- the life of a job

    def claim(self, owner: str, kinds: Sequence[Kind], *, lease_s: float) -> Job | None:
        """See ``JobStore.claim``."""
        waiting = f"state = 'queued' and kind in ({placeholders(kinds)})"
        if not self._read(f"select 1 from jobs where {waiting} limit 1", kinds):
            return None
        now = self._clock()
        with self._writing() as db:
            row = db.execute(
                "update jobs set state = 'processing', attempt = attempt + 1, owner = ?, lease_until = ?,"
                " started_at = ?, stage = '', fraction = 0, message = ''"
                f" where seq = (select seq from jobs where {waiting} order by seq limit 1) returning {COLUMNS}",
                (owner, now + lease_s, now, *kinds),
            ).fetchone()
        return job_of(row) if row else None

    def beat(self, grip: Grip, *, lease_s: float, progress: tuple[str, float, str] | None = None) -> bool:
        """See ``JobStore.beat``."""
        stage, fraction, message = progress or (None, None, None)
        with self._light_lock, _transaction(self._light) as db:
            changed = db.execute(
                "update jobs set lease_until = ?, stage = coalesce(?, stage), fraction = coalesce(?, fraction),"
                f" message = coalesce(?, message) where {HELD}",
                (self._clock() + lease_s, stage, fraction, message, grip.job_id, grip.attempt, grip.owner),
            ).rowcount
        return changed == 1

    def holds(self, grip: Grip) -> bool:
        """See ``JobStore.holds``."""
        return bool(self._read(f"select 1 from jobs where {HELD}", (grip.job_id, grip.attempt, grip.owner)))

    def complete(self, grip: Grip, result: Mapping[str, Any], *, stage_seconds: Mapping[str, float]) -> bool:
        """See ``JobStore.complete``."""
        now = self._clock()
        with self._writing() as db:
            row = db.execute(
                "update jobs set state = 'completed', result = ?, fraction = 1, message = '', owner = null,"
                f" lease_until = null, finished_at = ? where {HELD} returning kind, started_at",
                (json.dumps(result, ensure_ascii=False), now, grip.job_id, grip.attempt, grip.owner),
            ).fetchone()
            if row is None:
                return False
            _count(db, "job", row[0], "completed", now - row[1])
            for stage, seconds in stage_seconds.items():
                _count(db, "stage", row[0], stage, seconds)
        return True

    def fail(self, grip: Grip, error: JobError) -> bool:
        """See ``JobStore.fail``."""
        with self._writing() as db:
            held = db.execute(
                f"select kind, started_at from jobs where {HELD}", (grip.job_id, grip.attempt, grip.owner)
            ).fetchone()
            if held is None:
                return False
            self._end_failed(db, grip.job_id, error)
            _count(db, "job", held[0], "failed", self._clock() - held[1])
        return True

    def give_back(self, grip: Grip, loss: Loss) -> bool:
        """See ``JobStore.give_back``."""
        with self._writing() as db:
            changed = db.execute(
                "update jobs set state = 'queued', owner = null, lease_until = null, stage = '', fraction = 0,"
                f" message = '', crashes = crashes + ?, losses = losses + ? where {HELD}",
                (loss == "crash", loss == "killed", grip.job_id, grip.attempt, grip.owner),
            ).rowcount
        return changed == 1

    def cancel(self, job_id: str) -> Job | None:
        """See ``JobStore.cancel``."""
        now = self._clock()
        with self._writing() as db:
            row = db.execute(
                "update jobs set state = 'cancelled', owner = null, lease_until = null, finished_at = ?"
                " where id = ? and state in ('queued', 'processing') returning kind",
                (now, job_id),
            ).fetchone()
            if row:
                _count(db, "job", row[0], "cancelled", 0.0)
        return self.get(job_id)

    def remove(self, job_id: str) -> bool:
        """See ``JobStore.remove``."""
        with self._writing() as db:
            return db.execute("delete from jobs where id = ?", (job_id,)).rowcount == 1

    # ---- workers that went away

    def expire(self) -> list[Job]:
        """See ``JobStore.expire``."""
        return self._take_back("lease_until < ?", (self._clock(),))

    def reclaim(self, owners: Iterable[str]) -> list[Job]:
        """See ``JobStore.reclaim``."""
        gone = tuple(owners)
        return self._take_back(f"owner in ({placeholders(gone)})", gone) if gone else []

    def _take_back(self, where: str, values: Sequence[object]) -> list[Job]:
        condition = f"state = 'processing' and {where}"
        if not self._read(f"select 1 from jobs where {condition} limit 1", values):
            return []
        with self._writing() as db:
            rows = db.execute(
                "update jobs set state = 'queued', owner = null, lease_until = null, stage = '', fraction = 0,"
                f" message = '', losses = losses + 1 where {condition} returning {COLUMNS}",
                values,
            ).fetchall()
            jobs = [job_of(row) for row in rows]
            for job in jobs:
                if job.losses > LOSSES_ALLOWED or job.crashes > CRASHES_ALLOWED:
                    self._end_failed(db, job.id, lost_error(job.losses))
                    _count(db, "job", job.kind, "failed", 0.0)
        return jobs

    def _end_failed(self, db: sqlite3.Connection, job_id: str, error: JobError) -> None:
        db.execute(
            "update jobs set state = 'failed', error_code = ?, error_message = ?, error_hint = ?, message = '',"
            " owner = null, lease_until = null, finished_at = ? where id = ?",
            (error.code, error.message, error.hint, self._clock(), job_id),
        )

    def owners(self) -> set[str]:
        """See ``JobStore.owners``."""
        return {row[0] for row in self._read("select distinct owner from jobs where state = 'processing'")}

    def see_worker(self, owner: str, slots: int) -> None:
        """See ``JobStore.see_worker``."""
        with self._light_lock, _transaction(self._light) as db:
            db.execute("delete from workers where seen_at < ?", (self._clock() - 3600,))
            db.execute(
                "insert into workers (owner, slots, seen_at) values (?, ?, ?)"
                " on conflict (owner) do update set slots = excluded.slots, seen_at = excluded.seen_at",
                (owner, slots, self._clock()),
            )

    def forget_worker(self, owner: str) -> None:
        """See ``JobStore.forget_worker``."""
        with self._light_lock, _transaction(self._light) as db:
            db.execute("delete from workers where owner = ?", (owner,))

    def last_worker_seen(self) -> float | None:
        """See ``JobStore.last_worker_seen``."""
        seen = self._read("select max(seen_at) from workers")[0][0]
        return None if seen is None else float(seen)

    # ---- the whole

    def queue(self) -> QueueState:
        """See ``JobStore.queue``."""
        waiting, running, oldest = self._read(
            "select coalesce(sum(state = 'queued'), 0), coalesce(sum(state = 'processing'), 0),"
            " min(case when state = 'queued' then created_at end) from jobs where state in ('queued', 'processing')"
        )[0]
        age = 0.0 if oldest is None else max(0.0, self._clock() - oldest)
        return QueueState(waiting=waiting, running=running, oldest_s=age)

    def tallies(self) -> list[Tally]:
        """See ``JobStore.tallies``."""
        rows = self._read("select name, kind, outcome, count, seconds from tallies order by name, kind, outcome")
        return [Tally(name=n, kind=k, outcome=o, count=c, seconds=s) for n, k, o, c, s in rows]

    def version(self) -> int:
        """See ``JobStore.version``."""
        with self._watch_lock, _errors_named():
            return int(self._watch.execute("pragma data_version").fetchone()[0])

    def check(self) -> str:
        """See ``JobStore.check``."""
        return str(self._read("pragma quick_check(1)")[0][0])

    def close(self) -> None:
        """See ``JobStore.close``."""
        with self._durable_lock, self._light_lock, self._watch_lock:
            self._watch.close()
            self._light.close()
            self._durable.close()


def _connect(path: Path, synchronous: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    for patience in range(50):
        try:
            db.execute("pragma journal_mode = wal")
            break
        except sqlite3.OperationalError:  # two processes meet a new file: this statement does not wait by itself
            if patience == 49:
                raise
            time.sleep(0.1)
    db.execute(f"pragma synchronous = {synchronous}")
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with _errors_named():
        db.execute("begin immediate")
        try:
            yield db
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise
        db.execute("commit")


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"The job store failed: {error}.") from error


def _count(db: sqlite3.Connection, name: str, kind: str, outcome: str, seconds: float) -> None:
    db.execute(
        "insert into tallies (name, kind, outcome, count, seconds) values (?, ?, ?, 1, ?)"
        " on conflict (name, kind, outcome) do update set count = count + 1, seconds = seconds + excluded.seconds",
        (name, kind, outcome, max(0.0, seconds)),
    )
