"""French: the phrases that a sentence may be made of. The notation is that of ``insight.lexicon``."""

from __future__ import annotations

from regression_analyzer.insight.lexicon import Lexicon, lines, turned

LOWER = {
    "plus élevé/élevée/élevés/élevées": "plus bas/basse/faible/faibles",
    "est élevé/élevée": "est bas/basse/faible",
    "de plus": "de moins",
    "en plus": "en moins",
    "davantage": "moins",
    "supérieur/supérieure": "inférieur/inférieure",
    "plus de": "moins de",
}
LESS_HIGH = {"plus": "moins"}
LEAST = {"le plus": "le moins", "la plus grande": "la plus petite"}

UP = lines("""
    {target} est/sont? plus élevé/élevée/élevés/élevées
    {target} supérieur/supérieure
    plus {target} est élevé/élevée
    valeurs plus élevé/élevée/élevés/élevées de/d'/pour {target}
    chances plus élevé/élevée/élevés/élevées de/d'/pour {target}
    davantage de/d' {target}
    plus de {target}
    {target} est? en? moyenne? plus élevé/élevée/élevés/élevées de/d' environ? {estimate/interval}
    {target} est? supérieur/supérieure de/d' environ? {estimate/interval}
    {target} est de/d' environ? {estimate/interval} plus élevé/élevée/élevés/élevées
    {target} est pour {level} plus élevé/élevée/élevés/élevées de/d' environ? {estimate/interval}
    environ? {estimate/interval} de plus pour/de/d' {target}
    environ? {estimate/interval} de/d' {target} de plus
    environ? {estimate/interval} de/d' {target} en plus
""")
ORDER = lines("""
    le plus
    le plus étroitement
    a la plus grande part
    la plus grande part revient à/au
""")
PATTERNS = lines("""
    {name} va de pair avec {target} plus élevé.
    {name} est associé à {target} plus bas.
    Des valeurs plus élevées de {name} vont de pair avec des valeurs plus élevées de {target}.
    Des valeurs plus élevées de {name} vont de pair avec des valeurs plus faibles de {target}.
    Plus {name} est élevé, plus {target} est élevé.
    Pour chaque unité supplémentaire de {name}, {target} est plus élevé d'environ {estimate}.
    Pour chaque unité supplémentaire de {name}, {target} est plus bas de {estimate}, intervalle {interval}.
    Pour des lignes semblables par ailleurs, chaque unité de {name} va de pair avec {estimate} de plus pour {target}.
    Le coefficient de {name} est de {estimate}, avec l'intervalle {interval} ({p_value} au test).
    Pour {name}, {target} est pour {level} plus élevé d'environ {estimate} que pour {reference}.
    Lorsque {name} est {level}, {target} est plus élevé de {estimate}, par rapport à {reference}.
    Pour {name}, {level} au lieu de {reference} va de pair avec {estimate} de plus pour {target}.
    Pour {name}, {level} au lieu de {reference} va de pair avec {times} les chances de {target}.
    Chaque unité de {name} va de pair avec {times} les chances de {target}.
    La relation entre {name} et {target} est visible.
    {name} et {name} sont visiblement liés à {target}.
    Pour {name}, le sens de la relation est incertain.
    Pour {name}, on ne peut pas dire si {target} est plus élevé ou plus bas.
    Ce avec quoi {name} va de pair est incertain, l'intervalle est {interval}.
    {name} est le plus lié à {target}, puis {name}, puis {name}.
    La plus grande part revient à {name}, suivi de {name}.
    {name} est le moins lié à {target}.
    {name} explique davantage de différences que {name}.
    {name} explique moins de différences que {name}.
    Le modèle explique {share} des différences de {target}.
    Le modèle repose sur {rows} lignes.
    Le modèle se trompe typiquement de {error}.
    La moyenne de {target} est de {mean}.
""")

