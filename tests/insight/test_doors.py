"""What leaves, and what comes of it, through the command line, the library and a job of the real server."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import regression_analyzer as ra
from regression_analyzer.insight.registry import SECRET_VARIABLES
from tests.api.conftest import Server, analyze, upload

from .documents import charges_csv, charges_document
from .fake_vendor import KEY, FakeVendor
from .replies import data_of, sensible

COMMAND = str(Path(sys.executable).with_name("regression-analyzer"))
LLM_VARIABLES = {"LLM_PROVIDER", "LLM_MODEL", "LLM_SHARE", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", *SECRET_VARIABLES}
BELOW_SAMPLE = ("names", "summary")


def canaries(rows: int = 80) -> tuple[bytes, list[str]]:
    """Return a table in which every cell is unique, and its cells."""
    random_ = random.Random(11)  # noqa: S311
    table = []
    for row in range(rows):
        x, z = round(1000 + 7.3713 * row + random_.random(), 4), round(random_.gauss(5000, 900), 4)
        day = f"{2001 + row % 19}-{1 + row % 12:02d}-{1 + (row * 7) % 28:02d}"
        code = f"canary{random_.randrange(10**9):09d}"
        words = f"the {code} sang to {random_.randrange(10**9):09d}"
        table.append([code, words, day, str(x), str(z), str(round(3 * x + z + random_.gauss(0, 50), 4))])
    out = io.StringIO()
    csv.writer(out).writerows([["ticket", "note", "opened", "load", "flow", "price"], *table])
    return out.getvalue().encode(), [cell for line in table for cell in line]


def clean_environment(extra: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in LLM_VARIABLES} | extra


def by_command_line(tmp_path: Path, content: bytes, environ: dict[str, str], *arguments: str) -> Path:
    (tmp_path / "t.csv").write_bytes(content)
    folder = tmp_path / "out"
    command = [COMMAND, "analyze", str(tmp_path / "t.csv"), "-o", str(folder), *arguments]
    done = subprocess.run(command, env=clean_environment(environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    (folder / "stdout.txt").parent.mkdir(exist_ok=True)
    (folder / "stdout.txt").write_text(done.stdout)
    return folder


def in_library(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]) -> None:
    for name in LLM_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


def assert_no_canary(vendor: FakeVendor, cells: list[str]) -> None:
    assert vendor.received
    text = vendor.text()
    assert [cell for cell in cells if cell in text] == []


@pytest.mark.parametrize("share", BELOW_SAMPLE)
def test_no_cell_leaves_by_the_command_line(tmp_path: Path, share: str) -> None:
    content, cells = canaries()
    with FakeVendor(sensible) as vendor:
        by_command_line(tmp_path, content, vendor.environ("openai") | {"LLM_SHARE": share})
    assert_no_canary(vendor, cells)


@pytest.mark.parametrize("share", BELOW_SAMPLE)
def test_no_cell_leaves_by_the_library(monkeypatch: pytest.MonkeyPatch, share: str) -> None:
    content, cells = canaries()
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("anthropic") | {"LLM_SHARE": share})
        ra.analyze(content)
    assert_no_canary(vendor, cells)


def test_rows_leave_only_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    content, cells = canaries()
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai") | {"LLM_SHARE": "sample"})
        ra.analyze(content)
    rows = data_of(vendor.received[0].question)["first_rows"]
    assert len(rows) == 5
    assert cells[0] in rows[0].values()


def test_only_common_levels_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["kind,price,size"] + [
        f"{'rare' if i < 4 else 'often' if i < 40 else 'common'},{i * 3 + i % 7},{i}" for i in range(90)
    ]
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("groq"))
        ra.analyze("\n".join(lines).encode(), "price")
    assert len(vendor.received) == 2
    assert "often" in vendor.text()
    assert "rare" not in vendor.text()


def test_names_alone_leave_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai") | {"LLM_SHARE": "names"})
        ra.analyze(charges_csv(), "charges")
    (got,) = vendor.received
    assert all(set(column) == {"name", "type"} for column in data_of(got.question)["columns"].values())


def test_the_users_context_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        ra.analyze(charges_csv(), "charges", context="for the board of an insurer")
    assert all("for the board of an insurer" in got.question for got in vendor.received)


def test_the_command_line_tells_it_and_logs_every_byte(tmp_path: Path) -> None:
    with FakeVendor(sensible) as vendor:
        folder = by_command_line(tmp_path, charges_csv(), vendor.environ("anthropic"), "-t", "charges")
    logged = [json.loads(line) for line in (folder / "outbound.jsonl").read_text().splitlines()]
    assert [each["body"].encode() for each in logged] == [each.body for each in vendor.received]
    document = json.loads((folder / "analysis.json").read_text())
    assert document["narrative"]["by"].startswith("anthropic/")
    assert document["narrative"]["checked"]["dropped"] == 0
    assert document["context"].startswith("a health insurer")
    assert "llm_asked" in {finding["code"] for finding in document["findings"]}
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert KEY.encode() not in everything
    assert "In other words" in (folder / "report.html").read_text()


def test_a_preview_prints_the_bytes_and_stops(tmp_path: Path) -> None:
    with FakeVendor(sensible) as vendor:
        folder = by_command_line(tmp_path, charges_csv(), vendor.environ("openai"), "-t", "charges", "--llm-preview")
        assert vendor.received == []
        printed = (folder / "stdout.txt").read_text()
        assert {path.name for path in folder.iterdir()} == {"stdout.txt"}
        by_command_line(tmp_path, charges_csv(), vendor.environ("openai"), "-t", "charges")
    assert [json.loads(line)["body"].encode() for line in printed.splitlines()] == [g.body for g in vendor.received]


def test_a_log_of_an_earlier_run_goes(tmp_path: Path) -> None:
    with FakeVendor(sensible) as vendor:
        folder = by_command_line(tmp_path, charges_csv(), vendor.environ("openai"))
        assert (folder / "outbound.jsonl").exists()
        count = len(vendor.received)
        by_command_line(tmp_path, charges_csv(), vendor.environ("openai"), "--skip-llm")
    assert not (folder / "outbound.jsonl").exists()
    assert len(vendor.received) == count


@pytest.mark.parametrize("arguments", [(), ("--skip-llm",)])
def test_without_a_key_no_library_of_a_vendor_and_no_socket(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "t.csv").write_bytes(charges_csv(60))
    program = (
        "import sys, socket\n"
        "def no(*_): raise SystemExit('a connection')\n"
        "socket.socket.connect = no\n"
        "from regression_analyzer.cli import app\n"
        f"app({['analyze', str(tmp_path / 't.csv'), '-o', str(tmp_path / 'o'), *arguments]!r}, standalone_mode=False)\n"
        "print(sorted({'openai', 'anthropic', 'httpx2', 'httpx'} & set(sys.modules)))\n"
    )
    extra = {"OPENAI_API_KEY": KEY} if arguments else {}
    done = subprocess.run(
        [sys.executable, "-c", program], env=clean_environment(extra), capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


@pytest.mark.parametrize("behaviour", ["refusal", "401", "500", "violation"])
def test_the_analysis_is_complete_where_the_provider_fails(monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    monkeypatch.setattr("regression_analyzer.insight.asking.PAUSE_S", 0.01)
    plain = charges_document()
    with FakeVendor(behaviours=(behaviour,)) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        told = ra.analyze(charges_csv(), "charges").to_dict()
    notes = [f for f in told["findings"] if f["code"] == "llm_unavailable"]
    assert [note["facts"]["provider"] for note in notes] == ["openai"]
    assert told["model"] == plain["model"]
    assert told["narrative"] == plain["narrative"]
    assert told["decisions"] == plain["decisions"]
    assert KEY not in json.dumps(told)


# ---- a suggestion enters only where rules left it open


def unnamed_csv() -> bytes:
    random_ = random.Random(3)  # noqa: S311
    lines = ["alpha,beta,gamma"]
    lines += [f"{random_.gauss(5, 2):.3f},{random_.gauss(9, 3):.3f},{random_.gauss(1, 1):.3f}" for _ in range(60)]
    return "\n".join(lines).encode()


def test_a_suggested_target_is_taken_where_no_name_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    by_rules = ra.analyze(unnamed_csv(), skip_llm=True)
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        advised = ra.analyze(unnamed_csv())
    assert advised.design.target != by_rules.design.target
    decision = next(d for d in advised.decisions if d.id == "target")
    assert decision.because.startswith("openai/gpt")
    assert not decision.overridden
    assert by_rules.design.target in decision.rejected
    again = ra.analyze(unnamed_csv(), overrides={"target": by_rules.design.target}, skip_llm=True)
    assert again.design.target == by_rules.design.target


@pytest.mark.parametrize(
    "choices", [{"target": "alpha"}, {"formula": "alpha ~ beta"}, {"overrides": {"target": "alpha"}}]
)
def test_the_users_target_stays(monkeypatch: pytest.MonkeyPatch, choices: dict[str, object]) -> None:
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        assert ra.analyze(unnamed_csv(), **choices).design.target == "alpha"  # type: ignore[arg-type]


def test_a_target_that_a_name_decides_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        assert ra.analyze(charges_csv()).design.target == "charges"
    assert "target_candidates" not in data_of(vendor.received[0].question)


# ---- a job


def test_a_job_asks_through_its_parent_and_no_cell_leaves(server: Server, vendor: FakeVendor) -> None:
    content, cells = canaries()
    with server.client() as client:
        client.timeout = httpx.Timeout(90)
        answer = analyze(client, upload(client, content, "t.csv"), wait=60)
        document = client.get(f"/api/v1/results/{answer['job_id']}").json()
    assert document["narrative"]["by"].startswith("openai/")
    assert_no_canary(vendor, cells)
    (log,) = server.folder.rglob("outbound.jsonl")
    bodies = [json.loads(line)["body"].encode() for line in log.read_text().splitlines()]
    assert bodies == [got.body for got in vendor.received]
    assert KEY not in log.read_text()


def test_no_key_is_in_the_environment_of_what_reads_files(server: Server) -> None:
    with server.client() as client:  # a finished job: the forkserver runs, however early this test comes
        client.timeout = httpx.Timeout(90)
        assert analyze(client, upload(client, charges_csv(), "t.csv"), wait=60, skip_llm=True)["status"] == "completed"
    seen = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environ = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        if b"forkserver" in command and str(server.folder).encode() in environ:
            seen += 1
            assert KEY.encode() not in environ
    assert seen
