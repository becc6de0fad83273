"""A server with a token: its start page asks for it, and pages and their calls work once it is given."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.server import Server, running

TOKEN = "a token, for these tests"  # noqa: S105


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("locked"), API_TOKEN=TOKEN) as made:
        yield made


def test_the_token_opens_pages_and_their_calls(open_page: Open, locked: Server) -> None:
    page = open_page(home=locked)
    page.goto("/")
    expect(page.locator("#file")).to_have_count(0)
    page.get_by_label("Token").fill("not this one")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("not the token")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Penguins").click()
    page.wait_for_url("**/tables/*")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_selector(".what-if[data-answers]")
    cookie = page.context.cookies()[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"


def test_without_the_token_no_page_tells_anything(locked: Server) -> None:
    assert httpx.get(f"{locked.url}/").status_code == 200
    for path in ("/analyses/0123456789abcdef0123456789abcdef", "/tables/0123456789abcdef0123456789abcdef"):
        assert httpx.get(f"{locked.url}{path}").status_code == 401
    assert httpx.post(f"{locked.url}/pages/examples/penguins").status_code == 401


def test_a_browser_without_the_token_is_sent_to_where_it_is_asked_for(locked: Server) -> None:
    answer = httpx.get(f"{locked.url}/analyses/0123456789abcdef0123456789abcdef", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