FRENCH = Lexicon(
    phrases={
        "up": UP,
        "down": (*turned(UP, LOWER), *turned(UP, LESS_HIGH)),
        "more_of": lines("""
            pour? chaque unité supplémentaire? de/d'/en {name}
            pour? chaque unité de plus de/d'/en? {name}
            par unité supplémentaire? de/d'/en {name}
            valeurs plus élevées de/d'/pour {name}
            {name} plus élevé/élevée
            plus {name} est élevé/élevée
            plus de {name}
            davantage de/d' {name}
        """),
        "ties": lines("""
            va/vont de pair avec
            est/sont? associé/associée/associés/associées à/avec
            est/sont? lié/liée/liés/liées à/avec
            la relation entre/de {name} et/avec {target}
            l'association entre/de {name} et/avec {target}
            le lien entre/de {name} et/avec {target}
        """),
        "compared": lines("""
            au lieu de/d' {reference}
            plutôt que {reference}
            par rapport à {reference}
            comparé/comparée/comparés à/avec {reference}
            en comparaison de/avec {reference}
            que pour/chez? {reference}
        """),
        "most": (
            *ORDER,
            *lines("""
            puis/ensuite {name}
            suivi/suivie de/par {name}
        """),
        ),
        "least": turned(ORDER, LEAST),
        "larger": lines("""
            {name} explique/décrit davantage de? des? différences que {name}
            {name} explique/décrit plus de/des différences que {name}
            la part de {name} est plus grande que celle de {name}
        """),
        "smaller": lines("""
            {name} explique/décrit moins de/des différences que {name}
            la part de {name} est plus petite que celle de {name}
        """),
        "open": lines("""
            est/sont/reste/restent? trop? incertain/incertaine/incertains/incertaines
            reste/restent ouvert/ouverte/ouverts/ouvertes
            laissent/laisse ouvert/ouverte
            on ne peut pas dire
            ne permettent/permet pas de dire
        """),
        "seen": lines("""
            est/sont? visible/visibles
            visiblement
            est/sont visiblement lié/liée/liés/liées à/avec
            se voit/voient
            apparaît/apparaissent
        """),
        "numbers": lines("""
            explique/décrit environ? {share} des différences de/d'/dans? {target}?
            explique/décrit environ? {share} de la variation/variance de/d'/dans? {target}?
            {rows} lignes
            se trompe typiquement/généralement? de/d' environ? {error}
            erreur typique est de/d'? environ? {error}
            moyenne de/d' {target} est de/d'? environ? {mean}
            en moyenne {target} est de/d' environ? {mean}
            coefficient de/d' {name} est de/d'? {estimate/times}
            coefficient de/d' {name} vaut {estimate/times}
            intervalle est? de/d'? {interval/factors}
            intervalle va de/d' {interval/factors}
            {p_value} au/dans test
            {p_value} dans le test
            au test {p_value}
            {times} les chances de/d'/pour {target}
        """),
        "where": lines("""
            lorsque/quand/où {name} est/vaut? {level}?
        """),
        "plain": lines("""
            le
            la
            les
            l'
            d'
            de
            du
            des
            et
            ainsi que
            aussi
            est
            sont
            à
            au
            aux
            avec
            pour
            dans
            sur
            ici
            pour/chez {level}
            pour {name}
            dans ces/les données/lignes
            ces/les données
            modèle
            repose/basé/fondé sur
            en moyenne
            pour des lignes semblables/identiques par ailleurs
            pour des lignes semblables/identiques pour les autres prédicteurs
            à autres prédicteurs égaux/identiques
            si {target} est plus élevé/élevée ou plus bas/basse/faible
            si {name} va de pair avec {target} plus élevé/élevée ou plus bas/basse/faible
            ce avec quoi {name} va de pair
            ce avec quoi {name} et {name} vont de pair
            le sens de? la? relation?
            la direction de? la? relation?
        """),
    },
    patterns=PATTERNS,
    articles=frozenset(["le", "la", "les", "l'"]),
)
