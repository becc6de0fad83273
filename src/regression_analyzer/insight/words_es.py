"""Spanish: the phrases that a sentence may be made of. The notation is that of ``insight.lexicon``."""

from __future__ import annotations

from regression_analyzer.insight.lexicon import Lexicon, lines, turned

LOWER = {"más alto/alta/altos/altas": "más bajo/baja/bajos/bajas", "más": "menos", "mayores": "menores",
         "mayor": "menor", "superior": "inferior"}  # fmt: skip
LESS_HIGH = {"más": "menos"}
LEAST = {"más": "menos", "mayor": "menor"}

UP = lines("""
    {target} es/está? más alto/alta/altos/altas
    es más alto/alta/altos/altas {target}
    mayor es? {target}
    mayores {target}
    {target} es? mayor/superior
    valores más alto/alta/altos/altas de {target}
    mayores valores de {target}
    mayores posibilidades de {target}
    más {target}
    {target} es? más alto/alta/altos/altas en aproximadamente? {estimate/interval}
    {target} es? mayor/superior en aproximadamente? {estimate/interval}
    {target} es aproximadamente? {estimate/interval} más alto/alta/altos/altas
    {target} es para {level} aproximadamente? {estimate/interval} más alto/alta/altos/altas
    {target} es para {level} mayor/superior en aproximadamente? {estimate/interval}
    es aproximadamente? {estimate/interval} más alto/alta/altos/altas {target}
    aproximadamente? {estimate/interval} más de/en/para {target}
    aproximadamente? {estimate/interval} de {target} más
""")
ORDER = lines("""
    lo que más
    la mayor parte corresponde a
    tiene la mayor parte
""")
PATTERNS = lines("""
    {name} se asocia con {target} más alto.
    {name} se asocia con {target} más bajo.
    Valores más altos de {name} van unidos a valores más altos de {target}.
    Valores más altos de {name} van unidos a valores más bajos de {target}.
    Cuanto mayor es {name}, mayor es {target}.
    Por cada unidad adicional de {name}, {target} es aproximadamente {estimate} más alto.
    Por cada unidad adicional de {name}, {target} es {estimate} más bajo, intervalo {interval}.
    Para filas iguales en lo demás, cada unidad de {name} se asocia con {estimate} más de {target}.
    El coeficiente de {name} es de {estimate}, con el intervalo {interval} ({p_value} en la prueba).
    Para {name}, {target} es para {level} aproximadamente {estimate} más alto que para {reference}.
    Cuando {name} es {level}, {target} es {estimate} más alto, en comparación con {reference}.
    Para {name}, {level} en lugar de {reference} se asocia con {estimate} más de {target}.
    Para {name}, {level} en lugar de {reference} se asocia con {times} las posibilidades de {target}.
    Cada unidad de {name} se asocia con {times} las posibilidades de {target}.
    La relación entre {name} y {target} es visible.
    {name} y {name} se asocian visiblemente con {target}.
    Para {name}, la dirección es incierta.
    Para {name}, no se puede decir si {target} es más alto o más bajo.
    Con qué se asocia {name} es incierto, el intervalo es {interval}.
    Lo que más se asocia con {target} es {name}, luego {name}, luego {name}.
    La mayor parte corresponde a {name}, seguido de {name}.
    Lo que menos se asocia con {target} es {name}.
    {name} explica más diferencias que {name}.
    {name} explica menos diferencias que {name}.
    El modelo explica el {share} de las diferencias de {target}.
    El modelo se basa en {rows} filas.
    El modelo se desvía típicamente en {error}.
    La media de {target} es de {mean}.
""")

SPANISH = Lexicon(
    phrases={
        "up": UP,
        "down": (*turned(UP, LOWER), *turned(UP, LESS_HIGH)),
        "more_of": lines("""
            por? cada unidad adicional? de/en {name}
            por? cada unidad más de/en {name}
            por unidad adicional? de/en {name}
            valores más altos de {name}
            mayores valores de {name}
            {name} más alto/alta
            mayor/mayores {name}
            más {name}
            cuanto mayor es/sea? {name}
        """),
        "ties": lines("""
            se asocia/asocian con/a
            está/están asociado/asociada/asociados/asociadas con/a
            se relaciona/relacionan con
            está/están relacionado/relacionada/relacionados/relacionadas con
            va/van unido/unida/unidos/unidas a/con
            la relación entre/de {name} y/con {target}
            la asociación entre/de {name} y/con {target}
        """),
        "compared": lines("""
            en lugar de {reference}
            en vez de {reference}
            en comparación con {reference}
            comparado/comparada/comparados con {reference}
            frente a {reference}
            que para/con? {reference}
        """),
        "most": (
            *ORDER,
            *lines("""
            luego/después {name}
            seguido/seguida de/por {name}
        """),
        ),
        "least": turned(ORDER, LEAST),
        "larger": lines("""
            {name} explica/describe más de? las? diferencias que {name}
            la parte de {name} es mayor que la de {name}
        """),
        "smaller": lines("""
            {name} explica/describe menos de? las? diferencias que {name}
            la parte de {name} es menor que la de {name}
        """),
        "open": lines("""
            es/son/queda/quedan? demasiado? incierto/incierta/inciertos/inciertas
            queda/quedan abierto/abierta
            dejan/deja abierto
            no se puede decir
            no permiten/permite decir
        """),
        "seen": lines("""
            es/son visible/visibles
            se aprecia/aprecian
            se ve/ven
            se asocia/asocian visiblemente con/a
            visiblemente
        """),
        "numbers": lines("""
            explica/describe el? aproximadamente? {share} de las diferencias de/en? {target}?
            explica/describe el? aproximadamente? {share} de la variación/varianza de/en? {target}?
            {rows} filas
            se desvía/equivoca típicamente/normalmente? en aproximadamente? {error}
            error típico es de? aproximadamente? {error}
            media de {target} es de? aproximadamente? {mean}
            promedio de {target} es de? aproximadamente? {mean}
            coeficiente de {name} es de? {estimate/times}
            coeficiente de {name} vale {estimate/times}
            intervalo es? de? {interval/factors}
            intervalo va de {interval/factors}
            {p_value} en la/su prueba
            en la/su prueba {p_value}
            {times} las posibilidades de {target}
        """),
        "where": lines("""
            cuando/donde {name} es? {level}?
        """),
        "plain": lines("""
            el
            la
            los
            las
            lo
            de
            del
            y
            e
            también
            es
            son
            a
            al
            con
            para
            en
            aquí
            para/con {level}
            para {name}
            en estos/los datos
            en estas/las filas
            estos/los datos
            modelo
            se basa en
            en promedio
            para filas iguales/semejantes en lo demás
            para filas iguales/semejantes en los demás predictores
            a igualdad de los demás predictores
            si {target} es más alto/alta o más bajo/baja
            si {target} es mayor o menor
            si {name} se asocia con {target} más alto/alta o más bajo/baja
            con qué se asocia {name}
            con qué se asocian {name} y {name}
            la dirección de? la? relación?
            el sentido de? la? relación?
        """),
    },
    patterns=PATTERNS,
    articles=frozenset(["el", "la", "los", "las"]),
)
