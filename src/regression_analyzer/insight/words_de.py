"""German: the phrases that a sentence may be made of. The notation is that of ``insight.lexicon``."""

from __future__ import annotations

from regression_analyzer.insight.lexicon import Lexicon, lines, turned

LOWER = {"Einheit mehr": "Einheit mehr", "höher": "niedriger", "mehr": "weniger"}
"""More of a predictor stays more."""
LEAST = {"am meisten": "am wenigsten", "am stärksten": "am schwächsten", "größten": "kleinsten"}

UP = lines("""
    {target} ist/liegt höher
    ist/liegt {target} höher
    {target} höher ist/liegt
    höher ist/liegt {target}
    höher/höhere/höheren/höherem/höheres/höherer {target}
    höhere/höheren/höherer Werte/Werten von/bei/in? {target}
    höhere/höheren Chancen von/auf/für {target}
    mehr {target}
    desto höher ist? {target} ist?
    {target} ist/liegt im? Mittel? um etwa/rund/ungefähr? {estimate/interval} höher
    ist/liegt {target} im? Mittel? um etwa/rund/ungefähr? {estimate/interval} höher
    {target} um etwa/rund/ungefähr? {estimate/interval} höher ist/liegt
    {target} ist/liegt bei/für {level} um etwa/rund/ungefähr? {estimate/interval} höher
    ist/liegt {target} bei/für {level} um etwa/rund/ungefähr? {estimate/interval} höher
    um etwa/rund/ungefähr? {estimate/interval} höhere/höheren/höherem/höheres/höherer {target}
    etwa/rund/ungefähr? {estimate/interval} mehr {target}
    von {interval} mehr {target}
    {target} von/um {interval} höher
    ist/liegt? {target} je Einheit mehr? von/bei? {name} um etwa/rund/ungefähr? {estimate/interval} höher ist/liegt?
    {target} ist/liegt je Einheit mehr? von/bei? {name} um etwa/rund/ungefähr? {estimate/interval} höher
    {target} das/der/die um etwa/rund/ungefähr? {estimate/interval} höher ist/liegt
""")
MORE_OF = lines("""
    je Einheit mehr? von/bei/in? {name}
    je zusätzliche/zusätzlicher Einheit von? {name}
    jede/jeder zusätzliche/zusätzlichen? Einheit mehr? von? {name}
    höhere/höheren/höherer Werte/Werten von/bei/in {name}
    höher/höhere/höheren/höherem/höheres/höherer {name}
    mehr {name}
    mit steigendem/steigender/steigenden/zunehmendem/zunehmender/zunehmenden {name}
    je höher {name} ist?
""")
TIES = lines("""
    geht/gehen
    hängt/hängen
    steht/stehen
    einhergeht/einhergehen
    zusammenhängt/zusammenhängen
    der/den? Zusammenhang von {name} mit/und {target}
    der/den? Zusammenhang zwischen {name} und {target}
    in Zusammenhang/Verbindung
""")
ORDER = lines("""
    am meisten
    am stärksten
    hat/haben? den größten Anteil hat?
    hat/haben? den größten Teil hat?
""")
PATTERNS = lines("""
    {name} geht mit höherem {target} einher.
    {name} geht mit niedrigerem {target} einher.
    Höhere Werte von {name} gehen mit höheren Werten von {target} einher.
    Höhere Werte von {name} gehen mit niedrigeren Werten von {target} einher.
    {name} hängt mit höherem {target} zusammen.
    Je Einheit mehr von {name} ist {target} um etwa {estimate} höher.
    Je Einheit mehr von {name} ist {target} um etwa {estimate} niedriger, Intervall {interval}.
    Für Zeilen, die sich sonst gleichen, ist {target} je Einheit mehr von {name} um {estimate} höher.
    Der Koeffizient von {name} beträgt {estimate}, mit dem Intervall {interval} ({p_value} im Test).
    Bei {name} ist {target} für {level} um etwa {estimate} höher als für {reference}.
    Wo {name} {level} ist, ist {target} um {estimate} niedriger, verglichen mit {reference}.
    Bei {name} geht {level} statt {reference} mit {estimate} mehr {target} einher.
    Bei {name} geht {level} statt {reference} mit {times} so hohen Chancen von {target} einher.
    Je Einheit mehr von {name} sind es {times} so hohe Chancen von {target}.
    Der Zusammenhang von {name} mit {target} ist erkennbar.
    {name} und {name} hängen erkennbar mit {target} zusammen.
    Für {name} ist die Richtung unsicher.
    Für {name} bleibt offen, ob {target} höher oder niedriger ist.
    Womit {name} einhergeht, ist unsicher, das Intervall ist {interval}.
    Am stärksten hängt {name} mit {target} zusammen, dann {name}, dann {name}.
    Den größten Anteil hat {name}, gefolgt von {name}.
    Am schwächsten hängt {name} mit {target} zusammen.
    {name} erklärt mehr von den Unterschieden als {name}.
    {name} erklärt weniger von den Unterschieden als {name}.
    Das Modell erklärt {share} der Unterschiede in {target}.
    Das Modell beruht auf {rows} Zeilen.
    Das Modell liegt typischerweise um {error} daneben.
    Der Mittelwert von {target} ist {mean}.
""")

