"""Limits of a child, and how much memory it really uses."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

from regression_analyzer.jobs.settings import CONTROL_GROUPS, cpu_count

ADDRESS_SPACE_BEYOND_MB = 2048
"""Address space beyond the memory limit: mapped libraries and what DuckDB reserves without using it
(it crashes below 500 MB and needs about 1,500). The memory really used is watched from outside."""
LARGEST_FILE_BYTES = 8_000_000_000
OPEN_FILES = 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")


def limit_this_process(*, memory_mb: int, timeout_s: int) -> None:
    """Set the limits of the calling process: address space, processor time, file size, no core dump.

    The wall clock and the resident memory are watched by the parent; these limits are the second wall.
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_AS, (memory_mb + ADDRESS_SPACE_BEYOND_MB) * 1_000_000)
    _lower(resource.RLIMIT_CPU, (timeout_s + 5) * cpu_count())
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (ceiling, ceiling))


def resident_mb(pid: int) -> float | None:
    """Return the memory a process uses, in MB; None where there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(fields[1]) * _PAGE / 1_000_000 if len(fields) > 1 else None


def kernel_oom_kills(groups: Path = CONTROL_GROUPS) -> int:
    """Return how many processes of this control group the kernel killed for memory; 0 where unknown."""
    for name in ("memory.events", "memory/memory.oom_control"):
        try:
            lines = (groups / name).read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return 0


def kill_group(pid: int) -> None:
    """Kill a child and whatever it started, at once."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
