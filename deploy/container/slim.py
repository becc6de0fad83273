"""Make installed packages small and quick to start: run once while the image is built.

Removes what never runs (tests, stubs, headers, sample data), strips debug symbols from extension
modules, and writes bytecode for the modules named in a list. Bundled libraries in ``*.libs`` are left
alone: stripping them breaks NumPy ("ELF load command address/offset not page-aligned").
"""

from __future__ import annotations

import argparse
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

NEVER_RUN_FOLDERS = ("tests", "test", "sample_data", "include", "__pycache__")
NEVER_RUN_SUFFIXES = (".pyi", ".pxd", ".pyx", ".c", ".h", ".a", ".js.map")
KEEP = ("numpy/testing",)


def main() -> int:
    """Slim the packages of the interpreter that runs this."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, required=True, help="names of modules that get bytecode, one a line")
    arguments = parser.parse_args()
    packages = Path(sysconfig.get_paths()["purelib"])
    before = size(packages)
    remove(packages)
    strip(packages)
    small = size(packages)
    compiled = compile_modules(packages, arguments.modules.read_text(encoding="utf-8").split())
    sys.stdout.write(
        f"{before / 1e6:.0f} MB installed, {small / 1e6:.0f} MB kept, "
        f"{(size(packages) - small) / 1e6:.0f} MB of bytecode for {compiled} modules\n"
    )
    return 0


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def remove(packages: Path) -> None:
    """Delete what no run ever opens."""
    for folder in sorted(packages.rglob("*")):
        relative = folder.relative_to(packages).as_posix()
        if folder.is_dir() and folder.name in NEVER_RUN_FOLDERS and relative not in KEEP:
            shutil.rmtree(folder)
    for path in packages.rglob("*"):
        if path.is_file() and path.name.endswith(NEVER_RUN_SUFFIXES):
            path.unlink()


def strip(packages: Path) -> None:
    """Drop debug symbols from extension modules, not from bundled libraries."""
    modules = [str(path) for path in packages.rglob("*.so") if ".libs" not in path.parent.name]
    subprocess.run(["strip", "--strip-unneeded", *modules], check=True)


def compile_modules(packages: Path, names: list[str]) -> int:
    """Write bytecode that is never checked against its source: the files in an image do not change.

    Modules are found by their names alone; importing a package to find its parts would run it.
    """
    compiled = 0
    for name in names:
        place = packages.joinpath(*name.split("."))
        for source in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
            if source.is_file():
                mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
                py_compile.compile(str(source), doraise=True, invalidation_mode=mode)
                compiled += 1
    return compiled


if __name__ == "__main__":
    raise SystemExit(main())
