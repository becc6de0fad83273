"""What the forkserver loads for every child."""

from __future__ import annotations

import json
import subprocess
import sys

LOOK = """
import gc, json, sys
from regression_analyzer.jobs import warm
from regression_analyzer.report.html import load_templates
loaded, kept = set(sys.modules), gc.get_freeze_count()
load_templates()
print(json.dumps({"kept": kept, "again": sorted(set(sys.modules) - loaded)}))
"""


def test_what_is_loaded_is_kept_from_the_collector_and_ends_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=120, check=True)
    said = json.loads(done.stdout)
    assert said["kept"] > 100_000
    assert said["again"] == []
    assert done.stderr == ""
