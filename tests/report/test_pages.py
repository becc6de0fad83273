"""The page, the Markdown and the summary: complete, inert, honest."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest

from regression_analyzer.analysis import Analysis
from regression_analyzer.report.analysis_document import document
from regression_analyzer.report.blocks import ReportView
from regression_analyzer.report.html import render_html
from regression_analyzer.report.markdown import escaped, render_markdown
from regression_analyzer.report.report_view import view
from regression_analyzer.report.text_summary import summary
from tests.report import sample

DRAWING = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>a chart</title></svg>'
VOID = {"meta", "br", "hr", "img", "link", "input", "rect", "path", "circle"}
CAUSAL = re.compile(
    r"\b(causes?|caused|causing|leads? to|led to|impacts?|effect of changing|due to|drives?|driven by)\b", re.IGNORECASE
)


class Outline(HTMLParser):
    """Elements of a page: what is open, every tag with its attributes, whether all are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.balanced = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag


def told(analysis: Analysis, names: sample.Names | None = None) -> ReportView:
    figures = sample.figures(names)
    return view(analysis, figures, document(analysis, [figure.name for figure in figures]))


def page_of(names: sample.Names | None = None) -> str:
    return render_html(told(sample.analysis(names), names), {"coefficients.svg": DRAWING.encode()})


