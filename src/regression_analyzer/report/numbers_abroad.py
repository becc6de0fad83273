"""How numbers are written in another language than English: the same roundings with other marks and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from regression_analyzer.insight.story import Writer
from regression_analyzer.report import numbers

NARROW_SPACE = "\u202f"
"""Does not break a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersAbroad:
    """Numbers of one language; its methods are the functions of ``report.numbers``.

    Attributes
    ----------
    decimal, thousands : marks
    percent : what follows a number of percent
    to, times : of an interval, of a factor
    words : what is not a number, in English -> in the language; longer ones first
    """

    decimal: str = ","
    thousands: str = "."
    percent: str = f"{NARROW_SPACE}%"
    to: str
    times: str
    words: Mapping[str, str]

    def fmt(self, x: float | None, digits: int = 3) -> str:
        """Write a number with some significant digits."""
        return self._turned(numbers.fmt(x, digits))

    def fmt_estimate(self, value: float, low: float, high: float) -> str:
        """Write an estimate with the digits that its interval supports."""
        return self._turned(numbers.fmt_estimate(value, low, high))

    def fmt_interval(self, low: float, high: float) -> str:
        """Write an interval in words."""
        return self.fmt_span(*map(self._turned, numbers.fmt_ends(low, high)))

    def fmt_p(self, p: float | None) -> str:
        """Write a p-value with its sign."""
        return self._turned(numbers.fmt_p(p))

    def fmt_pct(self, share: float | None) -> str:
        """Write a share as a percentage."""
        return self._turned(numbers.fmt_pct(share))

    def fmt_int(self, n: float) -> str:
        """Write a count."""
        return self._turned(numbers.fmt_int(n))

    def fmt_span(self, low: str, high: str) -> str:
        """Write an interval whose ends are written."""
        return f"{low} {self.to} {high}"

    def fmt_times(self, x: float) -> str:
        """Write a factor."""
        return f"{self.fmt(x)}{self.times}"

    def _turned(self, text: str) -> str:
        for english, word in self.words.items():
            text = re.sub(rf"\b{english}\b", word, text)
        marks = {",": self.thousands, ".": self.decimal, "%": self.percent}
        return re.sub(r"(?<=\d)[.,](?=\d)|(?<=\d)%", lambda match: marks[match.group(0)], text)


ABROAD: Mapping[str, NumbersAbroad] = {
    "de": NumbersAbroad(
        to="bis",
        times="-mal",
        words={
            "not available": "nicht verfügbar",
            "minus infinite": "minus unendlich",
            "infinite": "unendlich",
            "less than": "weniger als",
            "more than": "mehr als",
            "between": "zwischen",
            "and": "und",
        },
    ),
    "fr": NumbersAbroad(
        thousands=NARROW_SPACE,
        to="à",
        times=f"{NARROW_SPACE}fois",
        words={
            "not available": "non disponible",
            "minus infinite": "moins l'infini",
            "infinite": "infini",
            "less than": "moins de",
            "more than": "plus de",
            "between": "entre",
            "and": "et",
        },
    ),
    "es": NumbersAbroad(
        to="a",
        times=f"{NARROW_SPACE}veces",
        words={
            "not available": "no disponible",
            "minus infinite": "menos infinito",
            "infinite": "infinito",
            "less than": "menos de",
            "more than": "más de",
            "between": "entre",
            "and": "y",
        },
    ),
    "it": NumbersAbroad(
        percent="%",
        to="a",
        times=f"{NARROW_SPACE}volte",
        words={
            "not available": "non disponibile",
            "minus infinite": "meno infinito",
            "infinite": "infinito",
            "less than": "meno di",
            "more than": "più di",
            "between": "tra",
            "and": "e",
        },
    ),
}
"""Language code -> how its numbers are written."""


def numbers_in(code: str) -> Writer:
    """Return how numbers are written in a language."""
    if code in ABROAD:
        return ABROAD[code]
    return numbers
