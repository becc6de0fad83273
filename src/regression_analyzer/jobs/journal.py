"""Logging of the serving processes: JSON lines, or plain lines on a terminal.

A line says what happened and to which job. It never holds a cell, a key, a prompt, a file's name or the
text of an unexpected error (which may quote a cell): of such an error only its kind and place are told.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log(logger: logging.Logger, level: int, event: str, **facts: Any) -> None:
    """Write one event with its facts (identifiers, counts, times)."""
    logger.log(level, event, extra={"facts": facts})


def place_of(error: BaseException) -> str:
    """Return the kind of an error and where it arose, without its text."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " > ".join(f"{os.path.basename(f.filename)}:{f.lineno}" for f in frames)  # noqa: PTH119
    return f"{type(error).__name__} at {where}" if where else type(error).__name__


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **_facts(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        return f"{when} {record.levelname:<8} {record.getMessage()} {facts}".rstrip()


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: Mapping[str, Any] = getattr(record, "facts", {})
    raised: _Raised | None = record.exc_info
    return dict(facts) | ({"error": place_of(raised[1])} if raised and raised[1] else {})


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Send every logger through one handler: JSON where the stream is not a terminal."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainLines() if stream.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"  # the access line is our own
    for name in ("sse_starlette", "asyncio", "python_multipart", "multipart"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
