"""The API as a program on the host uses it, with the standard library alone."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any


def upload(address: str, path: Path) -> str:
    """Send a file; return its upload id."""
    boundary = uuid.uuid4().hex
    body = (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + path.read_bytes()
        + f"\r\n--{boundary}--\r\n".encode()
    )
    answer = call(f"{address}/api/v1/upload", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    return str(answer["upload_id"])


def analyze(address: str, upload_id: str, **choices: Any) -> str:
    """Queue an analysis; return its job id."""
    body = json.dumps({"upload_id": upload_id, "skip_llm": True} | choices).encode()
    return str(call(f"{address}/api/v1/analyze", body, {"Content-Type": "application/json"})["job_id"])


def result(address: str, job_id: str, within: float = 60) -> dict[str, Any]:
    """Poll until the job ends; return its document, or its error."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            answer = call(f"{address}/api/v1/results/{job_id}")
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
            continue
        if answer["status"] not in {"queued", "processing"}:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"job {job_id} did not end within {within} s")


def call(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310  loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return dict(json.loads(answer.read()))
