"""The server as a process: what it loads, how it starts, stops, and what it survives."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import STUB, TABLE, Server, analyze, environment, free_port, running, start, upload

NUMERIC = ("numpy", "scipy", "duckdb", "matplotlib", "lightgbm", "python_calamine", "openai", "anthropic")
IDLE_MB = 80
TOKEN = "token-in-secret"  # noqa: S105
START_S = 1.5


def test_the_serving_process_loads_nothing_numeric() -> None:
    code = f"import sys, regression_analyzer.api.server; print([m for m in {NUMERIC!r} if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_serving_process_maps_nothing_numeric_while_it_works(tmp_path: Path) -> None:
    with running(tmp_path) as server, server.client() as client:
        analyze(client, upload(client))
        maps = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
    assert not [name for name in NUMERIC if f"/{name}/" in maps]


def test_it_starts_quickly_and_is_small(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        time.sleep(0.5)
        pages = int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()[1])
        assert server.started_in < START_S * patience()
        assert pages * os.sysconf("SC_PAGE_SIZE") / 1e6 < IDLE_MB


def test_importing_the_application_touches_nothing(tmp_path: Path) -> None:
    code = "from regression_analyzer.api.main import app; print(app.title)"
    env = environment(tmp_path, 8000)
    subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, check=True, capture_output=True)
    assert list(tmp_path.iterdir()) == []


def test_plain_uvicorn_serves_it_too(tmp_path: Path) -> None:
    port = free_port()
    command = ("-m", "uvicorn", "regression_analyzer.api.main:app", "--port", str(port))
    server = start(tmp_path, *command, port=port, WORKERS="0")
    with server.client() as client:
        assert client.get("/api/v1/ready").json()["status"] == "ready"
        assert client.post("/api/v1/upload", files={"file": ("t.csv", TABLE)}).status_code == 200
    assert server.stop() < 10


def test_plain_uvicorn_says_what_is_wrong_with_the_folders_and_exits_with_78(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    env = {**environment(tmp_path, 8000), "DATA_DIR": str(tmp_path / "file" / "data")}
    command = [sys.executable, "-m", "uvicorn", "regression_analyzer.api.main:app", "--port", str(free_port())]
    said = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30)
    assert said.returncode == 78
    assert "The server cannot write where it must" in said.stderr
    assert f"DATA_DIR = {tmp_path / 'file' / 'data'}: not a directory" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("LOG_LEVEL", "LOUD"), ("PORT", "http"), ("WORKERS", "-1"), ("ANTHROPIC_API_KEY_FILE", "/no")]
)
def test_a_wrong_setting_stops_the_start_with_one_clear_line(tmp_path: Path, name: str, value: str) -> None:
    code = "import sys; from regression_analyzer.api.server import serve; sys.exit(serve())"
    env = environment(tmp_path, free_port(), **{name: value})
    said = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.returncode == 78
    assert name in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_log_level_may_be_in_any_case_and_logs_are_json_lines(tmp_path: Path) -> None:
    with running(tmp_path, LOG_LEVEL="dEbUg") as server, server.client() as client:
        client.get("/api/v1/jobs")
    lines = [json.loads(line) for line in server.log.splitlines()]
    request = next(line for line in lines if line["event"] == "request" and line["route"] == "/api/v1/jobs")
    assert (request["status"], request["level"]) == (200, "INFO")


def test_no_name_cell_or_token_is_logged(tmp_path: Path) -> None:
    with running(tmp_path, LOG_LEVEL="DEBUG", API_TOKEN=TOKEN) as server, server.client() as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        upload_id = upload(client, b"cell-in-secret,y\nrefuse,2\n", name="name-in-secret.csv")
        client.get(f"/api/v1/uploads/{upload_id}/preview", params={"target": "cell-in-secret"})
        analyze(client, upload_id, context=json.dumps({"acts": ["defect"], "x": "prompt-in-secret"}))
    assert "in-secret" not in server.log


def test_a_token_is_needed_for_all_but_health(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n", encoding="utf-8")
    with running(tmp_path, API_TOKEN_FILE=str(tmp_path / "token")) as server, server.client() as client:
        assert client.get("/api/v1/health").status_code == 200
        for address in ("/api/v1/jobs", "/api/v1/ready", "/metrics", "/docs", "/openapi.json", "/nothing"):
            answer = client.get(address)
            assert (address, answer.status_code) == (address, 401)
            assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/api/v1/jobs", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/v1/jobs", headers={"Authorization": "Bearer from-a-file"}).status_code == 200


def test_rate_quota_and_queue_answer_429_with_retry_after(tmp_path: Path) -> None:
    with running(tmp_path, RATE_LIMIT_PER_MINUTE="3", WORKERS="0") as server, server.client() as client:
        codes = [client.post("/api/v1/upload", files={"file": ("t.csv", TABLE)}) for _ in range(4)]
        assert [answer.status_code for answer in codes] == [200, 200, 200, 429]
        assert 1 <= int(codes[-1].headers["retry-after"]) <= 60
    with running(tmp_path, UPLOAD_QUOTA_MB_PER_HOUR="1", WORKERS="0") as server, server.client() as client:
        codes = [client.post("/api/v1/upload", files={"file": ("t.csv", TABLE)}) for _ in range(2)]
        assert [answer.status_code for answer in codes] == [200, 429]
    with running(tmp_path, QUEUE_LIMIT="1", WORKERS="0") as server, server.client() as client:
        body = {"upload_id": upload(client)}
        answers = [client.post("/api/v1/analyze", json=body) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 429]
        assert answers[1].headers["retry-after"] == "5"
        assert answers[1].json()["detail"] == "The queue is full."


def test_configured_origins_are_let_in(tmp_path: Path) -> None:
    with running(tmp_path, CORS_ORIGINS="https://a.example", WORKERS="0") as server, server.client() as client:
        answer = client.get("/api/v1/health", headers={"Origin": "https://a.example"})
        assert answer.headers["access-control-allow-origin"] == "https://a.example"
        assert "access-control-allow-credentials" not in answer.headers


def test_a_path_prefix_works_with_and_without_the_proxy_taking_it_off(tmp_path: Path) -> None:
    with running(tmp_path, ROOT_PATH="/stats/", WORKERS="0", API_TOKEN=TOKEN) as server, server.client() as client:
        for address in ("/stats/api/v1/health", "/api/v1/health"):
            assert client.get(address).status_code == 200
        assert client.get("/stats/api/v1/jobs").status_code == 401


@pytest.mark.parametrize("before", ["", "/stats"], ids=["taken off", "left on"])
def test_behind_a_prefix_the_page_and_what_it_loads_are_there(tmp_path: Path, before: str) -> None:
    with running(tmp_path, ROOT_PATH="/stats", WORKERS="0") as server, server.client() as client:
        page = client.get(f"{before}/")
        links = re.findall(r'(?:href|src)="(/[^"]*)"', page.text)
        assert "/stats/static/app.css" in links
        for link in links:
            assert (link, client.get(before + link.removeprefix("/stats")).status_code) == (link, 200)
        sent = client.post(f"{before}/pages/examples/penguins")
        assert sent.headers["location"].startswith("/stats/tables/")
        assert client.get("/stats").status_code == 200
        assert client.get(f"{before}/openapi.json").json()["servers"] == [{"url": "/stats"}]


def test_without_a_worker_the_server_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path) as server, server.client() as client:
        database = sqlite3.connect(server.folder / "data" / "jobs.db")
        with server.client() as caller:
            assert caller.get("/api/v1/ready").status_code in (200, 503)
        os.kill(worker_of(server), signal.SIGSTOP)
        database.execute("update workers set seen_at = seen_at - 60")
        database.commit()
        answer = client.get("/api/v1/ready")
        os.kill(worker_of(server), signal.SIGCONT)
    assert answer.status_code == 503
    assert "worker" in answer.json()["detail"].lower()


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    with running(tmp_path) as server, server.client() as client:
        first = worker_of(server)
        os.kill(first, signal.SIGKILL)
        assert analyze(client, upload(client))["status"] == "completed"
        assert worker_of(server) != first


def test_sigterm_hands_running_work_back_and_the_next_start_finishes_it(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as client:
        context = json.dumps({"sleep": 4})
        job_id = analyze(client, upload(client), wait=1, context=context)["job_id"]
    assert server.stop() < 10
    database = sqlite3.connect(tmp_path / "data" / "jobs.db")
    assert database.execute("select state, losses from jobs").fetchall() == [("queued", 0)]
    assert not processes_in(tmp_path)
    with running(tmp_path) as again, again.client() as client:
        assert end_of(client, job_id)["status"] == "completed"


def test_ctrl_c_in_a_terminal_stops_server_and_worker_without_an_alarm(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as client:
        job_id = analyze(client, upload(client), wait=1, context=json.dumps({"sleep": 4}))["job_id"]
    os.kill(worker_of(server), signal.SIGINT)
    time.sleep(0.5)
    server.process.send_signal(signal.SIGINT)
    server.process.wait(10)
    assert "started again" not in server.log
    assert not processes_in(tmp_path)
    with running(tmp_path) as again, again.client() as client:
        assert end_of(client, job_id)["status"] == "completed"


def test_sigterm_ends_open_event_streams(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as client:
        job_id = analyze(client, upload(client), wait=1, context=json.dumps({"sleep": 30}))["job_id"]
        with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as stream:
            next(stream.iter_lines())
            assert server.stop() < 10


def test_nothing_outlives_a_killed_server(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as client:
        analyze(client, upload(client), wait=1, context=json.dumps({"sleep": 30}))
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 8
    while processes_in(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(tmp_path) == []


def storm(folder: Path, jobs: int, kills: int, seed: int) -> None:
    """Kill server, worker and children at random moments while many jobs run; every job must end once."""
    chance = random.Random(seed)  # noqa: S311
    port = free_port()
    server = start(folder, *STUB, port=port)
    ids: list[str] = []
    done = threading.Event()

    def submit() -> None:
        for number in range(jobs):
            while not done.is_set():
                try:
                    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=10) as client:
                        upload_id = client.post("/upload", files={"file": ("t.csv", TABLE)}).json()["upload_id"]
                        body = {"upload_id": upload_id, "context": json.dumps({"sleep": 0.05})}
                        headers = {"Idempotency-Key": f"storm-{number}"}
                        ids.append(client.post("/analyze", json=body, headers=headers).json()["job_id"])
                    break
                except (httpx.TransportError, KeyError):
                    if f"storm-{number}" and _known(folder, number):
                        ids.append(_known(folder, number))
                        break
                    time.sleep(0.05)

    thread = threading.Thread(target=submit)
    thread.start()
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.4))
        victim = chance.choice(["server", "worker", "child", "child"])
        if victim == "server":
            server.process.kill()
            server.process.wait()
            server = start(folder, *STUB, port=port)
            continue
        found = [worker_of(server)] if victim == "worker" else children_in(folder)
        for pid in found[:1]:
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
    thread.join(120)
    done.set()
    with server.client() as client:
        states = [end_of(client, job_id)["status"] for job_id in ids]
        for job_id in ids:
            document = client.get(f"/api/v1/results/{job_id}").json()
            assert document["job"] == job_id
    server.stop()
    database = sqlite3.connect(folder / "data" / "jobs.db")
    assert len(set(ids)) == jobs
    assert set(states) == {"completed"}
    assert database.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert database.execute("select count(*) from jobs where kind = 'analyze'").fetchone()[0] == jobs
    counted = database.execute("select count from tallies where name = 'job' and outcome = 'completed'").fetchone()[0]
    assert counted == jobs
    assert list((folder / "output" / ".work").iterdir()) == []


def test_every_job_ends_once_whatever_is_killed(tmp_path: Path) -> None:
    storm(tmp_path, jobs=40, kills=12, seed=1)


@pytest.mark.slow
def test_two_hundred_jobs_end_once_whatever_is_killed(tmp_path: Path) -> None:
    storm(tmp_path, jobs=200, kills=76, seed=2)


def test_fifty_clients_at_once_lose_nothing_and_health_stays_quick(tmp_path: Path) -> None:
    busy_before = os.getloadavg()[0] > (os.cpu_count() or 1)
    with running(tmp_path, LOG_LEVEL="WARNING") as server:

        def one(number: int) -> str:
            with server.client() as client:
                return str(analyze(client, upload(client, TABLE + b"%d,1\n" % number), wait=60)["status"])

        prober = subprocess.Popen(
            [sys.executable, "-c", PROBE, str(server.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with ThreadPoolExecutor(50) as pool:
            states = list(pool.map(one, range(50)))
        told, _ = prober.communicate("")
    assert states == ["completed"] * 50
    seconds = [float(line) for line in told.split()]
    # Where other work keeps the processors busy, a process waits for its turn however quick it is.
    # The promise (50 ms) is measured alone by benchmarks/service.py; here other tests run beside this one.
    bound = 3.0 if busy_before else 0.05 * patience()
    assert statistics.quantiles(seconds, n=100)[98] < bound


PROBE = """
import http.client, os, select, sys, time
os.nice(-5) if os.getuid() == 0 else None
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
while not select.select([sys.stdin], [], [], 0.01)[0]:
    started = time.perf_counter()
    connection.request("GET", "/api/v1/health")
    connection.getresponse().read()
    print(time.perf_counter() - started)
