"""A running container: settings, folders, users, memory, signals."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .client import analyze, call, result, upload
from .conftest import Engine, Server

pytestmark = [pytest.mark.container, pytest.mark.xdist_group("container")]

HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true")
STOP_S = 10


def people(path: Path, rows: int = 1338) -> Path:
    """Write a table of the kind people bring."""
    lines = ["age,smoker,bmi,charges"]
    for i in range(rows):
        age, bmi, smokes = 18 + i * 7 % 47, 20 + i * 13 % 21 + i % 10 / 10, i % 5 == 0
        lines.append(
            f"{age},{'yes' if smokes else 'no'},{bmi},{250 * age + 300 * bmi + 20000 * smokes + i * 37 % 1000}"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


def slow_table(path: Path) -> Path:
    """Write a table that takes some seconds to analyse."""
    return people(path, rows=600_000)


@pytest.mark.parametrize(
    "options",
    [(), HARDENED, ("--user", "12345:0"), ("--user", "12345:0", *HARDENED)],
    ids=["plain", "hardened", "other-user", "other-user-hardened"],
)
def test_an_analysis_from_the_host(start: Callable[..., Server], options: tuple[str, ...], tmp_path: Path) -> None:
    server = start(*options)
    server.healthy()
    answer = result(
        server.address,
        analyze(server.address, upload(server.address, people(tmp_path / "people.csv")), target="charges"),
    )
    assert answer["status"] == "completed"
    assert answer["model"]["n_obs"] == 1338


def test_a_workbook_with_charts_and_report(start: Callable[..., Server], tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line in people(tmp_path / "p.csv", 200).read_text().splitlines():
        book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in line.split(",")])
    book.save(tmp_path / "people.xlsx")
    server = start(*HARDENED)
    server.healthy()
    job = analyze(server.address, upload(server.address, tmp_path / "people.xlsx"), target="charges")
    assert result(server.address, job)["status"] == "completed"
    charts = call(f"{server.address}/api/v1/charts/{job}")["charts"]
    assert charts
    inside = server.engine.run("exec", server.name, "find", "/app/output", "-type", "f").stdout
    assert "report.html" in inside
    assert f"{charts[0].removesuffix('.png')}.png" in inside


def test_health_status_becomes_healthy_follows_the_port_and_notices_a_hang(
    start: Callable[..., Server], engine: Engine
) -> None:
    server = start("-e", "PORT=9123", "--health-interval", "1s", "--health-retries", "2", port=9123)
    server.healthy()
    assert wait_for_health(engine, server.name, "healthy")
    # The server process stops answering, as in a hang; the init and the container stay.
    engine.run(
        "exec",
        server.name,
        "sh",
        "-c",
        "for p in /proc/[0-9]*; do if grep -qa 'regression-analyzer.serve' $p/cmdline 2>/dev/null"
        " && [ ${p#/proc/} != 1 ] && [ ${p#/proc/} != $$ ]; then kill -STOP ${p#/proc/}; fi; done",
    )
    assert wait_for_health(engine, server.name, "unhealthy")


def wait_for_health(engine: Engine, name: str, wanted: str, within: float = 40) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if engine.inspect(name, "{{.State.Health.Status}}") == wanted:
            return True
        time.sleep(0.5)
    return False


def test_a_folder_of_another_owner_gives_one_readable_block(
    start: Callable[..., Server], engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    subprocess.run(["chown", "0:0", str(tmp_path / "data")], check=True)
    server = start("-v", f"{tmp_path / 'data'}:/app/data")
    assert engine.run("wait", server.name, timeout=20).stdout.strip() == "78"
    logs = server.logs()
    assert "Traceback" not in logs
    for word in ("/app/data", "1000", "chown", "--user", "volume"):
        assert word in logs


def test_a_bind_mount_owned_by_the_user_works(start: Callable[..., Server], tmp_path: Path) -> None:
    for name in ("data", "output"):
        (tmp_path / name).mkdir()
        subprocess.run(["chown", "1000:1000", str(tmp_path / name)], check=True)
    server = start("-v", f"{tmp_path / 'data'}:/app/data", "-v", f"{tmp_path / 'output'}:/app/output", *HARDENED)
    server.healthy()
    job = analyze(server.address, upload(server.address, people(tmp_path / "people.csv", 100)), target="charges")
    assert result(server.address, job)["status"] == "completed"
    assert list((tmp_path / "output").rglob("report.html"))


def test_a_wrong_log_level_stops_the_start_with_a_clear_line(start: Callable[..., Server], engine: Engine) -> None:
    server = start("-e", "LOG_LEVEL=loud")
    assert engine.run("wait", server.name, timeout=20).stdout.strip() == "78"
    assert "LOG_LEVEL" in server.logs()
    assert "Traceback" not in server.logs()


def test_log_level_in_any_case(start: Callable[..., Server]) -> None:
    server = start("-e", "LOG_LEVEL=debug")
    server.healthy()
    assert "debug" in server.logs().lower()


def test_keys_are_seen_and_never_shown(start: Callable[..., Server], tmp_path: Path) -> None:
    secret = tmp_path / "groq"
    secret.write_text("gsk-from-a-file-0123456789\n")
    secret.chmod(0o644)
    server = start(
        "-e",
        "ANTHROPIC_API_KEY=sk-ant-canary-0123456789",
        "-e",
        "GROQ_API_KEY_FILE=/run/secrets/groq",
        "-e",
        "LOG_LEVEL=DEBUG",
        "-v",
        f"{secret}:/run/secrets/groq:ro",
    )
    server.healthy()
    available = {row["name"] for row in server.get("/api/v1/providers")["providers"] if row["available"]}
    assert {"anthropic", "groq"} <= available
    job = analyze(server.address, upload(server.address, people(tmp_path / "people.csv", 60)), target="charges")
    result(server.address, job)
    shown = server.logs() + str(server.get("/api/v1/health")) + str(server.get("/api/v1/providers"))
    assert "canary" not in shown
    assert "from-a-file" not in shown


def test_stop_with_a_running_job_is_quick_and_the_job_goes_on(
    start: Callable[..., Server], engine: Engine, tmp_path: Path
) -> None:
    server = start()
    server.healthy()
    job = analyze(server.address, upload(server.address, slow_table(tmp_path / "slow.csv")), target="charges")
    time.sleep(0.7)
    begun = time.perf_counter()
    engine.run("stop", server.name)
    assert time.perf_counter() - begun < STOP_S
    assert finished_after_restart(server, job)["status"] == "completed"


def test_kill_with_a_running_job_and_the_job_goes_on(
    start: Callable[..., Server], engine: Engine, tmp_path: Path
) -> None:
    server = start()
    server.healthy()
    job = analyze(server.address, upload(server.address, slow_table(tmp_path / "slow.csv")), target="charges")
    time.sleep(0.7)
    engine.run("kill", server.name)
    assert finished_after_restart(server, job)["status"] == "completed"


def finished_after_restart(server: Server, job: str) -> dict[str, object]:
    server.engine.run("start", server.name)
    port = server.engine.run("port", server.name, "8000").stdout.split(":")[-1].strip()
    server.address = f"http://127.0.0.1:{port}"
    server.started = time.perf_counter()
    server.healthy()
    return result(server.address, job, within=120)


def test_half_a_gigabyte_of_memory_is_enough_and_too_large_a_file_fails_alone(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--memory", "512m", "--memory-swap", "512m")
    server.healthy()
    small = upload(server.address, people(tmp_path / "people.csv"))
    assert result(server.address, analyze(server.address, small, target="charges"))["status"] == "completed"
    wide = tmp_path / "wide.csv"
    columns = 600
    with wide.open("w") as file:
        file.write("y," + ",".join(f"x{j}" for j in range(columns)) + "\n")
        for i in range(9_000):
            file.write(f"{i}," + ",".join(str((i * (j + 3) * 7919) % 9973) for j in range(columns)) + "\n")
    answer = result(server.address, analyze(server.address, upload(server.address, wide), target="y"), within=120)
    assert answer["status"] == "failed"
    assert "memory" in answer["error"]["message"].lower()
    assert server.get("/api/v1/health")["status"] == "healthy"
    assert result(server.address, analyze(server.address, small, target="charges"))["status"] == "completed"
