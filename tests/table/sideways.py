"""Tables made both ways up, with and without names of the cases, of many kinds; the same for the same number."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

Maker = Callable[[random.Random], str]


def _listed(text: str) -> list[str]:
    return text.split()


def _normal(mean: float, spread: float, digits: int) -> Maker:
    return lambda r: f"{r.gauss(mean, spread):.{digits}f}"


def _skewed(median: float, ratio: float, digits: int) -> Maker:
    return lambda r: f"{median * ratio ** r.gauss(0, 1):.{digits}f}"


def _whole(low: int, high: int) -> Maker:
    return lambda r: str(r.randint(low, high))


def _of(*words: str) -> Maker:
    return lambda r: r.choice(words)


NUMBERS: tuple[tuple[str, Maker], ...] = (
    ("age", _whole(18, 80)), ("income", _skewed(40_000, 1.6, 0)), ("height_cm", _normal(172, 9, 1)),
    ("Weight (kg)", _normal(74, 12, 1)), ("share", _normal(0.4, 0.1, 3)), ("children", _whole(0, 4)),
    ("blood pressure", _normal(125, 14, 0)), ("Umsatz", _skewed(250_000, 2, 2)), ("Fläche", _skewed(80, 1.5, 1)),
    ("Miete", _skewed(900, 1.4, 2)), ("GDP", _skewed(3e11, 4, 0)), ("unemployment rate", _normal(6, 2, 1)),
    ("population", _skewed(5e6, 5, 0)), ("life expectancy", _normal(76, 5, 1)), ("co2", _skewed(6, 2, 2)),
    ("dose", _of("5", "10", "20")), ("yield", _normal(52, 8, 2)), ("score", _whole(0, 100)),
    ("mpg", _normal(21, 5, 1)), ("displacement", _skewed(200, 1.6, 0)), ("hp", _whole(60, 300)),
    ("rainfall mm", _skewed(60, 2, 0)), ("pH", _normal(6.8, 0.5, 2)), ("Temperatur", _normal(14, 8, 1)),
    ("loyer", _skewed(850, 1.4, 0)), ("superficie", _skewed(70, 1.5, 0)), ("ventas", _skewed(12_000, 2, 2)),
    ("edad", _whole(18, 80)), ("glucose", _normal(98, 15, 0)), ("cholesterol", _normal(5.2, 0.9, 2)),
    ("x1", _normal(0, 1, 4)), ("delta", _normal(-3, 2, 3)), ("clicks", _skewed(1500, 2, 0)),
    ("conversion", _normal(0.031, 0.008, 4)), ("rooms", _whole(1, 6)), ("distance", _skewed(12, 2.5, 2)),
    ("built", _whole(1900, 2020)), ("Stromverbrauch", _skewed(3200, 1.5, 0)), ("tensile", _normal(410, 30, 1)),
)  # fmt: skip
WORDS: tuple[tuple[str, Maker], ...] = (
    ("sex", _of("f", "m")), ("region", _of("north", "south", "west")), ("smoker", _of("yes", "no")),
    ("Haustyp", _of("Altbau", "Neubau", "Reihenhaus")), ("fuel", _of("diesel", "petrol", "electric")),
    ("grade", _of("A", "B", "C", "D")), ("tratamiento", _of("placebo", "activo")),
    ("soil", _of("clay", "sand", "loam")),
    ("sampled", lambda r: f"2024-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"), ("shift", _of("day", "night")),
)  # fmt: skip
FIRST = _listed("Ann Bob Carla Deniz Emil Farah Gita Hugo Ines Jonas Kim Lea Mara Nils Olga Pia Quentin Rosa Sven Tara")
LAST = _listed("Adler Becker Costa Diaz Evans Fischer Garcia Haas Ito Jansen Klein Lopez Meyer Novak Ortiz Petit")
TOWNS = _listed("Bonn Kiel Ulm Trier Jena Worms Hof Gera Celle Emden Lahr Suhl Paris Lyon Nantes Turin Padua Bari")
PLANTS = ("Old Mill", "River Side", "Hill Top", "East Gate", "West End", "Main Yard", "New Works", "Dock Nine")


def _towns(n: int, r: random.Random) -> list[str]:
    stems = [f"{town}{end}" for end in ("", " Nord", " Süd", "-Bach", " am See", "hausen") for town in TOWNS]
    return r.sample(stems, n) if n <= len(stems) else [f"{s} {i}" for i in range(n) for s in [stems[i % len(stems)]]]


def _people(n: int, r: random.Random) -> list[str]:
    return r.sample([f"{first} {last}" for first in FIRST for last in LAST], n)


def _coded(n: int, r: random.Random) -> list[str]:
    stem = r.choice(["P", "case", "Sample ", "S-", "id_", "Proband ", "plot "])
    return [f"{stem}{i + 1}" for i in range(n)]


def _years(n: int, r: random.Random) -> list[str]:
    start = r.randint(1950, 2020 - min(n, 60))
    return [str(start + i) for i in range(n)]


def _words(n: int, r: random.Random) -> list[str]:
    return r.sample(PLANTS, n) if n <= len(PLANTS) else _towns(n, r)


CASES = (_towns, _people, _coded, _words)


@dataclass(frozen=True)
class Made:
    """A table as text, and what is true of it."""

    text: str
    on_side: bool
    named: bool
    kind: str
    variables: list[str]
    n_cases: int


def made(number: int) -> Made:
    """Make table ``number``: every other one on its side, every other pair with names of the cases."""
    r = random.Random(f"sideways {number}")  # noqa: S311
    on_side, named = bool(number % 2), bool(number // 2 % 2)
    kind = ("numbers", "mixed", "years", "small", "wide")[number // 4 % 5]
    n_variables = r.randint(12, 25) if kind == "wide" else r.randint(3, 8)
    n_cases = r.randint(5, 9) if kind == "small" else r.randint(12, 60)
    n_words = 0 if kind in {"numbers", "years"} else r.randint(1, 2) if kind == "mixed" else r.randint(0, 2)
    chosen = r.sample(NUMBERS, n_variables - n_words) + r.sample(WORDS, n_words)
    r.shuffle(chosen)
    cases = (_years if kind == "years" else r.choice(CASES))(n_cases, r)
    columns = [[name, *(_maybe_missing(make(r), r) for _ in cases)] for name, make in chosen]
    if named:
        corners = ["", "variable", "indicator", "name"] if on_side else ["", "name", "case", "unit"]
        corner = r.choice(corners)
        columns.insert(0, [corner or ("year" if kind == "years" and not on_side else ""), *cases])
    lines = columns if on_side else [list(row) for row in zip(*columns, strict=True)]
    out = io.StringIO()
    csv.writer(out, delimiter=r.choice(",,;\t"), lineterminator="\n").writerows(lines)
    return Made(
        text=out.getvalue(), on_side=on_side, named=named, kind=kind, variables=[n for n, _ in chosen], n_cases=n_cases
    )


def _maybe_missing(cell: str, r: random.Random) -> str:
    return "" if r.random() < 0.02 else cell
