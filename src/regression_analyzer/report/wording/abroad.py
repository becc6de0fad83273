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


ASSOCIATION = (
    "Each effect is for rows alike in all other predictors. What rows differ in goes together with {target}; "
    "the data cannot say that changing one changes the other."
)
"""The same in English."""
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
    "fr": Around(
        heading="En d'autres termes : ",
        checked=" (Écrit par {by} ; chaque phrase a été vérifiée d'après les résultats.)",
        fine="Aucun contrôle des données ou du modèle n'a rien trouvé qui demande attention.",
        one="Avant de vous y fier : un point demande attention ; le rapport le nomme en anglais.",
        many="Avant de vous y fier : {n} points demandent attention ; le rapport les nomme en anglais.",
        association="Chaque indication vaut pour des lignes semblables dans tous les autres prédicteurs. Ce en "
        "quoi les "
        "lignes diffèrent va de pair avec {target} ; les données ne peuvent pas dire que changer l'un change l'autre.",
    ),
    "es": Around(
        heading="En otras palabras: ",
        checked=" (Escrito por {by}; cada frase se comprobó con los resultados.)",
        fine="Ninguna comprobación de los datos o del modelo encontró nada que requiera atención.",
        one="Antes de confiar en ello: un punto requiere atención; el informe lo nombra en inglés.",
        many="Antes de confiar en ello: {n} puntos requieren atención; el informe los nombra en inglés.",
        association="Cada indicación vale para filas iguales en todos los demás predictores. Aquello en que las filas "
        "difieren va unido a {target}; los datos no pueden decir que cambiar lo uno cambie lo otro.",
    ),
    "it": Around(
        heading="In altre parole: ",
        checked=" (Scritto da {by}; ogni frase è stata verificata sui risultati.)",
        fine="Nessun controllo dei dati o del modello ha trovato qualcosa che richieda attenzione.",
        one="Prima di farci affidamento: un punto richiede attenzione; il rapporto lo nomina in inglese.",
        many="Prima di farci affidamento: {n} punti richiedono attenzione; il rapporto li nomina in inglese.",
        association="Ogni indicazione vale per righe uguali in tutti gli altri predittori. Ciò in cui le righe "
        "differiscono si accompagna a {target}; i dati non possono dire che cambiare l'uno cambi l'altro.",
    ),
}
"""Language code -> its words."""


def around(code: str) -> Around:
    """Return the fixed words of a language."""
    return AROUND.get(code, ENGLISH)
