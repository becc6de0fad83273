import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from regression_analyzer.analysis import Analysis
from regression_analyzer.charts import STYLESHEET, Figure, Mark, draw, draw_all, figures
from regression_analyzer.charts.drawing import ImageKind
from regression_analyzer.charts.theme import COLOURS, ThemeName

SVG = "{http://www.w3.org/2000/svg}"
EVERY = ["funnel", "yes_no", "long_table", "hostile"]


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def plain_figure(**parts: object) -> Figure:
    settings: dict[str, object] = {
        "name": "made", "title": "Title", "x_label": "x", "y_label": "y", "caption": "", "alt": "", "marks": (),
    }  # fmt: skip
    return Figure(**(settings | parts))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EVERY)
def test_svg_is_well_formed_small_and_has_no_unusable_number(name: str, request: pytest.FixtureRequest) -> None:
    for figure in figures(request.getfixturevalue(name)):
        content = draw(figure, "svg")
        ET.fromstring(content)  # noqa: S314 - our own bytes
        assert len(content) < 60_000
        assert not re.search(rb'"[^"]*(nan|inf)[^"]*"', re.sub(rb">[^<]*<", b"><", content))


@pytest.mark.parametrize("name", EVERY)
def test_png_is_1204_pixels_wide(name: str, request: pytest.FixtureRequest) -> None:
    assert size_of(draw(figures(request.getfixturevalue(name))[0], "png"))[0] == 1204


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_figure_gives_the_same_bytes(funnel: Analysis, kind: ImageKind) -> None:
    figure = figures(funnel)[2]
    assert draw(figure, kind) == draw(figure, kind)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_themes_differ(funnel: Analysis, kind: ImageKind) -> None:
    figure = figures(funnel)[0]
    assert draw(figure, kind, theme="dark") != draw(figure, kind, theme="light")


def test_svg_is_described_for_those_who_cannot_see_it(hostile: Analysis) -> None:
    figure = figures(hostile)[0]
    root = ET.fromstring(draw(figure, "svg"))  # noqa: S314 - our own bytes
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "What goes with $y_1^{2}$ </title><b>, and by how much?"
    assert "<script>" in (description.text or "")


@pytest.mark.parametrize("name", EVERY)
def test_no_text_of_a_file_becomes_markup(name: str, request: pytest.FixtureRequest) -> None:
    allowed = {"svg", "title", "desc", "rect", "clipPath", "g", "path", "circle", "text"}
    for figure in figures(request.getfixturevalue(name)):
        root = ET.fromstring(draw(figure, "svg"))  # noqa: S314 - our own bytes
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed


def test_ids_of_all_pictures_of_a_page_differ(funnel: Analysis) -> None:
    ids = [i for figure in figures(funnel) for i in re.findall(rb' id="([^"]+)"', draw(figure, "svg"))]
    assert len(ids) == len(set(ids))


def test_the_style_sheet_recolours_every_class(funnel: Analysis) -> None:
    classes = set(re.findall(rb"chart-(?:fill|stroke)-[a-z]+", b"".join(draw(f, "svg") for f in figures(funnel))))
    assert classes
    assert all(f".{name.decode()}{{" in STYLESHEET for name in classes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("role", "least"), [("ink", 7.0), ("muted", 4.5), ("data", 3.0), ("model", 4.5)])
def test_colours_stand_out_from_the_ground(theme: ThemeName, role: str, least: float) -> None:
    """Contrast as WCAG 2.1 defines it: 4.5 for text, 3 for marks."""
    colours = {str(name): value for name, value in COLOURS[theme].items()}

    def luminance(text: str) -> float:
        parts = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((luminance(colours[role]), luminance(colours["ground"])))
    assert (bright + 0.05) / (dim + 0.05) >= least


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_characters_that_no_face_has_raise_no_warning(hostile: Analysis, kind: ImageKind) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(draw(figure, kind) for figure in figures(hostile))


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_numbers_that_are_not_finite_are_left_out(kind: ImageKind) -> None:
    bad = np.asarray([np.nan, np.inf, -np.inf, 1e308, -1e308, 0.0, 1.0])
    marks = (
        Mark(kind="points", name="p", x=bad, y=bad[::-1], labels=("a",) * 7, emphasis="warn"),
        Mark(kind="line", name="l", x=bad, y=bad, labels=("l",)),
        Mark(kind="band", name="b", x=bad, low=bad, high=bad),
        Mark(kind="bars", name="h", x=bad, high=bad, y=bad),
        Mark(kind="hexbin", name="x", x=bad, y=bad),
        Mark(kind="rule", name="r", values=(np.nan, np.inf), labels=("r",)),
        Mark(kind="rule", name="v", values=(np.nan,), labels=("v",)),
    )
    content = draw(plain_figure(marks=marks), kind)
    assert not re.search(rb'"[^"]*\b(nan|inf)\b[^"]*"', content) or kind == "png"


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("log", [False, True])
def test_intervals_without_an_end_point_out_of_the_picture(kind: ImageKind, log: bool) -> None:
    mark = Mark(
        kind="interval",
        name="i",
        x=np.asarray([1.0, 2.0, np.nan]),
        y=np.arange(3.0),
        low=np.asarray([-np.inf, 1.0, 0.0]),
        high=np.asarray([1.5, np.nan, 1.0]),
    )
    figure = plain_figure(marks=(mark,), categories=("a", "b", "c"), x_range=(0.5, 3.0), x_log=log)
    assert draw(figure, kind)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_figure_without_anything_in_it_is_drawn(kind: ImageKind) -> None:
    assert draw(plain_figure(), kind)


def test_dates_are_written_as_dates() -> None:
    days = np.linspace(7_000, 15_000, 30)
    content = draw(plain_figure(marks=(Mark(kind="points", name="p", x=days, y=days),), x_is_date=True), "svg")
    assert b">2000<" in content


def test_all_pictures_are_named_by_figure_and_kind(yes_no: Analysis) -> None:
    made = figures(yes_no)
    assert list(draw_all(made)) == [f"{f.name}.{kind}" for f in made for kind in ("png", "svg")]


def test_two_processes_draw_what_one_does(funnel: Analysis) -> None:
    made = figures(funnel)[:4]
    assert draw_all(made, processes=2) == draw_all(made, processes=1)


def test_a_child_that_dies_leaves_nothing_missing(funnel: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regression_analyzer.charts.drawing._send_pngs", lambda *_: os._exit(3))
    made = figures(funnel)[:3]
    assert set(draw_all(made, ("png",), processes=2)) == {f"{f.name}.png" for f in made}


def test_describing_and_writing_svg_loads_no_plotting_library() -> None:
    code = (
        "import sys, numpy as np\n"
        "from regression_analyzer.charts import Figure, Mark, draw\n"
        "m = Mark(kind='points', name='p', x=np.arange(3.), y=np.arange(3.))\n"
        "f = Figure(name='a', title='t', x_label='x', y_label='y', caption='', alt='', marks=(m,))\n"
        "draw(f, 'svg')\n"
        "print('matplotlib' in sys.modules)\n"
        "draw(f, 'png')\n"
        "print('matplotlib.pyplot' in sys.modules, 'matplotlib.figure' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False"]
    assert done.stderr == ""


def test_a_folder_that_cannot_be_written_is_not_complained_about(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code = (
        "from regression_analyzer.charts import Figure, draw\n"
        "draw(Figure(name='a', title='t', x_label='x', y_label='y', caption='', alt='', marks=()), 'png')\n"
    )
    environment = os.environ | {"MPLCONFIGDIR": str(blocked / "inside"), "HOME": str(blocked)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("", "")
