"""The pictures of the pages that the documentation shows: `python -m benchmarks.screenshots`.

Starts the server, runs the penguins example in Chromium and writes ``docs/images/{start,preview,report,what-if}.png``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH = 1200
COLOURS = 128
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the server in a folder and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "PORT": url.rpartition(":")[2],
        "DATA_DIR": str(folder / "data"),
        "OUTPUT_DIR": str(folder / "output"),
        "LOG_LEVEL": "WARNING",
    }
    program = str(Path(sys.executable).with_name("regression-analyzer"))
    process = subprocess.Popen([program, "serve"], env={**os.environ, **settings}, cwd=folder)
    try:
        for _ in range(200):
            try:
                httpx.get(f"{url}/api/v1/health", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def take(page: Page, name: str, *, height: int, what: str | None = None) -> None:
    """Write one picture, with as many colours as it needs to be small."""
    path = FOLDER / f"{name}.png"
    if what:
        page.locator(what).screenshot(path=path)
    else:
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(f"{path.name}  {path.stat().st_size / 1e3:.0f} kB")


def main() -> int:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.goto(url)
        take(page, "start", height=820)
        page.get_by_role("button", name="Penguins").click()
        page.wait_for_url("**/tables/*")
        take(page, "preview", height=900)
        page.get_by_role("button", name="Analyse").click()
        page.wait_for_selector(".what-if[data-answers]", timeout=60_000)
        page.evaluate("scrollTo(0, 0)")
        take(page, "report", height=1000)
        page.locator(".what-if").get_by_label("flipper_length_mm mm", exact=True).fill("215")
        page.locator(".what-if").get_by_label("species").select_option("Gentoo")
        page.wait_for_selector(".what-if[data-settled=true]")
        take(page, "what-if", height=900, what=".what-if")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
