"""German."""

from __future__ import annotations

from .tongue import Tongue

SMOKER = "{coef.smoker[yes].estimate}"

GERMAN = Tongue(
    true=(
        "{name.age} geht mit höherem {target} einher.",
        "{name.discount} geht mit niedrigerem {target} einher.",
        "{name.age} und {name.bmi} gehen mit höherem {target} einher.",
        "Höhere Werte von {name.bmi} gehen mit höheren Werten von {target} einher.",
        "Höhere Werte von {name.discount} gehen mit niedrigeren Werten von {target} einher.",
        "Je höher {name.age}, desto höher {target}.",
        "Mit steigendem {name.discount} ist {target} niedriger.",
        "Je Einheit mehr von {name.age} ist {target} um etwa {coef.age.estimate} höher.",
        "Je Einheit mehr von {name.discount} ist {target} um {coef.discount.estimate} niedriger, "
        "Intervall {coef.discount.interval}.",
        "Für Zeilen, die sich sonst gleichen, ist {target} je Einheit mehr von {name.bmi} um {coef.bmi.estimate} "
        "höher.",
        "Jede zusätzliche Einheit von {name.age} geht mit rund {coef.age.estimate} mehr {target} einher "
        "({coef.age.p_value} im Test).",
        "Je Einheit {name.age} ist {target} um {coef.age.interval} höher.",
        "Der Koeffizient von {name.discount} beträgt {coef.discount.estimate}, mit dem Intervall "
        "{coef.discount.interval}.",
        f"Bei {{name.smoker}} ist {{target}} für {{level.smoker[yes]}} um etwa {SMOKER} höher als für "
        "{reference.smoker}.",
        f"Wo {{name.smoker}} {{level.smoker[yes]}} ist, ist {{target}} um {SMOKER} höher, verglichen mit "
        "{reference.smoker}.",
        f"Bei {{name.smoker}} geht {{level.smoker[yes]}} statt {{reference.smoker}} mit {SMOKER} mehr {{target}} "
        "einher.",
        "Smoker hängt erkennbar mit charges zusammen.",
        "Der Zusammenhang von {name.age} mit {target} ist erkennbar.",
        "{name.age} und {name.bmi} hängen erkennbar mit {target} zusammen.",
        "Für {name.children} ist die Richtung unsicher.",
        "Für {name.region} bleibt offen, ob {target} höher oder niedriger ist.",
        "Womit {name.children} einhergeht, ist unsicher, das Intervall ist {coef.children.interval}.",
        "Für {name.region} und {name.children} lässt sich nicht sagen, ob {target} höher oder niedriger ist.",
        "Am stärksten hängt {name.smoker} mit {target} zusammen, dann {name.age}, dann {name.discount}.",
        "Den größten Anteil hat {name.smoker}, gefolgt von {name.age}.",
        "{name.smoker} erklärt mehr von den Unterschieden als {name.age}.",
        "{name.bmi} erklärt weniger von den Unterschieden als {name.age}.",
        "Das Modell erklärt {model.r_squared} der Unterschiede in {target}.",
        "Das Modell beruht auf {model.n_obs} Zeilen.",
        "Das Modell liegt typischerweise um {model.typical_error} daneben.",
        "Der Mittelwert von {target} ist {target.mean}.",
    ),
    false=(
        ("certain", "{name.children} geht mit niedrigerem {target} einher."),
        ("certain", "{name.region} hängt erkennbar mit {target} zusammen."),
        ("certain", "Ob {target} höher oder niedriger ist, hängt mit {name.children} zusammen."),
        ("certain", "{name.age} geht immer mit höherem {target} einher."),
        ("certain", "{name.age} geht sicher mit höherem {target} einher."),
        ("open", "Für {name.smoker} ist die Richtung unsicher."),
        ("no effect", "{name.children} hat keinen Effekt auf {target}."),
        ("no effect", "{name.children} hängt nicht mit {target} zusammen."),
        ("no effect", "Zwischen {name.children} und {target} gibt es keinen Zusammenhang."),
        ("no effect", "{name.children} ist unerheblich."),
        ("negation", "{name.age} geht nicht mit höherem {target} einher."),
        ("negation", "Für {name.age} ist die Richtung nicht unsicher."),
        ("cause", "{name.age} treibt {target} nach oben."),
        ("cause", "{target} ist höher, weil {name.age} höher ist."),
        ("cause", "Der Einfluss von {name.age} auf {target} ist erkennbar."),
        ("cause", "{target} hängt von {name.age} ab."),
        ("advice", "Mehr {name.discount} würde {target} senken."),
        ("advice", "Sie sollten {name.discount} erhöhen."),
        ("turned", "Niedrigeres {name.discount} geht mit niedrigerem {target} einher."),
        ("turned", "Je Einheit weniger von {name.age} ist {target} um {coef.age.estimate} höher."),
        ("turned", "Ist {target} je Einheit weniger von {name.discount} um {coef.discount.estimate} niedriger."),
        ("turned", "Wo {target} höher ist, ist {name.age} um {coef.age.estimate} höher."),
        ("turned", "{name.age} ist um {coef.age.estimate} höher, mit {target}."),
        ("unit", "Je Einheit {name.age} ist {target} um eine Einheit höher."),
        ("unit", "Je Einheit {target} ist {name.age} um {coef.age.estimate} höher."),
        ("level", f"Bei {{name.smoker}} ist {{target}} für {{reference.smoker}} um {SMOKER} höher."),
        ("level", f"Bei {{name.smoker}} geht {{reference.smoker}} statt {{level.smoker[yes]}} mit {SMOKER} mehr "
                  "{target} einher."),
        ("order", "Am stärksten hängt {name.age} mit {target} zusammen, dann {name.smoker}."),
        ("order", "{name.age} hängt mit {target} zusammen, dann {name.smoker}."),
        ("order", "Am schwächsten hängt {name.smoker} mit {target} zusammen."),
        ("quality", "Das Modell erklärt {model.n_obs} der Unterschiede in {target}."),
        ("quality", "Das Modell beruht auf {model.r_squared} Zeilen."),
        ("quality", "Das Modell erklärt {model.n_obs} der Unterschiede in {model.r_squared} Zeilen."),
        ("quality", "Der Mittelwert von {target} ist {model.typical_error}."),
        ("between", "{name.age} hängt mit {name.bmi} zusammen."),
        ("between", "{name.age} hängt mit {name.bmi} und {target} zusammen."),
        ("between", "Der Zusammenhang zwischen {name.age} und {name.bmi} und {target} ist erkennbar."),
        ("between", "Je Einheit mehr von {name.age} und {name.bmi} ist {target} um {coef.bmi.estimate} höher."),
        ("language", "{name.age} goes with higher {target}."),
        ("two", "{name.age} geht mit höherem {target} einher. {name.bmi} auch."),
    ),
    opposites=(("höher", "niedriger"), ("mehr", "weniger")),
    causes=(("geht", "verursacht"), ("gehen", "bewirken"), ("hängt", "treibt"), ("hängen", "beeinflussen")),
    amounts=("dreihundert", "ein Drittel", "das Doppelte", "einige Hundert"),
    beside="Millionen",
    certain=(("unsicher", "sicher"), ("unsicher", "erkennbar"), ("offen", "erkennbar")),
    filled=(f"Bei {{name.smoker}} ist {{target}} für {{level.smoker[yes]}} um etwa {SMOKER} höher.",
            "Bei smoker ist charges für yes um etwa 22.940 höher."),
    forbidden="ein eine einen einem eines eins zwei drei vier fünf sechs sieben acht neun zehn hundert tausend million "
    "millionen halb hälfte drittel viertel doppelt dutzend prozent kein keine nie niemals immer stets alle verursacht "
    "bewirkt führt weil dadurch wegen durch beeinflusst einfluss effekt wirkung treibt steigert senkt sicher gewiss "
    "beweist bewiesen garantiert zweifellos eindeutig klar deutlich signifikant nur muss soll",
    low="niedriger niedrigere niedrigeren niedrigerem niedrigeres niedrigerer weniger kleiner kleinsten wenigsten "
    "schwächsten",
)  # fmt: skip
