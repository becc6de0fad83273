"""Without a language model not one internet socket is made: the kernel kills whoever asks for one."""

from __future__ import annotations

import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.conftest import analyze, environment, running, upload
from tests.api.test_real import SERVE

from .documents import charges_csv
from .fake_vendor import FakeVendor
from .replies import sensible
from .test_doors import clean_environment

FILTERED = """
import ctypes, struct, sys

def step(code, value, yes=0, no=0):
    return struct.pack("HBBI", code, yes, no, value)

LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06
SOCKET, INTERNET, INTERNET_6 = 41, 2, 10
KILL, ALLOW = 0x80000000, 0x7FFF0000
program = b"".join((
    step(LOAD, 0),                        # the number of the system call
    step(EQUALS, SOCKET, no=4),
    step(LOAD, 16),                       # its first argument: the family
    step(EQUALS, INTERNET, yes=1),
    step(EQUALS, INTERNET_6, no=1),
    step(RETURN, KILL),
    step(RETURN, ALLOW),
))

class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]

libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0                                     # no new privileges
if libc.prctl(22, 2, ctypes.byref(Filter(len(program) // 8, program))):    # filter; children inherit it
    sys.exit(99)
"""
RUN = FILTERED + "from regression_analyzer.cli import app\napp(sys.argv[1:])\n"
NO_FILTERS = 99

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the numbers are those of Linux on x86-64"
)


def run(program: str, *arguments: str, environ: dict[str, str] | None = None) -> int:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, env=clean_environment(environ or {}), capture_output=True, check=False)
    if done.returncode == NO_FILTERS:
        pytest.skip("this kernel takes no filters of system calls")
    return done.returncode


@pytest.mark.parametrize(
    ("family", "ends"), [("AF_INET", -signal.SIGSYS), ("AF_INET6", -signal.SIGSYS), ("AF_UNIX", 0)]
)
def test_the_filter_kills_who_asks_for_an_internet_socket(family: str, ends: int) -> None:
    assert run(f"{FILTERED}import socket\nsocket.socket(socket.{family})\n") == ends


@pytest.mark.parametrize(
    ("arguments", "key", "ends"), [((), False, 0), (("--skip-llm",), True, 0), ((), True, -signal.SIGSYS)]
)
def test_the_command_line_makes_one_only_where_a_model_is_asked(
    tmp_path: Path, arguments: tuple[str, ...], key: bool, ends: int
) -> None:
    (tmp_path / "t.csv").write_bytes(charges_csv(60))
    with FakeVendor(sensible) as vendor:
        environ = vendor.environ("openai") if key else {}
        folder = tmp_path / "out"
        assert run(RUN, "analyze", str(tmp_path / "t.csv"), "-o", str(folder), *arguments, environ=environ) == ends
        assert vendor.connections == 0
    assert (folder / "report.html").exists() == (ends == 0)


@contextmanager
def filtered_worker(folder: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker beside a server without any; it and the processes that it starts can make no internet socket."""
    command = [sys.executable, "-c", RUN, "worker"]
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, env=environment(folder, 1, **settings), cwd=folder, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(20)


@pytest.mark.parametrize("skip", [True, False])
def test_a_job_of_the_api_makes_one_only_where_a_model_is_asked(tmp_path: Path, skip: bool) -> None:
    assert run(FILTERED) == 0  # skips where the kernel has no filters
    with FakeVendor(sensible) as vendor:
        settings = {"JOB_MEMORY_MB": "1500", "WORKERS": "1", **vendor.environ("openai")}
        with (
            running(tmp_path, *SERVE, port=None, **{**settings, "WORKERS": "0"}) as server,
            server.client() as client,
            filtered_worker(tmp_path, **settings) as worker,
        ):
            upload_id = upload(client, charges_csv(60), "t.csv")
            wait = 60 if skip else 1
            job = analyze(client, upload_id, wait=wait, target="charges", skip_llm=skip)
            if skip:
                assert job["status"] == "completed"
                assert client.get(f"/api/v1/results/{job['job_id']}").json()["narrative"]["by"] == "rules"
                assert worker.poll() is None
            else:
                assert worker.wait(60) == -signal.SIGSYS
        assert vendor.connections == 0
