"""What is needed to test one language, and the ways in which any true sentence is bent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMBER = re.compile(r"\{(?:coef\.[^{}]*|model\.[^{}]*|target\.mean)\}")
SWAPS = (("age", "discount"), ("bmi", "age"), ("discount", "smoker"), ("smoker", "age"))
DIGITS = ("12.345", "3", "٣٤٥", "½", "12")


@dataclass(frozen=True)
class Tongue:
    """A language under test.

    Attributes
    ----------
    true : sentences that hold
    false : sentences that do not, or may not be said, by what is wrong with them
    opposites : a word and its opposite
    causes : words that say that things go together, and words for causes in their place
    amounts : number words, in place of a slot
    beside : what would multiply a number
    certain : words that leave something open, and words that do not
    filled : a sentence with its numbers, for how they are written
    forbidden : number words, words for causes and for certainty, which no list of the language may hold
    low : words by which something is lower, less or last
    """

    true: tuple[str, ...]
    false: tuple[tuple[str, str], ...]
    opposites: tuple[tuple[str, str], ...]
    causes: tuple[tuple[str, str], ...]
    amounts: tuple[str, ...]
    beside: str
    certain: tuple[tuple[str, str], ...]
    filled: tuple[str, str]
    forbidden: str
    low: str

    def bent(self) -> list[tuple[str, str]]:
        """Return what is wrong with a sentence, and the sentence."""
        found = [*self.false, *(pair for text in self.true for pair in self._bent(text))]
        return [(kind, text) for kind, text in dict.fromkeys(found) if text not in self.true]

    def _bent(self, text: str) -> Iterator[tuple[str, str]]:
        for slot in NUMBER.findall(text)[:1]:
            yield from (("digits", text.replace(slot, digits)) for digits in DIGITS)
            yield from (("number word", text.replace(slot, word)) for word in self.amounts)
            yield "unknown slot", text.replace(slot, slot.replace(".", ".no_", 1))
            yield "beside", text.replace(slot, f"{slot} {self.beside}")
            yield "glued", text.replace(slot, f"{slot}000")
            yield "sign", text.replace(slot, f"-{slot}")
        yield "made-up word", text.replace("}", "} schnurpelig", 1)
        yield "English", text.replace("}", "} roughly", 1)
        yield "markup", text.replace("}", "} <b>", 1)
        for pair in self.opposites:
            for one, other in (pair, pair[::-1]):
                flipped = re.sub(rf"(?<!\w){one}", other, text, flags=re.IGNORECASE)
                if flipped != text and not all(re.search(rf"(?<!\w){word}", text) for word in pair):
                    yield "flipped", flipped
        for one, other in self.causes:
            if re.search(rf"(?<!\w){one}(?!\w)", text):
                yield "causes", re.sub(rf"(?<!\w){one}(?!\w)", other, text, count=1)
        for one, other in SWAPS:
            if f"{{name.{one}}}" in text and ("{coef" in text or text.count("{name.") > 2):
                yield "column", text.replace(f"{{name.{one}}}", f"{{name.{other}}}")
            if f"{{coef.{one}." in text:
                yield "value", text.replace(f"{{coef.{one}.", "{coef.children.")
        for one, other in self.certain:
            if re.search(rf"(?<!\w){one}(?!\w)", text):
                yield "certain", re.sub(rf"(?<!\w){one}(?!\w)", other, text)
