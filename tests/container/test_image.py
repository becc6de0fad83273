"""The image itself: what is in it, who runs, how large, how fast."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from .conftest import BASE, Engine, Server

pytestmark = [pytest.mark.container, pytest.mark.xdist_group("container")]

ADDED_BYTES = 360_000_000
OFFICIAL_BASE_BYTES = 130_000_000
TOTAL_BYTES = 500_000_000
START_S = 3.0


def test_size(engine: Engine, image: str, capsys: pytest.CaptureFixture[str]) -> None:
    total, base = (int(engine.inspect(name, "{{.Size}}")) for name in (image, BASE))
    layers = engine.run("history", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}", image).stdout
    with capsys.disabled():
        print(f"\nimage {total / 1e6:.0f} MB, base {base / 1e6:.0f} MB, added {(total - base) / 1e6:.0f} MB")
        print("\n".join(line[:110] for line in layers.splitlines() if not line.startswith("0B")))
    assert total - base <= ADDED_BYTES
    assert total - base + OFFICIAL_BASE_BYTES < TOTAL_BYTES


def test_time_to_the_first_healthy_answer(start: Callable[..., Server], capsys: pytest.CaptureFixture[str]) -> None:
    times = [start("--read-only", "--tmpfs", "/tmp").healthy() for _ in range(5)]
    with capsys.disabled():
        print(f"\nstart to healthy: {', '.join(f'{t:.2f}' for t in times)} s")
    assert median(times) < START_S


def test_metadata(engine: Engine, image: str) -> None:
    config = json.loads(engine.inspect(image, "{{json .Config}}"))
    assert config["User"] == "1000:1000"
    assert set(config["Volumes"]) == {"/app/data", "/app/output"}
    assert list(config["ExposedPorts"]) == ["8000/tcp"]
    assert "curl" in config["Healthcheck"]["Test"][1]
    assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT"
    environment = dict(pair.split("=", 1) for pair in config["Env"])
    assert not any("KEY" in name or "TOKEN" in name for name in environment)


def in_image(engine: Engine, image: str, script: str, *options: str) -> str:
    return engine.run("run", "--rm", "--entrypoint", "sh", *options, image, "-c", script).stdout


def test_who_runs(engine: Engine, image: str) -> None:
    out = in_image(engine, image, "id -u; id -un; grep CapEff /proc/self/status", "--cap-drop", "ALL")
    assert out.split()[:2] == ["1000", "appuser"]
    assert out.split()[-1] == "0" * 16


def test_nothing_that_does_not_belong(engine: Engine, image: str) -> None:
    site = "/opt/app/lib/python3.11/site-packages"
    assert in_image(engine, image, "ls /opt/app/bin").split().count("pip") == 0
    assert in_image(engine, image, f"ls -d {site}/pip {site}/hatchling 2>/dev/null || true").strip() == ""
    assert in_image(engine, image, "command -v gcc cc strip ld || true").strip() == ""
    assert in_image(engine, image, "find / -xdev -name .git -not -path '/proc/*' 2>/dev/null || true").strip() == ""
    assert in_image(engine, image, f"find {site} -type d -name tests | head").strip() == ""
    assert in_image(engine, image, "ls /build /src /dist 2>/dev/null || true").strip() == ""


def test_no_setuid_file_is_added(engine: Engine, image: str) -> None:
    find = "find / -xdev -perm /6000 -type f 2>/dev/null | sort"
    base = engine.run("run", "--rm", "--entrypoint", "sh", BASE, "-c", find).stdout.split()
    assert set(in_image(engine, image, find, "--user", "0").split()) <= set(base)


def test_every_package_imports(engine: Engine, image: str) -> None:
    script = (
        "python - <<'PY'\n"
        "import importlib, importlib.metadata as m\n"
        "OPTIONAL = {'pylab', 'adbc_driver_duckdb'}  # shims for packages that are not installed\n"
        "bad = []\n"
        "for d in m.distributions():\n"
        "    tops = {f.parts[0] for f in (d.files or []) if f.suffix in ('.py', '.so') and '-info' not in f.parts[0]\n"
        "            and '..' not in f.parts and not f.parts[0].startswith('__')}\n"
        "    for top in sorted(tops):\n"
        "        name = top.split('.')[0]\n"
        "        if not name.isidentifier() or name in OPTIONAL: continue\n"
        "        try: importlib.import_module(name)\n"
        "        except ImportError as e: bad.append((d.name, name, str(e)))\n"
        "print(bad)\n"
        "PY"
    )
    assert in_image(engine, image, script, "--tmpfs", "/tmp").strip() == "[]"


def test_an_analysis_runs_from_bytecode(engine: Engine, image: str, repository: Path) -> None:
    """Few of the modules that a real run imports lack bytecode; without it imports take ten seconds."""
    script = (
        "python - <<'PY'\n"
        "import sys, pathlib\n"
        "from regression_analyzer.cli import app\n"
        "try: app(['analyze', '/in.csv', '-o', '/tmp/out'])\n"
        "except SystemExit as e: assert not e.code, e.code\n"
        "files = [pathlib.Path(m.__file__) for m in list(sys.modules.values()) if getattr(m, '__file__', None)]\n"
        "own = [f for f in files if f.suffix == '.py' and 'site-packages' in f.parts]\n"
        "bare = [f for f in own if not (f.parent / '__pycache__' / f'{f.stem}.cpython-311.pyc').exists()]\n"
        "print(len(own), len(bare), bare[:10])\n"
        "PY"
    )
    mount = f"{repository / 'examples' / 'penguins.csv'}:/in.csv:ro"
    out = in_image(engine, image, script, "-v", mount, "--tmpfs", "/tmp").splitlines()[-1]
    loaded, bare = (int(word) for word in out.split()[:2])
    assert loaded > 200
    assert bare <= 0.03 * loaded, out


def test_a_source_change_moves_only_the_last_layer(engine: Engine, image: str, checkout: Path) -> None:
    version = checkout / "src" / "regression_analyzer" / "version.py"
    original = version.read_text()
    before = json.loads(engine.inspect(image, "{{json .RootFS.Layers}}"))
    try:
        version.write_text(original + "\n# changed\n")
        engine.run("build", "--network", "host", "--build-arg", f"BASE_IMAGE={BASE}", "-t", f"{image}-2", str(checkout))
    finally:
        version.write_text(original)
    after = json.loads(engine.inspect(f"{image}-2", "{{json .RootFS.Layers}}"))
    engine.run("rmi", "-f", f"{image}-2")
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


def test_context_holds_only_what_the_build_needs(engine: Engine, checkout: Path, tmp_path: Path) -> None:
    for secret in (".env", "data/mine.csv", "secrets/key", "output/report.html"):
        path = checkout / secret
        path.parent.mkdir(exist_ok=True)
        path.write_text("secret")
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(f"FROM {BASE}\nCOPY . /context\nRUN find /context -type f > /listing\n")
    engine.run("build", "-f", str(dockerfile), "-t", "regression-analyzer:context", str(checkout))
    listing = engine.run("run", "--rm", "regression-analyzer:context", "cat", "/listing").stdout.split()
    engine.run("rmi", "-f", "regression-analyzer:context")
    allowed = ("pyproject.toml", "README.md", "LICENSE", "requirements/", "deploy/container/", "src/")
    assert listing
    assert [name for name in listing if not name.removeprefix("/context/").startswith(allowed)] == []
