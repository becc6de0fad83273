"""Spanish."""

from __future__ import annotations

from .tongue import Tongue

SMOKER = "{coef.smoker[yes].estimate}"

SPANISH = Tongue(
    true=(
        "{name.age} se asocia con {target} más alto.",
        "{name.discount} se asocia con {target} más bajo.",
        "{name.age} y {name.bmi} se asocian con {target} más alto.",
        "Valores más altos de {name.bmi} van unidos a valores más altos de {target}.",
        "Valores más altos de {name.discount} van unidos a valores más bajos de {target}.",
        "Cuanto mayor es {name.age}, mayor es {target}.",
        "Cuanto mayor es {name.discount}, menor es {target}.",
        "Por cada unidad adicional de {name.age}, {target} es aproximadamente {coef.age.estimate} más alto.",
        "Por cada unidad más de {name.discount}, {target} es {coef.discount.estimate} más bajo, intervalo "
        "{coef.discount.interval}.",
        "Para filas iguales en lo demás, cada unidad de {name.bmi} se asocia con {coef.bmi.estimate} más de {target}.",
        "Cada unidad de {name.age} se asocia con {coef.age.interval} más de {target} ({coef.age.p_value} en la "
        "prueba).",
        "El coeficiente de {name.discount} es de {coef.discount.estimate}, con el intervalo {coef.discount.interval}.",
        f"Para {{name.smoker}}, {{target}} es para {{level.smoker[yes]}} aproximadamente {SMOKER} más alto que para "
        "{reference.smoker}.",
        f"Cuando {{name.smoker}} es {{level.smoker[yes]}}, {{target}} es {SMOKER} más alto, en comparación con "
        "{reference.smoker}.",
        f"Para {{name.smoker}}, {{level.smoker[yes]}} en lugar de {{reference.smoker}} se asocia con {SMOKER} más de "
        "{target}.",
        "Smoker se asocia visiblemente con charges.",
        "La relación entre {name.age} y {target} es visible.",
        "{name.age} y {name.bmi} se asocian visiblemente con {target}.",
        "Para {name.children}, la dirección es incierta.",
        "Para {name.region}, no se puede decir si {target} es más alto o más bajo.",
        "Con qué se asocia {name.children} es incierto, el intervalo es {coef.children.interval}.",
        "Los datos no permiten decir si {name.children} se asocia con {target} más alto o más bajo.",
        "Lo que más se asocia con {target} es {name.smoker}, luego {name.age}, luego {name.discount}.",
        "La mayor parte corresponde a {name.smoker}, seguido de {name.age}.",
        "{name.smoker} explica más diferencias que {name.age}.",
        "{name.bmi} explica menos diferencias que {name.age}.",
        "El modelo explica {model.r_squared} de las diferencias de {target}.",
        "El modelo se basa en {model.n_obs} filas.",
        "El modelo se desvía típicamente en {model.typical_error}.",
        "La media de {target} es de {target.mean}.",
    ),
    false=(
        ("certain", "{name.children} se asocia con {target} más bajo."),
        ("certain", "{name.region} se asocia visiblemente con {target}."),
        ("certain", "{name.age} siempre se asocia con {target} más alto."),
        ("certain", "{name.age} se asocia seguramente con {target} más alto."),
        ("open", "Para {name.smoker}, la dirección es incierta."),
        ("no effect", "{name.children} no tiene efecto en {target}."),
        ("no effect", "{name.children} no se asocia con {target}."),
        ("no effect", "No hay relación entre {name.children} y {target}."),
        ("no effect", "{name.children} es irrelevante."),
        ("negation", "{name.age} no se asocia con {target} más alto."),
        ("negation", "Para {name.age}, la dirección no es incierta."),
        ("cause", "{name.age} hace subir {target}."),
        ("cause", "{target} es más alto porque {name.age} es más alto."),
        ("cause", "{target} depende de {name.age}."),
        ("cause", "La influencia de {name.age} en {target} es visible."),
        ("advice", "Más {name.discount} bajaría {target}."),
        ("advice", "Hay que subir {name.discount}."),
        ("turned", "{name.discount} más bajo se asocia con {target} más bajo."),
        ("turned", "{target} se asocia con {name.discount} más alto."),
        ("turned", "Cuanto menor es {name.discount}, menor es {target}."),
        ("turned", "Cuando {target} es más alto, {name.age} es {coef.age.estimate} más alto."),
        ("unit", "Cada unidad de {name.age} se asocia con una unidad más de {target}."),
        ("unit", "Por cada unidad de {target}, {name.age} es {coef.age.estimate} más alto."),
        ("level", f"Para {{name.smoker}}, {{target}} es para {{reference.smoker}} {SMOKER} más alto."),
        ("level", f"Para {{name.smoker}}, {{reference.smoker}} en lugar de {{level.smoker[yes]}} se asocia con "
               f"{SMOKER} "
                  "más de {target}."),
        ("order", "Lo que más se asocia con {target} es {name.age}, luego {name.smoker}."),
        ("order", "{name.age} se asocia con {target}, luego {name.smoker}."),
        ("order", "Lo que menos se asocia con {target} es {name.smoker}."),
        ("quality", "El modelo explica {model.n_obs} de las diferencias de {target}."),
        ("quality", "El modelo se basa en {model.r_squared} filas."),
        ("quality", "La media de {target} es de {model.typical_error}."),
        ("between", "{name.age} se asocia con {name.bmi}."),
        ("between", "{name.age} se asocia con {name.bmi} y {target}."),
        ("between", "La relación entre {name.age} y {name.bmi} y {target} es visible."),
        ("between", "Para {name.age} y {name.bmi}, {target} es {coef.bmi.estimate} más alto."),
        ("language", "{name.age} va de pair avec {target} plus élevé."),
        ("two", "{name.age} se asocia con {target} más alto. {name.bmi} también."),
    ),
    opposites=(("más alto", "más bajo"), ("más de", "menos de"), ("mayor es {target}", "menor es {target}"),
               ("valores más altos de {target}", "valores más bajos de {target}")),
    causes=(("se asocia con", "causa"), ("se asocian con", "provocan"), ("van unidos a", "producen"),
            ("se asocia con", "aumenta"), ("se asocia visiblemente con", "influye en")),
    amounts=("trescientos", "un tercio", "el doble", "unos cientos"),
    beside="millones",
    certain=(("incierta", "segura"), ("incierta", "visible"), ("incierto", "visible")),
    filled=(f"Para {{name.smoker}}, {{target}} es para {{level.smoker[yes]}} aproximadamente {SMOKER} más alto.",
            "Para smoker, charges es para yes aproximadamente 22.940 más alto."),
    forbidden="un una uno unos unas dos tres cuatro cinco seis siete ocho nueve diez cien ciento mil millón "
    "millones mitad "
    "tercio cuarto doble triple docena causa causan provoca porque debido gracias influye influencia efecto impacto "
    "depende aumenta reduce sube hace seguro seguramente cierto demuestra siempre nunca ningún ninguno "
    "todo todos todas solo sólo debe claro claramente evidente significativo nulo",
    low="menos bajo baja bajos bajas menor menores inferior",
)  # fmt: skip
