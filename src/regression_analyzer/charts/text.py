"""Text from anywhere made fit for a picture: plain, one line, no longer than its place, and numbers in words' size.

Widths are those of DejaVu Sans, the face that is drawn in PNG; the system faces of a browser are narrower,
so what fits here fits there.
"""

from __future__ import annotations

import math
import unicodedata

_REGULAR = (
    "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 "
    "838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 "
    "685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 "
    "392 634 592 818 592 592 525 636 337 636 838"
)
ADVANCES = tuple(int(width) / 1000 for width in _REGULAR.split())
"""Advance widths of the characters 32 to 126, in units of the font size."""
BOLD_FACTOR = 1.15
ELLIPSIS = "…"


def plain(text: str) -> str:
    """Return text on one line, without characters that cannot be drawn or that turn the direction of writing."""
    kept = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return " ".join(kept.split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in the unit of ``size``, never less than it is when drawn."""
    total = sum(_advance(character) for character in text)
    return total * size * (BOLD_FACTOR if bold else 1.0)


def _advance(character: str) -> float:
    code = ord(character)
    if 32 <= code < 127:
        return ADVANCES[code - 32]
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"} or code > 0xFFFF:
        return 1.0
    return 0.7


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return the text, or as much of its beginning as fits in ``room`` with an ellipsis."""
    text = plain(text)
    if width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and width(kept + ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def shorten(text: str, limit: int) -> str:
    """Return the text in at most ``limit`` characters, with an ellipsis where it was cut."""
    text = plain(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def wrap(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> tuple[str, ...]:
    """Break a text at spaces into lines that fit in ``room``; what is beyond the last line becomes an ellipsis."""
    words = plain(text).split(" ")
    done: list[str] = []
    line = ""
    for index, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if not line or width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if len(done) == lines - 1:
            return (*done, fit(" ".join([line, *words[index:]]), room, size, bold=bold))
        done.append(fit(line, room, size, bold=bold))
        line = word
    return (*done, fit(line, room, size, bold=bold))


def number(value: float, digits: int = 3) -> str:
    """Return a number for people: significant digits, thousands separated, a true minus sign.

    Zero digits after the point are not written; sizes beyond a thousand billion and below a hundred-thousandth
    are written as a power of ten.
    """
    if not math.isfinite(value):
        return "unknown" if math.isnan(value) else ("infinite" if value > 0 else "−infinite")
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e12 or size < 1e-5:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e{int(exponent)}".replace("-", "−")
    else:
        rounded = float(f"{size:.{digits}g}")
        decimals = max(0, digits - 1 - math.floor(math.log10(rounded)))
        text = f"{rounded:,.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text


def numbers_apart(*values: float) -> tuple[str, ...]:
    """Return texts of numbers with as many digits as it takes to tell them apart, at least three."""
    usable = [value for value in values if math.isfinite(value)]
    spread = max(usable) - min(usable) if usable else 0.0
    digits = 3
    if spread > 0:
        digits = min(15, max(3, math.floor(math.log10(max(map(abs, usable)) / spread)) + 3))
    return tuple(number(value, digits) for value in values)


def fit_parts(parts: tuple[str, ...], limit: int) -> tuple[str, ...]:
    """Return texts of at most ``limit`` characters together, the longest cut first."""
    texts = [part if part.strip() != part else plain(part) for part in parts]
    lengths = [len(text) for text in texts]
    while sum(lengths) > limit and max(lengths) > 4:
        lengths[lengths.index(max(lengths))] -= 1
    return tuple(
        text if len(text) <= length else shorten(text, length) for text, length in zip(texts, lengths, strict=True)
    )


def signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign, also the plus."""
    return f"+{number(value, digits)}" if value > 0 else number(value, digits)


def percent(share: float) -> str:
    """Return a share as a percentage: two digits, three near the whole, one below 1%; never 100% by rounding."""
    if 0.9995 <= share < 1:
        return "more than 99.9%"
    if 0.0 < abs(share) < 1e-6:
        return "about 0%"
    return f"{number(100 * share, 1 if abs(share) < 0.01 else 2 if abs(share) < 0.995 else 3)}%"


def times(ratio: float) -> str:
    """Return a ratio as a factor in words' size: ``"4 times"``, ``"1.5 times"``."""
    return f"{number(ratio, 2)} times"