def outline_of(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    return outline


@pytest.fixture(scope="module")
def page() -> str:
    return page_of()


@pytest.fixture(scope="module")
def hostile() -> str:
    return page_of(sample.HOSTILE)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


def test_every_element_is_closed(page: str) -> None:
    assert outline_of(page).balanced


def test_hostile_names_open_no_element(page: str, hostile: str) -> None:
    assert {tag for tag, _ in outline_of(hostile).tags} <= {tag for tag, _ in outline_of(page).tags}


def test_hostile_names_add_no_attribute(page: str, hostile: str) -> None:
    def attributes(text: str) -> set[str]:
        return {name for _, found in outline_of(text).tags for name in found}

    assert attributes(hostile) <= attributes(page) | {"title"}


def test_hostile_names_are_shown_as_text(hostile: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hostile


def test_a_template_in_a_name_is_not_run(hostile: str) -> None:
    assert "{{7*7}}" in hostile
    assert ">49<" not in hostile


def test_direction_marks_do_not_reach_the_page(hostile: str) -> None:
    assert "\u202e" not in hostile


def test_the_page_asks_for_nothing_outside(hostile: str) -> None:
    for tag, attributes in outline_of(hostile).tags:
        assert tag not in {"script", "link", "iframe", "object", "img"}
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")


def test_the_style_asks_for_nothing_outside(page: str) -> None:
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_forbids_requests(page: str) -> None:
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_dark_print_and_phone_are_cared_for(page: str) -> None:
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "width=device-width" in page


def test_the_landmarks_are_there(page: str) -> None:
    assert {"header", "nav", "main", "footer", "section"} <= {tag for tag, _ in outline_of(page).tags}


def test_one_first_heading(page: str) -> None:
    assert sum(tag == "h1" for tag, _ in outline_of(page).tags) == 1


def test_ids_are_unique(page: str) -> None:
    ids = [attributes["id"] for _, attributes in outline_of(page).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_link_inside_has_its_place(page: str) -> None:
    tags = outline_of(page).tags
    ids = {attributes.get("id") for _, attributes in tags}
    assert {(a["href"] or "")[1:] for tag, a in tags if tag == "a"} <= ids


def test_every_table_has_a_caption(page: str) -> None:
    tags = [tag for tag, _ in outline_of(page).tags]
    assert tags.count("table") == tags.count("caption") > 0


def test_every_heading_cell_has_a_scope(page: str) -> None:
    assert all(attributes.get("scope") in {"row", "col"} for tag, attributes in outline_of(page).tags if tag == "th")


def test_the_drawing_is_inline_without_its_prolog(page: str) -> None:
    assert "<title>a chart</title>" in page
    assert "<?xml" not in page


@pytest.mark.parametrize("payload", ["<script>1</script>", '<rect onload="x()"/>', '<image href="http://a/b.png"/>'])
def test_a_drawing_with_more_than_shapes_is_left_out(payload: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg">{payload}</svg>'
    assert payload not in render_html(told(sample.analysis()), {"coefficients": drawing})


def test_a_chart_without_drawing_is_told_in_words() -> None:
    assert "Intervals for age and smoker." in render_html(told(sample.analysis()), {})


def test_every_chart_has_its_numbers(page: str) -> None:
    assert page.count("<summary>The numbers") == 2


def test_marks_have_sign_and_word(page: str) -> None:
    assert re.search(r'class="mark problem"><b aria-hidden="true">✕</b>problem', page)


def test_the_sections_come_in_order() -> None:
    anchors = [section.anchor for section in told(sample.analysis()).sections]
    assert anchors == ["answer", "trust", "effects", "model", "data", "made"]


def test_the_report_card_begins_with_the_worst(page: str) -> None:
    marks = re.findall(r'<li class="(problem|attention|info|ok)">', page)
    assert marks == sorted(marks, key=["problem", "attention", "info", "ok"].index)


def test_nothing_says_that_one_thing_brings_about_another() -> None:
    for text in texts(told(sample.analysis())):
        assert not CAUSAL.search(text), text


def test_nobody_exclaims() -> None:
    assert not [text for text in texts(told(sample.analysis())) if "!" in text and text != "!"]


def test_numbers_in_the_answer_are_rounded() -> None:
    answer = texts(told(sample.analysis()).sections[0].blocks)
    assert not [text for text in answer if re.search(r"\d\.\d{5,}", text)]


def test_an_effect_is_told_with_its_interval() -> None:
    answer = "".join(texts(told(sample.analysis()).sections[0].blocks))
    assert "smoker: yes instead of no goes with charges about 23,700 higher (22,100 to 25,200)" in answer


def test_an_uncertain_effect_is_told_by_what_it_leaves_open() -> None:
    base = sample.analysis()
    age = replace(base.inference.coefficients[1], p_value=0.6, ci_low=-20.0, ci_high=40.0)
    rows = (base.inference.coefficients[0], age, base.inference.coefficients[2])
    unsure = replace(base, inference=replace(base.inference, coefficients=rows))
    answer = "".join(texts(told(unsure).sections[0].blocks))
    assert "Too uncertain to say: age (from 29 to 53, between 480 lower and 960 higher)" in answer


def test_a_long_table_is_folded_with_the_strongest_first() -> None:
    base = sample.analysis()
    many = tuple(sample.coefficient(f"x{i}", float(i), 1.0, predictor=f"x{i}") for i in range(1, 101))
    wide = replace(base, inference=replace(base.inference, coefficients=many, term_tests=()))
    page = render_html(told(wide), {})
    assert "85 more rows" in page
    table = page[page.index("Coefficients, strongest first</caption>") :]
    assert table.index(">x100</th>") < table.index(">x99</th>")


def test_markdown_has_the_same_sections() -> None:
    shown = told(sample.analysis())
    headings = re.findall(r"^## \d+ (.*)$", render_markdown(shown), re.MULTILINE)
    assert headings == [section.title for section in shown.sections]


def test_hostile_names_are_inert_in_markdown() -> None:
    text = render_markdown(told(sample.analysis(sample.HOSTILE), sample.HOSTILE))
    assert not re.search(r"(?<!\\)<(script|img|svg|/style)", re.sub(r"(`+).*?\1", "", text))


def test_tables_in_markdown_keep_their_columns() -> None:
    text = render_markdown(told(sample.analysis(sample.HOSTILE), sample.HOSTILE))
    for table in re.findall(r"(?:^\|.*\|\n)+", text + "\n", re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


@pytest.mark.parametrize("text", ["a*b", "`x`", "$x$", "[a](b)", "<b>", "a|b", "# a", "~a~"])
def test_markdown_signs_are_escaped(text: str) -> None:
    assert re.search(r"\\[*`$\[<|#~]", escaped(text))


def test_the_summary_is_short() -> None:
    assert 8 <= len(summary(sample.analysis()).splitlines()) <= 30


def test_the_summary_names_the_strongest() -> None:
    assert summary(sample.analysis()).startswith("What goes with charges most is smoker, then age.")


def test_the_summary_holds_no_control_character() -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", summary(sample.analysis(sample.HOSTILE)))
