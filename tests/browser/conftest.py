"""A real server and a real Chromium; every page is watched while a test uses it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.browser.server import EXAMPLE, Server, running

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
REFUSED = "the server responded with a status of 4"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; installed where that is possible, otherwise the tests are skipped."""
    if found := _chromium():
        return found
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if not debian or os.getuid() != 0:
        pytest.skip(f"no Chromium on this {platform.system()}: install it to run the browser tests")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", "-q", *command], check=False, capture_output=True, timeout=280)
        if done.returncode:
            pytest.skip("no Chromium, and apt-get could not install it")
    return _chromium() or pytest.skip("apt-get installed no Chromium")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture(scope="session")
def upload_id(server: Server) -> str:
    """A real file, uploaded."""
    return server.upload("health-charges.csv", EXAMPLE.read_bytes())


@pytest.fixture(scope="session")
def job_id(server: Server, upload_id: str) -> str:
    """A real file, analysed."""
    return server.analyze(upload_id)


@dataclass(eq=False)
class Watch:
    """What a page did that it should not: errors, dialogs, requests to anywhere else.

    ``refusals``: the test makes the server refuse something, of which a browser's console tells too.
    """

    home: str
    refusals: bool
    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("dialog", self._on_dialog)
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        refused = REFUSED in message.text and self.refusals
        if message.type in {"error", "warning"} and not refused:
            self.problems.append(f"console: {message.text}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.problems.append(f"request: {request.url}")


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Open]:
    """Open pages with any options of a browser context; what they do wrong fails the test."""
    watches: list[Watch] = []
    contexts = []

    def opened(*, home: Server = server, refusals: bool = False, **options: Any) -> Page:
        context = browser.new_context(base_url=home.url, locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watches.append(Watch(home=home.url, refusals=refusals))
        page = context.new_page()
        watches[-1].over(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.problems] == []


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()
