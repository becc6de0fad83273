"""Italian."""

from __future__ import annotations

from .tongue import Tongue

SMOKER = "{coef.smoker[yes].estimate}"

ITALIAN = Tongue(
    true=(
        "{name.age} si accompagna a {target} più alto.",
        "{name.discount} si accompagna a {target} più basso.",
        "{name.age} e {name.bmi} si accompagnano a {target} più alto.",
        "Valori più alti di {name.bmi} si accompagnano a valori più alti di {target}.",
        "Valori più alti di {name.discount} si accompagnano a valori più bassi di {target}.",
        "Più {name.age} è alto, più {target} è alto.",
        "Più {name.discount} è alto, meno {target} è alto.",
        "Per ogni unità in più di {name.age}, {target} è più alto di circa {coef.age.estimate}.",
        "Per ogni unità in più di {name.discount}, {target} è più basso di {coef.discount.estimate}, intervallo "
        "{coef.discount.interval}.",
        "Per righe uguali nel resto, ogni unità di {name.bmi} si accompagna a {coef.bmi.estimate} in più di {target}.",
        "Ogni unità di {name.age} si accompagna a {coef.age.interval} in più di {target} ({coef.age.p_value} "
        "nel test).",
        "Il coefficiente di {name.discount} è di {coef.discount.estimate}, con l’intervallo {coef.discount.interval}.",
        f"Per {{name.smoker}}, {{target}} è per {{level.smoker[yes]}} più alto di circa {SMOKER} che per "
        "{reference.smoker}.",
        f"Quando {{name.smoker}} è {{level.smoker[yes]}}, {{target}} è più alto di {SMOKER}, rispetto a "
        "{reference.smoker}.",
        f"Per {{name.smoker}}, {{level.smoker[yes]}} invece di {{reference.smoker}} si accompagna a {SMOKER} in più di "
        "{target}.",
        "Smoker è visibilmente legato a charges.",
        "La relazione tra {name.age} e {target} è visibile.",
        "{name.age} e {name.bmi} sono visibilmente legati a {target}.",
        "Per {name.children}, la direzione è incerta.",
        "Per {name.region}, non si può dire se {target} è più alto o più basso.",
        "A che cosa si accompagna {name.children} è incerto, l'intervallo è {coef.children.interval}.",
        "I dati non permettono di dire se {name.children} si accompagna a {target} più alto o più basso.",
        "Ciò che è più legato a {target} è {name.smoker}, poi {name.age}, poi {name.discount}.",
        "La parte più grande spetta a {name.smoker}, seguito da {name.age}.",
        "{name.smoker} spiega più differenze di {name.age}.",
        "{name.bmi} spiega meno differenze di {name.age}.",
        "Il modello spiega {model.r_squared} delle differenze di {target}.",
        "Il modello si basa su {model.n_obs} righe.",
        "Il modello si sbaglia tipicamente di {model.typical_error}.",
        "La media di {target} è di {target.mean}.",
    ),
    false=(
        ("certain", "{name.children} si accompagna a {target} più basso."),
        ("certain", "{name.region} è visibilmente legato a {target}."),
        ("certain", "{name.age} si accompagna sempre a {target} più alto."),
        ("certain", "{name.age} si accompagna certamente a {target} più alto."),
        ("open", "Per {name.smoker}, la direzione è incerta."),
        ("no effect", "{name.children} non ha alcun effetto su {target}."),
        ("no effect", "{name.children} non è legato a {target}."),
        ("no effect", "Non c'è relazione tra {name.children} e {target}."),
        ("no effect", "{name.children} è irrilevante."),
        ("negation", "{name.age} non si accompagna a {target} più alto."),
        ("negation", "Per {name.age}, la direzione non è incerta."),
        ("cause", "{name.age} fa salire {target}."),
        ("cause", "{target} è più alto perché {name.age} è più alto."),
        ("cause", "{target} dipende da {name.age}."),
        ("cause", "L'influenza di {name.age} su {target} è visibile."),
        ("advice", "Più {name.discount} abbasserebbe {target}."),
        ("advice", "Bisogna alzare {name.discount}."),
        ("turned", "{name.discount} più basso si accompagna a {target} più basso."),
        ("turned", "{target} si accompagna a {name.discount} più alto."),
        ("turned", "Meno {name.discount} è alto, meno {target} è alto."),
        ("turned", "Quando {target} è più alto, {name.age} è più alto di {coef.age.estimate}."),
        ("unit", "Ogni unità di {name.age} si accompagna a una unità in più di {target}."),
        ("unit", "Per ogni unità di {target}, {name.age} è più alto di {coef.age.estimate}."),
        ("level", f"Per {{name.smoker}}, {{target}} è per {{reference.smoker}} più alto di {SMOKER}."),
        ("level", f"Per {{name.smoker}}, {{reference.smoker}} invece di {{level.smoker[yes]}} si accompagna a {SMOKER} "
                  "in più di {target}."),
        ("order", "Ciò che è più legato a {target} è {name.age}, poi {name.smoker}."),
        ("order", "{name.age} è legato a {target}, poi {name.smoker}."),
        ("order", "Ciò che è meno legato a {target} è {name.smoker}."),
        ("quality", "Il modello spiega {model.n_obs} delle differenze di {target}."),
        ("quality", "Il modello si basa su {model.r_squared} righe."),
        ("quality", "La media di {target} è di {model.typical_error}."),
        ("between", "{name.age} è legato a {name.bmi}."),
        ("between", "{name.age} è legato a {name.bmi} e {target}."),
        ("between", "La relazione tra {name.age} e {name.bmi} e {target} è visibile."),
        ("between", "Per {name.age} e {name.bmi}, {target} è più alto di {coef.bmi.estimate}."),
        ("language", "{name.age} se asocia con {target} más alto."),
        ("two", "{name.age} si accompagna a {target} più alto. {name.bmi} anche."),
    ),
    opposites=(("{target} più alto", "{target} più basso"), ("{target} è più alto", "{target} è più basso"),
               ("in più di {target}", "in meno di {target}"), ("più {target}", "meno {target}"),
               ("valori più alti di {target}", "valori più bassi di {target}")),
    causes=(("si accompagna a", "causa"), ("si accompagnano a", "provocano"), ("si accompagna a", "aumenta"),
            ("legato a", "dovuto a"), ("legati a", "dovuti a")),
    amounts=("trecento", "un terzo", "il doppio", "alcune centinaia"),
    beside="milioni",
    certain=(("incerta", "certa"), ("incerta", "visibile"), ("incerto", "visibile")),
    filled=(f"Per {{name.smoker}}, {{target}} è per {{level.smoker[yes]}} più alto di circa {SMOKER}.",
            "Per smoker, charges è per yes più alto di circa 22.940."),
    forbidden="un uno una due tre quattro cinque sei sette otto nove dieci cento mille milione milioni metà "
    "terzo quarto "
    "doppio triplo dozzina causa causano provoca perché dovuto grazie influenza effetto impatto dipende aumenta riduce "
    "fa rende certo certamente sicuro prova provato sempre mai alcun nessun nessuno tutto tutti tutte solo "
    "soltanto deve "
    "chiaro chiaramente evidente significativo nullo",
    low="meno basso bassa bassi basse minore minori inferiore piccola",
)  # fmt: skip
