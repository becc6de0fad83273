"""The whole path with real files: start, plan, running, report."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.server import EXAMPLE, Server

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    + b"\0" * 40
)


def test_a_file_becomes_a_report(page: Page) -> None:
    page.goto("/")
    page.set_input_files("#file", EXAMPLE)
    page.wait_for_url("**/tables/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("health-charges.csv")
    expect(page.locator("#choice")).to_contain_text("explained by")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_url("**/analyses/*")
    page.wait_for_selector("#page-bar")
    expect(page.get_by_role("heading", level=1)).to_contain_text("charges")
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    page.goto("/")
    expect(page.locator(".lines a").first).to_contain_text("health-charges.csv")


def test_an_example_is_one_click_away(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Penguins").click()
    page.wait_for_url("**/tables/*")
    expect(page.get_by_role("radio", name="Explain body_mass_g")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Explain with species")).to_be_checked()
    expect(page.locator(".histogram")).to_have_count(8)


def test_a_picture_named_csv_is_refused_in_words(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, refusals=True)
    page.goto("/")
    page.set_input_files("#file", {"name": "holiday.csv", "mimeType": "text/csv", "buffer": PIXEL})
    page.get_by_role("button", name="Read the table").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("PNG")
    expect(page.get_by_role("link", name="Start with another file")).to_be_visible()


def test_a_picture_named_csv_is_refused_where_it_was_dropped(open_page: Open, server: Server) -> None:
    page = open_page(refusals=True)
    page.goto("/")
    page.set_input_files("#file", {"name": "holiday.csv", "mimeType": "text/csv", "buffer": PIXEL})
    expect(page.locator("#status.problem")).to_contain_text("PNG")
    assert page.url.rstrip("/") == server.url


def test_changes_survive_a_new_reading_and_go_into_the_analysis(page: Page, server: Server, upload_id: str) -> None:
    page.goto(f"/tables/{upload_id}")
    page.get_by_role("checkbox", name="Explain with region").uncheck()
    page.get_by_role("combobox", name="What children is taken for").select_option(label="category")
    page.get_by_text("The model", exact=True).click()
    page.get_by_label("Standard errors").select_option("HC3")
    page.get_by_role("button", name="Update the preview").click()
    page.wait_for_url("**/tables/*override*")
    expect(page.get_by_role("checkbox", name="Explain with region")).not_to_be_checked()
    expect(page.get_by_role("combobox", name="What children is taken for")).to_have_value("role.children=category")
    expect(page.get_by_label("Standard errors")).to_have_value("HC3")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_selector("#page-bar")
    job = re.sub(r".*/analyses/", "", page.url)
    model = server.get(f"/results/{job}")["model"]
    assert "region" not in model["predictors"]
    assert "children" in model["reference_levels"]
    assert model["covariance"]["kind"] == "HC3"
    page.get_by_role("link", name="Change the plan").click()
    expect(page.get_by_role("checkbox", name="Explain with region")).not_to_be_checked()


def test_another_target_can_be_chosen(page: Page, server: Server, upload_id: str) -> None:
    page.goto(f"/tables/{upload_id}")
    page.get_by_role("radio", name="Explain bmi").check()
    expect(page.get_by_role("checkbox", name="Explain with bmi")).to_be_disabled()
    expect(page.get_by_role("checkbox", name="Explain with charges")).to_be_checked()
    expect(page.locator("#choice")).to_contain_text("bmi explained by")
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_selector("#page-bar")
    model = server.get(f"/results/{re.sub(r'.*/analyses/', '', page.url)}")["model"]
    assert model["target"] == "bmi"
    assert "charges" in model["predictors"]


def test_a_choice_that_cannot_be_read_says_so_and_leads_back(open_page: Open, upload_id: str) -> None:
    page = open_page(refusals=True)
    page.goto(f"/tables/{upload_id}?override=table.header_row=4000000")
    expect(page.get_by_role("alert")).to_contain_text("header_row")
    page.get_by_role("link", name="Read it as at first").click()
    expect(page.locator("#choice")).to_contain_text("explained by")


def test_an_analysis_can_be_cancelled(page: Page, server: Server) -> None:
    primes = (7, 11, 13, 17, 19, 23, 29, 31, 37)
    lines = [",".join(f"{(i * p) % 1009}.{(i * i) % 7}" for p in primes) for i in range(120_000)]
    upload = server.upload("large.csv", ("a,b,c,d,e,f,g,h,y\n" + "\n".join(lines)).encode())
    job = server.analyze(upload, wait=0)
    page.goto(f"/analyses/{job}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancelled")
    assert server.get(f"/jobs/{job}")["status"] == "cancelled"
    expect(page.get_by_role("link", name="Back to the plan")).to_be_visible()


def test_a_failed_analysis_says_why(page: Page, server: Server) -> None:
    upload = server.upload("names.csv", b"name,pay\n" + b"".join(b"person %d,5\n" % i for i in range(30)))
    job = server.analyze(upload, target="pay")
    page.goto(f"/analyses/{job}")
    expect(page.get_by_role("alert")).to_contain_text("pay")


def test_an_unknown_analysis_is_a_page_too(open_page: Open) -> None:
    page = open_page(refusals=True)
    page.goto("/analyses/0123456789abcdef0123456789abcdef")
    expect(page.get_by_role("alert")).to_contain_text("This analysis is not here.")
    expect(page.get_by_role("alert")).not_to_contain_text("/api/")


def test_an_address_that_does_not_exist_is_a_page_too(open_page: Open) -> None:
    page = open_page(refusals=True)
    page.goto("/nowhere/at/all")
    expect(page.get_by_role("alert")).to_contain_text("There is no such page.")


def test_a_reference_level_can_be_chosen_and_is_a_decision(page: Page, server: Server, upload_id: str) -> None:
    page.goto(f"/tables/{upload_id}")
    chooser = page.get_by_role("combobox", name="Level of region that the others are compared with")
    expect(chooser.locator("option").first).to_have_text("northeast (auto)")
    chooser.select_option(label="southwest")
    smoker = page.get_by_role("combobox", name="Level of smoker that the others are compared with")
    expect(smoker.locator("option").first).to_have_text("no (auto)")
    smoker.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("checkbox", name="Explain with sex").uncheck()
    expect(page.get_by_role("combobox", name="Level of sex that the others")).to_be_disabled()
    page.get_by_role("button", name="Analyse").click()
    page.wait_for_selector("#page-bar")
    told = server.get(f"/results/{re.sub(r'.*/analyses/', '', page.url)}")
    assert told["model"]["reference_levels"] == {"smoker": "yes", "region": "southwest"}
    decision = next(one for one in told["decisions"] if one["id"] == "reference.region")
    assert (decision["chosen"], decision["overridden"]) == ("southwest", True)
    page.get_by_role("link", name="Change the plan").click()
    expect(chooser).to_have_value("reference.region=southwest")
