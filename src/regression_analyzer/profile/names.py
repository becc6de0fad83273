"""What a column's name suggests. Names are hints: every use of them is recorded with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


def words_in(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(text.split())


_UNITS = words_in(
    "g kg mg t lb lbs oz mm cm m km in ft mi s sec min h hr hrs usd eur gbp chf k pct percent c f mpa kwh kw "
    "w l ml n ms m2 m3 sqm sqft eur2 dollars euro euros"
)

IDENTIFIER = words_in(
    "id ids uid uuid guid key pk nr no num number rownames rowname rownum row index idx obs observation case "
    "record serial instant unnamed lfd nummer numero identifiant identificador identificativo kennung "
    "schluessel ssn isbn iban sku hash token code_id lfdnr"
)
"""Words for names that number or name rows."""
STRONG_IDENTIFIER = IDENTIFIER - words_in("no num number case observation obs nummer numero instant token code_id")
"""Those of them that hardly ever name a measurement."""
UNIT = words_in(
    "subject subj patient person participant proband respondent country pays land pais school ecole schule "
    "student schueler pupil teacher classroom firm company unternehmen entreprise empresa household haushalt "
    "family familie hospital clinic klinik physician doctor store shop filiale customer kunde client user "
    "account county state province city town village municipality commune animal rat mouse litter dog cow "
    "sheep plot tree site station sensor machine device plant player team employee worker batch donor twin "
    "sire dam block stadt gemeinde kanton versuchsperson betrieb maschine nutzer lehrer eleve etudiant magasin usine "
    "salarie usager commerce hopital usuario paciente alumno cliente empresa escuela tienda maestro trabajador "
    "paziente alunno studente scuola azienda negozio utente ospedale comune"
)
"""Words for things that are measured repeatedly."""
CODE = words_in(
    "code zip zipcode postcode postal postalcode plz cap cp type typ class klasse classe clase category "
    "kategorie categorie categoria sic naics isco icd cluster district region state county segment sector "
    "branch department dept season weekday dayofweek dow group gruppe groupe grupo fips tract"
)
"""Words for names whose whole numbers are labels, not amounts."""
_CODE_ENDS = ("code", "class", "type", "zip")
COUNT = words_in(
    "count counts cnt number num n claims visits accidents deaths cases events calls orders clicks breaks "
    "articles publications children kids siblings rooms bedrooms bathrooms absences days_absent goals killed "
    "arrests births anzahl nombre numero zahl failures defects errors"
)
TIME = words_in(
    "date day days week month mnth year yr jahr monat tag woche annee mois jour semaine ano anno mes dia time "
    "timestamp datetime period quarter t zeit temps fecha datum hour wave visit occasion session semester trimester "
    "welle vague ola quartal quartale trimestre semestre"
)
TOTAL = words_in("total totals sum overall all gesamt summe insgesamt somme totale suma aggregate cnt subtotal")

_TARGET_TIERS: Mapping[int, frozenset[str]] = {
    100: words_in(
        "target outcome response dependent label zielvariable ziel cible objetivo y depvar zielgroesse class_y"
    ),
    70: words_in(
        "price prices saleprice charges charge cost costs sales revenue revenues turnover profit earnings wage "
        "wages salary salaries churn churned attrition survived survival medv preis kosten umsatz gewinn gehalt "
        "lohn miete rent prix cout ventes salaire loyer precio costo coste ventas salario ingresos prezzo vendite "
        "preco vendas default defaulted conversion converted purchased subscribed diagnosis fraud killed deaths "
        "died casualties fertility cnt mpg spend spending demand expense expenses expenditure absatz ertrag "
        "verkaufe verkauf verkaeufe claims loan_status readmitted"
    ),
    45: words_in(
        "score strength yield mass weight gewicht poids peso value val wert valeur valor tip tips death "
        "consumption emissions quality rating prestige ozone employed vote breaks lifeexp expectancy grade grades "
        "marks mark gpa performance productivity output risk severity incidence prevalence growth satisfaction "
        "popularity mortality rendement rendimiento note noten leistung verbrauch ernte recolte success passed "
        "event status failure failed approved accepted clicked hired left dist amount betrag montant importe "
        "total_amount visits art strength_mpa concentration temperature_out unemployment energy load"
    ),
    25: words_in(
        "income gdp gdppercap len length duration delay height speed efficiency eruptions days size pressure bmi "
        "total return returns margin einkommen revenu renta hours dauer response_time count counts usage volume"
    ),
}
_PREDICTOR_LIKE = words_in(
    "age alter edad eta sex gender geschlecht sexe sexo race ethnicity latitude longitude lat lon lng long "
    "year yr month mnth day hour week weekday date time tenure educ education region state country city group "
    "treatment arm dose temp humidity origin model"
)


def tokens(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words without accents (``"Body_massKG"`` -> ``("body", "mass", "kg")``)."""
    plain = unicodedata.normalize("NFKD", name[:300].replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(piece.lower() for piece in _PIECE.findall(plain))


def _meaningful(name: str) -> tuple[str, ...]:
    """Words of a name without a trailing unit or number."""
    words = list(tokens(name))
    while len(words) > 1 and (words[-1] in _UNITS or words[-1].isdigit()):
        words.pop()
    return tuple(words)


def _has(words: Iterable[str], vocabulary: frozenset[str]) -> str | None:
    return next((w for w in words if w in vocabulary), None)


def identifier_hint(name: str) -> bool:
    """Whether the name says that the column numbers or names rows."""
    words = tokens(name)
    if not words:
        return True
    joined = "".join(words)
    return words[-1] in IDENTIFIER or words[0] in STRONG_IDENTIFIER or joined in IDENTIFIER


def strong_identifier_hint(name: str) -> bool:
    """Whether the name hardly allows anything but a key (``id``, ``patient_id``, ``uuid``)."""
    words = tokens(name)
    return bool(words) and (words[-1] in STRONG_IDENTIFIER or "".join(words) in STRONG_IDENTIFIER)


def unit_hint(name: str) -> bool:
    """Whether the name says that values are things measured repeatedly (a patient, a country)."""
    words = [w[:-1] if w.endswith("s") and w[:-1] in UNIT else w for w in tokens(name)]
    return bool(words) and (words[-1] in UNIT or (len(words) > 1 and words[0] in UNIT and words[-1] in IDENTIFIER))


def code_hint(name: str) -> bool:
    """Whether the name says that whole numbers are labels."""
    words = _meaningful(name)
    return bool(words) and (words[-1] in CODE or words[-1].endswith(_CODE_ENDS))


def count_hint(name: str) -> bool:
    """Whether the name says that whole numbers count something."""
    words = tokens(name)
    return bool(words) and (words[-1] in COUNT or words[0] in {"n", "num", "number", "count", "anzahl", "nombre"})


def time_hint(name: str) -> bool:
    """Whether the name says when."""
    words = tokens(name)
    return bool(words) and (words[-1] in TIME or words[0] in {"year", "date", "jahr", "datum", "annee", "fecha"})


def total_hint(name: str) -> bool:
    """Whether the name says that the column is a sum."""
    return _has(tokens(name), TOTAL) is not None


def target_hint(name: str) -> tuple[int, str]:
    """How strongly a name suggests the thing to be explained (0 to 100), and the word that does."""
    words = _meaningful(name)
    if words == ("y",) and len(tokens(name)) > 1 and not tokens(name)[1].isdigit():
        return 0, ""
    if not words:
        return 0, ""
    whole = "".join(words)
    for strength, vocabulary in _TARGET_TIERS.items():
        if whole in vocabulary:
            return strength, whole
        if words[-1] in vocabulary:
            return strength - 3, words[-1]
    for strength, vocabulary in _TARGET_TIERS.items():
        word = _has(words[:-1], vocabulary - {"y", "class_y"})
        if word:
            return strength // 2, word
    return 0, ""


def predictor_hint(name: str) -> bool:
    """Whether the name is one of things that usually explain rather than are explained (age, sex, region)."""
    words = _meaningful(name)
    return bool(words) and (words[-1] in _PREDICTOR_LIKE or words[0] in _PREDICTOR_LIKE)


def later_in_series(name: str) -> bool:
    """Whether the name ends in a number above 1 (``y2`` beside ``y1``)."""
    words = tokens(name)
    return len(words) > 1 and words[-1].isdigit() and 1 < int(words[-1][:6]) < 100


def built_from(name: str, others: Collection[str]) -> bool:
    """Whether the name is another column's and a little more, or holds two others' (``expersq``, ``hp_wt``)."""
    low = name.lower()
    inside = [o for o in others if len(o) >= 3 and o in low and o != low]
    return len(inside) >= 2 or any(len(low) - len(o) <= 3 for o in inside)
