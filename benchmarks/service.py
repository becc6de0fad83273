"""The service's numbers: `python -m benchmarks.service`. Starts a server of its own on loopback and ends it."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import data

COMMAND = str(Path(sys.executable).with_name("regression-analyzer"))
CLIENTS = 50
JOBS = 50
HEALTH_EVERY_S = 0.1
WARM_RUNS = 9


class Server:
    """A server on a free port of this machine, with folders of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        environment = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")} | {
            "PORT": str(port),
            "DATA_DIR": str(folder / "data"),
            "OUTPUT_DIR": str(folder / "output"),
            "LOG_LEVEL": "ERROR",
        }
        started = time.perf_counter()
        self.process = subprocess.Popen([COMMAND, "serve"], env=environment)
        while True:
            try:
                self.call("/api/v1/health")
                break
            except OSError:
                time.sleep(0.01)
        self.start_s = time.perf_counter() - started

    def call(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, data=body, headers=named)
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.loads(answer.read())

    def upload(self, path: Path) -> str:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="table.csv"\r\n\r\n'
            + path.read_bytes()
            + b"\r\n--x--\r\n"
        )
        return str(self.call("/api/v1/upload", body, Content_Type="multipart/form-data; boundary=x")["upload_id"])

    def analyze(self, upload_id: str) -> str:
        body = json.dumps({"upload_id": upload_id, "skip_llm": True}).encode()
        asked = self.call("/api/v1/analyze", body, Content_Type="application/json", Prefer="wait=60")
        return str(asked["job_id"])

    def wait(self, job_id: str) -> dict[str, Any]:
        while True:
            job: dict[str, Any] = self.call(f"/api/v1/jobs/{job_id}")
            if job["status"] not in {"queued", "processing"}:
                return job
            time.sleep(0.5)

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    def stop(self) -> float:
        started = time.perf_counter()
        self.process.terminate()
        self.process.wait(timeout=20)
        return time.perf_counter() - started


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        table = data.people(root / "people.csv")
        server = Server(root)
        try:
            results = [("cold start to healthy, s", server.start_s, 1.5), ("idle memory, MB", server.memory_mb(), 80.0)]
            drop_to_report(server, table)  # the first analysis warms the forkserver
            warm = statistics.median(drop_to_report(server, table) for _ in range(WARM_RUNS))
            results.append((f"drop to report, warm, median of {WARM_RUNS}, s", warm, 1.5))
            results += under_load(server, table)
        finally:
            stopping = server.stop()
        results.append(("stop, s", stopping, 10.0))
    for name, value, limit in results:
        print(f"{name:56} {value:8.3f}   at most {limit:g}: {'met' if value <= limit else 'MISSED'}")
    return int(any(value > limit for _, value, limit in results))


def drop_to_report(server: Server, table: Path) -> float:
    """Return the seconds from the first byte of the upload to the whole report."""
    started = time.perf_counter()
    job = server.wait(server.analyze(server.upload(table)))
    with urllib.request.urlopen(f"{server.address}/api/v1/reports/{job['job_id']}.html", timeout=30) as answer:
        answer.read()
    return time.perf_counter() - started


def under_load(server: Server, table: Path) -> list[tuple[str, float, float]]:
    """Let many clients upload and analyse at once; ask for health all the while.

    The clients share the processors with the service here; what they use themselves is not the service's time.
    """
    delays: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            asked = time.perf_counter()
            server.call("/api/v1/health")
            delays.append(time.perf_counter() - asked)
            time.sleep(HEALTH_EVERY_S)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(CLIENTS) as pool:
        jobs = list(pool.map(lambda _: server.wait(server.analyze(server.upload(table))), range(JOBS)))
    elapsed, clients = time.perf_counter() - started, time.process_time() - used
    done.set()
    watcher.join()
    lost = sum(job["status"] != "completed" for job in jobs)
    workers = len(os.sched_getaffinity(0))
    working = JOBS * analysis_alone(table, workers)
    had = workers * elapsed - clients
    print(f"{JOBS} jobs of {CLIENTS} clients in {elapsed:.1f} s: {JOBS / elapsed:.2f} jobs a second")
    print(
        f"processor seconds: {had:.1f} for the service, {working:.1f} of them analysis; {clients:.1f} for the clients"
    )
    return [
        ("jobs lost or failed", float(lost), 0.0),
        ("health, 99th percentile under load, s", statistics.quantiles(delays, n=100)[98], 0.05),
        ("share of the time that is not analysis", 1 - min(1.0, working / had), 0.2),
    ]


ALONE = """
import sys, tempfile, time
from pathlib import Path
from statistics import median
from regression_analyzer.analysis import Options
from regression_analyzer.service import analyze_file
times = []
for _ in range(6):
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        analyze_file(Path(sys.argv[1]), options=Options(skip_llm=True), output_dir=Path(folder), processes=1)
        times.append(time.process_time() - started)
print(median(times[1:]))
"""


def analysis_alone(table: Path, at_once: int) -> float:
    """Return the processor seconds of the same analysis without a service, in warm processes.

    As many run at once as the service has workers: what they take from each other is not the service's doing.
    """
    command = [sys.executable, "-c", ALONE, str(table)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(at_once)]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("The analysis without a service failed.")
    return statistics.fmean(map(float, said))


if __name__ == "__main__":
    raise SystemExit(main())
