"""The main path works in a browser that runs no script."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.server import EXAMPLE


def test_from_file_to_report_without_script(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.set_input_files("#file", EXAMPLE)
    page.get_by_role("button", name="Read the table").click()
    page.wait_for_url("**/tables/*")
    page.get_by_role("checkbox", name="Explain with region").uncheck()
    page.get_by_role("button", name="Update the preview").click()
    expect(page.get_by_role("checkbox", name="Explain with region")).not_to_be_checked()
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/analyses/*")
    for _ in range(60):
        if page.locator("#page-bar").count():
            break
        page.get_by_role("link", name="Look again").or_(page.locator("#page-bar")).first.wait_for()
        page.wait_for_timeout(300)
        page.goto(page.url)
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    page.get_by_text("Download", exact=True).click()
    expect(page.get_by_role("link", name="Script (Python)")).to_be_visible()


def test_the_start_page_offers_a_button_to_send(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/")
    expect(page.get_by_role("button", name="Read the table")).to_be_visible()
