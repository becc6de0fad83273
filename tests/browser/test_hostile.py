"""A stranger's file: its names and cells are text everywhere, and nothing in it runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
BRACES = "{{7*7}} ${7*7} \" ' onload=alert(3)"
FILE = f"{IMAGE}{{{{7*7}}}}.csv"
LEVELS = (f"{SCRIPT} a", '"><svg onload=alert(4)>', "{{config}} 'c'")


def table() -> bytes:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [",".join(map(cell, (SCRIPT, IMAGE, BRACES, "a=b&c", "y </td>")))]
    for i in range(150):
        level = LEVELS[i % 3]
        numbers = (i % 17, (i * 7) % 23, (i * 5) % 13)
        y = numbers[0] + 2 * numbers[1] + 3 * (i % 3) + (i * 31 % 19) / 7
        lines.append(",".join([str(numbers[0]), str(numbers[1]), cell(level), str(numbers[2]), f"{y:.4f}"]))
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def hostile(server: Server) -> str:
    return server.upload(FILE, table())


def test_the_plan_shows_text(page: Page, hostile: str) -> None:
    page.goto(f"/tables/{hostile}")
    expect(page.locator(".columns tbody th").nth(0)).to_have_text(SCRIPT)
    expect(page.locator(".columns tbody th").nth(1)).to_have_text(IMAGE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("{{7*7}}")
    expect(page.get_by_text(LEVELS[1], exact=True).first).to_be_attached()
    assert page.locator("main script, main img").count() == 0
    assert page.locator("body").inner_text().count("49") == 0


def test_choices_about_such_columns_survive(page: Page, hostile: str) -> None:
    page.goto(f"/tables/{hostile}")
    page.get_by_role("radio", name="Explain y </td>").check()
    page.get_by_role("checkbox", name="Explain with a=b&c").uncheck()
    page.get_by_role("combobox", name=f"What {SCRIPT} is taken for").select_option(label="category")
    page.get_by_role("button", name="Update the preview").click()
    page.wait_for_url("**override=**")
    expect(page.get_by_role("checkbox", name="Explain with a=b&c")).not_to_be_checked()
    expect(page.get_by_role("radio", name="Explain y </td>")).to_be_checked()
    chosen = page.get_by_role("combobox", name=f"What {SCRIPT} is taken for")
    assert "category" in chosen.locator("option:checked").inner_text()


def test_report_and_what_if_show_text(page: Page, server: Server, hostile: str) -> None:
    job = server.analyze(hostile, target="y </td>")
    page.goto(f"/analyses/{job}")
    page.wait_for_selector(".what-if[data-answers]")
    panel = page.locator(".what-if")
    expect(panel.get_by_text(SCRIPT, exact=True)).to_be_visible()
    panel.locator("select").first.select_option(index=1)
    expect(panel).to_have_attribute("data-settled", "true")
    for picture in page.locator("figure svg[role=img]").all()[:3]:
        picture.hover()
    assert page.locator("main script, main img, main svg [onload]").count() == 0
    page.goto("/")
    expect(page.locator(".lines a").first).to_contain_text(IMAGE)


def test_the_report_alone_runs_nothing(page: Page, server: Server, hostile: str) -> None:
    job = server.analyze(hostile, target="y </td>")
    page.goto(f"/api/v1/reports/{job}.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("script").count() == 0


def test_a_hostile_address_is_text_too(open_page: Open, hostile: str) -> None:
    page = open_page(refusals=True)
    page.goto(f"/tables/{hostile}?override=column.{SCRIPT}.type=<b>bold</b>")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("main script, main b").count() == 0
