"""What the page adds to a report: sorting, pointing, words, the switch of errors, what-if, downloads."""

from __future__ import annotations

import random
import re
import time

import pytest
from playwright.sync_api import Page, expect
from scipy import stats

from tests.browser.conftest import Open
from tests.browser.server import EXAMPLE, Server


@pytest.fixture
def report(page: Page, job_id: str) -> Page:
    page.goto(f"/analyses/{job_id}")
    page.wait_for_selector(".what-if[data-answers]")
    return page


def number_of(text: str) -> float:
    found = re.search(r"[-−]?[\d,]+(?:\.\d+)?", text)
    assert found, text
    return float(found.group().replace(",", "").replace("−", "-"))


def test_the_policy_of_the_page_allows_no_inline_script(server: Server, page: Page, job_id: str) -> None:
    answer = page.goto(f"/analyses/{job_id}")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http-equiv" not in answer.text()


def test_a_table_sorts_by_a_click_and_back(report: Page) -> None:
    table = report.locator("table", has=report.locator("caption", has_text=re.compile("^Coefficients")))
    terms = table.locator("tbody th")
    before = terms.all_inner_texts()
    head = table.get_by_role("button", name="Estimate")
    head.click()
    expect(table.locator("th[aria-sort=ascending]")).to_have_count(1)
    values = [number_of(cell) for cell in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert values == sorted(values)
    head.press("Enter")
    assert [number_of(c) for c in table.locator("tbody tr td:nth-child(2)").all_inner_texts()] == values[::-1]
    head.press("Enter")
    assert terms.all_inner_texts() == before


def test_the_kind_of_standard_error_can_be_switched(report: Page, server: Server, job_id: str) -> None:
    model = server.get(f"/results/{job_id}")["model"]
    row = next(c for c in model["coefficients"] if c["term"] == "age")
    used = model["covariance"]["kind"] + ("-adjusted" if model["covariance"]["adjusted"] else "")
    other = "classical" if used != "classical" else "HC3"
    line = report.locator("#coefficients ~ .scroll tbody tr", has=report.get_by_text("age", exact=True)).first
    before = line.locator("td").all_inner_texts()
    report.get_by_role("radio", name=re.compile(other)).check()
    error, low = line.locator("td").nth(1), line.locator("td").nth(2)
    assert float(error.get_attribute("title") or "") == row["std_error_by_kind"][other]
    half = float(stats.t.isf(0.025, model["df_resid"])) * row["std_error_by_kind"][other]
    assert float(low.get_attribute("title") or "") == pytest.approx(row["estimate"] - half, rel=1e-6)
    expect(report.locator(".errors-told")).to_contain_text("verdict")
    report.locator(f"#errors-switch input[value={used}]").check()
    assert line.locator("td").all_inner_texts() == before


def test_every_kind_of_standard_error_is_listed_once_and_the_one_in_use_says_why(page: Page, server: Server) -> None:
    rows = [f"{x},{x + (x % 7) * x / 9}" for x in range(1, 19)]
    job = server.analyze(server.upload("few.csv", ("x,y\n" + "\n".join(rows)).encode()), covariance="HC3-adjusted")
    covariance = server.get(f"/results/{job}")["model"]["covariance"]
    assert covariance["adjusted"]
    page.goto(f"/analyses/{job}")
    switch = page.locator("#errors-switch label")
    expect(switch).not_to_have_count(0)
    labels = switch.all_inner_texts()
    kinds = [text.split("in use")[0].strip() for text in labels]
    assert len(set(kinds)) == len(kinds) > 4
    assert [text for text in labels if "in use" in text] == [text for text in labels if covariance["kind"] in text]
    assert not any("adjusted" in text for text in labels)
    expect(page.locator(".errors-told")).to_contain_text(f"In use, because: {covariance['because']}")
    page.get_by_role("radio", name="classical").check()
    expect(page.locator(".errors-told")).to_contain_text("the same everywhere")


def test_intervals_of_the_likelihood_are_one_choice_and_symmetric_ones_another(page: Page, server: Server) -> None:
    rows = [
        f"{17.5 + i * 0.83 % 7:.2f},{'ab'[i % 2]},{'yes' if i in {5, 7, 9, 21, 30, 41} else 'no'}" for i in range(48)
    ]
    job = server.analyze(server.upload("few.csv", ("dose,mode,answer\n" + "\n".join(rows)).encode()))
    model = server.get(f"/results/{job}")["model"]
    assert model["covariance"]["intervals"] == "profile-adjusted"
    row = next(row for row in model["coefficients"] if row["term"] == "mode[b]")
    page.goto(f"/analyses/{job}")
    line = page.locator("#coefficients ~ .scroll tbody tr", has=page.get_by_text("mode[b]", exact=True)).first
    low, p_value = line.locator("td").nth(2), line.locator("td").nth(5)
    assert float(low.get_attribute("title") or "") == row["ci_low"]
    expect(page.locator(".errors-told")).to_contain_text(model["covariance"]["intervals_because"])
    page.get_by_role("radio", name="classical").check()
    assert float(low.get_attribute("title") or "") == pytest.approx(row["by_interval"]["wald"]["ci_low"], rel=1e-9)
    assert float(p_value.get_attribute("title") or "") == pytest.approx(row["by_interval"]["wald"]["p_value"], rel=1e-9)
    page.get_by_role("radio", name="from the likelihood").check()
    assert float(low.get_attribute("title") or "") == row["ci_low"]


def test_terms_explain_themselves_by_pointer_and_by_key(report: Page) -> None:
    term = report.locator("button.term", has_text="R²").first
    term.hover()
    expect(report.get_by_role("tooltip")).to_contain_text("share of what differs")
    report.keyboard.press("Escape")
    expect(report.get_by_role("tooltip")).to_be_hidden()
    term.focus()
    expect(report.get_by_role("tooltip")).to_be_visible()


def test_a_point_says_its_row_and_values(report: Page) -> None:
    picture = report.locator("#figure-residuals_fitted svg[role=img]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    note = report.locator(".pointer-note")
    for step in range(2, 30):
        report.mouse.move(box["x"] + box["width"] * step / 30, box["y"] + box["height"] * 0.6)
        if note.is_visible():
            break
    expect(note).to_contain_text(re.compile(r"Row [\d,]+\n.*Predicted.*: .*\n.*Residual.*: "))


def test_an_interval_says_its_ends(report: Page) -> None:
    picture = report.locator("#figure-coefficients svg[role=img]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    report.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3)
    expect(report.locator(".pointer-note")).to_contain_text(re.compile(r".+: [−\d,.]+ \(.+ to .+\)"))


def test_what_if_answers_as_the_server_does(report: Page, server: Server, job_id: str) -> None:
    panel = report.locator(".what-if")
    expect(panel).to_have_attribute("data-answers", "here")
    panel.get_by_label("age", exact=True).fill("50")
    panel.get_by_label("smoker").select_option("yes")
    expect(panel).to_have_attribute("data-settled", "true")
    rows = [
        {
            name: (value if not value.replace(".", "").isdigit() else float(value))
            for name, value in report.evaluate(
                "Object.fromEntries([...document.querySelectorAll('.profile')].map((p) => "
                "[p.querySelector('label').firstChild.data, p.querySelector('input, select').value]))"
            ).items()
        }
    ]
    told = server.post(f"/predict/{job_id}", json={"rows": rows})["predictions"][0]
    assert number_of(panel.locator("output").inner_text()) == pytest.approx(told["predicted"], rel=1e-3)
    said = panel.locator("#what-if-between").inner_text().replace("95 of 100", "")
    ends = [number_of(text) for text in re.findall(r"[-−]?[\d,.]*\d", said)]
    names = [f"{kind}_{end}" for kind in ("ci", "conformal", "pi") for end in ("low", "high")]
    assert ends == pytest.approx([told[name] for name in names], rel=1e-3)
    assert "by the errors on unseen rows" in said


def test_what_if_follows_the_handle_at_once(report: Page) -> None:
    seconds = report.evaluate(
        """() => {
          const slider = document.querySelector('.what-if input[type=range]');
          const output = document.querySelector('#what-if-result');
          const before = output.textContent;
          const started = performance.now();
          slider.value = slider.max;
          slider.dispatchEvent(new Event('input', { bubbles: true }));
          return output.textContent === before ? Infinity : (performance.now() - started) / 1000;
        }"""
    )
    assert seconds < 0.15


def test_what_if_says_when_it_is_outside_the_data(report: Page) -> None:
    panel = report.locator(".what-if")
    expect(panel.locator(".outside")).to_contain_text("Inside the data")
    panel.get_by_label("age", exact=True).fill("300")
    expect(panel.locator(".outside")).to_contain_text("Outside the data")
    expect(panel.locator(".outside")).to_contain_text("age is 300")


def test_what_the_page_cannot_compute_the_server_answers(page: Page, server: Server, upload_id: str) -> None:
    job = server.analyze(upload_id, formula="charges ~ poly(age, 2) + smoker")
    page.goto(f"/analyses/{job}")
    panel = page.locator(".what-if[data-answers=server]")
    before = panel.locator("output").inner_text()
    panel.get_by_label("smoker").select_option("yes")
    expect(panel.locator("output")).not_to_have_text(before)


def test_what_if_takes_dates_and_levels(page: Page, server: Server) -> None:
    lines = [
        f"2024-{1 + i % 12:02d}-{1 + i % 28:02d},{'abc'[i % 3]},{i % 12 + i % 3 + (i * 37 % 11) / 10}"
        for i in range(120)
    ]
    upload = server.upload("sales.csv", ("day,shop,sales\n" + "\n".join(lines)).encode())
    job = server.analyze(upload, target="sales", predictors=["day", "shop"])
    page.goto(f"/analyses/{job}")
    panel = page.locator(".what-if[data-answers=here]")
    before = panel.locator("output").inner_text()
    panel.get_by_label("day", exact=True).fill("2024-11-20")
    expect(panel.locator("output")).not_to_have_text(before)
    panel.get_by_label("shop").select_option("c")
    expect(panel).to_have_attribute("data-settled", "true")
    expect(panel.locator(".outside")).to_contain_text("Inside the data")


def test_downloads_give_files(report: Page) -> None:
    report.locator("#downloads summary").click()
    with report.expect_download() as found:
        report.get_by_role("link", name="Document (JSON)").click()
    assert found.value.suggested_filename == "health-charges-analysis.json"
    with report.expect_download() as picture:
        report.get_by_role("link", name="What goes with charges, and by how much? as PNG").click()
    assert picture.value.suggested_filename.endswith("coefficients.png")


def test_the_report_arrives_quickly(page: Page, job_id: str) -> None:
    started = time.monotonic()
    page.goto(f"/analyses/{job_id}", wait_until="domcontentloaded")
    assert time.monotonic() - started < 5


def test_a_point_shows_the_row_behind_it_by_pointer_and_by_key(report: Page, server: Server, job_id: str) -> None:
    known = server.get(f"/results/{job_id}/rows")
    slider = report.locator("#figure-residuals_fitted").get_by_role("slider", name=re.compile("^Points of: "))
    slider.focus()
    report.keyboard.press("Home")
    report.keyboard.press("ArrowRight")
    report.keyboard.press("ArrowRight")
    note = report.locator(".pointer-note")
    expect(note.locator("dt")).to_have_count(len(known["columns"]) + 1)
    row = re.match(r"Row ([\d,]+)\n", note.inner_text())
    assert row is not None
    line, *cells = known["rows"][row.group(1).replace(",", "")]
    assert note.locator("dd").all_inner_texts() == [str(line), *cells]
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    in_file = dict(zip(lines[0].split(","), lines[line - 1].split(","), strict=True))
    assert [in_file[name] for name in known["columns"]] == cells
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"Row .*charges {re.escape(cells[0])}"))
    report.keyboard.press("Escape")
    expect(note).to_be_hidden()


def test_a_term_that_is_missed_is_added_by_one_click_and_the_way_back_is_there(
    report: Page, server: Server, job_id: str
) -> None:
    missed = server.get(f"/results/{job_id}")["validation"]["terms_missed"]
    note = report.get_by_role("complementary", name="Terms of the model")
    expect(note).to_contain_text(missed["terms"][0]["term"])
    note.get_by_role("button", name="Add it and analyse again").click()
    report.wait_for_url(lambda url: job_id not in url)
    report.wait_for_selector("#page-bar")
    added = re.sub(r".*/analyses/", "", report.url)
    assert server.get(f"/results/{added}")["model"]["formula"] == missed["formula"]
    back = report.get_by_role("link", name="Compare with the report without it")
    expect(note.filter(has=back)).to_contain_text(missed["terms"][0]["term"])
    back.click()
    report.wait_for_url(f"**/analyses/{job_id}")
    note.get_by_role("button", name="Add it and analyse again").click()
    report.wait_for_url(f"**/analyses/{added}")


def test_what_if_draws_a_model_that_has_no_interval_of_the_mean(page: Page, server: Server) -> None:
    names = ["y", *(f"x{i}" for i in range(60))]
    chance = random.Random(3)  # noqa: S311
    rows = [[chance.gauss(0, 1) for _ in names[1:]] for _ in range(40)]
    lines = [",".join(f"{cell:.4f}" for cell in (3 * row[0] - 2 * row[1] + chance.gauss(0, 1), *row)) for row in rows]
    job = server.analyze(server.upload("wide.csv", "\n".join([",".join(names), *lines]).encode()), target="y")
    assert server.get(f"/results/{job}")["penalized"]["estimator"] == "lasso"
    page.goto(f"/analyses/{job}")
    page.wait_for_selector(".what-if[data-answers]")
    expect(page.locator("#what-if-between")).to_contain_text("no interval of the mean")
    expect(page.locator("#what-if-between")).not_to_contain_text("not known")
    curves = page.locator(".what-if .curve")
    assert curves.count() > 1
    assert all(len(str(curve.get_attribute("points")).split()) == 25 for curve in curves.all())


@pytest.mark.parametrize("width", [1280, 360])
def test_long_names_leave_room_for_the_numbers(open_page: Open, server: Server, width: int) -> None:
    target = "Average monthly net household income after housing costs in euros (survey wave of 2023, weighted)"
    school = "Highest educational qualification of the household reference person"
    levels = [f"Vocational training or the like, completed {when} 2010" for when in ("before", "after", "during")]
    lines = [f'{i % 17},"{levels[i % 3]}",{100 + 7 * (i % 17) + 20 * (i % 3) + (i * 13) % 11}' for i in range(90)]
    table = "\n".join([f'score,"{school}","{target}"', *lines])
    job = server.analyze(server.upload("long.csv", table.encode()), target=target)
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"/analyses/{job}")
    page.wait_for_selector(".what-if[data-answers]")
    terms = page.locator("#coefficients ~ .scroll").first.locator("tbody th").all_inner_texts()
    assert len(set(terms)) == len(terms) == 4
    first = page.locator("#effects .scroll").first
    assert first.evaluate("(e) => e.querySelector('th').offsetWidth / e.clientWidth") < 0.5
    if width == 1280:
        assert first.evaluate("(e) => e.scrollWidth - e.clientWidth") == 0


def test_a_chart_on_offer_is_called_as_in_the_report(report: Page) -> None:
    report.locator("#downloads summary").click()
    menu = report.locator("#downloads .bar-menu")
    titles = report.locator("figure svg title").all_text_contents()
    names = report.locator(".chart-name").all_text_contents()
    assert len(names) > 5
    assert set(names) <= set(titles)
    expect(menu.get_by_role("link", name=f"{names[0]} as PNG")).to_be_visible()
    report.keyboard.press("Escape")
    expect(menu).to_be_hidden()
