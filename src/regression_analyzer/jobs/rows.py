"""The tables of the SQLite store, and how a row becomes a ``Job``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from regression_analyzer.jobs.value import Job, JobError

SCHEMA_VERSION = 1

SCHEMA = (
    """
    create table if not exists jobs (
      seq integer primary key autoincrement,
      id text not null unique,
      kind text not null,
      state text not null default 'queued'
        check (state in ('queued', 'processing', 'completed', 'failed', 'cancelled')),
      attempt integer not null default 0,
      crashes integer not null default 0,
      losses integer not null default 0,
      owner text,
      lease_until real,
      stage text not null default '',
      fraction real not null default 0,
      message text not null default '',
      payload text not null,
      result text,
      error_code text,
      error_message text,
      error_hint text,
      client text not null default '',
      idempotency_key text unique,
      request_id text not null default '',
      created_at real not null,
      started_at real,
      finished_at real
    ) strict
    """,
    "create index if not exists jobs_waiting on jobs (kind, seq) where state = 'queued'",
    "create index if not exists jobs_running on jobs (owner) where state = 'processing'",
    "create index if not exists jobs_finished on jobs (finished_at) where finished_at is not null",
    "create index if not exists jobs_listed on jobs (kind, seq)",
    "create index if not exists jobs_upload on jobs (json_extract(payload, '$.upload_id'))",
    """
    create table if not exists tallies (
      name text not null, kind text not null, outcome text not null,
      count integer not null, seconds real not null,
      primary key (name, kind, outcome)
    ) strict
    """,
    "create table if not exists workers (owner text primary key, slots integer not null, seen_at real not null) strict",
)

_FIELDS = (
    "id",
    "kind",
    "state",
    "attempt",
    "crashes",
    "losses",
    "owner",
    "lease_until",
    "stage",
    "fraction",
    "message",
    "payload",
    "result",
    "error_code",
    "error_message",
    "error_hint",
    "client",
    "idempotency_key",
    "request_id",
    "created_at",
    "started_at",
    "finished_at",
)
COLUMNS = ", ".join(_FIELDS)


def job_of(row: tuple[Any, ...]) -> Job:
    """Return the job that a row of ``COLUMNS`` holds."""
    values: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    code, message, hint = (values.pop(name) for name in ("error_code", "error_message", "error_hint"))
    values["error"] = JobError(code=code, message=message, hint=hint) if code else None
    values["payload"] = json.loads(values["payload"])
    values["result"] = json.loads(values["result"]) if values["result"] else None
    return Job(**values)


def lost_error(losses: int) -> JobError:
    """Return what to say of a job whose attempts were all lost."""
    return JobError(
        code="interrupted",
        message=f"The work was interrupted {losses} times before it could finish.",
        hint="Ask again when the server is stable; the operator's log says what stopped it.",
    )


def placeholders(values: Sequence[object]) -> str:
    """Return as many question marks as there are values."""
    return ", ".join("?" * len(values))
