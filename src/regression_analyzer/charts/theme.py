"""How every picture looks: sizes, colours by role, and the style sheet that lets a page recolour them.

Two accents of the Okabe-Ito palette, told apart by people with any colour vision and, by the form of the marks
they are used for, in grey print: blue for the data, vermilion (orange on dark) for what the model says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Role = Literal["ground", "ink", "muted", "faint", "data", "model"]
ThemeName = Literal["light", "dark"]

WIDTH = 560.0
"""Width of every picture in its own units; at 360 px on a screen the smallest text is 8.4 px high."""
PIXELS = 2.15
"""PNG pixels per unit: 1204 px wide."""
DPI = 150
TITLE_SIZE, CAPTION_SIZE, LABEL_SIZE, TICK_SIZE = 17.0, 13.5, 13.5, 13.0
LINE_HEIGHT = 1.3

COLOURS: Mapping[ThemeName, Mapping[Role, str]] = {
    "light": {
        "ground": "#ffffff",
        "ink": "#1f2a33",
        "muted": "#55626d",
        "faint": "#dde2e7",
        "data": "#0072b2",
        "model": "#c04a00",
    },
    "dark": {
        "ground": "#14191e",
        "ink": "#e8ecef",
        "muted": "#a3afb9",
        "faint": "#2e3841",
        "data": "#56b4e9",
        "model": "#e69f00",
    },
}


def colour(role: Role, theme: ThemeName) -> str:
    """Return the colour of a role as ``#rrggbb``."""
    return COLOURS[theme][role]


def _variables(theme: ThemeName) -> str:
    return "".join(f"--chart-{role}:{value};" for role, value in COLOURS[theme].items())


STYLESHEET = (
    f":root{{{_variables('light')}}}"
    f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{_variables('dark')}}}}}"
    f":root[data-theme=dark]{{{_variables('dark')}}}"
    f"@media print{{:root,:root[data-theme=dark],:root:not([data-theme=light]){{{_variables('light')}}}}}"
    + "".join(
        f".chart-fill-{role}{{fill:var(--chart-{role})}}.chart-stroke-{role}{{stroke:var(--chart-{role})}}"
        for role in COLOURS["light"]
    )
)
"""Rules for a page that shows the SVG pictures inline: they follow its light or dark mode and print light.
Without these rules the pictures keep the colours they were drawn with, on their own ground."""