GERMAN = Lexicon(
    phrases={
        "up": UP,
        "down": turned(UP, LOWER),
        "more_of": MORE_OF,
        "ties": TIES,
        "compared": lines("""
            statt {reference}
            anstelle von {reference}
            gegenüber {reference}
            verglichen mit {reference}
            im Vergleich zu/mit {reference}
            als bei/für? {reference}
        """),
        "most": (
            *ORDER,
            *lines("""
            dann/danach {name}
            gefolgt von {name}
        """),
        ),
        "least": turned(ORDER, LEAST),
        "larger": lines("""
            {name} erklärt/beschreibt mehr von? den/der Unterschieden/Unterschiede/Streuung in? {target}? als {name}
            der Anteil von {name} ist größer als der Anteil? von {name}
        """),
        "smaller": lines("""
            {name} erklärt/beschreibt weniger von? den/der Unterschieden/Unterschiede/Streuung in? {target}? als {name}
            der Anteil von {name} ist kleiner als der Anteil? von {name}
        """),
        "open": lines("""
            ist/sind/bleibt/bleiben? zu? unsicher/offen/ungewiss/unklar ist/sind/bleibt/bleiben?
            lassen/lässt offen
            lässt sich nicht sagen
            nicht sagen lässt
            ist/sind/bleibt/bleiben die Richtung/Richtungen zu? unsicher/offen/ungewiss/unklar
        """),
        "seen": lines("""
            erkennbar
            zeigt/zeigen sich
            zeichnet/zeichnen sich ab
            zu erkennen
        """),
        "numbers": lines("""
            erklärt/beschreibt/erfasst etwa/rund/ungefähr? {share} der Unterschiede/Streuung/Varianz in/von? {target}?
            {share} der Unterschiede/Streuung/Varianz in/von? {target}? erklärt/beschreibt/erfasst
            {rows} Zeilen
            um etwa/rund/ungefähr? {error} daneben
            um etwa/rund/ungefähr? {error} ab
            typische Fehler ist/beträgt etwa/rund/ungefähr? {error}
            Mittelwert/Durchschnitt von {target} ist/beträgt etwa/rund/ungefähr? {mean}
            im Mittel/Durchschnitt ist/beträgt/liegt {target} bei? etwa/rund/ungefähr? {mean}
            Koeffizient/Koeffizienten von {name} ist/beträgt/liegt bei? etwa/rund/ungefähr? {estimate/times}
            Intervall ist/reicht/liegt/geht? von? {interval/factors}
            Spanne ist/reicht/liegt/geht? von? {interval/factors}
            {p_value} im zugehörigen? Test
            im zugehörigen? Test {p_value}
            Test ergibt? {p_value}
            {times} so hohe/hohen/hoch/hoher Chancen von/auf/für {target}
            {times} so hoch
        """),
        "where": lines("""
            wo {name}
        """),
        "plain": lines("""
            die
            das
            der
            den
            dem
            des
            und
            sowie
            auch
            ist
            sind
            es
            mit
            mit {target}
            mit {name}
            einher
            zusammen
            für
            bei
            bei/für/von/in {name}
            bei/für {level}
            gleich {level}
            in diesen/den Daten/Zeilen
            diese/diesen Daten/Zeilen
            Daten
            im/das/dieses Modell
            im Mittel
            im Durchschnitt
            hier
            dabei
            liegt typischerweise
            weicht typischerweise
            beruht/basiert auf
            auf
            für/bei? Zeilen die sich? sonst/ansonsten gleichen/gleich
            Zeilen die in den anderen/übrigen Prädiktoren gleich sind
            bei/unter sonst/ansonsten gleichen Zeilen/Prädiktoren/Werten
            bei/für? sonst/ansonsten gleich
            ob {target} höher oder niedriger ist/liegt?
            ob {name} mit höherem/höheren oder niedrigerem/niedrigeren {target} einhergeht/zusammenhängt
            womit {name} und? {name}? einhergeht/einhergehen/zusammenhängt/zusammenhängen
            die/der Richtung
        """),
    },
    patterns=PATTERNS,
    articles=frozenset(["der", "die", "das", "den", "dem", "des"]),
)
