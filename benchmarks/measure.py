"""Whole processes, as the operating system accounts for them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Cost:
    """Medians over runs: wall and processor seconds, and the largest resident size in MB (10^6 bytes)."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    exit_code: int


def run(command: list[str], *, repeats: int = 3) -> Cost:
    """Run a command and return its cost; its output is thrown away."""
    walls, cpus, peaks, code = [], [], [], 0
    for _ in range(repeats):
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        walls.append(time.perf_counter() - started)
        cpus.append(usage.ru_utime + usage.ru_stime)
        peaks.append(usage.ru_maxrss * 1024 / 1e6)
        code = process.returncode
    return Cost(wall_s=median(walls), cpu_s=median(cpus), peak_mb=median(peaks), exit_code=code)


def python(code: str) -> list[str]:
    """Return the command that runs a piece of Python in a fresh interpreter."""
    return [sys.executable, "-c", code]
