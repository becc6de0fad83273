"""Receives a file part of a multipart body straight onto the disk, counting as it comes."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from anyio import to_thread
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect, Request

from regression_analyzer.api.content import READABLE, refusal
from regression_analyzer.api.problem import Problem
from regression_analyzer.jobs.files import Folders, Upload, new_id

WRITE_BYTES = 4_000_000
"""Bytes gathered before they are written, off the event loop."""
LONGEST_NAME = 200
FORM_HINT = "Send multipart/form-data with the file in the part named file: curl -F file=@table.csv ..."
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def base_name(raw: str) -> str:
    """Return a client's file name as harmless text: the last part of a path, no control characters."""
    name = _CONTROLS.sub("", raw.replace("\\", "/")).strip()
    name = name.rstrip("/").rpartition("/")[2].strip(" .")[-LONGEST_NAME:]
    return name or "table"


class _Receiver:
    """The parser's callbacks: keeps the bytes of the part named ``file``, drops every other part."""

    def __init__(self, boundary: bytes) -> None:
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._value,
                "on_header_end": self._header,
                "on_headers_finished": self._ready,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )
        self.filename: str | None = None
        self.pending = bytearray()
        self.size = 0
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._content = b""
        self._wanted = False

    def feed(self, data: bytes) -> None:
        self._parser.write(data)

    def _begin(self) -> None:
        self._headers = {}

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _value(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def _header(self) -> None:
        self._headers[self._name.lower()] = self._content
        self._name = self._content = b""

    def _ready(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        self._wanted = self.filename is None and options.get(b"name") == b"file" and b"filename" in options
        if self._wanted:
            self.filename = options[b"filename"].decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._wanted:
            self.pending += memoryview(data)[start:end]
            self.size += end - start

    def _end(self) -> None:
        self._wanted = False

    def _finish(self) -> None:
        self.ended = True


async def receive_upload(
    request: Request, folders: Folders, *, max_bytes: int, check_quota: Callable[[int], None]
) -> Upload:
    """Store the uploaded file under a name of ours and return it.

    Parameters
    ----------
    check_quota : called with the size, raises ``Problem`` where the client has used up its share

    Raises
    ------
    Problem
        400 not a form, no file, empty or not a table; 413 too large.
    """
    boundary = _boundary(request)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes + 100_000:
        raise _too_large(max_bytes)
    upload_id = new_id()
    folder = folders.incoming / upload_id
    await to_thread.run_sync(partial(folder.mkdir, parents=True))
    try:
        receiver = _Receiver(boundary)
        with (folder / "data").open("wb") as stream:
            await _stream(request, receiver, stream, max_bytes)
        if receiver.filename is None:
            raise Problem(400, "The form has no file in it.", hint=FORM_HINT, code="no_file")
        name = base_name(receiver.filename)
        if receiver.size == 0:
            raise Problem(
                400, f"The file {name} is empty.", hint="Upload a file that holds a table.", code="file_empty"
            )
        check_quota(receiver.size)
        if reason := await to_thread.run_sync(refusal, folder / "data", name):
            raise Problem(
                400, f"{name} cannot be analysed: {reason}.", hint=f"Upload a table: {READABLE}.", code="wrong_type"
            )
        upload = Upload(upload_id=upload_id, filename=name, size=receiver.size, created_at=time.time())
        await to_thread.run_sync(folders.keep_upload, upload)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return upload


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind.lower() != b"multipart/form-data" or not boundary:
        raise Problem(400, "The body is not a form with a file.", hint=FORM_HINT, code="not_a_form")
    return boundary


async def _stream(request: Request, receiver: _Receiver, stream: BinaryIO, max_bytes: int) -> None:
    try:
        async for chunk in request.stream():
            receiver.feed(chunk)
            if receiver.size > max_bytes:
                raise _too_large(max_bytes)
            if len(receiver.pending) >= WRITE_BYTES:
                await _write(receiver, stream)
    except FormParserError:
        raise Problem(400, "The form is malformed.", hint=FORM_HINT, code="malformed_form") from None
    except ClientDisconnect:
        raise Problem(400, "The upload was broken off.", code="broken_off") from None
    if not receiver.ended:
        raise Problem(400, "The form ends before its end.", hint=FORM_HINT, code="malformed_form")
    await _write(receiver, stream)


async def _write(receiver: _Receiver, stream: BinaryIO) -> None:
    block, receiver.pending = receiver.pending, bytearray()
    if block:
        await to_thread.run_sync(partial(stream.write, block))


def _too_large(max_bytes: int) -> Problem:
    return Problem(
        413,
        f"The file is larger than the limit of {max_bytes:,} bytes.",
        hint="Upload a smaller file, or ask the operator to raise MAX_UPLOAD_BYTES.",
        code="too_large",
    )


def write_rows(folders: Folders, text: str) -> Upload:
    """Store rows that came as JSON, as an upload of their own."""
    upload_id = new_id()
    folder: Path = folders.incoming / upload_id
    folder.mkdir(parents=True)
    content = text.encode()
    (folder / "data").write_bytes(content)
    upload = Upload(upload_id=upload_id, filename="rows.json", size=len(content), created_at=time.time())
    folders.keep_upload(upload)
    return upload
