"""Italian: the phrases that a sentence may be made of. The notation is that of ``insight.lexicon``."""

from __future__ import annotations

from regression_analyzer.insight.lexicon import Lexicon, lines, turned

LOWER = {"più alto/alta/alti/alte": "più basso/bassa/bassi/basse", "è alto/alta": "è basso/bassa",
         "in più": "in meno", "superiore": "inferiore", "maggiori": "minori", "maggiore": "minore"}  # fmt: skip
LESS_HIGH = {"più": "meno"}
LEAST = {"più grande": "più piccola", "più": "meno"}

UP = lines("""
    {target} è/sono? più alto/alta/alti/alte
    è più alto/alta/alti/alte {target}
    più {target} è alto/alta
    {target} è? maggiore/superiore
    maggiore/maggiori {target}
    valori più alto/alta/alti/alte di {target}
    maggiori possibilità di {target}
    più {target}
    {target} è? più alto/alta/alti/alte di circa? {estimate/interval}
    {target} è? maggiore/superiore di circa? {estimate/interval}
    {target} è di circa? {estimate/interval} più alto/alta/alti/alte
    {target} è per {level} più alto/alta/alti/alte di circa? {estimate/interval}
    è più alto/alta/alti/alte di circa? {estimate/interval} {target}
    circa? {estimate/interval} in più di/per/in {target}
    circa? {estimate/interval} di {target} in più
""")
ORDER = lines("""
    ciò che è più
    la parte più grande spetta a
    ha la parte più grande
""")
PATTERNS = lines("""
    {name} si accompagna a {target} più alto.
    {name} si accompagna a {target} più basso.
    Valori più alti di {name} si accompagnano a valori più alti di {target}.
    Valori più alti di {name} si accompagnano a valori più bassi di {target}.
    Più {name} è alto, più {target} è alto.
    Per ogni unità in più di {name}, {target} è più alto di circa {estimate}.
    Per ogni unità in più di {name}, {target} è più basso di {estimate}, intervallo {interval}.
    Per righe uguali nel resto, ogni unità di {name} si accompagna a {estimate} in più di {target}.
    Il coefficiente di {name} è di {estimate}, con l'intervallo {interval} ({p_value} nel test).
    Per {name}, {target} è per {level} più alto di circa {estimate} che per {reference}.
    Quando {name} è {level}, {target} è più alto di {estimate}, rispetto a {reference}.
    Per {name}, {level} invece di {reference} si accompagna a {estimate} in più di {target}.
    Per {name}, {level} invece di {reference} si accompagna a {times} le possibilità di {target}.
    Ogni unità di {name} si accompagna a {times} le possibilità di {target}.
    La relazione tra {name} e {target} è visibile.
    {name} e {name} sono visibilmente legati a {target}.
    Per {name}, la direzione è incerta.
    Per {name}, non si può dire se {target} è più alto o più basso.
    A che cosa si accompagna {name} è incerto, l'intervallo è {interval}.
    Ciò che è più legato a {target} è {name}, poi {name}, poi {name}.
    La parte più grande spetta a {name}, seguito da {name}.
    Ciò che è meno legato a {target} è {name}.
    {name} spiega più differenze di {name}.
    {name} spiega meno differenze di {name}.
    Il modello spiega il {share} delle differenze di {target}.
    Il modello si basa su {rows} righe.
    Il modello si sbaglia tipicamente di {error}.
    La media di {target} è di {mean}.
""")

ITALIAN = Lexicon(
    phrases={
        "up": UP,
        "down": (*turned(UP, LOWER), *turned(UP, LESS_HIGH)),
        "more_of": lines("""
            per? ogni unità in? più? di {name}
            per unità in? più? di {name}
            valori più alti di {name}
            {name} più alto/alta
            più {name} è alto/alta
            più {name}
            maggiore/maggiori {name}
        """),
        "ties": lines("""
            si accompagna/accompagnano a
            va/vanno di pari passo con
            è/sono? associato/associata/associati/associate a/con
            è/sono? legato/legata/legati/legate a
            la relazione tra/di {name} e/con {target}
            l'associazione tra/di {name} e/con {target}
            il legame tra/di {name} e/con {target}
        """),
        "compared": lines("""
            invece di {reference}
            al posto di {reference}
            rispetto a {reference}
            in confronto a {reference}
            a confronto con {reference}
            che per {reference}
        """),
        "most": (
            *ORDER,
            *lines("""
            poi {name}
            seguito/seguita da {name}
        """),
        ),
        "least": turned(ORDER, LEAST),
        "larger": lines("""
            {name} spiega/descrive più differenze di {name}
            {name} spiega/descrive più delle differenze di {name}
            la parte di {name} è maggiore di quella di {name}
        """),
        "smaller": lines("""
            {name} spiega/descrive meno differenze di {name}
            {name} spiega/descrive meno delle differenze di {name}
            la parte di {name} è minore di quella di {name}
        """),
        "open": lines("""
            è/sono/resta/restano? troppo? incerto/incerta/incerti/incerte
            resta/restano aperto/aperta
            lasciano/lascia aperto
            non si può dire
            non permettono/permette di dire
        """),
        "seen": lines("""
            è/sono visibile/visibili
            è/sono visibilmente legato/legata/legati/legate a
            si vede/vedono
            visibilmente
        """),
        "numbers": lines("""
            spiega/descrive il? circa? {share} delle differenze di/in? {target}?
            spiega/descrive il? circa? {share} della variazione/varianza di/in? {target}?
            {rows} righe
            si sbaglia tipicamente? di circa? {error}
            errore tipico è di? circa? {error}
            media di {target} è di? circa? {mean}
            coefficiente di {name} è di? {estimate/times}
            coefficiente di {name} vale {estimate/times}
            intervallo è? da/di? {interval/factors}
            intervallo va da {interval/factors}
            {p_value} nel suo? test
            nel suo? test {p_value}
            {times} le possibilità di {target}
        """),
        "where": lines("""
            quando/dove {name} è? {level}?
        """),
        "plain": lines("""
            il
            lo
            la
            i
            gli
            le
            l'
            di
            del
            della
            dei
            delle
            e
            anche
            è
            sono
            a
            al
            con
            per
            in
            su
            qui
            per/con {level}
            per {name}
            in questi dati
            in queste righe
            questi dati
            i dati
            modello
            si basa su
            in media
            per righe uguali/simili nel resto
            per righe uguali/simili negli altri predittori
            a parità degli altri predittori
            se {target} è/sia più alto/alta o più basso/bassa
            se {name} si accompagna/accompagni a {target} più alto/alta o più basso/bassa
            a che cosa si accompagna {name}
            a che cosa si accompagnano {name} e {name}
            la direzione della? relazione?
            il verso della? relazione?
        """),
    },
    patterns=PATTERNS,
    articles=frozenset(["il", "lo", "la", "i", "gli", "le", "l'"]),
)
