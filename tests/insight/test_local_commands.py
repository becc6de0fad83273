"""The commands of ``docs/privacy.md`` for a model of one's own, run as they stand there but for the port."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from .documents import charges_csv
from .fake_vendor import FakeVendor
from .replies import sensible
from .test_doors import COMMAND, clean_environment

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
BLOCKS = re.findall(r"```\n(.*?)```", PAGE.read_text(), re.DOTALL)
SERVERS = [block for block in BLOCKS if "LLM_PROVIDER=local" in block]
TO_INSTALL = ("ollama ", "vllm ")


def test_both_servers_are_there() -> None:
    assert [block.split()[0] for block in SERVERS] == ["ollama", "vllm"]


@pytest.mark.parametrize("block", SERVERS, ids=["ollama", "vllm"])
def test_the_commands_reach_the_server_that_they_name(tmp_path: Path, block: str) -> None:
    (tmp_path / "data.csv").write_bytes(charges_csv(80))
    script = "".join(line for line in block.splitlines(keepends=True) if not line.startswith(TO_INSTALL))
    environ = clean_environment({"PATH": f"{Path(COMMAND).parent}:{os.environ['PATH']}"})
    with FakeVendor(sensible) as vendor:
        script = re.sub(r"http://localhost:\d+", vendor.root, script)
        done = subprocess.run(
            ["/bin/sh", "-ec", script], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "output" / "analysis.json").read_text())
    model = re.search(r"LLM_MODEL=(\S+)", block)
    assert model is not None
    assert document["narrative"]["by"] == f"local/{model.group(1)}"
    assert {got.path for got in vendor.received} == {"/v1/chat/completions"}