"""
"""Asks for the health again and again, from a process of its own that is not held up by the clients."""


def patience() -> float:
    """Return by how much to widen a bound on time: 2, and more where the machine does other work."""
    return max(8.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


def end_of(client: httpx.Client, job_id: str) -> dict[str, object]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        body = dict(client.get(f"/api/v1/jobs/{job_id}").json())
        if body["status"] in ("completed", "failed", "cancelled"):
            return body
        time.sleep(0.05)
    pytest.fail(f"job {job_id} did not end: {body}")


def _known(folder: Path, number: int) -> str:
    try:
        database = sqlite3.connect(folder / "data" / "jobs.db", timeout=10)
        row = database.execute("select id from jobs where idempotency_key = ?", (f"key:storm-{number}",)).fetchone()
        database.close()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""


def processes_in(folder: Path) -> list[int]:
    """Return the processes whose settings name a folder of this test."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"DATA_DIR={folder}".encode() in (entry / "environ").read_bytes():
                    state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                    found += [int(entry.name)] if state != "Z" else []
            except OSError:
                continue
    return found


def worker_of(server: Server) -> int:
    """Return the worker of a server, as soon as there is one."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        tasks = Path(f"/proc/{server.process.pid}/task")
        for task in tasks.iterdir() if tasks.exists() else ():
            try:
                found = (task / "children").read_text(encoding="ascii").split()
            except OSError:
                continue
            if found:
                return int(found[0])
        time.sleep(0.02)
    return 0


def children_in(folder: Path) -> list[int]:
    """Return the processes that work on jobs of a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder / "output" / ".work") in str((entry / "cwd").readlink()):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
