"""The language a file is in, guessed from ordinary words in the names of its columns and in its levels.

The rule is modest: a language is taken where at least ``LEAST_WORDS`` different words of its list are found, and
at least ``LEAD`` times as many as of any other list, English among them. Anything else is English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from regression_analyzer.findings import Decision
from regression_analyzer.languages import AUTO, DECISION, LANGUAGES, language_asked
from regression_analyzer.profile.value import Profile

LEAST_WORDS = 2
LEAD = 2
_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")

WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "age price year month day sex gender income sales weight height amount count number size name yes no "
        "male female cost costs revenue rate score date time city country state type status category product "
        "customer customers order id value width length depth speed level house rooms rent wage salary education "
        "smoker charges children old new high low black white red green blue true false",
        "de": "alter preis jahr monat tag geschlecht einkommen umsatz gewicht höhe größe groesse menge anzahl ja nein "
        "männlich weiblich mann frau kosten datum zeit stadt land straße strasse kunde kunden bestellung wert breite "
        "länge laenge tiefe geschwindigkeit haus zimmer miete lohn gehalt bildung raucher kinder alt neu hoch niedrig "
        "schwarz weiß rot grün blau wohnfläche wohnflaeche fläche flaeche baujahr lage "
        "verbrauch leistung temperatur stunden tage wochen ort filiale abteilung rabatt werbung verkäufe verkaeufe "
        "nord süd ost mittel klein groß gross keine sonstige beruf ausbildung",
        "fr": "âge prix année annee mois jour sexe revenu ventes poids hauteur taille quantité quantite nombre oui non "
        "homme femme coût cout coûts date_achat heure ville pays rue client clients commande valeur largeur longueur "
        "profondeur vitesse maison pièces pieces loyer salaire études etudes fumeur enfants vieux neuf nouveau haut "
        "bas noir blanc rouge vert bleu surface quartier chiffre affaires dépenses "
        "depenses durée duree nord sud est ouest moyen petit grand aucun autre métier magasin remise publicité",
        "es": "edad precio año mes día dia sexo ingreso ingresos ventas peso altura tamaño cantidad número numero sí "
        "hombre mujer costo coste costos fecha hora ciudad país pais calle cliente clientes pedido valor anchura ancho "
        "longitud largo profundidad velocidad casa habitaciones alquiler salario sueldo educación educacion fumador "
        "hijos viejo nuevo alto bajo negro blanco rojo verde azul superficie barrio "
        "gasto gastos duración duracion norte sur este oeste medio pequeño grande ninguno otro tienda descuento "
        "publicidad estudios nombre",
        "it": "età eta prezzo anno mese giorno sesso reddito vendite peso altezza dimensione quantità numero sì "
        "maschio femmina uomo donna costo costi data ora città citta paese via cliente clienti ordine valore larghezza "
        "lunghezza profondità velocità casa stanze affitto stipendio salario istruzione fumatore figli vecchio nuovo "
        "alto basso nero bianco rosso verde blu superficie quartiere spesa spese durata nord sud "
        "est ovest medio piccolo grande nessuno altro negozio sconto pubblicità lavoro nome",
    }.items()
}
"""Ordinary words of tables; one that stands in two lists speaks for both."""


def words_in(texts: Iterable[str]) -> set[str]:
    """Return the words of names and levels, in lower case (``"AlterJahre_2"`` -> alter, jahre)."""
    found: set[str] = set()
    for text in texts:
        plain = unicodedata.normalize("NFC", text)
        found.update(word.lower() for word in _WORD.findall(_HUMP.sub(" ", plain)))
    return found


def guessed(texts: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the language of names and levels, and the words that speak for it; none where none stands out."""
    words = words_in(texts)
    counts = {code: sorted(words & listed) for code, listed in WORDS.items()}
    best = max(counts, key=lambda code: len(counts[code]))
    others = max(len(found) for code, found in counts.items() if code != best)
    if best == "en" or len(counts[best]) < LEAST_WORDS or len(counts[best]) < LEAD * others:
        return "en", ()
    return best, tuple(counts[best])


def decide_language(profile: Profile, asked: str, overrides: Mapping[str, str]) -> Decision:
    """Decide the language that a language model tells the result in.

    Parameters
    ----------
    asked : a code, or ``"auto"``
    overrides : ``language`` -> a code

    Raises
    ------
    UsageError
        There is no such language.
    """
    wanted = language_asked(overrides.get(DECISION, asked))
    if wanted != AUTO:
        return _decision(wanted, "it was asked for", overridden=True)
    texts = [column.name for column in profile.columns]
    texts += [level.value for column in profile.columns if column.role in {"category", "yes_no"}
              for level in column.levels]  # fmt: skip
    code, words = guessed(texts)
    if not words:
        return _decision(code, "no other language stands out in the names of columns and levels")
    shown = ", ".join(f'"{word}"' for word in words[:3])
    return _decision(code, f"{len(words)} words in the names of columns and levels are {LANGUAGES[code]}, as {shown}")


def _decision(code: str, because: str, *, overridden: bool = False) -> Decision:
    return Decision(
        id=DECISION,
        what="Language that a language model tells the result in",
        chosen=code,
        because=because,
        rejected=tuple(other for other in LANGUAGES if other != code),
        overridden=overridden,
    )
