"""List the licences in a CycloneDX bill of materials; exit 1 where one is not allowed or not known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ALLOWED = (
    "MIT",
    "BSD",
    "Apache",
    "ISC",
    "PSF",
    "Python Software Foundation",
    "Python-2.0",
    "MPL-2.0",
    "Mozilla Public License 2.0",
    "HPND",
    "Unlicense",
    "Zlib",
    "0BSD",
    "LGPL",
    "matplotlib",
)
"""Families of licences that an MIT work may depend on."""


def licences_of(component: dict[str, Any]) -> list[str]:
    """Return the names of a component's licences, as it states them."""
    names = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        names.append(entry.get("expression") or licence.get("id") or licence.get("name") or "")
    return [name for name in names if name]


def main() -> int:
    """Print one line a package."""
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["components"]
    unknown = 0
    for component in sorted(components, key=lambda part: part["name"].lower()):
        names = licences_of(component)
        allowed = any(family.lower() in name.lower() for name in names for family in ALLOWED)
        unknown += not allowed
        shown = "; ".join(sorted({" ".join(name.split())[:60] for name in names})) or "not stated"
        sys.stdout.write(f"{component['name']} {component['version']}: {shown}{'' if allowed else '   <- look'}\n")
    return int(unknown > 0)


if __name__ == "__main__":
    raise SystemExit(main())
