"""Whether a text names a measure (``age``, ``Miete``, ``weight (kg)``), as the header of a table does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from regression_analyzer.table.names import unit_in_name


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CORNERS = frozenset({
    "variable", "variables", "var", "feature", "features", "field", "fields", "attribute", "attributes", "measure",
    "measures", "metric", "metrics", "parameter", "parameters", "indicator", "indicators", "merkmal", "merkmale",
    "variablen", "kennzahl", "kennzahlen", "indicateur", "indicador", "indicatore", "characteristic", "statistic",
})  # fmt: skip
"""What the corner cell says where the first column holds the names of variables."""

CASES = _words(
    "case row obs observation sample subject subj patient pat participant person proband individual specimen "
    "animal plot site station house household firm record unit fall zeile beobachtung probe patientin person "
    "haushalt cas ligne échantillon sujet caso fila muestra sujeto paciente riga campione soggetto paziente"
)
"""Words that name cases where a header runs through them with numbers."""

_MEASURES = _words(
    "age income height weight length width depth size area volume mass density speed velocity pressure "
    "temperature temp humidity rainfall precipitation wind sex gender smoker bmi pulse glucose cholesterol "
    "dose concentration price cost costs charge charges revenue sales profit salary wage wages rent tax taxes "
    "debt expenses budget gdp inflation unemployment employment population birth births death deaths mortality "
    "fertility expectancy share rate ratio percentage percent index score grade grades rating rank count total "
    "amount quantity number average mean median min max minimum maximum duration distance time hours minutes "
    "seconds days years year month date education experience children rooms bedrooms bathrooms floors mileage "
    "mpg hp horsepower cyl cylinders displacement consumption emissions energy power voltage current yield "
    "strength hardness ph clicks views visits orders customers users conversion visitors impressions exports "
    "imports production output alter einkommen groesse größe gewicht laenge länge breite hoehe höhe tiefe "
    "flaeche fläche preis kosten umsatz gewinn gehalt lohn miete steuer anzahl zahl menge anteil quote rate "
    "dauer zeit temperatur druck geschlecht bevölkerung bevoelkerung verbrauch ertrag leistung note zimmer "
    "baujahr jahr datum einwohner absatz âge revenu taille poids longueur largeur hauteur surface superficie "
    "prix coût cout ventes bénéfice salaire loyer impôt nombre quantité taux part durée temps température "
    "pression sexe population chômage rendement edad ingreso ingresos altura peso longitud anchura superficie "
    "precio coste costo ventas beneficio salario alquiler impuesto número numero cantidad tasa porcentaje "
    "duración tiempo temperatura presión sexo población età reddito altezza lunghezza larghezza superficie "
    "prezzo costo vendite utile stipendio affitto imposta quantità tasso percentuale durata tempo pressione "
    "sesso popolazione var target outcome response"
)
_STEMS = tuple(sorted((word for word in _MEASURES if len(word) >= 5), key=len, reverse=True))
_PIECE = re.compile(r"[A-Z]+(?![a-zà-ÿ])|[A-ZÀ-Ý]?[a-zà-ÿß]+")


def names_measure(text: str) -> bool:
    """Tell whether a text looks like the name of a measure: it carries a unit, or holds a word for one.

    A word may be part of a longer one (``Stromverbrauch``), as German writes them.
    """
    if unit_in_name(text):
        return True
    pieces = [piece.casefold() for piece in _PIECE.findall(text)]
    return any(piece in _MEASURES or piece.endswith(_STEMS) for piece in pieces)


def share_of_measures(texts: Sequence[str]) -> float:
    """Return the share of texts that look like names of measures."""
    return sum(map(names_measure, texts)) / len(texts) if texts else 0.0
