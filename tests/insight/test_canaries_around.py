"""What stands around a table leaves as little as its cells: names of files and sheets, titles, notes, what failed.

Only what the user writes with ``context`` goes along, beside names of columns.
"""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import httpx
import pytest

import regression_analyzer as ra
from regression_analyzer.errors import AnalyzerError
from tests.api.conftest import Server, analyze, upload
from tests.table.test_framing_workbooks import saved

from .documents import charges_csv
from .fake_vendor import FakeVendor
from .replies import sensible
from .test_doors import COMMAND, clean_environment, in_library

SHARES = ("names", "summary", "sample")
AROUND = ("zqfile", "zqsheet", "zqother", "zqhidden", "zqtitle", "zqnote", "zqfolder")
CONTEXT = "for the zqboard of an insurer"


def workbook() -> bytes:
    """Return a workbook whose table has a title above and a note below, beside two other sheets."""
    rows = [[_cell(cell) for cell in row] for row in csv.reader(io.StringIO(charges_csv(80).decode()))]
    table = [["zqtitle of the year"], [], *rows, [], ["Source: zqnote"]]
    return saved({"zqhidden": rows[:9], "zqsheet": table, "zqother": rows[:20]}, hidden=("zqhidden",))


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def left(vendor: FakeVendor) -> list[str]:
    """Return the canaries that reached the vendor, in a body or in an address."""
    assert vendor.received
    text = vendor.text() + "".join(each.path for each in vendor.received)
    return [word for word in (*AROUND, "zqboard") if word in text]


@pytest.mark.parametrize("share", SHARES)
def test_nothing_around_a_table_leaves_by_the_command_line(tmp_path: Path, share: str) -> None:
    folder = tmp_path / "zqfolder"
    folder.mkdir()
    (folder / "zqfile.xlsx").write_bytes(workbook())
    with FakeVendor(sensible) as vendor:
        environ = vendor.environ("openai") | {"LLM_SHARE": share}
        command = [COMMAND, "analyze", str(folder / "zqfile.xlsx"), "-o", str(tmp_path / "out"), "-t", "charges"]
        command += ["--sheet", "zqsheet"]
        done = subprocess.run(command, env=clean_environment(environ), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert left(vendor) == []


@pytest.mark.parametrize("share", SHARES)
def test_the_context_alone_goes_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, share: str) -> None:
    (tmp_path / "zqfile.xlsx").write_bytes(workbook())
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("anthropic") | {"LLM_SHARE": share})
        ra.analyze(tmp_path / "zqfile.xlsx", "charges", sheet="zqsheet", context=CONTEXT)
    assert left(vendor) == ["zqboard"]


def test_nothing_around_a_table_leaves_by_a_job_or_a_question(server: Server, vendor: FakeVendor) -> None:
    with server.client() as client:
        client.timeout = httpx.Timeout(90)
        upload_id = upload(client, workbook(), "zqfile.xlsx")
        job = analyze(client, upload_id, wait=60, target="charges", sheet="zqsheet")
        assert job["status"] == "completed", job
        asked = client.post(f"/api/v1/ask/{job['job_id']}", json={"question": "Which rows are used?"})
        assert asked.status_code == 200, asked.text
    assert left(vendor) == []


@pytest.mark.parametrize("target", ["zqfile", "note"])
def test_what_failed_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """An error quotes a cell or a choice for the user; a provider that is asked before it sees neither."""
    lines = ["note,amount,size", *(f"zqnote{row},{row * 3 % 17},{row}" for row in range(60))]
    with FakeVendor(sensible) as vendor:
        in_library(monkeypatch, vendor.environ("openai"))
        with pytest.raises(AnalyzerError):
            ra.analyze("\n".join(lines).encode(), target, family="gaussian")
    assert [word for word in AROUND if word in vendor.text()] == []
