"""French."""

from __future__ import annotations

from .tongue import Tongue

SMOKER = "{coef.smoker[yes].estimate}"

FRENCH = Tongue(
    true=(
        "{name.age} va de pair avec {target} plus élevé.",
        "{name.discount} est associé à {target} plus bas.",
        "{name.age} et {name.bmi} sont liés à {target} plus élevé.",
        "Des valeurs plus élevées de {name.bmi} vont de pair avec des valeurs plus élevées de {target}.",
        "Des valeurs plus élevées de {name.discount} vont de pair avec des valeurs plus faibles de {target}.",
        "Plus {name.age} est élevé, plus {target} est élevé.",
        "Plus {name.discount} est élevé, moins {target} est élevé.",
        "Pour chaque unité supplémentaire de {name.age}, {target} est plus élevé d’environ {coef.age.estimate}.",
        "Pour chaque unité de plus de {name.discount}, {target} est plus bas de {coef.discount.estimate}, "
        "intervalle {coef.discount.interval}.",
        "Pour des lignes semblables par ailleurs, chaque unité de {name.bmi} va de pair avec "
        "{coef.bmi.estimate} de plus "
        "pour {target}.",
        "Chaque unité de {name.age} va de pair avec {coef.age.interval} de plus pour {target} "
        "({coef.age.p_value} au test).",
        "Le coefficient de {name.discount} est de {coef.discount.estimate}, avec l'intervalle "
        "{coef.discount.interval}.",
        f"Pour {{name.smoker}}, {{target}} est pour {{level.smoker[yes]}} plus élevé d'environ {SMOKER} que pour "
        "{reference.smoker}.",
        f"Lorsque {{name.smoker}} est {{level.smoker[yes]}}, {{target}} est plus élevé de {SMOKER}, par rapport à "
        "{reference.smoker}.",
        f"Pour {{name.smoker}}, {{level.smoker[yes]}} au lieu de {{reference.smoker}} va de pair avec {SMOKER} de plus "
        "pour {target}.",
        "Smoker est visiblement lié à charges.",
        "La relation entre {name.age} et {target} est visible.",
        "{name.age} et {name.bmi} sont visiblement liés à {target}.",
        "Pour {name.children}, le sens de la relation est incertain.",
        "Pour {name.region}, on ne peut pas dire si {target} est plus élevé ou plus bas.",
        "Ce avec quoi {name.children} va de pair est incertain, l'intervalle est {coef.children.interval}.",
        "Les données ne permettent pas de dire si {name.children} va de pair avec {target} plus élevé ou plus bas.",
        "{name.smoker} est le plus lié à {target}, puis {name.age}, puis {name.discount}.",
        "La plus grande part revient à {name.smoker}, suivi de {name.age}.",
        "{name.smoker} explique davantage de différences que {name.age}.",
        "{name.bmi} explique moins de différences que {name.age}.",
        "Le modèle explique {model.r_squared} des différences de {target}.",
        "Le modèle repose sur {model.n_obs} lignes.",
        "Le modèle se trompe typiquement de {model.typical_error}.",
        "La moyenne de {target} est de {target.mean}.",
    ),
    false=(
        ("certain", "{name.children} va de pair avec {target} plus bas."),
        ("certain", "{name.region} est visiblement lié à {target}."),
        ("certain", "{name.age} va toujours de pair avec {target} plus élevé."),
        ("certain", "{name.age} va certainement de pair avec {target} plus élevé."),
        ("open", "Pour {name.smoker}, le sens de la relation est incertain."),
        ("no effect", "{name.children} n'a aucun effet sur {target}."),
        ("no effect", "{name.children} n'est pas lié à {target}."),
        ("no effect", "Il n'y a pas de lien entre {name.children} et {target}."),
        ("no effect", "{name.children} est sans importance."),
        ("negation", "{name.age} ne va pas de pair avec {target} plus élevé."),
        ("negation", "Pour {name.age}, le sens n'est pas incertain."),
        ("cause", "{name.age} fait monter {target}."),
        ("cause", "{target} est plus élevé parce que {name.age} est plus élevé."),
        ("cause", "{target} dépend de {name.age}."),
        ("cause", "L'influence de {name.age} sur {target} est visible."),
        ("advice", "Plus de {name.discount} ferait baisser {target}."),
        ("advice", "Il faut augmenter {name.discount}."),
        ("turned", "{name.discount} plus bas va de pair avec {target} plus bas."),
        ("turned", "{target} va de pair avec {name.discount} plus élevé."),
        ("turned", "Moins {name.discount} est élevé, moins {target} est élevé."),
        ("turned", "Lorsque {target} est plus élevé, {name.age} est plus élevé de {coef.age.estimate}."),
        ("unit", "Chaque unité de {name.age} va de pair avec une unité de plus pour {target}."),
        ("unit", "Pour chaque unité de {target}, {name.age} est plus élevé de {coef.age.estimate}."),
        ("level", f"Pour {{name.smoker}}, {{target}} est pour {{reference.smoker}} plus élevé de {SMOKER}."),
        ("level", f"Pour {{name.smoker}}, {{reference.smoker}} au lieu de {{level.smoker[yes]}} va de pair avec "
               f"{SMOKER} "
                  "de plus pour {target}."),
        ("order", "{name.age} est le plus lié à {target}, puis {name.smoker}."),
        ("order", "{name.age} est lié à {target}, puis {name.smoker}."),
        ("order", "{name.smoker} est le moins lié à {target}."),
        ("quality", "Le modèle explique {model.n_obs} des différences de {target}."),
        ("quality", "Le modèle repose sur {model.r_squared} lignes."),
        ("quality", "La moyenne de {target} est de {model.typical_error}."),
        ("between", "{name.age} est lié à {name.bmi}."),
        ("between", "{name.age} est lié à {name.bmi} et {target}."),
        ("between", "La relation entre {name.age} et {name.bmi} et {target} est visible."),
        ("between", "Pour {name.age} et {name.bmi}, {target} est plus élevé de {coef.bmi.estimate}."),
        ("language", "{name.age} geht mit höherem {target} einher."),
        ("two", "{name.age} va de pair avec {target} plus élevé. {name.bmi} aussi."),
    ),
    opposites=(("plus élevé", "moins élevé"), ("plus élevé", "plus bas"), ("de plus", "de moins")),
    causes=(("va de pair avec", "cause"), ("vont de pair avec", "entraînent"), ("est associé à", "provoque"),
            ("lié à", "dû à"), ("liés à", "dus à"), ("va de pair avec", "augmente")),
    amounts=("trois cents", "un tiers", "le double", "quelques centaines"),
    beside="millions",
    certain=(("incertain", "certain"), ("incertain", "visible"), ("est incertain", "est clair")),
    filled=(f"Pour {{name.smoker}}, {{target}} est pour {{level.smoker[yes]}} plus élevé d'environ {SMOKER}.",
            "Pour smoker, charges est pour yes plus élevé d'environ 22\u202f940."),
    forbidden="un une deux trois quatre cinq six sept huit neuf dix cent cents mille million millions moitié "
    "tiers quart "
    "double triple douzaine cause causes causé entraîne provoque parce car grâce dû influence effet impact dépend "
    "augmente réduit diminue rend certain certainement sûr prouve prouvé toujours jamais aucun aucune tous toutes tout "
    "seul seulement doit faut clair clairement évident significatif nul",
    low="moins bas basse faible faibles inférieur inférieure petite",
)  # fmt: skip
