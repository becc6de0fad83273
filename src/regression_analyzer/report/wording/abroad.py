"""What stands around a story that is told in another language than English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The fixed words of one language.

    Attributes
    ----------
    heading : before the story
    checked : after it; ``{by}`` wrote it
    fine, one, many : no finding needs attention, or ``{n}`` do; empty in English, which names the most serious one
    association : what the data cannot say of ``{target}``; empty in English, where it is the rules' last sentence
    """

    heading: str
    checked: str
    fine: str = ""
    one: str = ""
    many: str = ""
    association: str = ""

    def caution(self, points: int, written: str) -> str:
        """Return how many points need attention; ``written`` is their number as the language writes it."""
        return self.many.format(n=written) if points > 1 else self.one if points else self.fine


ENGLISH = Around(
    heading="In other words: ",
    checked=" (Written by {by}; every sentence was checked against the results.)",
)
AROUND: Mapping[str, Around] = {
    "de": Around(
        heading="In anderen Worten: ",
        checked=" (Geschrieben von {by}; jeder Satz wurde mit den Ergebnissen abgeglichen.)",
        fine="Keine Prüfung der Daten oder des Modells fand etwas, das Aufmerksamkeit braucht.",
        one="Bevor Sie sich darauf verlassen: Ein Punkt braucht Aufmerksamkeit; der Bericht nennt ihn auf Englisch.",
        many="Bevor Sie sich darauf verlassen: {n} Punkte brauchen Aufmerksamkeit; der Bericht nennt sie auf Englisch.",
        association="Jede Angabe gilt für Zeilen, die in allen anderen Prädiktoren gleich sind. Worin sich Zeilen "
        "unterscheiden, geht mit {target} einher; die Daten können nicht sagen, dass eine Änderung des einen das "
        "andere ändert.",
    ),
}
"""Language code -> its words."""


def around(code: str) -> Around:
    """Return the fixed words of a language."""
    return AROUND.get(code, ENGLISH)
