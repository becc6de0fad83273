"""Everyone can use it: axe on every page in light and dark, the keyboard alone, 360 px, reduced motion."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = ("start", "plan", "report", "trouble")
SCHEMES = ("light", "dark")


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, one line each."""
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then((told) => told.violations)"
    )
    return [f"{v['id']}: {v['help']} {[n['target'] for n in v['nodes'][:3]]}" for v in found]


@pytest.fixture
def address(server: Server, upload_id: str, job_id: str) -> dict[str, str]:
    return {
        "start": "/",
        "plan": f"/tables/{upload_id}",
        "report": f"/analyses/{job_id}",
        "trouble": f"/tables/{upload_id}?override=table.header_row=4000000",
    }


def visit(page: Page, address: dict[str, str], name: str) -> None:
    page.goto(address[name])
    if name == "report":
        page.wait_for_selector(".what-if[data-answers]")
    if name == "plan":
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: Open, address: dict[str, str], name: str, scheme: str) -> None:
    page = open_page(bypass_csp=True, color_scheme=scheme, refusals=True)
    visit(page, address, name)
    assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_while_it_runs(open_page: Open, server: Server, upload_id: str, scheme: str) -> None:
    page = open_page(bypass_csp=True, color_scheme=scheme)
    page.route(
        "**/events", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=": wait\n\n")
    )
    page.route(
        "**/api/v1/jobs/*",
        lambda route: route.fulfill(json={"status": "processing", "stage": "check", "progress": 0.6}),
    )
    job = server.analyze(upload_id, wait=0, context=f"for the running page, {scheme}")
    page.goto(f"/analyses/{job}")
    if page.locator("#running").count() == 0:
        pytest.skip("the analysis was done before the page was there")
    assert violations(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone(open_page: Open, address: dict[str, str], name: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, refusals=True)
    visit(page, address, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_dark_is_dark(open_page: Open, address: dict[str, str]) -> None:
    page = open_page(color_scheme="dark")
    for name in ("start", "report"):
        visit(page, address, name)
        shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        assert max(shade) < 60, name


def test_nothing_moves_where_motion_is_unwanted(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.querySelector('.drop')).transitionProperty") == "none"


def test_the_keyboard_alone_leads_to_a_report(page: Page) -> None:
    page.goto("/")
    keys = page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    to(page, "card-button")
    keys.press("Enter")
    page.wait_for_url("**/tables/*")
    to(page, "target")
    keys.press("ArrowUp")
    expect(page.get_by_role("radio", name="Explain flipper_length_mm")).to_be_checked()
    keys.press("ArrowDown")
    to(page, "predictor")
    keys.press("Space")
    assert not page.evaluate("document.activeElement.checked")
    to(page, "analyse")
    keys.press("Enter")
    page.wait_for_selector(".what-if[data-answers]")
    to(page, "what-if-0", most=400)
    expect(page.locator("#what-if-0")).to_be_focused()
    before = page.locator("#what-if-result").inner_text()
    keys.press("ArrowDown")
    expect(page.locator("#what-if-result")).not_to_have_text(before)


def to(page: Page, wanted: str, *, most: int = 80) -> None:
    """Press Tab until the element with this id, name or class has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(
            "(wanted) => { const e = document.activeElement; return e.id === wanted || e.name === wanted "
            "|| e.classList.contains(wanted); }",
            wanted,
        ):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def test_every_picture_has_words_and_a_table(page: Page, job_id: str) -> None:
    page.goto(f"/analyses/{job_id}")
    figures = page.locator("figure").all()
    assert figures
    for figure in figures:
        assert figure.locator("svg[role=img] desc").text_content()
        assert figure.locator("table").count() >= 1
