"""Tables whose way up rules cannot tell: numbers of like size, names of measures that no list holds, rows of texts.

Each comes both ways up, with what a careful reader takes its edges for.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass

from tests.table.sideways import FIRST, LAST, PLANTS, TOWNS, _listed

SUBJECTS = _listed("algebra chemistry history latin music biology physics geography drama economics")
TRAITS = _listed("sweetness crispness bitterness aroma juiciness firmness acidity colour aftertaste chewiness")
GENES = _listed("TP53 BRCA1 EGFR KRAS MYC PTEN RB1 APC VHL CDK4")
SERVICES = _listed("Zuverlässigkeit Freundlichkeit Sauberkeit Pünktlichkeit Ausstattung Beratung Auswahl Ruhe")
FLOWS = _listed("arrivals bicycles parcels letters trams ferries lorries buses")
WINES = _listed("Barolo Rioja Chianti Malbec Cava Tokaj Soave Merlot Fleurie Banyuls Gavi Priorat Arbois Bandol")
VARIABLES = {"scores": SUBJECTS, "traits": TRAITS, "genes": GENES, "services": SERVICES, "amounts": FLOWS}
KINDS = ("scores", "traits", "genes", "services", "amounts", "sizes", "texts", "times", "headless")
UPRIGHT_IS_SURE = frozenset({"sizes", "times", "headless"})
"""Kinds that rules know to stand; only the other way up they cannot tell."""


@dataclass(frozen=True)
class Undecided:
    """A table as text, and what is true of it.

    Attributes
    ----------
    first_row, first_column : what a careful reader takes their entries for
    """

    text: str
    on_side: bool
    first_row: str
    first_column: str
    kind: str
    variables: list[str]


def undecided(number: int) -> Undecided:
    """Make table ``number``: every other one on its side."""
    r = random.Random(f"undecided {number}")  # noqa: S311
    on_side, kind = bool(number % 2), KINDS[number // 2 % len(KINDS)]
    variables = r.sample(VARIABLES.get(kind, TRAITS), 7 if kind == "texts" else r.randint(4, 7))
    n_cases = r.randint(5, 6) if kind == "texts" else r.randint(6, 14)
    cases = _cases(kind, n_cases, r)
    columns = [[name, *_cells(kind, place, n_cases, r)] for place, name in enumerate(variables)]
    columns.insert(0, ["", *cases])
    lines = columns if on_side else [list(row) for row in zip(*columns, strict=True)]
    if kind == "texts" and not on_side:
        lines.insert(1, ["unit", *(f"of {name}" for name in r.sample(WINES, len(variables)))])
    if kind == "texts" and on_side:
        lines[3][1:] = r.sample(WINES, n_cases)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines[1:] if kind == "headless" else lines)
    of_cases = "times_or_numbers" if kind == "times" else "cases"
    row, column = (of_cases, "measured_things") if on_side else ("measured_things", of_cases)
    return Undecided(
        text=out.getvalue(), on_side=on_side, first_row=row, first_column=column, kind=kind, variables=variables
    )


def _cases(kind: str, n: int, r: random.Random) -> list[str]:
    if kind == "times":
        return [str(2000 + i) for i in range(n)]
    if kind in {"services", "amounts"}:
        return r.sample([*TOWNS, *PLANTS], n)
    return r.sample(WINES, n) if kind == "traits" else r.sample([f"{a} {b}" for a in FIRST for b in LAST], n)


def _cells(kind: str, place: int, n: int, r: random.Random) -> list[str]:
    """Return the values of a variable; ``sizes`` differ between variables, ``amounts`` between cases."""
    if kind == "genes":
        return [f"{r.gauss(8, 2):.2f}" for _ in range(n)]
    if kind == "sizes":
        return [str(round(10 ** (place + 1) * r.uniform(1, 3))) for _ in range(n)]
    if kind == "amounts":
        return [str(round(10 ** (i % 4 + 1) * r.uniform(1, 3))) for i in range(n)]
    return [str(r.randint(20, 100)) for _ in range(n)]
